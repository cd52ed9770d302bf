#pragma once

#include <nlohmann/json.hpp>

#include "saved/fields.h"
#include "saved/words.h"

namespace whywontitstart {

using Json = nlohmann::ordered_json;

/// The text of json_of_text(); none: it is something else.
std::optional<std::string> text_of_json(const Json& json);

/// Fills the fields of a struct from an object; what that does not have stays as it is, and lists grow by
/// what it has. `problem` becomes the first field that is not what it should be.
struct FromJson {
  const Json& object;
  std::string& problem;

  template <typename Value>
  void operator()(const char* name, Value& value) {
    const auto found = object.find(name);
    if (found != object.end() && !fill(*found, value) && problem.empty()) problem = name;
  }

  bool fill(const Json& json, std::string& text) {
    std::optional<std::string> read = text_of_json(json);
    if (read) text = std::move(*read);
    return read.has_value();
  }

  bool fill(const Json& json, bool& value) {
    if (json.is_boolean()) value = json.get<bool>();
    return json.is_boolean();
  }

  bool fill(const Json& json, char& value) {
    if (!json.is_string() || json.get_ref<const std::string&>().size() != 1) return false;
    value = json.get_ref<const std::string&>().front();
    return true;
  }

  bool fill(const Json& json, double& value) {
    if (json.is_number()) value = json.get<double>();
    return json.is_number();
  }

  bool fill(const Json& json, std::pair<std::string, std::string>& pair) {
    return json.is_array() && json.size() == 2 && fill(json[0], pair.first) && fill(json[1], pair.second);
  }

  template <std::integral Value>
  bool fill(const Json& json, Value& value) {
    if (json.is_number_unsigned()) return take(json.get<std::uint64_t>(), value);
    return json.is_number_integer() && take(json.get<std::int64_t>(), value);
  }

  template <typename Rep, typename Period>
  bool fill(const Json& json, std::chrono::duration<Rep, Period>& time) {
    Rep count{};
    if (!fill(json, count)) return false;
    time = std::chrono::duration<Rep, Period>(count);
    return true;
  }

  template <typename Value>
  requires std::is_enum_v<Value>
  bool fill(const Json& json, Value& value) {
    return json.is_string() && set_from_word(json.get_ref<const std::string&>(), value);
  }

  template <typename Value>
  bool fill(const Json& json, std::optional<Value>& value) {
    Value inside{};
    if (!(json.is_array() && json.empty()) && !fill(json, inside)) return false;
    value = std::move(inside);
    return true;
  }

  template <typename Value>
  bool fill(const Json& json, std::vector<Value>& list) {
    if (!json.is_array()) return false;
    list.reserve(list.size() + json.size());
    for (const Json& item : json)
      if (Value& value = list.emplace_back(); !fill(item, value)) return false;
    return true;
  }

  template <typename Value>
  bool fill(const Json& json, std::map<std::string, Value, std::less<>>& table) {
    if (!json.is_object()) return false;
    for (const auto& [name, item] : json.items())
      if (!fill(item, table[name])) return false;
    return true;
  }

  template <typename Value>
  requires std::is_class_v<Value>
  bool fill(const Json& json, Value& value) {
    if (!json.is_object()) return false;
    FromJson inside{json, problem};
    fields(value, inside);
    return problem.empty();
  }

 private:
  template <typename Wide, typename Value>
  static bool take(Wide wide, Value& value) {
    if (!std::in_range<Value>(wide)) return false;
    value = static_cast<Value>(wide);
    return true;
  }
};

}  // namespace whywontitstart
