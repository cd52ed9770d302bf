#include "trace/own_filters.h"

#include <sys/prctl.h>

#include <cstring>

namespace whywontitstart {
namespace {

struct Location {
  std::uint64_t length = 0;
  std::uint64_t instructions = 0;
};

/// Reads a struct sock_fprog; a 32-bit program's pointers have 4 bytes.
std::optional<Location> read_location(std::uint64_t address, bool is_32bit, const TraceeView& tracee) {
  unsigned char bytes[16]{};
  const std::size_t size = is_32bit ? 8 : 16;
  if (tracee.read(address, {reinterpret_cast<char*>(bytes), size}) != size) return std::nullopt;
  std::uint16_t length = 0;
  std::memcpy(&length, bytes, sizeof length);
  Location location{.length = length, .instructions = 0};
  std::memcpy(&location.instructions, bytes + size / 2, size / 2);
  return location;
}

/// Where the call says that the filter is, if it installs one.
std::optional<std::uint64_t> filter_address(const SyscallEntry& call) {
  const std::string& name = call_info(call.arch, call.number).name;
  if (name == "seccomp" && call.args[0] == SECCOMP_SET_MODE_FILTER) return call.args[2];
  if (name == "prctl" && call.args[0] == PR_SET_SECCOMP && call.args[1] == SECCOMP_MODE_FILTER)
    return call.args[2];
  return std::nullopt;
}

/// The machine of a classic BPF program, as far as seccomp allows it.
class Machine {
 public:
  explicit Machine(const seccomp_data& data) { std::memcpy(words_, &data, sizeof data); }

  std::optional<std::uint32_t> run(std::span<const sock_filter> program) {
    for (std::size_t at = 0; at < program.size(); ++at) {
      const sock_filter& step = program[at];
      switch (BPF_CLASS(step.code)) {
        case BPF_RET:
          return BPF_RVAL(step.code) == BPF_A ? accumulator_ : step.k;
        case BPF_JMP:
          at += jump(step);
          break;
        default:
          if (!compute(step)) return std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  std::size_t jump(const sock_filter& step) const {
    const std::uint32_t other = BPF_SRC(step.code) == BPF_X ? index_ : step.k;
    switch (BPF_OP(step.code)) {
      case BPF_JA:
        return step.k;
      case BPF_JEQ:
        return accumulator_ == other ? step.jt : step.jf;
      case BPF_JGT:
        return accumulator_ > other ? step.jt : step.jf;
      case BPF_JGE:
        return accumulator_ >= other ? step.jt : step.jf;
      default:
        return (accumulator_ & other) != 0 ? step.jt : step.jf;  // BPF_JSET
    }
  }

  bool compute(const sock_filter& step) {
    switch (BPF_CLASS(step.code)) {
      case BPF_LD:
        return load(step, accumulator_);
      case BPF_LDX:
        return load(step, index_);
      case BPF_ST:
      case BPF_STX:
        if (step.k >= BPF_MEMWORDS) return false;
        memory_[step.k] = BPF_CLASS(step.code) == BPF_ST ? accumulator_ : index_;
        return true;
      case BPF_MISC:
        if (BPF_MISCOP(step.code) == BPF_TAX)
          index_ = accumulator_;
        else
          accumulator_ = index_;
        return true;
      default:
        return calculate(step);  // BPF_ALU
    }
  }

  bool load(const sock_filter& step, std::uint32_t& to) const {
    switch (BPF_MODE(step.code)) {
      case BPF_IMM:
        to = step.k;
        return true;
      case BPF_LEN:
        to = sizeof(seccomp_data);
        return true;
      case BPF_MEM:
        if (step.k >= BPF_MEMWORDS) return false;
        to = memory_[step.k];
        return true;
      case BPF_ABS:
        if (step.k % sizeof(std::uint32_t) != 0 || step.k >= sizeof(seccomp_data)) return false;
        to = words_[step.k / sizeof(std::uint32_t)];
        return true;
      default:
        return false;
    }
  }

  bool calculate(const sock_filter& step) {
    const std::uint32_t other = BPF_SRC(step.code) == BPF_X ? index_ : step.k;
    switch (BPF_OP(step.code)) {
      case BPF_ADD:
        accumulator_ += other;
        return true;
      case BPF_SUB:
        accumulator_ -= other;
        return true;
      case BPF_MUL:
        accumulator_ *= other;
        return true;
      case BPF_DIV:
        if (other == 0) return false;
        accumulator_ /= other;
        return true;
      case BPF_AND:
        accumulator_ &= other;
        return true;
      case BPF_OR:
        accumulator_ |= other;
        return true;
      case BPF_XOR:
        accumulator_ ^= other;
        return true;
      case BPF_LSH:
        accumulator_ = other < 32 ? accumulator_ << other : 0;
        return true;
      case BPF_RSH:
        accumulator_ = other < 32 ? accumulator_ >> other : 0;
        return true;
      case BPF_NEG:
        accumulator_ = 0U - accumulator_;
        return true;
      default:
        return false;
    }
  }

  std::uint32_t accumulator_ = 0;
  std::uint32_t index_ = 0;
  std::uint32_t memory_[BPF_MEMWORDS]{};
  std::uint32_t words_[sizeof(seccomp_data) / sizeof(std::uint32_t)]{};
};

/// The kernel compares actions as signed numbers: SECCOMP_RET_KILL_PROCESS is the least of all.
std::int32_t strictness(std::uint32_t verdict) {
  return static_cast<std::int32_t>(verdict & SECCOMP_RET_ACTION_FULL);
}

}  // namespace

OwnFilters with_filter_of(const SyscallEntry& call, const TraceeView& tracee, OwnFilters before) {
  const auto address = filter_address(call);
  if (!address) return before;
  const auto location = read_location(*address, call_info(call.arch, call.number).is_32bit, tracee);
  if (!location || location->length == 0 || location->length > BPF_MAXINSNS) return before;
  std::vector<sock_filter> program(location->length);
  const std::size_t size = program.size() * sizeof(sock_filter);
  if (tracee.read(location->instructions, {reinterpret_cast<char*>(program.data()), size}) != size)
    return before;
  return std::make_shared<const OwnFilter>(OwnFilter{std::move(program), std::move(before)});
}

std::optional<std::uint32_t> run_filter(std::span<const sock_filter> program, const seccomp_data& data) {
  return Machine(data).run(program);
}

std::uint32_t verdict_on(const SyscallEntry& call, const OwnFilters& filters) {
  std::uint32_t strictest = SECCOMP_RET_ALLOW;
  if (!filters) return strictest;
  seccomp_data data{};
  data.nr = static_cast<int>(call.number);
  data.arch = call.arch;
  std::copy(call.args.begin(), call.args.end(), std::begin(data.args));
  for (const OwnFilter* filter = filters.get(); filter != nullptr; filter = filter->before.get())
    if (const auto verdict = run_filter(filter->program, data);
        verdict && strictness(*verdict) < strictness(strictest))
      strictest = *verdict;
  return strictest;
}

}  // namespace whywontitstart
