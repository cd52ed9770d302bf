// Writes the seccomp filter of the tracer to standard output, when the tool is built: libseccomp takes longer
// to make it than many a program takes to start. With --names: the calls that it lets stop.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "trace/calls.h"

namespace whywontitstart {
namespace {

constexpr std::uint32_t trace_action = SCMP_ACT_TRACE(0);

using Program = std::vector<sock_filter>;

struct Release {
  void operator()(void* context) const { ::seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

/// A build that cannot make the filter is to stop.
void require(int problem, std::string_view what) {
  if (problem == 0) return;
  std::fprintf(stderr, "make_filter: %.*s: %s\n", static_cast<int>(what.size()), what.data(),
               std::strerror(-problem));
  std::exit(1);
}

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

/// A call that the architecture does not have is skipped by libseccomp.
void add_rules(scmp_filter_ctx context, const KnownCall& call, std::uint32_t arch) {
  const int number = ::seccomp_syscall_resolve_name(std::string(call.name).c_str());
  if (number == __NR_SCMP_ERROR) return;  // newer than the library
  // The oldest mmap of i386 has its arguments in memory, where the kernel's filter cannot look.
  const bool in_memory = arch == SCMP_ARCH_X86 && call.name == "mmap";
  if (call.only_if.empty() || in_memory)
    return require(::seccomp_rule_add(context, trace_action, number, 0), call.name);
  for (const std::vector<ArgumentTest>& tests : call.only_if) {
    std::vector<scmp_arg_cmp> comparisons;
    for (const ArgumentTest& test : tests) comparisons.push_back(comparison(test));
    const auto count = static_cast<unsigned>(comparisons.size());
    require(::seccomp_rule_add_array(context, trace_action, number, count, comparisons.data()), call.name);
  }
}

Program exported(scmp_filter_ctx context) {
  const int memory = ::memfd_create("filter", MFD_CLOEXEC);
  require(::seccomp_export_bpf(context, memory), "export");
  Program program(static_cast<std::size_t>(::lseek(memory, 0, SEEK_END)) / sizeof(sock_filter));
  const std::size_t size = program.size() * sizeof(sock_filter);
  if (::pread(memory, program.data(), size, 0) != static_cast<ssize_t>(size)) require(-EIO, "read");
  ::close(memory);
  return program;
}

/// For one architecture; calls of the others are allowed.
Program program_for(std::uint32_t arch) {
  const Context context(::seccomp_init(SCMP_ACT_ALLOW));
  require(context ? 0 : -ENOMEM, "init");
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree instead of one long chain
  if (arch != ::seccomp_arch_native()) {
    require(::seccomp_arch_add(context.get(), arch), "architecture");
    require(::seccomp_arch_remove(context.get(), SCMP_ARCH_NATIVE), "architecture");
  }
  for (const KnownCall& call : known_calls())
    if (call.traced) add_rules(context.get(), call, arch);
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

Program whole_program() {
  const std::uint32_t native = ::seccomp_arch_native();
  const Program program = program_for(native);
  if (native == SCMP_ARCH_AARCH64)
    return joined(program, offsetof(seccomp_data, arch), BPF_JEQ, SCMP_ARCH_ARM, program_for(SCMP_ARCH_ARM));
  if (native != SCMP_ARCH_X86_64) return program;
  constexpr std::uint32_t x32_bit = 0x40000000;
  const Program with_x32 =
      joined(program, offsetof(seccomp_data, nr), BPF_JSET, x32_bit, program_for(SCMP_ARCH_X32));
  return joined(with_x32, offsetof(seccomp_data, arch), BPF_JEQ, SCMP_ARCH_X86, program_for(SCMP_ARCH_X86));
}

}  // namespace
}  // namespace whywontitstart

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--names") == 0) {
    for (const auto& call : whywontitstart::known_calls())
      if (call.traced) std::printf("%s\n", std::string(call.name).c_str());
    return 0;
  }
  const auto program = whywontitstart::whole_program();
  const std::size_t written = std::fwrite(program.data(), sizeof program.front(), program.size(), stdout);
  return written == program.size() && std::fflush(stdout) == 0 ? 0 : 1;
}
