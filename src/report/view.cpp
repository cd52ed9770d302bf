#include "report/view.h"

#include "base/text.h"
#include "report/compared_rows.h"
#include "report/escape.h"
#include "report/moments.h"

namespace whywontitstart {
namespace {

constexpr double sure = 0.9;

std::string program_name(const Report& report) {
  std::string_view name =
      report.target.argv.empty() ? std::string_view() : base_name(report.target.argv.front());
  if (name.empty()) name = base_name(report.target.executable);
  return name.empty() ? "the program" : shown_on_one_line(name);
}

const Process* process_of(const Report& report, Pid pid) {
  const auto found = std::find_if(report.processes.begin(), report.processes.end(),
                                  [&](const Process& process) { return process.pid == pid; });
  return found == report.processes.end() ? nullptr : &*found;
}

/// A sentence goes on after "nginx did not start: ", so an article loses its capital; a name keeps it.
std::string continued(std::string sentence) {
  for (const std::string_view article : {"The ", "A ", "An ", "It ", "No ", "There "})
    if (sentence.starts_with(article)) sentence[0] = static_cast<char>(sentence[0] - 'A' + 'a');
  return sentence;
}

std::string with_full_stop(std::string sentence) {
  while (sentence.ends_with(' ')) sentence.pop_back();
  if (!sentence.empty() && std::string_view(".!?").find(sentence.back()) == std::string_view::npos)
    sentence += '.';
  return sentence;
}

std::string_view what_became_of_it(State state, bool is_attached) {
  switch (state) {
    case State::exited:
    case State::killed:
    case State::not_started:
      return "did not start";
    case State::running:
      return "runs, but is not ready";
    case State::hung:
      return is_attached ? "hangs" : "does not come up";
    case State::not_run:
      return "would not start";
  }
  return "did not start";
}

std::string listening_words(const Report& report) {
  std::vector<std::string> addresses;
  for (const Process& process : report.processes)
    for (const std::string& address : process.listens)
      if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
        addresses.push_back(shown_on_one_line(address));
  return addresses.empty() ? "" : "listens on " + join(addresses, ", ");
}

std::string healthy_headline(const Report& report, const std::string& program, const std::string& summary) {
  const Outcome& outcome = report.outcome;
  std::string text = summary;
  if (!summary.starts_with(program)) {
    const std::string detail = summary.empty() ? listening_words(report) : continued(summary);
    const std::string_view lead = outcome.state == State::running  ? "is up"
                                  : outcome.state == State::exited ? "finished well"
                                                                   : "is fine";
    text = fmt::format("{} {}{}{}", program, lead, detail.empty() ? "" : ": ", detail);
  }
  while (text.ends_with('.')) text.pop_back();
  if (outcome.state == State::running)
    return fmt::format("{} ({} {}).", text, outcome.ready ? "started in" : "watched for",
                       duration_words(outcome.duration));
  if (outcome.state == State::exited)
    return fmt::format("{} (after {}).", text, duration_words(outcome.duration));
  return text + ".";
}

std::string headline_of(const Report& report, const Finding& verdict) {
  const std::string program = program_name(report);
  const std::string summary = shown_on_one_line(verdict.summary.empty() ? verdict.title : verdict.summary);
  if (verdict.cause.starts_with("ok.")) return healthy_headline(report, program, summary);
  if (summary.starts_with(program + " ")) return with_full_stop(summary);
  const std::string reason = summary.empty() ? "the reason is not known" : continued(summary);
  return with_full_stop(fmt::format(
      "{} {}: {}", program, what_became_of_it(report.outcome.state, report.outcome.attached), reason));
}

std::string label_of(const Evidence& evidence, const std::string& speaker, bool is_recorded) {
  if (evidence.kind == "syscall") return "what happened";
  if (evidence.kind == "output") return speaker + " said";
  if (evidence.kind == "log") return "the log says";
  if (evidence.kind == "probe") return is_recorded ? "on its machine" : "on this machine";
  if (evidence.kind == "elf") return "in the program";
  if (evidence.kind == "search") return "looked in";
  if (evidence.kind == "walk") return "the way there";
  if (evidence.kind == "signal") return "the signal";
  if (evidence.kind == "exit") return "how it ended";
  if (evidence.kind == "trace") return "in the trace";
  if (evidence.kind == "comparison") return "in the good run";
  return shown_on_one_line(evidence.kind);
}

std::vector<std::string> pieces(std::string_view text, std::string_view between) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(between, at), text.size());
    all.push_back(shown_on_one_line(text.substr(at, end - at)));
    at = end + between.size();
  }
  return all;
}

