#include "saved/surroundings.h"

#include <sys/stat.h>

#include "base/text.h"
#include "host/installed.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_files = 4000;
constexpr std::uint64_t longest_hashed = 1U << 20;
constexpr std::uint64_t most_hashed = 64U << 20;  // bytes, of all files

std::string first_line(const Host& host, const std::string& path) {
  const std::string text = host.read(path).value_or("");
  return std::string(trim(text.substr(0, text.find_first_of(std::string("\n\0", 2)))));
}

/// PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
std::string system_name(const Host& host) {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const std::string text = host.read(path).value_or("");
    constexpr std::string_view key = "PRETTY_NAME=";
    for (std::string_view line : split(text, '\n')) {
      if (!line.starts_with(key)) continue;
      line.remove_prefix(key.size());
      if (line.size() >= 2 && line.front() == '"') line = line.substr(1, line.size() - 2);
      return std::string(line);
    }
  }
  return {};
}

std::string status_lines(const Host& host, const std::string& folder, const Target& target,
                         bool is_started_here) {
  static constexpr std::string_view kept[] = {
      "Uid:",    "Gid:",    "Groups:", "CapInh:",     "CapPrm:", "CapEff:",
      "CapBnd:", "CapAmb:", "Umask:",  "NoNewPrivs:", "Seccomp:"};
  const std::string text = host.read(folder + "/status").value_or("");
  std::string lines;
  bool is_other_user = false;
  for (const std::string_view line : split(text, '\n')) {
    const bool wanted = std::any_of(std::begin(kept), std::end(kept),
                                    [&](std::string_view start) { return line.starts_with(start); });
    if (!wanted) continue;
    if (line.starts_with("Uid:"))
      is_other_user = is_started_here && !contains_word(line, std::to_string(target.identity.uid));
    const bool is_right =
        line.starts_with("CapPrm:") || line.starts_with("CapEff:") || line.starts_with("CapAmb:");
    // Who becomes another user for it loses these, see capabilities(7).
    if (is_other_user && is_right && target.identity.uid != 0)
      lines += fmt::format("{}\t0000000000000000\n", line.substr(0, line.find('\t')));
    else
      lines += fmt::format("{}\n", line);
  }
  return lines;
}

std::string hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

bool is_kept(const std::string& path) {
  if (!path.starts_with('/')) return false;
  return !path.starts_with("/proc/") && !path.starts_with("/sys/") && !path.starts_with("/dev/");
}

}  // namespace

Surroundings surroundings_of(const Host& host, const Target& target, Pid process) {
  const bool is_started_here = process == Pid::none;
  const std::string folder = is_started_here ? "/proc/self" : fmt::format("/proc/{}", number(process));
  Surroundings around;
  around.host = first_line(host, "/proc/sys/kernel/hostname");
  around.kernel = first_line(host, "/proc/sys/kernel/osrelease");
  around.system = system_name(host);
  around.limits = host.read(folder + "/limits").value_or("");
  around.status = status_lines(host, folder, target, is_started_here);
  around.profile = first_line(host, folder + "/attr/current");
  return around;
}

std::vector<SeenFile> files_of(const Host& host, const std::vector<Step>& steps) {
  std::set<std::string_view> paths;
  std::map<std::string_view, bool> opened;
  for (const Step& step : steps) {
    if (!is_kept(step.object) || paths.size() == most_files) continue;
    paths.insert(step.object);
    if (step.error == Errno::none && (step.call.starts_with("open") || step.call == "execve"))
      opened[step.object] = true;
  }
  std::vector<SeenFile> files;
  std::uint64_t hashed = 0;
  for (const std::string_view view : paths) {
    SeenFile file;
    file.path = std::string(view);
    file.target = host.link(file.path).value_or("");
    if (const Result<FileStatus> status = host.status(file.path)) {
      file.there = true;
      file.size = status->size;
      file.mode = status->mode;
      file.uid = status->uid;
      file.gid = status->gid;
      // What not everybody may read could be guessed by its hash, where it is short.
      const bool hashes = opened.count(view) > 0 && S_ISREG(status->mode) && (status->mode & S_IROTH) != 0 &&
                          status->size <= longest_hashed && hashed + status->size <= most_hashed;
      if (hashes) {
        hashed += status->size;
        if (const Result<std::string> text = host.read(file.path, longest_hashed)) file.hash = hash_of(*text);
      }
    }
    files.push_back(std::move(file));
  }
  return files;
}

void add_packages(const Host& host, Course& course) {
  std::set<std::string> paths;
  for (const SeenFile& file : course.files)
    if (file.there && !S_ISDIR(file.mode)) paths.insert(file.path);
  if (paths.empty()) return;
  const Installed found = installed(host, paths);
  for (SeenFile& file : course.files)
    if (const auto package = found.package_of.find(file.path); package != found.package_of.end())
      file.package = package->second;
  for (const auto& [name, version] : found.version_of) course.packages.push_back({name, version});
}

}  // namespace whywontitstart
