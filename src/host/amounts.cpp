#include "host/amounts.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace whywontitstart {

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> units{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return size < 10 ? fmt::format("{:.1f} {}", size, units.at(unit))
                   : fmt::format("{:.0f} {}", size, units.at(unit));
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
  text = trim(text);
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (failed != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::vector<std::uint64_t> numbers_of(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  while (!(text = trim(text)).empty()) {
    const auto number = leading_number(text);
    if (!number) break;
    numbers.push_back(*number);
    const std::size_t blank = text.find_first_of(" \t");
    if (blank == std::string_view::npos) break;
    text.remove_prefix(blank);
  }
  return numbers;
}

std::optional<std::uint64_t> read_number(const Host& host, const std::string& path) {
  const Result<std::string> text = host.read(path);
  return text ? leading_number(*text) : std::nullopt;
}

std::optional<std::uint64_t> sysctl_value(const Host& host, std::string_view name) {
  std::string path(name);
  std::replace(path.begin(), path.end(), '.', '/');
  return read_number(host, "/proc/sys/" + path);
}

std::optional<std::uint64_t> meminfo_field(std::string_view meminfo, std::string_view key) {
  for (const std::string_view line : split(meminfo, '\n')) {
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ':') continue;
    if (const auto kibibytes = leading_number(line.substr(key.size() + 1))) return *kibibytes * 1024;
  }
  return std::nullopt;
}

}  // namespace whywontitstart
