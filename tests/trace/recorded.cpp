#include "recorded.h"

#include <catch2/catch.hpp>

#include "base/fd.h"

namespace whywontitstart {

std::vector<SyscallEvent> Recorded::calls(std::string_view name) const {
  std::vector<SyscallEvent> found;
  for (const auto& [event, call] : all<SyscallEvent>())
    if (call.name == name) found.push_back(call);
  return found;
}

std::optional<WaitEvent> Recorded::wait_in(std::string_view call) const {
  for (const auto& [event, wait] : all<WaitEvent>())
    if (wait.call.name == call) return wait;
  return std::nullopt;
}

std::optional<SyscallEvent> Recorded::call(std::string_view name, std::string_view path) const {
  for (const SyscallEvent& call : calls(name))
    if (call.path == path) return call;
  return std::nullopt;
}

std::optional<SyscallEvent> Recorded::failing(std::string_view name) const {
  for (const SyscallEvent& call : calls(name))
    if (call.error != Errno::none) return call;
  return std::nullopt;
}

std::string Recorded::written(int fd) const {
  std::string text;
  for (const SyscallEvent& call : calls("write"))
    if (call.fd == fd) text += call.data;
  return text;
}

std::optional<ExitStatus> Recorded::exit_of(Pid process) const {
  for (const auto& [event, end_of] : all<ExitEvent>())
    if (event.process == process) return end_of.status;
  return std::nullopt;
}

std::optional<Event> Recorded::event_of(std::string_view call_name) const {
  for (const auto& [event, call] : all<SyscallEvent>())
    if (call.name == call_name) return event;
  return std::nullopt;
}

std::string program(const std::string& name) { return fmt::format("{}/{}", PROGRAMS_FOLDER, name); }

char state_when(Pid pid, char wanted) {
  char state = '?';
  for (int tries = 0; tries < 200 && state != wanted; ++tries) {
    if (tries > 0) ::usleep(10'000);
    const std::string stat = read_file(fmt::format("/proc/{}/stat", number(pid))).value_or("");
    state = stat.find(") ") == std::string::npos ? '?' : stat.at(stat.rfind(") ") + 2);
  }
  return state;
}

Recorded record(const Target& target, TraceOptions options) {
  Recorded recorded;
  Result<TraceEnd> end =
      run_traced(target, options, [&](Event&& event) { recorded.events.push_back(std::move(event)); });
  INFO((end ? std::string() : end.error().what));
  REQUIRE(end);
  recorded.end = *end;
  return recorded;
}

Recorded record(const std::vector<std::string>& argv, Backend backend) {
  TraceOptions options;
  options.backend = backend;
  return record(target_of(argv), options);
}

Recorded record_until(const std::vector<std::string>& argv, const std::string& text, TraceOptions options) {
  Recorded recorded;
  options.seen_enough = [&] {
    return (recorded.written(1) + recorded.written(2)).find(text) != std::string::npos;
  };
  Result<TraceEnd> end = run_traced(target_of(argv), options,
                                    [&](Event&& event) { recorded.events.push_back(std::move(event)); });
  REQUIRE(end);
  recorded.end = *end;
  return recorded;
}

}  // namespace whywontitstart