/// A search and a way to a path are lists: nobody reads twenty paths in one sentence.
std::pair<std::string, std::vector<std::string>> listed(const Evidence& evidence) {
  const std::string_view text = trim(evidence.text);
  if (evidence.kind == "walk") return {"", pieces(text, "\n")};
  if (evidence.kind == "search") return {"", pieces(text, ", ")};
  constexpr std::string_view mark = " places: ";
  const std::size_t places = text.find(mark);
  if (evidence.kind == "syscall" && text.starts_with("looked for ") && places != std::string_view::npos)
    return {shown_on_one_line(text.substr(0, places + mark.size() - 1)),
            pieces(text.substr(places + mark.size()), ", ")};
  return {shown_on_one_line(text), {}};
}

LabelledRow row_of(const Report& report, const Evidence& evidence) {
  const Process* process = process_of(report, evidence.pid);
  const bool is_target = process != nullptr && process == &report.processes.front();
  std::string speaker = process != nullptr ? process_name(*process) : program_name(report);
  if (speaker.size() > 24) speaker = "it";

  std::vector<std::string> source;
  if (process != nullptr && !is_target && evidence.kind != "output") source.push_back(speaker);
  if (process != nullptr && !is_target) source.push_back(fmt::format("PID {}", number(evidence.pid)));
  if (evidence.at) source.push_back("after " + duration_words(*evidence.at));
  const bool verbatim = evidence.kind == "syscall" || evidence.kind == "output" || evidence.kind == "log";
  auto [text, items] = listed(evidence);
  return {label_of(evidence, speaker, report.recorded.has_value()), text, join(source, ", "),
          verbatim && items.empty(), std::move(items)};
}

std::string outcome_words(const Outcome& outcome) {
  const std::string duration = duration_words(outcome.duration);
  switch (outcome.state) {
    case State::exited:
    case State::killed:
      return fmt::format("{}, after {}", end_words(outcome.status), duration);
    case State::running:
      return fmt::format("still running after {}{}", duration,
                         outcome.ended_by_us ? ", then ended by this tool" : "");
    case State::hung:
      return fmt::format("no progress after {}{}", duration,
                         outcome.ended_by_us ? ", then ended by this tool" : "");
    case State::not_started:
      return "it never came to run";
    case State::not_run:
      return "only looked at, not run";
  }
  return "";
}

std::vector<LabelledRow> about(const Report& report) {
  const Target& target = report.target;
  std::vector<LabelledRow> rows;
  const auto add = [&](std::string label, const std::string& text, bool verbatim) {
    if (!text.empty()) rows.push_back({std::move(label), text, "", verbatim});
  };
  add("command", shown_on_one_line(shell_quoted(target.argv)), true);
  add("program", shown_on_one_line(target.executable), true);
  add("folder", shown_on_one_line(target.cwd), true);
  const std::string ids = fmt::format("uid {}, gid {}", target.identity.uid, target.identity.gid);
  const std::string user = shown_on_one_line(target.identity.user);
  add("user",
      target.of_log  ? "not known: a log does not say it"
      : user.empty() ? ids
                     : fmt::format("{} ({})", user, ids),
      false);
  add("how it ended", outcome_words(report.outcome), false);
  if (!report.trace.backend.empty()) {
    const std::string lost = report.trace.lost > 0 ? fmt::format(", {} lost", report.trace.lost) : "";
    add("traced by",
        fmt::format("{}: {} events, {} failed calls{}", shown_on_one_line(report.trace.backend),
                    report.trace.events, report.trace.failed, lost),
        false);
  }
  if (report.recorded) {
    const Recorded& recorded = *report.recorded;
    std::string text = recorded.made;
    if (!recorded.host.empty()) text += fmt::format(" on {} (kernel {})", recorded.host, recorded.kernel);
    add("recorded", shown_on_one_line(text), false);
  }
  return rows;
}

