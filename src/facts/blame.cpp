#include "facts/blame.h"

#include <csignal>

#include "base/text.h"
#include "facts/waits.h"
#include "model/severity.h"

namespace whywontitstart {
namespace {

/// How a shell reports the end of a child: 128+N for signal N, see sh(1).
int shell_status(const ExitStatus& status) {
  return status.signal == Signal::none ? status.code : 128 + number(status.signal);
}

bool failed(const Process& process) { return process.exit && !process.exit->success(); }

/// Ended by a signal with which a parent or a user ends what is no longer wanted.
bool was_told_to_end(const Process& process) {
  if (!process.exit) return false;
  const int signal = number(process.exit->signal);
  return signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGPIPE;
}

/// The process on whose account `process` waits, if that one is stuck for a reason of its own.
const Process* culprit_of_wait(const Facts& facts, const Process& process, std::set<Pid>& seen) {
  for (const Pid next : waited_for(facts, process)) {
    const Process* other = facts.find(next);
    if (other == nullptr || other->exit || !seen.insert(next).second) continue;
    if (is_stuck_itself(*other) || culprit_of_wait(facts, *other, seen) != nullptr) return other;
  }
  return nullptr;
}

class Tree {
 public:
  explicit Tree(const Facts& facts) : facts_(facts) {
    for (const Process& process : facts.processes) children_[process.parent].push_back(&process);
    // What went to /dev/null was not meant to be heard.
    for (const Line& line : facts.lines)
      if (line.where != "/dev/null") spoke_[line.process].push_back(&line);
  }

  /// The child whose failure explains the end of `parent`, if one does.
  const Process* culprit(const Process& parent) const {
    const auto found = children_.find(parent.pid);
    if (found == children_.end()) return nullptr;
    const Process* last = nullptr;
    for (const Process* child : found->second)
      if (failed(*child) && (!was_told_to_end(*child) || has_its_status(parent, *child)) &&
          (last == nullptr || matters_more(parent, *child, *last)))
        last = child;
    if (last == nullptr) return failed(parent) ? nullptr : forerunner(parent, found->second);
    if (failed(parent)) return explains_failure(parent, *last) ? last : nullptr;
    return explains_silence(parent, *last, found->second) ? last : nullptr;
  }

  /// Did the process or one of its descendants complain on standard error or in a log?
  bool complained(const Process& process) const {
    const auto lines = spoke_.find(process.pid);
    if (lines != spoke_.end() &&
        std::any_of(lines->second.begin(), lines->second.end(),
                    [](const Line* line) { return sounds_like_failure(line->text); }))
      return true;
    const auto found = children_.find(process.pid);
    return found != children_.end() && std::any_of(found->second.begin(), found->second.end(),
                                                   [&](const Process* child) { return complained(*child); });
  }

 private:
  /// The last failure is what the parent ended with. One that goes on starting children, a supervisor, starts
  /// small helpers as well: there the last one that complained matters.
  bool matters_more(const Process& parent, const Process& child, const Process& than) const {
    const bool one = parent.exit || complained(child), other = parent.exit || complained(than);
    return one != other ? one : child.ended_order > than.ended_order;
  }

  /// `parent` ended as a shell does that hands on how the child ended.
  static bool has_its_status(const Process& parent, const Process& child) {
    return parent.exit && parent.exit->signal == Signal::none &&
           parent.exit->code == shell_status(*child.exit);
  }

  /// A daemon goes into the background by two forks: the child that ended well, too, when its own child was
  /// to do the work and failed later.
  const Process* forerunner(const Process& parent, const std::vector<const Process*>& children) const {
    for (const Process* child : children) {
      const Process* heir = child->exit && parent.exit && !failed(*child) ? culprit(*child) : nullptr;
      if (heir != nullptr && heir->exit && heir->ended_order > parent.ended_order) return child;
    }
    return nullptr;
  }

  /// `parent` failed, too: since the child did?
  static bool explains_failure(const Process& parent, const Process& child) {
    if (parent.exit->signal != Signal::none) return false;  // a crash is its own
    if (has_its_status(parent, child)) return true;
    // A supervisor gives its own status: then the child has to be the last thing that it did.
    constexpr std::size_t few_events = 40;
    return parent.ended_order - std::min(parent.ended_order, child.ended_order) <= few_events;
  }

