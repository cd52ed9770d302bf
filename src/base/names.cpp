#include "base/names.h"

#include <csignal>
#include <cstring>

namespace whywontitstart {
namespace {

constexpr int last_errno = 4095;  // the kernel's MAX_ERRNO
constexpr int last_signal = 64;

// Numbers that only the kernel and its tracers see: a call that is about to be restarted, see ptrace(2).
const char* restart_name(int code) {
  switch (code) {
    case 512:
      return "ERESTARTSYS";
    case 513:
      return "ERESTARTNOINTR";
    case 514:
      return "ERESTARTNOHAND";
    case 516:
      return "ERESTART_RESTARTBLOCK";
    default:
      return nullptr;
  }
}

}  // namespace

std::string name(Errno code) {
  if (const char* text = ::strerrorname_np(number(code))) return text;
  if (const char* text = restart_name(number(code))) return text;
  return std::to_string(number(code));
}

std::string description(Errno code) {
  const char* text = ::strerrordesc_np(number(code));
  return text != nullptr ? text : fmt::format("error {}", number(code));
}

std::optional<Errno> errno_from_name(std::string_view wanted) {
  static const auto* const numbers = [] {
    auto* table = new std::unordered_map<std::string, Errno>{
        {"EWOULDBLOCK", Errno{EWOULDBLOCK}}, {"ENOTSUP", Errno{ENOTSUP}}, {"EDEADLOCK", Errno{EDEADLOCK}}};
    for (int code = 1; code <= last_errno; ++code)
      if (::strerrorname_np(code) != nullptr || restart_name(code) != nullptr)
        table->emplace(name(Errno{code}), Errno{code});
    return table;
  }();
  const auto found = numbers->find(std::string(wanted));
  if (found == numbers->end()) return std::nullopt;
  return found->second;
}

std::string name(Signal signal) {
  if (const char* text = ::sigabbrev_np(number(signal))) return std::string("SIG") + text;
  if (number(signal) >= 32 && number(signal) <= last_signal)
    return fmt::format("SIGRT_{}", number(signal) - 32);
  return std::to_string(number(signal));
}

std::string description(Signal signal) {
  const char* text = ::sigdescr_np(number(signal));
  return text != nullptr ? text : fmt::format("signal {}", number(signal));
}

std::optional<Signal> signal_from_name(std::string_view wanted) {
  for (int candidate = 1; candidate <= last_signal; ++candidate)
    if (name(Signal{candidate}) == wanted) return Signal{candidate};
  return std::nullopt;
}

}  // namespace whywontitstart
