#include "report/picture.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/moments.h"
#include "report/time_axis.h"
#include "report/view.h"
#include "report/wrap.h"

namespace whywontitstart {
namespace {

using Kind = TimelineMark::Kind;

// In pixels.
constexpr int axis_height = 26;
constexpr int row_height = 50;
constexpr int row_of_decision = 22;  // more, for its words
constexpr int bar_below_top = 30;
constexpr std::size_t narrow_columns = 36;  // what a page of 360 pixels has room for
constexpr std::size_t wide_columns = 96;    // … and one of 900
constexpr std::size_t longest_words = 160;
/// Words in two lengths, of which the style sheet shows the one that there is room for.
struct Words {
  std::string_view length;
  std::size_t columns;
};
constexpr Words both_lengths[] = {{"short", narrow_columns}, {"long", wide_columns}};

// In shares of the width: marks at the ends are wider than nothing.
constexpr double margin = 0.025;

std::string cut_to(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string result;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = at + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0U) == 0x80) ++next;
    used += display_width(text.substr(at, next - at));
    if (used >= columns) break;
    result += text.substr(at, next - at);
    at = next;
  }
  return result + "…";
}

std::string escaped(std::string_view text, std::size_t columns) {
  return html_escaped(cut_to(shown_on_one_line(text), columns));
}

class Drawing {
 public:
  explicit Drawing(const Report& report)
      : report_(report),
        decision_(decision_of(report)),
        axis_(times_of(report, decision_), report.timeline.length) {
    int y = axis_height;
    for (std::size_t row = 0; row < report.timeline.rows.size(); ++row) {
      tops_.push_back(y);
      y += row_height + (is_decisive(row) ? row_of_decision : 0);
    }
    height_ = y;
  }

  std::string svg() {
    put_axis();
    for (std::size_t row = 0; row < tops_.size(); ++row) put_birth(row);
    for (std::size_t row = 0; row < tops_.size(); ++row) put_row(row);
    return fmt::format(
        "<svg class=\"picture\" role=\"img\" aria-labelledby=\"picture-title picture-words\" width=\"100%\" "
        "height=\"{}\">\n<title id=\"picture-title\">The start over time</title>\n<desc "
        "id=\"picture-words\">{}</desc>\n{}</svg>",
        height_, html_escaped(summary()), markup_);
  }

 private:
  static std::vector<TraceTime> times_of(const Report& report, const std::optional<Decision>& decision) {
    std::vector<TraceTime> times;
    for (const TimelineRow& row : report.timeline.rows) {
      times.push_back(row.started);
      times.push_back(row.ended);
      for (const TimelineMark& mark : row.marks) times.push_back(mark.at);
    }
    if (decision) times.push_back(decision->at);
    return times;
  }

  bool is_decisive(std::size_t row) const { return decision_ && decision_->row == row; }
  const Process& process(std::size_t row) const {
    return report_.processes[report_.timeline.rows[row].process];
  }
  int bar_of(std::size_t row) const { return tops_[row] + bar_below_top; }
  static std::string percent(double place) {
    return fmt::format("{:.2f}%", 100 * (margin + place * (1 - 2 * margin)));
  }
  std::string x_of(TraceTime at) const { return percent(axis_.place_of(at)); }

  std::string summary() const {
    const std::size_t count = report_.processes.size();
    std::string text = fmt::format("{} {}", count, count == 1 ? "process" : "processes");
    if (report_.timeline.timed) text += " in " + duration_words(report_.timeline.length);
    if (decision_)
      text += fmt::format(". What decides, after {}: {}", duration_words(decision_->at),
                          cut_to(shown_on_one_line(decision_->text), longest_words));
    return text + ". The same in words stands below the picture.";
  }

  void put_axis() {
    put("<line class=\"axis\" x1=\"{}\" x2=\"{}\" y1=\"20\" y2=\"20\"/>\n", percent(0), percent(1));
    if (!report_.timeline.timed) {
      put("<text class=\"time\" x=\"{}\" y=\"13\">in order; the trace has no times</text>\n", percent(0));
      return;
    }
    constexpr double beside = 0.17;  // labels nearer than this would cover one another on a narrow page
    constexpr double width_of_letter = 0.025;
    std::string at_end = axis_.words_of_end(beside);
    double labelled = -1;
    for (const TimeAxis::Cut& cut : axis_.cuts()) {
      const double from = axis_.place_of(cut.from);
      const double middle = (from + axis_.place_of(cut.to)) / 2;
      put("<rect class=\"cut\" x=\"{}\" y=\"16\" width=\"{:.2f}%\" height=\"{}\"/>\n", percent(from),
          200 * (1 - 2 * margin) * (middle - from), height_ - 16);
      const std::string words = fmt::format("({})", duration_words(cut.to - cut.from));
      if (middle > 1 - beside - 0.08) {
        at_end = fmt::format("{} {}", words, at_end);
      } else if (middle - labelled > beside) {
        put("<text class=\"time\" text-anchor=\"middle\" x=\"{}\" y=\"12\">{}</text>\n", percent(middle),
            words);
        labelled = middle;
      }
    }
    for (const TimeAxis::Tick& tick :
         axis_.ticks(beside, 0.09 + width_of_letter * static_cast<double>(at_end.size()))) {
      put("<line class=\"axis\" x1=\"{0}\" x2=\"{0}\" y1=\"16\" y2=\"24\"/>\n", percent(tick.place));
      put("<text class=\"time\" text-anchor=\"{}\" x=\"{}\" y=\"12\">{}</text>\n",
          tick.place < 0.02 ? "start" : "middle", percent(tick.place), tick.words);
    }
    put("<text class=\"time\" text-anchor=\"end\" x=\"{}\" y=\"12\">{}</text>\n", percent(1), at_end);
  }

