#include "diagnosis/missed.h"

#include "base/text.h"
#include "diagnosis/words.h"

namespace whywontitstart {
namespace {

using Kind = Expectation::Kind;

constexpr double certain = 0.93;          // both addresses are known
constexpr double told_by_its_end = 0.75;  // … unless something explains the end
constexpr double told_by_time = 0.6;      // a symptom: what keeps it busy or waiting is the cause

std::vector<std::string> living_listeners(const Facts& facts) {
  std::vector<std::string> addresses;
  for (const Process& process : facts.processes)
    if (!process.exit) addresses.insert(addresses.end(), process.listens.begin(), process.listens.end());
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

std::string_view port_in(std::string_view address) {
  return address.starts_with("unix:") ? address : address.substr(address.rfind(':') + 1);
}

/// The one that is most like what was expected: the right port of another address, else any of the same sort.
std::string nearest(const std::vector<std::string>& addresses, const std::string& wanted) {
  const bool wants_path = wanted.front() == '/' || wanted.front() == '@';
  const auto rank = [&](const std::string& address) {
    if (address.starts_with("unix:") != wants_path) return 2;
    return port_in(address) == port_in(wanted) ? 0 : 1;
  };
  return *std::min_element(
      addresses.begin(), addresses.end(),
      [&](const std::string& one, const std::string& other) { return rank(one) < rank(other); });
}

/// The word that a person would have to change: of an address that differs in its host the host, else the
/// port.
std::string decisive_part(std::string_view actual, std::string_view wanted) {
  if (actual.starts_with("unix:")) return std::string(actual.substr(5));
  if (port_in(actual) != port_in(wanted)) return std::string(port_in(actual));
  return std::string(actual.substr(0, actual.rfind(':')));
}

std::optional<std::string> line_of_file(const Host& host, const std::string& path, const std::string& word) {
  constexpr std::size_t largest = 256U << 10;
  const Result<std::string> text = host.read(path, largest);
  if (!text || text->find('\0') != std::string::npos) return std::nullopt;
  std::size_t number = 0;
  for (const std::string_view line : split(*text, '\n')) {
    ++number;
    const std::string_view words = trim(line);
    const bool is_comment = words.starts_with('#') || words.starts_with("//") || words.starts_with(';');
    if (!is_comment && contains_word(words, word))
      return fmt::format("{}:{} says: {}", path, number, words.substr(0, 200));
  }
  return std::nullopt;
}

/// Where it has its address from: its command line, its environment, a file that it read.
std::optional<std::string> where_from(const Target& target, const Facts& facts, const Host& host,
                                      const std::string& word) {
  for (std::size_t at = 1; at < target.argv.size(); ++at)
    if (contains_word(target.argv[at], word)) return "its command line says: " + join(target.argv, " ");
  for (const std::string& variable : target.environment)
    if (const std::size_t equals = variable.find('=');
        equals != std::string::npos && contains_word(std::string_view(variable).substr(equals + 1), word))
      return "its environment says: " + variable;
  for (const OpenedFile& file : facts.opened)
    if (std::optional<std::string> line = line_of_file(host, file.path, word)) return line;
  return std::nullopt;
}

Candidate candidate(std::string cause, const Facts& facts, double weight, bool is_symptom) {
  Candidate made;
  made.match.cause = std::move(cause);
  made.match.rule = "expected";
  made.match.weight = weight;
  made.match.is_symptom = is_symptom;
  if (!facts.blame.empty()) made.match.process = facts.blame.back();
  return made;
}

void add_evidence(Candidate& candidate, std::string kind, std::string text) {
  candidate.probed.push_back({std::move(kind), std::move(text), Pid::none, {}});
}

Candidate wrong_address(const Target& target, const Facts& facts, const Host& host, const Expectation& missed,
                        const std::vector<std::string>& addresses) {
  const std::string actual = nearest(addresses, missed.value);
  const bool is_unix = actual.starts_with("unix:");
  Candidate made = candidate("ready.wrong-address", facts, certain, false);
  Match& match = made.match;
  match.subject_kind = is_unix ? "path" : "port";
  match.subject = "{address}";
  match.title = "It listens elsewhere";
  match.summary = "{program} is up, but listens on {address}, not on {wanted}";
  match.values = {{"program", program_name(target, facts)},
                  {"address", is_unix ? actual.substr(5) : actual},
                  {"wanted", missed.value}};
  if (addresses.size() > 1) add_evidence(made, "trace", "it listens on " + join(addresses, ", "));
  const std::optional<std::string> place =
      where_from(target, facts, host, decisive_part(actual, missed.value));
  if (place) add_evidence(made, "probe", *place);
  match.fixes = {
      {place ? "change it there" : "change the address in its configuration or on its command line", "",
       "safe"},
      {"or let its clients, and whoever checks it, use {address}", "", "changes-system"}};
  match.references = {"bind(2)", "listen(2)"};
  return made;
}

bool lives_on(const Process& process) { return !process.exit; }

Candidate ended_early(const Target& target, const Facts& facts, const Expectation& missed) {
  const auto alive = std::find_if(facts.processes.begin(), facts.processes.end(), lives_on);
  Candidate made = candidate("ready.exited-early", facts, told_by_its_end, true);
  Match& match = made.match;
  match.subject_kind = "process";
  match.subject = "{program}";
  match.values = {{"program", program_name(target, facts)},
                  {"time", time_words(facts.outcome.duration)},
                  {"wanted", to_text(missed)}};
  match.references = {"daemon(7)"};
  if (alive != facts.processes.end()) {
    match.title = "It went into the background";
    match.summary =
        "{program} went into the background: the process that was started ended well after {time}, and "
        "{wanted} did "
        "not come true";
    add_evidence(made, "trace",
                 fmt::format("process {} lives on: {}", number(alive->pid), join(alive->argv, " ")));
    match.fixes = {
        {"let it stay in the foreground, with an option such as --foreground, --nodaemon or -F", "", "safe"},
        {"in a systemd unit take Type=forking, and tell the PID file if it writes one", "",
         "changes-system"}};
  } else {
    match.title = "It ended too early";
    match.summary = "{program} ended well after {time}, before {wanted} came true";
    match.fixes = {{"see whether it needs an option, or a subcommand, to run as a server", "", "safe"}};
  }
  return made;
}

std::string what_is_missing(const Expectation& missed) {
  switch (missed.kind) {
    case Kind::listen:
      return "it did not listen on " + missed.value;
    case Kind::file:
      return "it did not make " + missed.value;
    case Kind::exit:
      return "it did not end";
    case Kind::notify:
      break;
  }
  return "it did not say that it is ready (READY=1)";
}

std::vector<Fix> fixes_of(const Expectation& missed) {
  std::vector<Fix> fixes;
  if (missed.kind == Kind::notify)
    fixes = {{"turn its support for systemd on, if it has an option for that (supervised, --systemd), or a "
              "library "
              "for it was left out when it was built",
              "", "safe"},
             {"or do not wait for it: Type=exec in its unit", "", "changes-system"}};
  if (missed.kind == Kind::file)
    fixes = {
        {"see whether its configuration names this very path, and whether it may write there", "", "safe"}};
  return fixes;
}

Candidate not_in_time(const Target& target, const Facts& facts, const Expectation& missed) {
  const std::vector<std::string> addresses = living_listeners(facts);
  Candidate made = candidate("ready.timeout", facts, told_by_time, true);
  Match& match = made.match;
  match.subject_kind = missed.kind == Kind::file ? "path" : "process";
  match.subject = missed.kind == Kind::file ? "{path}" : "{program}";
  match.title = "It was not ready in time";
  match.summary = addresses.empty()
                      ? "{program} runs, but {missing} within {time}"
                      : "{program} runs and listens on {addresses}, but {missing} within {time}";
  match.values = {{"program", program_name(target, facts)},
                  {"path", missed.value},
                  {"missing", what_is_missing(missed)},
                  {"addresses", join(addresses, ", ")},
                  {"time", time_words(facts.outcome.duration)}};
  if (missed.kind == Kind::file) match.probe = "path";
  match.fixes = fixes_of(missed);
  if (!facts.outcome.settled)
    match.fixes.push_back({"it may only need longer: give it more time with --timeout", "", "safe"});
  match.references = {missed.kind == Kind::notify ? "sd_notify(3)" : "systemd.service(5)"};
  return made;
}

}  // namespace

std::optional<Candidate> about_missed(const Target& target, const Facts& facts, const Host& host) {
  const Outcome& outcome = facts.outcome;
  if (outcome.missed.empty()) return std::nullopt;
  const Expectation& missed = outcome.missed.front();
  const bool ended_well = outcome.state == State::exited && outcome.status.success();
  if (outcome.state != State::running && outcome.state != State::hung && !ended_well) return std::nullopt;
  const std::vector<std::string> addresses = living_listeners(facts);
  if (missed.kind == Kind::listen && !addresses.empty())
    return wrong_address(target, facts, host, missed, addresses);
  if (!ended_well) return not_in_time(target, facts, missed);
  if (missed.kind == Kind::exit) return std::nullopt;
  return ended_early(target, facts, missed);
}

}  // namespace whywontitstart
