#include "trace/decode.h"

#include <fcntl.h>

#include "base/text.h"
#include "trace/address.h"
#include "trace/arguments.h"

namespace whywontitstart {
namespace {

/// The printers of a signature, looked up once.
const std::vector<ArgumentPrinter>& printers_of(const KnownCall& call) {
  static std::vector<std::optional<std::vector<ArgumentPrinter>>> known(known_calls().size());
  std::optional<std::vector<ArgumentPrinter>>& printers =
      known[static_cast<std::size_t>(&call - known_calls().data())];
  if (!printers) {
    printers.emplace();
    if (!call.signature.empty())
      for (const std::string_view word : split(call.signature, ' '))
        printers->push_back(argument_printer(word));
  }
  return *printers;
}

}  // namespace

bool is_restart(const SyscallExit& exit) {
  constexpr std::int64_t restart_codes[] = {512, 513, 514, 516};
  return exit.is_error && std::find(std::begin(restart_codes), std::end(restart_codes), -exit.value) !=
                              std::end(restart_codes);
}

void set_result(SyscallEvent& event, const SyscallExit& exit) {
  event.finished = true;
  event.error = exit.is_error ? Errno{static_cast<int>(-exit.value)} : Errno::none;
  event.value = exit.is_error ? -1 : exit.value;
}

DecodedCall decode_call(const SyscallEntry& entry, const std::optional<SyscallExit>& exit,
                        const TraceeView& tracee) {
  const CallInfo& info = call_info(entry.arch, entry.number);
  DecodedCall call;
  call.event.name = info.name;
  call.event.finished = false;
  if (exit) set_result(call.event, *exit);
  ArgumentDecoder decoder{entry, exit, info.is_32bit, tracee, call.event, call.argv, {}};
  if (info.known != nullptr) {
    const std::vector<ArgumentPrinter>& printers = printers_of(*info.known);
    call.event.arguments.reserve(printers.size());
    for (std::size_t index = 0; index < printers.size(); ++index)
      if (std::string text = printers[index](decoder, index); !text.empty())
        call.event.arguments.push_back(std::move(text));
  } else {
    for (const std::uint64_t argument : entry.args)
      call.event.arguments.push_back(fmt::format("{:#x}", argument));
  }
  return call;
}

SyscallEvent dull_event(const CallInfo& call, std::string_view path, const SyscallExit& exit) {
  SyscallEvent event;
  event.name = call.name;
  set_result(event, exit);
  event.arguments.push_back(quoted(path));
  return event;
}

std::optional<SyscallEvent> decode_if_dull(const SyscallEntry& entry, const SyscallExit& exit,
                                           const TraceeView& tracee, const FailedNames& failed_names) {
  const CallInfo& info = call_info(entry.arch, entry.number);
  const bool has_folder = info.known != nullptr && info.known->signature.starts_with("dirfd");
  const std::optional<std::string> path = read_text(tracee, entry.args[has_folder ? 1 : 0]);
  if (!path || !failed_names.is_dull(*path)) return std::nullopt;
  return dull_event(info, *path, exit);
}

}  // namespace whywontitstart
