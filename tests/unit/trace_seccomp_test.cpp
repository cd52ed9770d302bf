#include <linux/audit.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "trace/denial.h"
#include "trace/own_filters.h"

using namespace whywontitstart;

namespace {

/// What libseccomp makes of a policy, which jumps, masks and compares as real programs' filters do.
OwnFilters filter_with(const std::function<void(scmp_filter_ctx)>& add_rules,
                       std::uint32_t otherwise = SCMP_ACT_ALLOW, OwnFilters before = nullptr) {
  scmp_filter_ctx context = ::seccomp_init(otherwise);
  add_rules(context);
  const int fd = ::memfd_create("filter", 0);
  REQUIRE(::seccomp_export_bpf(context, fd) == 0);
  std::vector<sock_filter> program(static_cast<std::size_t>(::lseek(fd, 0, SEEK_END)) / sizeof(sock_filter));
  REQUIRE(::pread(fd, program.data(), program.size() * sizeof(sock_filter), 0) > 0);
  ::close(fd);
  ::seccomp_release(context);
  return std::make_shared<const OwnFilter>(OwnFilter{std::move(program), std::move(before)});
}

SyscallEntry call_of(const char* name, std::array<std::uint64_t, 6> args = {}) {
  return {.arch = ::seccomp_arch_native(),
          .number = static_cast<std::uint64_t>(::seccomp_syscall_resolve_name(name)),
          .args = args};
}

}  // namespace

TEST_CASE("a filter of the program's is run as the kernel runs it") {
  const OwnFilters filter = filter_with([](scmp_filter_ctx context) {
    ::seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), ::seccomp_syscall_resolve_name("mount"), 0);
    ::seccomp_rule_add(context, SCMP_ACT_ERRNO(EAFNOSUPPORT), ::seccomp_syscall_resolve_name("socket"), 1,
                       SCMP_A0(SCMP_CMP_GT, 10));
    ::seccomp_rule_add(context, SCMP_ACT_TRAP, ::seccomp_syscall_resolve_name("mprotect"), 1,
                       SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 4));
  });
  CHECK(verdict_on(call_of("mount"), filter) == (SECCOMP_RET_ERRNO | EPERM));
  CHECK(verdict_on(call_of("socket", {2, 1, 0}), filter) == SECCOMP_RET_ALLOW);
  CHECK(verdict_on(call_of("socket", {16, 3, 0}), filter) == (SECCOMP_RET_ERRNO | EAFNOSUPPORT));
  CHECK(verdict_on(call_of("mprotect", {0, 0, 3}), filter) == SECCOMP_RET_ALLOW);
  CHECK(verdict_on(call_of("mprotect", {0, 0, 5}), filter) == SECCOMP_RET_TRAP);
  CHECK(verdict_on(call_of("getpid"), filter) == SECCOMP_RET_ALLOW);
  CHECK(verdict_on(call_of("mount"), nullptr) == SECCOMP_RET_ALLOW);
}

TEST_CASE("of several filters the strictest counts, and among equals the last") {
  const auto refuse = [](std::uint32_t action) {
    return [action](scmp_filter_ctx context) {
      ::seccomp_rule_add(context, action, ::seccomp_syscall_resolve_name("uname"), 0);
    };
  };
  const OwnFilters first = filter_with(refuse(SCMP_ACT_ERRNO(EPERM)));
  const OwnFilters second = filter_with(refuse(SCMP_ACT_ERRNO(ENOSYS)), SCMP_ACT_ALLOW, first);
  CHECK(verdict_on(call_of("uname"), second) == (SECCOMP_RET_ERRNO | ENOSYS));
  const OwnFilters third = filter_with(refuse(SCMP_ACT_KILL_PROCESS), SCMP_ACT_ALLOW, second);
  CHECK(verdict_on(call_of("uname"), third) == SECCOMP_RET_KILL_PROCESS);
  const OwnFilters fourth = filter_with(refuse(SCMP_ACT_LOG), SCMP_ACT_ALLOW, third);
  CHECK(verdict_on(call_of("uname"), fourth) == SECCOMP_RET_KILL_PROCESS);
}

TEST_CASE("a program that is none has no verdict") {
  const seccomp_data data{};
  CHECK_FALSE(run_filter({}, data));
  const std::vector<sock_filter> beyond = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4096),
                                           BPF_STMT(BPF_RET | BPF_K, 0)};
  CHECK_FALSE(run_filter(beyond, data));
  const std::vector<sock_filter> far = {BPF_JUMP(BPF_JMP | BPF_JA, 0xffffffff, 0, 0)};
  CHECK_FALSE(run_filter(far, data));
  const std::vector<sock_filter> by_zero = {BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0),
                                            BPF_STMT(BPF_RET | BPF_A, 0)};
  CHECK_FALSE(run_filter(by_zero, data));
}

TEST_CASE("who forbids tracing is told by what surrounds us, the surest first") {
  const auto subject_of_denial = [](const Obstacles& obstacles) {
    const Finding finding = explain_denial(obstacles);
    CHECK(finding.cause == "trace.denied");
    CHECK_FALSE(finding.fixes.empty());
    return finding.subject;
  };
  Obstacles found;
  found.errno_code = EPERM;
  CHECK(subject_of_denial(found) == Subject{"text", "security module"});
  found.in_container = true;
  CHECK(subject_of_denial(found) == Subject{"text", "container"});
  found.selinux_denies = true;
  CHECK(subject_of_denial(found) == Subject{"profile", "deny_ptrace"});
  found.under_seccomp = true;
  CHECK(subject_of_denial(found) == Subject{"profile", "seccomp"});
  found.yama_scope = 1;  // does not forbid to trace one's own children
  CHECK(subject_of_denial(found) == Subject{"profile", "seccomp"});
  found.yama_scope = 2;
  CHECK(subject_of_denial(found) == Subject{"limit", "kernel.yama.ptrace_scope"});
  found.has_capability = true;
  CHECK(subject_of_denial(found) == Subject{"profile", "seccomp"});
  found.yama_scope = 3;
  CHECK(subject_of_denial(found) == Subject{"limit", "kernel.yama.ptrace_scope"});
  found.tracer = "strace (12)";
  CHECK(subject_of_denial(found) == Subject{"process", "strace (12)"});
  CHECK(explain_denial(found).summary.find("strace (12) traces it already") != std::string::npos);
  found.tracer.clear();
  found.killed = Signal{SIGSYS};
  CHECK(subject_of_denial(found) == Subject{"profile", "seccomp"});
  CHECK(explain_denial(found).summary.find("SIGSYS") != std::string::npos);
}
