#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/yaml_reader.h"

namespace re2 {
class RE2;
}

namespace whywontitstart {

/// A regular expression of a rule; matching takes linear time whatever the text. None: every text will do.
using Pattern = std::shared_ptr<const re2::RE2>;

/// "did you mean path?" of the name that is nearest to the word; empty if none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& names);

/// Reads the fields of the maps of one rule file. What is wrong with one is noted with its place, and reading
/// goes on, so that the author sees all problems at once.
class Fields {
 public:
  Fields(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

  void complain(const YamlValue& at, std::string_view message, std::string_view hint = {});
  /// Errors: all that was wrong, one diagnostic after the other.
  Result<> result() const;

  /// The words of 'lists', to be used by their names with a dollar sign before them.
  void take_lists(const YamlValue& root);

  bool is_map(const YamlValue& value, std::string_view message);
  void known_keys(const YamlValue& map, const std::vector<std::string_view>& keys);
  /// The word there has to be one of these, if there is one.
  void one_of(const YamlValue& map, std::string_view key, const std::vector<std::string_view>& known);

  const std::vector<YamlValue>& list_at(const YamlValue& map, std::string_view key);
  std::string text_at(const YamlValue& map, std::string_view key, bool required = false);
  std::optional<bool> switch_at(const YamlValue& map, std::string_view key);
  /// Above 0 and below 1; 0 if there is none.
  double share_at(const YamlValue& map, std::string_view key, bool required = false);
  /// One word, a list of words, or the name of a list with a dollar sign before it.
  std::vector<std::string> words_of(const YamlValue& value);
  std::vector<std::string> words_at(const YamlValue& map, std::string_view key);
  /// One regular expression, or a list of which any will do; groups of the same name in several of these are
  /// one.
  Pattern pattern_at(const YamlValue& map, std::string_view key);

 private:
  std::string file_;
  std::string_view text_;
  std::map<std::string, std::vector<std::string>> lists_;
  std::vector<std::string> problems_;
};

}  // namespace whywontitstart
