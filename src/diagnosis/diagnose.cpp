#include "diagnosis/diagnose.h"

#include "base/text.h"
#include "diagnosis/foresee.h"
#include "diagnosis/our_doing.h"
#include "diagnosis/probes.h"
#include "diagnosis/waits.h"
#include "diagnosis/weigh.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_findings = 10;
constexpr std::size_t tail_lines = 20;
constexpr double worth_telling = 0.02;

std::string program_name(const Target& target, const Facts& facts) {
  const Process* process = facts.target();
  if (!target.argv.empty()) return std::string(base_name(target.argv.front()));
  if (process != nullptr && !process->argv.empty()) return std::string(base_name(process->argv.front()));
  return "the program";
}

std::string seconds(TraceTime time) {
  const double value = std::chrono::duration<double>(time).count();
  return value < 0.1 ? fmt::format("{:.0f} ms", value * 1000) : fmt::format("{:.1f} s", value);
}

bool any_alive(const Facts& facts) {
  return std::any_of(facts.processes.begin(), facts.processes.end(),
                     [](const Process& process) { return !process.exit; });
}

Finding healthy(const std::string& program, const Facts& facts) {
  Finding finding;
  std::vector<std::string> listens;
  for (const Process& process : facts.processes)
    if (!process.exit) listens.insert(listens.end(), process.listens.begin(), process.listens.end());
  std::sort(listens.begin(), listens.end());
  listens.erase(std::unique(listens.begin(), listens.end()), listens.end());
  const bool running = facts.outcome.state == State::running || (facts.outcome.ready && any_alive(facts));
  finding.cause = running ? "ok.running" : "ok.exited";
  finding.subject = {"process", program};
  finding.title = running ? "It runs" : "It ended well";
  if (running && facts.outcome.attached && facts.target() != nullptr)
    finding.summary = fmt::format("{} {}", program, words_of_work(*facts.target()));
  else if (running && !listens.empty())
    finding.summary = fmt::format("{} is up: it listens on {}", program, join(listens, ", "));
  else if (running)
    finding.summary = fmt::format("{} is running; nothing stands in its way", program);
  else
    finding.summary = fmt::format("{} ended well (exit status 0)", program);
  finding.confidence = facts.outcome.ready || !running ? 0.99 : 0.9;
  finding.rule = "outcome";
  return finding;
}

/// Of a program that was not run.
Finding nothing_in_its_way(const std::string& program) {
  Finding finding;
  finding.cause = "ok.exited";
  finding.rule = "check";
  finding.subject = {"process", program};
  finding.title = "Nothing stands in its way";
  finding.summary =
      fmt::format("{} was not run; nothing that can be seen without running it stands in its way", program);
  finding.confidence = 0.9;
  return finding;
}

/// The last complaint of the processes that matter, or else their last words.
const Line* last_words(const Facts& facts) {
  const Line* words = nullptr;
  for (const Line& line : facts.lines)
    if (line.stream != Stream::standard_output && facts.is_blamed(line.process)) words = &line;
  if (words != nullptr) return words;
  return facts.lines.empty() ? nullptr : &facts.lines.back();
}

std::string ending_of(const Facts& facts) {
  const Outcome& outcome = facts.outcome;
  if (outcome.state == State::hung)
    return fmt::format("neither ended nor came up in {}", seconds(outcome.duration));
  if (outcome.status.signal != Signal::none)
    return fmt::format("was ended by {} ({})", name(outcome.status.signal),
                       description(outcome.status.signal));
  return fmt::format("ended with exit status {}", outcome.status.code);
}

/// Where no rule has a word for it: the program's own words beat a guess.
Finding in_its_own_words(const std::string& program, const Facts& facts) {
  Finding finding;
  finding.cause = "app.error";
  finding.rule = "outcome";
  finding.confidence = 0.3;
  if (const Line* words = last_words(facts)) {
    const std::string text(trim(words->text));
    finding.subject = {"text", text};
    finding.title = "The program gives its own reason";
    finding.summary = fmt::format("{} {}; its last words: {}", program, ending_of(facts), text);
    finding.evidence.push_back({"output", text, words->process, words->at});
  } else {
    finding.subject = {"text", ending_of(facts)};
    finding.title = "The program gives no reason";
    finding.summary = fmt::format("{} {} and said nothing", program, ending_of(facts));
  }
  return finding;
}

