#include "host/exec.h"

#include <elf.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "host/binfmt.h"
#include "host/elf.h"
#include "host/packages.h"
#include "host/path_walk.h"

namespace whywontitstart {
namespace {

constexpr std::size_t head_size = shebang_size;
constexpr int most_scripts = 5;  // and how many it nests before it says ELOOP
constexpr std::string_view usual_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

class ExecLook {
 public:
  ExecLook(const Host& host, const Identity& identity, const std::vector<std::string>& environment)
      : host_(host), identity_(identity), environment_(environment) {}

  ExecProblem go(const std::string& path) {
    look(path, 0);
    return std::move(problem_);
  }

 private:
  void blame(std::string cause, std::string path, std::string summary) {
    problem_.cause = std::move(cause);
    problem_.subject = {"path", std::move(path)};
    problem_.summary = std::move(summary);
  }

  void add_evidence(std::string kind, std::string text) {
    problem_.evidence.push_back({std::move(kind), std::move(text), Pid::none, std::nullopt});
  }

  void look(const std::string& path, int depth) {
    const PathWalk way = walk(host_, path, identity_, {.rights = {.execute = true}});
    problem_.not_looked_at.insert(problem_.not_looked_at.end(), way.not_looked_at.begin(),
                                  way.not_looked_at.end());
    if (!look_at_way(path, way)) return;
    const Result<std::string> head = host_.read_at(way.resolved, 0, head_size);
    if (!head) {
      problem_.not_looked_at.push_back("what kind of file it is: " + head.error().what);
    } else if (const auto shebang = parse_shebang(*head, kernel_reads())) {
      look_at_script(path, *shebang, depth);
    } else {
      look_at_program(path, way.resolved, *head);
    }
  }

  /// False: the kernel does not get as far as to read the file, or we do not.
  bool look_at_way(const std::string& path, const PathWalk& way) {
    problem_.fixes = way.fixes;
    if (!way.allowed() && way.barrier != Barrier::unknown) add_evidence("probe", way.reason);
    switch (way.barrier) {
      case Barrier::none:
        break;
      case Barrier::unknown:
        problem_.not_looked_at.push_back(way.reason);
        return false;
      case Barrier::missing:
        blame_missing(path, way);
        return false;
      case Barrier::dangling_link:
        blame("exec.not-found", path, way.reason);
        return false;
      case Barrier::noexec_mount:
        blame("exec.noexec-mount", path, way.reason);
        return false;
      case Barrier::not_a_folder:
        blame("file.not-a-directory", way.at, way.reason);
        return false;
      case Barrier::link_loop:
        blame("file.symlink-loop", path, way.reason);
        return false;
      case Barrier::name_too_long:
        blame("file.name-too-long", path, way.reason);
        return false;
      case Barrier::search:
        blame("file.permission", way.at, way.reason);
        return false;
      default:
        blame_mode(path, way);
        return false;
    }
    if (S_ISDIR(way.status.mode)) {
      blame("exec.is-a-directory", path, fmt::format("{} is a folder, not a program", path));
      return false;
    }
    if (S_ISREG(way.status.mode)) return true;
    blame("exec.not-executable", path,
          fmt::format("{} is no regular file ({})", path, mode_text(way.status.mode)));
    return false;
  }

  void blame_missing(const std::string& path, const PathWalk& way) {
    blame("exec.not-found", path, fmt::format("{} does not exist", path));
    if (!way.near_misses.empty()) add_evidence("probe", "near miss: " + join(way.near_misses, ", "));
  }

  void blame_mode(const std::string& path, const PathWalk& way) {
    // A folder is "executable" for its searchers, and execve(2) refuses it with EACCES all the same.
    if (way.barrier == Barrier::permission && S_ISDIR(way.status.mode)) {
      blame("exec.is-a-directory", path, fmt::format("{} is a folder, not a program", path));
      return;
    }
    const bool nobody = way.exists && (way.status.mode & 0111) == 0;
    if (!nobody) {
      blame("exec.not-executable", path, way.reason);
      return;
    }
    blame("exec.not-executable", path,
          fmt::format("{} is not executable: its mode is {}", path, mode_text(way.status.mode)));
    problem_.fixes = {{"make it executable", shell_quoted({"chmod", "+x", path}), "changes-system"}};
  }

