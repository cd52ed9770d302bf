// The calls of i386 that hide others: one gate for all of sockets, one for System V IPC, and those of the
// time before there were registers for six arguments.
#include <linux/audit.h>
#include <seccomp.h>

#include "trace/decode.h"

namespace whywontitstart {
namespace {

using Words = std::array<std::uint32_t, 6>;

constexpr std::uint64_t old_select = 82;
constexpr std::uint64_t old_mmap = 90;
constexpr std::uint64_t socketcall = 102;
constexpr std::uint64_t ipc = 117;

std::optional<Words> read_words(std::uint64_t address, std::size_t count, const TraceeView& tracee) {
  Words words{};
  const std::size_t size = count * sizeof(std::uint32_t);
  if (tracee.read(address, {reinterpret_cast<char*>(words.data()), size}) != size) return std::nullopt;
  return words;
}

SyscallEntry with_words(SyscallEntry entry, const Words& words) {
  std::copy(words.begin(), words.end(), entry.args.begin());
  return entry;
}

std::optional<SyscallEntry> renamed(SyscallEntry entry, const char* name) {
  const int number = ::seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, name);
  if (number == __NR_SCMP_ERROR) return std::nullopt;
  entry.number = static_cast<std::uint64_t>(static_cast<std::int64_t>(number));
  return entry;
}

std::optional<SyscallEntry> socket_call(const SyscallEntry& entry, const TraceeView& tracee) {
  // In the order of SYS_SOCKET (1), SYS_BIND (2), … of <linux/net.h>.
  struct Multiplexed {
    const char* name;
    std::size_t arguments;
  };
  constexpr Multiplexed calls[] = {{"socket", 3},   {"bind", 3},        {"connect", 3},     {"listen", 2},
                                   {"accept", 3},   {"getsockname", 3}, {"getpeername", 3}, {"socketpair", 4},
                                   {"send", 4},     {"recv", 4},        {"sendto", 6},      {"recvfrom", 6},
                                   {"shutdown", 2}, {"setsockopt", 5},  {"getsockopt", 5},  {"sendmsg", 3},
                                   {"recvmsg", 3},  {"accept4", 4},     {"recvmmsg", 5},    {"sendmmsg", 4}};
  const std::uint64_t which = entry.args[0];
  if (which < 1 || which > std::size(calls)) return std::nullopt;
  const Multiplexed& meant = calls[which - 1];
  const auto words = read_words(entry.args[1], meant.arguments, tracee);
  if (!words) return std::nullopt;
  return renamed(with_words(entry, *words), meant.name);
}

/// ipc(call, first, second, third, pointer, fifth): which of these are the arguments of the call, in their
/// order.
std::optional<SyscallEntry> ipc_call(const SyscallEntry& entry) {
  struct Multiplexed {
    std::uint64_t which;
    const char* name;
    std::array<std::size_t, 4> arguments;  ///< indices; 0 (the call itself) ends them
  };
  constexpr std::size_t first = 1, second = 2, third = 3, pointer = 4, fifth = 5;
  static constexpr Multiplexed calls[] = {{1, "semop", {first, pointer, second}},
                                          {2, "semget", {first, second, third}},
                                          {3, "semctl", {first, second, third, pointer}},
                                          {4, "semtimedop", {first, pointer, second, fifth}},
                                          {11, "msgsnd", {first, pointer, second, third}},
                                          {12, "msgrcv", {first, pointer, second, fifth}},
                                          {13, "msgget", {first, second}},
                                          {14, "msgctl", {first, second, pointer}},
                                          {21, "shmat", {first, pointer, second}},
                                          {22, "shmdt", {pointer}},
                                          {23, "shmget", {first, second, third}},
                                          {24, "shmctl", {first, second, pointer}}};
  constexpr std::uint64_t without_version = 0xffff;
  for (const Multiplexed& meant : calls) {
    if (meant.which != (entry.args[0] & without_version)) continue;
    SyscallEntry result = entry;
    result.args = {};
    for (std::size_t at = 0; at < meant.arguments.size() && meant.arguments[at] != 0; ++at)
      result.args[at] = entry.args[meant.arguments[at]];
    return renamed(result, meant.name);
  }
  return std::nullopt;
}

std::optional<SyscallEntry> unpacked(const SyscallEntry& entry, std::size_t count, const TraceeView& tracee) {
  const auto words = read_words(entry.args[0], count, tracee);
  return words ? std::optional(with_words(entry, *words)) : std::nullopt;
}

}  // namespace

SyscallEntry without_multiplexer(const SyscallEntry& entry, const TraceeView& tracee) {
  if (entry.arch != AUDIT_ARCH_I386) return entry;
  switch (entry.number) {
    case socketcall:
      return socket_call(entry, tracee).value_or(entry);
    case ipc:
      return ipc_call(entry).value_or(entry);
    case old_mmap:
      return unpacked(entry, 6, tracee).value_or(entry);
    case old_select:
      return unpacked(entry, 5, tracee).value_or(entry);
    default:
      return entry;
  }
}

}  // namespace whywontitstart
