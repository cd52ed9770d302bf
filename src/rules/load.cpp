#include "rules/load.h"

#include <re2/re2.h>

#include <charconv>
#include <filesystem>

#include "base/embedded.h"
#include "base/fd.h"
#include "base/text.h"
#include "rules/fields.h"
#include "rules/load_server.h"

namespace whywontitstart {
namespace {

const std::vector<std::string_view>& placeholders() {
  static const std::vector<std::string_view> names = {
      // of the facts
      "program", "pid", "path", "other_path", "name", "base", "folder", "file", "object", "address", "port",
      "host", "errno", "error_text", "syscall", "count", "places_count", "said", "exit", "signal",
      "signal_text", "fd", "family", "config_file", "refused", "executable", "started_as", "peer",
      "last_read", "last_data", "said_path", "argument",
      // of what it waits for
      "thing", "who", "lasts", "wchan",
      // of the probes
      "holder", "holder_pid", "limit", "used", "owner", "mode", "user", "component", "package", "near",
      "interpreter", "mount", "capability", "socket_state", "reason", "sender"};
  return names;
}

const std::vector<std::string_view>& probe_names() {
  static const std::vector<std::string_view> names = {"capability", "exec",    "path",    "port",    "lock",
                                                      "limit",      "disk",    "connect", "library", "memory",
                                                      "killer",     "address", "resolver"};
  return names;
}

const std::vector<std::string_view>& risks() {
  static const std::vector<std::string_view> names = {"safe", "changes-system", "security"};
  return names;
}

/// The trace of a program that says this on standard error and fails.
std::string trace_of_words(std::string_view said) {
  std::string quoted;
  for (const char byte : said) {
    if (byte == '"' || byte == '\\') quoted += '\\';
    quoted += byte == '\n' ? std::string("\\n") : std::string(1, byte);
  }
  const std::size_t length = said.size() + 1;
  return fmt::format("7 write(2, \"{}\\n\", {}) = {}\n7 +++ exited with 1 +++\n", quoted, length, length);
}

/// Reads one rule file. Goes on after a problem, so that the author sees all of them at once.
class Loader {
 public:
  Loader(std::string file, std::string_view text) : file_(file), fields_(std::move(file), text) {}

  void load(const YamlValue& root, RuleSet& into) {
    if (!fields_.is_map(root, "a rule file is a map of 'rules', 'servers', 'lists' and 'noise'")) return;
    fields_.known_keys(root, {"lists", "noise", "rules", "servers"});
    fields_.take_lists(root);
    for (const YamlValue& entry : fields_.list_at(root, "noise")) load_noise(entry, into);
    for (const YamlValue& entry : fields_.list_at(root, "rules")) load_rule(entry, into);
    for (const YamlValue& entry : fields_.list_at(root, "servers"))
      load_server(fields_, entry, file_, into.servers);
  }

  Result<> result() const { return fields_.result(); }

 private:
  /// Words turned into something by `parse`; what it does not know is a problem.
  template <typename T, typename Parse>
  std::vector<T> values_at(const YamlValue& map, std::string_view key, std::string_view what, Parse parse) {
    std::vector<T> values;
    for (const std::string& word : fields_.words_at(map, key)) {
      if (const std::optional<T> value = parse(word))
        values.push_back(*value);
      else
        fields_.complain(*map.find(key), fmt::format("'{}' is no {}", word, what), errno_hint(key, word));
    }
    return values;
  }

  static std::string errno_hint(std::string_view key, std::string_view word) {
    if (key != "error" && key != "says") return {};
    std::vector<std::string> names;
    for (int code = 1; code < 134; ++code) names.push_back(name(Errno{code}));
    return did_you_mean(word, {names.begin(), names.end()});
  }

