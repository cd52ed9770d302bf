#include "trace/attention.h"

#include <sys/prctl.h>

#include <csignal>

namespace whywontitstart {
namespace {

// Written by the handlers, so they can only be global.
volatile std::sig_atomic_t ticks = 0;
volatile std::sig_atomic_t from_people[65] = {};
volatile std::sig_atomic_t from_terminal[65] = {};
volatile std::sig_atomic_t senders[65] = {};

void on_tick(int /*signal*/) { ticks = 1; }

void on_signal(int signal, siginfo_t* info, void* /*context*/) {
  // SI_KERNEL: the terminal's driver sent it, to all of the foreground's processes.
  if (info->si_code > 0) {
    from_terminal[signal] = 1;
  } else {
    from_people[signal] = 1;
    senders[signal] = info->si_pid;
  }
}

}  // namespace

Attention::Attention() : before_({SIGALRM, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_tick;  // without SA_RESTART: waitpid is to return
  ::sigaction(SIGALRM, &action, nullptr);
  action = {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    from_people[signal] = 0;
    from_terminal[signal] = 0;
    if (!before_.was_ignored(signal)) ::sigaction(signal, &action, nullptr);
  }
  action = {};
  action.sa_handler = SIG_DFL;  // were it ignored, the kernel would reap our children itself
  ::sigaction(SIGCHLD, &action, nullptr);
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGALRM, SIGINT, SIGTERM, SIGHUP}) sigaddset(&wanted, signal);
  ::sigprocmask(SIG_UNBLOCK, &wanted, nullptr);

  ::getitimer(ITIMER_REAL, &timer_before_);
  tick_every(usual_tick);

  // Daemons that leave their parent stay our children, and so can be waited for.
  ::prctl(PR_GET_CHILD_SUBREAPER, &reaper_before_, 0, 0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

Attention::~Attention() {
  ::prctl(PR_SET_CHILD_SUBREAPER, reaper_before_, 0, 0, 0);
  const itimerval off{};
  ::setitimer(ITIMER_REAL, &off, nullptr);
  before_.restore();
  ::setitimer(ITIMER_REAL, &timer_before_, nullptr);
}

void Attention::tick_every(std::chrono::microseconds time) {
  if (time == tick_) return;
  tick_ = time;
  const auto length = static_cast<suseconds_t>(time.count());
  const itimerval timer{{0, length}, {0, length}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

bool Attention::ticked() {
  const bool result = ticks != 0;
  ticks = 0;
  return result;
}

std::vector<CaughtSignal> Attention::signals() {
  std::vector<CaughtSignal> caught;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (from_people[signal] != 0) caught.push_back({Signal{signal}, false, Pid{senders[signal]}});
    if (from_terminal[signal] != 0) caught.push_back({Signal{signal}, true, Pid::none});
    from_people[signal] = 0;
    from_terminal[signal] = 0;
  }
  return caught;
}

}  // namespace whywontitstart
