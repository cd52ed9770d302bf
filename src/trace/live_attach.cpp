#include <dirent.h>
#include <elf.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/wait.h>

#include <charconv>
#include <memory>

#include "base/fd.h"
#include "base/text.h"
#include "trace/denial.h"
#include "trace/live.h"
#include "trace/requests.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;

constexpr auto first_look = 1300ms;  // so long it takes to tell a wait from a moment
constexpr auto quiet = 1s;
constexpr std::size_t most_stops = 30'000;  // each costs the program some microseconds
constexpr std::size_t most_processes = 200;
constexpr int deepest = 20;

std::optional<Pid> pid_of(std::string_view text) {
  pid_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Pid{value};
}

std::vector<Pid> threads_of(Pid process) {
  std::vector<Pid> threads;
  const std::string folder = fmt::format("/proc/{}/task", number(process));
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (!entries) return threads;
  while (const dirent* entry = ::readdir(entries.get()))
    if (const auto thread = pid_of(static_cast<const char*>(entry->d_name))) threads.push_back(*thread);
  return threads;
}

/// By /proc/PID/task/TID/children; empty where the kernel does not have it.
std::vector<Pid> children_of(Pid process) {
  std::vector<Pid> children;
  for (const Pid thread : threads_of(process)) {
    const std::string path = fmt::format("/proc/{}/task/{}/children", number(process), number(thread));
    const std::string text = read_file(path).value_or("");
    for (const std::string_view word : split(text, ' '))
      if (const auto child = pid_of(word)) children.push_back(*child);
  }
  return children;
}

/// Of its program: a thread that nobody stopped does not tell.
std::uint32_t arch_of(Pid process) {
  const std::string head = read_file(fmt::format("/proc/{}/exe", number(process)), EI_CLASS + 1).value_or("");
  const bool is_32bit = head.size() > EI_CLASS && head[EI_CLASS] == ELFCLASS32;
  return is_32bit && ::seccomp_arch_native() == SCMP_ARCH_X86_64 ? SCMP_ARCH_X86 : ::seccomp_arch_native();
}

}  // namespace

TraceEnd LiveTrace::watch(Pid process, bool children) {
  target_ = process;
  attached_ = launched_ = true;
  with_children_ = children;
  samples_ = Samples(300ms);
  know_process(process, Pid::none);
  look_around();
  for (bool ended = false; !ended;) {
    // Without a tracee there is nothing that waitpid(2) would wait for; a tick ends both.
    if (!serve_some() && tracees_.empty()) ::poll(nullptr, 0, 100);
    if (!attention_.ticked()) continue;
    look_around();
    trace_what_runs();
    const bool gone = tracees_.empty() && looked_at_.empty();
    ended = gone || !attention_.signals().empty() || now() >= options_.timeout || is_clear();
  }
  watched_until_ = now();
  tell_what_is_pending();
  let_go_as_they_are();
  end_.outcome = outcome();
  return std::move(end_);
}

/// Its name, as the first thing that is told of it.
void LiveTrace::know_process(Pid process, Pid parent) {
  if (!known_.insert(process).second) return;
  if (parent != Pid::none) emit(parent, parent, ForkEvent{.child = process, .is_thread = false});
  ExecEvent exec{.executable = proc_link(process, "exe"), .argv = {}};
  const std::string words = read_file(fmt::format("/proc/{}/cmdline", number(process))).value_or("");
  for (const std::string_view word : split(words, '\0')) exec.argv.emplace_back(word);
  while (!exec.argv.empty() && exec.argv.back().empty()) exec.argv.pop_back();
  if (exec.argv.empty()) {  // a dead one, or one that took its words away
    const std::string name = read_file(fmt::format("/proc/{}/comm", number(process))).value_or("");
    exec.argv.emplace_back(trim(name));
  }
  emit(process, process, std::move(exec));
}

/// All threads of the process and of its descendants, that were there before us or came since.
void LiveTrace::know_family(Pid process, Pid parent, int depth) {
  if (depth > deepest || known_.size() > most_processes) return;
  know_process(process, parent);
  for (const Pid thread : threads_of(process)) {
    if (tracees_.find(thread) != nullptr || looked_at_.count(thread) > 0) continue;
    looked_at_.emplace(thread, Thread(thread, process)).first->second.arch = arch_of(process);
  }
  if (process == target_ || with_children_) attach_to_threads(process, with_children_);
  for (const Pid child : children_of(process)) know_family(child, process, depth + 1);
}

void LiveTrace::attach_to_threads(Pid process, bool children) {
  if (end_.backend == "none") return;
  for (auto found = looked_at_.begin(); found != looked_at_.end();) {
    const Thread& thread = found->second;
    if (thread.process != process) {
      ++found;
      continue;
    }
    const std::uint32_t arch = thread.arch;
    const Pid id = found->first;
    if (const Result<> done = attach(id, children); !done) {
      const int code = done.error().errno_code;
      if (code != ESRCH && tracees_.empty()) {
        end_.backend = "none";
        Obstacles obstacles = obstacles_for(code, id);
        obstacles.was_running = true;
        remark("it was not traced, only looked at: " + denial_reason(obstacles));
        return;
      }
      ++found;
      continue;
    }
    found = looked_at_.erase(found);
    tracees_.add(id, process, false, arch);
  }
}

void LiveTrace::look_around() {
  std::erase_if(looked_at_, [](const auto& entry) {
    return !sample_thread(entry.second.process, entry.first).has_value();
  });
  know_family(target_, Pid::none, 0);
  sample_threads();
}

/// A thread that sleeps is left asleep: to stop it would wake it up. One that runs is stopped once, since
/// only a restart can ask for its next call.
void LiveTrace::trace_what_runs() {
  if (stops_served_ > most_stops) {
    for (auto& [id, thread] : tracees_.all()) thread.every_call = false;
    return remark("it makes so many calls that not all of them were looked at, so as not to slow it down");
  }
  for (auto& [id, thread] : tracees_.all()) {
    if (thread.every_call || thread.in_group_stop || !samples_.has_run(thread.process, id)) continue;
    thread.restarting = call_of_running(id, thread.arch);
    thread.every_call = true;
    interrupt(id);
  }
}

/// All sleep, and have for a while.
bool LiveTrace::is_clear() const {
  if (now() < first_look || Clock::now() - last_stop_ < quiet) return false;
  const auto sleeps = [&](Pid process, Pid thread) {
    const Samples::Course course = samples_.course(process, thread);
    return course.state != 'R' && course.same_since >= quiet;
  };
  const auto& traced = tracees_.all();
  return std::all_of(traced.begin(), traced.end(),
                     [&](const auto& entry) { return sleeps(entry.second.process, entry.first); }) &&
         std::all_of(looked_at_.begin(), looked_at_.end(),
                     [&](const auto& entry) { return sleeps(entry.second.process, entry.first); });
}

}  // namespace whywontitstart
