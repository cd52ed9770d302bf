#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>

#include "base/fd.h"
#include "trace/calls.h"
#include "trace/decode.h"
#include "trace/memory.h"
#include "trace/own_filters.h"

namespace whywontitstart {

/// A call that a thread has begun.
struct PendingCall {
  SyscallEntry entry;
  const CallInfo* info = nullptr;
  TraceTime since{0};
  std::shared_ptr<DecodedCall> early;         ///< where decoding could not wait for the result
  bool asked_for_untraced = false;            ///< see take_out_untraced
  std::uint32_t verdict = SECCOMP_RET_ALLOW;  ///< of the program's own filters
};

/// Does a process see the files that we see, with the rights that we have?
enum class Likeness { unknown, same, differs };

/// What has to be known of a process before its look-ups can be foretold, see foretell.h.
struct Outlook {
  unsigned asked = 0;  ///< look-ups while the likeness was not known
  Likeness likeness = Likeness::unknown;
  Fd folder;  ///< its working directory
};

/// What /proc says of a process, kept until a call may have changed it: asking costs nearly as much as a
/// stop.
struct Links {
  std::optional<std::string> cwd;
  std::array<std::optional<std::string>, 3> standard;  ///< of the descriptors 0, 1 and 2

  std::array<std::optional<bool>, 3> swallow;  ///< is what is written there gone: /dev/null?

  Outlook outlook;

  void forget_standard() { standard = {}, swallow = {}; }
  void forget_folder() { cwd.reset(), outlook.folder = Fd(); }
};

/// A tracee: a thread that we trace.
struct Thread {
  Thread(Pid tid, Pid of) : id(tid), process(of), memory(tid) {}

  Pid id;
  Pid process;
  Memory memory;
  bool every_call = false;  ///< it stops at every call, not only where our filter says so
  int calls_to_see = 0;     ///< so many of its next calls stop, too: see LiveTrace::look_at_result
  bool in_group_stop = false;
  std::uint32_t arch = 0;  ///< of its last call, or its parent's
  std::optional<PendingCall> call;
  std::shared_ptr<Links> links = std::make_shared<Links>();  ///< of its process
  std::optional<SyscallEntry> restarting;                    ///< what restart_syscall(2) will go on with
  OwnFilters filters;
  std::optional<SyscallEntry> made_by;  ///< a clone whose flags have to be put back in this child, too
};

/// What decoding asks about a live thread.
class LiveView : public TraceeView {
 public:
  explicit LiveView(const Thread& thread) : thread_(thread) {}
  std::size_t read(std::uint64_t address, std::span<char> to) const override;
  std::string cwd() const override;
  std::string file(int fd) const override;
  std::string local_address(int fd) const override;

 private:
  const Thread& thread_;
};

/// All tracees that live, and which of them make up a process.
class Tracees {
 public:
  /// `open_memory`: see Memory::open_early; needed where we lack CAP_SYS_PTRACE.
  explicit Tracees(bool open_memory) : open_memory_(open_memory) {}

  Thread& add(Pid id, Pid process, bool every_call, std::uint32_t arch);
  Thread* find(Pid id);
  void remove(Pid id);
  /// A successful execve of the thread `former`: it is the only one of its process now, and has the process's
  /// id.
  Thread& became(Pid process, Pid former);

  bool empty() const { return threads_.empty(); }
  std::size_t size() const { return threads_.size(); }
  bool has_process(Pid process) const;
  std::vector<Pid> processes() const;
  std::map<Pid, Thread>& all() { return threads_; }
  const std::map<Pid, Thread>& all() const { return threads_; }

 private:
  void forget_recent() { recent_ = {}; }

  bool open_memory_;
  std::map<Pid, Thread> threads_;
  std::array<Thread*, 256> recent_{};  ///< found last, by the end of their ids
};

}  // namespace whywontitstart
