#include "report/redact.h"

#include "base/text.h"
#include "report/secrets.h"

namespace whywontitstart {
namespace {

using Visit = std::function<void(std::string&)>;

void visit(std::vector<std::string>& texts, const Visit& on_text) {
  for (std::string& text : texts) on_text(text);
}

void visit(SyscallEvent& call, const Visit& on_text) {
  visit(call.arguments, on_text);
  for (std::string* text : {&call.file, &call.path, &call.other_path, &call.address, &call.data})
    on_text(*text);
}

void visit(Failure& failure, const Visit& on_text) {
  visit(failure.call, on_text);
  visit(failure.places, on_text);
  on_text(failure.name);
  on_text(failure.healed_by);
}

void visit(Finding& finding, const Visit& on_text) {
  for (std::string* text : {&finding.subject.value, &finding.title, &finding.summary}) on_text(*text);
  for (Evidence& evidence : finding.evidence) on_text(evidence.text);
  for (Fix& fix : finding.fixes) {
    on_text(fix.text);
    on_text(fix.command);
  }
  visit(finding.references, on_text);
}

/// Every text of a report that comes from outside: the program, its files, the machine; not its own names
/// (cause codes, ids, kinds), and not the environment, which has a syntax of its own.
void visit(Report& report, const Visit& on_text) {
  Target& target = report.target;
  visit(target.argv, on_text);
  for (std::string* text : {&target.executable, &target.cwd, &target.identity.user, &target.identity.home,
                            &target.identity.shell})
    on_text(*text);
  for (Finding& finding : report.findings) visit(finding, on_text);
  for (CheckResult& check : report.checks) {
    on_text(check.summary);
    for (auto& [label, value] : check.details) {
      on_text(label);
      on_text(value);
    }
  }
  for (Process& process : report.processes) {
    on_text(process.executable);
    visit(process.argv, on_text);
    for (Wait& wait : process.waits) {
      visit(wait.call, on_text);
      for (std::string* text : {&wait.thing, &wait.who}) on_text(*text);
      visit(wait.details, on_text);
      visit(wait.listens, on_text);
    }
    visit(process.listens, on_text);
  }
  if (report.trace.last_failing) visit(*report.trace.last_failing, on_text);
  visit(report.trace.tail, on_text);
  on_text(report.stderr_tail);
  for (LogTail& log : report.logs) {
    on_text(log.path);
    on_text(log.tail);
  }
  visit(report.ruled_out, on_text);
  visit(report.not_looked_at, on_text);
}

/// As the value stands in a C string: what strace(1) and JSON make of it.
std::string with_escapes(std::string_view value) {
  std::string result;
  for (const char byte : value) {
    if (byte == '"' || byte == '\\') result += '\\';
    if (byte == '\n')
      result += "\\n";
    else if (byte == '\t')
      result += "\\t";
    else
      result += byte;
  }
  return result;
}

/// As it stands in an address, see RFC 3986.
std::string with_percents(std::string_view value) {
  std::string result;
  for (const char byte : value) {
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                       (byte >= 'A' && byte <= 'Z') ||
                       std::string_view("-._~").find(byte) != std::string_view::npos;
    result += plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
  }
  return result;
}

bool is_plain_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return byte >= 'a' && byte <= 'z'; });
}

/// Length of what the two have in common from their beginnings.
std::size_t common_length(std::string_view one, std::string_view other) {
  return static_cast<std::size_t>(std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first -
                                  one.begin());
}

/// A part of a text that is to be replaced.
struct Place {
  std::size_t start = 0;
  std::size_t length = 0;
  std::string_view secret;
};

/// Collects the secrets of a report, then replaces them.
class Mask {
 public:
  /// A word that the report shows anyway. A password that is the user's name cannot be told from it, and to
  /// mask it wherever it stands would take the diagnosis away.
  void learn_public(std::string_view word) { public_.emplace(word); }

  /// A secret that was recognised by its name, its place or its shape. The same under other spellings is no
  /// other one.
  void learn(std::string_view secret) {
    if (secret.empty() || secret_of_.find(secret) != secret_of_.end()) return;
    std::string in_shell = shell_quoted(secret);
    if (in_shell.size() > secret.size()) in_shell = in_shell.substr(1, in_shell.size() - 2);
    for (const std::string& spelling :
         {std::string(secret), with_escapes(secret), with_percents(secret), in_shell})
      secret_of_.emplace(spelling, secret);
  }

  void learn_from(std::string_view text) {
    for (const std::string_view secret : secrets_in(text)) learn(secret);
  }

  /// Masks what is known, and `shown`: parts of `text` that are secrets where they stand.
  void apply(std::string& text, const std::vector<std::string_view>& shown) {
    std::vector<Place> places;
    for (const std::string_view secret : shown)
      places.push_back({static_cast<std::size_t>(secret.data() - text.data()), secret.size(), secret});
    for (const auto& [spelling, secret] : secret_of_)
      if (is_telling(secret)) add_places(text, spelling, places);
    if (places.empty()) return;

    // From left to right; of two that begin together the longer one, and none inside another.
    std::sort(places.begin(), places.end(), [](const Place& one, const Place& other) {
      return one.start != other.start ? one.start < other.start : one.length > other.length;
    });
    std::string result;
    std::size_t done = 0;
    for (const Place& place : places) {
      const std::size_t end = place.start + place.length;
      if (end <= done) continue;
      if (place.start >= done) {  // else: it goes on where the one before ended, under that one's stand-in
        result.append(text, done, place.start - done);
        result += stand_in_of(place.secret);
        ++masked_;
      }
      done = end;
    }
    result.append(text, done);
    text = std::move(result);
  }

  std::size_t masked() const { return masked_; }

