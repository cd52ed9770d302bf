#include "model/event.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::pair<WaitFor, std::string_view> waits[] = {
    {WaitFor::unknown, "unknown"},
    {WaitFor::work, "work"},
    {WaitFor::lock, "lock"},
    {WaitFor::connection, "connection"},
    {WaitFor::answer, "answer"},
    {WaitFor::fifo, "fifo"},
    {WaitFor::pipe, "pipe"},
    {WaitFor::input, "input"},
    {WaitFor::child, "child"},
    {WaitFor::thread, "thread"},
    {WaitFor::time, "time"},
    {WaitFor::storage, "storage"},
    {WaitFor::processor, "processor"},
    {WaitFor::randomness, "randomness"},
    {WaitFor::continuation, "continuation"},
    {WaitFor::debugger, "debugger"},
    {WaitFor::reaper, "reaper"},
};

}  // namespace

std::string_view name(WaitFor what) {
  for (const auto& [wait, word] : waits)
    if (wait == what) return word;
  return "unknown";
}

std::optional<WaitFor> wait_from_name(std::string_view name) {
  for (const auto& [wait, word] : waits)
    if (word == name) return wait;
  return std::nullopt;
}

bool has_flag(const SyscallEvent& call, std::string_view flag) {
  return std::find(call.flags.begin(), call.flags.end(), flag) != call.flags.end();
}

std::string to_text(const SyscallEvent& call) {
  std::string text = fmt::format("{}({})", call.name, join(call.arguments, ", "));
  if (!call.finished) return text + " <unfinished ...>";
  if (call.error != Errno::none)
    return fmt::format("{} = -1 {} ({}){}", text, name(call.error), description(call.error),
                       call.refused ? " (SECCOMP)" : "");
  return fmt::format("{} = {}", text, call.value);
}

std::string to_timed_text(const SyscallEvent& call) {
  const std::string text = to_text(call);
  if (!call.finished || call.took.count() <= 0) return text;
  return fmt::format("{} <{:.6f}>", text, std::chrono::duration<double>(call.took).count());
}

}  // namespace whywontitstart
