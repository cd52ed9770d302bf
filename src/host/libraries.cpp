#include "host/libraries.h"

#include <elf.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <deque>

#include "base/text.h"
#include "host/mounts.h"
#include "host/path_walk.h"
#include "host/processes.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_libraries = 4096;

std::string_view triplet_of(const ElfFile& elf) {
  switch (elf.machine) {
    case EM_X86_64:
      return elf.bits == 64 ? "x86_64-linux-gnu" : "x86_64-linux-gnux32";
    case EM_386:
      return "i386-linux-gnu";
    case EM_AARCH64:
      return "aarch64-linux-gnu";
    case EM_ARM:
      return "arm-linux-gnueabihf";
    case EM_RISCV:
      return "riscv64-linux-gnu";
    case EM_S390:
      return "s390x-linux-gnu";
    case EM_PPC64:
      return "powerpc64le-linux-gnu";
    default:
      return "";
  }
}

std::string_view platform_of(const ElfFile& elf) {
  switch (elf.machine) {
    case EM_X86_64:
      return "x86_64";
    case EM_386:
      return "i686";
    case EM_AARCH64:
      return "aarch64";
    default:
      return "";
  }
}

std::string replaced(std::string text, std::string_view token, std::string_view value) {
  for (const std::string& form : {fmt::format("${{{}}}", token), fmt::format("${}", token)})
    for (std::size_t at = text.find(form); at != std::string::npos; at = text.find(form, at + value.size()))
      text.replace(at, form.size(), value);
  return text;
}

/// {2, 36} of "GLIBC_2.36".
std::vector<int> numbers_of(std::string_view version) {
  std::vector<int> numbers;
  for (const std::string_view part : split(version.substr(version.rfind('_') + 1), '.')) {
    int value = 0;
    std::from_chars(part.data(), part.data() + part.size(), value);
    numbers.push_back(value);
  }
  return numbers;
}

/// A file that the loader has taken, with its way back to the executable.
struct Loaded {
  std::string path;
  std::string origin;  // what $ORIGIN stands for
  ElfFile elf;
  const Loaded* needed_by = nullptr;
};

class Resolver {
 public:
  Resolver(const Host& host, const std::vector<std::string>& environment, bool secure, std::string cwd)
      : host_(host), environment_(environment), secure_(secure), cwd_(std::move(cwd)) {}

  Result<LibraryReport> go(const std::string& executable) {
    Result<ElfFile> elf = read_elf(host_, executable);
    if (!elf && elf.error().errno_code == ENOEXEC) return std::move(report_);
    if (!elf) return tl::unexpected(elf.error());
    report_.loader = elf->interpreter;
    report_.applies = elf->is_dynamic && !elf->interpreter.empty();
    if (!report_.applies) return std::move(report_);
    is_musl_ = base_name(elf->interpreter).starts_with("ld-musl-");
    first_ = &loaded_.emplace_back(Loaded{executable, program_origin(executable), std::move(*elf), nullptr});
    hwcaps_ = hwcaps();
    read_settings();
    take_preloads();
    for (std::size_t at = 0; at < loaded_.size() && loaded_.size() < most_libraries; ++at)
      for (const std::string& soname : loaded_[at].elf.needed) need(soname, loaded_[at]);
    check_versions();
    return std::move(report_);
  }

 private:
  /// $ORIGIN of the program is where it really is; that of a library is where it was found, links or not.
  std::string program_origin(const std::string& path) const {
    const PathWalk way = walk(host_, path, Identity{});
    return folder_of(way.exists ? way.resolved : path);
  }

