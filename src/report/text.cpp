#include "report/text.h"

#include "base/text.h"
#include "report/view.h"
#include "report/wrap.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_evidence = 3;
constexpr std::size_t narrowest = 40;

// ECMA-48, section 8.3.117 (SGR). The only escapes that this file writes.
enum class Paint { plain, bold, dim, red, green, yellow, bold_red, bold_green };

std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::plain:
      return "";
    case Paint::bold:
      return "1";
    case Paint::dim:
      return "2";
    case Paint::red:
      return "31";
    case Paint::green:
      return "32";
    case Paint::yellow:
      return "33";
    case Paint::bold_red:
      return "1;31";
    case Paint::bold_green:
      return "1;32";
  }
  return "";
}

Paint paint_of_risk(std::string_view risk) {
  if (risk == "safe") return Paint::green;
  return risk == "security" ? Paint::red : Paint::yellow;
}

std::string_view symbol_of(CheckStatus status) {
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
      return "·";
  }
  return "?";
}

Paint paint_of(CheckStatus status) {
  if (status == CheckStatus::pass) return Paint::green;
  if (status == CheckStatus::fail) return Paint::red;
  return status == CheckStatus::warn ? Paint::yellow : Paint::dim;
}

/// A label at the margin, text beside it, and a mark at the right edge.
struct Row {
  std::string label = {};
  std::string text = {};
  std::string mark = {};
  Paint text_paint = Paint::plain;
  Paint mark_paint = Paint::dim;
  Paint label_paint = Paint::dim;
  bool flush = false;  ///< the first line starts at the margin, only the next ones in the column
};

// Stands for a blank at which no line is broken. Texts of a View have no control bytes of their own.
constexpr char unbroken_blank = '\x01';

std::string unbroken(std::string text) {
  std::replace(text.begin(), text.end(), ' ', unbroken_blank);
  return text;
}

/// Lays the words of a View out in columns.
class Page {
 public:
  explicit Page(TextStyle style)
      : style_(style), width_(std::max(narrowest, static_cast<std::size_t>(std::max(style.width, 0)))) {}

  void blank() { text_ += '\n'; }

  /// `indent`: where the label stands; `column`: where the text does, and every line that goes on.
  void row(const Row& row, std::size_t indent, std::size_t column) {
    const std::string label = for_terminal(row.label);
    const std::string mark = for_terminal(row.mark);
    const std::vector<std::string> lines = wrapped(for_terminal(row.text), width_ - column);
    text_ += std::string(indent, ' ') + painted(label, row.label_paint);
    std::size_t used = indent + display_width(label);
    if (!row.text.empty() && used >= column && !label.empty()) {  // a long label takes a line for itself
      end_line();
      used = 0;
    }
    for (const std::string& line : lines) {
      if (&line != &lines.front()) end_line();
      if (&line != &lines.front()) used = 0;
      const bool at_margin = row.flush && &line == &lines.front();
      if (!line.empty() && used < column && !at_margin) text_ += std::string(column - used, ' ');
      text_ += painted(line, row.text_paint);
      used = (at_margin ? used : std::max(used, column)) + display_width(line);
    }
    if (!mark.empty()) put_mark(mark, row.mark_paint, used);
    end_line();
  }

  /// A line that is to be copied as it is, and so never broken.
  void whole(std::string_view line, std::size_t indent) {
    text_ += std::string(indent, ' ') + painted(for_terminal(line), Paint::plain);
    end_line();
  }

  std::size_t width() const { return width_; }

  std::string take() {
    std::replace(text_.begin(), text_.end(), unbroken_blank, ' ');
    return std::move(text_);
  }

 private:
  std::string for_terminal(std::string_view text) const {
    return style_.utf8 ? std::string(text) : in_ascii(text);
  }

  std::string painted(const std::string& text, Paint paint) const {
    if (!style_.colour || paint == Paint::plain || text.empty()) return text;
    return fmt::format("\x1b[{}m{}\x1b[0m", code_of(paint), text);
  }

  void put_mark(const std::string& mark, Paint paint, std::size_t used) {
    const std::size_t mark_width = display_width(mark);
    if (used + 2 + mark_width > width_) {
      end_line();
      used = 0;
    }
    text_ +=
        std::string(width_ > used + mark_width ? width_ - used - mark_width : 0, ' ') + painted(mark, paint);
  }