  void put_birth(std::size_t row) {
    const TimelineRow& of = report_.timeline.rows[row];
    if (!of.born_of) return;
    put("<line class=\"fork\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\"/>\n", x_of(of.started),
        bar_of(*of.born_of), bar_of(row));
  }

  void put_row(std::size_t row) {
    const TimelineRow& of = report_.timeline.rows[row];
    const std::optional<ExitStatus>& exit = process(row).exit;
    const std::string_view state = !exit ? "alive" : exit->success() ? "well" : "bad";
    for (const Words& words : both_lengths)
      put("<text class=\"{}\" x=\"{}\" y=\"{}\">{} <tspan class=\"{}\">{}</tspan></text>\n", words.length,
          percent(0), tops_[row] + 13, html_escaped(label_of(row, words.columns)), state,
          html_escaped(end_of(row)));
    put("<line class=\"life {}\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>\n", state, x_of(of.started),
        x_of(of.ended), bar_of(row), bar_of(row));
    // Weighty marks above the light ones.
    for (const bool light : {true, false})
      for (const TimelineMark& mark : of.marks)
        if ((mark.healed || mark.kind == Kind::message || mark.kind == Kind::exec) == light)
          put_mark(mark, bar_of(row));
    put_end(of, state, bar_of(row));
    if (is_decisive(row)) put_decision(bar_of(row));
  }

  std::string label_of(std::size_t row, std::size_t columns) const {
    const Process& of = process(row);
    std::string words = process_name(of);
    for (std::size_t at = 1; at < of.argv.size(); ++at)
      words += " " + shown_on_one_line(shell_quoted(of.argv[at]));
    return cut_to(words, columns - display_width(end_of(row)) - 1);
  }

  std::string end_of(std::size_t row) const {
    const std::optional<ExitStatus>& exit = process(row).exit;
    if (!exit) return "still running";
    return exit->signal == Signal::none ? fmt::format("exit code {}", exit->code)
                                        : fmt::format("killed by {}", name(exit->signal));
  }

  /// A shape at a place, in pixels around it, with the words that a pointer over it shows.
  void put_shape(TraceTime at, int y, std::string_view kind, std::string_view shape,
                 const std::string& words) {
    put("<svg class=\"{}\" x=\"{}\" y=\"{}\" overflow=\"visible\"><title>{}</title>{}</svg>\n", kind,
        x_of(at), y, words, shape);
  }

  void put_mark(const TimelineMark& mark, int y) {
    const std::string when = report_.timeline.timed ? duration_words(mark.at) + ": " : std::string();
    std::string words = html_escaped(when) + escaped(mark.text, longest_words);
    if (mark.count > 1) words += fmt::format(" ({} times)", mark.count);
    switch (mark.kind) {
      case Kind::failure:
        put_shape(mark.at, y, mark.healed ? "healed" : "failure",
                  mark.healed ? "<path d=\"M0-6V6\"/>" : "<path d=\"M0-9V9\"/>", words);
        break;
      case Kind::message:
        put_shape(mark.at, y, "message", R"(<circle cy="-9" r="3"/>)", words);
        break;
      case Kind::exec:
        put_shape(mark.at, y, "exec", "<path d=\"M-4-5 4 0-4 5z\"/>", words);
        break;
      case Kind::signal:
        put_shape(mark.at, y, "signal", "<path d=\"M0-13 5-4-5-4z\"/>", words);
        break;
    }
  }

  void put_end(const TimelineRow& row, std::string_view state, int y) {
    const std::string_view shape = state == "bad"    ? "<path d=\"M-5-5 5 5M-5 5 5-5\"/>"
                                   : state == "well" ? "<path d=\"M0-6V6\"/>"
                                                     : "<path d=\"M-2-5 4 0-2 5\"/>";
    const std::string when = report_.timeline.timed ? duration_words(row.ended) + ": " : std::string();
    put_shape(row.ended, y, fmt::format("end {}", state), shape,
              html_escaped(when) + (state == "alive" ? "still running" : "the end"));
  }

  void put_decision(int y) {
    const double place = axis_.place_of(decision_->at);
    const bool is_early = place < 0.5;
    put_shape(decision_->at, y, "decision", "<circle r=\"9\"/>",
              html_escaped(duration_words(decision_->at) + ": ") + escaped(decision_->text, longest_words));
    for (const Words& words : both_lengths)
      put("<text class=\"decision {}\" text-anchor=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", words.length,
          is_early ? "start" : "end", percent(is_early ? 0 : 1), y + 25,
          escaped(decision_->text, words.columns));
  }

  template <typename... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(markup_), format, std::forward<Values>(values)...);
  }

  const Report& report_;
  std::optional<Decision> decision_;
  TimeAxis axis_;
  std::vector<int> tops_;
  int height_ = 0;
  std::string markup_;
};

}  // namespace

std::string picture_of(const Report& report) {
  return report.timeline.rows.empty() ? std::string() : Drawing(report).svg();
}

}  // namespace whywontitstart
