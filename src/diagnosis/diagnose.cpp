#include "diagnosis/diagnose.h"

#include "base/text.h"
#include "diagnosis/foresee.h"
#include "diagnosis/look_there.h"
#include "diagnosis/missed.h"
#include "diagnosis/our_doing.h"
#include "diagnosis/policy.h"
#include "diagnosis/probes.h"
#include "diagnosis/waits.h"
#include "diagnosis/weigh.h"
#include "diagnosis/words.h"
#include "model/severity.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_findings = 10;
constexpr std::size_t tail_lines = 20;
constexpr double worth_telling = 0.02;

bool any_alive(const Facts& facts) {
  return std::any_of(facts.processes.begin(), facts.processes.end(),
                     [](const Process& process) { return !process.exit; });
}

std::vector<std::string> addresses_of_the_living(const Facts& facts) {
  std::vector<std::string> listens;
  for (const Process& process : facts.processes) {
    if (process.exit) continue;
    listens.insert(listens.end(), process.listens.begin(), process.listens.end());
    for (const Wait& wait : process.waits)
      listens.insert(listens.end(), wait.listens.begin(), wait.listens.end());
  }
  std::sort(listens.begin(), listens.end());
  listens.erase(std::unique(listens.begin(), listens.end()), listens.end());
  return listens;
}

/// Of a program that is there and of which nothing bad is known: how much is known of it otherwise.
std::string how_it_runs(const std::string& program, const Facts& facts) {
  const Outcome& outcome = facts.outcome;
  const std::vector<std::string> listens = addresses_of_the_living(facts);
  const bool in_background = outcome.state == State::exited;
  const std::string went = in_background ? fmt::format("{} went into the background and", program) : program;
  if (!listens.empty()) return fmt::format("{} is up: it listens on {}", went, join(listens, ", "));
  if (outcome.ready) return fmt::format("{} is up", went);
  if (outcome.open_end)
    return fmt::format("the trace ends before {} does, and nothing in it stands in its way", program);
  if (outcome.settled)
    return fmt::format("{} runs and waits for work; it listens nowhere, and nothing stands in its way", went);
  return fmt::format(
      "{} is running and was not seen to listen or to wait for work; nothing stands in its way", went);
}

double certainty_of(const Outcome& outcome, bool running) {
  if (outcome.ready || !running) return 0.99;
  if (outcome.open_end) return 0.3;
  return outcome.settled ? 0.9 : 0.7;
}

Finding healthy(const std::string& program, const Facts& facts) {
  const Outcome& outcome = facts.outcome;
  const bool has_ended = !any_alive(facts);
  const bool running = outcome.state == State::running || !has_ended;
  Finding finding;
  finding.cause = running ? "ok.running" : "ok.exited";
  finding.rule = "outcome";
  finding.subject = {"process", program};
  finding.title = running ? "It runs" : "It ended well";
  finding.summary = running
                        ? how_it_runs(program, facts)
                        : fmt::format("{} ended {} (exit status {})", program,
                                      outcome.status.success() ? "well" : "as expected", outcome.status.code);
  if (running && outcome.attached && facts.target() != nullptr)
    finding.summary = fmt::format("{} {}", program, words_of_work(*facts.target()));
  finding.confidence = certainty_of(outcome, running);
  return finding;
}

/// Of a program that was not run. `doubts`: what may yet stand in its way.
Finding nothing_in_its_way(const std::string& program, const std::vector<Finding>& doubts) {
  Finding finding;
  finding.cause = "ok.exited";
  finding.rule = "check";
  finding.subject = {"process", program};
  finding.title = "Nothing stands in its way";
  finding.summary =
      fmt::format("{} was not run; nothing that can be seen without running it stands in its way", program);
  finding.confidence = 0.9;
  if (doubts.empty()) return finding;
  finding.title = "Nothing surely stands in its way";
  finding.summary = fmt::format("{} was not run; nothing surely stands in its way, but this may: {}", program,
                                doubts.front().summary);
  for (std::size_t at = 1; at < doubts.size(); ++at) finding.summary += "; " + doubts[at].summary;
  finding.confidence = 0.6;
  return finding;
}

/// What systemd says goes before what was found out about the same thing without it.
void add_of_unit(std::vector<Finding> of_unit, std::vector<Finding>& findings) {
  for (const Finding& known : of_unit)
    std::erase_if(findings, [&](const Finding& other) {
      return other.cause == known.cause && other.subject == known.subject;
    });
  findings.insert(findings.begin(), of_unit.begin(), of_unit.end());
}