  void look_at_script(const std::string& path, const Shebang& shebang, int depth) {
    problem_.kind = "script";
    problem_.interpreter = shebang.interpreter;
    add_evidence("probe",
                 fmt::format("the first line of {} asks for {}", path, printable(shebang.interpreter)));
    if (shebang.interpreter.empty()) {
      blame("exec.bad-format", path, fmt::format("the first line of {} names no interpreter after #!", path));
    } else if (shebang.is_cut_off) {
      blame("exec.bad-format", path,
            fmt::format("the first line of {} is longer than the {} bytes that the kernel reads", path,
                        kernel_reads()));
    } else if (depth >= most_scripts) {
      blame("file.symlink-loop", path,
            fmt::format("{} is run by a script that is run by a script, and so on", path));
    } else if (shebang.has_carriage_return) {
      blame_line_ends(path, shebang);
    } else {
      if (shebang.argument.find_first_of(" \t") != std::string::npos &&
          base_name(shebang.interpreter) != "env")
        problem_.warnings.push_back(fmt::format("{} gets '{}' as one argument: the kernel does not split it",
                                                shebang.interpreter, shebang.argument));
      look_at_interpreter(path, shebang, depth);
    }
  }

  /// How much of a first line this kernel reads: less before Linux 5.1.
  std::size_t kernel_reads() const {
    const std::string release = host_.read("/proc/sys/kernel/osrelease").value_or("");
    const bool is_old = release.size() > 1 && release[0] >= '2' && release[0] <= '4' && release[1] == '.';
    return is_old || release.starts_with("5.0.") ? old_shebang_size : shebang_size;
  }

  void blame_line_ends(const std::string& path, const Shebang& shebang) {
    const bool in_name = shebang.interpreter.ends_with('\r');
    const std::string wanted = in_name ? shebang.interpreter : shebang.argument;
    const std::string name(trim(wanted));
    const std::string_view what = name.starts_with('-') ? "handed to the interpreter" : "looked for";
    blame("exec.interpreter-missing", path,
          fmt::format("{} has Windows line ends, so {} is {} with a carriage return at its end", path, name,
                      what));
    add_evidence("probe", fmt::format("its first line ends in \\r\\n, which makes \"{}\\r\" of it", name));
    problem_.interpreter = std::string(trim(shebang.interpreter));
    problem_.fixes = {
        {"take the carriage returns away", shell_quoted({"sed", "-i", "s/\\r$//", path}), "safe"}};
  }

  void look_at_interpreter(const std::string& path, const Shebang& shebang, int depth) {
    const std::string interpreter = shebang.interpreter;
    if (!interpreter.starts_with('/')) {
      problem_.warnings.push_back(fmt::format(
          "{} is found from some working directories only: its interpreter {} is no absolute path", path,
          interpreter));
      problem_.not_looked_at.push_back(
          fmt::format("the interpreter {}, which is searched for from the working directory", interpreter));
      return;
    }
    ExecLook inner(host_, identity_, environment_);
    inner.look(interpreter, depth + 1);
    ExecProblem found = std::move(inner.problem_);
    problem_.not_looked_at.insert(problem_.not_looked_at.end(), found.not_looked_at.begin(),
                                  found.not_looked_at.end());
    if (found.cause.empty()) {
      if (!found.interpreter.empty() && found.kind == "script") problem_.interpreter = found.interpreter;
      if (base_name(interpreter) == "env") look_at_env(path, shebang);
      return;
    }
    problem_.evidence.insert(problem_.evidence.end(), found.evidence.begin(), found.evidence.end());
    if (found.cause != "exec.not-found") {
      problem_.cause = found.cause;
      problem_.subject = found.subject;
      problem_.summary = fmt::format("the interpreter of {} cannot be started: {}", path, found.summary);
      problem_.fixes = found.fixes;
      return;
    }
    blame("exec.interpreter-missing", interpreter,
          fmt::format("{} needs the interpreter {}, which does not exist", path, interpreter));
    problem_.fixes.clear();
    offer_elsewhere(path, std::string(base_name(interpreter)), interpreter);
  }

