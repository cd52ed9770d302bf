#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "trace/calls.h"
#include "trace/decode.h"

namespace whywontitstart {

/// A seccomp filter that the program put on itself, and those that it had before. Children share it with
/// their parents, as in the kernel. See seccomp(2).
struct OwnFilter {
  std::vector<sock_filter> program;
  std::shared_ptr<const OwnFilter> before;
};
using OwnFilters = std::shared_ptr<const OwnFilter>;

/// `before` and the filter that this call (seccomp, prctl) has just installed; only `before` if it installed
/// none or cannot be read.
OwnFilters with_filter_of(const SyscallEntry& call, const TraceeView& tracee, OwnFilters before);

/// What such a filter says of a call: SECCOMP_RET_… with its data. Nothing where it is no valid program.
std::optional<std::uint32_t> run_filter(std::span<const sock_filter> program, const seccomp_data& data);

/// What the kernel makes of a call: the strictest that any of the filters says; SECCOMP_RET_ALLOW without
/// one.
std::uint32_t verdict_on(const SyscallEntry& call, const OwnFilters& filters);

}  // namespace whywontitstart
