// Prints every event of a run as a line, for comparisons with other tracers:
//
//   dump_events full|filtered|auto FILE PROGRAM [ARG...]
//   dump_events --coverage
//
// FILE gets "PID name(arguments) = result", "PID +++ exited with 3 +++", "PID +++ killed by SIGSEGV +++", and
// a last line "lost N". The exit status is the program's, as a shell has it. --coverage lists the calls that
// the filtered tracer looks at: "name always" or "name sometimes".
#include <cstdio>

#include "recorded_target.h"
#include "trace/calls.h"
#include "trace/tracer.h"

namespace {

using namespace whywontitstart;

std::string line_of(const Event& event) {
  const int thread = number(event.thread);
  if (const auto* call = std::get_if<SyscallEvent>(&event.what))
    return fmt::format("{} {}", thread, to_text(*call));
  if (const auto* fork = std::get_if<ForkEvent>(&event.what))
    return fmt::format("{} new {} {}", thread, fork->is_thread ? "thread" : "process", number(fork->child));
  if (const auto* exec = std::get_if<ExecEvent>(&event.what))
    return fmt::format("{} exec {}", thread, exec->executable);
  if (const auto* signal = std::get_if<SignalEvent>(&event.what))
    return fmt::format("{} --- {} {} ---", thread, name(signal->signal), signal->call);
  const auto* exit = std::get_if<ExitEvent>(&event.what);
  if (exit == nullptr) return fmt::format("{} log", thread);
  if (exit->status.signal == Signal::none)
    return fmt::format("{} +++ exited with {} +++", thread, exit->status.code);
  return fmt::format("{} +++ killed by {} +++", thread, name(exit->status.signal));
}

int list_coverage() {
  for (const KnownCall& call : known_calls())
    if (call.traced)
      std::printf("%s %s\n", std::string(call.name).c_str(), call.only_if.empty() ? "always" : "sometimes");
  return 0;
}

int trace(const std::string& backend, const char* path, const std::vector<std::string>& argv) {
  std::FILE* file = std::fopen(path, "we");
  if (file == nullptr) return std::perror(path), 2;
  TraceOptions options;
  options.timeout = std::chrono::seconds(120);
  options.backend = backend == "full"       ? Backend::full
                    : backend == "filtered" ? Backend::filtered
                                            : Backend::automatic;
  const Result<TraceEnd> end = run_traced(target_of(argv), options, [&](const Event& event) {
    std::fprintf(file, "%s\n", line_of(event).c_str());
  });
  if (!end) return std::fprintf(stderr, "dump_events: %s\n", end.error().what.c_str()), 3;
  std::fprintf(file, "lost %zu\n", end->lost);
  for (const std::string& remark : end->remarks) std::fprintf(file, "remark %s\n", remark.c_str());
  std::fclose(file);
  const ExitStatus& status = end->outcome.status;
  if (end->outcome.state == State::running) return 124;
  if (end->outcome.state == State::not_started) return 127;
  return status.signal == Signal::none ? status.code : 128 + number(status.signal);
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::string_view(words[1]) == "--coverage") return list_coverage();
  if (count < 4) return std::fprintf(stderr, "dump_events full|filtered|auto FILE PROGRAM [ARG...]\n"), 2;
  return trace(words[1], words[2], {words + 3, words + count});
}
