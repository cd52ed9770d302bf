#include <sys/stat.h>
#include <unistd.h>

#include "archive/pack.h"
#include "base/fd.h"
#include "base/text.h"
#include "saved/saved_trace.h"
#include "saved/to_json.h"

namespace whywontitstart {
namespace {

constexpr std::size_t items_in_line = 200;

class Lines {
 public:
  void add(const Json& json) {
    text_ += json.dump(-1, ' ', false, Json::error_handler_t::replace);
    text_ += '\n';
    ++count_;
  }

  /// Lists of the object that may be long become lines of their own.
  void add(const char* name, Json object, std::initializer_list<const char*> long_lists) {
    std::vector<std::pair<const char*, Json>> lists;
    for (const char* list : long_lists) {
      const auto found = object.find(list);
      if (found == object.end()) continue;
      lists.emplace_back(list, std::move(*found));
      object.erase(list);
    }
    add(Json{{name, std::move(object)}});
    for (auto& [list, items] : lists)
      for (std::size_t at = 0; at < items.size(); at += items_in_line) {
        Json piece = Json::array();
        for (std::size_t index = at; index < std::min(at + items_in_line, items.size()); ++index)
          piece.push_back(std::move(items[index]));
        add(Json{{name, {{list, std::move(piece)}}}});
      }
  }

  std::string finish() {
    add(Json{{"end", count_}});
    return std::move(text_);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

template <typename Value>
Json object_of(Value& value) {
  ToJson all;
  fields(value, all);
  return std::move(all.object);
}

template <typename Value>
void add_table(Lines& lines, const std::string& kind, AnswerTable<Value>& table) {
  for (auto& [question, row] : table) {
    Json asked = Json::array(), answers = Json::array();
    for (const std::string& word : question) asked.push_back(json_of_text(word));
    for (auto& [times, value] : row.answers) {
      Json answer = Json::object();
      if (times > 1) answer["times"] = times;
      if (value)
        answer["value"] = ToJson::of(*value);
      else
        answer["error"] = object_of(value.error());
      answers.push_back(std::move(answer));
    }
    lines.add(Json{{"asked", kind}, {"about", std::move(asked)}, {"answers", std::move(answers)}});
  }
}

}  // namespace

std::string text_of(SavedTrace& trace) {
  Lines lines;
  lines.add(Json{{"format", "whywontitstart/trace"},
                 {"version", saved_format},
                 {"tool", trace.tool},
                 {"made", trace.made},
                 {"mode", trace.mode},
                 {"masked", trace.masked}});
  lines.add("target", object_of(trace.target), {"environment"});
  lines.add("facts", object_of(trace.facts), {"processes", "failures", "lines", "complaints", "calls"});
  ToJson how;
  how("backend", trace.backend);
  how("lost", trace.lost);
  how("remarks", trace.remarks);
  how("of_tracing", trace.of_tracing);
  how("of_unit", trace.of_unit);
  lines.add(Json{{"trace", std::move(how.object)}});
  if (trace.unit) lines.add(Json{{"unit", object_of(*trace.unit)}});
  ToJson course;
  course("left_out", trace.course.left_out);
  course("around", trace.course.around);
  course("packages", trace.course.packages);
  course("files", trace.course.files);
  course("steps", trace.course.steps);
  lines.add("course", std::move(course.object), {"packages", "files", "steps"});
  tables(trace.answers, [&](const char* kind, auto& table) { add_table(lines, kind, table); });
  tables(trace.outside,
         [&](const char* kind, auto& table) { add_table(lines, outside_prefix + std::string(kind), table); });
  return lines.finish();
}

Result<> can_save_at(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return error(
        fmt::format("{} is no regular file: the trace is not written over it, nor through a link", path));
  const std::string folder = folder_of(path);
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return errno_error(fmt::format("cannot write {} into {}", path, folder));
  return {};
}

Result<> write_saved_trace(SavedTrace& trace, const std::string& path) {
  if (Result<> possible = can_save_at(path); !possible) return possible;
  const Result<std::string> archive = packed(text_of(trace));
  if (!archive) return tl::unexpected(archive.error());
  return replace_file(path, *archive);
}

}  // namespace whywontitstart
