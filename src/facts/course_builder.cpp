#include "facts/course_builder.h"

#include <cerrno>

#include "base/text.h"
#include "facts/calls.h"

namespace whywontitstart {
namespace {

constexpr std::size_t most_steps = 50'000;

/// Of a look-up that tells nothing there is the path as strace prints it alone.
std::string quoted_path(const SyscallEvent& call) {
  if (kind_of(call) != CallKind::lookup || call.arguments.empty()) return {};
  const std::string& text = call.arguments.front();
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return {};
  return text.find('\\') == std::string::npos ? text.substr(1, text.size() - 2) : std::string();
}

/// What tells calls of one name apart that have neither path nor address: which option, which resource, which
/// kind of socket. The rest of the arguments are numbers of this very run.
std::string kind_among_its_name(const SyscallEvent& call) {
  static const std::map<std::string_view, std::size_t> telling = {
      {"socket", 0}, {"socketpair", 0}, {"prctl", 0},      {"setrlimit", 0},   {"prlimit64", 1},
      {"ioctl", 1},  {"setsockopt", 2}, {"getsockopt", 2}, {"arch_prctl", 0},  {"unshare", 0},
      {"clone", 1},  {"setuid", 0},     {"setgid", 0},     {"personality", 0}, {"sched_setscheduler", 1},
      {"fcntl", 1}};
  const auto found = telling.find(call.name);
  return found != telling.end() && found->second < call.arguments.size() ? call.arguments[found->second] : "";
}

/// Nothing that a run hangs on, and far too often called.
bool is_worth_a_step(const SyscallEvent& call, const std::string& object) {
  if (kind_of(call) == CallKind::send || is_flow_control(call)) return false;
  if (!object.empty()) return true;
  const bool is_dull = call.name.starts_with("read") || call.name.starts_with("recv") ||
                       call.name == "lseek" || call.name.starts_with("wait") || call.name.starts_with("mmap");
  return call.error != Errno::none ? number(call.error) != ENOTTY && !is_dull : !is_dull;
}

}  // namespace

std::string object_in_course(const SyscallEvent& call) {
  if (!call.path.empty()) return call.path;
  if (!call.address.empty()) return call.address;
  const std::string path = quoted_path(call);
  return path.empty() ? kind_among_its_name(call) : path;
}

void CourseBuilder::add(const Event& event) {
  ++order_;
  if (const auto* call = std::get_if<SyscallEvent>(&event.what)) add_call(event, *call);
  if (const auto* exec = std::get_if<ExecEvent>(&event.what))
    note(event, "execve", exec->executable, Errno::none);
}

void CourseBuilder::add_call(const Event& event, const SyscallEvent& call) {
  if (!call.finished || call.name.starts_with("exec")) {
    if (call.error != Errno::none) note(event, "execve", call.path, call.error);
    return;
  }
  const std::string object = object_in_course(call);
  if (is_worth_a_step(call, object)) note(event, call.name, object, call.error);
}

void CourseBuilder::note(const Event& event, const std::string& call, const std::string& object,
                         Errno error) {
  const std::string key = fmt::format("{} {} {} {}", number(event.process), call, number(error), object);
  const auto known = known_.find(key);
  if (known != known_.end()) {
    ++course_.steps[known->second].count;
  } else if (course_.steps.size() == most_steps) {
    ++course_.left_out;
  } else {
    known_.emplace(key, course_.steps.size());
    course_.steps.push_back({event.process, call, object, error, 1, order_, event.at});
  }
}

Course CourseBuilder::finish() {
  known_.clear();
  return std::move(course_);
}

}  // namespace whywontitstart
