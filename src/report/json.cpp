#include "report/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace whywontitstart {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json milliseconds(TraceTime time) {
  return std::round(std::chrono::duration<double, std::micro>(time).count()) / 1000;
}

Json probability(double value) { return std::round(value * 1000) / 1000; }

Json pid_or_null(Pid pid) { return pid == Pid::none ? Json(nullptr) : Json(number(pid)); }

Json to_json(const Subject& subject) { return {{"kind", subject.kind}, {"value", subject.value}}; }

Json exit_code(const std::optional<ExitStatus>& status) {
  return status && status->signal == Signal::none ? Json(status->code) : Json(nullptr);
}

Json signal_name(const std::optional<ExitStatus>& status) {
  return status && status->signal != Signal::none ? Json(name(status->signal)) : Json(nullptr);
}

template <typename Items, typename Convert>
Json list_of(const Items& items, Convert convert) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(convert(item));
  return list;
}

Json to_json(const Target& target) {
  return {{"argv", target.argv},
          {"executable", text_or_null(target.executable)},
          {"cwd", text_or_null(target.cwd)},
          {"user", text_or_null(target.identity.user)},
          {"uid", target.of_log ? Json(nullptr) : Json(target.identity.uid)},
          {"gid", target.of_log ? Json(nullptr) : Json(target.identity.gid)}};
}

Json to_json(const Outcome& outcome) {
  std::optional<ExitStatus> status;
  if (outcome.state == State::exited || outcome.state == State::killed) status = outcome.status;
  return {
      {"state", name(outcome.state)},
      {"exit_code", exit_code(status)},
      {"signal", signal_name(status)},
      {"ready", outcome.ready},
      {"missed", list_of(outcome.missed, [](const Expectation& missed) { return Json(to_text(missed)); })},
      {"duration_ms", milliseconds(outcome.duration)}};
}

Json verdict_of(const Report& report) {
  if (report.findings.empty()) return nullptr;
  const Finding& verdict = report.verdict();
  return {{"cause", verdict.cause},
          {"subject", to_json(verdict.subject)},
          {"summary", verdict.summary},
          {"confidence", probability(verdict.confidence)}};
}

Json to_json(const Evidence& evidence) {
  return {{"kind", evidence.kind},
          {"text", evidence.text},
          {"pid", pid_or_null(evidence.pid)},
          {"time_ms", evidence.at ? milliseconds(*evidence.at) : Json(nullptr)}};
}

Json to_json(const Fix& fix) {
  return {{"text", fix.text}, {"command", text_or_null(fix.command)}, {"risk", fix.risk}};
}

Json to_json(const Finding& finding) {
  return {{"cause", finding.cause},
          {"rule", text_or_null(finding.rule)},
          {"subject", to_json(finding.subject)},
          {"title", finding.title},
          {"summary", finding.summary},
          {"confidence", probability(finding.confidence)},
          {"evidence", list_of(finding.evidence, [](const Evidence& evidence) { return to_json(evidence); })},
          {"fixes", list_of(finding.fixes, [](const Fix& fix) { return to_json(fix); })},
          {"references", finding.references}};
}

Json to_json(const CheckResult& check) {
  Json details = Json::object();
  for (const auto& [label, value] : check.details) details[label] = value;
  return {{"id", check.id}, {"status", name(check.status)}, {"summary", check.summary}, {"details", details}};
}

Json to_json(const Process& process) {
  return {{"pid", number(process.pid)},
          {"parent", number(process.parent)},
          {"argv", process.argv},
          {"executable", text_or_null(process.executable)},
          {"started_ms", milliseconds(process.started)},
          {"ended_ms", process.exit ? milliseconds(process.ended) : Json(nullptr)},
          {"exit_code", exit_code(process.exit)},
          {"signal", signal_name(process.exit)},
          {"listens", process.listens}};
}

Json to_json(const Failure& failure) {
  const SyscallEvent& call = failure.call;
  return {{"syscall", call.name},
          {"text", to_text(call)},
          {"path", text_or_null(call.path)},
          {"address", text_or_null(call.address)},
          {"errno", name(call.error)},
          {"pid", pid_or_null(failure.process)},
          {"time_ms", milliseconds(failure.at)}};
}

