#include <fcntl.h>
#include <linux/audit.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>

#include "base/text.h"
#include "trace/address.h"
#include "trace/arguments.h"
#include "trace/decode.h"
#include "trace/filter.h"
#include "trace/stops.h"
#include "trace/words.h"

using namespace whywontitstart;

namespace {

/// A tracee whose memory is this process's own, so that addresses are plain pointers.
class FakeTracee : public TraceeView {
 public:
  std::size_t read(std::uint64_t address, std::span<char> to) const override {
    if (address < 4096) return 0;
    std::memcpy(to.data(), reinterpret_cast<const char*>(address), to.size());
    return to.size();
  }
  std::string cwd() const override { return "/srv/app"; }
  std::string file(int fd) const override { return fd == 5 ? "/etc" : fmt::format("socket:[{}]", fd); }
  std::string local_address(int) const override { return "127.0.0.1:40123"; }
};

std::uint64_t at(const void* pointer) { return reinterpret_cast<std::uint64_t>(pointer); }

DecodedCall decoded(const char* name, std::array<std::uint64_t, 6> args, std::optional<SyscallExit> exit) {
  SyscallEntry entry{.arch = ::seccomp_arch_native(), .number = 0, .args = args};
  entry.number = static_cast<std::uint64_t>(::seccomp_syscall_resolve_name(name));
  return decode_call(entry, exit, FakeTracee());
}

// Aligned, and in a buffer: a text is read in pieces of 256 bytes.
struct alignas(256) Text {
  char bytes[512] = "";
  explicit Text(const char* text) { std::strcpy(bytes, text); }
};

constexpr SyscallExit enoent{-ENOENT, true};

}  // namespace

TEST_CASE("every word of the table of calls has a printer") {
  for (const KnownCall& call : known_calls()) {
    INFO(call.name);
    if (!call.signature.empty())
      for (const std::string_view word : split(call.signature, ' ')) {
        INFO(word);
        CHECK(is_argument_word(word));
      }
    for (const auto& tests : call.only_if) CHECK(!tests.empty());
  }
}

TEST_CASE("paths are seen from the working directory, from a descriptor, or from the root") {
  const Text relative("etc/app.conf");
  const auto from_cwd =
      decoded("openat", {static_cast<std::uint64_t>(AT_FDCWD), at(relative.bytes), O_RDONLY}, enoent);
  CHECK(from_cwd.event.path == "/srv/app/etc/app.conf");
  CHECK(to_text(from_cwd.event) ==
        "openat(AT_FDCWD, \"etc/app.conf\", O_RDONLY) = -1 ENOENT (No such file or directory)");
  CHECK(from_cwd.event.fd == -1);
  CHECK(decoded("openat", {5, at(relative.bytes), O_RDONLY}, enoent).event.path == "/etc/etc/app.conf");
  const Text absolute("/x/./y");
  CHECK(decoded("openat", {5, at(absolute.bytes), O_RDONLY}, enoent).event.path == "/x/y");
  const auto created =
      decoded("openat", {5, at(absolute.bytes), O_WRONLY | O_CREAT | O_APPEND, 0640}, SyscallExit{3, false});
  CHECK(created.event.flags == std::vector<std::string>{"O_WRONLY", "O_CREAT", "O_APPEND"});
  CHECK(created.event.arguments.back() == "0640");
  CHECK(created.event.value == 3);
}

TEST_CASE("of two paths the second is the other one, and a link's target stays as written") {
  const Text one("a");
  const Text two("b");
  const auto renamed = decoded("rename", {at(one.bytes), at(two.bytes)}, enoent);
  CHECK(renamed.event.path == "/srv/app/a");
  CHECK(renamed.event.other_path == "/srv/app/b");
  const auto linked = decoded("symlink", {at(one.bytes), at(two.bytes)}, enoent);
  CHECK(linked.event.path == "/srv/app/b");
  CHECK(linked.event.other_path == "a");
}

TEST_CASE("memory that cannot be read costs the argument, not the event") {
  const auto call =
      decoded("openat", {static_cast<std::uint64_t>(AT_FDCWD), 0x10, O_RDONLY}, SyscallExit{-EFAULT, true});
  CHECK(call.event.path.empty());
  CHECK(call.event.arguments.at(1) == "0x10");
  CHECK(call.event.error == Errno{EFAULT});
}

TEST_CASE("a write tells what was really written") {
  const Text text("two\nlines\n");
  const auto all = decoded("write", {2, at(text.bytes), 10}, SyscallExit{10, false});
  CHECK(all.event.data == "two\nlines\n");
  CHECK(all.event.arguments.at(1) == "\"two\\nlines\\n\"");
  CHECK(all.event.file == "socket:[2]");
  CHECK(decoded("write", {2, at(text.bytes), 10}, SyscallExit{4, false}).event.data == "two\n");
}

TEST_CASE("execve's words are kept") {
  const Text path("/bin/x");
  const Text word("a b");
  const std::uint64_t argv[] = {at(path.bytes), at(word.bytes), 0};
  const std::uint64_t environment[] = {at(word.bytes), 0};
  const auto call = decoded("execve", {at(path.bytes), at(argv), at(environment)}, std::nullopt);
  CHECK(call.argv == std::vector<std::string>{"/bin/x", "a b"});
  CHECK(call.event.arguments.at(1) == "[\"/bin/x\", \"a b\"]");
  CHECK(call.event.arguments.at(2).ends_with(" /* 1 vars */"));
  CHECK_FALSE(call.event.finished);
}

