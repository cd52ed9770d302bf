#include "facts/limits_set.h"

#include <charconv>

namespace whywontitstart {
namespace {

/// "16", "4*1024", "RLIM64_INFINITY".
std::optional<std::uint64_t> value_of(std::string_view text) {
  if (text.starts_with("RLIM")) return UINT64_MAX;
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc()) return std::nullopt;
  std::uint64_t factor = 1;
  if (end != text.data() + text.size() && *end == '*')
    std::from_chars(end + 1, text.data() + text.size(), factor);
  return value * factor;
}

std::optional<std::uint64_t> field(std::string_view structure, std::string_view name) {
  const std::size_t at = structure.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  structure.remove_prefix(at + name.size());
  return value_of(structure.substr(0, structure.find_first_of(",}")));
}

}  // namespace

std::optional<Limit> limit_set_by(const SyscallEvent& call) {
  const bool is_prlimit = call.name == "prlimit64";
  if (!is_prlimit && call.name != "setrlimit") return std::nullopt;
  if (is_prlimit && (call.arguments.empty() || call.arguments.front() != "0")) return std::nullopt;
  const std::size_t at = is_prlimit ? 1 : 0;
  if (call.arguments.size() < at + 2) return std::nullopt;
  const std::string& values = call.arguments[at + 1];
  const auto soft = field(values, "rlim_cur="), hard = field(values, "rlim_max=");
  if (!soft || !hard) return std::nullopt;
  return Limit{call.arguments[at], *soft, *hard};
}

}  // namespace whywontitstart
