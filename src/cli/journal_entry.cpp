#include "cli/journal_entry.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "base/fd.h"
#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_bytes = 4096;  // of one field: an entry is a summary

}  // namespace

JournalFields journal_fields(const Report& report, const std::string& unit, const std::string& kept_as) {
  const Finding& verdict = report.verdict();
  const std::string who = unit.empty() ? "the program" : unit;
  const bool fine = report.is_ok();
  JournalFields fields = {
      {"MESSAGE", fmt::format("{}: {} [{}]", who, verdict.summary, verdict.cause)},
      {"MESSAGE_ID", verdict_message_id},
      {"PRIORITY", fine ? "6" : "3"},
      {"SYSLOG_IDENTIFIER", "whywontitstart"},
      {"WHYWONTITSTART_CAUSE", verdict.cause},
      {"WHYWONTITSTART_SUBJECT", verdict.subject.value},
      {"WHYWONTITSTART_SUBJECT_KIND", verdict.subject.kind},
      {"WHYWONTITSTART_CONFIDENCE", fmt::format("{:.2f}", verdict.confidence)},
      {"WHYWONTITSTART_VERSION", report.tool_version},
  };
  // So that 'journalctl -u UNIT' shows it, too.
  if (!unit.empty()) fields.emplace_back("OBJECT_SYSTEMD_UNIT", unit), fields.emplace_back("UNIT", unit);
  if (!unit.empty()) fields.emplace_back("WHYWONTITSTART_UNIT", unit);
  if (!verdict.fixes.empty())
    fields.emplace_back(
        "WHYWONTITSTART_FIX",
        verdict.fixes.front().text +
            (verdict.fixes.front().command.empty() ? "" : ": " + verdict.fixes.front().command));
  if (!kept_as.empty()) fields.emplace_back("WHYWONTITSTART_REPORT", kept_as);
  return fields;
}

std::string journal_datagram(const JournalFields& fields) {
  std::string text;
  for (const auto& [name, whole] : fields) {
    const std::string value = printable(std::string_view(whole).substr(0, most_bytes));
    if (value.find('\n') == std::string::npos) {
      text += name + "=" + value + "\n";
      continue;
    }
    // A value of several lines goes with its length, 64 bits, little-endian.
    text += name + "\n";
    for (unsigned byte = 0; byte < 8; ++byte)
      text += static_cast<char>((static_cast<std::uint64_t>(value.size()) >> (8 * byte)) & 0xff);
    text += value + "\n";
  }
  return text;
}

Result<> send_to_journal(const JournalFields& fields, const std::string& socket) {
  const Fd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!sender) return errno_error("socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return errno_error("send to " + socket, ENAMETOOLONG);
  std::memcpy(address.sun_path, socket.data(), socket.size());
  const std::string text = journal_datagram(fields);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size() + 1);
  if (::sendto(sender.get(), text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address),
               length) < 0)
    return errno_error("send to " + socket);
  return {};
}

}  // namespace whywontitstart
