#include "facts/killers.h"

#include <algorithm>
#include <charconv>

namespace whywontitstart {
namespace {

constexpr std::size_t most_kills = 1000;

/// "12", "-1", "12<sleep>".
std::optional<pid_t> number_of(const SyscallEvent& call, std::size_t index) {
  if (index >= call.arguments.size()) return std::nullopt;
  const std::string& text = call.arguments[index];
  pid_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

void Killers::saw(Pid caller, const SyscallEvent& call) {
  if (call.name == "pidfd_open") {
    if (const auto process = number_of(call, 0)) pidfds_[{caller, static_cast<int>(call.value)}] = *process;
    return;
  }
  const bool by_pidfd = call.name == "pidfd_send_signal";
  if (!by_pidfd && call.name != "kill" && call.name != "tgkill" && call.name != "tkill") return;
  const auto& arguments = call.arguments;
  if (std::find(arguments.begin(), arguments.end(), "SIGKILL") == arguments.end() ||
      kills_.size() >= most_kills)
    return;
  Kill kill{caller, number_of(call, 0)};
  if (by_pidfd) {
    const auto known = pidfds_.find({caller, kill.to.value_or(-1)});
    kill.to = known == pidfds_.end() ? std::nullopt : std::optional(known->second);
  }
  kills_.push_back(kill);
}

std::optional<Pid> Killers::killer_of(Pid victim, Pid parent) const {
  const auto last = [&](auto fits) -> std::optional<Pid> {
    const auto found = std::find_if(kills_.rbegin(), kills_.rend(), fits);
    return found == kills_.rend() ? std::nullopt : std::optional(found->sender);
  };
  if (const auto killer = last([&](const Kill& kill) { return kill.to == number(victim); })) return killer;
  if (const auto killer = last([](const Kill& kill) { return kill.to && *kill.to <= 0; })) return killer;
  return last([&](const Kill& kill) { return !kill.to && kill.sender == parent; });
}

}  // namespace whywontitstart