  void read_settings() {
    if (is_musl_) {
      read_musl_folders();
      return;
    }
    if (const Result<std::string> cache = host_.read("/etc/ld.so.cache", 64U << 20)) {
      cache_ = parse_loader_cache(*cache);
    } else if (cache.error().errno_code != ENOENT) {
      report_.not_looked_at.push_back("/etc/ld.so.cache: " + cache.error().what);
    }
    const std::string triplet(triplet_of(first_->elf));
    if (!triplet.empty()) default_folders_ = {"/lib/" + triplet, "/usr/lib/" + triplet};
    const bool wide = first_->elf.bits == 64;
    for (const char* folder :
         {wide ? "/lib64" : "/lib32", wide ? "/usr/lib64" : "/usr/lib32", "/lib", "/usr/lib"})
      default_folders_.emplace_back(folder);
    std::erase_if(default_folders_, [&](const std::string& folder) { return !host_.status(folder); });
  }

  /// What the loader hears of a variable.
  std::optional<std::string> heeded(std::string_view name) const {
    return secure_ ? std::nullopt : variable(environment_, name);
  }

  /// They come before what the program needs. One that is not there costs a warning, and nothing else.
  void take_preloads() {
    for (const char* name : {"LD_LIBRARY_PATH", "LD_PRELOAD"})
      if (secure_ && variable(environment_, name)) report_.ignored.emplace_back(name);
    std::string list = heeded("LD_PRELOAD").value_or("");
    if (!is_musl_) list += " " + host_.read("/etc/ld.so.preload").value_or("");
    for (char& letter : list)
      if (letter == ':' || letter == '\t' || letter == '\n') letter = ' ';
    for (const std::string_view soname : split(std::string_view(list), ' '))
      if (!soname.empty()) need(std::string(soname), *first_);
    for (LibraryResult& library : report_.libraries) {
      library.needed_by = "LD_PRELOAD";
      if (library.path.empty() || !library.problem.empty()) report_.missing_preloads.push_back(library);
    }
    std::erase_if(report_.libraries, [](const LibraryResult& library) {
      return library.path.empty() || !library.problem.empty();
    });
  }

  /// glibc's folders for better processors, see "Hardware capabilities" in ld.so(8); the best first.
  std::vector<std::string> hwcaps() const {
    if (is_musl_ || first_->elf.machine != EM_X86_64) return {};
    const std::string info = host_.read("/proc/cpuinfo").value_or("");
    const std::size_t at = info.find("\nflags");
    const std::string flags =
        at == std::string::npos ? std::string() : info.substr(at, info.find('\n', at + 1) - at);
    std::vector<std::string> levels;
    for (const auto& [level, needed] :
         {std::pair<const char*, const char*>{"x86-64-v2", "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"},
          {"x86-64-v3", "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"},
          {"x86-64-v4", "avx512f avx512bw avx512cd avx512dq avx512vl"}}) {
      const std::vector<std::string_view> words = split(std::string_view(needed), ' ');
      if (!std::all_of(words.begin(), words.end(), [&](auto word) { return contains_word(flags, word); }))
        break;
      levels.insert(levels.begin(), fmt::format("glibc-hwcaps/{}", level));
    }
    return levels;
  }

  void read_musl_folders() {
    // "/lib/ld-musl-x86_64.so.1" reads "/etc/ld-musl-x86_64.path": folders, one in a line or with colons
    // between.
    std::string name(base_name(first_->elf.interpreter));
    name = name.substr(0, name.find(".so"));
    std::string text = host_.read(fmt::format("/etc/{}.path", name)).value_or("/lib:/usr/local/lib:/usr/lib");
    std::replace(text.begin(), text.end(), '\n', ':');
    for (const std::string_view folder : split(text, ':'))
      if (!folder.empty()) default_folders_.emplace_back(folder);
  }

  std::string expanded(std::string_view folder, const Loaded& owner) const {
    std::string text = replaced(std::string(folder), "ORIGIN", owner.origin);
    const std::string triplet(triplet_of(owner.elf));
    const bool multiarch = !triplet.empty() && host_.status("/lib/" + triplet).has_value();
    text = replaced(text, "LIB", multiarch ? "lib/" + triplet : owner.elf.bits == 64 ? "lib64" : "lib");
    return replaced(text, "PLATFORM", platform_of(owner.elf));
  }

