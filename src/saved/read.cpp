#include "base/text.h"
#include "saved/from_json.h"
#include "saved/saved_trace.h"

namespace whywontitstart {
namespace {

constexpr std::string_view format_name = "whywontitstart/trace";
constexpr std::size_t longest_line = 64U << 20;

/// What no value by itself shows: numbers that point at others have to point at something.
bool is_sound(const Facts& facts) {
  const auto is_line = [&](std::size_t index) { return index < facts.lines.size(); };
  const auto are_lines = [&](const std::vector<std::size_t>& all) {
    return std::all_of(all.begin(), all.end(), is_line);
  };
  const auto is_failure = [&](const Failure& failure) {
    return are_lines(failure.named_by) && are_lines(failure.echoed_by);
  };
  return std::all_of(facts.failures.begin(), facts.failures.end(), is_failure) &&
         (!facts.last_failing || is_failure(*facts.last_failing)) &&
         std::all_of(facts.complaints.begin(), facts.complaints.end(),
                     [&](const Complaint& complaint) { return is_line(complaint.line); });
}

class Reader {
 public:
  explicit Reader(SavedTrace& trace) : trace_(trace) {}

  /// What is wrong with the line; empty: nothing.
  std::string read(const Json& line) {
    if (!line.is_object()) return "it is no object";
    FromJson all{line, problem_};
    if (line.contains("format")) {
      all("tool", trace_.tool);
      all("made", trace_.made);
      all("mode", trace_.mode);
      all("masked", trace_.masked);
    }
    all("target", trace_.target);
    all("facts", trace_.facts);
    all("unit", trace_.unit);
    if (const auto how = line.find("trace"); how != line.end()) read_trace(*how);
    if (const auto course = line.find("course"); course != line.end()) read_course(*course);
    if (line.contains("asked")) read_answers(line);
    if (const auto end = line.find("end"); end != line.end()) has_end_ = end->is_number_unsigned();
    return problem_.empty() ? "" : fmt::format("'{}' is not what it should be", problem_);
  }

  bool has_end() const { return has_end_; }

 private:
  void read_trace(const Json& object) {
    FromJson how{object, problem_};
    how("backend", trace_.backend);
    how("lost", trace_.lost);
    how("remarks", trace_.remarks);
    how("of_tracing", trace_.of_tracing);
    how("of_unit", trace_.of_unit);
  }

  void read_course(const Json& object) {
    FromJson course{object, problem_};
    course("left_out", trace_.course.left_out);
    course("around", trace_.course.around);
    course("packages", trace_.course.packages);
    course("files", trace_.course.files);
    course("steps", trace_.course.steps);
  }

  void read_answers(const Json& line) {
    std::string kind;
    Question question;
    FromJson all{line, problem_};
    all("asked", kind);
    all("about", question);
    const auto answers = line.find("answers");
    if (answers == line.end() || !answers->is_array()) return fail("answers");
    const bool is_outside = kind.starts_with(outside_prefix);
    if (is_outside) kind.erase(0, std::string_view(outside_prefix).size());
    // Kinds that this version does not know are never asked for.
    tables(is_outside ? trace_.outside : trace_.answers, [&](std::string_view name, auto& table) {
      if (name == kind) add_row(*answers, table[question]);
    });
  }

  template <typename Value>
  void add_row(const Json& answers, AnswerRow<Value>& row) {
    for (const Json& answer : answers) {
      if (!answer.is_object()) return fail("answers");
      typename AnswerRow<Value>::Answer read{1, Value{}};
      FromJson all{answer, problem_};
      all("times", read.times);
      if (answer.contains("error")) {
        Error said;
        all("error", said);
        read.value = tl::unexpected(std::move(said));
      } else if (const auto value = answer.find("value"); value != answer.end() && !value->is_null()) {
        if (!all.fill(*value, *read.value)) fail("value");
      }
      row.answers.push_back(std::move(read));
    }
  }

  void fail(const char* what) {
    if (problem_.empty()) problem_ = what;
  }

  SavedTrace& trace_;
  std::string problem_;
  bool has_end_ = false;
};

Result<> check_header(const Json& header, const std::string& name) {
  const auto version = header.find("version");
  if (!header.is_object() || version == header.end() || !version->is_number_integer())
    return error(name + ": the first line of this saved trace does not say its version");
  if (*version == saved_format) return {};
  const auto tool = header.find("tool");
  const std::string writer = tool != header.end() && tool->is_string()
                                 ? " (written by whywontitstart " + tool->get<std::string>() + ")"
                                 : "";
  return error(
      fmt::format("{}: this saved trace has version {} of the format{}; this program, version {}, reads "
                  "version {} only",
                  name, version->dump(), writer, WHYWONTITSTART_VERSION, saved_format));
}

}  // namespace

bool is_saved_trace(std::string_view start) {
  start = trim(start.substr(0, 256));
  if (!start.starts_with('{')) return false;
  start.remove_prefix(1);
  start = trim(start);
  return start.starts_with("\"format\"") && start.substr(0, 64).find(format_name) != std::string_view::npos;
}

Result<SavedTrace> read_saved_trace(std::string_view text, const std::string& name) {
  SavedTrace trace;
  Reader reader(trace);
  std::size_t number = 0;
  while (!text.empty() && !reader.has_end()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (line.size() > longest_line)
      return error(fmt::format("{}:{}: error: the line is too long", name, number));
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded())
      return error(
          end == std::string_view::npos
              ? fmt::format("{}: this saved trace is cut off in line {}", name, number)
              : fmt::format("{}:{}: error: this saved trace is damaged: it is no JSON", name, number));
    if (number == 1)
      if (Result<> known = check_header(json, name); !known) return tl::unexpected(known.error());
    if (const std::string problem = reader.read(json); !problem.empty())
      return error(fmt::format("{}:{}: error: this saved trace is damaged: {}", name, number, problem));
  }
  if (!reader.has_end())
    return error(fmt::format("{}: this saved trace is cut off after line {}", name, number));
  if (!is_sound(trace.facts))
    return error(name + ": this saved trace is damaged: some of it points at lines that are not there");
  return trace;
}

}  // namespace whywontitstart
