#pragma once

#include "base/names.h"
#include "trace/calls.h"
#include "trace/decode.h"

namespace whywontitstart {

/// Some programs (sanitizers, crash reporters) start children with CLONE_UNTRACED. Such a child would escape
/// us but keep our seccomp filter, and each call that the filter names would fail with ENOSYS: we would have
/// broken the program. So the flag is taken out for the time of the call. True if it was there. See clone(2).
bool take_out_untraced(Pid thread, const SyscallEntry& entry, const TraceeView& view);

/// The flags of a clone or clone3; nothing for other calls, or where they cannot be read.
std::optional<std::uint64_t> clone_flags(const SyscallEntry& entry, const TraceeView& view);

/// Afterwards, in the caller and in the child, which has a copy: each finds its argument as it was.
void put_back_untraced(Pid thread, const SyscallEntry& entry);

}  // namespace whywontitstart