  /// Is it loaded already, by its name or its soname?
  bool is_loaded(const std::string& soname) const {
    return std::any_of(report_.libraries.begin(), report_.libraries.end(),
                       [&](const LibraryResult& library) { return library.soname == soname; }) ||
           std::any_of(loaded_.begin(), loaded_.end(),
                       [&](const Loaded& library) { return library.elf.soname == soname; });
  }

  void need(const std::string& soname, const Loaded& by) {
    if (is_loaded(soname) || is_the_loader(soname)) return;
    LibraryResult result;
    result.soname = soname;
    result.needed_by = by.path;
    // The one for which a name with a slash is a path.
    if (soname.find('/') != std::string::npos) {
      try_place(expanded(soname, by), "path in the file that needs it", result, by);
    } else {
      search(soname, by, result);
    }
    report_.libraries.push_back(std::move(result));
  }

  bool is_the_loader(const std::string& soname) const {
    if (soname == base_name(report_.loader)) return true;
    if (!is_musl_) return false;
    // musl is libc and loader in one, and answers to all of these names itself.
    static constexpr std::array<std::string_view, 7> parts{"libc.",  "libpthread.", "librt.",  "libm.",
                                                           "libdl.", "libutil.",    "libxnet."};
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return soname.starts_with(part); });
  }

  void search(const std::string& soname, const Loaded& by, LibraryResult& result) {
    const auto try_folders = [&](const std::string& list, const std::string& source, const Loaded& owner) {
      if (list.empty()) return false;
      for (const std::string_view entry : split(list, ':')) {
        if (entry.empty() && is_musl_) continue;
        std::string folder = expanded(entry, owner);
        if (!folder.starts_with('/') && cwd_.empty()) continue;
        if (!folder.starts_with('/')) folder = absolute_path(cwd_, folder);
        if (try_folder(folder, soname, source, result, by)) return true;
      }
      return false;
    };
    const auto library_path = heeded("LD_LIBRARY_PATH");
    if (is_musl_) {
      if (library_path && try_folders(*library_path, "LD_LIBRARY_PATH", by)) return;
      for (const Loaded* owner = &by; owner != nullptr; owner = owner->needed_by) {
        const auto& path = owner->elf.runpath ? owner->elf.runpath : owner->elf.rpath;
        if (path && try_folders(*path, "RUNPATH of " + owner->path, *owner)) return;
      }
    } else {
      // RPATH of it and of those that need it, unless it has a RUNPATH; see ld.so(8).
      if (!by.elf.runpath)
        for (const Loaded* owner = &by; owner != nullptr; owner = owner->needed_by)
          if (owner->elf.rpath && !owner->elf.runpath &&
              try_folders(*owner->elf.rpath, "RPATH of " + owner->path, *owner))
            return;
      std::string list = library_path.value_or("");
      std::replace(list.begin(), list.end(), ';', ':');
      if (try_folders(list, "LD_LIBRARY_PATH", *first_)) return;
      if (by.elf.runpath && try_folders(*by.elf.runpath, "RUNPATH of " + by.path, by)) return;
      if (const auto known = cache_.find(soname); known != cache_.end() && !by.elf.no_default_folders)
        for (const std::string& path : known->second)
          if (try_place(path, "ld.so.cache", result, by)) return;
    }
    if (by.elf.no_default_folders) return;
    for (const std::string& folder : default_folders_)
      if (try_folder(folder, soname, "default folder", result, by)) return;
  }

  bool try_folder(const std::string& folder, const std::string& soname, const std::string& source,
                  LibraryResult& result, const Loaded& by) {
    for (const std::string& level : hwcaps_) {
      // Hardly any folder has these, so that they are named only where they are.
      const std::string better = absolute_path(folder, level + "/" + soname);
      if (host_.status(better) && try_place(better, source, result, by)) return true;
    }
    return try_place(absolute_path(folder, soname), source, result, by);
  }

  /// True: the search is over, with a library or with one that cannot be used.
  bool try_place(const std::string& path, const std::string& source, LibraryResult& result,
                 const Loaded& by) {
    if (std::any_of(result.places.begin(), result.places.end(),
                    [&](const SearchPlace& place) { return place.path == path; }))
      return false;
    const Result<FileStatus> status = host_.status(path);
    if (!status || S_ISDIR(status->mode)) {
      result.places.push_back({path, source, ""});
      if (!status && status.error().errno_code != ENOENT && status.error().errno_code != ENOTDIR)
        result.places.back().rejected = status.error().what;
      return false;
    }
    Result<ElfFile> elf = read_elf(host_, path);
    if (elf && !same_machine(*elf, first_->elf)) {
      result.places.push_back({path, source, "it is for " + machine_name(*elf)});
      return false;
    }
    result.path = path;
    if (!elf) {
      result.problem = elf.error().what;
      return true;
    }
    loaded_.push_back(Loaded{path, folder_of(path), std::move(*elf), &by});
    return true;
  }

  const Loaded* find(const std::string& soname) const {
    for (const LibraryResult& library : report_.libraries)
      if (library.soname == soname)
        for (const Loaded& loaded : loaded_)
          if (loaded.path == library.path) return &loaded;
    for (const Loaded& loaded : loaded_)
      if (loaded.elf.soname == soname) return &loaded;
    return nullptr;
  }

  void check_versions() {
    if (is_musl_) return;  // it ignores them
    for (const Loaded& user : loaded_)
      for (const VersionNeed& need : user.elf.version_needs) {
        const Loaded* library = find(need.library);
        // A library without any versions is taken with a warning only.
        if (library == nullptr || library->elf.versions.empty()) continue;
        for (const std::string& version : need.versions) check_version(*library, need.library, version, user);
      }
  }

  void check_version(const Loaded& library, const std::string& soname, const std::string& version,
                     const Loaded& user) {
    const std::vector<std::string>& has = library.elf.versions;
    if (std::find(has.begin(), has.end(), version) != has.end()) return;
    const std::string prefix = version.substr(0, version.rfind('_') + 1);
    std::string newest;
    for (const std::string& other : has)
      if (other.starts_with(prefix) &&
          other.find_first_not_of("0123456789.", prefix.size()) == std::string::npos)
        newest = numbers_of(newest) < numbers_of(other) ? other : newest;
    report_.missing_versions.push_back({soname, library.path, version, user.path, newest});
  }

  const Host& host_;
  const std::vector<std::string>& environment_;
  LibraryReport report_;
  std::deque<Loaded> loaded_;  // pointers into it stay good when it grows
  const Loaded* first_ = nullptr;
  bool secure_ = false;
  std::string cwd_;
  bool is_musl_ = false;
  std::vector<std::string> hwcaps_;
  std::map<std::string, std::vector<std::string>, std::less<>> cache_;
  std::vector<std::string> default_folders_;
};

}  // namespace

std::vector<LibraryResult> LibraryReport::missing() const {
  std::vector<LibraryResult> result;
  for (const LibraryResult& library : libraries)
    if (library.path.empty()) result.push_back(library);
  return result;
}

Result<LibraryReport> resolve_libraries(const Host& host, const std::string& executable,
                                        const std::vector<std::string>& environment, bool secure,
                                        const std::string& cwd) {
  return Resolver(host, environment, secure, cwd).go(executable);
}

bool gains_rights(const Host& host, const std::string& executable, const Identity& identity) {
  const Result<FileStatus> file = host.status(executable);
  if (!file || process_status(host, Pid::none).value_or(ProcessStatus{}).no_new_privileges.value_or(false))
    return false;
  const bool of_user = (file->mode & S_ISUID) != 0 && file->uid != identity.uid;
  const bool of_group =
      (file->mode & S_ISGID) != 0 && (file->mode & S_IXGRP) != 0 && file->gid != identity.gid;
  const bool of_file = identity.uid != 0 && host.attribute(executable, "security.capability").has_value();
  if (!of_user && !of_group && !of_file) return false;
  const Result<Mount> mount = mount_of(host, executable);
  return !mount || !mount->nosuid;
}

}  // namespace whywontitstart
