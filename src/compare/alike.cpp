#include "compare/alike.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }
bool is_hex(char byte) {
  return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/// Folders in which programs make files with names of chance.
bool is_temporary(std::string_view path) {
  for (const std::string_view folder : {"/tmp/", "/var/tmp/", "/dev/shm/", "/run/user/", "/run/lock/"})
    if (path.starts_with(folder)) return true;
  return path.find("/tmp/") != std::string_view::npos;
}

/// "aB3x9Q" as mkstemp(3) makes it: letters and digits in no order.
bool is_by_chance(std::string_view word) {
  if (word.size() < 6) return false;
  std::size_t changes = 0, digits = 0, capitals = 0;
  for (std::size_t at = 0; at < word.size(); ++at) {
    digits += is_digit(word[at]) ? 1U : 0U;
    capitals += word[at] >= 'A' && word[at] <= 'Z' ? 1U : 0U;
    if (at > 0 && is_digit(word[at]) != is_digit(word[at - 1])) ++changes;
  }
  const bool all_alike = digits == word.size();
  return all_alike || changes >= 2 || (capitals >= 2 && capitals + digits < word.size());
}

/// Calls `change` with each word of letters, digits and "_", which may give another for it.
template <typename Change>
std::string each_word(std::string_view text, Change&& change) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && (is_digit(text[end]) || is_letter(text[end]) || text[end] == '_')) ++end;
    if (end == at) {
      result += text[at++];
    } else {
      result += change(text.substr(at, end - at));
      at = end;
    }
  }
  return result;
}

bool is_hex_number(std::string_view word) {
  return word.starts_with("0x") && word.size() > 2 && std::all_of(word.begin() + 2, word.end(), is_hex);
}

/// What is left of `path` below `folder`; none: it is not below.
std::optional<std::string_view> below(std::string_view path, std::string_view folder) {
  if (folder.size() < 2 || !path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  return path;
}

}  // namespace

Alike::Alike(const Target& target, const Facts& facts)
    : cwd_(target.cwd), home_(variable(target.environment, "HOME").value_or(target.identity.home)) {
  for (const Process& process : facts.processes) pids_.insert(std::to_string(number(process.pid)));
}

std::string Alike::object(std::string_view text) const {
  const bool temporary = is_temporary(text);
  return each_word(text, [&](std::string_view word) -> std::string {
    if (word.size() > 1 && pids_.find(word) != pids_.end()) return "PID";
    if (is_hex_number(word) && word.size() > 5) return "ADDRESS";
    if (temporary && is_by_chance(word)) return "CHANCE";
    return std::string(word);
  });
}

std::string Alike::from_own_folders(std::string_view text) const {
  if (const auto rest = below(text, cwd_)) return object("." + std::string(*rest));
  if (const auto rest = below(text, home_)) return object("~" + std::string(*rest));
  return {};
}

std::string Alike::line(std::string_view text) {
  return each_word(trim(text), [](std::string_view word) -> std::string {
    if (is_hex_number(word)) return "#";
    std::string result;
    for (const char byte : word)
      if (!is_digit(byte))
        result += byte;
      else if (!result.ends_with('#'))
        result += '#';
    return result;
  });
}

}  // namespace whywontitstart
