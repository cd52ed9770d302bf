#include "report/bound.h"

#include "report/texts.h"

namespace whywontitstart {
namespace {

// Bytes, and lengths of lists. With all of them together a report stays below some five megabytes.
constexpr std::size_t longest_text = 8192;
constexpr std::size_t longest_tail = 32768;
constexpr std::size_t most_processes = 400;
constexpr std::size_t most_words = 200;  // of one command line
constexpr std::size_t most_logs = 20;
constexpr std::size_t most_details = 100;  // of one check
constexpr std::size_t most_waits = 50;     // of one process
constexpr std::string_view gap = " […] ";

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

/// Keeps the beginning and the end, without breaking a character.
bool cut_middle(std::string& text, std::size_t longest) {
  if (text.size() <= longest) return false;
  std::size_t head = longest / 2;
  while (head > 0 && continues_character(text[head])) --head;
  std::size_t tail = text.size() - longest / 2;
  while (tail < text.size() && continues_character(text[tail])) ++tail;
  text = text.substr(0, head) + std::string(gap) + text.substr(tail);
  return true;
}

/// Of a log the end counts.
bool cut_beginning(std::string& text, std::size_t longest) {
  if (text.size() <= longest) return false;
  std::size_t from = text.find('\n', text.size() - longest);
  from = from == std::string::npos ? text.size() - longest : from + 1;
  while (from < text.size() && continues_character(text[from])) ++from;
  text.erase(0, from);
  return true;
}

template <typename Item>
std::size_t shorten(std::vector<Item>& list, std::size_t most) {
  if (list.size() <= most) return 0;
  const std::size_t gone = list.size() - most;
  list.resize(most);
  return gone;
}

/// The first ones stay, and those that the picture shows: the end hangs on them.
std::size_t shorten_processes(Report& report) {
  const std::size_t before = report.processes.size();
  if (before <= most_processes) return 0;
  std::vector<bool> stays(before);
  std::size_t left = most_processes;
  for (const TimelineRow& row : report.timeline.rows) stays[row.process] = true;
  for (const TimelineRow& row : report.timeline.rows) left -= left > 0 && row.process < before ? 1 : 0;
  for (std::size_t index = 0; index < before && left > 0; ++index) {
    if (!stays[index]) --left;
    stays[index] = true;
  }
  std::vector<std::size_t> now(before);
  std::vector<Process> kept;
  for (std::size_t index = 0; index < before; ++index) {
    if (!stays[index]) continue;
    now[index] = kept.size();
    kept.push_back(std::move(report.processes[index]));
  }
  for (TimelineRow& row : report.timeline.rows) row.process = now[row.process];
  report.processes = std::move(kept);
  return before - report.processes.size();
}

using Note = std::function<void(std::size_t count, std::string_view one, std::string_view several)>;

void shorten_lists(Report& report, const Note& note) {
  note(shorten_processes(report), "process", "processes");
  note(shorten(report.logs, most_logs), "log", "logs");
  std::size_t words = shorten(report.target.argv, most_words);
  std::size_t waits = 0;
  for (Process& process : report.processes) {
    words += shorten(process.argv, most_words);
    waits += shorten(process.waits, most_waits);
    shorten(process.listens, most_words);
  }
  note(words, "word of a command line", "words of command lines");
  note(waits, "wait of a thread", "waits of threads");
  std::size_t details = 0;
  for (CheckResult& check : report.checks) details += shorten(check.details, most_details);
  note(details, "detail of a check", "details of checks");
}

}  // namespace

Report bounded(Report report) {
  const auto note = [&](std::size_t count, std::string_view one, std::string_view several) {
    if (count > 0) report.cut.push_back(fmt::format("{} {}", count, count == 1 ? one : several));
  };
  shorten_lists(report, note);
  std::size_t logs = cut_beginning(report.stderr_tail, longest_tail) ? 1 : 0;
  for (LogTail& log : report.logs) logs += cut_beginning(log.tail, longest_tail) ? 1 : 0;
  note(logs, "beginning of a log", "beginnings of logs");
  std::size_t texts = 0;
  const auto cut_text = [&](std::string& text) {
    const bool is_tail =
        &text == &report.stderr_tail || std::any_of(report.logs.begin(), report.logs.end(),
                                                    [&](const LogTail& log) { return &text == &log.tail; });
    if (!is_tail && cut_middle(text, longest_text)) ++texts;
  };
  each_text(report, cut_text);
  note(texts, "long text", "long texts");
  each_text_of_picture(report, [](std::string& text) { cut_middle(text, longest_text); });
  return report;
}

}  // namespace whywontitstart
