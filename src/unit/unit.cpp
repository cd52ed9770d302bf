#include "unit/unit.h"

#include <array>
#include <charconv>

namespace whywontitstart {
namespace {

constexpr std::array<std::string_view, 11> types = {".service", ".socket", ".target",   ".timer",
                                                    ".mount",   ".path",   ".slice",    ".scope",
                                                    ".swap",    ".device", ".automount"};

bool has_type(std::string_view name) {
  return std::any_of(types.begin(), types.end(), [&](std::string_view type) { return name.ends_with(type); });
}

}  // namespace

std::string UnitCondition::text() const {
  return fmt::format("{}={}{}{}", type, triggers ? "|" : "", negated ? "!" : "", parameter);
}

const std::vector<std::string>& Unit::words(std::string_view setting) const {
  static const std::vector<std::string> none;
  const auto found = settings.find(setting);
  return found == settings.end() ? none : found->second;
}

const std::string& Unit::word(std::string_view setting) const {
  static const std::string none;
  const std::vector<std::string>& all = words(setting);
  return all.empty() ? none : all.front();
}

std::uint64_t Unit::number(std::string_view setting, std::uint64_t otherwise) const {
  const std::string& text = word(setting);
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() && !text.empty() ? value : otherwise;
}

const UnitCommand* Unit::main_command() const {
  for (const UnitCommand& command : commands)
    if (command.setting == "ExecStart") return &command;
  return nullptr;
}

const UnitCommand* Unit::failed_command() const {
  const UnitCommand* last = nullptr;
  const UnitCommand* after_start = nullptr;  // then systemd ends the service, too
  for (const UnitCommand& command : commands) {
    if (!command.failed()) continue;
    if (command.setting == "ExecStartPost") after_start = &command;
    if (last == nullptr || command.ended_at >= last->ended_at) last = &command;
  }
  const bool was_ended = last != nullptr && last->setting == "ExecStart" && last->end.signal != Signal::none;
  return was_ended && after_start != nullptr ? after_start : last;
}

std::vector<std::string> Unit::files() const {
  std::vector<std::string> files;
  if (!word("FragmentPath").empty()) files.push_back(word("FragmentPath"));
  const std::vector<std::string>& drop_ins = words("DropInPaths");
  files.insert(files.end(), drop_ins.begin(), drop_ins.end());
  return files;
}

std::string unit_name(std::string_view given) {
  return std::string(given) + (has_type(given) ? "" : ".service");
}

std::string_view unit_stem(std::string_view name) {
  for (const std::string_view type : types)
    if (name.ends_with(type)) return name.substr(0, name.size() - type.size());
  return name;
}

}  // namespace whywontitstart
