#include "rules/line_files.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace whywontitstart {
namespace {

bool looks_like_config(std::string_view path) {
  static const std::vector<std::string_view> endings = {".conf", ".cfg",        ".cnf",  ".ini",
                                                        ".yaml", ".yml",        ".json", ".toml",
                                                        ".xml",  ".properties", ".env",  "rc"};
  return path.find("/conf") != std::string_view::npos || path.find("_config") != std::string_view::npos ||
         std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

/// Is it written beside the work: a log, a lock?
bool is_side_file(std::string_view path) {
  static const std::vector<std::string_view> endings = {".log",  ".pid", ".lock", ".lck",
                                                        ".sock", ".err", ".conf", ".cnf"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

/// The configuration that the program most likely speaks of: the last file that it read of those on its
/// command line, else of those that are called like one.
std::string config_file_of(const Facts& facts, const Process* process) {
  static const std::set<std::string_view> of_the_c_library = {
      "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/ld.so.conf"};
  const auto is_on_command_line = [&](const std::string& path) {
    return process != nullptr && process->argv.size() > 1 && path != process->executable &&
           std::any_of(process->argv.begin() + 1, process->argv.end(), [&](const std::string& word) {
             return !base_name(word).empty() && base_name(word) == base_name(path);
           });
  };
  std::string named, called_so;
  for (const OpenedFile& file : facts.opened) {
    const std::string& path = file.path;
    if (file.written) continue;
    if (is_on_command_line(path)) named = path;
    if (looks_like_config(path) && !path.starts_with("/usr/") && of_the_c_library.count(path) == 0)
      called_so = path;
  }
  return named.empty() ? called_so : named;
}

/// "/usr/sbin/mariadbd: unknown variable": a program that begins with its own name names no file.
bool is_own_name(std::string_view path, const Process* process) {
  return process != nullptr &&
         (base_name(path) == base_name(process->executable) ||
          (!process->argv.empty() && base_name(path) == base_name(process->argv.front())));
}

}  // namespace

void add_line_files(const Facts& facts, const Line& line, Values& values) {
  const Process* process = facts.find(line.process);
  values["config_file"] = config_file_of(facts, process);
  if (!is_own_name(line.names, process)) values["said_path"] = line.names;
  for (const OpenedFile& file : facts.opened) {
    if (file.order > line.order || file.process != line.process) continue;
    if (!file.written) values["last_read"] = file.path;
    if (!is_side_file(file.path) && file.path != values["config_file"]) values["last_data"] = file.path;
  }
}

}  // namespace whywontitstart
