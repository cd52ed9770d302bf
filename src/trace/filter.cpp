#include "trace/filter.h"

#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <memory>

#include "base/fd.h"
#include "trace/calls.h"

namespace whywontitstart {
namespace {

constexpr std::uint16_t trace_mark = 0x7717;  // tells a PTRACE_EVENT_SECCOMP of ours from another filter's
constexpr std::uint32_t trace_action = SCMP_ACT_TRACE(trace_mark);

struct Release {
  void operator()(void* context) const { ::seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

scmp_arg_cmp comparison(const ArgumentTest& test) {
  switch (test.kind) {
    case ArgumentTest::Kind::bits:
      return {test.index, SCMP_CMP_MASKED_EQ, test.mask, test.value};
    case ArgumentTest::Kind::differs:
      return {test.index, SCMP_CMP_NE, test.value, 0};
    case ArgumentTest::Kind::at_least:
      return {test.index, SCMP_CMP_GE, test.value, 0};
  }
  return {};
}

/// A call that one of the architectures does not have is skipped for it by libseccomp.
int add_rules(scmp_filter_ctx context, const KnownCall& call, std::uint32_t arch) {
  const int number = ::seccomp_syscall_resolve_name(std::string(call.name).c_str());
  if (number == __NR_SCMP_ERROR) return 0;  // newer than the library
  // The oldest mmap of i386 has its arguments in memory, where the kernel's filter cannot look.
  const bool in_memory = arch == SCMP_ARCH_X86 && call.name == "mmap";
  if (call.only_if.empty() || in_memory) return ::seccomp_rule_add(context, trace_action, number, 0);
  for (const std::vector<ArgumentTest>& tests : call.only_if) {
    std::vector<scmp_arg_cmp> comparisons;
    for (const ArgumentTest& test : tests) comparisons.push_back(comparison(test));
    const int problem = ::seccomp_rule_add_array(
        context, trace_action, number, static_cast<unsigned>(comparisons.size()), comparisons.data());
    if (problem != 0) return problem;
  }
  return 0;
}

Result<std::vector<sock_filter>> exported(scmp_filter_ctx context) {
  const Fd memory(::memfd_create("filter", MFD_CLOEXEC));
  if (!memory) return errno_error("make the seccomp filter: memfd_create");
  if (const int problem = ::seccomp_export_bpf(context, memory.get()); problem != 0)
    return errno_error("make the seccomp filter: export", -problem);
  const off_t size = ::lseek(memory.get(), 0, SEEK_END);
  std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  if (::pread(memory.get(), program.data(), static_cast<std::size_t>(size), 0) != size || program.empty())
    return errno_error("make the seccomp filter: read");
  return program;
}

using Program = std::vector<sock_filter>;

/// For one architecture; calls of the others are allowed.
Result<Program> program_for(std::uint32_t arch) {
  const Context context(::seccomp_init(SCMP_ACT_ALLOW));
  if (!context) return errno_error("make the seccomp filter", ENOMEM);
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree instead of one long chain
  if (arch != ::seccomp_arch_native()) {
    int problem = ::seccomp_arch_add(context.get(), arch);
    if (problem == 0) problem = ::seccomp_arch_remove(context.get(), SCMP_ARCH_NATIVE);
    if (problem != 0) return errno_error("make the seccomp filter: architecture", -problem);
  }
  for (const KnownCall& call : known_calls()) {
    if (!call.traced) continue;
    if (const int problem = add_rules(context.get(), call, arch); problem != 0)
      return errno_error(fmt::format("make the seccomp filter: {}", call.name), -problem);
  }
  return exported(context.get());
}

/// In front of `program`: calls for which `what` (arch or nr) fulfils the comparison go to `other`, which is
/// put behind.
Program joined(const Program& program, std::uint32_t what, std::uint16_t comparison, std::uint32_t value,
               const Program& other) {
  Program result = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, what),
                    BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | BPF_K | comparison), value, 0, 1),
                    BPF_STMT(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(program.size()))};
  result.insert(result.end(), program.begin(), program.end());
  result.insert(result.end(), other.begin(), other.end());
  return result;
}

}  // namespace

// Libseccomp can make one program for several architectures, but takes five times as long for it as for one
// each.
Result<std::vector<sock_filter>> make_filter() {
  Result<Program> program = program_for(::seccomp_arch_native());
  if (!program || ::seccomp_arch_native() != SCMP_ARCH_X86_64) return program;
  const Result<Program> x32 = program_for(SCMP_ARCH_X32);
  if (!x32) return x32;
  const Result<Program> x86 = program_for(SCMP_ARCH_X86);
  if (!x86) return x86;
  constexpr std::uint32_t x32_bit = 0x40000000;
  *program = joined(*program, offsetof(seccomp_data, nr), BPF_JSET, x32_bit, *x32);
  return joined(*program, offsetof(seccomp_data, arch), BPF_JEQ, SCMP_ARCH_X86, *x86);
}

}  // namespace whywontitstart