  /// "#!/usr/bin/env python": env itself works, and then does not find what it is asked for.
  void look_at_env(const std::string& path, const Shebang& shebang) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(shebang.argument, ' '))
      if (!word.empty()) words.push_back(word);
    const bool splits = !words.empty() && words.front() == "-S";
    if (splits) words.erase(words.begin());
    if (words.empty() || words.front().starts_with('-') || words.front().find('=') != std::string_view::npos)
      return;
    // Without -S the whole rest of the line is one name.
    const std::string name = splits ? std::string(words.front()) : shebang.argument;
    const std::string folders = variable(environment_, "PATH").value_or("/bin:/usr/bin");
    if (name.find('/') != std::string::npos || !find_in_path(host_, name, folders).empty()) return;
    blame("exec.interpreter-missing", name,
          fmt::format("{} needs the interpreter {}, which is in no folder of PATH", path, name));
    problem_.interpreter = name;
    add_evidence("probe", "PATH is " + folders);
    if (!splits && words.size() > 1 && !find_in_path(host_, words.front(), folders).empty()) {
      add_evidence("probe", "the kernel hands all that follows env as one argument, blanks included");
      problem_.fixes.push_back({fmt::format("let the first line of {} be '#!{} -S {}'", path,
                                            shebang.interpreter, shebang.argument),
                                "", "safe"});
      return;
    }
    offer_elsewhere(path, name, name);
  }

  void offer_elsewhere(const std::string& path, const std::string& name, const std::string& wanted) {
    const std::string folders = variable(environment_, "PATH").value_or("") + ":" + std::string(usual_path);
    for (const std::string& other : find_in_path(host_, name, folders)) {
      if (other == wanted) continue;
      add_evidence("probe", fmt::format("{} is there", other));
      problem_.fixes.push_back({fmt::format("let the first line of {} name {}", path, other), "", "safe"});
      return;
    }
    const Result<std::string> package = package_of_command(host_, name);
    problem_.fixes.push_back({fmt::format("install what brings {}", name),
                              package ? shell_quoted({"apt-get", "install", *package}) : std::string(),
                              "changes-system"});
  }

  void look_at_program(const std::string& path, const std::string& real, const std::string& head) {
    if (head.empty()) {
      blame("exec.bad-format", path, fmt::format("{} is empty", path));
      return;
    }
    const Result<ElfFile> elf = read_elf(host_, real);
    if (!elf) {
      blame_format(path, head, elf.error());
      return;
    }
    problem_.kind = elf->interpreter.empty() ? "static ELF program" : "ELF program";
    problem_.interpreter = elf->interpreter;
    if (elf->type != ET_EXEC && elf->type != ET_DYN) {
      blame("exec.bad-format", path,
            fmt::format("{} is an ELF file, but no program (an object file or a core)", path));
      return;
    }
    if (!look_at_machine(path, *elf)) return;
    if (!elf->interpreter.empty()) look_at_loader(path, *elf);
  }

  void blame_format(const std::string& path, const std::string& head, const Error& error) {
    if (error.errno_code != ENOEXEC) {
      problem_.not_looked_at.push_back(error.what);
      return;
    }
    if (look_at_binfmt(path, head)) return;
    if (head.starts_with("\x7f"
                         "ELF")) {
      blame("exec.bad-format", path, error.what);
      return;
    }
    const bool is_text = head.find('\0') == std::string::npos;
    std::string what =
        is_text ? "a text without a first line such as #!/bin/sh" : "no program for this system";
    if (head.starts_with("MZ")) what = "a program for Windows";
    if (head.starts_with("\xcf\xfa\xed\xfe") || head.starts_with("\xca\xfe\xba\xbe"))
      what = "no Linux program";
    if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff"))
      what = "a text in UTF-16, which the kernel cannot read";
    if (head.starts_with("\xef\xbb\xbf#!")) what = "a script with a byte order mark before #!";
    blame("exec.bad-format", path, fmt::format("{} is {}", path, what));
    if (head.starts_with("\xef\xbb\xbf#!"))
      problem_.fixes = {{"take the byte order mark away",
                         shell_quoted({"sed", "-i", "1s/^\\xef\\xbb\\xbf//", path}), "safe"}};
  }

