#pragma once

#include <nlohmann/json.hpp>

#include "saved/fields.h"
#include "saved/words.h"

namespace whywontitstart {

using Json = nlohmann::ordered_json;

/// A text as JSON has it; bytes that are no UTF-8 as {"bytes": …}, one character for each.
Json json_of_text(const std::string& text);

/// Collects the fields of a struct as an object; what is empty is left out.
struct ToJson {
  Json object = Json::object();

  template <typename Value>
  void operator()(const char* name, Value& value) {
    if (Json json = of(value); !json.is_null()) object[name] = std::move(json);
  }

  static Json of(std::string& text) { return text.empty() ? Json() : json_of_text(text); }
  static Json of(bool& value) { return value; }
  static Json of(char& value) { return std::string(1, value); }
  static Json of(double& value) { return value; }
  static Json of(std::pair<std::string, std::string>& pair) {
    return Json::array({json_of_text(pair.first), json_of_text(pair.second)});
  }

  template <std::integral Value>
  static Json of(Value& value) {
    return value;
  }

  template <typename Rep, typename Period>
  static Json of(std::chrono::duration<Rep, Period>& time) {
    return time.count();
  }

  template <typename Value>
  requires std::is_enum_v<Value>
  static Json of(Value& value) { return word_of(value); }

  template <typename Value>
  static Json of(std::optional<Value>& value) {
    if (!value) return {};
    Json json = of(*value);
    return json.is_null() ? Json::array() : json;  // there, and empty
  }

  template <typename Value>
  static Json of(std::vector<Value>& list) {
    if (list.empty()) return {};
    Json json = Json::array();
    for (Value& item : list) {
      Json one = of(item);
      json.push_back(one.is_null() ? Json("") : std::move(one));
    }
    return json;
  }

  /// By name; names without anything are left out.
  template <typename Value>
  static Json of(std::map<std::string, Value, std::less<>>& table) {
    Json json = Json::object();
    for (auto& [name, value] : table)
      if (Json one = of(value); !one.is_null()) json[name] = std::move(one);
    return json.empty() ? Json() : json;
  }

  template <typename Value>
  requires std::is_class_v<Value>
  static Json of(Value& value) {
    ToJson inside;
    fields(value, inside);
    return std::move(inside.object);
  }
};

}  // namespace whywontitstart
