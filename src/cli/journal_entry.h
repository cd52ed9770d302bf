#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/report.h"

namespace whywontitstart {

/// The MESSAGE_ID of our entries in the journal; systemd/whywontitstart.catalog explains it.
constexpr const char* verdict_message_id = "1912c5aa486fd728215d1d7428a838c7";

using JournalFields = std::vector<std::pair<std::string, std::string>>;

/// The verdict as fields of one entry, see systemd.journal-fields(7). `unit`: what the report is about, empty
/// if it is no unit. `kept_as`: where the report is kept, empty if nowhere.
JournalFields journal_fields(const Report& report, const std::string& unit, const std::string& kept_as);

/// The entry in the journal's native protocol.
std::string journal_datagram(const JournalFields& fields);

/// Sends it to the journal's socket. Errors: there is none, or it is refused.
Result<> send_to_journal(const JournalFields& fields,
                         const std::string& socket = "/run/systemd/journal/socket");

}  // namespace whywontitstart
