#include "diagnosis/waits.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

/// The words for one kind of wait, with the placeholders of rules.
struct Words {
  WaitFor on;
  std::string_view rule;
  std::string_view cause;
  std::string_view subject_kind;
  std::string_view subject;
  double weight;
  std::string_view title;
  std::string_view summary;
  Fix fix;
  std::string_view reference;
};

const std::vector<Words>& all_words() {
  static const std::vector<Words> words = {
      {WaitFor::processor,
       "computes-without-end",
       "hang.busy-loop",
       "process",
       "{program}",
       0.75,
       "It computes and does nothing else",
       "{program} uses all the processor time that it gets ({busy} %) and asks the system for nothing{? "
       "since {quiet}}: "
       "it "
       "runs in a loop, or has very much to compute",
       {"see where it is, several times", "gdb -p {pid} -batch -ex 'thread apply all bt'", "safe"},
       "proc_pid_stat(5)"},
      {WaitFor::continuation,
       "is-stopped",
       "hang.stopped",
       "process",
       "{program}",
       0.9,
       "It is stopped",
       "{program} is stopped{?: it uses the terminal {thing} from the background}, by job control or a "
       "signal "
       "such as SIGSTOP",
       {"let it go on", "kill -CONT {pid}", "safe"},
       "signal(7)"},
      {WaitFor::debugger,
       "is-held-by-a-tracer",
       "hang.stopped",
       "process",
       "{program}",
       0.9,
       "A debugger holds it",
       "{program} is held by a debugger{?: {who} traces it}",
       {"let that one go on, or end it", "", "changes-system"},
       "ptrace(2)"},
      {WaitFor::reaper,
       "is-dead",
       "hang.child",
       "process",
       "{who}",
       0.9,
       "It is dead already",
       "{program} is dead already: {who}, its parent, has not asked for its exit status",
       {"look at why that one does not: a process that is dead takes nothing but its number", "", "safe"},
       "wait(2)"},
      {WaitFor::child,
       "waits-for-child",
       "hang.child",
       "process",
       "{thing}",
       0.85,
       "It waits for a child",
       "{program} waits for its child {thing} to end, and that one does not",
       {"see what the child does", "whywontitstart -p {holder_pid}", "safe"},
       "wait(2)"},
      {WaitFor::pipe,
       "waits-for-pipe",
       "hang.deadlock",
       "process",
       "{program}",
       0.8,
       "It waits for the other end of a pipe",
       "{program} waits at a pipe for {who}, which does not use it either",
       {"see who has the pipe open", "fuser -v /proc/{pid}/fd/{fd}", "safe"},
       "pipe(7)"},
  };
  return words;
}

std::string program_of(const Process& process) {
  const std::string& given = process.argv.empty() ? process.executable : process.argv.front();
  const std::string_view base = base_name(given);
  return base.empty() ? "the program" : std::string(base);
}

std::string seconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.0f} s", std::chrono::duration<double>(time).count());
}

Match match_of(const Words& words, const Process& process, const Wait& wait, const Outcome& outcome) {
  Match match;
  match.rule = words.rule;
  match.cause = words.cause;
  match.subject_kind = words.subject_kind;
  match.subject = words.subject;
  match.title = words.title;
  match.summary = words.summary;
  match.fixes = {words.fix};
  match.references = {std::string(words.reference)};
  match.weight = words.weight;
  match.process = process.pid;
  Values& values = match.values;
  values["program"] = program_of(process);
  values["pid"] = std::to_string(number(process.pid));
  values["thing"] = wait.thing;
  values["who"] = wait.who;
  values["fd"] = std::to_string(wait.call.fd);
  values["busy"] = fmt::format("{:.0f}", wait.busy * 100);
  const TraceTime quiet = outcome.duration - std::max(process.last_call, process.started);
  if (quiet >= std::chrono::seconds(1)) values["quiet"] = seconds(quiet);
  if (!wait.by.empty()) values["holder_pid"] = std::to_string(number(wait.by.front()));
  if (!wait.call.name.empty()) match.evidence.push_back({"syscall", to_text(wait.call), process.pid, {}});
  if (wait.on == WaitFor::processor)
    match.evidence.push_back(
        {"probe",
         fmt::format("thread {} uses {:.0f} % of a processor", number(wait.thread), wait.busy * 100),
         process.pid,
         {}});
  for (const std::string& detail : wait.details) match.evidence.push_back({"probe", detail, process.pid, {}});
  return match;
}

}  // namespace

std::vector<Match> matches_of_waits(const Facts& facts) {
  std::vector<Match> matches;
  if (facts.outcome.state != State::hung) return matches;
  for (const Process& process : facts.processes) {
    std::set<WaitFor> told;
    for (const Wait& wait : process.waits)
      for (const Words& words : all_words())
        if (wait.in_vain && !process.exit && wait.on == words.on && told.insert(wait.on).second)
          matches.push_back(match_of(words, process, wait, facts.outcome));
  }
  return matches;
}

std::string words_of_work(const Process& process) {
  if (!process.listens.empty())
    return fmt::format("waits for work: it listens on {}", join(process.listens, ", "));
  if (process.waits.empty()) return "runs; nothing stands in its way";
  const Wait* wait = &process.waits.front();
  for (const Wait& other : process.waits)
    if (other.thread == process.pid) wait = &other;
  const std::string who = wait->who.empty() ? wait->thing : wait->who;
  switch (wait->on) {
    case WaitFor::child:
      return fmt::format("waits for its child {}, which runs", who);
    case WaitFor::answer:
      return fmt::format("waits for data from {}", wait->thing);
    case WaitFor::pipe:
      return who.empty() ? "waits for data through a pipe"
                         : fmt::format("waits for data from {}, through a pipe", who);
    case WaitFor::time:
      return "sleeps for a time that it chose itself";
    case WaitFor::thread:
      return "waits for work: its main thread waits for its others";
    case WaitFor::processor:
      return "is at work";
    default:
      break;
  }
  if (wait->state == 'R') return "is at work";
  return wait->call.name.empty() ? "runs; nothing stands in its way"
                                 : fmt::format("waits for work in {}", wait->call.name);
}

}  // namespace whywontitstart
