#include "rules/match.h"

#include <re2/re2.h>
#include <re2/set.h>

#include "base/text.h"
#include "model/severity.h"
#include "rules/line_files.h"
#include "rules/pattern_groups.h"
#include "rules/quoted_argument.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_lines_a_rule = 3;  // the last ones: what a program says last is nearest to its end

constexpr std::size_t longest_text = 4096;

template <typename T>
bool holds(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool found_in(const Pattern& pattern, std::string_view text) {
  return pattern == nullptr || RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern);
}

std::string program_of(const Process* process) {
  if (process == nullptr) return "the program";
  const std::string& given = process->argv.empty() ? process->executable : process->argv.front();
  const std::string_view base = base_name(given);
  return base.empty() ? "the program" : std::string(base);
}

/// What a call is about, in the placeholders of rules.
void add_values(const SyscallEvent& call, Values& values) {
  const bool is_unix = call.address.starts_with("unix:");
  const std::string path = !call.path.empty() ? call.path : is_unix ? call.address.substr(5) : std::string();
  values["syscall"] = call.name;
  values["path"] = path;
  values["other_path"] = call.other_path;
  values["base"] = std::string(base_name(path));
  values["folder"] = folder_of(path);
  values["file"] = call.file;
  values["address"] = call.address;
  values["object"] = !path.empty() ? path : !call.address.empty() ? call.address : call.file;
  const auto family = std::find_if(call.flags.begin(), call.flags.end(),
                                   [](const std::string& flag) { return flag.starts_with("AF_"); });
  if (family != call.flags.end()) values["family"] = *family;
  if (call.fd >= 0) values["fd"] = std::to_string(call.fd);
  if (const std::size_t colon = call.address.rfind(':'); !is_unix && colon != std::string::npos) {
    values["host"] = call.address.substr(0, colon);
    values["port"] = call.address.substr(colon + 1);
  }
  if (call.error != Errno::none) {
    values["errno"] = name(call.error);
    values["error_text"] = description(call.error);
  }
}

class Matcher {
 public:
  Matcher(const RuleSet& rules, const Facts& facts) : rules_(rules), facts_(facts) {}

  std::vector<Match> match() {
    find_noise();
    find_said();
    for (std::size_t at = 0; at < rules_.rules.size(); ++at) {
      const Rule& rule = rules_.rules[at];
      if (rule.when.asks_for_complaint())
        match_complaints(at, rule);
      else if (rule.when.asks_for_call())
        match_calls(at, rule);
      else if (rule.when.asks_for_line())
        match_lines(at, rule);
      else
        match_processes(rule);
    }
    return std::move(matches_);
  }

 private:
  void find_noise() {
    noise_.resize(facts_.failures.size());
    for (std::size_t at = 0; at < facts_.failures.size(); ++at) {
      const Failure& failure = facts_.failures[at];
      const bool is_complained_of =
          std::any_of(failure.named_by.begin(), failure.named_by.end(),
                      [&](std::size_t line) { return !is_mild(facts_.lines[line].text); });
      noise_[at] =
          !is_complained_of && std::any_of(rules_.noise.begin(), rules_.noise.end(), [&](const Noise& noise) {
            return call_holds(noise.when, failure) && process_holds(noise.when, failure.process);
          });
    }
  }

  /// For each rule the lines that its 'said' finds: all patterns in one pass over the text.
  void find_said() {
    said_.resize(rules_.rules.size());
    RE2::Options options;
    options.set_max_mem(64 << 20);
    options.set_log_errors(false);
    RE2::Set set(options, RE2::UNANCHORED);
    std::vector<std::size_t> owners;
    for (std::size_t at = 0; at < rules_.rules.size(); ++at) {
      const Pattern& said = rules_.rules[at].when.said;
      if (said == nullptr) continue;
      set.Add(said->pattern(), nullptr);
      owners.push_back(at);
    }
    if (owners.empty() || facts_.lines.empty() || !set.Compile()) return;
    for (std::size_t line = 0; line < facts_.lines.size(); ++line) {
      if (is_result(facts_.lines[line])) continue;
      const std::string_view text = std::string_view(facts_.lines[line].text).substr(0, longest_text);
      for (const std::size_t owner : owners_of(set, owners, text))
        if (holds(rules_.rules[owner].when.streams, facts_.lines[line].stream)) said_[owner].push_back(line);
    }
  }

  /// What diff(1) and its kin print is no word of theirs: their status is their answer.
  bool is_result(const Line& line) const {
    return line.stream == Stream::standard_output &&
           std::any_of(rules_.noise.begin(), rules_.noise.end(), [&](const Noise& noise) {
             return !noise.when.asks_for_call() && process_holds(noise.when, line.process);
           });
  }

