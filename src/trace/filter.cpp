#include "trace/filter.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

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
int add_rules(scmp_filter_ctx context, const KnownCall& call) {
  const int number = ::seccomp_syscall_resolve_name(std::string(call.name).c_str());
  if (number == __NR_SCMP_ERROR) return 0;  // newer than the library
  if (call.only_if.empty()) return ::seccomp_rule_add(context, trace_action, number, 0);
  for (const std::vector<ArgumentTest>& tests : call.only_if) {
    std::vector<scmp_arg_cmp> comparisons;
    for (const ArgumentTest& test : tests) comparisons.push_back(comparison(test));
    const int problem = ::seccomp_rule_add_array(
        context, trace_action, number, static_cast<unsigned>(comparisons.size()), comparisons.data());
    if (problem != 0) return problem;
  }
  return 0;
}

Result<> add_architectures(scmp_filter_ctx context) {
  if (::seccomp_arch_native() != SCMP_ARCH_X86_64) return {};
  for (const std::uint32_t arch : {SCMP_ARCH_X86, SCMP_ARCH_X32}) {
    const int problem = ::seccomp_arch_add(context, arch);
    if (problem != 0 && problem != -EEXIST)
      return errno_error("make the seccomp filter: architecture", -problem);
  }
  return {};
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

}  // namespace

Result<std::vector<sock_filter>> make_filter() {
  const Context context(::seccomp_init(SCMP_ACT_ALLOW));
  if (!context) return errno_error("make the seccomp filter", ENOMEM);
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree instead of one long chain
  if (Result<> done = add_architectures(context.get()); !done) return tl::unexpected(done.error());
  for (const KnownCall& call : known_calls()) {
    if (!call.traced) continue;
    if (const int problem = add_rules(context.get(), call); problem != 0)
      return errno_error(fmt::format("make the seccomp filter: {}", call.name), -problem);
  }
  return exported(context.get());
}

}  // namespace whywontitstart
