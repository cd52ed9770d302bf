#pragma once

#include <string>
#include <vector>

#include "base/names.h"
#include "host/host.h"

namespace whywontitstart {

/// Somebody who has the other end of a pipe or FIFO open.
struct PipeEnd {
  Pid pid = Pid::none;
  bool reads = false;
  bool writes = false;
};

/// The processes that have it open. `file`: what /proc/PID/fd says, "pipe:[17]" or the path of a FIFO.
/// Processes whose descriptors are hidden from us are left out.
std::vector<PipeEnd> pipe_ends(const Host& host, std::string_view file);

/// The descriptors in an epoll instance, of /proc/PID/fdinfo/FD.
std::vector<int> epoll_members(std::string_view fdinfo);

/// The addresses that the process listens on, as far as its sockets can be asked.
std::vector<std::string> listening_addresses(const Host& host, Pid process);

/// "sleep (PID 12)"; "process 12" where its name is hidden.
std::string process_label(const Host& host, Pid pid);

/// The living children of a process, by their parent's number.
std::vector<Pid> children_of(const Host& host, Pid parent);

}  // namespace whywontitstart
