#include "unit/read_unit.h"

#include <csignal>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace whywontitstart {
namespace {

using Json = nlohmann::json;

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";

std::vector<std::string> busctl(const Manager& manager, std::vector<std::string> words) {
  std::vector<std::string> argv;
  // A helper has no variables of ours, but finds the user's bus by this one.
  if (manager.of_user) argv = {"/usr/bin/env", "XDG_RUNTIME_DIR=" + manager.runtime_folder};
  for (const char* const word :
       {"/usr/bin/busctl", manager.of_user ? "--user" : "--system", "--json=short", "--no-pager"})
    argv.emplace_back(word);
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

Result<std::string> ask(const Host& host, const Manager& manager, std::vector<std::string> words) {
  const Result<CommandOutput> answer = host.run(busctl(manager, std::move(words)), std::chrono::seconds(10));
  if (!answer) return tl::unexpected(answer.error());
  if (answer->exit_code != 0)
    return error(fmt::format("systemd does not answer: {}", printable(trim(answer->err))));
  return answer->out;
}

/// The words of one value, see Unit::settings.
void flatten(const Json& value, std::vector<std::string>& into) {
  if (value.is_string())
    into.push_back(value.get<std::string>());
  else if (value.is_boolean())
    into.push_back(value.get<bool>() ? "yes" : "no");
  else if (value.is_number())
    into.push_back(value.dump());
  else if (value.is_array())
    for (const Json& part : value) flatten(part, into);
}

ExitStatus end_of(int code, int status) {
  if (code == CLD_KILLED || code == CLD_DUMPED) return {0, Signal{status}, code == CLD_DUMPED};
  return {status, Signal::none, false};
}

/// a(sasbttttuii): path, words, "-", four times, PID, code, status.
UnitCommand command_of(const std::string& setting, const Json& from) {
  UnitCommand command;
  command.setting = setting;
  command.path = from.at(0).get<std::string>();
  command.argv = from.at(1).get<std::vector<std::string>>();
  command.ignores_failure = from.at(2).get<bool>();
  command.ended_at = from.at(6).get<std::uint64_t>();
  command.pid = Pid{from.at(7).get<pid_t>()};
  const int code = from.at(8).get<int>();
  command.has_ended = code != 0 && command.pid != Pid::none;
  if (command.has_ended) command.end = end_of(code, from.at(9).get<int>());
  return command;
}

void add_commands(Unit& unit, const Json& properties) {
  for (const char* const setting : {"ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost"}) {
    const auto found = properties.find(setting);
    if (found == properties.end()) continue;
    const Json& list = found->at("data");
    const auto extended = properties.find(std::string(setting) + "Ex");
    for (std::size_t at = 0; at < list.size(); ++at) {
      UnitCommand command = command_of(setting, list[at]);
      if (extended != properties.end() && at < extended->at("data").size())
        for (const Json& flag : extended->at("data")[at].at(2))
          command.privileged = command.privileged || flag == "privileged";
      unit.commands.push_back(std::move(command));
    }
  }
}

std::vector<UnitCondition> conditions_of(const Json& list) {
  std::vector<UnitCondition> conditions;
  for (const Json& one : list)
    conditions.push_back({one.at(0).get<std::string>(), one.at(1).get<bool>(), one.at(2).get<bool>(),
                          one.at(3).get<std::string>(), one.at(4).get<int>()});
  return conditions;
}

std::string hexadecimal(const Json& bytes) {
  std::string text;
  for (const Json& byte : bytes) text += fmt::format("{:02x}", byte.get<unsigned>());
  return text.find_first_not_of('0') == std::string::npos ? std::string() : text;
}

/// Of a start that was tried and did not get to its main process, systemd keeps the process of an older one
/// elsewhere; ExecMain… is what it saw last.
void complete_main_command(Unit& unit) {
  for (UnitCommand& command : unit.commands) {
    if (command.setting != "ExecStart" || command.pid != Pid::none) continue;
    const std::uint64_t pid = unit.number("ExecMainPID"), code = unit.number("ExecMainCode");
    if (pid == 0) return;
    command.pid = Pid{static_cast<pid_t>(pid)};
    command.has_ended = code != 0;
    if (code != 0)
      command.end = end_of(static_cast<int>(code), static_cast<int>(unit.number("ExecMainStatus")));
    command.ended_at = unit.number("ExecMainExitTimestampMonotonic");
    return;
  }
}

std::string interface_of(std::string_view name) {
  std::string type(name.substr(name.rfind('.') + 1));
  if (!type.empty()) type.front() = static_cast<char>(type.front() - 'a' + 'A');
  return std::string(destination) + "." + type;
}

}  // namespace

Result<> add_properties(Unit& unit, std::string_view json) {
  try {
    const Json properties = Json::parse(json).at("data").at(0);
    for (const auto& [name, value] : properties.items()) {
      std::vector<std::string>& words = unit.settings[name];
      words.clear();
      flatten(value.at("data"), words);
    }
    add_commands(unit, properties);
    if (const auto found = properties.find("Conditions"); found != properties.end())
      unit.conditions = conditions_of(found->at("data"));
    if (const auto found = properties.find("Asserts"); found != properties.end())
      unit.asserts = conditions_of(found->at("data"));
    if (const auto found = properties.find("InvocationID"); found != properties.end())
      unit.invocation = hexadecimal(found->at("data"));
    complete_main_command(unit);
    return {};
  } catch (const Json::exception& problem) {
    return error(fmt::format("what busctl says of {} cannot be understood: {}", unit.name, problem.what()));
  }
}

Result<std::string> call_manager(const Host& host, const Manager& manager, const std::string& method,
                                 const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"call", destination, manager_path, "org.freedesktop.systemd1.Manager",
                                    method};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return ask(host, manager, std::move(words));
}

