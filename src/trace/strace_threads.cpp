#include "trace/strace_threads.h"

namespace whywontitstart {
namespace {

constexpr Pid the_only_one{1};

}  // namespace

Pid StraceThreads::of_line(std::optional<Pid> written) {
  Pid thread = first_;
  if (written) {
    if (began_without_number_ && !number_of_first_ && !announced_.contains(*written))
      number_of_first_ = written, ++version_;
    thread = written == number_of_first_ ? first_ : *written;
  } else if (first_ == Pid::none) {
    began_without_number_ = true;
    thread = the_only_one;
  } else if (living_.size() == 1) {
    thread = *living_.begin();
  }
  if (first_ == Pid::none) {
    first_ = thread;
    add(thread, thread);
  }
  return thread;
}

void StraceThreads::add(Pid thread, Pid process) {
  ++version_;
  // Numbers are used again.
  forget_one(thread);
  if (const auto old = threads_of_.find(thread); thread == process && old != threads_of_.end())
    for (const Pid one : std::set<Pid>(old->second)) forget_one(one);
  announced_.insert(thread);
  process_of_[thread] = process;
  threads_of_[process].insert(thread);
  if (thread == process) ended_.erase(process);
  if (!ended_.contains(process)) living_.insert(thread);
}

Pid StraceThreads::process_of(Pid thread) const {
  const auto found = process_of_.find(thread);
  return found == process_of_.end() ? thread : found->second;
}

bool StraceThreads::is_alone(Pid thread) const {
  const auto found = threads_of_.find(process_of(thread));
  return found == threads_of_.end() || found->second.size() <= 1;
}

void StraceThreads::end(Pid process) {
  ++version_;
  ended_.insert(process);
  if (const auto found = threads_of_.find(process); found != threads_of_.end())
    for (const Pid thread : found->second) living_.erase(thread);
}

void StraceThreads::forget(Pid thread) {
  const bool is_process = process_of(thread) == thread;
  // Its other threads stay known: a late line about one of them is not about a process of its own.
  if (is_process) end(thread);
  forget_one(thread);
  if (is_process) ended_.erase(thread);
}

void StraceThreads::forget_one(Pid thread) {
  ++version_;
  const auto found = process_of_.find(thread);
  if (found != process_of_.end()) {
    const auto others = threads_of_.find(found->second);
    if (others != threads_of_.end() && others->second.erase(thread) > 0 && others->second.empty())
      threads_of_.erase(others);
    process_of_.erase(found);
  }
  living_.erase(thread);
  announced_.erase(thread);
}

}  // namespace whywontitstart
