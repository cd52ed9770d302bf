#include "cli/modes.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include <iostream>

#include <fcntl.h>

#include "base/fd.h"
#include "base/text.h"
#include "checks/checks.h"
#include "cli/attach.h"
#include "cli/oom_watch.h"
#include "cli/options.h"
#include "cli/watch.h"
#include "diagnosis/diagnose.h"
#include "facts/fact_builder.h"
#include "host/absent_host.h"
#include "host/real_host.h"
#include "host/waits.h"
#include "report/redact.h"
#include "report/write.h"
#include "rules/check.h"
#include "rules/load.h"
#include "rules/match.h"
#include "trace/strace_log.h"
#include "trace/tracer.h"

namespace whywontitstart {
namespace {

int complain(const Error& problem, int status = exit_unusable) {
  // A message about a file begins with its place, as compilers do it, so that editors can jump there.
  const bool has_place = problem.what.find(": error: ") != std::string::npos;
  std::cerr << (has_place ? "" : "whywontitstart: ") << printable(problem.what) << '\n';
  return status;
}

Result<RuleSet> rules_of(const Options& options) {
  Result<RuleSet> rules = built_in_rules();
  for (const std::string& path : options.rules) {
    if (!rules) break;
    if (Result<> added = add_rules(*rules, path); !added) return tl::unexpected(added.error());
  }
  return rules;
}

/// Rules of the user are read before anything is done, since they may be wrong; ours only once there is
/// something to explain: that takes longer than many a program.
Result<std::optional<RuleSet>> rules_given(const Options& options) {
  if (options.rules.empty()) return std::nullopt;
  return rules_of(options);
}

Result<std::vector<Match>> explanations(const std::optional<RuleSet>& given, const Target& target,
                                        const Facts& facts) {
  if (went_well(target, facts)) return {};
  if (given) return match(*given, facts);
  const Result<RuleSet> rules = built_in_rules();
  if (!rules) return tl::unexpected(rules.error());
  return match(*rules, facts);
}

TextStyle style_for(int fd, const Options& options) {
  TextStyle style;
  const bool terminal = ::isatty(fd) != 0;
  style.colour = options.color == "always" ||
                 (options.color == "auto" && terminal && std::getenv("NO_COLOR") == nullptr);
  style.brief = options.quiet;
  style.verbose = options.verbose;

  winsize size{};
  if (terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    style.width = std::min<int>(size.ws_col, 120);
  return style;
}

/// Where the reports are to go is looked at before the program runs: a misspelt folder should not cost a
/// start.
Result<> check_outputs(const Options& options) {
  if (Result<Format> format = format_of(options.format); !format) return tl::unexpected(format.error());
  for (const std::string& path : options.outputs) {
    if (path == "-") continue;
    if (Result<Format> format = format_of(path); !format) return tl::unexpected(format.error());
    const std::string folder = folder_of(path);
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
      return errno_error(fmt::format("cannot write {} into {}", path, folder));
  }
  return {};
}

int write_out(const Report& full, const Options& options) {
  const Report report = options.redact ? redacted(full) : full;
  const Format format = *format_of(options.format);
  bool on_stdout = options.format_given;
  for (const std::string& path : options.outputs) {
    if (path == "-") {
      on_stdout = true;
    } else if (Result<> written = write_report(report, path); !written) {
      return complain(written.error());
    }
  }
  const int fd = on_stdout ? STDOUT_FILENO : STDERR_FILENO;
  std::ostream& stream = on_stdout ? std::cout : std::cerr;
  stream << render(report, format, style_for(fd, options)) << std::flush;
  // Without a standard error there is still what -o asked for.
  if (!stream && on_stdout) return complain(Error{"the report could not be written to standard output", 0});
  if (report.is_ok()) return exit_started;
  const bool could_not_look =
      report.outcome.state == State::not_run && report.findings.front().cause == "trace.denied";
  return could_not_look ? exit_unable : exit_not_started;
}

int own_status(const Outcome& outcome) {
  if (outcome.state == State::not_started) return 127;
  if (outcome.status.signal != Signal::none) return 128 + number(outcome.status.signal);
  return outcome.status.code;
}

/// The checks explain what went wrong; of a good start only the long forms of the report show them.
bool wants_checks(const Options& options, const Target& target, const Facts& facts) {
  return !went_well(target, facts) || options.verbose || options.format_given || !options.outputs.empty();
}

int look_without_running(const Options& options, const Target& target, const Host& host,
                         std::vector<Finding> of_tracing = {}) {
  Evidences evidences;
  evidences.of_tracing = std::move(of_tracing);
  evidences.checks = run_checks(target, evidences.facts, host);
  evidences.backend = "none";
  return write_out(diagnose(target, std::move(evidences), host), options);
}

int look_without_running(const Options& options) {
  const RealHost host;
  Result<Target> target = resolve_target(options.launch, host);
  if (!target) return complain(target.error());
  return look_without_running(options, *target, host);
}

int diagnose_a_start(const Options& options, const std::optional<RuleSet>& rules) {
  const RealHost host;
  Result<Target> target = resolve_target(options.launch, host);
  if (!target) return complain(target.error());

  FactBuilder builder({.cwd = target->cwd,
                       .standard_output = host.link("/proc/self/fd/1").value_or(""),
                       .standard_error = host.link("/proc/self/fd/2").value_or("")});
  Result<Watch> watch = Watch::over(builder, *target, host);
  if (!watch) return complain(watch.error(), exit_unable);
  OomWatch memory(host);
  TraceOptions trace = options.trace;
  trace.seen_enough = [&] { return watch->has_seen_enough(); };
  trace.seen_waiting = [&](const auto& waits) { return watch->has_settled(waits); };
  if (!target->expected.empty()) trace.grace = trace.timeout;
  Result<TraceEnd> end = run_traced(*target, trace, [&](Event&& event) {
    watch->saw(event);
    memory.saw(event);
    // Now, while it still waits: later nobody can tell for whom.
    if (auto* wait = std::get_if<WaitEvent>(&event.what))
      explain_wait(host, event.process, event.thread, *wait);
    builder.add(std::move(event));
  });
  if (!end) return complain(end.error(), exit_unable);
  if (end->denied) return look_without_running(options, *target, host, {*end->denied});

  watch->judge(end->outcome);
  for (OomKillEvent& kill : memory.kills())
    builder.add(Event{Pid::none, Pid::none, end->outcome.duration, std::move(kill)});
  Evidences evidences;
  evidences.facts = builder.finish(end->outcome);
  Result<std::vector<Match>> matches = explanations(rules, *target, evidences.facts);
  if (!matches) return complain(matches.error());
  evidences.matches = std::move(*matches);
  if (wants_checks(options, *target, evidences.facts))
    evidences.checks = run_checks(*target, evidences.facts, host);
  evidences.backend = end->backend;
  evidences.lost = end->lost;
  evidences.remarks = end->remarks;
  for (const std::string& remark : watch->remarks()) evidences.remarks.push_back(remark);
  evidences.of_tracing = end->lost_rights;
  const Outcome outcome = evidences.facts.outcome;
  const int status = write_out(diagnose(*target, std::move(evidences), host), options);
  return options.propagate && status < exit_unusable ? own_status(outcome) : status;
}

int diagnose_a_process(const Options& options, const std::optional<RuleSet>& rules) {
  const RealHost host;
  Result<Target> target = target_of_process(host, options.pid);
  if (!target) return complain(target.error());
  const Result<> allowed = may_look_at(host, options.pid);
  FactBuilder builder(
      {.cwd = target->cwd,
       .standard_output = host.link(fmt::format("/proc/{}/fd/1", number(options.pid))).value_or(""),
       .standard_error = host.link(fmt::format("/proc/{}/fd/2", number(options.pid))).value_or("")});
  const TraceEnd end = run_attached(options.pid, options.attach, [&](Event&& event) {
    explain_attached(host, event);
    builder.add(std::move(event));
  });
  if (!allowed && end.backend == "none")
    return complain(why_unseen(host, options.pid, end.remarks), exit_unable);
  Evidences evidences;
  evidences.facts = builder.finish(end.outcome);
  Result<std::vector<Match>> matches = explanations(rules, *target, evidences.facts);
  if (!matches) return complain(matches.error());
  evidences.matches = std::move(*matches);
  if (wants_checks(options, *target, evidences.facts))
    evidences.checks = run_checks(*target, evidences.facts, host);
  evidences.backend = end.backend;
  evidences.lost = end.lost;
  evidences.remarks = end.remarks;
  return write_out(diagnose(*target, std::move(evidences), host), options);
}

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
  if (stats.calls == 0)
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
    evidences.remarks.push_back(
        fmt::format("{} of {} lines were not understood", stats.not_understood, stats.lines));
  return write_out(diagnose(target, std::move(evidences), host), options);
}

Facts facts_of_log(std::string_view text) {
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(std::move(event)); });
  reader.add(text);
  reader.finish();
  return builder.finish();
}

