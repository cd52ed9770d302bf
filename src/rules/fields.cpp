#include "rules/fields.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_problems = 20;

Pattern compiled(const std::string& text) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingUTF8);
  return std::make_shared<const RE2>(text, options);
}

/// A text whose named groups do not have the names of others: "user" becomes "user2", see add_groups in
/// match.cpp.
std::string with_own_groups(std::string_view text, std::set<std::string>& taken) {
  static constexpr std::string_view opening = "(?P<";
  std::string out;
  std::set<std::string> own;
  for (std::size_t at = text.find(opening); at != text.npos; at = text.find(opening)) {
    at += opening.size();
    const std::size_t end = std::min(text.find('>', at), text.size());
    const std::string name(text.substr(at, end - at));
    std::string free = name;
    for (int number = 2; taken.count(free) != 0; ++number) free = fmt::format("{}{}", name, number);
    own.insert(free);
    out += text.substr(0, at);
    out += free;
    text.remove_prefix(end);
  }
  taken.merge(own);
  out += text;
  return out;
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& names) {
  std::string_view best;
  std::size_t distance = 4;
  for (const std::string_view name : names) {
    const std::size_t steps = edit_distance(word, name);
    if (steps < distance) distance = steps, best = name;
  }
  return best.empty() ? "" : fmt::format("did you mean {}?", best);
}

Result<> Fields::result() const {
  if (problems_.empty()) return {};
  return error(join(problems_, "\n"));
}

void Fields::take_lists(const YamlValue& root) {
  const YamlValue* lists = root.find("lists");
  if (lists == nullptr || !is_map(*lists, "'lists' is a map")) return;
  for (const auto& [name, words] : lists->entries) lists_[name.scalar] = words_of(words);
}

void Fields::complain(const YamlValue& at, std::string_view message, std::string_view hint) {
  if (problems_.size() < most_problems)
    problems_.push_back(diagnostic(file_, text_, at.place, message, hint));
}

bool Fields::is_map(const YamlValue& value, std::string_view message) {
  if (value.kind == YamlValue::Kind::map) return true;
  complain(value, message);
  return false;
}

void Fields::known_keys(const YamlValue& map, const std::vector<std::string_view>& keys) {
  for (const auto& [key, value] : map.entries)
    if (std::find(keys.begin(), keys.end(), key.scalar) == keys.end())
      complain(key, fmt::format("unknown key '{}'", key.scalar), did_you_mean(key.scalar, keys));
}

const std::vector<YamlValue>& Fields::list_at(const YamlValue& map, std::string_view key) {
  static const std::vector<YamlValue> none;
  const YamlValue* value = map.find(key);
  if (value == nullptr) return none;
  if (value->kind == YamlValue::Kind::list) return value->items;
  complain(*value, fmt::format("'{}' is a list", key));
  return none;
}

std::string Fields::text_at(const YamlValue& map, std::string_view key, bool required) {
  const YamlValue* value = map.find(key);
  if (value == nullptr) {
    if (required) complain(map, fmt::format("'{}' is missing here", key));
    return {};
  }
  if (value->kind == YamlValue::Kind::scalar) return value->scalar;
  complain(*value, fmt::format("'{}' is a text", key));
  return {};
}

std::optional<bool> Fields::switch_at(const YamlValue& map, std::string_view key) {
  const YamlValue* value = map.find(key);
  if (value == nullptr) return std::nullopt;
  if (value->scalar == "true") return true;
  if (value->scalar != "false") complain(*value, fmt::format("'{}' is true or false", key));
  return false;
}

std::vector<std::string> Fields::words_of(const YamlValue& value) {
  std::vector<std::string> words;
  if (value.kind == YamlValue::Kind::map) {
    complain(value, "a word, or a list of words, belongs here");
  } else if (value.kind == YamlValue::Kind::list) {
    for (const YamlValue& item : value.items)
      for (std::string& word : words_of(item)) words.push_back(std::move(word));
  } else if (value.scalar.starts_with('$')) {
    const auto found = lists_.find(value.scalar.substr(1));
    if (found != lists_.end()) return found->second;
    complain(value, fmt::format("there is no list '{}'", value.scalar.substr(1)),
             "lists stand above the rules");
  } else {
    words.push_back(value.scalar);
  }
  return words;
}

std::vector<std::string> Fields::words_at(const YamlValue& map, std::string_view key) {
  const YamlValue* value = map.find(key);
  return value == nullptr ? std::vector<std::string>{} : words_of(*value);
}

Pattern Fields::pattern_at(const YamlValue& map, std::string_view key) {
  const YamlValue* value = map.find(key);
  if (value == nullptr) return nullptr;
  const std::vector<YamlValue> one = {*value};
  std::set<std::string> taken;
  std::string joined;
  Pattern pattern;
  for (const YamlValue& way : value->kind == YamlValue::Kind::list ? value->items : one) {
    const std::string text = with_own_groups(way.scalar, taken);
    joined += fmt::format("{}(?:{})", joined.empty() ? "" : "|", text);
    pattern = compiled(text);
    if (way.kind == YamlValue::Kind::scalar && pattern->ok()) continue;
    complain(way, fmt::format("'{}' is no regular expression: {}", key, pattern->error()));
    return nullptr;
  }
  return value->items.size() > 1 ? compiled(joined) : pattern;
}

void Fields::one_of(const YamlValue& map, std::string_view key, const std::vector<std::string_view>& known) {
  const YamlValue* value = map.find(key);
  if (value == nullptr || std::find(known.begin(), known.end(), value->scalar) != known.end()) return;
  complain(*value, fmt::format("there is no {} '{}'", key, value->scalar),
           did_you_mean(value->scalar, known));
}

double Fields::share_at(const YamlValue& map, std::string_view key, bool required) {
  const std::string text = text_at(map, key, required);
  double share = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), share);
  const bool is_number = problem == std::errc{} && end == text.data() + text.size() && share > 0 && share < 1;
  if (!is_number && !text.empty())
    complain(*map.find(key), fmt::format("'{}' is a number between 0 and 1", key));
  return is_number ? share : 0;
}

}  // namespace whywontitstart
