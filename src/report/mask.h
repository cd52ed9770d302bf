#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// Collects secrets, then replaces them by stand-ins such as ‹secret-1›: the same one always by the same,
/// with numbers in the order in which a reader meets them.
class Mask {
 public:
  /// A word that the report shows anyway. A password that is the user's name cannot be told from it, and to
  /// mask it wherever it stands would take the diagnosis away.
  void learn_public(std::string_view word) { public_.emplace(word); }

  /// A secret that was recognised by its name, its place or its shape. The same under other spellings is no
  /// other one.
  void learn(std::string_view secret);
  void learn_from(std::string_view text);

  /// New numbers begin after those of the stand-ins that the text has already, from an earlier masking.
  void keep_stand_ins_of(std::string_view text);

  /// Masks what is known, and `shown`: parts of `text` that are secrets where they stand.
  void apply(std::string& text, const std::vector<std::string_view>& shown);
  /// The same with what the text shows by itself.
  void apply(std::string& text);

  /// The greatest number of a stand-in so far.
  std::size_t last() const { return before_ + numbers_.size(); }

 private:
  struct Place;

  bool is_telling(const std::string& secret) const;
  void add_places(std::string_view text, std::string_view spelling, std::vector<Place>& places) const;
  std::string stand_in_of(std::string_view found);

  std::map<std::string, std::string, std::less<>> secret_of_;  ///< by spelling
  std::map<std::string, std::size_t> numbers_;
  std::size_t before_ = 0;
  std::set<std::string, std::less<>> public_;
};

/// How many stand-ins a text has.
std::size_t stand_ins_in(std::string_view text);

}  // namespace whywontitstart
