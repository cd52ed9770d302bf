#pragma once

#include <string>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// The last lines of the journal whose field has this value ("_SYSTEMD_UNIT", "_SYSTEMD_INVOCATION_ID"),
/// oldest first; see journalctl(1), systemd.journal-fields(7). Errors: there is no journal, or it may not be
/// read, or it does not answer within a second.
Result<std::vector<std::string>> journal_lines(const Host& host, const std::string& field,
                                               const std::string& value, int most);

}  // namespace whywontitstart
