#include "unit/setting_place.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

/// The last such line of one text. Lines that end in a backslash go on in the next one.
std::optional<SettingPlace> place_in(const std::string& file, const std::string& text,
                                     std::string_view setting, std::string_view part) {
  std::optional<SettingPlace> found;
  std::size_t number = 0, began = 0;
  std::string whole;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    std::string_view line = trim(raw);
    if (whole.empty()) began = number;
    const bool comment = line.starts_with('#') || line.starts_with(';');
    if (comment && !whole.empty()) continue;
    const bool goes_on = !comment && line.ends_with('\\');
    if (goes_on) line.remove_suffix(1);
    whole += line;
    if (goes_on) {
      whole += ' ';
      continue;
    }
    const std::size_t equals = whole.find('=');
    if (!comment && equals != std::string::npos &&
        trim(std::string_view(whole).substr(0, equals)) == setting) {
      const std::string value(trim(std::string_view(whole).substr(equals + 1)));
      if (value.find(part) != std::string::npos) found = SettingPlace{file, began, value};
    }
    whole.clear();
  }
  return found;
}

}  // namespace

std::optional<SettingPlace> place_of(const Host& host, const Unit& unit, std::string_view setting,
                                     std::string_view part) {
  const std::vector<std::string> files = unit.files();
  for (auto file = files.rbegin(); file != files.rend(); ++file)
    if (const Result<std::string> text = host.read(*file))
      if (auto found = place_in(*file, *text, setting, part)) return found;
  return std::nullopt;
}

std::string with_place(const Host& host, const Unit& unit, std::string_view setting, std::string_view value,
                       std::string_view part) {
  const auto place = place_of(host, unit, setting, part);
  return place ? fmt::format("{}={} ({})", setting, value, place->text())
               : fmt::format("{}={}", setting, value);
}

std::string systemctl(const Unit& unit, std::string_view words) {
  return fmt::format("systemctl {}{}", unit.of_user ? "--user " : "", words);
}

Fix drop_in(const Unit& unit, std::string_view why, std::string_view section,
            const std::vector<std::string>& lines, std::string_view risk) {
  return {fmt::format("{}, by a drop-in", why),
          fmt::format("{}\n[{}]\n{}",
                      systemctl(unit, fmt::format("edit {}   # and write there:", shell_quoted(unit.name))),
                      section, join(lines, "\n")),
          std::string(risk)};
}

}  // namespace whywontitstart
