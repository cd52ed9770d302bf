#pragma once

#include <string>
#include <string_view>

#include "model/report.h"

namespace whywontitstart {

/// What a look without a run says, one line for each thing, for a log: what fails, what well may, what could
/// not be looked at. `brief`: only what fails. `priorities`: with the levels of sd-daemon(3) before them.
std::string journal_lines(const Report& report, bool brief, bool priorities);

/// Does standard error go to the journal, which reads levels? `stream` is the variable JOURNAL_STREAM, see
/// systemd.exec(5).
bool goes_to_journal(std::string_view stream, int fd);

}  // namespace whywontitstart
