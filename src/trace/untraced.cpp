#include "trace/untraced.h"

#include "trace/registers.h"

namespace whywontitstart {
namespace {

constexpr std::uint64_t untraced_flag = 0x00800000;

}  // namespace

std::optional<std::uint64_t> clone_flags(const SyscallEntry& entry, const TraceeView& view) {
  const Purpose purpose = call_info(entry.arch, entry.number).purpose;
  if (purpose == Purpose::clone) return entry.args[0];
  std::uint64_t flags = 0;  // the first member of struct clone_args
  if (purpose != Purpose::clone3 ||
      view.read(entry.args[0], {reinterpret_cast<char*>(&flags), sizeof flags}) != sizeof flags)
    return std::nullopt;
  return flags;
}

bool take_out_untraced(Pid thread, const SyscallEntry& entry, const TraceeView& view) {
  const std::optional<std::uint64_t> flags = clone_flags(entry, view);
  if (!flags || (*flags & untraced_flag) == 0) return false;
  const CallInfo& info = call_info(entry.arch, entry.number);
  if (info.purpose == Purpose::clone)
    set_first_argument(thread, info.is_32bit, *flags & ~untraced_flag);
  else
    set_word(thread, entry.args[0], *flags & ~untraced_flag);
  return true;
}

void put_back_untraced(Pid thread, const SyscallEntry& entry) {
  const CallInfo& info = call_info(entry.arch, entry.number);
  if (info.purpose == Purpose::clone) return set_first_argument(thread, info.is_32bit, entry.args[0]);
  set_word(thread, entry.args[0], word_at(thread, entry.args[0]) | untraced_flag);
}

}  // namespace whywontitstart