  /// True: the kernel has somebody registered for such files, who then has to be there.
  bool look_at_binfmt(const std::string& path, const std::string& head) {
    const auto handler = binfmt_handler(host_, path, head);
    if (!handler) return false;
    problem_.interpreter = handler->interpreter;
    // Opened when it was registered: it works even where its path does not exist, as in a container.
    if (handler->opened || handler->interpreter.empty()) return true;
    const PathWalk way = walk(host_, handler->interpreter, identity_, {.rights = {.execute = true}});
    if (way.allowed() || way.barrier == Barrier::unknown) return true;
    blame("exec.interpreter-missing", handler->interpreter,
          fmt::format("{} is run by {} (binfmt_misc: {}), which cannot be started: {}", path,
                      handler->interpreter, handler->name, way.reason));
    return true;
  }

  /// True: a program for this machine, or one that it can run.
  bool look_at_machine(const std::string& path, const ElfFile& elf) {
    const Result<ElfFile> ours = read_elf(host_, "/proc/self/exe");
    if (!ours) {
      problem_.not_looked_at.emplace_back("which machine this is");
      return true;
    }
    const bool x86_family = ours->machine == EM_X86_64 && (elf.machine == EM_386 || elf.machine == EM_X86_64);
    const bool arm_family = ours->machine == EM_AARCH64 && elf.machine == EM_ARM;
    if (same_machine(elf, *ours) || x86_family || arm_family) return true;
    const std::string head = host_.read_at(path, 0, head_size).value_or("");
    if (look_at_binfmt(path, head)) return problem_.cause.empty();
    blame("exec.bad-format", path,
          fmt::format("{} is a program for {}, and this machine is {}", path, machine_name(elf),
                      machine_name(*ours)));
    add_evidence("elf", fmt::format("its ELF header says {}", machine_name(elf)));
    return false;
  }

  void look_at_loader(const std::string& path, const ElfFile& elf) {
    const PathWalk way = walk(host_, elf.interpreter, identity_, {.rights = {.execute = true}});
    if (way.allowed()) return;
    if (way.barrier == Barrier::unknown) {
      problem_.not_looked_at.push_back(way.reason);
      return;
    }
    const bool is_missing = way.barrier == Barrier::missing || way.barrier == Barrier::dangling_link;
    add_evidence("elf", fmt::format("{} asks for the loader {}", path, elf.interpreter));
    add_evidence("probe", way.reason);
    blame(is_missing ? "exec.interpreter-missing" : "exec.not-executable", elf.interpreter,
          is_missing ? fmt::format("{} needs the loader {}, which does not exist here", path, elf.interpreter)
                     : fmt::format("the loader of {} cannot be started: {}", path, way.reason));
    if (is_missing) explain_loader(elf);
  }

  void explain_loader(const ElfFile& elf) {
    const bool wants_musl = base_name(elf.interpreter).starts_with("ld-musl-");
    const bool has_musl = has_loader("ld-musl-"), has_glibc = has_loader("ld-linux");
    if (!wants_musl && has_musl && !has_glibc) {
      add_evidence("probe", "this system is built on musl, and the program was built for glibc");
      problem_.fixes.push_back({"take a build for musl or a static one", "", "safe"});
      problem_.fixes.push_back(
          {"or install the glibc compatibility of Alpine", "apk add gcompat", "changes-system"});
    } else if (wants_musl && has_glibc) {
      add_evidence("probe", "this system is built on glibc, and the program was built for musl");
      problem_.fixes.push_back({"take a build for glibc or a static one", "", "safe"});
      problem_.fixes.push_back({"or install musl", "apt-get install musl", "changes-system"});
    } else if (elf.machine == EM_386) {
      add_evidence("probe", "it is a 32-bit program, and the 32-bit C library is not installed");
      problem_.fixes.push_back(
          {"install the 32-bit C library",
           "dpkg --add-architecture i386 && apt-get update && apt-get install libc6:i386", "changes-system"});
    }
  }

  bool has_loader(std::string_view start) const {
    for (const char* folder : {"/lib", "/lib64"})
      for (const std::string& name : host_.list(folder).value_or(std::vector<std::string>()))
        if (name.starts_with(start)) return true;
    return false;
  }

  const Host& host_;
  const Identity& identity_;
  const std::vector<std::string>& environment_;
  ExecProblem problem_;
};

}  // namespace

ExecProblem explain_exec(const Host& host, const std::string& path, const Identity& identity,
                         const std::vector<std::string>& environment) {
  return ExecLook(host, identity, environment).go(path);
}

}  // namespace whywontitstart
