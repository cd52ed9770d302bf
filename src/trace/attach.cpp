#include <future>
#include <thread>

#include "trace/live.h"
#include "trace/no_signals.h"
#include "trace/tracer.h"

namespace whywontitstart {
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
