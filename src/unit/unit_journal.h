#pragma once

#include <string>
#include <vector>

#include "host/host.h"
#include "unit/unit.h"

namespace whywontitstart {

/// One entry of the journal, see systemd.journal-fields(7).
struct JournalEntry {
  std::string message;
  std::string message_id;
  Pid pid = Pid::none;
  int priority = 6;         ///< as of syslog(3)
  bool of_systemd = false;  ///< by the manager, or by its child before that became the program
  std::string file;         ///< CONFIG_FILE: what it complains about
  std::string line;         ///< CONFIG_LINE
};

/// What the journal has of one start, oldest first: the words of its processes and systemd's own about it.
/// Errors: the journal cannot be read.
Result<std::vector<JournalEntry>> journal_of_start(const Host& host, const Unit& unit);

/// What systemd said last of the unit, whichever start that was about, oldest first.
Result<std::vector<JournalEntry>> journal_of_manager(const Host& host, const Unit& unit, int most = 40);

/// Does systemd say this of every start: that it begins, that a process ended, how it counts that? What the
/// unit's own state tells better.
bool is_routine(const JournalEntry& entry);

/// Reads the output of journalctl -o json.
std::vector<JournalEntry> parse_journal(const std::string& json_lines);

}  // namespace whywontitstart