ProcessRow process_row(const Process& process, std::size_t depth) {
  std::string command = shown_on_one_line(shell_quoted(process.argv));
  if (command.empty()) command = shown_on_one_line(process.executable);
  const std::string end = process.exit ? end_words(*process.exit) : std::string("still running");
  return {depth, process.pid, command, end, process.exit && !process.exit->success()};
}

/// Parents before their children, in the order of birth. A process whose parent is not known stands at the
/// margin. Without recursion: a program that forks from child to child can make the tree as deep as it likes.
void add_processes(const Report& report, View& view) {
  std::map<Pid, std::vector<std::size_t>> children;
  for (std::size_t index = 0; index < report.processes.size(); ++index)
    children[report.processes[index].parent].push_back(index);

  std::vector<bool> done(report.processes.size());
  for (std::size_t root = 0; root < report.processes.size(); ++root) {
    const Pid parent = report.processes[root].parent;
    if (parent != Pid::none && process_of(report, parent) != nullptr) continue;
    std::vector<std::pair<std::size_t, std::size_t>> open{{root, 0}};  // index and depth; the next one last
    while (!open.empty()) {
      const auto [index, depth] = open.back();
      open.pop_back();
      if (done[index]) continue;
      done[index] = true;
      const Process& process = report.processes[index];
      view.processes.push_back(process_row(process, depth));
      const auto born = children.find(process.pid);
      if (process.pid == Pid::none || born == children.end()) continue;
      for (auto child = born->second.rbegin(); child != born->second.rend(); ++child)
        open.emplace_back(*child, depth + 1);
    }
  }
}

int percent(double confidence) { return static_cast<int>(std::clamp(confidence, 0.0, 1.0) * 100 + 0.5); }

std::string doubt_of(const Finding& verdict, const std::vector<RunnerUp>& runners_up) {
  if (verdict.confidence >= sure || verdict.cause.starts_with("ok.")) return "";
  // A share of certainty would be one of nothing.
  if (verdict.cause == "app.error" && runners_up.empty()) return "Nothing else that was seen explains it.";
  std::string text = fmt::format("{} % sure", percent(verdict.confidence));
  if (!runners_up.empty())
    text += fmt::format("; it may also be that {} [{}]", continued(runners_up.front().summary),
                        runners_up.front().cause);
  return with_full_stop(text);
}

std::string list_of(const std::vector<std::string>& words) {
  std::vector<std::string> safe;
  for (const std::string& word : words) safe.push_back(shown_on_one_line(word));
  return join(safe, ", ");
}

/// What the diagnosis put in words; where it said nothing, the names of the checks tell.
std::string words_or_checks(const std::vector<std::string>& words, const Report& report, CheckStatus status) {
  if (!words.empty()) return list_of(words);
  std::vector<std::string> ids;
  for (const CheckResult& check : report.checks)
    if (check.status == status) ids.push_back(check.id);
  return list_of(ids);
}

void add_checks(const Report& report, View& view) {
  for (const CheckResult& check : report.checks) {
    CheckResult safe{shown_on_one_line(check.id), check.status, shown_on_one_line(check.summary), {}};
    for (const auto& [label, value] : check.details)
      safe.details.emplace_back(shown_on_one_line(label), shown_on_one_line(value));
    view.checks.push_back(std::move(safe));
  }
}

void add_logs(const Report& report, View& view) {
  if (!trim(report.stderr_tail).empty()) view.logs.push_back({"standard error", shown(report.stderr_tail)});
  for (const LogTail& log : report.logs) view.logs.push_back({shown_on_one_line(log.path), shown(log.tail)});
}

