#include "host/kernel_log.h"

#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

/// "  123.456789" of "[  123.456789] text".
std::chrono::microseconds time_of(std::string_view line) {
  const std::size_t close = line.find(']');
  if (!line.starts_with('[') || close == std::string_view::npos) return {};
  const std::string_view inside = trim(line.substr(1, close - 1));
  double seconds = 0;
  std::from_chars(inside.data(), inside.data() + inside.size(), seconds);
  return std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
}

std::string_view between(std::string_view text, std::string_view before, std::string_view ends) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find_first_of(ends));
}

Pid pid_in(std::string_view digits) {
  pid_t pid = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  return Pid{pid};
}

Result<double> seconds_since_boot(const Host& host) {
  const Result<std::string> uptime = host.read("/proc/uptime");
  if (!uptime) return tl::unexpected(uptime.error());
  double seconds = 0;
  std::from_chars(uptime->data(), uptime->data() + uptime->size(), seconds);
  return seconds;
}

struct RecentLog {
  std::string text;
  std::chrono::microseconds since{0};
};

Result<RecentLog> recent_log(const Host& host, std::chrono::nanoseconds ago) {
  constexpr double slack = 2;  // the two clocks need not be the same
  const Result<double> now = seconds_since_boot(host);
  if (!now) return tl::unexpected(now.error());
  Result<CommandOutput> log = host.run({"/usr/bin/dmesg"});
  if (!log) log = host.run({"/bin/dmesg"});
  if (!log) return tl::unexpected(log.error());
  if (log->exit_code != 0) return error("the kernel's log: " + std::string(trim(log->err)));
  const double since = std::max(0.0, *now - std::chrono::duration<double>(ago).count() - slack);
  return RecentLog{std::move(log->out), std::chrono::microseconds(static_cast<std::int64_t>(since * 1e6))};
}

/// The forms in which the kernel names a process.
bool is_about(std::string_view text, Pid pid) {
  const pid_t id = number(pid);
  for (const std::string& form :
       {fmt::format("[{}]:", id), fmt::format("[{}] ", id), fmt::format("rocess {} ", id),
        fmt::format(":{} blocked", id), fmt::format(" pid={} ", id)})
    if (text.find(form) != std::string_view::npos) return true;
  return false;
}

bool is_about_storage(std::string_view text) {
  for (const std::string_view words :
       {"I/O error", "EXT4-fs error", "XFS (", "BTRFS error", "Remounting filesystem read-only",
        "not responding, still trying", "critical medium error", "filesystem was remounted"})
    if (text.find(words) != std::string_view::npos) return true;
  return false;
}

}  // namespace

std::vector<OomRecord> parse_oom_records(std::string_view log) {
  constexpr std::string_view killed = "Killed process ";
  std::vector<OomRecord> records;
  std::string_view group;
  Pid in_group = Pid::none;  // the line about the group comes just before
  for (const std::string_view line : split(log, '\n')) {
    if (line.find("oom-kill:") != std::string_view::npos) {
      group = between(line, "oom_memcg=", ",");
      in_group = pid_in(between(line, ",pid=", ","));
      continue;
    }
    if (line.find(killed) == std::string_view::npos) continue;
    OomRecord record;
    record.at = time_of(line);
    record.pid = pid_in(between(line, killed, " "));
    record.name = std::string(between(between(line, killed, "\n"), "(", ")"));
    if (record.pid == in_group) record.group = std::string(group);
    record.text = std::string(trim(line));
    records.push_back(std::move(record));
  }
  return records;
}

Result<std::vector<OomRecord>> recent_oom_records(const Host& host, std::chrono::nanoseconds ago) {
  const Result<RecentLog> log = recent_log(host, ago);
  if (!log) return tl::unexpected(log.error());
  std::vector<OomRecord> records = parse_oom_records(log->text);
  std::erase_if(records, [&](const OomRecord& record) { return record.at < log->since; });
  return records;
}

std::vector<KernelRecord> parse_kernel_records(std::string_view log, const std::vector<Pid>& about) {
  std::vector<KernelRecord> records;
  for (const std::string_view line : split(log, '\n')) {
    KernelRecord record;
    record.at = time_of(line);
    const std::size_t close = line.starts_with('[') ? line.find(']') : std::string_view::npos;
    record.text = printable(trim(close == std::string_view::npos ? line : line.substr(close + 1)));
    for (const Pid pid : about)
      if (is_about(record.text, pid)) record.pid = pid;
    const bool told = std::any_of(records.begin(), records.end(),
                                  [&](const KernelRecord& other) { return other.text == record.text; });
    if (!told && (record.pid != Pid::none || is_about_storage(record.text)))
      records.push_back(std::move(record));
  }
  return records;
}

Result<std::vector<KernelRecord>> recent_kernel_records(const Host& host, std::chrono::nanoseconds ago,
                                                        const std::vector<Pid>& about) {
  const Result<RecentLog> log = recent_log(host, ago);
  if (!log) return tl::unexpected(log.error());
  std::vector<KernelRecord> records = parse_kernel_records(log->text, about);
  std::erase_if(records, [&](const KernelRecord& record) { return record.at < log->since; });
  return records;
}

}  // namespace whywontitstart
