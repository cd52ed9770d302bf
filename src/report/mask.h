#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// What a stand-in stands for.
enum class Hidden { secret, host, address, user };

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

  /// A name that --anonymise replaces wherever it stands as a word of its own, shown or not.
  void learn_name(std::string_view name, Hidden kind);

  /// New numbers begin after those of the stand-ins that the text has already, from an earlier masking.
  void keep_stand_ins_of(std::string_view text);

  /// Masks what is known, and `shown`: parts of `text` that are secrets where they stand.
  void apply(std::string& text, const std::vector<std::string_view>& shown);
  /// The same with what the text shows by itself.
  void apply(std::string& text);

  /// The greatest number of a secret's stand-in so far.
  std::size_t last() const;

 private:
  struct Place;

  Hidden kind_of(const std::string& secret) const;
  bool is_telling(const std::string& secret) const;
  void add_places(std::string_view text, std::string_view spelling, bool is_name,
                  std::vector<Place>& places) const;
  std::string stand_in_of(std::string_view found);

  std::map<std::string, std::string, std::less<>> secret_of_;  ///< by spelling
  std::map<std::string, Hidden> names_;                        ///< those that are no secrets
  std::map<std::string, std::size_t> numbers_;
  std::map<Hidden, std::size_t> last_;  ///< number of a stand-in, by what it stands for
  std::set<std::string, std::less<>> public_;
};

/// How many stand-ins a text has for secrets, or with `names` for anything else.
std::size_t stand_ins_in(std::string_view text, bool names = false);

}  // namespace whywontitstart
