#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/search_name.h"
#include "facts/calls.h"
#include "model/facts.h"

namespace whywontitstart {

/// The failing calls of a trace, grouped by object: tries of the same thing are one failure, and so is a
/// search that looked for one name in many places. A success that shows that the failure did no harm heals
/// it.
class FailureTable {
 public:
  /// `calls_so_far`: successful traced calls of the process before this one; `as`: who it is.
  void add_failure(const Event& event, const SyscallEvent& call, Order order, std::size_t calls_so_far,
                   const Credentials& as = {});
  void add_success(Pid process, const SyscallEvent& call);
  /// Could a success of this call, about nothing but perhaps a descriptor, heal anything?
  bool waits_for(std::string_view call) const { return called_.contains(call); }

  /// Groups that stood when they were dropped, the oldest first, since there were too many.
  std::size_t dropped() const { return dropped_; }

  /// All of them by `order`; `calls_now` gives the successful calls of a process at its end.
  std::vector<Failure> take(const std::function<std::size_t(Pid)>& calls_now);

 private:
  struct Group {
    Failure failure;
    std::size_t calls_before = 0;
    CallKind kind = CallKind::other;
  };

  std::string group_key(Pid process, const SyscallEvent& call, CallKind kind) const;
  void make_room();
  void index(std::size_t group, Pid process, const SyscallEvent& call, CallKind kind);
  void heal(const std::string& key, const SyscallEvent& by, bool same_object);
  static bool heals(const Group& group, const SyscallEvent& by, bool same_object);

  std::deque<Group> groups_;
  std::unordered_map<std::string, std::size_t> open_;  ///< group key → group that still grows
  std::unordered_map<std::string, std::vector<std::size_t>> waiting_;  ///< what would heal → groups
  std::unordered_set<std::string, TextHash, std::equal_to<>>
      names_;  ///< search names of all paths that are waited for
  std::unordered_set<std::string, ShortNameHash, std::equal_to<>>
      called_;  ///< names of calls that are waited for with nothing but their descriptor
  std::size_t dropped_ = 0;
};

}  // namespace whywontitstart
