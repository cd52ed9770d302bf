#include "host/packages.h"

#include <cerrno>
#include <chrono>

#include "base/text.h"
#include "host/lz4.h"

namespace whywontitstart {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t list_limit = 64U << 20;
const std::string dpkg_folder = "/var/lib/dpkg/info";

bool has_line(std::string_view text, std::string_view line) {
  for (std::size_t at = text.find(line); at != std::string_view::npos; at = text.find(line, at + 1)) {
    const std::size_t end = at + line.size();
    if ((at == 0 || text[at - 1] == '\n') && (end == text.size() || text[end] == '\n')) return true;
  }
  return false;
}

/// The names under which a list may have a path: /lib and /usr/lib are one folder on a merged system.
std::vector<std::string> names_of(const std::string& path) {
  std::vector<std::string> names{path};
  if (path.starts_with("/usr/")) names.push_back(path.substr(4));
  if (path.starts_with("/lib") || path.starts_with("/bin/") || path.starts_with("/sbin/"))
    names.push_back("/usr" + path);
  return names;
}

Result<std::string> ask_dpkg(const Host& host, const std::string& path) {
  const Result<std::vector<std::string>> lists = host.list(dpkg_folder);
  if (!lists) return tl::unexpected(lists.error());
  const std::vector<std::string> names = names_of(path);
  for (const std::string& list : *lists) {
    if (!list.ends_with(".list")) continue;
    const std::string text = host.read(fmt::format("{}/{}", dpkg_folder, list), list_limit).value_or("");
    for (const std::string& name : names)
      if (has_line(text, name)) return list.substr(0, list.size() - 5);
  }
  return errno_error("package of " + path, ENOENT);
}

Result<std::string> ask_apk(const Host& host, const std::string& path) {
  const Result<std::string> text = host.read("/lib/apk/db/installed", list_limit);
  if (!text) return tl::unexpected(text.error());
  std::string package, folder;
  for (const std::string_view line : split(*text, '\n')) {
    // "P:name", then its folders "F:lib" and their files "R:ld-musl-x86_64.so.1"
    if (line.starts_with("P:")) package = std::string(line.substr(2));
    if (line.starts_with("F:")) folder = std::string(line.substr(2));
    if (line.starts_with("R:") && fmt::format("/{}/{}", folder, line.substr(2)) == path) return package;
  }
  return errno_error("package of " + path, ENOENT);
}

/// The database of rpm(8) is in one of several formats, so its own program is asked; it only reads.
Result<std::string> ask_rpm(const Host& host, const std::vector<std::string>& question) {
  if (!host.status("/var/lib/rpm") && !host.status("/usr/lib/sysimage/rpm"))
    return errno_error("the database of rpm", ENOENT);
  std::vector<std::string> words = {"/usr/bin/rpm", "-q", "--queryformat", "%{NAME}\\n"};
  words.insert(words.end(), question.begin(), question.end());
  const Result<CommandOutput> output = host.run(words);
  if (!output) return tl::unexpected(output.error());
  const std::string_view name = split(std::string_view(output->out), '\n').front();
  if (output->exit_code != 0 || name.empty()) return errno_error("package of " + question.back(), ENOENT);
  return std::string(name);
}

/// "p:so:libssl.so.3=3.1.4" below "P:libssl3" in the database of apk.
Result<std::string> ask_apk_provides(const Host& host, const std::string& soname) {
  const Result<std::string> text = host.read("/lib/apk/db/installed", list_limit);
  if (!text) return tl::unexpected(text.error());
  std::string package;
  for (const std::string_view line : split(*text, '\n')) {
    if (line.starts_with("P:")) package = std::string(line.substr(2));
    if (line.starts_with("p:") && contains_word(line, "so:" + soname)) return package;
  }
  return errno_error("package of " + soname, ENOENT);
}

/// By the naming of Debian's libraries: libssl.so.3 is in libssl3, libpcre2-8.so.0 in libpcre2-8-0. Empty if
/// the name is not of that form.
std::string customary_package(const std::string& soname) {
  const std::size_t dot = soname.find(".so.");
  if (dot == std::string::npos || dot == 0) return {};
  const std::string stem = lower(soname.substr(0, dot)), version = soname.substr(dot + 4);
  const bool digit = stem.back() >= '0' && stem.back() <= '9';
  std::string name = stem + (digit ? "-" : "") + version;
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

const std::string apt_folder = "/var/lib/apt/lists";

/// Gives the text of one of apt's lists in whole lines, piece by piece, until `take` has what it wants
/// (true). Lists are kept plain or, in images of containers mostly, in the format of lz4(1). Errors: it takes
/// too long.
Result<bool> read_list(const Host& host, const std::string& name, Clock::time_point deadline,
                       const std::function<bool(std::string_view)>& take) {
  const std::string path = fmt::format("{}/{}", apt_folder, name);
  constexpr std::size_t piece_size = 4U << 20;
  Lz4File packed(host, path);
  std::string text;
  for (std::uint64_t offset = 0;; offset += piece_size) {
    const std::string piece =
        (name.ends_with(".lz4") ? packed.next() : host.read_at(path, offset, piece_size)).value_or("");
    text += piece;
    if (take(text)) return true;
    if (piece.empty()) return false;
    if (Clock::now() > deadline) return error("the lists of packages are too long to be read");
    const std::size_t last_line = text.rfind('\n');
    text.erase(0, last_line == std::string::npos ? 0 : last_line);
  }
}

bool is_list(const std::string& name, std::string_view kind) {
  const std::size_t at = name.find(kind);
  // Formats that take long to unpack are passed over.
  const bool other_format = name.ends_with(".gz") || name.ends_with(".xz") || name.ends_with(".bz2") ||
                            name.ends_with(".zst") || name.ends_with(".diff_Index");
  return at != std::string::npos && !other_format;
}

/// Is there such a package in the lists of the repositories?
Result<std::string> ask_package_lists(const Host& host, const std::string& soname) {
  const std::string name = customary_package(soname);
  if (name.empty()) return errno_error("package of " + soname, ENOENT);
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(2);
  for (const std::string& list : host.list(apt_folder).value_or(std::vector<std::string>())) {
    if (!is_list(list, "_Packages")) continue;
    std::string found;
    const Result<bool> read = read_list(host, list, deadline, [&](std::string_view text) {
      for (const std::string& wanted : {name, name + "t64"})
        if (has_line(text, "Package: " + wanted)) found = wanted;
      return !found.empty();
    });
    if (!read) return tl::unexpected(read.error());
    if (!found.empty()) return found;
  }
  return errno_error("package of " + soname, ENOENT);
}

/// "libssl 3 libssl3 (>= 3.0.0)" in the .shlibs files: what is linked as libssl.so.3 is in libssl3.
Result<std::string> ask_shlibs(const Host& host, const std::string& soname) {
  const std::size_t dot = soname.find(".so.");
  const std::string wanted = dot == std::string::npos
                                 ? soname
                                 : fmt::format("{} {} ", soname.substr(0, dot), soname.substr(dot + 4));
  const Result<std::vector<std::string>> lists = host.list(dpkg_folder);
  if (!lists) return tl::unexpected(lists.error());
  for (const std::string& list : *lists) {
    if (!list.ends_with(".shlibs")) continue;
    const std::string text = host.read(fmt::format("{}/{}", dpkg_folder, list)).value_or("");
    for (std::string_view line : split(text, '\n')) {
      if (line.starts_with("udeb:") || !line.starts_with(wanted)) continue;
      line.remove_prefix(wanted.size());
      return std::string(line.substr(0, line.find_first_of(" (,|")));
    }
  }
  return errno_error("package of " + soname, ENOENT);
}

/// The package in a line such as "usr/lib/x86_64-linux-gnu/libssl.so.3   libs/libssl3,…" that has the wanted
/// file.
std::string package_in(std::string_view text, const std::string& wanted) {
  // Its first letter, a slash, is in nearly every place: a search that looks at the last one first skips
  // most.
  const std::boyer_moore_horspool_searcher searcher(wanted.begin(), wanted.end());
  for (auto at = text.begin();;) {
    at = std::search(at, text.end(), searcher);
    if (at == text.end()) return {};
    const auto end = static_cast<std::size_t>(at - text.begin()) + wanted.size();
    ++at;
    if (end >= text.size() || (text[end] != ' ' && text[end] != '\t')) continue;
    return std::string(base_name(split(trim(text.substr(end, text.find('\n', end) - end)), ',').front()));
  }
}

/// apt's Contents files. Together they may be gigabytes, and nobody waits for a hint.
Result<std::string> ask_contents(const Host& host, const std::string& end_of_path) {
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(2);
  for (const std::string& list : host.list(apt_folder).value_or(std::vector<std::string>())) {
    if (!is_list(list, "_Contents-")) continue;
    std::string package;
    const Result<bool> read = read_list(host, list, deadline, [&](std::string_view text) {
      package = package_in(text, end_of_path);
      return !package.empty();
    });
    if (!read) return tl::unexpected(read.error());
    if (!package.empty()) return package;
  }
  return errno_error("package of " + end_of_path, ENOENT);
}

Result<std::string> find_package_of(const Host& host, const std::string& path) {
  Result<std::string> found = ask_dpkg(host, path);
  if (found) return found;
  if (Result<std::string> other = ask_apk(host, path)) return other;
  if (Result<std::string> other = ask_rpm(host, {"-f", path})) return other;
  const bool somebody_knows =
      host.status(dpkg_folder).has_value() || host.status("/lib/apk/db/installed").has_value();
  return somebody_knows ? errno_error("package of " + path, ENOENT) : found;
}

Result<std::string> find_package_of_library(const Host& host, const std::string& soname) {
  Result<std::string> found = ask_shlibs(host, soname);
  if (found) return found;
  if (Result<std::string> other = ask_apk_provides(host, soname)) return other;
  if (Result<std::string> other = ask_rpm(host, {"--whatprovides", soname + "()(64bit)"})) return other;
  if (Result<std::string> other = ask_contents(host, "/" + soname)) return other;
  return ask_package_lists(host, soname);
}

}  // namespace

Result<std::string> package_of(const Host& host, const std::string& path) {
  return host.derived("package of " + path, [&](const Host& all) { return find_package_of(all, path); });
}

Result<std::string> package_of_library(const Host& host, const std::string& soname) {
  return host.derived("package of library " + soname,
                      [&](const Host& all) { return find_package_of_library(all, soname); });
}

Result<std::string> package_of_command(const Host& host, const std::string& name) {
  return host.derived("package of command " + name,
                      [&](const Host& all) { return ask_contents(all, "bin/" + name); });
}

}  // namespace whywontitstart
