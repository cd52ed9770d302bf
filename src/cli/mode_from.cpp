#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "checks/checks.h"
#include "cli/each_mode.h"
#include "cli/explain.h"
#include "cli/output.h"
#include "diagnosis/diagnose.h"
#include "facts/fact_builder.h"
#include "host/absent_host.h"
#include "trace/strace_log.h"

namespace whywontitstart {

int diagnose_a_log(const Options& options, const std::optional<RuleSet>& rules) {
  Fd opened;
  int fd = STDIN_FILENO;
  if (options.from != "-") {
    Result<Fd> file = open_file(options.from, O_RDONLY);
    if (!file) return complain(file.error());
    opened = std::move(*file);
    fd = opened.get();
  }
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); });
  std::vector<char> buffer(1U << 18);
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return complain(Error{"read " + options.from + ": " + std::string(description(Errno{errno})), errno});
    if (got == 0) break;
    reader.add({buffer.data(), static_cast<std::size_t>(got)});
  }
  const StraceStats stats = reader.finish();
  if (stats.calls + stats.ends == 0)
    return complain(Error{fmt::format("{}: no line of it reads like a call in strace's output ({} lines)",
                                      options.from, stats.lines),
                          0});
  Evidences evidences;
  evidences.facts = builder.finish();
  Result<std::vector<Match>> matches = explanations(rules, Target{}, evidences.facts);
  if (!matches) return complain(matches.error());
  evidences.matches = std::move(*matches);
  evidences.backend = "strace-log";
  const AbsentHost host;
  Target target;
  if (const Process* process = evidences.facts.target()) {
    target.argv = process->argv;
    target.executable = process->executable;
  }
  evidences.checks = run_checks(target, evidences.facts, host);
  if (stats.not_understood > 0)
    evidences.remarks.push_back(fmt::format(
        "{} of {} lines were not understood (line {}{})", stats.not_understood, stats.lines,
        fmt::join(stats.first_not_understood_lines, ", "),
        stats.not_understood > stats.first_not_understood_lines.size() ? ", …" : ""));
  return write_out(diagnose(target, std::move(evidences), host), options);
}

}  // namespace whywontitstart