  /// The rules whose pattern the text has.
  std::vector<std::size_t> owners_of(const RE2::Set& set, const std::vector<std::size_t>& owners,
                                     std::string_view text) const {
    std::vector<int> found;
    RE2::Set::ErrorInfo problem{};
    std::vector<std::size_t> result;
    if (set.Match(re2::StringPiece(text.data(), text.size()), &found, &problem))
      for (const int which : found) result.push_back(owners[static_cast<std::size_t>(which)]);
    else if (problem.kind != RE2::Set::kNoError)  // the automaton of all together outgrew its memory
      for (const std::size_t owner : owners)
        if (found_in(rules_.rules[owner].when.said, text)) result.push_back(owner);
    return result;
  }

  /// What the kernel did not even look at speaks for no other cause than the filter.
  static bool call_holds(const Condition& when, const Failure& failure) {
    const SyscallEvent& call = failure.call;
    const bool is_unix = call.address.starts_with("unix:/");
    const std::string& path = call.path;
    return holds(when.syscalls, call.name) && holds(when.errors, call.error) && holds(when.fds, call.fd) &&
           (when.path == nullptr || found_in(when.path, is_unix ? call.address.substr(5) : path)) &&
           found_in(when.address, call.address) && found_in(when.file, call.file) &&
           std::all_of(when.flags.begin(), when.flags.end(),
                       [&](const auto& flag) { return has(call.flags, flag); }) &&
           std::none_of(when.without_flags.begin(), when.without_flags.end(),
                        [&](const auto& flag) { return has(call.flags, flag); }) &&
           when.search.value_or(failure.is_search()) == failure.is_search() &&
           when.named.value_or(!failure.named_by.empty()) == !failure.named_by.empty() &&
           when.echoed.value_or(!failure.echoed_by.empty()) == !failure.echoed_by.empty() &&
           when.refused.value_or(false) == call.refused;
  }

  bool process_holds(const Condition& when, Pid pid) const {
    const Process* process = facts_.find(pid);
    if (!holds(when.states, facts_.outcome.state) || (when.unresolved && !is_left_without_address()))
      return false;
    if (when.program != nullptr && !found_in(when.program, program_of(process)) &&
        (process == nullptr || !found_in(when.program, base_name(process->executable))))
      return false;
    if (when.exits.empty() && when.signals.empty()) return true;
    if (process != nullptr && !when.signals.empty() &&
        std::any_of(process->signals.begin(), process->signals.end(), [&](const SignalEvent& signal) {
          return signal.ended_thread && holds(when.signals, signal.signal);
        }))
      return true;
    if (process == nullptr || !process->exit) return false;
    const ExitStatus& status = *process->exit;
    const bool has_code = status.signal == Signal::none &&
                          std::any_of(when.exits.begin(), when.exits.end(), [&](const auto& range) {
                            return range.first <= status.code && status.code <= range.second;
                          });
    const bool has_signal =
        !when.signals.empty() && status.signal != Signal::none && holds(when.signals, status.signal);
    return has_code || has_signal;
  }

  /// It asked for a host name, and tried to reach nobody but the name server.
  bool is_left_without_address() const {
    const auto is_name_server = [](const std::string& peer) { return peer.ends_with(":53"); };
    return !facts_.queried_names.empty() &&
           std::all_of(facts_.connected.begin(), facts_.connected.end(), is_name_server) &&
           std::none_of(facts_.failures.begin(), facts_.failures.end(), [&](const Failure& failure) {
             const std::string& peer = failure.call.address;
             return failure.call.name == "connect" && !peer.starts_with("unix:") && !is_name_server(peer);
           });
  }

  /// Does one of the rule's exceptions hold for what it is about to say?
  bool is_excepted(const Rule& rule, const Failure* failure, const Line* line, Pid pid,
                   const Complaint* complaint = nullptr) const {
    return std::any_of(rule.unless.begin(), rule.unless.end(), [&](const Condition& condition) {
      if (complaint != nullptr) {
        return complaint_holds(condition, *complaint) && found_in(condition.said, line->text) &&
               process_holds(condition, pid);
      }
      if (condition.asks_for_call() && (failure == nullptr || !call_holds(condition, *failure))) return false;
      if (condition.asks_for_line() && (line == nullptr || !found_in(condition.said, line->text)))
        return false;
      return process_holds(condition, pid);
    });
  }

  bool are_related(Pid one, Pid other) const { return is_ancestor(one, other) || is_ancestor(other, one); }

  bool is_ancestor(Pid older, Pid younger) const {
    for (std::size_t steps = 0; younger != Pid::none && steps <= facts_.processes.size(); ++steps) {
      if (younger == older) return true;
      const Process* process = facts_.find(younger);
      younger = process == nullptr ? Pid::none : process->parent;
    }
    return false;
  }