int list_rules(const Options& options) {
  const Result<RuleSet> rules = rules_of(options);
  if (!rules) return complain(rules.error());
  for (const Rule& rule : rules->rules) std::cout << fmt::format("{:<28} {}\n", rule.match.cause, rule.id);
  return exit_started;
}

int check_a_rule_file(const Options& options) {
  const Result<std::string> checked = check_rules(options.check_rules, facts_of_log);
  if (!checked) return complain(checked.error());
  std::cout << *checked << '\n';
  return exit_started;
}

}  // namespace

int run_mode(const std::vector<std::string>& words) {
  const Result<Options> options = parse_options(words);
  if (!options) {
    complain(options.error());
    std::cerr << "Try 'whywontitstart --help'.\n";
    return exit_unusable;
  }
  if (options->mode == Mode::help) return std::cout << help_text(), exit_started;
  if (options->mode == Mode::version)
    return std::cout << "whywontitstart " WHYWONTITSTART_VERSION "\n", exit_started;
  if (options->mode == Mode::check_rules) return check_a_rule_file(*options);
  if (Result<> outputs = check_outputs(*options); !outputs) return complain(outputs.error());

  if (options->mode == Mode::list_rules) return list_rules(*options);

  const Result<std::optional<RuleSet>> rules = rules_given(*options);
  if (!rules) return complain(rules.error());
  switch (options->mode) {
    case Mode::from:
      return diagnose_a_log(*options, *rules);
    case Mode::attach:
      return diagnose_a_process(*options, *rules);
    case Mode::check:
      return look_without_running(*options);
    default:
      return diagnose_a_start(*options, *rules);
  }
}

}  // namespace whywontitstart
