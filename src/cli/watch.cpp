#include "cli/watch.h"

#include "cli/idleness.h"
#include "host/listeners.h"
#include "host/waits.h"
#include "launch/expect.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;
using Kind = Expectation::Kind;

constexpr auto quiet = 800ms;       // without news for so long: it has done what it had to do
constexpr auto long_enough = 10s;   // it has been up for so long: what it still says does not count
constexpr auto between_looks = 2s;  // at the machine's sockets, which takes a while on a big one

bool is_same_file(const FileStatus& one, const FileStatus& other) {
  return one.device == other.device && one.inode == other.inode && one.size == other.size;
}

}  // namespace

Result<Watch> Watch::over(const FactBuilder& facts, Target& target, const Host& host) {
  Watch watch(facts, target, host);
  for (const Expectation& expectation : target.expected) {
    if (expectation.kind == Kind::file) {
      const Result<FileStatus> status = host.status(expectation.value);
      watch.before_[expectation.value] = status ? std::optional(*status) : std::nullopt;
    }
    if (expectation.kind != Kind::notify || watch.notify_ || variable(target.environment, "NOTIFY_SOCKET"))
      continue;
    Result<NotifySocket> socket = NotifySocket::make(target.identity);
    if (!socket) return tl::unexpected(socket.error());
    watch.notify_.emplace(std::move(*socket));
    target.environment.push_back("NOTIFY_SOCKET=" + watch.notify_->path());
    watch.remarks_.emplace_back("NOTIFY_SOCKET was set for the program, to a socket of this tool");
  }
  return watch;
}

void Watch::saw(const Event& event) {
  // A server that is up looks at this and that from time to time. What fails, is said, begins or ends is
  // news.
  const auto* call = std::get_if<SyscallEvent>(&event.what);
  if (call == nullptr || call->error != Errno::none || !call->data.empty() || call->name == "listen")
    last_news_ = Clock::now();
}

bool Watch::has_seen_enough() {
  const Clock::time_point now = Clock::now();
  bool is_up = facts_->looks_ready();
  if (!target_->expected.empty())
    // All of them are asked: what came true once counts, even if the others come true later.
    is_up = std::count_if(target_->expected.begin(), target_->expected.end(),
                          [&](const Expectation& one) { return !is_met(one); }) == 0;
  if (!is_up) came_true_.reset();
  if (!is_up) return false;
  if (!came_true_) came_true_ = now;
  return now - last_news_ > quiet || now - *came_true_ > long_enough;
}

bool Watch::has_settled(const std::function<std::vector<Event>()>& waits) {
  const auto silence = Clock::now() - last_news_;
  if (silence < quiet) return false;
  if (!target_->expected.empty() && !tells_waits_) return false;
  std::vector<Event> events = waits();
  waits_.clear();
  for (Event& event : events) {
    explain_wait(*host_, event.process, event.thread, std::get<WaitEvent>(event.what));
    waits_.push_back(std::get<WaitEvent>(event.what));
  }
  if (!target_->expected.empty()) return false;
  const Idleness idleness = idleness_of(events);
  serves_ = idleness.serves;
  settled_ = idleness.serves || (idleness.proves_itself_after && silence >= *idleness.proves_itself_after);
  return settled_;
}

void Watch::judge(Outcome& outcome) {
  outcome.missed.clear();
  const auto ends_so = [&](const Expectation& one) {
    return one.kind == Kind::exit && outcome.state == State::exited &&
           one.value == std::to_string(outcome.status.code);
  };
  const std::vector<Expectation>& expected = target_->expected;
  const bool ended_as_expected = std::any_of(expected.begin(), expected.end(), ends_so);
  bool stays_up = expected.empty();
  for (const Expectation& one : expected) {
    const bool met = one.kind == Kind::exit ? ended_as_expected : is_met(one);
    if (!met) outcome.missed.push_back(one);
    stays_up = stays_up || one.kind != Kind::exit;
  }
  outcome.ready = expected.empty() ? facts_->looks_ready() || serves_ : stays_up && outcome.missed.empty();
  outcome.settled = settled_;
}

/// An exit status is known only when the program has ended, and then the watching ends by itself.
bool Watch::is_met(const Expectation& expectation) {
  switch (expectation.kind) {
    case Kind::listen:
      return listens(expectation);
    case Kind::file:
      if (appeared(expectation.value)) met_.insert(to_text(expectation));
      break;
    case Kind::notify:
      if ((notify_ && notify_->said_ready()) || facts_->said_ready()) met_.insert(to_text(expectation));
      break;
    case Kind::exit:
      break;
  }
  return met_.count(to_text(expectation)) > 0;
}

/// One that was left behind by an earlier run does not count.
bool Watch::appeared(const std::string& path) const {
  const Result<FileStatus> now = host_->status(path);
  if (!now) return false;
  const auto before = before_.find(path);
  if (before == before_.end() || !before->second) return true;
  return !is_same_file(*before->second, *now) || facts_->wrote(path);
}

bool Watch::listens(const Expectation& expectation) {
  const auto is_reached = [&](const std::string& address) { return is_reached_at(expectation, address); };
  const std::vector<std::string> traced = facts_->listening();
  if (std::any_of(traced.begin(), traced.end(), is_reached)) return true;
  // A listener that the program was handed has no listen(2) in its trace. Asking the machine costs more.
  const Clock::time_point now = Clock::now();
  if (now - last_news_ > quiet && now - last_asked_ > between_looks) {
    last_asked_ = now;
    const std::vector<std::string> handed = listeners_of(*host_, facts_->living());
    if (std::any_of(handed.begin(), handed.end(), is_reached)) met_.insert(to_text(expectation));
  }
  return met_.count(to_text(expectation)) > 0;
}

}  // namespace whywontitstart