  void match_calls(std::size_t rule_index, const Rule& rule) {
    for (std::size_t at = 0; at < facts_.failures.size(); ++at) {
      const Failure& failure = facts_.failures[at];
      // A rule that asks for the errno in words knows what it asks for.
      if (noise_[at] && !rule.when.echoed.value_or(false)) continue;
      // What a search found in the end is not missing, whatever names it.
      if (failure.healed && !rule.when.healed && (failure.named_by.empty() || failure.is_search())) continue;
      if (!call_holds(rule.when, failure) || !process_holds(rule.when, failure.process)) continue;
      if (!rule.when.asks_for_line()) {
        if (!is_excepted(rule, &failure, nullptr, failure.process))
          add(rule, at, std::nullopt, failure.process);
        continue;
      }
      for (const std::size_t line_index : said_[rule_index]) {
        const Line& line = facts_.lines[line_index];
        if (line.order < failure.first_order || !are_related(line.process, failure.process)) continue;
        if (!is_excepted(rule, &failure, &line, failure.process)) add(rule, at, line_index, failure.process);
        break;
      }
    }
  }

  void match_lines(std::size_t rule_index, const Rule& rule) {
    const std::vector<std::size_t>& lines = said_[rule_index];
    std::vector<Match> naming, others;  // of the lines of one message, those that name the thing
    for (auto at = lines.rbegin(); at != lines.rend() && naming.size() < most_lines_a_rule; ++at) {
      const Line& line = facts_.lines[*at];
      Values names;
      if (!process_holds(rule.when, line.process) || is_excepted(rule, nullptr, &line, line.process) ||
          !add_groups(rule.when.said, line.text, names))
        continue;
      std::string argument;
      if (const Process* process = facts_.find(line.process); rule.when.quotes_argument && process != nullptr)
        argument = quoted_argument(*process, line.text);
      if (rule.when.quotes_argument && argument.empty()) continue;
      add(rule, std::nullopt, *at, line.process);
      matches_.back().values["argument"] = std::move(argument);
      const bool names_it = !fill(rule.match.subject, matches_.back().values).empty();
      (names_it ? naming : others).push_back(std::move(matches_.back()));
      matches_.pop_back();
    }
    for (Match& match : others)
      if (naming.size() < most_lines_a_rule) naming.push_back(std::move(match));
    std::move(naming.begin(), naming.end(), std::back_inserter(matches_));
  }

  /// Lines that complain of an errno: where the trace has the call itself, that one is matched instead.
  void match_complaints(std::size_t rule_index, const Rule& rule) {
    std::size_t added = 0;
    const std::vector<std::size_t>& lines = said_[rule_index];
    for (auto at = facts_.complaints.rbegin(); at != facts_.complaints.rend() && added < most_lines_a_rule;
         ++at) {
      const Line& line = facts_.lines[at->line];
      const bool speaks =
          rule.when.said == nullptr || std::binary_search(lines.begin(), lines.end(), at->line);
      if (at->traced || !speaks || is_result(line) || !complaint_holds(rule.when, *at) ||
          !process_holds(rule.when, line.process) || is_excepted(rule, nullptr, &line, line.process, &*at))
        continue;
      add(rule, std::nullopt, at->line, line.process);
      add_complaint(*at, matches_.back());
      ++added;
    }
  }

  bool complaint_holds(const Condition& when, const Complaint& complaint) const {
    const auto is_about = [&](const std::string& what) {
      if (what == "path") return !complaint.path.empty();
      if (what == "address") return !complaint.address.empty();
      return complaint.path.empty() && complaint.address.empty();
    };
    return holds(when.says, complaint.error) &&
           (when.about.empty() || std::any_of(when.about.begin(), when.about.end(), is_about)) &&
           found_in(when.path, complaint.path) && found_in(when.address, complaint.address);
  }

  /// What it complains of, in the placeholders of rules.
  static void add_complaint(const Complaint& complaint, Match& match) {
    SyscallEvent call;
    call.error = complaint.error;
    call.path = complaint.path;
    call.address = complaint.address;
    add_values(call, match.values);
    constexpr double own_words = 0.85;
    if (!complaint.exact) match.weight *= own_words;
  }

  void match_processes(const Rule& rule) {
    for (const Process& process : facts_.processes) {
      if (!rule.when.asks_for_wait()) {
        if (facts_.is_blamed(process.pid) && process_holds(rule.when, process.pid) &&
            !is_excepted(rule, nullptr, nullptr, process.pid))
          add(rule, std::nullopt, std::nullopt, process.pid);
        continue;
      }
      for (const Wait& wait : process.waits) {
        if (!waits_so(rule.when, wait) || !process_holds(rule.when, process.pid) ||
            is_excepted(rule, nullptr, nullptr, process.pid))
          continue;
        add(rule, std::nullopt, std::nullopt, process.pid);
        add_wait(wait, process.pid, matches_.back());
        break;
      }
    }
  }

