#include "trace/decode.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <seccomp.h>

#include "base/search_name.h"
#include "trace/address.h"
#include "trace/arguments.h"

namespace whywontitstart {
namespace {

/// The printers of a signature, looked up once.
const std::vector<ArgumentPrinter>& printers_of(const KnownCall& call) {
  static std::unordered_map<const KnownCall*, std::vector<ArgumentPrinter>> known;
  const auto [found, is_new] = known.try_emplace(&call);
  if (is_new && !call.signature.empty())
    for (const std::string_view word : split(call.signature, ' '))
      found->second.push_back(argument_printer(word));
  return found->second;
}

constexpr std::uint64_t multiplexed_socket_call = 102;  // socketcall(2) on i386

}  // namespace

bool is_restart(const SyscallExit& exit) {
  constexpr std::int64_t restart_codes[] = {512, 513, 514, 516};
  return exit.is_error && std::find(std::begin(restart_codes), std::end(restart_codes), -exit.value) !=
                              std::end(restart_codes);
}

void set_result(SyscallEvent& event, const SyscallExit& exit) {
  event.finished = true;
  event.error = exit.is_error ? Errno{static_cast<int>(-exit.value)} : Errno::none;
  event.value = exit.is_error ? -1 : exit.value;
}

DecodedCall decode_call(const SyscallEntry& entry, const std::optional<SyscallExit>& exit,
                        const TraceeView& tracee) {
  const CallInfo& info = call_info(entry.arch, entry.number);
  DecodedCall call;
  call.event.name = info.name;
  call.event.finished = false;
  if (exit) set_result(call.event, *exit);
  ArgumentDecoder decoder{entry, exit, info.is_32bit, tracee, call.event, call.argv, {}};
  if (info.known != nullptr) {
    const std::vector<ArgumentPrinter>& printers = printers_of(*info.known);
    for (std::size_t index = 0; index < printers.size(); ++index)
      if (std::string text = printers[index](decoder, index); !text.empty())
        call.event.arguments.push_back(std::move(text));
  } else {
    for (const std::uint64_t argument : entry.args)
      call.event.arguments.push_back(fmt::format("{:#x}", argument));
  }
  return call;
}

std::optional<SyscallEvent> decode_if_dull(const SyscallEntry& entry, const SyscallExit& exit,
                                           const TraceeView& tracee,
                                           const std::unordered_set<std::string>& failed_names) {
  const CallInfo& info = call_info(entry.arch, entry.number);
  const bool has_folder = info.known != nullptr && info.known->signature.starts_with("dirfd");
  const std::optional<std::string> path = read_text(tracee, entry.args[has_folder ? 1 : 0]);
  if (!path || failed_names.contains(std::string(search_name(*path)))) return std::nullopt;
  SyscallEvent event;
  event.name = info.name;
  set_result(event, exit);
  event.arguments = {quoted(*path), "..."};
  if (path->starts_with('/'))
    event.path = absolute_path("/", *path);
  else if (!has_folder || static_cast<int>(entry.args[0]) == AT_FDCWD)
    event.path = absolute_path(tracee.cwd(), *path);
  return event;
}

SyscallEntry without_multiplexer(const SyscallEntry& entry, const TraceeView& tracee) {
  if (entry.arch != AUDIT_ARCH_I386 || entry.number != multiplexed_socket_call) return entry;
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
  if (which < 1 || which > std::size(calls)) return entry;
  const Multiplexed& meant = calls[which - 1];
  std::array<std::uint32_t, 6> words{};
  const std::size_t size = meant.arguments * sizeof(std::uint32_t);
  if (tracee.read(entry.args[1], {reinterpret_cast<char*>(words.data()), size}) != size) return entry;
  const int number = ::seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, meant.name);
  if (number == __NR_SCMP_ERROR) return entry;
  SyscallEntry result{.arch = entry.arch,
                      .number = static_cast<std::uint64_t>(static_cast<std::int64_t>(number)),
                      .args = {}};
  std::copy(words.begin(), words.end(), result.args.begin());
  return result;
}

}  // namespace whywontitstart
