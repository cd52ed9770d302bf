#include "report/markdown.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/render.h"
#include "report/view.h"

namespace whywontitstart {
namespace {

TemplateData data_of(const LabelledRow& row) {
  std::string text = row.verbatim ? markdown_code_in_table(row.text) : markdown_escaped(row.text);
  constexpr std::size_t most_items = 12;  // the cell of a table cannot be folded
  for (std::size_t index = 0; index < std::min(row.items.size(), most_items); ++index)
    text += fmt::format("{}{}", text.empty() ? "" : "<br>", markdown_code_in_table(row.items[index]));
  if (row.items.size() > most_items) text += fmt::format("<br>and {} more", row.items.size() - most_items);
  return {.texts = {{"label", row.label}, {"source", row.source}}, .markup = {{"text", text}}};
}

/// Blocks belong to an item of a list only when they stand under its text.
std::vector<TemplateData> data_of_fixes(const std::vector<Fix>& fixes) {
  std::vector<TemplateData> list;
  for (const Fix& fix : fixes) {
    const std::string mark = fmt::format("{}. ", list.size() + 1);
    const std::string command = fix.command.empty() ? "" : markdown_block(fix.command, "sh", mark.size());
    list.push_back({.texts = {{"text", fix.text}, {"risk", risk_words(fix.risk)}},
                    .markup = {{"mark", mark}, {"command", command}}});
  }
  return list;
}

TemplateData data_of(const CheckResult& check) {
  std::vector<std::string> details;
  for (const auto& [label, value] : check.details)
    details.push_back(fmt::format("{}: {}", markdown_escaped(label), markdown_escaped(value)));
  return {
      .texts = {{"id", check.id}, {"status", std::string(name(check.status))}, {"summary", check.summary}},
      .markup = {{"details", join(details, "<br>")}}};
}

TemplateData data_of(const RunnerUp& other) {
  return {.texts = {{"other_summary", other.summary}, {"other_percent", std::to_string(other.percent)}},
          .markup = {{"other_cause", markdown_code(other.cause)}}};
}

/// GitHub reads no Markdown on the line of an HTML tag, but it does look for people there.
std::string in_html_line(std::string_view text) {
  std::string result;
  for (const std::string_view piece : split(text, '@')) {
    if (piece.data() != text.data()) result += "@<!-- -->";
    result += html_escaped(piece);
  }
  return result;
}

TemplateData data_of(const TextBlock& block) {
  return {.markup = {{"title", in_html_line(block.title)}, {"block", markdown_block(block.text, "text")}}};
}

std::string process_tree(const std::vector<ProcessRow>& processes) {
  std::string text;
  for (const ProcessRow& process : processes)
    text += fmt::format("{}{} {}  ({})\n", std::string(2 * std::min<std::size_t>(process.depth, 16), ' '),
                        number(process.pid), process.command, process.end);
  return text.empty() ? "" : markdown_block(text, "text");
}

template <typename Items>
std::vector<TemplateData> data_of_all(const Items& items) {
  std::vector<TemplateData> list;
  for (const auto& item : items) list.push_back(data_of(item));
  return list;
}

}  // namespace

std::string to_markdown(const Report& report) {
  const View view = view_of(report);
  const std::string calls =
      view.last_calls.empty() ? "" : markdown_block(join(view.last_calls, "\n"), "text");
  const std::string counts =
      view.call_counts.empty() ? "" : markdown_block(join(view.call_counts, "\n"), "text");
  const TemplateData data{.texts = {{"headline", view.headline},
                                    {"doubt", view.doubt},
                                    {"fine", view.fine},
                                    {"not_looked_at", view.not_looked_at},
                                    {"references", view.references},
                                    {"masked", view.masked},
                                    {"version", view.version}},
                          .markup = {{"cause", markdown_code(view.cause)},
                                     {"last_failing", markdown_code_in_table(view.last_failing)},
                                     {"last_calls", calls},
                                     {"call_counts", counts},
                                     {"processes", process_tree(view.processes)}},
                          .switches = {{"is_ok", view.ok},
                                       {"has_evidence", !view.evidence.empty()},
                                       {"has_fixes", !view.fixes.empty()},
                                       {"has_comparison", !view.compared.empty()},
                                       {"has_checks", !view.checks.empty()},
                                       {"has_others", !view.runners_up.empty()}},
                          .lists = {{"evidence", data_of_all(view.evidence)},
                                    {"fixes", data_of_fixes(view.fixes)},
                                    {"about", data_of_all(view.about)},
                                    {"comparison", data_of_all(view.compared)},
                                    {"checks", data_of_all(view.checks)},
                                    {"others", data_of_all(view.runners_up)},
                                    {"logs", data_of_all(view.logs)}}};
  const Result<std::string> text = fill_embedded_template("report.md.mustache", data, markdown_escaped);
  return text ? *text : markdown_block(text.error().what);
}

}  // namespace whywontitstart
