#pragma once

#include <map>
#include <optional>
#include <set>

#include "model/event.h"

namespace whywontitstart {

/// The threads of a log of strace(1) that live, and the process of each.
///
/// To a terminal strace names the thread only while there are several. So lines without a number belong to
/// the one that is left, and the first number that nobody announced is that of the process which had none.
class StraceThreads {
 public:
  /// The thread of a line that has, or has not, a number before it.
  Pid of_line(std::optional<Pid> written);

  /// A number that will come belongs to a new thread.
  void announce(Pid thread) {
    ++version_;
    announced_.insert(thread);
  }

  /// As long as it is the same, of_line() and process_of() give what they gave before.
  std::size_t version() const { return version_; }

  /// The first lines had the number of the first thread after all, and that was 1.
  void had_number() { began_without_number_ = false; }

  /// That of the first line; none before it.
  Pid first() const { return first_; }

  bool is_known(Pid thread) const { return process_of_.contains(thread); }
  void add(Pid thread, Pid process);

  /// The thread itself where nothing is known of it.
  Pid process_of(Pid thread) const;
  bool is_alone(Pid thread) const;

  /// The process has ended; its threads may still be written of.
  void end(Pid process);
  bool has_ended(Pid process) const { return ended_.contains(process); }

  /// Those of processes that have not ended.
  const std::set<Pid>& living() const { return living_; }

  /// The end of a thread, and of its process if it is the first one of that.
  void forget(Pid thread);

 private:
  void forget_one(Pid thread);

  std::map<Pid, Pid> process_of_;
  std::map<Pid, std::set<Pid>> threads_of_;
  std::set<Pid> living_;  ///< those of processes that have not ended
  std::set<Pid> ended_;
  std::set<Pid> announced_;
  std::size_t version_ = 0;
  Pid first_ = Pid::none;
  bool began_without_number_ = false;
  std::optional<Pid> number_of_first_;  ///< where its first lines had none
};

}  // namespace whywontitstart
