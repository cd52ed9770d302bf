#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "recorded_target.h"
#include "trace/tracer.h"

namespace whywontitstart {

/// A trace that was made, to be asked about.
struct Recorded {
  TraceEnd end;
  std::vector<Event> events;

  template <typename T>
  std::vector<std::pair<Event, T>> all() const {
    std::vector<std::pair<Event, T>> found;
    for (const Event& event : events)
      if (const T* what = std::get_if<T>(&event.what)) found.emplace_back(event, *what);
    return found;
  }
  std::vector<SyscallEvent> calls(std::string_view name) const;
  /// The first thread that sits in that call at the end.
  std::optional<WaitEvent> wait_in(std::string_view call) const;
  /// The first call of that name with that path, or with an error.
  std::optional<SyscallEvent> call(std::string_view name, std::string_view path) const;
  std::optional<SyscallEvent> failing(std::string_view name) const;
  /// All that was written to a descriptor.
  std::string written(int fd) const;
  std::optional<ExitStatus> exit_of(Pid process) const;
  Pid target() const { return events.empty() ? Pid::none : events.front().process; }
  std::optional<Event> event_of(std::string_view call_name) const;
};

Recorded record(const Target& target, TraceOptions options = {});
Recorded record(const std::vector<std::string>& argv, Backend backend = Backend::automatic);
/// Until something was written that contains `text`.
Recorded record_until(const std::vector<std::string>& argv, const std::string& text,
                      TraceOptions options = {});

/// The state letter of proc(5), once it is the wanted one, or after two seconds.
char state_when(Pid pid, char wanted);

std::string program(const std::string& name);

}  // namespace whywontitstart
