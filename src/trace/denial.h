#pragma once

#include <string>

#include "base/names.h"
#include "model/finding.h"

namespace whywontitstart {

/// What may stand between us and ptrace(2).
struct Obstacles {
  int errno_code = 0;            ///< what ptrace answered; 0 where it did not even return
  Signal killed = Signal::none;  ///< what ended a child of ours that called ptrace
  std::string tracer;            ///< who traces the program already: "strace (12)"
  int yama_scope = -1;           ///< kernel.yama.ptrace_scope; -1 where there is no Yama
  bool of_another_user = false;  ///< the process that is to be traced
  bool was_running = false;      ///< it is none that we started
  bool has_capability = false;   ///< CAP_SYS_PTRACE
  bool under_seccomp = false;    ///< a filter of somebody else's watches us
  bool in_container = false;
  bool selinux_denies = false;  ///< SELinux enforces, with the boolean deny_ptrace on
};

/// The finding trace.denied: who forbids tracing, and what to do about it.
Finding explain_denial(const Obstacles& obstacles);

/// The reason alone: "kernel.yama.ptrace_scope is 2: only root may trace".
std::string denial_reason(const Obstacles& obstacles);

/// What stands in the way here, for the tracee `thread` (none: there was no time to have one).
Obstacles obstacles_for(int errno_code, Pid thread);

/// Calls ptrace in a child of ours: a seccomp filter may answer with death instead of an errno. The signal of
/// that death, or none.
Result<Signal> try_ptrace();

/// The finding trace.denied of a program that lost the rights of its file since we trace it.
Finding explain_lost_rights(const std::string& executable, Pid process, bool by_no_new_privs);

}  // namespace whywontitstart
