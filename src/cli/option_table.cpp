#include "cli/option_table.h"

#include "launch/limits.h"

namespace whywontitstart {
namespace {

using Kind = WordKind;

constexpr std::string_view modes = "What to look at";
constexpr std::string_view starting = "How to start the program";
constexpr std::string_view watching = "How to watch it";
constexpr std::string_view reports = "Reports";
constexpr std::string_view knowledge = "Rules";
constexpr std::string_view other = "Other";

std::vector<std::string> limit_choices() {
  std::vector<std::string> choices;
  for (const std::string_view name : limit_names()) choices.push_back(std::string(name) + "=");
  return choices;
}

std::vector<OptionEntry> ways_to_look() {
  return {
      {modes, "check", 0, "", Kind::none,
       "look without running the program: libraries, permissions, interpreter, limits, and the ports, files "
       "and users that its call and its configuration name",
       false, Mode::check},
      {modes, "pid", 'p', "PID", Kind::process,
       "look at a process that runs or hangs: what it waits for; it goes on unharmed", false, Mode::attach},
      {modes, "children", 0, "", Kind::none, "trace its children, too (with -p)"},
      {modes, "unit", 0, "NAME", Kind::unit, "say why systemd does not start this unit", false, Mode::unit},
      {modes, "user-unit", 0, "NAME", Kind::user_unit, "the same for a unit of the calling user", false,
       Mode::unit},
      {modes, "no-run", 0, "", Kind::none,
       "start nothing, look at what systemd and the journal kept of the last start (with --unit)"},
      {modes, "from", 0, "FILE", Kind::file,
       "diagnose what --save kept, or a log made by 'strace -f -o FILE' on another machine; packed by gzip, "
       "xz or zstd as well; - is standard input",
       false, Mode::from},
      {modes, "diff", 0, "GOOD BAD", Kind::file,
       "compare two of these, one that works and one that does not: where they part, and what differs", false,
       Mode::diff},
  };
}

std::vector<OptionEntry> ways_to_start() {
  return {
      {starting, "user", 'u', "USER", Kind::user, "start the program as this user"},
      {starting, "chdir", 'C', "DIR", Kind::folder, "start the program in this folder"},
      {starting, "env", 'E', "NAME[=VALUE]", Kind::variable,
       "set a variable of its environment; without =VALUE, remove it (with --clean-env: pass on ours)", true},
      {starting, "clean-env", 0, "", Kind::none, "start with the environment of a system service, not ours"},
      {starting, "limit", 0, "NAME=SOFT[:HARD]", Kind::choice, "set a resource limit, such as nofile=64",
       true, std::nullopt, limit_choices()},
  };
}

std::vector<OptionEntry> ways_to_watch() {
  return {
      {watching, "timeout", 't', "SECONDS", Kind::number,
       "how long to watch a program that neither exits nor comes up (30); with -p and --check how long to "
       "look (5 and 10)"},
      {watching,
       "expect",
       0,
       "WHAT",
       Kind::choice,
       "what 'started' means: listen:PORT, listen:ADDRESS:PORT, listen:PATH, file:PATH, exit:CODE or notify; "
       "several: all of them",
       true,
       std::nullopt,
       {"listen:", "file:", "exit:", "notify"}},
      {watching, "keep", 0, "", Kind::none,
       "leave a program that still runs at the end alone, instead of ending it"},
      {watching, "save", 0, "FILE", Kind::file,
       "keep what was seen of the program and the machine, to diagnose it again with --from"},
      {watching,
       "backend",
       0,
       "NAME",
       Kind::choice,
       "how to trace: auto, ptrace (every call stops), seccomp (only the calls that matter stop)",
       false,
       std::nullopt,
       {"auto", "ptrace", "seccomp"}},
      {watching, "propagate", 0, "", Kind::none, "return the program's own exit status (128+N for signal N)"},
  };
}

std::vector<OptionEntry> ways_to_report() {
  return {
      {reports, "output", 'o', "FILE", Kind::file,
       "write a report; .md, .html, .json or .txt picks the format; may be given several times; - is "
       "standard "
       "output",
       true},
      {reports,
       "format",
       'f',
       "FMT",
       Kind::choice,
       "format for standard output: text, md, html, json",
       false,
       std::nullopt,
       {"text", "md", "html", "json"}},
      {reports, "keep-in", 0, "FOLDER", Kind::folder,
       "keep the report in this folder, as text and JSON, with at most 99 older ones"},
      {reports, "journal", 0, "", Kind::none, "write the verdict to the journal, as one entry with fields"},
      {reports, "no-redact", 0, "", Kind::none, "leave secrets in the report and in what --save keeps"},
      {reports, "anonymise", 0, "", Kind::none,
       "replace host names, addresses and users in the report by stand-ins, too"},
      {reports, "quiet", 'q', "", Kind::none, "print only the verdict"},
      {reports, "verbose", 'v', "", Kind::none, "print the checks, the processes and the last calls, too"},
      {reports,
       "color",
       0,
       "WHEN",
       Kind::choice,
       "when to use colours: auto, always or never",
       false,
       std::nullopt,
       {"auto", "always", "never"}},
  };
}

std::vector<OptionEntry> the_rest() {
  return {
      {knowledge, "rules", 0, "PATH", Kind::files,
       "further rules (a file or a folder), on top of the built-in ones", true},
      {knowledge, "list-rules", 0, "", Kind::none, "list the rules", false, Mode::list_rules},
      {knowledge, "check-rules", 0, "PATH", Kind::files, "read rules and run their tests", false,
       Mode::check_rules},
      {other, "help", 'h', "", Kind::none, "this text", false, Mode::help},
      {other, "version", 'V', "", Kind::none, "name and version, rules and build", false, Mode::version},
  };
}

}  // namespace

const std::vector<OptionEntry>& option_table() {
  static const std::vector<OptionEntry> table = [] {
    std::vector<OptionEntry> all;
    for (const auto& part : {ways_to_look(), ways_to_start(), ways_to_watch(), ways_to_report(), the_rest()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return table;
}

int words_taken(const OptionEntry& entry) {
  if (entry.word.empty()) return 0;
  return 1 + static_cast<int>(std::count(entry.word.begin(), entry.word.end(), ' '));
}

std::string_view brief(const OptionEntry& entry) {
  std::size_t end = entry.text.size();
  for (const std::string_view mark : {"; ", ": ", " ("}) end = std::min(end, entry.text.find(mark));
  return entry.text.substr(0, end);
}

bool takes_program(Mode mode) { return mode == Mode::run || mode == Mode::check; }

const std::vector<std::string_view>& synopses() {
  static const std::vector<std::string_view> calls = {"[OPTIONS] [--] PROGRAM [ARG...]",
                                                      "--check [OPTIONS] [--] PROGRAM [ARG...]",
                                                      "-p PID [OPTIONS]",
                                                      "--unit NAME [--no-run] [OPTIONS]",
                                                      "--from FILE [OPTIONS]",
                                                      "--diff GOOD BAD [OPTIONS]",
                                                      "--check-rules PATH"};
  return calls;
}

}  // namespace whywontitstart