  static bool waits_so(const Condition& when, const Wait& wait) {
    const SyscallEvent& call = wait.call;
    return (when.waiting.empty() || has(when.waiting, call.name)) && holds(when.waits_for, wait.on) &&
           (when.waits_for.empty() || wait.in_vain) && holds(when.fds, call.fd) &&
           found_in(when.file, call.file) && found_in(when.address, call.address) &&
           found_in(when.path, call.path) &&
           std::all_of(when.flags.begin(), when.flags.end(),
                       [&](const auto& flag) { return has(call.flags, flag); });
  }

  /// What it waits for, in the placeholders of rules, and what tells it.
  static void add_wait(const Wait& wait, Pid process, Match& match) {
    Values& values = match.values;
    add_values(wait.call, values);
    values["thing"] = wait.thing;
    values["who"] = wait.who;
    values["holder"] = wait.who;
    values["wchan"] = wait.wchan;
    const double lasts = std::chrono::duration<double>(std::max(wait.lasts, wait.call.took)).count();
    if (lasts >= 1) values["lasts"] = fmt::format("{:.0f} s", lasts);
    if (!wait.by.empty()) values["holder_pid"] = std::to_string(number(wait.by.front()));
    if (wait.on == WaitFor::connection || wait.on == WaitFor::answer) {
      const std::size_t colon = wait.thing.rfind(':');
      if (!wait.thing.starts_with("unix:") && colon != std::string::npos) {
        values["host"] = wait.thing.substr(0, colon);
        values["port"] = wait.thing.substr(colon + 1);
      }
    }
    if (!wait.call.name.empty())
      match.evidence.push_back({"syscall", to_text(wait.call), process, std::nullopt});
    for (const std::string& detail : wait.details) match.evidence.push_back({"probe", detail, process, {}});
  }

  void add(const Rule& rule, std::optional<std::size_t> failure, std::optional<std::size_t> line, Pid pid) {
    Match match = rule.match;
    match.failure = failure;
    match.line = line;
    match.process = pid;
    const Process* process = facts_.find(pid);
    Values& values = match.values;
    values["program"] = program_of(process);
    if (process != nullptr) {
      values["executable"] = process->executable;
      const bool by_path = !process->argv.empty() && process->argv.front().find('/') != std::string::npos;
      values["started_as"] =
          by_path ? absolute_path(process->cwd, process->argv.front()) : process->executable;
    }
    values["pid"] = std::to_string(number(pid));
    if (process != nullptr && process->exit) {
      values["exit"] = std::to_string(process->exit->code);
      values["signal"] = process->exit->signal == Signal::none ? "" : name(process->exit->signal);
      values["signal_text"] = process->exit->signal == Signal::none ? "" : description(process->exit->signal);
      // Of SIGSYS: which call was forbidden.
      for (const SignalEvent& signal : process->signals)
        if (signal.signal == process->exit->signal && !signal.call.empty()) values["syscall"] = signal.call;
    }
    values["refused"] = values["signal"];
    if (process != nullptr)
      for (const SignalEvent& signal : process->signals)
        if (!signal.call.empty()) values["refused"] = signal.call;
    if (failure) {
      const Failure& failed = facts_.failures[*failure];
      add_values(failed.call, values);
      values["name"] = failed.name;
      values["count"] = std::to_string(failed.count);
      values["places_count"] = std::to_string(failed.places.size());
      add_groups(rule.when.path, failed.call.path, values);
      add_groups(rule.when.address, failed.call.address, values);
    }
    if (line) {
      const std::string& text = facts_.lines[*line].text;
      values["said"] = std::string(trim(text));
      add_groups(rule.when.said, text, values);
      add_line_files(facts_, facts_.lines[*line], values);
      if (!facts_.connected.empty()) values["peer"] = facts_.connected.back();
      if (values["host"].empty() && !facts_.queried_names.empty())
        values["host"] = facts_.queried_names.back();
    }
    matches_.push_back(std::move(match));
  }

  const RuleSet& rules_;
  const Facts& facts_;
  std::vector<bool> noise_;
  std::vector<std::vector<std::size_t>> said_;
  std::vector<Match> matches_;
};

}  // namespace

bool Condition::asks_for_wait() const { return !waiting.empty() || !waits_for.empty(); }

bool Condition::asks_for_call() const {
  if (asks_for_wait()) return false;
  return !syscalls.empty() || !errors.empty() || !flags.empty() || !without_flags.empty() || !fds.empty() ||
         path != nullptr || address != nullptr || file != nullptr || search || named || echoed || refused;
}

std::vector<Match> match(const RuleSet& rules, const Facts& facts) { return Matcher(rules, facts).match(); }

}  // namespace whywontitstart
