#include "host/waits.h"

#include <sys/stat.h>

#include <cstdlib>

#include "base/text.h"
#include "host/locks.h"
#include "host/mounts.h"
#include "host/open_files.h"
#include "host/ports.h"
#include "host/processes.h"
#include "host/wait_events.h"
#include "host/wait_threads.h"
#include "model/waits.h"

namespace whywontitstart {
namespace {

/// One wait that is being asked about.
struct Question {
  const Host& host;
  Pid process;
  Pid thread;
  WaitEvent& wait;

  const SyscallEvent& call() const { return wait.call; }
  std::string proc(std::string_view file) const { return fmt::format("/proc/{}/{}", number(process), file); }
  std::string task(std::string_view file) const {
    return fmt::format("/proc/{}/task/{}/{}", number(process), number(thread), file);
  }
  void detail(std::string text) const { wait.details.push_back(std::move(text)); }
};

void add(std::vector<Pid>& pids, Pid pid) {
  if (std::find(pids.begin(), pids.end(), pid) == pids.end()) pids.push_back(pid);
}

void name_those(const Question& question) {
  std::vector<std::string> names;
  for (const Pid pid : question.wait.by) names.push_back(process_label(question.host, pid));
  question.wait.who = join(names, ", ");
}

void ask_lock(const Question& question) {
  WaitEvent& wait = question.wait;
  const std::string file = question.proc(fmt::format("fd/{}", wait.call.fd));
  wait.thing = without_deleted(question.host.link(file).value_or(wait.call.file));
  const Result<std::vector<LockHolder>> holders = lock_holders(question.host, file);
  if (!holders || holders->empty()) return;
  for (const LockHolder& holder : *holders)
    if (holder.lock.pid != Pid::none) add(wait.by, holder.lock.pid);
  wait.who = holders->front().who();
  question.detail(fmt::format("{} is locked by {}", wait.thing, wait.who));
}

void ask_connection(const Question& question) {
  WaitEvent& wait = question.wait;
  wait.thing = wait.call.address;
  if (wait.thing.starts_with("unix:")) {
    const Result<PortAnswer> answer = port_holders(question.host, wait.thing);
    if (!answer || answer->holders.empty()) return;
    if (answer->holders.front().pid != Pid::none) add(wait.by, answer->holders.front().pid);
    wait.who = answer->holders.front().who();
    question.detail(fmt::format("{} listens there and takes no connection", wait.who));
    return;
  }
  const Result<SocketInfo> info = question.host.socket(question.process, wait.call.fd);
  if (info && !info->state.empty())
    question.detail(fmt::format("its connection to {} is in state {}", wait.thing, info->state));
}

/// The other side of a pipe, or of a FIFO; `reads` says which end is ours.
void ask_pipe(const Question& question, std::string_view file, bool reads) {
  WaitEvent& wait = question.wait;
  const std::vector<PipeEnd> ends = pipe_ends(question.host, file);
  std::vector<Pid> others;
  for (const PipeEnd& end : ends)
    if (reads ? end.writes : end.reads) add(others, end.pid);
  // Who has both ends does not count where somebody else has one: a child holds a copy that it forgot.
  std::vector<Pid> without_us = others;
  std::erase(without_us, question.process);
  wait.by = without_us.empty() ? others : without_us;
  const std::string_view role = reads ? "writes into it" : "reads from it";
  if (!without_us.empty()) {
    name_those(question);
    question.detail(fmt::format("{}: the other end is open in {}", file, wait.who));
  } else if (!others.empty()) {
    wait.who = "it has both ends of it itself";
    question.detail(fmt::format("{}: nobody but the process itself {}", file, role));
  } else {
    question.detail(fmt::format("{}: nobody that we see {}", file, role));
  }
}

void ask_descriptor(const Question& question, bool reads) {
  WaitEvent& wait = question.wait;
  const int fd = wait.call.fd;
  const std::string place = question.proc(fmt::format("fd/{}", fd));
  const std::string file = question.host.link(place).value_or(wait.call.file);
  if (wait.call.file.empty()) wait.call.file = file;
  wait.on = wait_for(wait.call);
  wait.thing = without_deleted(file);
  if (file.starts_with("socket:")) return ask_socket(question.host, question.process, fd, wait);
  if (file.starts_with("pipe:")) {
    wait.on = fd == 0 && reads ? WaitFor::input : WaitFor::pipe;
    ask_pipe(question, file, reads);
    // A child of its own that writes there is no input from outside.
    const std::vector<Pid> children = children_of(question.host, question.process);
    const bool by_child = std::any_of(wait.by.begin(), wait.by.end(), [&](Pid pid) {
      return std::find(children.begin(), children.end(), pid) != children.end();
    });
    if (by_child || (wait.by.size() == 1 && wait.by.front() == question.process)) wait.on = WaitFor::pipe;
    return;
  }
  const Result<FileStatus> status = question.host.status(place);
  if (!status) return;
  if (S_ISFIFO(status->mode)) {
    wait.on = WaitFor::fifo;
    ask_pipe(question, file, reads);
  } else if (S_ISREG(status->mode) || S_ISDIR(status->mode) || S_ISBLK(status->mode)) {
    wait.on = WaitFor::storage;
  }
}

void ask_mount(const Question& question) {
  WaitEvent& wait = question.wait;
  if (!wait.thing.starts_with('/')) return;
  const Result<std::string> text = question.host.read(question.proc("mountinfo"));
  const std::vector<Mount> all =
      parse_mounts(text ? *text : question.host.read("/proc/self/mountinfo").value_or(""));
  const Mount* mount = mount_of(all, wait.thing);
  if (mount == nullptr) return;
  wait.who = fmt::format("{} mounted from {} at {}", mount->type, mount->source, mount->point);
  question.detail(fmt::format("{} lies on {}", wait.thing, wait.who));
}

void ask_storage(const Question& question) {
  WaitEvent& wait = question.wait;
  if (wait.thing.empty())
    wait.thing = !wait.call.path.empty() ? wait.call.path : std::string(without_deleted(wait.call.file));
  ask_mount(question);
}

/// An open that does not return: of a FIFO nobody has the other end, of anything else the file system is
/// slow.
void ask_open(const Question& question) {
  WaitEvent& wait = question.wait;
  wait.thing = wait.call.path;
  const bool is_partner = wait.wchan == "wait_for_partner" || wait.wchan == "fifo_open";
  // A file system that does not answer would not answer us either: the place in the kernel has to tell.
  const bool may_look = is_partner || wait.wchan.empty() || wait.wchan == "0";
  const Result<FileStatus> status = may_look ? question.host.status(question.proc("root") + wait.thing)
                                             : Result<FileStatus>(error("not looked at"));
  if (!is_partner && (!status || !S_ISFIFO(status->mode))) {
    wait.on = is_terminal(wait.thing) ? WaitFor::input : WaitFor::storage;
    return ask_storage(question);
  }
  const bool reads = !has_flag(wait.call, "O_WRONLY");
  ask_pipe(question, wait.thing, reads);
}

void ask_child(const Question& question) {
  WaitEvent& wait = question.wait;
  const std::string& name = wait.call.name;
  std::vector<Pid> children = children_of(question.host, question.process);
  const std::size_t which = name == "waitid" ? 1 : 0;
  if (name.starts_with("wait") && wait.call.arguments.size() > which) {
    const pid_t asked = std::atoi(wait.call.arguments[which].c_str());
    if (asked > 0 && (which == 0 || wait.call.arguments[0] == "1")) children = {Pid{asked}};
  } else if (!name.starts_with("wait") && !children.empty()) {
    children = {children.back()};  // vfork(2): until the new one has become another program
  }
  for (const Pid child : children) add(wait.by, child);
  name_those(question);
  wait.thing = wait.who;
  for (const Pid child : children) {
    const Result<ProcessStatus> status = process_status(question.host, child);
    if (!status) continue;
    const std::string command = process_command(question.host, child);
    question.detail(fmt::format("its child {} runs: {}{}", number(child), command,
                                status->state == 'T' ? " (it is stopped)" : ""));
  }
}

void ask_stopped(const Question& question, const ProcessStatus& status) {
  WaitEvent& wait = question.wait;
  if (wait.state == 't') {
    wait.on = WaitFor::debugger;
    if (status.tracer != Pid::none) {
      wait.by = {status.tracer};
      name_those(question);
      question.detail(fmt::format("{} traces it", wait.who));
    }
    return;
  }
  wait.on = WaitFor::continuation;
  const bool at_terminal = is_terminal(wait.call.file);
  if (!at_terminal) return;
  wait.thing = wait.call.file;
  question.detail(fmt::format(
      "it uses the terminal {} from the background, which stops it (SIGTTIN, SIGTTOU)", wait.call.file));
}

void ask_by_call(const Question& question) {
  WaitEvent& wait = question.wait;
  const std::string& name = wait.call.name;
  wait.on = wait_for(wait.call);
  if (name.find("poll") != std::string::npos || name.find("select") != std::string::npos)
    return ask_events(question.host, question.process, wait);
  switch (wait.on) {
    case WaitFor::lock:
      return ask_lock(question);
    case WaitFor::connection:
      return ask_connection(question);
    case WaitFor::fifo:
      return ask_open(question);
    case WaitFor::child:
      return ask_child(question);
    case WaitFor::thread:
      return ask_futex(question.host, question.process, question.thread, wait);
    case WaitFor::storage:
      return ask_storage(question);
    case WaitFor::time:
    case WaitFor::randomness:
      return;
    default:
      break;
  }
  if (name.starts_with("accept")) return ask_socket(question.host, question.process, wait.call.fd, wait);
  if (name.ends_with("sigsuspend") || name == "pause") {
    wait.by = children_of(question.host, question.process);  // a shell's wait for its children
    return;
  }
  if (wait.call.fd < 0) return;
  const bool writes = name.find("write") != std::string::npos || name.starts_with("send");
  ask_descriptor(question, !writes);
  if (wait.on == WaitFor::storage) ask_storage(question);
}

}  // namespace

void explain_wait(const Host& host, Pid process, Pid thread, WaitEvent& wait) {
  const Question question{host, process, thread, wait};
  wait.timed = is_timed(wait.call);
  wait.wchan = host.read(question.task("wchan")).value_or("");
  if (wait.wchan == "0") wait.wchan.clear();
  const Result<ProcessStatus> status = process_status(host, process);
  if (!status) return;
  if (wait.state == 'T' || wait.state == 't') return ask_stopped(question, *status);
  if (wait.state == 'Z') {
    wait.on = WaitFor::reaper;
    wait.by = {status->parent};
    return name_those(question);
  }
  if (wait.call.name.empty()) {
    if (wait.state == 'R') wait.on = WaitFor::processor;
    if (wait.state == 'D') wait.on = WaitFor::storage;
  } else {
    ask_by_call(question);
    const bool is_vfork = wait.on == WaitFor::child;
    if (wait.state == 'D' && !is_vfork && wait.on != WaitFor::storage) {
      wait.on = WaitFor::storage;
      ask_storage(question);
    }
    // Not even asleep: it only happened to be in that call.
    if (wait.state == 'R' && wait.busy > 0.5) wait.on = WaitFor::processor;
  }
  if (wait.on == WaitFor::storage && !wait.wchan.empty())
    question.detail(fmt::format("it sleeps in the kernel's {} (state {})", wait.wchan, wait.state));
}

}  // namespace whywontitstart
