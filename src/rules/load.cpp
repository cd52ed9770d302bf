#include "rules/load.h"

#include <re2/re2.h>

#include <charconv>
#include <filesystem>

#include "base/embedded.h"
#include "base/fd.h"
#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_problems = 20;

const std::vector<std::string_view>& placeholders() {
  static const std::vector<std::string_view> names = {
      // of the facts
      "program", "pid", "path", "other_path", "name", "base", "folder", "file", "object", "address", "port",
      "host", "errno", "error_text", "syscall", "count", "places_count", "said", "exit", "signal",
      "signal_text", "fd", "family", "config_file", "refused",
      // of what it waits for
      "thing", "who", "lasts", "wchan",
      // of the probes
      "holder", "holder_pid", "limit", "used", "owner", "mode", "user", "component", "package", "near",
      "interpreter", "mount", "socket_state", "reason", "sender"};
  return names;
}

const std::vector<std::string_view>& probe_names() {
  static const std::vector<std::string_view> names = {"exec",   "path",   "port",    "lock",
                                                      "limit",  "disk",   "connect", "library",
                                                      "memory", "killer", "address", "resolver"};
  return names;
}

const std::vector<std::string_view>& risks() {
  static const std::vector<std::string_view> names = {"safe", "changes-system", "security"};
  return names;
}

