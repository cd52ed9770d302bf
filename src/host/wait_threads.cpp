#include "host/wait_threads.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace whywontitstart {
namespace {

/// What glibc's and musl's mutexes begin with.
struct MutexWords {
  std::uint32_t lock = 0;
  std::uint32_t count = 0;
  std::uint32_t owner = 0;
};

std::optional<MutexWords> words_at(const Host& host, Pid process, std::uint64_t address) {
  MutexWords words;
  const Result<std::string> bytes =
      host.read_at(fmt::format("/proc/{}/mem", number(process)), address, sizeof words);
  if (!bytes || bytes->size() < sizeof words) return std::nullopt;
  std::memcpy(&words, bytes->data(), sizeof words);
  return words;
}

bool is_thread_of(const Host& host, Pid process, std::uint32_t id) {
  return id != 0 && host.status(fmt::format("/proc/{}/task/{}", number(process), id)).has_value();
}

std::string name_of(const Host& host, Pid process, Pid thread) {
  const std::string name =
      host.read(fmt::format("/proc/{}/task/{}/comm", number(process), number(thread))).value_or("");
  return fmt::format("thread {} ({})", number(thread), trim(name));
}

}  // namespace

void ask_futex(const Host& host, Pid process, Pid thread, WaitEvent& wait) {
  const std::vector<std::string>& arguments = wait.call.arguments;
  if (arguments.size() < 3 || !arguments[0].starts_with("0x")) return;
  std::uint64_t address = 0;
  std::from_chars(arguments[0].data() + 2, arguments[0].data() + arguments[0].size(), address, 16);
  const auto expected = static_cast<std::uint32_t>(std::strtoul(arguments[2].c_str(), nullptr, 10));
  const std::optional<MutexWords> words = words_at(host, process, address);
  if (!words) return;
  constexpr std::uint32_t tid_mask = 0x3fffffff;  // FUTEX_TID_MASK
  constexpr std::uint32_t locked_with_waiters = 2;
  const bool inherits = arguments[1].find("LOCK_PI") != std::string::npos;
  const std::string waiter = name_of(host, process, thread);
  if (inherits || (expected == locked_with_waiters && words->lock == locked_with_waiters)) {
    const std::uint32_t owner = inherits ? words->lock & tid_mask : words->owner;
    if (!is_thread_of(host, process, owner)) return;
    wait.by = {Pid{static_cast<pid_t>(owner)}};
    const std::string holder = name_of(host, process, wait.by.front());
    wait.who = wait.by.front() == thread
                   ? fmt::format("{} waits for a mutex that it has locked itself", waiter)
                   : fmt::format("{} waits for a mutex that {} has locked", waiter, holder);
  } else if (expected == words->lock && Pid{static_cast<pid_t>(expected)} != thread &&
             is_thread_of(host, process, expected)) {
    wait.by = {Pid{static_cast<pid_t>(expected)}};
    wait.who = fmt::format("{} waits for the end of {}", waiter, name_of(host, process, wait.by.front()));
  }
  if (!wait.who.empty()) wait.details.push_back(wait.who);
}

}  // namespace whywontitstart
