#include "facts/credentials.h"

#include <charconv>

#include "base/text.h"

namespace whywontitstart {
namespace {

/// None of "-1", which leaves the id as it is, and of what is no number.
std::optional<std::uint32_t> id_in(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (problem != std::errc() || end != text.data() + text.size() || id == UINT32_MAX) return std::nullopt;
  return id;
}

/// "[33, 4]", as strace shows the list of setgroups(2); of "NULL" and count 0 there are none.
std::optional<std::vector<std::uint32_t>> groups_in(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.front() == "0") return std::vector<std::uint32_t>();
  if (arguments.size() < 2 || !arguments[1].starts_with('[') || !arguments[1].ends_with(']'))
    return std::nullopt;
  std::vector<std::uint32_t> groups;
  for (const std::string_view word :
       split(std::string_view(arguments[1]).substr(1, arguments[1].size() - 2), ',')) {
    const auto id = id_in(trim(word));
    if (!id) return std::nullopt;
    groups.push_back(*id);
  }
  return groups;
}

}  // namespace

void change_credentials(Credentials& credentials, const SyscallEvent& call) {
  std::string_view name = call.name;
  if (name == "landlock_restrict_self") credentials.landlocked = true;
  if (!name.starts_with("set")) return;
  if (name.ends_with("32")) name.remove_suffix(2);
  // The effective id is the only one, or the second.
  const bool alone = name == "setuid" || name == "setgid";
  const std::size_t at = alone ? 0 : 1;
  const auto id = call.arguments.size() > at ? id_in(call.arguments[at]) : std::nullopt;
  if (id && (name == "setuid" || name == "setreuid" || name == "setresuid")) credentials.uid = id;
  if (id && (name == "setgid" || name == "setregid" || name == "setresgid")) credentials.gid = id;
  if (name != "setgroups") return;
  credentials.groups_set = true;
  credentials.groups = groups_in(call.arguments);
}

}  // namespace whywontitstart
