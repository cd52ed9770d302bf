#include "facts/binding.h"

#include <cerrno>

#include "base/text.h"
#include "facts/calls.h"
#include "facts/errno_words.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_lines_a_failure = 8;
constexpr std::size_t nearest_failures =
    3;  // an errno in words means one of the last calls that came back with it

bool is_token_byte(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         std::string_view("/._-+:@[]~").find(byte) != std::string_view::npos ||
         static_cast<unsigned char>(byte) >= 0x80;
}

/// The words of a line that may be names of things, without the punctuation around them.
std::vector<std::string_view> tokens_of(std::string_view line) {
  std::vector<std::string_view> tokens;
  std::size_t start = 0;
  for (std::size_t at = 0; at <= line.size(); ++at) {
    if (at < line.size() && is_token_byte(line[at])) continue;
    std::string_view token = line.substr(start, at - start);
    start = at + 1;
    while (!token.empty() && std::string_view(".:[]-+@").find(token.back()) != std::string_view::npos)
      token.remove_suffix(1);
    while (!token.empty() && std::string_view(":[]").find(token.front()) != std::string_view::npos &&
           !token.starts_with("::"))
      token.remove_prefix(1);
    if (!token.empty()) tokens.push_back(token);
  }
  return tokens;
}

/// A word that is likely a name, not a part of a sentence: "nginx.conf", "libx.so.1", "my_module".
bool is_distinctive(std::string_view word) {
  return word.size() >= 3 && word.find_first_of("._-0123456789") != std::string_view::npos;
}

