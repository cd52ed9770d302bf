#include "host/needed_capability.h"

#include <array>
#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

struct Need {
  std::string_view call, capability;
};

/// Of these calls EPERM means nothing else; names as in section 2 of the manual.
constexpr std::array<Need, 47> needs{{
    {"chown", "CAP_CHOWN"},
    {"lchown", "CAP_CHOWN"},
    {"fchown", "CAP_CHOWN"},
    {"fchownat", "CAP_CHOWN"},
    {"setuid", "CAP_SETUID"},
    {"setreuid", "CAP_SETUID"},
    {"setresuid", "CAP_SETUID"},
    {"setgid", "CAP_SETGID"},
    {"setregid", "CAP_SETGID"},
    {"setresgid", "CAP_SETGID"},
    {"setgroups", "CAP_SETGID"},
    {"setrlimit", "CAP_SYS_RESOURCE"},
    {"prlimit64", "CAP_SYS_RESOURCE"},
    {"mlock", "CAP_IPC_LOCK"},
    {"mlock2", "CAP_IPC_LOCK"},
    {"mlockall", "CAP_IPC_LOCK"},
    {"sched_setscheduler", "CAP_SYS_NICE"},
    {"sched_setparam", "CAP_SYS_NICE"},
    {"sched_setattr", "CAP_SYS_NICE"},
    {"sched_setaffinity", "CAP_SYS_NICE"},
    {"setpriority", "CAP_SYS_NICE"},
    {"ioprio_set", "CAP_SYS_NICE"},
    {"chroot", "CAP_SYS_CHROOT"},
    {"mount", "CAP_SYS_ADMIN"},
    {"umount2", "CAP_SYS_ADMIN"},
    {"pivot_root", "CAP_SYS_ADMIN"},
    {"setns", "CAP_SYS_ADMIN"},
    {"unshare", "CAP_SYS_ADMIN"},
    {"sethostname", "CAP_SYS_ADMIN"},
    {"swapon", "CAP_SYS_ADMIN"},
    {"quotactl", "CAP_SYS_ADMIN"},
    {"fanotify_init", "CAP_SYS_ADMIN"},
    {"bpf", "CAP_BPF"},
    {"perf_event_open", "CAP_PERFMON"},
    {"ptrace", "CAP_SYS_PTRACE"},
    {"process_vm_readv", "CAP_SYS_PTRACE"},
    {"kill", "CAP_KILL"},
    {"mknod", "CAP_MKNOD"},
    {"mknodat", "CAP_MKNOD"},
    {"settimeofday", "CAP_SYS_TIME"},
    {"clock_settime", "CAP_SYS_TIME"},
    {"adjtimex", "CAP_SYS_TIME"},
    {"init_module", "CAP_SYS_MODULE"},
    {"finit_module", "CAP_SYS_MODULE"},
    {"syslog", "CAP_SYSLOG"},
    {"ioperm", "CAP_SYS_RAWIO"},
    {"iopl", "CAP_SYS_RAWIO"},
}};

unsigned number_in(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_privileged_port(const Host& host, const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || address.starts_with("unix:")) return false;
  const unsigned port = number_in(std::string_view(address).substr(colon + 1));
  const unsigned first_free =
      number_in(host.read("/proc/sys/net/ipv4/ip_unprivileged_port_start").value_or("1024"));
  return port != 0 && port < first_free;
}

bool any_flag(const SyscallEvent& call, std::initializer_list<std::string_view> flags) {
  return std::any_of(flags.begin(), flags.end(), [&](std::string_view flag) { return has_flag(call, flag); });
}

std::uint32_t word_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t at = 4; at > 0; --at)
    value = value << 8 | static_cast<unsigned char>(bytes[offset + at - 1]);
  return value;
}

}  // namespace

std::string_view needed_capability(const Host& host, const SyscallEvent& call) {
  const int code = number(call.error);
  if (code == EACCES && call.name == "bind" && is_privileged_port(host, call.address))
    return "CAP_NET_BIND_SERVICE";
  if (code == EACCES && call.name == "setpriority") return "CAP_SYS_NICE";
  if (code == EACCES && call.name == "perf_event_open") return "CAP_PERFMON";
  if (code == ENOMEM && call.name.starts_with("mlock")) return "";  // the limit, not the right
  if (code != EPERM) return "";
  if (call.name == "socket")
    return any_flag(call, {"SOCK_RAW", "AF_PACKET", "SOCK_PACKET"}) ? "CAP_NET_RAW" : "";
  const bool of_network =
      any_flag(call, {"SO_MARK", "SO_BINDTODEVICE", "SO_PRIORITY", "SO_RCVBUFFORCE", "SO_SNDBUFFORCE",
                      "IP_TRANSPARENT", "IPV6_TRANSPARENT", "TUNSETIFF"});
  if (call.name == "setsockopt" || call.name == "ioctl") return of_network ? "CAP_NET_ADMIN" : "";
  std::string_view name = call.name;
  if (name.ends_with("32")) name.remove_suffix(2);
  const auto found =
      std::find_if(needs.begin(), needs.end(), [&](const Need& need) { return need.call == name; });
  return found == needs.end() ? std::string_view() : found->capability;
}

std::optional<unsigned> capability_number(std::string_view name) {
  for (unsigned number = 0; number < 64; ++number)
    if (capability_name(number) == name) return number;
  return std::nullopt;
}

std::optional<FileCapabilities> parse_file_capabilities(std::string_view attribute) {
  // struct vfs_cap_data of <linux/capability.h>, little endian on every machine: revision and flags, then the
  // lower halves and the upper halves of both sets; revision 1 has no upper halves.
  if (attribute.size() < 12) return std::nullopt;
  const std::uint32_t magic = word_at(attribute, 0), revision = magic >> 24;
  if (revision < 1 || revision > 3 || (revision > 1 && attribute.size() < 20)) return std::nullopt;
  FileCapabilities capabilities;
  capabilities.effective = (magic & 1) != 0;
  capabilities.permitted = word_at(attribute, 4);
  capabilities.inheritable = word_at(attribute, 8);
  if (revision == 1) return capabilities;
  capabilities.permitted |= std::uint64_t{word_at(attribute, 12)} << 32;
  capabilities.inheritable |= std::uint64_t{word_at(attribute, 16)} << 32;
  return capabilities;
}

}  // namespace whywontitstart