  static std::optional<std::pair<int, int>> range_of(std::string_view word) {
    const std::size_t dash = word.find('-');
    const std::string_view first = word.substr(0, dash);
    const std::string_view last = dash == std::string_view::npos ? first : word.substr(dash + 1);
    std::pair<int, int> range;
    for (const auto& [text, number] : {std::pair(first, &range.first), std::pair(last, &range.second)})
      if (std::from_chars(text.data(), text.data() + text.size(), *number).ptr != text.data() + text.size() ||
          text.empty())
        return std::nullopt;
    return range;
  }

  static std::optional<State> state_of(std::string_view word) {
    for (const State state :
         {State::exited, State::killed, State::running, State::hung, State::not_started, State::not_run})
      if (name(state) == word) return state;
    return std::nullopt;
  }

  static std::optional<Stream> stream_of(std::string_view word) {
    for (const Stream stream : {Stream::standard_error, Stream::standard_output, Stream::log_file,
                                Stream::syslog, Stream::journal, Stream::file})
      if (name(stream) == word) return stream;
    return std::nullopt;
  }

  Condition condition_of(const YamlValue& map) {
    Condition when;
    if (!fields_.is_map(map, "a condition is a map")) return when;
    fields_.known_keys(
        map,
        {"syscall", "error",     "path",   "address", "file",   "flags",   "without_flags", "search", "named",
         "echoed",  "refused",   "healed", "said",    "stream", "program", "exit",          "signal", "state",
         "waiting", "waits_for", "fd",     "says",    "about",  "quotes",  "unresolved"});
    if (map.entries.empty()) fields_.complain(map, "an empty condition would hold always");
    when.syscalls = fields_.words_at(map, "syscall");
    when.errors = values_at<Errno>(map, "error", "errno", errno_from_name);
    when.path = fields_.pattern_at(map, "path");
    when.address = fields_.pattern_at(map, "address");
    when.file = fields_.pattern_at(map, "file");
    when.flags = fields_.words_at(map, "flags");
    when.without_flags = fields_.words_at(map, "without_flags");
    when.search = fields_.switch_at(map, "search");
    when.named = fields_.switch_at(map, "named");
    when.echoed = fields_.switch_at(map, "echoed");
    when.refused = fields_.switch_at(map, "refused");
    when.healed = fields_.switch_at(map, "healed").value_or(false);
    when.said = fields_.pattern_at(map, "said");
    when.streams = values_at<Stream>(map, "stream", "stream", stream_of);
    when.unresolved = fields_.switch_at(map, "unresolved").value_or(false);
    const std::string quoted = fields_.text_at(map, "quotes");
    fields_.one_of(map, "quotes", {"argument"});
    when.quotes_argument = quoted == "argument";
    if (when.quotes_argument && when.said == nullptr) fields_.complain(map, "'quotes' goes with 'said'");
    when.says = values_at<Errno>(map, "says", "errno", errno_from_name);
    when.about = fields_.words_at(map, "about");
    for (const std::string& word : when.about)
      if (word != "path" && word != "address" && word != "nothing")
        fields_.complain(*map.find("about"),
                         fmt::format("a line is about a path, an address or nothing, not '{}'", word));
    if (!when.about.empty() && when.says.empty()) fields_.complain(map, "'about' goes with 'says'");
    when.program = fields_.pattern_at(map, "program");
    when.exits = values_at<std::pair<int, int>>(map, "exit", "exit status or range", range_of);
    when.signals = values_at<Signal>(map, "signal", "signal", signal_from_name);
    when.states = values_at<State>(map, "state", "state", state_of);
    when.waiting = fields_.words_at(map, "waiting");
    when.waits_for = values_at<WaitFor>(map, "waits_for", "thing to wait for", wait_from_name);
    when.fds = values_at<int>(map, "fd", "descriptor", [](std::string_view word) {
      const auto range = range_of(word);
      return range && range->first == range->second ? std::optional(range->first) : std::nullopt;
    });
    return when;
  }

