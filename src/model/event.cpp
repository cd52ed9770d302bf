#include "model/event.h"

#include "base/text.h"

namespace whywontitstart {

bool has_flag(const SyscallEvent& call, std::string_view flag) {
  return std::find(call.flags.begin(), call.flags.end(), flag) != call.flags.end();
}

std::string to_text(const SyscallEvent& call) {
  std::string text = fmt::format("{}({})", call.name, join(call.arguments, ", "));
  if (!call.finished) return text + " <unfinished ...>";
  if (call.error != Errno::none)
    return fmt::format("{} = -1 {} ({})", text, name(call.error), description(call.error));
  return fmt::format("{} = {}", text, call.value);
}

std::string to_timed_text(const SyscallEvent& call) {
  const std::string text = to_text(call);
  if (!call.finished || call.took.count() <= 0) return text;
  return fmt::format("{} <{:.6f}>", text, std::chrono::duration<double>(call.took).count());
}

}  // namespace whywontitstart