/// As strace -c has it, but with the part that the tracer could see said where that is not all.
void add_call_counts(const TraceSummary& trace, View& view) {
  if (trace.calls.empty()) return;
  constexpr std::size_t most_rows = 25;
  view.call_counts.emplace_back("   calls  failed        time  system call");
  for (const CallCount& count : trace.calls) {
    if (view.call_counts.size() > most_rows) {
      view.call_counts.push_back(fmt::format("and {} other system calls", trace.calls.size() - most_rows));
      break;
    }
    const std::string failed = count.failed == 0 ? "" : std::to_string(count.failed);
    const std::string took = count.took.count() == 0 ? "" : duration_words(count.took);
    view.call_counts.push_back(
        fmt::format("{:>8}  {:>6}  {:>10}  {}", count.calls, failed, took, shown_on_one_line(count.name)));
  }
  if (trace.backend != "ptrace+seccomp") return;
  view.call_counts.emplace_back("only the calls at which the program was stopped;");
  view.call_counts.emplace_back("--backend ptrace counts all");
}

void add_trace(const TraceSummary& trace, View& view) {
  add_call_counts(trace, view);
  for (const std::string& call : trace.tail) view.last_calls.push_back(shown_on_one_line(call));
  if (trace.last_failing) view.last_failing = shown_on_one_line(to_text(trace.last_failing->call));
}

void add_verdict(const Report& report, const Finding& verdict, View& view) {
  view.ok = verdict.cause.starts_with("ok.");
  view.cause = shown_on_one_line(verdict.cause);
  view.headline = headline_of(report, verdict);
  for (const Evidence& evidence : verdict.evidence) view.evidence.push_back(row_of(report, evidence));
  for (const Fix& fix : verdict.fixes)
    view.fixes.push_back(
        {shown_on_one_line(fix.text), shown(trim(fix.command)), shown_on_one_line(fix.risk)});
  view.references = list_of(verdict.references);
}

std::string places(std::size_t count) { return fmt::format("{} {}", count, count == 1 ? "place" : "places"); }

std::string masked_words(const Report& report) {
  std::vector<std::string> words;
  if (report.masked > 0)
    words.push_back(fmt::format("secrets masked in {} (--no-redact shows them)", places(report.masked)));
  if (report.anonymised > 0)
    words.push_back(fmt::format("hosts, addresses and users replaced in {}", places(report.anonymised)));
  if (!report.cut.empty()) words.push_back("cut for its size: " + list_of(report.cut));
  return join(words, ", ");
}

}  // namespace

std::string duration_words(TraceTime duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 0.001) return fmt::format("{:.1f} ms", seconds * 1000);
  if (seconds < 0.1) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  return fmt::format("{:.0f} min", seconds / 60);
}

std::string risk_words(std::string_view risk) {
  if (risk == "security") return "weakens security";
  return risk == "changes-system" ? "changes system" : std::string(risk);
}

std::string end_words(const ExitStatus& status) {
  if (status.signal == Signal::none) return fmt::format("exit code {}", status.code);
  return fmt::format("killed by {} ({})", name(status.signal), description(status.signal));
}

View view_of(const Report& report) {
  static const Finding nothing_found;
  View view;
  for (std::size_t index = 1; index < report.findings.size(); ++index) {
    const Finding& finding = report.findings[index];
    view.runners_up.push_back(
        {shown_on_one_line(finding.summary), shown_on_one_line(finding.cause), percent(finding.confidence)});
  }
  const Finding& verdict = report.findings.empty() ? nothing_found : report.verdict();
  add_verdict(report, verdict, view);
  view.doubt = doubt_of(verdict, view.runners_up);
  view.fine = words_or_checks(report.ruled_out, report, CheckStatus::pass);
  view.not_looked_at = words_or_checks(report.not_looked_at, report, CheckStatus::unknown);
  view.about = about(report);
  if (report.comparison) view.compared = compared_rows(*report.comparison, report.is_ok());
  add_checks(report, view);
  add_processes(report, view);
  add_logs(report, view);
  add_trace(report.trace, view);
  view.masked = masked_words(report);
  view.version = shown_on_one_line(report.tool_version);
  return view;
}

}  // namespace whywontitstart