TEST_CASE("a socket's pending error is read out of getsockopt") {
  const int code = ECONNREFUSED;
  const auto call = decoded("getsockopt", {3, SOL_SOCKET, SO_ERROR, at(&code), 0}, SyscallExit{0, false});
  CHECK(call.event.arguments.at(3) == "[ECONNREFUSED]");
  CHECK(call.event.flags == std::vector<std::string>{"SOL_SOCKET", "SO_ERROR"});
}

TEST_CASE("socket addresses are read as people write them") {
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(80);
  const auto bytes = [](const auto& address) {
    return std::string_view(reinterpret_cast<const char*>(&address), sizeof address);
  };
  CHECK(decode_address(bytes(ipv4), "").address == "0.0.0.0:80");
  CHECK(decode_address(bytes(ipv4), "").argument ==
        "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}");
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(443);
  ipv6.sin6_addr = in6addr_loopback;
  CHECK(decode_address(bytes(ipv6), "").address == "[::1]:443");
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  std::strcpy(local.sun_path, "run/x.sock");
  CHECK(decode_address(bytes(local), "/srv").address == "unix:/srv/run/x.sock");
  const std::string abstract("\x01\x00\x00name", 7);
  CHECK(decode_address(abstract, "").address == "unix:@name");
  CHECK(decode_address(std::string("\x10\x00", 2), "").address == "netlink");
  CHECK(decode_address("", "").address.empty());
}

TEST_CASE("text is quoted with escapes, and cut with dots") {
  CHECK(quoted("a\"b\\\n\x01z\x01"
               "2") == "\"a\\\"b\\\\\\n\\1z\\0012\"");
  CHECK(quoted("abcdef", 3) == "\"abc\"...");
  CHECK(quoted("abc", 3) == "\"abc\"");
}

TEST_CASE("an interrupted call that the kernel makes again has no result") {
  CHECK(is_restart({-512, true}));
  CHECK(is_restart({-516, true}));
  CHECK_FALSE(is_restart({-EINTR, true}));
  CHECK_FALSE(is_restart({512, false}));
}

TEST_CASE("flags are named, the rest is a number") {
  CHECK(open_flag_words(O_RDWR | O_CREAT) == std::vector<std::string>{"O_RDWR", "O_CREAT"});
  CHECK(socket_type_words(SOCK_DGRAM | SOCK_CLOEXEC) ==
        std::vector<std::string>{"SOCK_DGRAM", "SOCK_CLOEXEC"});
  CHECK(flag_words(words::access_modes, 0x44) == std::vector<std::string>{"R_OK", "0x40"});
}

TEST_CASE("a call without a name has its number") {
  CHECK(call_info(AUDIT_ARCH_X86_64, 99999).name == "syscall_99999");
  CHECK(call_info(AUDIT_ARCH_X86_64, 0).name == "read");
  CHECK(call_info(AUDIT_ARCH_I386, 5).name == "open");
  CHECK(call_info(AUDIT_ARCH_I386, 5).is_32bit);
  CHECK(call_info(AUDIT_ARCH_X86_64, 0x40000000).name == "read");  // x32
  CHECK(call_info(AUDIT_ARCH_X86_64, 0x40000000).is_32bit);
}

TEST_CASE("a wait status says why a tracee stopped") {
  const auto stopped = [](int signal, int event) { return (event << 16) | (signal << 8) | 0x7f; };
  CHECK(std::holds_alternative<SyscallStop>(stop_of(stopped(SIGTRAP | 0x80, 0))));
  CHECK(std::holds_alternative<SeccompStop>(stop_of(stopped(SIGTRAP, PTRACE_EVENT_SECCOMP))));
  CHECK(std::holds_alternative<ExecStop>(stop_of(stopped(SIGTRAP, PTRACE_EVENT_EXEC))));
  CHECK(std::get<ForkStop>(stop_of(stopped(SIGTRAP, PTRACE_EVENT_CLONE))).may_be_thread);
  CHECK(std::holds_alternative<GroupStop>(stop_of(stopped(SIGTSTP, PTRACE_EVENT_STOP))));
  CHECK(std::holds_alternative<TrapStop>(stop_of(stopped(SIGTRAP, PTRACE_EVENT_STOP))));
  CHECK(std::get<SignalDeliveryStop>(stop_of(stopped(SIGTRAP, 0))).signal == Signal{SIGTRAP});
  CHECK(std::get<SignalDeliveryStop>(stop_of(stopped(SIGSTOP, 0))).signal == Signal{SIGSTOP});
  CHECK(std::get<Ended>(stop_of(7 << 8)).status.code == 7);
  CHECK(std::get<Ended>(stop_of(SIGSEGV | 0x80)).status.signal == Signal{SIGSEGV});
  CHECK(std::get<Ended>(stop_of(SIGSEGV | 0x80)).status.core_dumped);
}

TEST_CASE("the seccomp filter is there, and as long as the kernel would take it") {
  const auto filter = call_filter();
  CHECK(filter.size() > 50);
  CHECK(filter.size() < 4096);  // BPF_MAXINSNS
}

TEST_CASE("what is found is dull unless something of its search name failed, and the names are bounded") {
  FailedNames names;
  names.add("/usr/lib/libx.so.1");
  CHECK(names.is_dull("/etc/passwd"));
  CHECK_FALSE(names.is_dull("/opt/lib/libx.so.1"));
  CHECK_FALSE(names.is_dull("libx.a"));
  for (std::size_t index = 0; index < FailedNames::most + 10; ++index) names.add(std::to_string(index));
  CHECK(names.size() == FailedNames::most);
  CHECK_FALSE(names.is_dull("/etc/passwd"));
}