template <typename Names>
std::string did_you_mean(std::string_view word, const Names& names) {
  std::string best;
  std::size_t distance = 4;
  for (const auto& name : names) {
    const std::size_t steps = edit_distance(word, name);
    if (steps < distance) distance = steps, best = std::string(name);
  }
  return best.empty() ? "" : fmt::format("did you mean {}?", best);
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
  Loader(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

  void load(const YamlValue& root, RuleSet& into) {
    if (!is_map(root, "a rule file is a map of 'rules', 'lists' and 'noise'")) return;
    known_keys(root, {"lists", "noise", "rules"});
    if (const YamlValue* lists = root.find("lists"); lists != nullptr && is_map(*lists, "'lists' is a map"))
      for (const auto& [name, words] : lists->entries) lists_[name.scalar] = words_of(words);
    for (const YamlValue& entry : list_at(root, "noise")) load_noise(entry, into);
    for (const YamlValue& entry : list_at(root, "rules")) load_rule(entry, into);
  }

  Result<> result() const {
    if (problems_.empty()) return {};
    return error(join(problems_, "\n"));
  }

 private:
  void complain(const YamlValue& at, std::string_view message, std::string_view hint = {}) {
    if (problems_.size() < most_problems)
      problems_.push_back(diagnostic(file_, text_, at.place, message, hint));
  }

  bool is_map(const YamlValue& value, std::string_view message) {
    if (value.kind == YamlValue::Kind::map) return true;
    complain(value, message);
    return false;
  }

  void known_keys(const YamlValue& map, const std::vector<std::string_view>& keys) {
    for (const auto& [key, value] : map.entries)
      if (std::find(keys.begin(), keys.end(), key.scalar) == keys.end())
        complain(key, fmt::format("unknown key '{}'", key.scalar), did_you_mean(key.scalar, keys));
  }

  const std::vector<YamlValue>& list_at(const YamlValue& map, std::string_view key) {
    static const std::vector<YamlValue> none;
    const YamlValue* value = map.find(key);
    if (value == nullptr) return none;
    if (value->kind == YamlValue::Kind::list) return value->items;
    complain(*value, fmt::format("'{}' is a list", key));
    return none;
  }

  std::string text_at(const YamlValue& map, std::string_view key, bool required = false) {
    const YamlValue* value = map.find(key);
    if (value == nullptr) {
      if (required) complain(map, fmt::format("'{}' is missing here", key));
      return {};
    }
    if (value->kind == YamlValue::Kind::scalar) return value->scalar;
    complain(*value, fmt::format("'{}' is a text", key));
    return {};
  }

  std::optional<bool> switch_at(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    if (value == nullptr) return std::nullopt;
    if (value->scalar == "true") return true;
    if (value->scalar != "false") complain(*value, fmt::format("'{}' is true or false", key));
    return false;
  }

  /// One word, a list of words, or the name of a list with a dollar sign before it.
  std::vector<std::string> words_of(const YamlValue& value) {
    std::vector<std::string> words;
    if (value.kind == YamlValue::Kind::map) {
      complain(value, "a word, or a list of words, belongs here");
    } else if (value.kind == YamlValue::Kind::list) {
      for (const YamlValue& item : value.items)
        for (std::string& word : words_of(item)) words.push_back(std::move(word));
    } else if (value.scalar.starts_with('$')) {
      const auto found = lists_.find(value.scalar.substr(1));
      if (found != lists_.end()) return found->second;
      complain(value, fmt::format("there is no list '{}'", value.scalar.substr(1)),
               "lists stand above the rules");
    } else {
      words.push_back(value.scalar);
    }
    return words;
  }

  std::vector<std::string> words_at(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    return value == nullptr ? std::vector<std::string>{} : words_of(*value);
  }

  Pattern pattern_at(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    if (value == nullptr) return nullptr;
    RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingUTF8);
    auto pattern = std::make_shared<const RE2>(value->scalar, options);
    if (value->kind == YamlValue::Kind::scalar && pattern->ok()) return pattern;
    complain(*value, fmt::format("'{}' is no regular expression: {}", key, pattern->error()));
    return nullptr;
  }

  /// Words turned into something by `parse`; what it does not know is a problem.
  template <typename T, typename Parse>
  std::vector<T> values_at(const YamlValue& map, std::string_view key, std::string_view what, Parse parse) {
    std::vector<T> values;
    for (const std::string& word : words_at(map, key)) {
      if (const std::optional<T> value = parse(word))
        values.push_back(*value);
      else
        complain(*map.find(key), fmt::format("'{}' is no {}", word, what), errno_hint(key, word));
    }
    return values;
  }

  static std::string errno_hint(std::string_view key, std::string_view word) {
    if (key != "error" && key != "says") return {};
    std::vector<std::string> names;
    for (int code = 1; code < 134; ++code) names.push_back(name(Errno{code}));
    return did_you_mean(word, names);
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
    if (!is_map(map, "a condition is a map")) return when;
    known_keys(map, {"syscall", "error",  "path",    "address",   "file", "flags",  "without_flags", "search",
                     "named",   "echoed", "refused", "healed",    "said", "stream", "program",       "exit",
                     "signal",  "state",  "waiting", "waits_for", "fd",   "says",   "about"});
    if (map.entries.empty()) complain(map, "an empty condition would hold always");
    when.syscalls = words_at(map, "syscall");
    when.errors = values_at<Errno>(map, "error", "errno", errno_from_name);
    when.path = pattern_at(map, "path");
    when.address = pattern_at(map, "address");
    when.file = pattern_at(map, "file");
    when.flags = words_at(map, "flags");
    when.without_flags = words_at(map, "without_flags");
    when.search = switch_at(map, "search");
    when.named = switch_at(map, "named");
    when.echoed = switch_at(map, "echoed");
    when.refused = switch_at(map, "refused");
    when.healed = switch_at(map, "healed").value_or(false);
    when.said = pattern_at(map, "said");
    when.streams = values_at<Stream>(map, "stream", "stream", stream_of);
    when.says = values_at<Errno>(map, "says", "errno", errno_from_name);
    when.about = words_at(map, "about");
    for (const std::string& word : when.about)
      if (word != "path" && word != "address" && word != "nothing")
        complain(*map.find("about"),
                 fmt::format("a line is about a path, an address or nothing, not '{}'", word));
    if (!when.about.empty() && when.says.empty()) complain(map, "'about' goes with 'says'");
    when.program = pattern_at(map, "program");
    when.exits = values_at<std::pair<int, int>>(map, "exit", "exit status or range", range_of);
    when.signals = values_at<Signal>(map, "signal", "signal", signal_from_name);
    when.states = values_at<State>(map, "state", "state", state_of);
    when.waiting = words_at(map, "waiting");
    when.waits_for = values_at<WaitFor>(map, "waits_for", "thing to wait for", wait_from_name);
    when.fds = values_at<int>(map, "fd", "descriptor", [](std::string_view word) {
      const auto range = range_of(word);
      return range && range->first == range->second ? std::optional(range->first) : std::nullopt;
    });
    return when;
  }

  void load_noise(const YamlValue& entry, RuleSet& into) {
    if (!is_map(entry, "an entry of 'noise' is a map")) return;
    Noise noise;
    noise.why = text_at(entry, "why", true);
    YamlValue conditions = entry;
    std::erase_if(conditions.entries, [](const YamlEntry& part) { return part.key.scalar == "why"; });
    noise.when = condition_of(conditions);
    into.noise.push_back(std::move(noise));
  }

  void load_rule(const YamlValue& entry, RuleSet& into) {
    if (!is_map(entry, "a rule is a map")) return;
    known_keys(entry, {"rule", "cause", "when", "unless", "subject", "weight", "symptom", "probe", "title",
                       "summary", "fixes", "references", "tests"});
    Rule rule;
    rule.file = file_;
    rule.place = entry.place;
    rule.id = text_at(entry, "rule", true);
    for (const Rule& known : into.rules)
      if (known.id == rule.id)
        complain(entry, fmt::format("the rule '{}' is there already, at {}:{}", rule.id, known.file,
                                    known.place.line));
    if (const YamlValue* when = entry.find("when"))
      rule.when = condition_of(*when);
    else
      complain(entry, "'when' is missing here");
    for (const YamlValue& condition : list_at(entry, "unless"))
      rule.unless.push_back(condition_of(condition));
    load_words(entry, rule);
    for (const YamlValue& test : list_at(entry, "tests")) load_test(test, rule);
    const auto speaks = [](const RuleTest& test) { return test.subject.has_value(); };
    if (std::none_of(rule.tests.begin(), rule.tests.end(), speaks) ||
        std::all_of(rule.tests.begin(), rule.tests.end(), speaks))
      complain(entry,
               fmt::format("the rule '{}' needs a test in which it speaks and one in which it is silent",
                           rule.id));
    into.rules.push_back(std::move(rule));
  }

  void one_of(const YamlValue& map, std::string_view key, const std::vector<std::string_view>& known) {
    const YamlValue* value = map.find(key);
    if (value == nullptr || std::find(known.begin(), known.end(), value->scalar) != known.end()) return;
    complain(*value, fmt::format("there is no {} '{}'", key, value->scalar),
             did_you_mean(value->scalar, known));
  }

  void load_words(const YamlValue& entry, Rule& rule) {
    Match& match = rule.match;
    match.rule = rule.id;
    match.cause = text_at(entry, "cause", true);
    one_of(entry, "cause", cause_codes());
    if (const YamlValue* subject = entry.find("subject");
        subject != nullptr && is_map(*subject, "'subject' is a map")) {
      known_keys(*subject, {"kind", "value"});
      match.subject_kind = text_at(*subject, "kind", true);
      one_of(*subject, "kind", subject_kinds());
      match.subject = template_at(*subject, "value", rule, true);
    } else if (subject == nullptr) {
      complain(entry, "'subject' is missing here");
    }
    match.weight = weight_at(entry);
    match.is_symptom = switch_at(entry, "symptom").value_or(false);
    match.probe = text_at(entry, "probe");
    one_of(entry, "probe", probe_names());
    match.title = template_at(entry, "title", rule, true);
    match.summary = template_at(entry, "summary", rule, true);
    match.references = words_at(entry, "references");
    for (const YamlValue& fix : list_at(entry, "fixes")) {
      if (!is_map(fix, "a fix is a map")) continue;
      known_keys(fix, {"text", "command", "risk"});
      one_of(fix, "risk", risks());
      match.fixes.push_back({template_at(fix, "text", rule, true), template_at(fix, "command", rule),
                             text_at(fix, "risk", true)});
    }
  }

  double weight_at(const YamlValue& entry) {
    const std::string text = text_at(entry, "weight", true);
    double weight = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), weight);
    const bool is_number =
        problem == std::errc{} && end == text.data() + text.size() && weight > 0 && weight < 1;
    if (!is_number && !text.empty()) complain(*entry.find("weight"), "'weight' is a number between 0 and 1");
    return weight;
  }

  /// A text whose placeholders have to be known: those of the facts, the probes, and the groups of 'said'.
  std::string template_at(const YamlValue& map, std::string_view key, const Rule& rule,
                          bool required = false) {
    std::string text = text_at(map, key, required);
    const Result<std::vector<std::string>> used = placeholders_of(text);
    if (!used) {
      complain(*map.find(key), used.error().what);
      return text;
    }
    std::vector<std::string> known(placeholders().begin(), placeholders().end());
    for (const Pattern& pattern : {rule.when.said, rule.when.path, rule.when.address})
      if (pattern != nullptr)
        for (const auto& [group, number] : pattern->NamedCapturingGroups())
          known.push_back(group.substr(0, group.find_last_not_of("0123456789") + 1));
    for (const std::string& name : *used)
      if (std::find(known.begin(), known.end(), name) == known.end())
        complain(*map.find(key), fmt::format("there is no placeholder {{{}}}", name),
                 did_you_mean(name, known));
    return text;
  }

  void load_test(const YamlValue& entry, Rule& rule) {
    if (!is_map(entry, "a test is a map")) return;
    known_keys(entry, {"name", "trace", "said", "expect"});
    RuleTest test;
    test.place = entry.place;
    test.name = text_at(entry, "name", true);
    const std::string said = text_at(entry, "said");
    test.trace = said.empty() ? text_at(entry, "trace", true) : trace_of_words(said);
    const YamlValue* expect = entry.find("expect");
    if (expect == nullptr) {
      complain(entry, "'expect' is missing here");
    } else if (expect->kind == YamlValue::Kind::map) {
      known_keys(*expect, {"subject"});
      test.subject = text_at(*expect, "subject", true);
    } else if (expect->scalar != "silent") {
      complain(*expect, "'expect' is {subject: …} or silent");
    }
    rule.tests.push_back(std::move(test));
  }

  std::string file_;
  std::string_view text_;
  std::map<std::string, std::vector<std::string>> lists_;
  std::vector<std::string> problems_;
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
    if (Result<> added = add_rules_of_text(rules, "rules/" + std::string(file.name), file.text); !added)
      return tl::unexpected(added.error());
  return rules;
}

}  // namespace whywontitstart
