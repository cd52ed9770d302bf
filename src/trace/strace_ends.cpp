#include "trace/strace_ends.h"

#include <seccomp.h>

#include <charconv>
#include <csignal>

#include "trace/calls.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

constexpr int first_realtime_signal = 32;  // the kernel's; the C library keeps two for itself

std::optional<Signal> signal_of(std::string_view word) {
  if (word == "SIGRTMIN") return Signal{first_realtime_signal};
  if (word == "SIGIO") return Signal{SIGIO};
  if (word == "SIGIOT") return Signal{SIGABRT};
  return signal_from_name(word);
}

/// See sigaction(2), siginfo_t.
int code_of(std::string_view word) {
  static const auto* const codes = new std::unordered_map<std::string_view, int>{{"SI_USER", SI_USER},
                                                                                 {"SI_KERNEL", SI_KERNEL},
                                                                                 {"SI_QUEUE", SI_QUEUE},
                                                                                 {"SI_TIMER", SI_TIMER},
                                                                                 {"SI_MESGQ", SI_MESGQ},
                                                                                 {"SI_ASYNCIO", SI_ASYNCIO},
                                                                                 {"SI_SIGIO", SI_SIGIO},
                                                                                 {"SI_TKILL", SI_TKILL},
                                                                                 {"SI_ASYNCNL", SI_ASYNCNL},
                                                                                 {"SEGV_MAPERR", SEGV_MAPERR},
                                                                                 {"SEGV_ACCERR", SEGV_ACCERR},
                                                                                 {"SEGV_BNDERR", SEGV_BNDERR},
                                                                                 {"SEGV_PKUERR", SEGV_PKUERR},
                                                                                 {"BUS_ADRALN", BUS_ADRALN},
                                                                                 {"BUS_ADRERR", BUS_ADRERR},
                                                                                 {"BUS_OBJERR", BUS_OBJERR},
                                                                                 {"BUS_MCEERR_AR", 4},
                                                                                 {"BUS_MCEERR_AO", 5},
                                                                                 {"ILL_ILLOPC", ILL_ILLOPC},
                                                                                 {"ILL_ILLOPN", ILL_ILLOPN},
                                                                                 {"ILL_ILLADR", ILL_ILLADR},
                                                                                 {"ILL_ILLTRP", ILL_ILLTRP},
                                                                                 {"ILL_PRVOPC", ILL_PRVOPC},
                                                                                 {"ILL_PRVREG", ILL_PRVREG},
                                                                                 {"ILL_COPROC", ILL_COPROC},
                                                                                 {"ILL_BADSTK", ILL_BADSTK},
                                                                                 {"FPE_INTDIV", FPE_INTDIV},
                                                                                 {"FPE_INTOVF", FPE_INTOVF},
                                                                                 {"FPE_FLTDIV", FPE_FLTDIV},
                                                                                 {"FPE_FLTOVF", FPE_FLTOVF},
                                                                                 {"FPE_FLTUND", FPE_FLTUND},
                                                                                 {"FPE_FLTRES", FPE_FLTRES},
                                                                                 {"FPE_FLTINV", FPE_FLTINV},
                                                                                 {"FPE_FLTSUB", FPE_FLTSUB},
                                                                                 {"TRAP_BRKPT", 1},
                                                                                 {"TRAP_TRACE", 2},
                                                                                 {"TRAP_BRANCH", 3},
                                                                                 {"TRAP_HWBKPT", 4},
                                                                                 {"SYS_SECCOMP", 1},
                                                                                 {"POLL_IN", 1},
                                                                                 {"POLL_OUT", 2},
                                                                                 {"POLL_MSG", 3},
                                                                                 {"POLL_ERR", 4},
                                                                                 {"POLL_PRI", 5},
                                                                                 {"POLL_HUP", 6}};
  const auto found = codes->find(word);
  return found != codes->end() ? found->second : StraceWord{word}.integer().value_or(0);
}

/// "NULL", "0x7ffd0000", "12", "12<sh>".
std::uint64_t number_of(std::string_view text) {
  const bool is_hex = take_prefix(text, "0x");
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, is_hex ? 16 : 10);
  return value;
}

/// "sh" of "12<sh>", as strace -Y writes it.
std::string decoration_of(std::string_view text) {
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos || !text.ends_with('>')) return {};
  return std::string(text.substr(open + 1, text.size() - open - 2));
}

/// The call that seccomp(2) refused, and its number: "__NR_mount" with "AUDIT_ARCH_X86_64", or the bare
/// number.
void take_refused_call(std::string_view name, std::string_view arch, SignalEvent& event) {
  const std::uint32_t token = arch == "AUDIT_ARCH_I386"      ? SCMP_ARCH_X86
                              : arch == "AUDIT_ARCH_X86_64"  ? SCMP_ARCH_X86_64
                              : arch == "AUDIT_ARCH_AARCH64" ? SCMP_ARCH_AARCH64
                                                             : SCMP_ARCH_NATIVE;
  if (!take_prefix(name, "__NR_")) {
    event.fault_address = number_of(name);
    event.call = call_info(token, event.fault_address).name;
    return;
  }
  event.call = name;
  const int number = ::seccomp_syscall_resolve_name_arch(token, event.call.c_str());
  event.fault_address = number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

}  // namespace

std::optional<SignalEvent> read_strace_signal(std::string_view line) {
  if (!take_prefix(line, "--- ")) return std::nullopt;
  const std::optional<Signal> signal = signal_of(line.substr(0, line.find(' ')));
  if (!signal) return std::nullopt;
  SignalEvent event;
  event.signal = *signal;
  const std::size_t open = line.find('{');
  if (open == std::string_view::npos) return event;
  std::string_view call, arch;
  for (const StraceWord& field : StraceWord{line.substr(open)}.parts()) {
    std::string_view text = field.text;
    if (take_prefix(text, "si_code="))
      event.code = code_of(text);
    else if (take_prefix(text, "si_pid="))
      event.sender = Pid{static_cast<pid_t>(number_of(text))}, event.sender_name = decoration_of(text);
    else if (take_prefix(text, "si_addr="))
      event.fault_address = number_of(text);
    else if (take_prefix(text, "si_syscall="))
      call = text;
    else if (take_prefix(text, "si_arch="))
      arch = text;
  }
  if (!call.empty()) take_refused_call(call, arch, event);
  return event;
}

std::optional<ExitStatus> read_strace_end(std::string_view line) {
  if (!take_prefix(line, "+++ ")) return std::nullopt;
  ExitStatus status;
  if (take_prefix(line, "exited with ")) {
    const auto code = take_number(line);
    if (!code) return std::nullopt;
    status.code = static_cast<int>(*code & 0xff);
    return status;
  }
  if (!take_prefix(line, "killed by ")) return std::nullopt;
  const std::optional<Signal> signal = signal_of(line.substr(0, line.find(' ')));
  if (!signal) return std::nullopt;
  status.signal = *signal;
  status.core_dumped = line.find("core dumped") != std::string_view::npos;
  return status;
}

}  // namespace whywontitstart