  void end_line() {
    while (text_.ends_with(' ')) text_.pop_back();
    text_ += '\n';
  }

  TextStyle style_;
  std::size_t width_;
  std::string text_;
};

std::string bracketed(std::string_view text) { return text.empty() ? "" : fmt::format("[{}]", text); }

/// Where the text beside these labels starts. On a narrow terminal the labels stand above the text instead.
std::size_t column_for(const std::vector<std::string>& labels, std::size_t page_width) {
  constexpr std::size_t narrow = 60;
  constexpr std::size_t widest_label = 20;
  if (page_width < narrow) return 4;
  std::size_t widest = 0;
  for (const std::string& label : labels) widest = std::max(widest, display_width(label));
  return 2 + std::min(widest, widest_label) + 3;
}

/// What a first look has room for of a list.
std::string first_of(const std::vector<std::string>& items) {
  constexpr std::size_t enough = 4;
  if (items.size() <= enough + 1) return join(items, ", ");
  const std::vector<std::string> first(items.begin(), items.begin() + enough);
  return fmt::format("{} and {} more", join(first, ", "), items.size() - enough);
}

/// `in_full`: lists with a line for each item.
void put_rows(Page& page, const std::vector<LabelledRow>& rows, std::size_t count, std::size_t column,
              bool in_full = false) {
  std::string label_before;
  for (std::size_t index = 0; index < std::min(count, rows.size()); ++index) {
    const LabelledRow& row = rows[index];
    const std::string source = row.source.empty() ? "" : fmt::format(" ({})", unbroken(row.source));
    const std::string label = row.label == label_before ? "" : row.label;
    label_before = row.label;
    if (row.items.empty() || !in_full) {
      const std::string items = first_of(row.items);
      const std::string_view blank = row.text.empty() || items.empty() ? "" : " ";
      page.row({label, fmt::format("{}{}{}{}", row.text, blank, items, source)}, 2, column);
      continue;
    }
    page.row({label, row.text.empty() ? row.items.front() : row.text + source}, 2, column);
    for (std::size_t item = row.text.empty() ? 1 : 0; item < row.items.size(); ++item)
      page.row({"", row.items[item]}, 0, column + (row.text.empty() ? 0 : 2));
  }
}

/// The evidence that a first look has room for; how it ended comes with it where there is some left.
std::vector<LabelledRow> shortened(const View& view) {
  std::vector<LabelledRow> rows = view.evidence;
  for (const LabelledRow& row : view.about)
    if (row.label == "how it ended" && rows.size() < most_evidence) rows.push_back(row);
  return rows;
}

void put_fixes(Page& page, const std::vector<Fix>& fixes, std::size_t column) {
  for (std::size_t index = 0; index < fixes.size(); ++index) {
    const Fix& fix = fixes[index];
    const std::string label = fixes.size() == 1 ? "to fix it" : fmt::format("fix {}", index + 1);
    page.row({label, fix.text, bracketed(risk_words(fix.risk)), Paint::plain, paint_of_risk(fix.risk)}, 2,
             column);
    if (fix.command.empty()) continue;
    for (const std::string_view line : split(fix.command, '\n')) page.whole(line, column + 2);
  }
}

void put_closing_lines(Page& page, const View& view) {
  const auto put = [&](const std::string& lead, const std::string& text, Paint paint) {
    if (!text.empty()) page.row({"", lead + text, {}, paint}, 0, 2);
  };
  if (view.doubt.empty() && view.fine.empty() && view.not_looked_at.empty() && view.masked.empty()) return;
  page.blank();
  put("", view.doubt, Paint::plain);
  put("checked and fine: ", view.fine, Paint::dim);
  put("could not look at: ", view.not_looked_at, Paint::dim);
  put("", view.masked, Paint::dim);
}

void put_title(Page& page, const std::string& title) {
  page.blank();
  page.row({title, "", {}, Paint::plain, Paint::plain, Paint::bold}, 0, 0);
}