 private:
  /// Long or mixed enough not to be a word that stands in the report for another reason.
  bool is_telling(const std::string& secret) const {
    return secret.size() >= (is_plain_word(secret) ? 8U : 5U) && public_.find(secret) == public_.end();
  }

  /// Where a known secret stands, also one that is cut off: strings of a trace and ends of logs are.
  void add_places(std::string_view text, std::string_view spelling, std::vector<Place>& places) const {
    constexpr std::size_t enough = 10;
    const bool is_long = spelling.size() >= enough + 2;
    const std::string_view start = spelling.substr(0, is_long ? enough : spelling.size());
    for (std::size_t at = text.find(start); at != std::string_view::npos; at = text.find(start, at)) {
      const std::size_t length = common_length(text.substr(at), spelling);
      if (is_long || stands_alone(text, at, length)) places.push_back({at, length, spelling});
      at += length;
    }
    for (std::size_t cut = 1; is_long && cut + enough <= spelling.size(); ++cut)
      if (text.starts_with(spelling.substr(cut))) places.push_back({0, spelling.size() - cut, spelling});
  }

  /// A short secret is only looked for as a word of its own.
  static bool stands_alone(std::string_view text, std::size_t at, std::size_t length) {
    const auto joins = [](char byte) {
      return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
             byte == '_';
    };
    const std::size_t end = at + length;
    const bool after_escape = at >= 2 && text[at - 2] == '\\';  // "\nhunter2": the n is no part of the word
    const bool starts = at == 0 || !joins(text[at - 1]) || !joins(text[at]) || after_escape;
    return starts && (end == text.size() || !joins(text[end]) || !joins(text[end - 1]));
  }

  /// Numbers are given in the order in which a reader meets the secrets.
  std::string stand_in_of(std::string_view found) {
    const auto known = secret_of_.find(found);
    const std::string secret(known != secret_of_.end() ? std::string_view(known->second) : found);
    const auto [entry, is_new] = numbers_.emplace(secret, numbers_.size() + 1);
    return fmt::format("‹secret-{}›", entry->second);
  }

  std::map<std::string, std::string, std::less<>> secret_of_;  ///< by spelling
  std::map<std::string, std::size_t> numbers_;
  std::set<std::string, std::less<>> public_;
  std::size_t masked_ = 0;
};

/// The value of "NAME=value" where the name says that it is a secret. Unlike in other text, all of it counts.
std::string_view secret_of_variable(std::string_view variable) {
  const std::size_t equals = variable.find('=');
  if (equals == std::string_view::npos || !names_a_secret(variable.substr(0, equals))) return {};
  const std::string_view value = variable.substr(equals + 1);
  return may_be_secret(value) ? value : std::string_view();
}

void learn_secrets(Report& report, Mask& mask) {
  for (const std::string& variable : report.target.environment) mask.learn(secret_of_variable(variable));
  for (const std::string_view secret : secrets_in(report.target.argv)) mask.learn(secret);
  for (const Process& process : report.processes)
    for (const std::string_view secret : secrets_in(process.argv)) mask.learn(secret);
  for (const std::string& variable : report.target.environment) mask.learn_from(variable);
  visit(report, [&](std::string& text) { mask.learn_from(text); });
}

void learn_public_words(const Report& report, Mask& mask) {
  const auto learn = [&](std::string_view path) {
    for (const std::string_view piece : split(path, '/')) mask.learn_public(piece);
  };
  const Target& target = report.target;
  for (const std::string& text : {target.executable, target.cwd, target.identity.user, target.identity.home})
    learn(text);
  for (const Finding& finding : report.findings)
    if (finding.subject.kind == "path" || finding.subject.kind == "user") learn(finding.subject.value);
  for (const Process& process : report.processes) {
    learn(process.executable);
    if (!process.argv.empty()) learn(process.argv.front());
  }
  static constexpr std::string_view names[] = {"user", "username", "db", "database", "host", "logname"};
  for (const std::string& variable : target.environment) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = lower(variable.substr(0, equals));
    if (std::any_of(std::begin(names), std::end(names),
                    [&](std::string_view ending) { return name.ends_with(ending); }))
      mask.learn_public(std::string_view(variable).substr(equals + 1));
  }
}

/// A word of a command line that is a secret for its place is masked there even when it is too short to be
/// looked for elsewhere.
void mask_argv(std::vector<std::string>& argv, Mask& mask) {
  const std::vector<std::string> before = argv;
  const std::vector<std::string_view> secrets = secrets_in(before);
  for (std::size_t at = 0; at < argv.size(); ++at) {
    std::vector<std::string_view> here;
    const std::less<> before_in_memory;
    for (const std::string_view secret : secrets) {
      const char* start = before[at].data();
      const bool inside = !before_in_memory(secret.data(), start) &&
                          before_in_memory(secret.data(), start + before[at].size());
      if (inside)
        here.push_back(std::string_view(argv[at]).substr(static_cast<std::size_t>(secret.data() - start),
                                                         secret.size()));
    }
    mask.apply(argv[at], here);
  }
}

}  // namespace

Report redacted(const Report& original) {
  Report report = original;
  Mask mask;
  learn_secrets(report, mask);
  learn_public_words(report, mask);
  mask_argv(report.target.argv, mask);
  for (Process& process : report.processes) mask_argv(process.argv, mask);
  visit(report, [&](std::string& text) { mask.apply(text, secrets_in(text)); });
  report.masked = original.masked + mask.masked();
  // No format shows the environment, so it is not counted.
  for (std::string& variable : report.target.environment) {
    const std::string_view secret = secret_of_variable(variable);
    mask.apply(variable, secret.empty() ? secrets_in(variable) : std::vector<std::string_view>{secret});
  }
  return report;
}

}  // namespace whywontitstart
