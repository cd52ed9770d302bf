#include "cli/options.h"

#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>

#include "base/text.h"

namespace whywontitstart {
namespace {

namespace po = boost::program_options;

po::options_description described_options() {
  po::options_description all("Options", 100, 60);
  auto add = all.add_options();
  add("check",
      "look without running the program: libraries, permissions, interpreter, limits, and the ports, files "
      "and users that its call and its configuration name");
  add("from", po::value<std::string>()->value_name("FILE"),
      "diagnose what --save kept, or a log made by 'strace -f -o FILE' on another machine; packed by gzip, "
      "xz "
      "or zstd as well; - is standard input");
  add("save", po::value<std::string>()->value_name("FILE"),
      "keep what was seen of the program and the machine, to diagnose it again with --from");
  add("diff", po::value<std::vector<std::string>>()->multitoken()->value_name("GOOD BAD"),
      "compare two of these, one that works and one that does not: where they part, and what differs");
  add("unit", po::value<std::string>()->value_name("NAME"), "say why systemd does not start this unit");
  add("user-unit", po::value<std::string>()->value_name("NAME"), "the same for a unit of the calling user");
  add("no-run", "with --unit: start nothing, look at what systemd and the journal kept of the last start");
  add("pid,p", po::value<std::string>()->value_name("PID"),
      "look at a process that runs or hangs: what it waits for; it goes on unharmed");
  add("children", "with -p: trace its children, too");
  add("output,o", po::value<std::vector<std::string>>()->composing()->value_name("FILE"),
      "write a report; .md, .html, .json or .txt picks the format; may be given several times; - is standard "
      "output");
  add("keep-in", po::value<std::string>()->value_name("FOLDER"),
      "keep the report in this folder, as text and JSON, with at most 99 older ones");
  add("journal", "write the verdict to the journal, as one entry with fields");
  add("format,f", po::value<std::string>()->value_name("FMT"),
      "format for standard output: text, md, html, json");
  add("timeout,t", po::value<std::string>()->value_name("SECONDS"),
      "how long to watch a program that neither exits nor comes up (30); with -p and --check how long to "
      "look (5 and 10)");
  add("expect", po::value<std::vector<std::string>>()->composing()->value_name("WHAT"),
      "what 'started' means: listen:PORT, listen:ADDRESS:PORT, listen:PATH, file:PATH, exit:CODE or notify; "
      "several: all of them");
  add("keep", "leave a program that still runs at the end alone, instead of ending it");
  add("user,u", po::value<std::string>()->value_name("USER"), "start the program as this user");
  add("chdir,C", po::value<std::string>()->value_name("DIR"), "start the program in this folder");
  add("env,E", po::value<std::vector<std::string>>()->composing()->value_name("NAME[=VALUE]"),
      "set a variable of its environment; without =VALUE, remove it (with --clean-env: pass on ours)");
  add("clean-env", "start with the environment of a system service, not ours");
  add("limit", po::value<std::vector<std::string>>()->composing()->value_name("NAME=SOFT[:HARD]"),
      "set a resource limit, such as nofile=64");
  add("rules", po::value<std::vector<std::string>>()->composing()->value_name("PATH"),
      "further rules (a file or a folder), on top of the built-in ones");
  add("backend", po::value<std::string>()->value_name("NAME"),
      "how to trace: auto, ptrace (every call stops), seccomp (only the calls that matter stop)");
  add("propagate", "return the program's own exit status (128+N for signal N)");
  add("no-redact", "leave secrets in the report and in what --save keeps");
  add("quiet,q", "print only the verdict");
  add("verbose,v", "print the checks, the processes and the last calls, too");
  add("color", po::value<std::string>()->value_name("WHEN"), "auto, always or never");
  add("list-rules", "list the rules");
  add("check-rules", po::value<std::string>()->value_name("PATH"), "read rules and run their tests");
  add("help,h", "this text");
  add("version,V", "name and version");
  return all;
}

/// How many of the words after it are its own?
std::size_t words_taken(const po::options_description& options, const std::string& word) {
  if (word.find('=') != std::string::npos && word.starts_with("--")) return 0;
  const bool is_long = word.starts_with("--");
  const std::string name = is_long ? word.substr(2) : word.substr(0, 2);
  if (!is_long && word.size() > 2) return 0;  // -t5
  const po::option_description* option = options.find_nothrow(name, false);
  if (option == nullptr || option->semantic()->max_tokens() == 0) return 0;
  return name == "diff" ? 2 : 1;
}

/// How many words are ours: up to the first that is neither an option nor the value of one. Program_options
/// would take the program's own options for ours, as it looks for options everywhere.
std::size_t count_own_words(const po::options_description& options, const std::vector<std::string>& words) {
  std::size_t at = 0;
  while (at < words.size() && words[at].size() > 1 && words[at].front() == '-' && words[at] != "--")
    at += 1 + words_taken(options, words[at]);
  return std::min(at, words.size());
}

Result<std::chrono::milliseconds> parse_seconds(const std::string& text) {
  double seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr double longest = 1e6;
  if (problem != std::errc{} || end != text.data() + text.size() || !(seconds > 0) || seconds > longest)
    return error(fmt::format("--timeout takes a number of seconds above 0, not '{}'", text));
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

Result<Pid> parse_pid(const std::string& text) {
  pid_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || value <= 0)
    return error(fmt::format("-p takes the number of a process, not '{}'", text));
  return Pid{value};
}

Result<Backend> parse_backend(const std::string& name) {
  if (name == "auto") return Backend::automatic;
  if (name == "ptrace") return Backend::full;
  if (name == "seccomp") return Backend::filtered;
  return error(fmt::format("there is no backend '{}': take auto, ptrace or seccomp", name));
}

template <typename T>
void take(const po::variables_map& given, const char* name, T& into) {
  if (given.count(name) != 0) into = given[name].as<T>();
}

Result<> set_mode(const po::variables_map& given, Options& options) {
  static const std::vector<std::pair<const char*, Mode>> modes = {{"help", Mode::help},
                                                                  {"version", Mode::version},
                                                                  {"check", Mode::check},
                                                                  {"pid", Mode::attach},
                                                                  {"unit", Mode::unit},
                                                                  {"user-unit", Mode::unit},
                                                                  {"from", Mode::from},
                                                                  {"diff", Mode::diff},
                                                                  {"list-rules", Mode::list_rules},
                                                                  {"check-rules", Mode::check_rules}};
  std::vector<std::string> chosen;
  for (const auto& [name, mode] : modes) {
    if (given.count(name) == 0) continue;
    if (chosen.empty()) options.mode = mode;
    chosen.push_back(std::string("--") + name);
  }
  if (options.mode == Mode::help || options.mode == Mode::version || chosen.size() <= 1) return {};
  return error(fmt::format("{} do not go together: one at a time", join(chosen, " and ")));
}

Result<> fill_options(const po::variables_map& given, Options& options) {
  if (Result<> mode = set_mode(given, options); !mode) return mode;
  take(given, "from", options.from);
  if (given.count("diff") != 0) {
    const auto& files = given["diff"].as<std::vector<std::string>>();
    if (files.size() != 2)
      return error("--diff takes two files: one of a run that works, one of a run that does not");
    options.good = files[0];
    options.from = files[1];
  }
  take(given, "save", options.save);
  take(given, "output", options.outputs);
  take(given, "format", options.format);
  options.format_given = given.count("format") != 0;
  take(given, "rules", options.rules);
  take(given, "keep-in", options.keep_in);
  options.journal = given.count("journal") != 0;
  take(given, "check-rules", options.check_rules);
  take(given, "color", options.color);
  options.propagate = given.count("propagate") != 0;
  options.redact = given.count("no-redact") == 0;
  options.quiet = given.count("quiet") != 0;
  options.verbose = given.count("verbose") != 0;
  options.trace.keep = given.count("keep") != 0;
  options.launch.clean_env = given.count("clean-env") != 0;
  take(given, "env", options.launch.environment);
  take(given, "limit", options.launch.limits);
  take(given, "expect", options.launch.expected);
  if (given.count("user") != 0) options.launch.user = given["user"].as<std::string>();
  if (given.count("chdir") != 0) options.launch.chdir = given["chdir"].as<std::string>();
  if (given.count("timeout") != 0) {
    const auto timeout = parse_seconds(given["timeout"].as<std::string>());
    if (!timeout) return tl::unexpected(timeout.error());
    options.trace.timeout = *timeout;
    options.attach.timeout = *timeout;
    options.check_timeout = *timeout;
  }
  if (given.count("pid") != 0) {
    const auto pid = parse_pid(given["pid"].as<std::string>());
    if (!pid) return tl::unexpected(pid.error());
    options.pid = *pid;
  }
  take(given, "unit", options.unit);
  take(given, "user-unit", options.unit);
  options.user_unit = given.count("user-unit") != 0;
  options.no_run = given.count("no-run") != 0;
  if (options.no_run && options.mode != Mode::unit) return error("--no-run goes with --unit NAME");
  if (options.mode == Mode::unit &&
      (options.unit.empty() || options.unit.find_first_of("/ \t\n") != std::string::npos))
    return error(fmt::format("--unit takes the name of a unit, not '{}'", options.unit));
  options.attach.children = given.count("children") != 0;
  if (options.attach.children && options.pid == Pid::none) return error("--children goes with -p PID");
  if (given.count("backend") != 0) {
    const auto backend = parse_backend(given["backend"].as<std::string>());
    if (!backend) return tl::unexpected(backend.error());
    options.trace.backend = *backend;
  }
  if (options.mode == Mode::diff && !options.save.empty())
    return error("--save does not go with --diff: the two traces are there already");
  if (options.save == "-") return error("--save takes a file, not standard output");
  if (options.trace.keep && options.trace.backend == Backend::filtered)
    return error(
        "--keep does not go with --backend seccomp: the filter would stay with the program, without us");
  if (options.color != "auto" && options.color != "always" && options.color != "never")
    return error(fmt::format("--color takes auto, always or never, not '{}'", options.color));
  return {};
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& words) {
  const po::options_description described = described_options();
  const std::size_t own = count_own_words(described, words);
  Options options;
  try {
    po::variables_map given;
    namespace style = po::command_line_style;
    const std::vector<std::string> own_words(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(own));
    po::store(po::command_line_parser(own_words)
                  .options(described)
                  .style(style::unix_style & ~style::allow_guessing)
                  .run(),
              given);
    po::notify(given);
    if (Result<> filled = fill_options(given, options); !filled) return tl::unexpected(filled.error());
  } catch (const po::error& problem) {
    return error(problem.what());
  }

  auto program = words.begin() + static_cast<std::ptrdiff_t>(own);
  if (program != words.end() && *program == "--") ++program;
  options.launch.argv.assign(program, words.end());
  const bool wants_program = options.mode == Mode::run || options.mode == Mode::check;
  if (wants_program && options.launch.argv.empty())
    return error("no program was given: whywontitstart [OPTIONS] PROGRAM [ARG...]");
  if (!wants_program && options.mode != Mode::help && options.mode != Mode::version &&
      !options.launch.argv.empty())
    return error(
        fmt::format("'{}' is one word too many: this mode takes no program", options.launch.argv.front()));
  return options;
}

std::string help_text() {
  std::ostringstream options;
  options << described_options();
  return fmt::format(
      "Usage: whywontitstart [OPTIONS] [--] PROGRAM [ARG...]\n"
      "       whywontitstart --check [OPTIONS] [--] PROGRAM [ARG...]\n"
      "       whywontitstart -p PID [OPTIONS]\n"
      "       whywontitstart --unit NAME [--no-run] [OPTIONS]\n"
      "       whywontitstart --from FILE [OPTIONS]\n"
      "       whywontitstart --diff GOOD BAD [OPTIONS]\n\n"
      "Runs PROGRAM, follows what it does, and names the reason why it does not start.\n\n{}\n"
      "Exit status: 0 it started; 1 it did not, the report says why; 2 the call or an input file is "
      "unusable;\n"
      "3 the tool was not able to look.\n\n"
      "In a systemd unit:\n"
      "  ExecStartPre=whywontitstart -q --check PROGRAM ARG...   fails the unit, and says why\n"
      "  ExecStopPost=/bin/sh -c '[ \"$SERVICE_RESULT\" = success ] || whywontitstart --check PROGRAM "
      "ARG...'\n"
      "  OnFailure=UNIT, which runs: whywontitstart -o FILE PROGRAM ARG...\n"
      "Never ExecCondition=: there exit status 1 means that the unit is not needed, and nothing fails.\n",
      options.str());
}

}  // namespace whywontitstart