  /// `parent` ended well, or still runs: was the child its real work all the same? It must be the last thing
  /// that was tried and must have ended with a complaint, or by a crash; `grep -q` in a healthy script does
  /// neither.
  bool explains_silence(const Process& parent, const Process& child,
                        const std::vector<const Process*>& siblings) const {
    const bool crashed = child.exit->signal != Signal::none;
    const bool outlived_parent = parent.exit && child.ended_order > parent.ended_order;  // a daemon
    if (!crashed && !outlived_parent && !complained(child)) return false;
    // A parent that still runs may well live with one failed child; one that starts the same again and again
    // does not.
    const auto died_likewise = [&](const Process* sibling) {
      return failed(*sibling) && sibling->executable == child.executable;
    };
    if (!parent.exit && !gave_up(child) && std::count_if(siblings.begin(), siblings.end(), died_likewise) < 2)
      return false;
    return std::none_of(siblings.begin(), siblings.end(), [&](const Process* sibling) {
      if (sibling == &child) return false;
      const bool lives = !sibling->exit;
      const bool came_later = sibling->started_order > child.ended_order && sibling->execed;
      return (lives || came_later) && (parent.exit || sibling->execed);
    });
  }

  /// A fork of the program itself that said that it cannot go on.
  bool gave_up(const Process& worker) const {
    const auto lines = spoke_.find(worker.pid);
    return !worker.execed && lines != spoke_.end() &&
           std::any_of(lines->second.begin(), lines->second.end(),
                       [](const Line* line) { return severity_of(line->text) == Severity::fatal; });
  }

  const Facts& facts_;
  std::map<Pid, std::vector<const Process*>> children_;
  std::map<Pid, std::vector<const Line*>> spoke_;
};

/// Did the target write files after the end of that child? Then the child was an attempt, as those of a build
/// tool are, and the work went on without it.
bool went_on_well(const Facts& facts, const Process& child) {
  return std::any_of(facts.opened.begin(), facts.opened.end(), [&](const OpenedFile& file) {
    return file.written && file.process == facts.blame.front() && file.order > child.ended_order;
  });
}

/// Did the target end well although it was refused the address that it wanted to serve, and said so?
bool ended_without_its_address(const Facts& facts) {
  const bool any_listens = std::any_of(facts.processes.begin(), facts.processes.end(),
                                       [](const Process& process) { return !process.listens.empty(); });
  const auto complains = [&](std::size_t line) { return !is_mild(facts.lines[line].text); };
  return facts.outcome.state == State::exited && !any_listens &&
         std::any_of(facts.failures.begin(), facts.failures.end(), [&](const Failure& failure) {
           return failure.call.name == "bind" && !failure.healed && facts.is_blamed(failure.process) &&
                  (std::any_of(failure.named_by.begin(), failure.named_by.end(), complains) ||
                   std::any_of(failure.echoed_by.begin(), failure.echoed_by.end(), complains));
         });
}

}  // namespace

void find_blame(Facts& facts) {
  facts.blame.clear();
  facts.swallowed = false;
  const Process* process = facts.target();
  if (process == nullptr) return;
  const bool target_is_well = !failed(*process);
  const Tree tree(facts);
  std::set<Pid> seen;
  while (process != nullptr && seen.insert(process->pid).second) {
    facts.blame.push_back(process->pid);
    const Process* next = tree.culprit(*process);
    if (next == nullptr && !process->exit && !is_stuck_itself(*process)) {
      std::set<Pid> looked_at = seen;
      next = culprit_of_wait(facts, *process, looked_at);
    }
    process = next;
  }
  // A target that still runs and is up is not to be blamed for a child that failed.
  const Process* last = facts.find(facts.blame.back());
  if (target_is_well && facts.blame.size() > 1 && last != nullptr && last->exit) {
    // Its workers, forks of its own that all died, are its work.
    const bool are_workers = !last->execed && last->parent == facts.blame.front() && facts.blame.size() == 2;
    if ((facts.outcome.ready && !are_workers) || went_on_well(facts, *last))
      facts.blame.resize(1);
    else
      facts.swallowed = true;
  }
  if (target_is_well && ended_without_its_address(facts)) facts.swallowed = true;
}

}  // namespace whywontitstart
