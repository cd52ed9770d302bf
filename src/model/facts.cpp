#include "model/facts.h"

namespace whywontitstart {

std::string_view name(State state) {
  switch (state) {
    case State::exited:
      return "exited";
    case State::killed:
      return "killed";
    case State::running:
      return "running";
    case State::hung:
      return "hung";
    case State::not_started:
      return "not-started";
    case State::not_run:
      return "not-run";
  }
  return "not-run";
}

std::string_view name(Stream stream) {
  switch (stream) {
    case Stream::standard_error:
      return "standard error";
    case Stream::standard_output:
      return "standard output";
    case Stream::log_file:
      return "log file";
    case Stream::syslog:
      return "syslog";
    case Stream::journal:
      return "journal";
    case Stream::file:
      return "file";
  }
  return "file";
}

const Process* Facts::find(Pid pid) const {
  const auto found = std::find_if(processes.begin(), processes.end(),
                                  [&](const Process& process) { return process.pid == pid; });
  return found == processes.end() ? nullptr : &*found;
}

bool Facts::is_blamed(Pid pid) const { return std::find(blame.begin(), blame.end(), pid) != blame.end(); }

}  // namespace whywontitstart
