#include "unit/unit_journal.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/text.h"

namespace whywontitstart {
namespace {

using Json = nlohmann::json;

constexpr const char* spawn_failed = "641257651c1b4ec9a8624d7a40a9e1e7";  // of sd-messages(3)

/// A field is a text; bytes that are no UTF-8 come as a list of numbers; what is too long is null.
std::string field(const Json& entry, const char* name) {
  const auto found = entry.find(name);
  if (found == entry.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  std::string text;
  if (found->is_array())
    for (const Json& byte : *found)
      if (byte.is_number_unsigned()) text += static_cast<char>(byte.get<unsigned>());
  return text;
}

int number_field(const Json& entry, const char* name, int otherwise) {
  const std::string text = field(entry, name);
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && !text.empty() ? value : otherwise;
}

JournalEntry entry_of(const Json& from) {
  JournalEntry entry;
  entry.message = field(from, "MESSAGE");
  entry.message_id = field(from, "MESSAGE_ID");
  entry.pid = Pid{number_field(from, "_PID", 0)};
  entry.priority = number_field(from, "PRIORITY", 6);
  // The child of systemd is not its program yet, and says so by its fields.
  const bool about_a_unit = from.contains("UNIT") || from.contains("USER_UNIT");
  entry.of_systemd = about_a_unit && from.contains("CODE_FUNC");
  entry.file = field(from, "CONFIG_FILE");
  entry.line = field(from, "CONFIG_LINE");
  return entry;
}

Result<std::vector<JournalEntry>> ask(const Host& host, std::vector<std::string> matches, int most) {
  std::vector<std::string> argv = {"/usr/bin/journalctl", "--no-pager", "--quiet", "--output=json",
                                   fmt::format("--lines={}", most)};
  argv.insert(argv.end(), matches.begin(), matches.end());
  const Result<CommandOutput> answer = host.run(argv, std::chrono::seconds(5));
  if (!answer) return tl::unexpected(answer.error());
  const std::string complaint(trim(answer->err));
  if (answer->exit_code != 0 || (answer->out.empty() && !complaint.empty()))
    return error(complaint.empty() ? "journalctl failed" : "the journal: " + printable(complaint));
  return parse_journal(answer->out);
}

}  // namespace

std::vector<JournalEntry> parse_journal(const std::string& json_lines) {
  std::vector<JournalEntry> entries;
  for (const std::string_view line : split(json_lines, '\n')) {
    const Json entry = Json::parse(line, nullptr, false);
    if (entry.is_object()) entries.push_back(entry_of(entry));
  }
  return entries;
}

bool is_routine(const JournalEntry& entry) {
  if (!entry.of_systemd) return false;
  if (entry.priority > 4) return true;
  return !entry.message_id.empty() && entry.message_id != spawn_failed;
}

Result<std::vector<JournalEntry>> journal_of_start(const Host& host, const Unit& unit) {
  if (unit.invocation.empty()) return std::vector<JournalEntry>();
  constexpr int enough = 500;
  std::vector<std::string> matches = {
      "_SYSTEMD_INVOCATION_ID=" + unit.invocation, "+",
      (unit.of_user ? "USER_INVOCATION_ID=" : "INVOCATION_ID=") + unit.invocation};
  // Of a process that ends at once the journal may not find out to which unit it belonged; in units of users
  // entries have the invocation of the manager. Its number counts for the time of this start alone.
  // What was said last is to be there, too; to others than root that is denied, and does not matter.
  std::ignore = host.run({"/usr/bin/journalctl", "--sync"}, std::chrono::seconds(2));
  const std::uint64_t began = unit.number("InactiveExitTimestamp") / 1'000'000;
  for (const UnitCommand& command : unit.commands) {
    if (began == 0 || command.pid == Pid::none) continue;
    matches.emplace_back("+");
    matches.push_back(fmt::format("_PID={}", number(command.pid)));
  }
  if (began != 0) matches.insert(matches.begin(), fmt::format("--since=@{}", began));
  return ask(host, std::move(matches), enough);
}

Result<std::vector<JournalEntry>> journal_of_manager(const Host& host, const Unit& unit, int most) {
  return ask(host, {(unit.of_user ? "USER_UNIT=" : "UNIT=") + unit.name}, most);
}

}  // namespace whywontitstart