/// What a line may call the object of a failure.
std::vector<std::string> names_of(const Failure& failure) {
  std::vector<std::string> names;
  const auto add_path = [&](const std::string& path) {
    if (path.empty()) return;
    names.push_back(path);
    names.emplace_back(base_name(path));
  };
  add_path(failure.call.path);
  add_path(failure.call.other_path);
  for (const std::string& place : failure.places) add_path(place);
  if (means_absent(failure.call.error) && !failure.call.path.empty()) {
    // A file that cannot be made since its folder is missing is often told by the name of the folder.
    const std::string folder = folder_of(failure.call.path);
    if (std::count(folder.begin(), folder.end(), '/') >= 2) names.push_back(folder);
  }
  if (!failure.call.address.empty()) {
    names.push_back(failure.call.address);
    names.emplace_back(port_of(failure.call.address));
    add_path(std::string(socket_path_of(failure.call.address)));
  }
  if (failure.call.path.empty() && failure.call.file.starts_with('/')) add_path(failure.call.file);
  if (names.empty()) names.push_back(failure.call.name);  // "mlockall: Cannot allocate memory"
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// Does the token, as a path that may be relative or begin with "./", mean this path?
bool is_tail_of(std::string_view token, std::string_view path) {
  while (token.starts_with("./")) token.remove_prefix(2);
  while (token.starts_with("../")) token.remove_prefix(3);
  return token == path || (!token.empty() && path.size() > token.size() && path.ends_with(token) &&
                           path[path.size() - token.size() - 1] == '/');
}

bool is_in_quotes(std::string_view line, std::string_view token) {
  const std::size_t at = static_cast<std::size_t>(token.data() - line.data());
  const std::size_t end = at + token.size();
  constexpr std::string_view quotes = "'\"`";
  return at > 0 && end < line.size() && quotes.find(line[at - 1]) != std::string_view::npos &&
         quotes.find(line[end]) != std::string_view::npos;
}

bool follows_a_colon(std::string_view line, std::string_view token) {
  return token.data() != line.data() && *(token.data() - 1) == ':';
}

/// Shells say "name: not found", programs "name: No such file or directory".
bool starts_a_complaint(std::string_view line, std::string_view token) {
  const std::size_t end = static_cast<std::size_t>(token.data() - line.data()) + token.size();
  return line.substr(end).starts_with(": ");
}

class Binder {
 public:
  explicit Binder(Facts& facts) : facts_(facts) {
    for (std::size_t at = 0; at < facts.failures.size(); ++at) {
      const Failure& failure = facts.failures[at];
      for (std::string& name : names_of(failure))
        if (name.size() >= 2) by_name_[std::move(name)].push_back(at);
      by_errno_[number(failure.call.error)].push_back(at);
    }
  }

  void bind(std::size_t line_index) {
    const Line& line = facts_.lines[line_index];
    named_ = false;
    said_ = errnos_said(line.text);
    const std::set<int> errnos = exact_errnos();
    for (const std::string_view token : tokens_of(line.text)) {
      bind_token(line_index, token, errnos);
      // "127.0.0.1:8080", "*:6379", "app.conf:12": the parts name something, too.
      if (const std::size_t colon = token.rfind(':'); colon != std::string_view::npos) {
        bind_token(line_index, token.substr(colon + 1), errnos);
        bind_token(line_index, token.substr(0, colon), errnos);
      }
    }
    for (const int code : errnos) echo(line_index, code);
    if (errnos.empty() && !named_ && line.text.ends_with(cut_mark)) echo_unseen(line_index);
  }

 private:
  /// Those errnos of failing calls that the line at hand says exactly.
  std::set<int> exact_errnos() const {
    std::set<int> found;
    for (const SaidErrno& said : said_)
      if (said.exact && by_errno_.count(number(said.code)) != 0) found.insert(number(said.code));
    return found;
  }

  void bind_token(std::size_t line_index, std::string_view token, const std::set<int>& errnos) {
    const std::string_view path_like = token.find('/') == std::string_view::npos ? token : base_name(token);
    for (const std::string& name : {std::string(token), std::string(path_like)}) {
      const auto found = by_name_.find(name);
      if (found == by_name_.end()) continue;
      for (const std::size_t at : found->second)
        if (names(facts_.failures[at], facts_.lines[line_index], token, errnos)) add_name(at, line_index);
      if (token == path_like) break;
    }
  }

  bool names(const Failure& failure, const Line& line, std::string_view token,
             const std::set<int>& errnos) const {
    if (line.order < failure.first_order || says_another(line, failure.call.error)) return false;
    const bool says_errno = errnos.count(number(failure.call.error)) != 0;
    if (token == port_of(failure.call.address))
      return says_errno || follows_a_colon(line.text, token) || contains_word(lower(line.text), "port");
    if (token.find('/') != std::string_view::npos) {
      const auto is_meant = [&](const std::string& path) { return is_tail_of(token, path); };
      return is_meant(failure.call.path) || is_meant(failure.call.other_path) ||
             is_meant(failure.call.file) || token == failure.call.address ||
             token == socket_path_of(failure.call.address) ||
             (token == folder_of(failure.call.path) && may_say(failure.call.error)) ||
             std::any_of(failure.places.begin(), failure.places.end(), is_meant);
    }
    return is_distinctive(token) || is_in_quotes(line.text, token) ||
           (says_errno && starts_a_complaint(line.text, token) && !is_own_name(line, token));
  }

  /// The line says in the C library's words that something else went wrong with what it names.
  bool says_another(const Line& line, Errno error) const {
    const auto in_words = [&](const SaidErrno& said) {
      return said.exact && !std::isdigit(static_cast<unsigned char>(line.text[said.begin]));
    };
    return std::any_of(said_.begin(), said_.end(), in_words) &&
           std::none_of(said_.begin(), said_.end(),
                        [&](const SaidErrno& said) { return said.code == error; });
  }

  /// The line says this errno in some words, or none at all.
  bool may_say(Errno error) const {
    return said_.empty() ||
           std::any_of(said_.begin(), said_.end(), [&](const SaidErrno& said) { return said.code == error; });
  }

  /// "bash: /etc/app.conf: Permission denied" does not speak of bash.
  bool is_own_name(const Line& line, std::string_view token) const {
    const Process* process = facts_.find(line.process);
    return token.data() == line.text.data() && process != nullptr &&
           (token == base_name(process->executable) ||
            (!process->argv.empty() && token == base_name(process->argv.front())));
  }

  void add_name(std::size_t failure, std::size_t line) {
    named_ = true;
    std::vector<std::size_t>& lines = facts_.failures[failure].named_by;
    if (lines.empty() || lines.back() != line) {
      if (lines.size() >= most_lines_a_failure) lines.erase(lines.begin() + 1);
      lines.push_back(line);
    }
  }

  void echo(std::size_t line_index, int code) {
    const Line& line = facts_.lines[line_index];
    const std::vector<std::size_t>& candidates = by_errno_.at(code);
    // Failures are in their order: those before the line are a prefix.
    auto end = std::partition_point(candidates.begin(), candidates.end(),
                                    [&](std::size_t at) { return facts_.failures[at].order < line.order; });
    for (std::size_t taken = 0; end != candidates.begin() && taken < nearest_failures; ++taken) {
      --end;
      std::vector<std::size_t>& lines = facts_.failures[*end].echoed_by;
      if (lines.size() < most_lines_a_failure) lines.push_back(line_index);
    }
  }

  /// A line whose end is not known, and which says no errno before, most likely does in the rest: that of
  /// what failed right before it.
  void echo_unseen(std::size_t line_index) {
    constexpr Order right_before = 12;
    constexpr std::size_t most_beside = 2;  // a longer search is told by what was looked for
    const Line& line = facts_.lines[line_index];
    auto failure = std::partition_point(facts_.failures.begin(), facts_.failures.end(),
                                        [&](const Failure& one) { return one.order < line.order; });
    while (failure != facts_.failures.begin()) {
      --failure;
      if (failure->order + right_before < line.order) return;
      if (failure->process != line.process) continue;
      // Translations of the message itself are looked for in between.
      if (failure->healed || failure->call.path.ends_with(".mo") || failure->call.path.empty() ||
          failure->places.size() > most_beside)
        continue;
      failure->echoed_by.push_back(line_index);
      return;
    }
  }

  Facts& facts_;
  bool named_ = false;           ///< the line at hand names a failure
  std::vector<SaidErrno> said_;  ///< the errnos that it says, in whatever words
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
  std::map<int, std::vector<std::size_t>> by_errno_;
};

}  // namespace

void bind_text_to_failures(Facts& facts) {
  Binder binder(facts);
  for (std::size_t line = 0; line < facts.lines.size(); ++line) binder.bind(line);
}

}  // namespace whywontitstart