Result<Unit> read_unit(const Host& host, const Manager& manager, const std::string& name) {
  Result<std::string> answer = call_manager(host, manager, "LoadUnit", {"s", name});
  if (!answer) return tl::unexpected(answer.error());
  std::string path;
  try {
    path = Json::parse(*answer).at("data").at(0).get<std::string>();
  } catch (const Json::exception&) {
    return error("systemd's answer cannot be understood: " + printable(trim(*answer)));
  }
  Unit unit;
  unit.name = name;
  unit.of_user = manager.of_user;
  for (const std::string& interface : {std::string("org.freedesktop.systemd1.Unit"), interface_of(name)}) {
    answer = ask(host, manager,
                 {"call", destination, path, "org.freedesktop.DBus.Properties", "GetAll", "s", interface});
    if (!answer) return tl::unexpected(answer.error());
    if (Result<> added = add_properties(unit, *answer); !added) return tl::unexpected(added.error());
  }
  // An alias is looked at as what it stands for.
  if (!unit.word("Id").empty() && unit.is("LoadState", "loaded")) unit.name = unit.word("Id");
  return unit;
}

namespace {

Result<std::vector<std::string>> words_of_manager(const Host& host, const Manager& manager,
                                                  const std::string& property) {
  const Result<std::string> answer =
      ask(host, manager,
          {"get-property", destination, manager_path, "org.freedesktop.systemd1.Manager", property});
  if (!answer) return tl::unexpected(answer.error());
  std::vector<std::string> words;
  const Json value = Json::parse(*answer, nullptr, false);
  if (value.is_object() && value.contains("data")) flatten(value["data"], words);
  return words;
}

}  // namespace

std::vector<std::string> manager_environment(const Host& host, const Manager& manager) {
  return words_of_manager(host, manager, "Environment").value_or(std::vector<std::string>());
}

Result<std::string> manager_property(const Host& host, const Manager& manager, const std::string& property) {
  const auto words = words_of_manager(host, manager, property);
  if (!words) return tl::unexpected(words.error());
  return words->empty() ? std::string() : words->front();
}

}  // namespace whywontitstart
