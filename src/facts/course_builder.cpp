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

std::string object_of(const SyscallEvent& call) {
  if (!call.path.empty()) return call.path;
  if (!call.address.empty()) return call.address;
  return quoted_path(call);
}

/// Of a call without an object only a failure may set two runs apart, and that not in reads and waits.
bool is_worth_a_step(const SyscallEvent& call, const std::string& object) {
  if (kind_of(call) == CallKind::send || is_flow_control(call)) return false;
  if (!object.empty()) return true;
  if (call.error == Errno::none) return false;
  return !call.name.starts_with("read") && !call.name.starts_with("recv") && number(call.error) != ENOTTY;
}

}  // namespace

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
  const std::string object = object_of(call);
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