Json to_json(const CallCount& count) {
  return {{"syscall", count.name},
          {"calls", count.calls},
          {"failed", count.failed},
          {"took_ms", milliseconds(count.took)}};
}

Json to_json(const TraceSummary& trace) {
  return {{"backend", trace.backend},
          {"events", trace.events},
          {"failed", trace.failed},
          {"lost", trace.lost},
          {"last_failing", trace.last_failing ? to_json(*trace.last_failing) : Json(nullptr)},
          {"tail", trace.tail},
          {"calls", list_of(trace.calls, [](const CallCount& count) { return to_json(count); })}};
}

Json output_of(const Report& report) {
  return {{"stderr_tail", report.stderr_tail}, {"logs", list_of(report.logs, [](const LogTail& log) {
                                                  return Json{{"path", log.path}, {"tail", log.tail}};
                                                })}};
}

Json to_json(const std::optional<Recorded>& recorded) {
  if (!recorded) return nullptr;
  return {{"made", text_or_null(recorded->made)},
          {"tool", text_or_null(recorded->tool)},
          {"host", text_or_null(recorded->host)},
          {"kernel", text_or_null(recorded->kernel)}};
}

Json to_json(const Difference& difference) {
  return {{"area", difference.area},
          {"name", difference.name},
          {"good", text_or_null(difference.good)},
          {"bad", text_or_null(difference.bad)}};
}

Json to_json(const Divergence& divergence) {
  return {{"good", divergence.good},
          {"bad", divergence.bad},
          {"pid", pid_or_null(divergence.pid)},
          {"time_ms", divergence.at ? milliseconds(*divergence.at) : Json(nullptr)},
          {"follows", divergence.follows}};
}

Json to_json(const std::optional<Comparison>& comparison) {
  if (!comparison) return nullptr;
  return {{"good", comparison->good},
          {"bad", comparison->bad},
          {"first_divergence", comparison->first ? to_json(*comparison->first) : Json(nullptr)},
          {"differences", list_of(comparison->differences,
                                  [](const Difference& difference) { return to_json(difference); })},
          {"left_out", comparison->left_out},
          {"common_failures", comparison->common_failures},
          {"remarks", comparison->remarks}};
}

/// A JSON text may hold DEL, the C1 controls and the characters that turn the direction of writing as they
/// are, and would steer a terminal with them. Such bytes only stand inside strings, where \uXXXX means the
/// same.
std::string harmless_on_a_terminal(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  for (std::size_t at = 0; at < json.size(); ++at) {
    const auto byte = [&](std::size_t ahead) {
      return at + ahead < json.size() ? static_cast<unsigned char>(json[at + ahead]) : 0U;
    };
    const unsigned three = (byte(0) & 0x0fU) << 12U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU);
    const bool turns = three == 0x200e || three == 0x200f || (three >= 0x202a && three <= 0x202e) ||
                       (three >= 0x2066 && three <= 0x2069);
    if (byte(0) == 0x7f) {
      result += "\\u007f";
    } else if (byte(0) == 0xc2 && byte(1) < 0xa0) {
      result += fmt::format("\\u{:04x}", byte(1));
      at += 1;
    } else if (byte(0) == 0xe2 && turns) {
      result += fmt::format("\\u{:04x}", three);
      at += 2;
    } else {
      result += json[at];
    }
  }
  return result;
}

}  // namespace

std::string to_json(const Report& report) {
  const Json json = {
      {"schema", "whywontitstart/report/1"},
      {"tool", {{"name", "whywontitstart"}, {"version", report.tool_version}}},
      {"target", to_json(report.target)},
      {"outcome", to_json(report.outcome)},
      {"verdict", verdict_of(report)},
      {"findings", list_of(report.findings, [](const Finding& finding) { return to_json(finding); })},
      {"checks", list_of(report.checks, [](const CheckResult& check) { return to_json(check); })},
      {"processes", list_of(report.processes, [](const Process& process) { return to_json(process); })},
      {"trace", to_json(report.trace)},
      {"output", output_of(report)},
      {"ruled_out", report.ruled_out},
      {"not_looked_at", report.not_looked_at},
      {"cut", report.cut},
      {"masked", report.masked},
      {"anonymised", report.anonymised},
      {"recorded", to_json(report.recorded)},
      {"comparison", to_json(report.comparison)}};
  return harmless_on_a_terminal(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace whywontitstart