void put_comparison(Page& page, const std::vector<LabelledRow>& rows) {
  std::vector<std::string> labels;
  for (const LabelledRow& row : rows) labels.push_back(row.label);
  put_title(page, "compared with the good run");
  put_rows(page, rows, rows.size(), column_for(labels, page.width()));
}

void put_checks(Page& page, const std::vector<CheckResult>& checks) {
  std::vector<std::string> ids;
  for (const CheckResult& check : checks) ids.push_back("? " + check.id);
  const std::size_t column = column_for(ids, page.width());
  put_title(page, "checks");
  for (const CheckResult& check : checks) {
    const std::string label = fmt::format("{} {}", symbol_of(check.status), check.id);
    const std::string status = check.status == CheckStatus::pass ? "" : std::string(name(check.status));
    page.row({label, check.summary, status, Paint::plain, paint_of(check.status), paint_of(check.status)}, 2,
             column);
    for (const auto& [label_of_detail, value] : check.details)
      page.row({"", fmt::format("{}: {}", label_of_detail, value), {}, Paint::dim}, 0, column + 2);
  }
}

void put_processes(Page& page, const std::vector<ProcessRow>& processes) {
  put_title(page, "processes");
  for (const ProcessRow& process : processes) {
    const std::size_t indent = 2 + 2 * std::min<std::size_t>(process.depth, 8);
    const std::string label = std::to_string(number(process.pid));
    page.row({label, process.command, bracketed(process.end), Paint::plain,
              process.failed ? Paint::red : Paint::dim},
             indent, indent + label.size() + 1);
  }
}

void put_lines(Page& page, const std::string& title, const std::vector<std::string>& lines) {
  put_title(page, title);
  for (const std::string& line : lines) page.whole(line, 2);
}

void put_all_else(Page& page, const View& view) {
  if (view.evidence.size() > most_evidence) {
    std::vector<LabelledRow> rest(view.evidence.begin() + most_evidence, view.evidence.end());
    std::vector<std::string> labels;
    for (const LabelledRow& row : rest) labels.push_back(row.label);
    put_title(page, "more evidence");
    put_rows(page, rest, rest.size(), column_for(labels, page.width()), true);
  }
  if (!view.runners_up.empty()) {
    put_title(page, "other possible causes");
    for (const RunnerUp& other : view.runners_up)
      page.row({fmt::format("{:>3} %", other.percent), other.summary, bracketed(other.cause)}, 2, 9);
  }
  put_title(page, "the start");
  put_rows(page, view.about, view.about.size(), column_for({"how it ended"}, page.width()));
  if (!view.checks.empty()) put_checks(page, view.checks);
  if (!view.processes.empty()) put_processes(page, view.processes);
  for (const TextBlock& log : view.logs) {
    std::vector<std::string> lines;
    for (const std::string_view line : split(trim(log.text), '\n')) lines.emplace_back(line);
    put_lines(page, log.title, lines);
  }
  if (!view.last_calls.empty()) put_lines(page, "last system calls", view.last_calls);
  if (!view.call_counts.empty()) put_lines(page, "system calls by time", view.call_counts);
  if (!view.references.empty()) {
    put_title(page, "to read on");
    page.row({"", view.references}, 0, 2);
  }
}

}  // namespace

std::string to_text(const Report& report, TextStyle style) {
  const View view = view_of(report);
  Page page(style);
  if (view.ok) {
    page.row({.text = view.headline, .text_paint = Paint::bold_green, .flush = true}, 0, 2);
  } else {
    page.row(
        {.text = view.headline, .mark = bracketed(view.cause), .text_paint = Paint::bold_red, .flush = true},
        0, 2);
    if (style.brief) return page.take();
    const std::vector<LabelledRow> evidence = shortened(view);
    std::vector<std::string> labels{"to fix it"};
    for (const LabelledRow& row : evidence) labels.push_back(row.label);
    const std::size_t column = column_for(labels, page.width());
    page.blank();
    put_rows(page, evidence, most_evidence, column, style.verbose);
    if (!view.fixes.empty()) page.blank();
    put_fixes(page, view.fixes, column);
    put_closing_lines(page, view);
  }
  if (!style.brief && !view.compared.empty()) put_comparison(page, view.compared);
  if (style.verbose) put_all_else(page, view);
  return page.take();
}

}  // namespace whywontitstart
