#include "report/html.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/moments.h"
#include "report/picture.h"
#include "report/render.h"
#include "report/view.h"

namespace whywontitstart {
namespace {

TemplateData data_of(const CheckResult& check);

constexpr std::size_t deepest_indent = 8;  // the style sheet knows depth-0 to depth-8

TemplateData data_of(const std::string& item) { return {.texts = {{"item", item}}}; }

TemplateData data_of(const LabelledRow& row) {
  constexpr std::size_t most_open = 10;
  const bool is_long = row.items.size() > most_open;
  TemplateData data{.texts = {{"label", row.label},
                              {"text", row.text},
                              {"source", row.source},
                              {"item_count", is_long ? std::to_string(row.items.size()) : std::string()}},
                    .switches = {{"verbatim", row.verbatim}, {"has_items", !row.items.empty()}},
                    .lists = {{"items", {}}}};
  for (const std::string& item : row.items) data.lists["items"].push_back(data_of(item));
  return data;
}

TemplateData data_of(const Fix& fix) {
  return {.texts = {{"text", fix.text}, {"command", fix.command}, {"risk", risk_words(fix.risk)}},
          .switches = {{"is_safe", fix.risk == "safe"}, {"is_security", fix.risk == "security"}}};
}

TemplateData data_of(const std::pair<std::string, std::string>& detail) {
  return {.texts = {{"detail_label", detail.first}, {"detail_value", detail.second}}};
}

TemplateData data_of(const RunnerUp& other) {
  return {.texts = {{"other_summary", other.summary},
                    {"other_cause", other.cause},
                    {"other_percent", std::to_string(other.percent)}}};
}

TemplateData data_of(const TextBlock& block) {
  return {.texts = {{"title", block.title}, {"block", block.text}}};
}

TemplateData data_of(const ProcessRow& process) {
  return {.texts = {{"depth", std::to_string(std::min(process.depth, deepest_indent))},
                    {"level", std::to_string(process.depth + 1)},
                    {"pid", std::to_string(number(process.pid))},
                    {"process_command", process.command},
                    {"end", process.end}},
          .switches = {{"process_failed", process.failed}}};
}

TemplateData data_of(const Moment& moment) {
  return {.texts = {{"when", moment.time}, {"who", moment.who}, {"what", moment.what}},
          .switches = {{"is_failed", moment.failed}, {"is_decisive", moment.decisive}}};
}

template <typename Items>
std::vector<TemplateData> data_of_all(const Items& items) {
  std::vector<TemplateData> list;
  for (const auto& item : items) list.push_back(data_of(item));
  return list;
}

std::string symbol_of(CheckStatus status) {
  switch (status) {
    case CheckStatus::pass:
      return "✓";
    case CheckStatus::warn:
      return "!";
    case CheckStatus::fail:
      return "✗";
    case CheckStatus::unknown:
      return "?";
    case CheckStatus::skipped:
      return "–";
  }
  return "?";
}

TemplateData data_of(const CheckResult& check) {
  return {.texts = {{"id", check.id},
                    {"status", std::string(name(check.status))},
                    {"symbol", symbol_of(check.status)},
                    {"summary", check.summary}},
          .switches = {{"has_details", !check.details.empty()}},
          .lists = {{"details", data_of_all(check.details)}}};
}

/// "9 pass, 1 fail": what a reader wants to know before opening the list.
std::string count_of(const std::vector<CheckResult>& checks) {
  std::vector<std::string> counts;
  for (const CheckStatus status : {CheckStatus::fail, CheckStatus::warn, CheckStatus::pass,
                                   CheckStatus::unknown, CheckStatus::skipped}) {
    const auto count = std::count_if(checks.begin(), checks.end(),
                                     [&](const CheckResult& check) { return check.status == status; });
    if (count > 0) counts.push_back(fmt::format("{} {}", count, name(status)));
  }
  return join(counts, ", ");
}

}  // namespace

std::string to_html(const Report& report) {
  const View view = view_of(report);
  const TemplateData data{
      .texts = {{"headline", view.headline},
                {"cause", view.cause},
                {"doubt", view.doubt},
                {"fine", view.fine},
                {"not_looked_at", view.not_looked_at},
                {"references", view.references},
                {"masked", view.masked},
                {"version", view.version},
                {"check_count", count_of(view.checks)},
                {"last_failing", view.last_failing},
                {"left_out", left_out_of_moments(report)},
                {"last_calls", join(view.last_calls, "\n")},
                {"call_counts", join(view.call_counts, "\n")}},
      .markup = {{"picture", picture_of(report)}},
      .switches = {{"is_ok", view.ok},
                   {"has_evidence", !view.evidence.empty()},
                   {"has_fixes", !view.fixes.empty()},
                   {"has_comparison", !view.compared.empty()},
                   {"has_checks", !view.checks.empty()},
                   {"has_others", !view.runners_up.empty()},
                   {"has_processes", !view.processes.empty()},
                   {"has_notes", !view.fine.empty() || !view.not_looked_at.empty() || !view.doubt.empty()}},
      .lists = {{"evidence", data_of_all(view.evidence)},
                {"fixes", data_of_all(view.fixes)},
                {"about", data_of_all(view.about)},
                {"comparison", data_of_all(view.compared)},
                {"checks", data_of_all(view.checks)},
                {"others", data_of_all(view.runners_up)},
                {"processes", data_of_all(view.processes)},
                {"moments", data_of_all(moments_of(report))},
                {"logs", data_of_all(view.logs)}}};
  const Result<std::string> text = fill_embedded_template("report.html.mustache", data, html_escaped);
  return text ? *text : html_escaped(text.error().what);
}

}  // namespace whywontitstart