/// What a look without a run says, the verdict first.
std::vector<Finding> foreseen(const Target& target, Evidences& evidences, const Host& host) {
  const Foresight foresight = foresee(target, evidences.intended, host);
  std::vector<Finding> findings, doubts;
  for (const Finding& finding : foresight.findings)
    (finding.confidence >= sure_enough ? findings : doubts).push_back(finding);
  for (Finding& finding : findings_of_checks(evidences.checks, findings))
    findings.push_back(std::move(finding));
  add_to_checks(foresight, evidences.checks);
  add_of_unit(std::move(evidences.of_unit), findings);
  // That it could not be traced says nothing about the program, but what was foreseen does.
  findings.insert(findings.end(), evidences.of_tracing.begin(), evidences.of_tracing.end());
  if (findings.empty()) findings.push_back(nothing_in_its_way(program_name(target, evidences.facts), doubts));
  for (Finding& doubt : doubts) {
    doubt.confidence = std::min(doubt.confidence, 0.5);
    findings.push_back(std::move(doubt));
  }
  if (findings.size() > most_findings) findings.resize(most_findings);
  return findings;
}

/// The last complaint of the processes that matter, or else their last words.
const Line* last_words(const Facts& facts) {
  const Line* best = nullptr;
  for (const Line& line : facts.lines) {
    if (line.stream == Stream::standard_output || !facts.is_blamed(line.process)) continue;
    if (best == nullptr || severity_of(line.text) >= severity_of(best->text)) best = &line;
  }
  if (best != nullptr) return best;
  return facts.lines.empty() ? nullptr : &facts.lines.back();
}

/// Where no rule has a word for it: the program's own words beat a guess.
Finding in_its_own_words(const std::string& program, const Facts& facts) {
  Finding finding;
  finding.cause = "app.error";
  finding.rule = "outcome";
  finding.confidence = 0.3;
  std::string ending = ending_of(facts);
  for (const Expectation& missed : facts.outcome.missed)
    if (missed.kind == Expectation::Kind::exit) ending += fmt::format(" (expected was {})", to_text(missed));
  if (const Line* words = last_words(facts)) {
    const std::string text(trim(words->text));
    finding.subject = {"text", text};
    finding.title = "The program gives its own reason";
    finding.summary = fmt::format("{} {}; its last words: {}", program, ending, text);
    finding.evidence.push_back({"output", text, words->process, words->at});
  } else {
    finding.subject = {"text", ending};
    finding.title = "The program gives no reason";
    finding.summary = fmt::format("{} {} and said nothing", program, ending);
  }
  return finding;
}

std::vector<Candidate> ask_the_machine(const Target& target, const Facts& facts, std::vector<Match> matches,
                                       const Host& host) {
  std::vector<Candidate> candidates;
  candidates.reserve(matches.size() + 1);
  if (std::optional<Candidate> missed = about_missed(target, facts, host))
    candidates.push_back(std::move(*missed));
  for (Match& match : matches) candidates.push_back({std::move(match), {}, 0});
  for (Candidate& candidate : candidates) probe(candidate, target, facts, host);
  add_denials(candidates, target, facts, host);
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

bool went_well(const Target& target, const Facts& facts) {
  const Outcome& outcome = facts.outcome;
  if (!target.expected.empty()) return outcome.missed.empty();
  if (facts.swallowed || outcome.open_end) return false;
  return outcome.state == State::running || (outcome.state == State::exited && outcome.status.success());
}

Report diagnose(const Target& target, Evidences evidences, const Host& host) {
  Report report;
  Facts& facts = evidences.facts;
  const std::string program = program_name(target, facts);
  report.tool_version = WHYWONTITSTART_VERSION;
  report.target = target;
  report.outcome = facts.outcome;

  const bool unit_is_fine = !evidences.of_unit.empty() && evidences.of_unit.front().cause.starts_with("ok.");
  if (unit_is_fine) {
    report.findings = std::move(evidences.of_unit);
  } else if (facts.outcome.state == State::not_run) {
    report.findings = foreseen(target, evidences, host);
  } else if (went_well(target, facts) && evidences.of_unit.empty()) {
    report.findings.push_back(healthy(program, facts));
  } else {
    for (Match& match : matches_of_waits(facts)) evidences.matches.push_back(std::move(match));
    report.findings = weigh(facts, ask_the_machine(target, facts, std::move(evidences.matches), host));
    // The program's own words beat a guess.
    add_of_unit(std::move(evidences.of_unit), report.findings);
    if (facts.outcome.open_end)
      report.findings.push_back(healthy(program, facts));
    else if (facts.outcome.state != State::not_started || report.findings.empty())
      report.findings.push_back(in_its_own_words(program, facts));
    add_our_doing(evidences.of_tracing, facts, report.findings);
    std::stable_sort(
        report.findings.begin(), report.findings.end(),
        [](const Finding& one, const Finding& other) { return one.confidence > other.confidence; });
    std::erase_if(report.findings, [](const Finding& finding) { return finding.confidence < worth_telling; });
    if (report.findings.size() > most_findings) report.findings.resize(most_findings);
  }

  if (target.of_log)
    for (Finding& finding : report.findings)
      if (auto look = look_there(finding, program)) finding.fixes.insert(finding.fixes.begin(), *look);

  report.checks = std::move(evidences.checks);
  report.timeline = timeline_of(facts);
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
