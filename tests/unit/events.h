#pragma once
// Events in one line each, for tests that do not need a whole trace.

#include "model/event.h"

namespace whywontitstart::events {

inline Event at(Pid process, auto what) { return {process, process, TraceTime{0}, std::move(what)}; }

inline SyscallEvent open(std::string path, Errno error = Errno::none,
                         std::vector<std::string> flags = {"O_RDONLY"}) {
  SyscallEvent call;
  call.name = "openat";
  call.arguments = {"AT_FDCWD", "\"" + path + "\"", "O_RDONLY"};
  call.path = std::move(path);
  call.flags = std::move(flags);
  call.error = error;
  call.value = 5;
  return call;
}

inline SyscallEvent socket_call(std::string name, std::string address, Errno error = Errno::none,
                                int fd = 3) {
  SyscallEvent call;
  call.name = std::move(name);
  call.fd = fd;
  call.address = std::move(address);
  call.error = error;
  return call;
}

inline SyscallEvent write(std::string text, int fd = 2) {
  SyscallEvent call;
  call.name = "write";
  call.fd = fd;
  call.value = static_cast<std::int64_t>(text.size());
  call.data = std::move(text);
  return call;
}

inline ExecEvent exec(std::string path) { return {path, {path}}; }
inline ExitEvent exited(int code) { return {{code, Signal::none, false}}; }
inline ExitEvent killed(int signal) { return {{0, Signal{signal}, false}}; }

}  // namespace whywontitstart::events
