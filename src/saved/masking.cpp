#include "saved/masking.h"

#include "base/text.h"
#include "report/redact.h"
#include "report/secrets.h"
#include "saved/fields.h"

namespace whywontitstart {
namespace {

/// Visits all texts below a value.
template <typename OnText>
struct EachText {
  OnText& on_text;

  template <typename Value>
  void operator()(const char*, Value& value) {
    visit(value);
  }

  void visit(std::string& text) { on_text(text); }
  void visit(std::pair<std::string, std::string>& pair) {
    visit(pair.first);
    visit(pair.second);
  }
  template <typename Value>
  requires(std::is_arithmetic_v<Value> || std::is_enum_v<Value>) void visit(Value&) {}
  template <typename Rep, typename Period>
  void visit(std::chrono::duration<Rep, Period>&) {}
  template <typename Value>
  void visit(std::optional<Value>& value) {
    if (value) visit(*value);
  }
  template <typename Value>
  void visit(std::map<std::string, Value, std::less<>>& table) {
    for (auto& [name, value] : table) visit(value);
  }
  template <typename Value>
  void visit(std::vector<Value>& list) {
    for (Value& item : list) visit(item);
  }
  template <typename Value>
  requires std::is_class_v<Value>
  void visit(Value& value) { fields(value, *this); }
};

template <typename Value, typename OnText>
void each_text(Value& value, OnText& on_text) {
  EachText<OnText>{on_text}.visit(value);
}

/// Everything but the answers and the environment, which have a syntax of their own.
template <typename OnText>
void each_text_of_run(SavedTrace& trace, OnText on_text) {
  std::vector<std::string> environment = std::move(trace.target.environment);
  each_text(trace.target, on_text);
  trace.target.environment = std::move(environment);
  each_text(trace.facts, on_text);
  each_text(trace.remarks, on_text);
  each_text(trace.of_tracing, on_text);
  each_text(trace.of_unit, on_text);
  each_text(trace.unit, on_text);
  each_text(trace.course.steps, on_text);
  each_text(trace.course.files, on_text);
}

enum class Form { text, words, variables, bytes };

/// How secrets stand in an answer: /proc has command lines and environments as strings that end with a NUL;
/// what else has NULs is no text, and has to keep its lengths.
Form form_of(const Question& question, const std::string& answer) {
  if (answer.find('\0') == std::string::npos) return Form::text;
  const std::string path = question.empty() ? std::string() : question.front();
  if (path.starts_with("/proc/") && path.ends_with("/environ")) return Form::variables;
  return path.starts_with("/proc/") && path.ends_with("/cmdline") ? Form::words : Form::bytes;
}

std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  for (const std::string_view piece : split(text, '\0')) pieces.emplace_back(piece);
  return pieces;
}

void learn_from_answer(const Question& question, const std::string& answer, Mask& mask) {
  const Form form = form_of(question, answer);
  if (form == Form::text) mask.learn_from(answer);
  if (form == Form::variables) learn_from_environment(pieces_of(answer), mask);
  if (form != Form::words) return;
  const std::vector<std::string> words = pieces_of(answer);
  for (const std::string_view secret : secrets_in(words)) mask.learn(secret);
}

void mask_answer(const Question& question, std::string& answer, Mask& mask) {
  const Form form = form_of(question, answer);
  if (form == Form::text) mask.apply(answer);
  if (form != Form::words && form != Form::variables) return;
  std::vector<std::string> pieces = pieces_of(answer);
  if (form == Form::words) mask_argv(pieces, mask);
  if (form == Form::variables) mask_environment(pieces, mask);
  answer = join(pieces, std::string_view("\0", 1));
}

template <typename Value, typename OnText>
void each_text_of_row(AnswerRow<Value>& row, OnText&& on_text) {
  for (auto& answer : row.answers) {
    if (!answer.value)
      on_text(answer.value.error().what);
    else
      each_text(*answer.value, on_text);
  }
}

template <typename Value>
void learn_from_table(AnswerTable<Value>& table, Mask& mask) {
  for (auto& [question, row] : table)
    each_text_of_row(row, [&](std::string& text) { learn_from_answer(question, text, mask); });
}

template <typename Value>
void mask_table(AnswerTable<Value>& table, Mask& mask) {
  AnswerTable<Value> masked;
  for (auto& [question, row] : table) {
    each_text_of_row(row, [&](std::string& text) { mask_answer(question, text, mask); });
    Question asked = question;
    for (std::string& word : asked) mask.apply(word);
    masked.emplace(std::move(asked), std::move(row));
  }
  table = std::move(masked);
}

constexpr std::string_view variables_of_unit = "Environment";

void learn_from_unit(const Unit& unit, Mask& mask) {
  learn_from_environment(unit.words(variables_of_unit), mask);
  for (const UnitCommand& command : unit.commands)
    for (const std::string_view secret : secrets_in(command.argv)) mask.learn(secret);
}

void mask_unit(Unit& unit, Mask& mask) {
  if (const auto found = unit.settings.find(variables_of_unit); found != unit.settings.end())
    mask_environment(found->second, mask);
  for (UnitCommand& command : unit.commands) mask_argv(command.argv, mask);
}

void mask_run(SavedTrace& trace, Mask& mask) {
  mask_argv(trace.target.argv, mask);
  for (Process& process : trace.facts.processes) mask_argv(process.argv, mask);
  if (trace.unit) mask_unit(*trace.unit, mask);
  each_text_of_run(trace, [&](std::string& text) { mask.apply(text); });
  mask_environment(trace.target.environment, mask);
}

}  // namespace

void mask_together(Report& report, SavedTrace& trace) {
  Mask mask;
  learn_from_environment(trace.target.environment, mask);
  for (const Process& process : trace.facts.processes)
    for (const std::string_view secret : secrets_in(process.argv)) mask.learn(secret);
  if (trace.unit) learn_from_unit(*trace.unit, mask);
  learn_from_report(report, mask);
  each_text_of_run(trace, [&](std::string& text) {
    mask.keep_stand_ins_of(text);
    mask.learn_from(text);
  });
  for (Answers* answers : {&trace.answers, &trace.outside})
    tables(*answers, [&](const char*, auto& table) { learn_from_table(table, mask); });
  report = redacted(report, mask);
  mask_run(trace, mask);
  for (Answers* answers : {&trace.answers, &trace.outside})
    tables(*answers, [&](const char*, auto& table) { mask_table(table, mask); });
  trace.masked = mask.last();
}

}  // namespace whywontitstart
