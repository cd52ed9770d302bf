#include <csignal>
#include <future>
#include <thread>

#include "trace/live.h"
#include "trace/tracer.h"

namespace whywontitstart {
namespace {

/// All signals go to other threads, as long as it lives.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_{};
};

}  // namespace

/// PTRACE_DETACH takes a tracee that is stopped, and stopping it would wake up what sleeps. The end of the
/// thread that traces lets all go as they are, see ptrace(2); so that is a thread of its own.
TraceEnd run_attached(Pid process, const AttachOptions& options, const EventSink& sink) {
  const NoSignals here;
  std::packaged_task<TraceEnd()> task([&] {
    ::pthread_sigmask(SIG_SETMASK, &here.before(), nullptr);
    TraceOptions trace_options;
    trace_options.timeout = options.timeout;
    Attention attention;
    OneCpu everywhere(false);
    return LiveTrace(trace_options, sink, attention, everywhere, false, false)
        .watch(process, options.children);
  });
  std::future<TraceEnd> end = task.get_future();
  std::thread tracer(std::move(task));
  tracer.join();
  return end.get();
}

}  // namespace whywontitstart