  void load_noise(const YamlValue& entry, RuleSet& into) {
    if (!fields_.is_map(entry, "an entry of 'noise' is a map")) return;
    Noise noise;
    noise.why = fields_.text_at(entry, "why", true);
    YamlValue conditions = entry;
    std::erase_if(conditions.entries, [](const YamlEntry& part) { return part.key.scalar == "why"; });
    noise.when = condition_of(conditions);
    into.noise.push_back(std::move(noise));
  }

  void load_rule(const YamlValue& entry, RuleSet& into) {
    if (!fields_.is_map(entry, "a rule is a map")) return;
    fields_.known_keys(entry, {"rule", "cause", "when", "unless", "subject", "weight", "symptom", "probe",
                               "title", "summary", "fixes", "references", "tests"});
    Rule rule;
    rule.file = file_;
    rule.place = entry.place;
    rule.id = fields_.text_at(entry, "rule", true);
    for (const Rule& known : into.rules)
      if (known.id == rule.id)
        fields_.complain(entry, fmt::format("the rule '{}' is there already, at {}:{}", rule.id, known.file,
                                            known.place.line));
    if (const YamlValue* when = entry.find("when"))
      rule.when = condition_of(*when);
    else
      fields_.complain(entry, "'when' is missing here");
    for (const YamlValue& condition : fields_.list_at(entry, "unless"))
      rule.unless.push_back(condition_of(condition));
    load_words(entry, rule);
    for (const YamlValue& test : fields_.list_at(entry, "tests")) load_test(test, rule);
    const auto speaks = [](const RuleTest& test) { return test.subject.has_value(); };
    if (std::none_of(rule.tests.begin(), rule.tests.end(), speaks) ||
        std::all_of(rule.tests.begin(), rule.tests.end(), speaks))
      fields_.complain(
          entry, fmt::format("the rule '{}' needs a test in which it speaks and one in which it is silent",
                             rule.id));
    into.rules.push_back(std::move(rule));
  }

  void load_words(const YamlValue& entry, Rule& rule) {
    Match& match = rule.match;
    match.rule = rule.id;
    match.cause = fields_.text_at(entry, "cause", true);
    fields_.one_of(entry, "cause", cause_codes());
    if (const YamlValue* subject = entry.find("subject");
        subject != nullptr && fields_.is_map(*subject, "'subject' is a map")) {
      fields_.known_keys(*subject, {"kind", "value"});
      match.subject_kind = fields_.text_at(*subject, "kind", true);
      fields_.one_of(*subject, "kind", subject_kinds());
      match.subject = template_at(*subject, "value", rule, true);
    } else if (subject == nullptr) {
      fields_.complain(entry, "'subject' is missing here");
    }
    match.weight = fields_.share_at(entry, "weight", true);
    match.is_symptom = fields_.switch_at(entry, "symptom").value_or(false);
    match.probe = fields_.text_at(entry, "probe");
    fields_.one_of(entry, "probe", probe_names());
    match.title = template_at(entry, "title", rule, true);
    match.summary = template_at(entry, "summary", rule, true);
    match.references = fields_.words_at(entry, "references");
    for (const YamlValue& fix : fields_.list_at(entry, "fixes")) {
      if (!fields_.is_map(fix, "a fix is a map")) continue;
      fields_.known_keys(fix, {"text", "command", "risk"});
      fields_.one_of(fix, "risk", risks());
      match.fixes.push_back({template_at(fix, "text", rule, true), template_at(fix, "command", rule),
                             fields_.text_at(fix, "risk", true)});
    }
  }

