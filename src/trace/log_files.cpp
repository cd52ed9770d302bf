#include "trace/log_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_files = 32;
constexpr std::size_t tail_size = 64 << 10;
constexpr std::size_t most_hands = 16;  // through which one file goes

bool looks_like_a_log(const SyscallEvent& call) {
  const bool writes = has_flag(call, "O_WRONLY") || has_flag(call, "O_RDWR");
  if (!writes) return call.name == "creat" && call.path.find("log") != std::string::npos;
  if (has_flag(call, "O_APPEND")) return true;
  if (!has_flag(call, "O_CREAT")) return false;
  const std::string path = lower(call.path);
  return path.find("log") != std::string::npos || path.ends_with(".err") || path.ends_with(".out");
}

}  // namespace

void LogFiles::note(Pid process, Pid thread, const SyscallEvent& call) {
  if (call.error != Errno::none) return;
  if (!call.name.starts_with("open") && call.name != "creat") return;
  if (!looks_like_a_log(call)) return;
  // Through its descriptor: the same file, whatever its name means to us, and even once it is deleted.
  Result<Fd> file =
      open_file(proc_file(thread, fmt::format("fd/{}", call.value)), O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat status {};
  if (!file || ::fstat(file->get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  const std::pair<std::uint64_t, std::uint64_t> identity{status.st_dev, status.st_ino};
  if (const auto found = known_.find(identity); found != known_.end())
    return hand_over(watched_[found->second], process);
  if (watched_.size() >= most_files) return;
  known_.emplace(identity, watched_.size());
  watched_.push_back({process, call.path, std::move(*file), static_cast<std::uint64_t>(status.st_size), {}});
}

std::vector<LogFiles::Added> LogFiles::added() const {
  std::vector<Added> result;
  for (const Watched& watched : watched_) {
    result.insert(result.end(), watched.before.begin(), watched.before.end());
    if (std::string text = text_since(watched); !text.empty())
      result.push_back({watched.process, {watched.path, std::move(text)}});
  }
  return result;
}

/// The text after `start`, of which the end counts; none where it is no text.
std::string LogFiles::text_since(const Watched& watched) {
  struct stat status {};
  if (::fstat(watched.file.get(), &status) != 0) return {};
  const auto end = static_cast<std::uint64_t>(status.st_size);
  std::uint64_t start = end < watched.start ? 0 : watched.start;  // it was cut meanwhile
  start = std::max(start, end - std::min<std::uint64_t>(end, tail_size));
  std::string text(static_cast<std::size_t>(end - start), '\0');
  const ssize_t got = ::pread(watched.file.get(), text.data(), text.size(), static_cast<off_t>(start));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text.find('\0') == std::string::npos ? text : std::string();
}

void LogFiles::hand_over(Watched& watched, Pid process) {
  if (watched.process == process || watched.before.size() >= most_hands) return;
  struct stat status {};
  if (::fstat(watched.file.get(), &status) != 0) return;
  if (std::string text = text_since(watched); !text.empty())
    watched.before.push_back({watched.process, {watched.path, std::move(text)}});
  watched.start = static_cast<std::uint64_t>(status.st_size);
  watched.process = process;
}

}  // namespace whywontitstart
