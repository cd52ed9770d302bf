#include "trace/foretell.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "trace/privileges.h"
#include "trace/requests.h"
#include "trace/untraced.h"

namespace whywontitstart {
namespace {

/// To compare a process with us costs as much as a few stops: only where it looks up more than that.
constexpr unsigned patience = 16;

constexpr int not_to_end = AT_SYMLINK_NOFOLLOW;
constexpr int stat_flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;

bool has_only(std::uint64_t flags, int allowed) { return (static_cast<int>(flags) & ~allowed) == 0; }
bool is_here(std::uint64_t folder) { return static_cast<int>(folder) == AT_FDCWD; }

LookUp stat_of(std::uint64_t path, std::uint64_t result, std::size_t size, bool follows) {
  return {
      .path = path, .follows = follows, .mode = {}, .access_flags = 0, .result = result, .result_size = size};
}

LookUp access_of(std::uint64_t path, std::uint64_t mode, std::uint64_t flags = 0) {
  const bool follows = (flags & AT_SYMLINK_NOFOLLOW) == 0;
  return {.path = path,
          .follows = follows,
          .mode = mode & 0xffffffff,
          .access_flags = static_cast<int>(flags),
          .result = 0,
          .result_size = 0};
}

std::optional<LookUp> question_of(std::uint64_t call, const std::array<std::uint64_t, 6>& args) {
  switch (call) {
#ifdef SYS_stat  // older architectures
    case SYS_stat:
    case SYS_lstat:
      return stat_of(args[0], args[1], sizeof(struct stat), call == SYS_stat);
    case SYS_access:
      return access_of(args[0], args[1]);
#endif
    case SYS_newfstatat:
      if (!is_here(args[0]) || !has_only(args[3], stat_flags)) return std::nullopt;
      return stat_of(args[1], args[2], sizeof(struct stat), (args[3] & not_to_end) == 0);
    case SYS_statx:
      if (!is_here(args[0]) || !has_only(args[2], stat_flags) || (args[3] & STATX__RESERVED) != 0)
        return std::nullopt;
      return stat_of(args[1], args[4], sizeof(struct statx), (args[2] & not_to_end) == 0);
    case SYS_faccessat:
      if (!is_here(args[0])) return std::nullopt;
      return access_of(args[1], args[2]);
    case SYS_faccessat2:
      if (!is_here(args[0]) || !has_only(args[3], AT_EACCESS | AT_SYMLINK_NOFOLLOW)) return std::nullopt;
      return access_of(args[1], args[2], args[3] & 0xffffffff);
    default:
      return std::nullopt;
  }
}

/// On the stack, above its end, or at least mapped.
bool takes_result(const Thread& thread, const SyscallEntry& entry, const LookUp& asked) {
  if (asked.mode) return true;
  constexpr std::uint64_t of_a_frame = 64 * 1024;
  if (entry.stack_pointer != 0 && asked.result >= entry.stack_pointer &&
      asked.result - entry.stack_pointer < of_a_frame)
    return true;
  char byte = 0;
  return thread.memory.read(asked.result, {&byte, 1}) == 1 &&
         thread.memory.read(asked.result + asked.result_size - 1, {&byte, 1}) == 1;
}

/// Links there lead everybody elsewhere: to his own descriptors, his own folder.
bool is_ones_own(std::string_view path) { return path.starts_with("/proc") || path.starts_with("/dev/"); }

constexpr int quietly = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;

}  // namespace

Foreteller::Foreteller(bool wanted) : wanted_(wanted && !is_under_seccomp()) {}

void Foreteller::before(const CallInfo& call, const Thread& thread, Tracees& tracees) {
  switch (call.purpose) {
    case Purpose::changes_folder:
      thread.links->outlook.folder = Fd();
      break;
    case Purpose::changes_rights:
      thread.links->outlook.likeness = Likeness::differs;
      thread.links->outlook.folder = Fd();
      break;
    case Purpose::changes_mounts:
      // Ours are not to keep a file system busy.
      for (auto& [id, other] : tracees.all()) other.links->outlook.folder = Fd();
      mounts_.forget();
      break;
    case Purpose::confines:
      wanted_ = false;
      break;
    default:
      break;
  }
}

void Foreteller::greet(const Thread& child, const Thread& parent) {
  if (!wanted_ || !parent.call) return;
  const std::optional<std::uint64_t> flags = clone_flags(parent.call->entry, LiveView(parent));
  const bool is_thread = child.process == parent.process;
  if (!flags || ((*flags & CLONE_FS) != 0) == is_thread) return;
  child.links->outlook.likeness = Likeness::differs;
  parent.links->outlook.likeness = Likeness::differs;
}

std::optional<LookUp> Foreteller::look_up(const Thread& thread, const SyscallEntry& entry) const {
  Outlook& known = thread.links->outlook;
  static const std::uint32_t native = ::seccomp_arch_native();
  if (!wanted_ || thread.every_call || entry.arch != native || known.likeness == Likeness::differs)
    return std::nullopt;
  if (known.likeness == Likeness::unknown) {
    if (++known.asked < patience) return std::nullopt;
    known.likeness = is_like_us(thread.id) ? Likeness::same : Likeness::differs;
  }
  return known.likeness == Likeness::same ? question_of(entry.number, entry.args) : std::nullopt;
}

bool Foreteller::will_succeed(const Thread& thread, const SyscallEntry& entry, const LookUp& asked,
                              const std::string& path) {
  if (is_ones_own(path)) return false;
  Fd& folder = thread.links->outlook.folder;
  if (!folder && !path.starts_with('/')) {
    Result<Fd> opened = open_file(proc_file(thread.id, "cwd"), O_PATH | O_DIRECTORY);
    if (!opened) return false;
    folder = std::move(*opened);
  }
  const int from = folder ? folder.get() : AT_FDCWD;
  const bool found = mounts_.may_block() ? is_found_in_cache(from, path.c_str(), asked)
                                         : is_found(from, path.c_str(), asked);
  return found && takes_result(thread, entry, asked);
}

/// Older kernels tell no mount: then there is nothing to foretell.
bool Foreteller::is_local(const struct statx& status) {
  wanted_ = wanted_ && (status.stx_mask & STATX_MNT_ID) != 0;
  return wanted_ && mounts_.is_local(status.stx_mnt_id);
}

bool Foreteller::is_found(int folder, const char* path, const LookUp& asked) {
  struct statx status {};
  const int flags = quietly | (asked.follows ? 0 : AT_SYMLINK_NOFOLLOW);
  return ::statx(folder, path, flags, STATX_MNT_ID, &status) == 0 && is_local(status) &&
         (!asked.mode || *asked.mode == F_OK ||
          ::syscall(SYS_faccessat2, folder, path, *asked.mode, asked.access_flags) == 0);
}

bool Foreteller::is_found_in_cache(int folder, const char* path, const LookUp& asked) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC | (asked.follows ? 0U : static_cast<unsigned>(O_NOFOLLOW));
  how.resolve = RESOLVE_CACHED | RESOLVE_NO_MAGICLINKS;
  const Fd file(static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how)));
  if (!file) return false;
  struct statx status {};
  return ::statx(file.get(), "", quietly | AT_EMPTY_PATH, STATX_MNT_ID, &status) == 0 && is_local(status) &&
         (!asked.mode || *asked.mode == F_OK ||
          ::syscall(SYS_faccessat2, file.get(), "", *asked.mode, AT_EMPTY_PATH | asked.access_flags) == 0);
}

}  // namespace whywontitstart
