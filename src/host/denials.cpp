#include "host/denials.h"

#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

constexpr std::size_t tail_size = 1U << 20;  // of the audit log, which grows to many megabytes

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

/// The kernel writes a text that it does not trust (blanks, quotes, controls) as hexadecimal, without quotes.
std::string decoded(std::string_view text) {
  std::string bytes;
  if (text.empty() || text.size() % 2 != 0) return std::string(text);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const int high = hex_digit(text[at]), low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::string(text);
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

/// Where the value of `key` begins; npos without one. A key is preceded by a blank: "name=" is not in
/// "capname=".
std::size_t place_of(std::string_view line, std::string_view key) {
  const std::string wanted = fmt::format(" {}=", key);
  const std::size_t at = line.find(wanted);
  return at == std::string_view::npos ? at : at + wanted.size();
}

/// A word as it stands, or what is between its quotes.
std::string word(std::string_view line, std::string_view key) {
  const std::size_t at = place_of(line, key);
  if (at == std::string_view::npos) return {};
  if (line.substr(at).starts_with('"'))
    return std::string(line.substr(at + 1, line.find('"', at + 1) - at - 1));
  return std::string(line.substr(at, line.find(' ', at) - at));
}

/// The same of a text that may be encoded: of a path or a command.
std::string text_of(std::string_view line, std::string_view key) {
  const std::size_t at = place_of(line, key);
  const bool plain = at == std::string_view::npos || line.substr(at).starts_with('"');
  return plain ? word(line, key) : decoded(word(line, key));
}

template <typename Number>
Number number_of(std::string_view digits) {
  Number value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// What both modules say of the process and the time.
Denial begin(std::string_view line, Denial::Module module) {
  Denial denial;
  denial.module = module;
  denial.text = printable(trim(line));
  denial.pid = Pid{number_of<pid_t>(word(line, "pid"))};
  denial.command = text_of(line, "comm");
  const std::size_t stamp = line.find("audit(");
  if (stamp != std::string_view::npos) denial.at = number_of<double>(line.substr(stamp + 6));
  return denial;
}

/// "avc:  denied  { read open } for  pid=7 comm="x" path="/x" scontext=… tcontext=… tclass=file permissive=0"
std::optional<Denial> of_selinux(std::string_view line) {
  const std::size_t at = line.find("denied  {");
  if (at == std::string_view::npos || line.find("avc:") == std::string_view::npos) return std::nullopt;
  Denial denial = begin(line, Denial::Module::selinux);
  const std::size_t open = line.find('{', at), close = line.find('}', open);
  if (close == std::string_view::npos) return std::nullopt;
  denial.rights = std::string(trim(line.substr(open + 1, close - open - 1)));
  denial.who = word(line, "scontext");
  denial.label = word(line, "tcontext");
  denial.kind = word(line, "tclass");
  denial.enforced = word(line, "permissive") != "1";
  // Without "path" there is but the last name of it; a port is "src" when bound, "dest" when connected to.
  denial.what = text_of(line, place_of(line, "path") == std::string_view::npos ? "name" : "path");
  for (const char* key : {"src", "dest", "capability"})
    if (denial.what.empty()) denial.what = word(line, key);
  if (denial.kind.starts_with("capability") && !denial.what.empty())
    denial.what = capability_name(number_of<unsigned>(denial.what));
  return denial;
}

/// "apparmor="DENIED" operation="open" profile="/usr/bin/x" name="/etc/x" pid=7 comm="x" denied_mask="r""
std::optional<Denial> of_apparmor(std::string_view line) {
  const std::string verdict = word(line, "apparmor");
  if (verdict != "DENIED" && verdict != "ALLOWED") return std::nullopt;
  Denial denial = begin(line, Denial::Module::apparmor);
  denial.enforced = verdict == "DENIED";
  denial.operation = word(line, "operation");
  denial.who = text_of(line, "profile");
  denial.kind = word(line, "family");
  denial.socket_type = word(line, "sock_type");
  denial.peer = text_of(line, "peer");
  denial.detail = word(line, "signal");
  denial.rights = word(line, "denied_mask");
  denial.what = denial.operation == "capable" ? word(line, "capname") : text_of(line, "name");
  if (denial.what.empty()) denial.what = text_of(line, "addr");
  return denial;
}

double seconds_now(const Host& host) {
  const std::string stat = host.read("/proc/stat").value_or(""),
                    uptime = host.read("/proc/uptime").value_or("");
  const std::size_t at = stat.find("btime ");
  if (at == std::string::npos || uptime.empty()) return 0;
  return number_of<double>(std::string_view(stat).substr(at + 6)) + number_of<double>(uptime);
}

void take(DenialLog& log, std::string_view text) {
  log.is_readable = true;
  for (Denial& denial : parse_denials(text)) {
    const bool known = std::any_of(log.denials.begin(), log.denials.end(), [&](const Denial& other) {
      return other.at == denial.at && other.pid == denial.pid && other.what == denial.what &&
             other.rights == denial.rights;
    });
    if (!known) log.denials.push_back(std::move(denial));
  }
}

void read_audit_log(const Host& host, DenialLog& log) {
  const std::string path = "/var/log/audit/audit.log";
  const Result<FileStatus> status = host.status(path);
  if (!status) {
    if (status.error().errno_code != ENOENT) log.not_looked_at.push_back(status.error().what);
    return;
  }
  const std::uint64_t start = status->size > tail_size ? status->size - tail_size : 0;
  if (const Result<std::string> text = host.read_at(path, start, tail_size))
    take(log, *text);
  else
    log.not_looked_at.push_back(text.error().what);
}

void read_kernel_log(const Host& host, DenialLog& log) {
  Result<CommandOutput> output = host.run({"/usr/bin/dmesg"});
  if (!output) output = host.run({"/bin/dmesg"});
  if (output && output->exit_code == 0)
    take(log, output->out);
  else
    log.not_looked_at.push_back("the kernel's log: " +
                                (output ? std::string(trim(output->err)) : output.error().what));
}

/// The letters of a mask as a profile has them: to create and to delete are parts of to write.
std::string profile_letters(std::string_view mask) {
  std::string letters;
  for (char letter : mask) {
    if (letter == 'c' || letter == 'd') letter = 'w';
    if (std::string_view("rwalkm").find(letter) != std::string_view::npos &&
        letters.find(letter) == std::string::npos)
      letters += letter;
  }
  // "w" has "a" in it, and both together are refused by the parser.
  if (letters.find('w') != std::string::npos) std::erase(letters, 'a');
  return mask.find('x') == std::string_view::npos ? letters : letters + "ix";
}

std::string profile_path(const std::string& path) {
  std::string text;
  bool quoted = false;
  for (const char letter : path) {
    quoted = quoted || letter == ' ' || letter == '\t';
    if (std::string_view("*?[]{}^\\\"").find(letter) != std::string_view::npos) text += '\\';
    text += letter;
  }
  return quoted ? '"' + text + '"' : text;
}

}  // namespace

std::vector<Denial> parse_denials(std::string_view log) {
  std::vector<Denial> denials;
  for (const std::string_view line : split(log, '\n')) {
    if (line.find("denied") == std::string_view::npos && line.find("apparmor=") == std::string_view::npos)
      continue;
    if (auto denial = of_selinux(line)) denials.push_back(std::move(*denial));
    if (auto denial = of_apparmor(line)) denials.push_back(std::move(*denial));
  }
  return denials;
}

DenialLog read_denials(const Host& host) {
  DenialLog log;
  log.now = seconds_now(host);
  // The number of the first one is fixed: PROC_PID_INIT_INO of the kernel.
  log.same_pids = host.link("/proc/self/ns/pid").value_or("") == "pid:[4026531836]";
  read_audit_log(host, log);
  read_kernel_log(host, log);
  return log;
}

std::string_view selinux_type(std::string_view context) {
  const std::vector<std::string_view> parts = split(context, ':');
  return parts.size() > 2 ? parts[2] : std::string_view();
}

std::string missing_profile_line(const Denial& denial) {
  if (denial.module != Denial::Module::apparmor) return {};
  const std::string& operation = denial.operation;
  if (operation == "capable") return fmt::format("capability {},", denial.what);
  if (operation == "ptrace") return fmt::format("ptrace ({}) peer={},", denial.rights, denial.peer);
  if (operation == "signal")
    return fmt::format("signal ({}) set=({}) peer={},", denial.rights, denial.detail, denial.peer);
  if (operation == "mount" || operation == "umount" || operation == "pivotroot")
    return operation == "pivotroot" ? "pivot_root,"
                                    : fmt::format("{} {},", operation, profile_path(denial.what));
  if (denial.kind == "unix") {
    std::string rights = denial.rights;
    std::replace(rights.begin(), rights.end(), ' ', ',');
    return fmt::format("unix ({}) type={},", rights, denial.socket_type);
  }
  if (!denial.kind.empty())
    return denial.socket_type.empty() ? fmt::format("network {},", denial.kind)
                                      : fmt::format("network {} {},", denial.kind, denial.socket_type);
  const std::string letters = profile_letters(denial.rights);
  if (denial.what.starts_with('/') && !letters.empty())
    return fmt::format("{} {},", profile_path(denial.what), letters);
  return {};
}

}  // namespace whywontitstart
