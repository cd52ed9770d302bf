#include "host/locales.h"

#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace whywontitstart {
namespace {

const std::string folder = "/usr/lib/locale";

/// The area of names in a locale-archive: its header tells the place.
std::vector<std::string> names_in_archive(const Host& host) {
  // magic, serial, place, number and size of the hashes, then place, used and size of the names
  std::array<std::uint32_t, 8> header{};
  constexpr std::uint32_t magic = 0xde020109;
  constexpr std::size_t longest = 1U << 20;
  const std::string path = folder + "/locale-archive";
  const std::string start = host.read_at(path, 0, sizeof header).value_or("");
  if (start.size() < sizeof header) return {};
  std::memcpy(header.data(), start.data(), sizeof header);
  if (header[0] != magic) return {};
  const std::string area =
      host.read_at(path, header[5], std::min<std::size_t>(header[6], longest)).value_or("");
  std::vector<std::string> names;
  for (const std::string_view name : split(area, '\0'))
    if (!name.empty()) names.emplace_back(name);
  return names;
}

}  // namespace

std::string normal_locale(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::string(name);
  const std::size_t end = std::min(name.find('@', dot), name.size());
  std::string codeset;
  for (const char letter : lower(name.substr(dot + 1, end - dot - 1)))
    if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) codeset += letter;
  return fmt::format("{}.{}{}", name.substr(0, dot), codeset, name.substr(end));
}

Result<std::vector<std::string>> installed_locales(const Host& host) {
  Result<std::vector<std::string>> names = host.list(folder);
  if (!names) return names;
  for (std::string& name : names_in_archive(host)) names->push_back(std::move(name));
  for (std::string& name : *names) name = normal_locale(name);
  return names;
}

}  // namespace whywontitstart
