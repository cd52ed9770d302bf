#include "cli/options.h"

#include <boost/make_shared.hpp>
#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>

#include "base/text.h"
#include "cli/option_table.h"

namespace whywontitstart {
namespace {

namespace po = boost::program_options;

/// What program_options calls it: "output,o".
std::string full_name(const OptionEntry& entry) {
  std::string name(entry.name);
  if (entry.letter != 0) name += {',', entry.letter};
  return name;
}

const po::value_semantic* semantic_of(const OptionEntry& entry) {
  if (entry.word.empty()) return new po::untyped_value(true);  // the description owns it
  const std::string word(entry.word);
  using Words = std::vector<std::string>;
  if (words_taken(entry) > 1) return po::value<Words>()->multitoken()->value_name(word);
  if (entry.repeats) return po::value<Words>()->composing()->value_name(word);
  return po::value<std::string>()->value_name(word);
}

po::options_description described_options() {
  constexpr unsigned columns = 100;
  constexpr unsigned columns_of_text = 60;
  po::options_description all(columns, columns_of_text);
  std::optional<po::options_description> part;
  std::string_view heading;
  for (const OptionEntry& entry : option_table()) {
    if (entry.heading != heading) {
      if (part) all.add(*part);
      heading = entry.heading;
      part.emplace(std::string(heading), columns, columns_of_text);
    }
    part->add(boost::make_shared<po::option_description>(full_name(entry).c_str(), semantic_of(entry),
                                                         std::string(entry.text).c_str()));
  }
  if (part) all.add(*part);
  return all;
}

/// How many of the words after this one are its own?
std::size_t words_taken_by(const std::string& word) {
  const bool is_long = word.starts_with("--");
  if (is_long ? word.find('=') != std::string::npos : word.size() > 2) return 0;  // --timeout=5, -t5
  for (const OptionEntry& entry : option_table())
    if (is_long ? word.substr(2) == entry.name : word[1] == entry.letter)
      return static_cast<std::size_t>(words_taken(entry));
  return 0;
}

/// How many words are ours: up to the first that is neither an option nor the value of one. Program_options
/// would take the program's own options for ours, as it looks for options everywhere.
std::size_t count_own_words(const std::vector<std::string>& words) {
  std::size_t at = 0;
  while (at < words.size() && words[at].size() > 1 && words[at].front() == '-' && words[at] != "--")
    at += 1 + words_taken_by(words[at]);
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
  std::vector<std::string> chosen;
  for (const OptionEntry& entry : option_table()) {
    if (!entry.mode || given.count(std::string(entry.name)) == 0) continue;
    // Who asks for help gets it, whatever else stands there.
    const bool only_tells = *entry.mode == Mode::help || *entry.mode == Mode::version;
    if (chosen.empty() || (only_tells && options.mode != Mode::help)) options.mode = *entry.mode;
    chosen.push_back("--" + std::string(entry.name));
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
  options.anonymise = given.count("anonymise") != 0;
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
  if (options.anonymise && !options.redact)
    return error("--anonymise replaces more than secrets, --no-redact nothing: take one of the two");
  if (options.anonymise && !options.save.empty())
    return error("--anonymise does not go with --save: give it to the --from that reads the file");
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
  const std::size_t own = count_own_words(words);
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
  const bool wants_program = takes_program(options.mode);
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
  std::string text;
  for (const std::string_view synopsis : synopses())
    text += fmt::format("{} whywontitstart {}\n", text.empty() ? "Usage:" : "      ", synopsis);
  return text +
         fmt::format(
             "\nRuns PROGRAM, follows what it does, and names the reason why it does not start.\n{}\n"
             "Exit status: 0 it started; 1 it did not, the report says why; 2 the call or an input file is "
             "unusable;\n"
             "3 the tool was not able to look.\n\n"
             "In a systemd unit:\n"
             "  ExecStartPre=whywontitstart -q --check PROGRAM ARG...   fails the unit, and says why\n"
             "  ExecStopPost=/bin/sh -c '[ \"$SERVICE_RESULT\" = success ] || whywontitstart --check PROGRAM "
             "ARG...'\n"
             "  OnFailure=UNIT, which runs: whywontitstart -o FILE PROGRAM ARG...\n"
             "Never ExecCondition=: there exit status 1 means that the unit is not needed, and nothing "
             "fails.\n",
             options.str());
}

}  // namespace whywontitstart