std::vector<Candidate> ask_the_machine(const Target& target, const Facts& facts, std::vector<Match> matches,
                                       const Host& host) {
  std::vector<Candidate> candidates;
  candidates.reserve(matches.size());
  for (Match& match : matches) candidates.push_back({std::move(match), {}, 0});
  for (Candidate& candidate : candidates) probe(candidate, target, facts, host);
  return candidates;
}

std::string stderr_tail(const Facts& facts) {
  std::vector<std::string> lines;
  for (const Line& line : facts.lines)
    if (line.stream == Stream::standard_error) lines.push_back(line.text);
  if (lines.size() > tail_lines) lines.erase(lines.begin(), lines.end() - tail_lines);
  return join(lines, "\n");
}

std::vector<LogTail> log_tails(const Facts& facts) {
  std::map<std::string, std::vector<std::string>> by_file;
  for (const Line& line : facts.lines) {
    if (line.stream == Stream::standard_error || line.stream == Stream::standard_output) continue;
    by_file[line.where.empty() ? std::string(name(line.stream)) : line.where].push_back(line.text);
  }
  std::vector<LogTail> tails;
  for (auto& [path, lines] : by_file) {
    if (lines.size() > tail_lines) lines.erase(lines.begin(), lines.end() - tail_lines);
    tails.push_back({path, join(lines, "\n")});
  }
  return tails;
}

void sum_up(Report& report) {
  std::map<std::string, std::vector<std::string>> unknown;  // why, and which checks
  for (const CheckResult& check : report.checks) {
    if (check.status == CheckStatus::pass) report.ruled_out.push_back(check.id);
    if (check.status == CheckStatus::unknown) unknown[check.summary].push_back(check.id);
  }
  for (const auto& [why, ids] : unknown)
    report.not_looked_at.push_back(why.empty() ? join(ids, ", ")
                                               : fmt::format("{} ({})", join(ids, ", "), why));
}

}  // namespace

bool went_well(const Facts& facts) {
  const Outcome& outcome = facts.outcome;
  if (facts.swallowed) return false;
  return outcome.state == State::running || (outcome.state == State::exited && outcome.status.success());
}

Report diagnose(const Target& target, Evidences evidences, const Host& host) {
  Report report;
  Facts& facts = evidences.facts;
  const std::string program = program_name(target, facts);
  report.tool_version = WHYWONTITSTART_VERSION;
  report.target = target;
  report.outcome = facts.outcome;

  if (facts.outcome.state == State::not_run) {
    report.findings = foresee(target, host);
    // That it could not be traced says nothing about the program, but what was foreseen does.
    report.findings.insert(report.findings.end(), evidences.of_tracing.begin(), evidences.of_tracing.end());
    if (report.findings.empty()) report.findings.push_back(nothing_in_its_way(program));
  } else if (went_well(facts)) {
    report.findings.push_back(healthy(program, facts));
  } else {
    for (Match& match : matches_of_waits(facts)) evidences.matches.push_back(std::move(match));
    report.findings = weigh(facts, ask_the_machine(target, facts, std::move(evidences.matches), host));
    // The program's own words beat a guess.
    if (facts.outcome.state != State::not_started || report.findings.empty())
      report.findings.push_back(in_its_own_words(program, facts));
    add_our_doing(evidences.of_tracing, facts, report.findings);
    std::stable_sort(
        report.findings.begin(), report.findings.end(),
        [](const Finding& one, const Finding& other) { return one.confidence > other.confidence; });
    std::erase_if(report.findings, [](const Finding& finding) { return finding.confidence < worth_telling; });
    if (report.findings.size() > most_findings) report.findings.resize(most_findings);
  }

  report.checks = std::move(evidences.checks);
  report.trace = {std::move(evidences.backend),
                  facts.events,
                  facts.failed,
                  evidences.lost + facts.lost,
                  std::move(facts.last_failing),
                  std::move(facts.tail),
                  std::move(facts.calls)};
  report.stderr_tail = stderr_tail(facts);
  report.logs = log_tails(facts);
  report.not_looked_at = std::move(evidences.remarks);
  report.processes = std::move(facts.processes);
  sum_up(report);
  return report;
}

}  // namespace whywontitstart
