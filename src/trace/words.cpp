#include "trace/words.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/if_packet.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <termios.h>

namespace whywontitstart {
namespace {

#define WORD(name) \
  Word { static_cast<std::uint64_t>(name), #name }

constexpr Word open_words[] = {WORD(O_CREAT),
                               WORD(O_EXCL),
                               WORD(O_NOCTTY),
                               WORD(O_TRUNC),
                               WORD(O_APPEND),
                               WORD(O_NONBLOCK),
                               WORD(O_SYNC),
                               WORD(O_DSYNC),
                               WORD(O_ASYNC),
                               WORD(O_DIRECT),
                               {0100000, "O_LARGEFILE"},
                               WORD(O_TMPFILE),
                               WORD(O_DIRECTORY),
                               WORD(O_NOFOLLOW),
                               WORD(O_NOATIME),
                               WORD(O_CLOEXEC),
                               WORD(O_PATH)};
constexpr Word socket_types[] = {WORD(SOCK_STREAM),    WORD(SOCK_DGRAM), WORD(SOCK_RAW),   WORD(SOCK_RDM),
                                 WORD(SOCK_SEQPACKET), WORD(SOCK_DCCP),  WORD(SOCK_PACKET)};
constexpr Word socket_type_flags[] = {WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK)};
constexpr Word futex_operations[] = {
    WORD(FUTEX_WAIT),           WORD(FUTEX_WAKE),        WORD(FUTEX_FD),          WORD(FUTEX_REQUEUE),
    WORD(FUTEX_CMP_REQUEUE),    WORD(FUTEX_WAKE_OP),     WORD(FUTEX_LOCK_PI),     WORD(FUTEX_UNLOCK_PI),
    WORD(FUTEX_TRYLOCK_PI),     WORD(FUTEX_WAIT_BITSET), WORD(FUTEX_WAKE_BITSET), WORD(FUTEX_WAIT_REQUEUE_PI),
    WORD(FUTEX_CMP_REQUEUE_PI), WORD(FUTEX_LOCK_PI2)};

constexpr Word at_words[] = {WORD(AT_SYMLINK_NOFOLLOW),
                             WORD(AT_SYMLINK_FOLLOW),
                             WORD(AT_NO_AUTOMOUNT),
                             WORD(AT_EMPTY_PATH),
                             {0x200, "AT_EACCESS"}};
constexpr Word unlink_words[] = {WORD(AT_REMOVEDIR)};
constexpr Word access_words[] = {WORD(R_OK), WORD(W_OK), WORD(X_OK)};
constexpr Word protection_words[] = {WORD(PROT_READ), WORD(PROT_WRITE), WORD(PROT_EXEC), WORD(PROT_GROWSDOWN),
                                     WORD(PROT_GROWSUP)};
constexpr Word map_words[] = {
    {3, "MAP_SHARED_VALIDATE"}, WORD(MAP_SHARED),         WORD(MAP_PRIVATE),   WORD(MAP_FIXED),
    WORD(MAP_ANONYMOUS),        WORD(MAP_GROWSDOWN),      WORD(MAP_DENYWRITE), WORD(MAP_LOCKED),
    WORD(MAP_NORESERVE),        WORD(MAP_POPULATE),       WORD(MAP_NONBLOCK),  WORD(MAP_STACK),
    WORD(MAP_HUGETLB),          WORD(MAP_FIXED_NOREPLACE)};
constexpr Word clone_words[] = {WORD(CLONE_VM),
                                WORD(CLONE_FS),
                                WORD(CLONE_FILES),
                                WORD(CLONE_SIGHAND),
                                WORD(CLONE_PIDFD),
                                WORD(CLONE_PTRACE),
                                WORD(CLONE_VFORK),
                                WORD(CLONE_PARENT),
                                WORD(CLONE_THREAD),
                                WORD(CLONE_NEWNS),
                                WORD(CLONE_SYSVSEM),
                                WORD(CLONE_SETTLS),
                                WORD(CLONE_PARENT_SETTID),
                                WORD(CLONE_CHILD_CLEARTID),
                                WORD(CLONE_DETACHED),
                                WORD(CLONE_UNTRACED),
                                WORD(CLONE_CHILD_SETTID),
                                WORD(CLONE_NEWCGROUP),
                                WORD(CLONE_NEWUTS),
                                WORD(CLONE_NEWIPC),
                                WORD(CLONE_NEWUSER),
                                WORD(CLONE_NEWPID),
                                WORD(CLONE_NEWNET),
                                WORD(CLONE_IO)};
constexpr Word mount_words[] = {WORD(MS_RDONLY),  WORD(MS_NOSUID),  WORD(MS_NODEV), WORD(MS_NOEXEC),
                                WORD(MS_REMOUNT), WORD(MS_BIND),    WORD(MS_MOVE),  WORD(MS_REC),
                                WORD(MS_SILENT),  WORD(MS_PRIVATE), WORD(MS_SLAVE), WORD(MS_SHARED),
                                WORD(MS_RELATIME)};
constexpr Word send_words[] = {WORD(MSG_OOB),      WORD(MSG_PEEK), WORD(MSG_DONTROUTE),
                               WORD(MSG_WAITALL),  WORD(MSG_EOR),  WORD(MSG_DONTWAIT),
                               WORD(MSG_NOSIGNAL), WORD(MSG_MORE), WORD(MSG_CMSG_CLOEXEC)};
constexpr Word flock_words[] = {WORD(LOCK_SH), WORD(LOCK_EX), WORD(LOCK_NB), WORD(LOCK_UN)};
constexpr Word poll_words[] = {WORD(POLLIN),  WORD(POLLPRI),  WORD(POLLOUT),  WORD(POLLERR),
                               WORD(POLLHUP), WORD(POLLNVAL), WORD(POLLRDHUP)};

constexpr Word family_words[] = {WORD(AF_UNSPEC),  WORD(AF_UNIX),   WORD(AF_INET),      WORD(AF_INET6),
                                 WORD(AF_NETLINK), WORD(AF_PACKET), WORD(AF_BLUETOOTH), WORD(AF_ALG),
                                 WORD(AF_VSOCK),   WORD(AF_CAN),    WORD(AF_KEY),       WORD(AF_TIPC),
                                 {44, "AF_XDP"}};
constexpr Word protocol_words[] = {WORD(IPPROTO_IP),   WORD(IPPROTO_ICMP), WORD(IPPROTO_TCP),
                                   WORD(IPPROTO_UDP),  WORD(IPPROTO_IPV6), WORD(IPPROTO_ICMPV6),
                                   WORD(IPPROTO_SCTP), WORD(IPPROTO_RAW)};
constexpr Word level_words[] = {WORD(SOL_SOCKET), {0, "SOL_IP"},       {6, "SOL_TCP"},      {17, "SOL_UDP"},
                                {41, "SOL_IPV6"}, {263, "SOL_PACKET"}, {270, "SOL_NETLINK"}};
constexpr Word option_words[] = {
    WORD(SO_DEBUG),        WORD(SO_REUSEADDR),  WORD(SO_TYPE),     WORD(SO_ERROR),     WORD(SO_DONTROUTE),
    WORD(SO_BROADCAST),    WORD(SO_SNDBUF),     WORD(SO_RCVBUF),   WORD(SO_KEEPALIVE), WORD(SO_LINGER),
    WORD(SO_REUSEPORT),    WORD(SO_PASSCRED),   WORD(SO_PEERCRED), WORD(SO_RCVTIMEO),  WORD(SO_SNDTIMEO),
    WORD(SO_BINDTODEVICE), WORD(SO_ACCEPTCONN), WORD(SO_MARK),     WORD(SO_PROTOCOL),  WORD(SO_DOMAIN)};
// 12 to 14 are the 32-bit programs' own; 64-bit ones never use these numbers.
constexpr Word fcntl_words[] = {WORD(F_DUPFD),          WORD(F_GETFD),          WORD(F_SETFD),
                                WORD(F_GETFL),          WORD(F_SETFL),          WORD(F_GETLK),
                                WORD(F_SETLK),          WORD(F_SETLKW),         WORD(F_SETOWN),
                                WORD(F_GETOWN),         {12, "F_GETLK64"},      {13, "F_SETLK64"},
                                {14, "F_SETLKW64"},     {36, "F_OFD_GETLK"},    {37, "F_OFD_SETLK"},
                                {38, "F_OFD_SETLKW"},   {1024, "F_SETLEASE"},   {1030, "F_DUPFD_CLOEXEC"},
                                {1031, "F_SETPIPE_SZ"}, {1032, "F_GETPIPE_SZ"}, {1033, "F_ADD_SEALS"},
                                {1034, "F_GET_SEALS"}};
constexpr Word lock_words[] = {WORD(F_RDLCK), WORD(F_WRLCK), WORD(F_UNLCK)};
constexpr Word prctl_words[] = {
    WORD(PR_SET_PDEATHSIG),       WORD(PR_GET_DUMPABLE),     WORD(PR_SET_DUMPABLE),
    WORD(PR_SET_KEEPCAPS),        WORD(PR_SET_NAME),         WORD(PR_GET_NAME),
    WORD(PR_GET_SECCOMP),         WORD(PR_SET_SECCOMP),      WORD(PR_CAPBSET_READ),
    WORD(PR_CAPBSET_DROP),        WORD(PR_SET_SECUREBITS),   WORD(PR_SET_MM),
    WORD(PR_SET_CHILD_SUBREAPER), WORD(PR_SET_NO_NEW_PRIVS), WORD(PR_GET_NO_NEW_PRIVS),
    WORD(PR_SET_THP_DISABLE),     WORD(PR_CAP_AMBIENT),      WORD(PR_SET_PTRACER),
    {65, "PR_SET_MDWE"},          {0x53564d41, "PR_SET_VMA"}};
constexpr Word resource_words[] = {
    WORD(RLIMIT_CPU),      WORD(RLIMIT_FSIZE), WORD(RLIMIT_DATA),   WORD(RLIMIT_STACK),
    WORD(RLIMIT_CORE),     WORD(RLIMIT_RSS),   WORD(RLIMIT_NPROC),  WORD(RLIMIT_NOFILE),
    WORD(RLIMIT_MEMLOCK),  WORD(RLIMIT_AS),    WORD(RLIMIT_LOCKS),  WORD(RLIMIT_SIGPENDING),
    WORD(RLIMIT_MSGQUEUE), WORD(RLIMIT_NICE),  WORD(RLIMIT_RTPRIO), WORD(RLIMIT_RTTIME)};
constexpr Word seccomp_words[] = {WORD(SECCOMP_SET_MODE_STRICT), WORD(SECCOMP_SET_MODE_FILTER),
                                  WORD(SECCOMP_GET_ACTION_AVAIL), WORD(SECCOMP_GET_NOTIF_SIZES)};
constexpr Word ptrace_words[] = {WORD(PTRACE_TRACEME),   WORD(PTRACE_PEEKDATA), WORD(PTRACE_CONT),
                                 WORD(PTRACE_KILL),      WORD(PTRACE_ATTACH),   WORD(PTRACE_DETACH),
                                 WORD(PTRACE_SYSCALL),   WORD(PTRACE_SEIZE),    WORD(PTRACE_SETOPTIONS),
                                 WORD(PTRACE_INTERRUPT), WORD(PTRACE_LISTEN),   WORD(PTRACE_GETREGSET)};
constexpr Word epoll_words[] = {WORD(EPOLL_CTL_ADD), WORD(EPOLL_CTL_DEL), WORD(EPOLL_CTL_MOD)};
constexpr Word ioctl_words[] = {WORD(TCGETS),    WORD(TCSETS),    WORD(TCSETSW),   WORD(TIOCGWINSZ),
                                WORD(TIOCGPGRP), WORD(TIOCSPGRP), WORD(TIOCSCTTY), WORD(FIONREAD),
                                WORD(FIONBIO),   WORD(FIOCLEX)};
#undef WORD

void add_flag_words(std::span<const Word> words, std::uint64_t flags, std::vector<std::string>& result) {
  for (const Word& word : words) {
    if (flags == 0) return;
    if (word.value == 0 || (flags & word.value) != word.value) continue;
    result.emplace_back(word.name);
    flags &= ~word.value;
  }
  if (flags != 0) result.push_back(fmt::format("{:#x}", flags));
}

}  // namespace

std::vector<std::string> flag_words(std::span<const Word> words, std::uint64_t flags) {
  std::vector<std::string> result;
  add_flag_words(words, flags, result);
  return result;
}

std::string_view word_of(std::span<const Word> words, std::uint64_t value) {
  for (const Word& word : words)
    if (word.value == value) return word.name;
  return {};
}

std::vector<std::string> open_flag_words(std::uint64_t flags) {
  constexpr std::string_view modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
  std::vector<std::string> result{std::string(modes[flags & O_ACCMODE])};
  add_flag_words(open_words, flags & ~static_cast<std::uint64_t>(O_ACCMODE), result);
  return result;
}

std::vector<std::string> socket_type_words(std::uint64_t type) {
  constexpr std::uint64_t kind_mask = 0xf;
  std::vector<std::string> result = flag_words(socket_type_flags, type & ~kind_mask);
  const std::string_view kind = word_of(socket_types, type & kind_mask);
  if (!kind.empty()) result.insert(result.begin(), std::string(kind));
  return result;
}

std::vector<std::string> futex_words(std::uint64_t operation) {
  constexpr std::uint64_t flags = FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
  std::string word(word_of(futex_operations, operation & ~flags));
  if ((operation & FUTEX_PRIVATE_FLAG) != 0) word += "_PRIVATE";
  std::vector<std::string> result{word};
  if ((operation & FUTEX_CLOCK_REALTIME) != 0) result.emplace_back("FUTEX_CLOCK_REALTIME");
  return result;
}

namespace words {
const std::span<const Word> at_flags = at_words, unlink_flags = unlink_words, access_modes = access_words,
                            protections = protection_words, map_flags = map_words, clone_flags = clone_words,
                            mount_flags = mount_words, send_flags = send_words,
                            flock_operations = flock_words, poll_events = poll_words;
const std::span<const Word> families = family_words, protocols = protocol_words, levels = level_words,
                            socket_options = option_words, fcntl_commands = fcntl_words,
                            lock_types = lock_words, prctl_options = prctl_words, resources = resource_words,
                            seccomp_operations = seccomp_words, ptrace_requests = ptrace_words,
                            epoll_operations = epoll_words, ioctls = ioctl_words;
}  // namespace words

}  // namespace whywontitstart