  /// A text whose placeholders have to be known: those of the facts, the probes, and the groups of 'said'.
  std::string template_at(const YamlValue& map, std::string_view key, const Rule& rule,
                          bool required = false) {
    std::string text = fields_.text_at(map, key, required);
    const Result<std::vector<std::string>> used = placeholders_of(text);
    if (!used) {
      fields_.complain(*map.find(key), used.error().what);
      return text;
    }
    std::vector<std::string> known(placeholders().begin(), placeholders().end());
    for (const Pattern& pattern : {rule.when.said, rule.when.path, rule.when.address})
      if (pattern != nullptr)
        for (const auto& [group, number] : pattern->NamedCapturingGroups())
          known.push_back(group.substr(0, group.find_last_not_of("0123456789") + 1));
    for (const std::string& name : *used)
      if (std::find(known.begin(), known.end(), name) == known.end())
        fields_.complain(*map.find(key), fmt::format("there is no placeholder {{{}}}", name),
                         did_you_mean(name, {known.begin(), known.end()}));
    return text;
  }

  void load_test(const YamlValue& entry, Rule& rule) {
    if (!fields_.is_map(entry, "a test is a map")) return;
    fields_.known_keys(entry, {"name", "trace", "said", "expect"});
    RuleTest test;
    test.place = entry.place;
    test.name = fields_.text_at(entry, "name", true);
    const std::string said = fields_.text_at(entry, "said");
    test.trace = said.empty() ? fields_.text_at(entry, "trace", true) : trace_of_words(said);
    const YamlValue* expect = entry.find("expect");
    if (expect == nullptr) {
      fields_.complain(entry, "'expect' is missing here");
    } else if (expect->kind == YamlValue::Kind::map) {
      fields_.known_keys(*expect, {"subject"});
      test.subject = fields_.text_at(*expect, "subject", true);
    } else if (expect->scalar != "silent") {
      fields_.complain(*expect, "'expect' is {subject: …} or silent");
    }
    rule.tests.push_back(std::move(test));
  }

  std::string file_;
  Fields fields_;
};

Result<std::vector<std::string>> rule_files(const std::string& path) {
  std::error_code problem;
  if (!std::filesystem::is_directory(path, problem)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, problem))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  if (problem) return error(fmt::format("read {}: {}", path, problem.message()));
  if (files.empty()) return error(fmt::format("{} holds no *.yaml file", path));
  std::sort(files.begin(), files.end());
  return files;
}

/// The rules of failures and those of servers are wanted at different times, and reading takes a while.
bool is_of_servers(const EmbeddedFile& file) { return file.name == "servers.yaml"; }

Result<> add_embedded(RuleSet& rules, const EmbeddedFile& file) {
  return add_rules_of_text(rules, "rules/" + std::string(file.name), file.text);
}

}  // namespace

Result<> add_rules_of_text(RuleSet& rules, const std::string& file, std::string_view text) {
  const Result<YamlValue> root = read_yaml(file, text);
  if (!root) return tl::unexpected(root.error());
  RuleSet extended = rules;
  Loader loader(file, text);
  loader.load(*root, extended);
  Result<> loaded = loader.result();
  if (loaded) rules = std::move(extended);
  return loaded;
}

Result<> add_rules(RuleSet& rules, const std::string& path) {
  const Result<std::vector<std::string>> files = rule_files(path);
  if (!files) return tl::unexpected(files.error());
  for (const std::string& file : *files) {
    constexpr std::size_t more_than_allowed = (1U << 20) + 1;
    const Result<std::string> text = read_file(file, more_than_allowed);
    if (!text) return tl::unexpected(text.error());
    if (Result<> added = add_rules_of_text(rules, file, *text); !added) return added;
  }
  return {};
}

Result<RuleSet> built_in_rules() {
  RuleSet rules;
  for (const EmbeddedFile& file : embedded_rules())
    if (Result<> added = is_of_servers(file) ? Result<>() : add_embedded(rules, file); !added)
      return tl::unexpected(added.error());
  return rules;
}

Result<std::vector<Server>> built_in_servers() {
  RuleSet rules;
  for (const EmbeddedFile& file : embedded_rules())
    if (Result<> added = is_of_servers(file) ? add_embedded(rules, file) : Result<>(); !added)
      return tl::unexpected(added.error());
  return std::move(rules.servers);
}

}  // namespace whywontitstart
