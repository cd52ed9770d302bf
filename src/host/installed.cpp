#include "host/installed.h"

#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t list_limit = 64U << 20;
constexpr std::size_t most_asked_of_rpm = 1000;

/// The paths that are looked for, under all names that a list may have for them: on a merged system, /lib and
/// /usr/lib are one folder.
class Wanted {
 public:
  explicit Wanted(const std::set<std::string>& paths) {
    for (const std::string& path : paths) {
      if (!path.starts_with('/')) continue;
      names_.emplace(path, &path);
      if (path.starts_with("/usr/")) names_.emplace(path.substr(4), &path);
      if (path.starts_with("/lib") || path.starts_with("/bin/") || path.starts_with("/sbin/"))
        names_.emplace("/usr" + path, &path);
    }
  }

  /// `take` gets each path that was asked for and is meant by this name.
  template <typename Take>
  void find(std::string_view name, Take&& take) const {
    const auto [begin, end] = names_.equal_range(std::string(name));
    for (auto found = begin; found != end; ++found) take(*found->second);
  }

 private:
  std::unordered_multimap<std::string, const std::string*> names_;
};

/// "Package: libssl3", some lines later "Version: 3.0.11-1~deb12u2", and then a line without text.
void add_versions_of_dpkg(const Host& host, Installed& into) {
  const std::string text = host.read("/var/lib/dpkg/status", list_limit).value_or("");
  std::string package;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("Package: ")) package = std::string(trim(line.substr(9)));
    if (!line.starts_with("Version: ")) continue;
    if (const auto known = into.version_of.find(package); known != into.version_of.end())
      known->second = std::string(trim(line.substr(9)));
  }
}

void ask_dpkg(const Host& host, const Wanted& wanted, Installed& into) {
  const std::string folder = "/var/lib/dpkg/info/";
  for (const std::string& list : host.list(folder).value_or(std::vector<std::string>())) {
    if (!list.ends_with(".list")) continue;
    // "libssl3:amd64.list": of all architectures there is the same version
    const std::string package = list.substr(0, std::min(list.find(':'), list.size() - 5));
    const std::string text = host.read(folder + list, list_limit).value_or("");
    for (const std::string_view line : split(text, '\n'))
      wanted.find(line, [&](const std::string& path) {
        into.package_of.emplace(path, package);
        into.version_of.emplace(package, "");
      });
  }
  if (!into.version_of.empty()) add_versions_of_dpkg(host, into);
}

void ask_apk(const Host& host, const Wanted& wanted, Installed& into) {
  const std::string text = host.read("/lib/apk/db/installed", list_limit).value_or("");
  std::string package, version, folder;
  for (const std::string_view line : split(text, '\n')) {
    // "P:name" and "V:version", then its folders "F:lib" and their files "R:ld-musl-x86_64.so.1"
    if (line.starts_with("P:")) package = std::string(line.substr(2));
    if (line.starts_with("V:")) version = std::string(line.substr(2));
    if (line.starts_with("F:")) folder = std::string(line.substr(2));
    if (!line.starts_with("R:")) continue;
    wanted.find(fmt::format("/{}/{}", folder, line.substr(2)), [&](const std::string& path) {
      into.package_of.emplace(path, package);
      into.version_of[package] = version;
    });
  }
}

/// Its database is in one of several formats, so its own program is asked: one line for each file, in order.
void ask_rpm(const Host& host, const std::set<std::string>& paths, Installed& into) {
  if (!host.status("/var/lib/rpm") && !host.status("/usr/lib/sysimage/rpm")) return;
  std::vector<std::string> argv = {"/usr/bin/rpm", "-qf", "--queryformat",
                                   "=%{NAME} %{VERSION}-%{RELEASE}\\n"};
  const std::size_t options = argv.size();
  for (const std::string& path : paths)
    if (argv.size() < options + most_asked_of_rpm) argv.push_back(path);
  const Result<CommandOutput> output = host.run(argv, std::chrono::seconds(10));
  if (!output) return;
  std::size_t at = options;
  for (const std::string_view line : split(output->out, '\n')) {
    if (line.empty() || at == argv.size()) continue;
    const std::string& path = argv[at++];
    const std::size_t blank = line.find(' ');
    if (!line.starts_with('=') || blank == std::string_view::npos) continue;  // no package has it
    const std::string package(line.substr(1, blank - 1));
    into.package_of.emplace(path, package);
    into.version_of[package] = std::string(line.substr(blank + 1));
  }
}

}  // namespace

Installed installed(const Host& host, const std::set<std::string>& paths) {
  const Wanted wanted(paths);
  Installed result;
  ask_dpkg(host, wanted, result);
  if (result.package_of.empty()) ask_apk(host, wanted, result);
  if (result.package_of.empty()) ask_rpm(host, paths, result);
  return result;
}

}  // namespace whywontitstart
