#include "report/texts.h"

namespace whywontitstart {
namespace {

using Visit = std::function<void(std::string&)>;

void visit(std::vector<std::string>& texts, const Visit& on_text) {
  for (std::string& text : texts) on_text(text);
}

void visit(SyscallEvent& call, const Visit& on_text) {
  visit(call.arguments, on_text);
  for (std::string* text : {&call.file, &call.path, &call.other_path, &call.address, &call.data})
    on_text(*text);
}

void visit(Failure& failure, const Visit& on_text) {
  visit(failure.call, on_text);
  visit(failure.places, on_text);
  on_text(failure.name);
  on_text(failure.healed_by);
}

void visit(Finding& finding, const Visit& on_text) {
  for (std::string* text : {&finding.subject.value, &finding.title, &finding.summary}) on_text(*text);
  for (Evidence& evidence : finding.evidence) on_text(evidence.text);
  for (Fix& fix : finding.fixes) {
    on_text(fix.text);
    on_text(fix.command);
  }
  visit(finding.references, on_text);
}

void visit(Comparison& comparison, const Visit& on_text) {
  on_text(comparison.good);
  on_text(comparison.bad);
  if (comparison.first) {
    for (std::string* text : {&comparison.first->good, &comparison.first->bad}) on_text(*text);
    visit(comparison.first->follows, on_text);
  }
  for (Difference& difference : comparison.differences)
    for (std::string* text : {&difference.name, &difference.good, &difference.bad}) on_text(*text);
  visit(comparison.remarks, on_text);
}

}  // namespace

void each_text(Report& report, const Visit& on_text) {
  Target& target = report.target;
  visit(target.argv, on_text);
  for (std::string* text : {&target.executable, &target.cwd, &target.identity.user, &target.identity.home,
                            &target.identity.shell})
    on_text(*text);
  for (Finding& finding : report.findings) visit(finding, on_text);
  for (CheckResult& check : report.checks) {
    on_text(check.summary);
    for (auto& [label, value] : check.details) {
      on_text(label);
      on_text(value);
    }
  }
  for (Process& process : report.processes) {
    on_text(process.executable);
    visit(process.argv, on_text);
    for (Wait& wait : process.waits) {
      visit(wait.call, on_text);
      for (std::string* text : {&wait.thing, &wait.who}) on_text(*text);
      visit(wait.details, on_text);
      visit(wait.listens, on_text);
    }
    visit(process.listens, on_text);
  }
  if (report.trace.last_failing) visit(*report.trace.last_failing, on_text);
  visit(report.trace.tail, on_text);
  on_text(report.stderr_tail);
  for (LogTail& log : report.logs) {
    on_text(log.path);
    on_text(log.tail);
  }
  if (report.recorded) on_text(report.recorded->host);
  if (report.comparison) visit(*report.comparison, on_text);
  visit(report.ruled_out, on_text);
  visit(report.not_looked_at, on_text);
}

void each_text_of_picture(Report& report, const Visit& on_text) {
  for (TimelineRow& row : report.timeline.rows)
    for (TimelineMark& mark : row.marks) on_text(mark.text);
}

}  // namespace whywontitstart
