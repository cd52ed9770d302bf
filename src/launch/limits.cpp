#include "launch/limits.h"

#include <sys/resource.h>

#include <charconv>
#include <limits>

#include "base/text.h"

namespace whywontitstart {
namespace {

struct Name {
  std::string_view name;
  int number;
};

constexpr Name names[] = {
    {"as", RLIMIT_AS},           {"core", RLIMIT_CORE},         {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},       {"fsize", RLIMIT_FSIZE},       {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},   {"nproc", RLIMIT_NPROC},       {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},   {"rttime", RLIMIT_RTTIME},     {"sigpending", RLIMIT_SIGPENDING},
    {"stack", RLIMIT_STACK},
};

/// "nofile" of "RLIMIT_NOFILE", "LimitNOFILE", "nofile".
std::string short_name(std::string_view name) {
  std::string result = lower(name);
  for (const std::string_view prefix : {"rlimit_", "limit"})
    if (result.starts_with(prefix)) return result.substr(prefix.size());
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& byte : result)
    if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
  return result;
}

std::string_view nearest(std::string_view wanted) {
  return std::min_element(std::begin(names), std::end(names),
                          [&](const Name& one, const Name& other) {
                            return edit_distance(wanted, one.name) < edit_distance(wanted, other.name);
                          })
      ->name;
}

std::optional<std::uint64_t> parse_value(std::string_view text) {
  constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
  if (text == "unlimited" || text == "infinity") return unlimited;
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty()) return value;
  const std::size_t power = std::string_view("KMGT").find(unit.front());
  if (unit.size() != 1 || power == std::string_view::npos) return std::nullopt;
  const unsigned shift = 10U * static_cast<unsigned>(power + 1);
  if (value > (unlimited >> shift)) return std::nullopt;
  return value << shift;
}

}  // namespace

std::vector<std::string_view> limit_names() {
  std::vector<std::string_view> all;
  for (const Name& name : names) all.push_back(name.name);
  return all;
}

std::optional<int> limit_number(std::string_view name) {
  const std::string wanted = short_name(name);
  for (const Name& known : names)
    if (known.name == wanted) return known.number;
  return std::nullopt;
}

Result<Limit> parse_limit(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos)
    return error(
        fmt::format("'{}' is no limit: write NAME=SOFT or NAME=SOFT:HARD, as in nofile=1024:4096", text));
  const std::string name = short_name(text.substr(0, equals));
  if (!limit_number(name))
    return error(
        fmt::format("there is no limit '{}'; did you mean '{}'?", text.substr(0, equals), nearest(name)));

  const std::vector<std::string_view> values = split(text.substr(equals + 1), ':');
  std::vector<std::uint64_t> numbers;
  for (const std::string_view value : values) {
    const std::optional<std::uint64_t> number = parse_value(value);
    if (!number)
      return error(
          fmt::format("'{}' in '{}' is no value: write a whole number, or 'unlimited'", value, text));
    numbers.push_back(*number);
  }
  if (numbers.size() > 2)
    return error(fmt::format("'{}' has too many values: write SOFT, or SOFT:HARD", text));
  if (numbers.front() > numbers.back())
    return error(
        fmt::format("in '{}' the soft limit is above the hard one: write the smaller one first", text));
  return Limit{"RLIMIT_" + upper(name), numbers.front(), numbers.back()};
}

RoomForFiles::RoomForFiles() {
  constexpr rlim_t enough = 4096;
  if (::getrlimit(RLIMIT_NOFILE, &before_) != 0 || before_.rlim_cur >= enough) return;
  // Above the hard limit only root gets; else that is all there is.
  const rlimit wanted{enough, std::max(before_.rlim_max, enough)};
  const rlimit allowed{std::min(before_.rlim_max, enough), before_.rlim_max};
  changed_ = ::setrlimit(RLIMIT_NOFILE, &wanted) == 0 || ::setrlimit(RLIMIT_NOFILE, &allowed) == 0;
}

void RoomForFiles::restore() const {
  if (changed_) ::setrlimit(RLIMIT_NOFILE, &before_);
}

}  // namespace whywontitstart
