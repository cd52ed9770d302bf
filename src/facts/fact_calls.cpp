// What calls tell: which failed and which healed that, what was said, what became of descriptors.
#include <cerrno>
#include <tuple>

#include "base/text.h"
#include "facts/credentials.h"
#include "facts/dns.h"
#include "facts/fact_builder_impl.h"
#include "facts/limits_set.h"

namespace whywontitstart {
namespace {

constexpr std::size_t tail_length = 30;

/// "[ECONNREFUSED]" or "[111]", as strace prints what getsockopt(SO_ERROR) brought.
Errno pending_socket_error(const SyscallEvent& call) {
  for (const std::string& argument : call.arguments) {
    if (!argument.starts_with('[') || !argument.ends_with(']')) continue;
    const std::string inside = argument.substr(1, argument.size() - 2);
    if (const auto code = errno_from_name(inside)) return *code;
    if (inside.size() >= 2 && inside.find_first_not_of("0123456789") == std::string::npos)
      return Errno{std::atoi(inside.c_str())};
  }
  return Errno::none;
}

void set_limit(std::vector<Limit>& limits, const Limit& limit) {
  std::erase_if(limits, [&](const Limit& known) { return known.name == limit.name; });
  limits.push_back(limit);
}

/// A message of sd_notify(3): one assignment on each line.
bool says_ready(std::string_view message) {
  for (const std::string_view line : split(message, '\n'))
    if (line == "READY=1") return true;
  return false;
}

bool is_of_interest(std::string_view path) {
  static const std::vector<std::string_view> dull = {"/proc/",
                                                     "/sys/",
                                                     "/dev/",
                                                     "/usr/lib",
                                                     "/lib",
                                                     "/usr/share/locale",
                                                     "/usr/share/zoneinfo",
                                                     "/etc/localtime",
                                                     "/etc/nsswitch.conf",
                                                     "/etc/passwd",
                                                     "/etc/group",
                                                     "/etc/ld.so"};
  static const std::vector<std::string_view> programs = {".py",  ".pyc", ".js",  ".mjs", ".cjs",   ".ts",
                                                         ".tsx", ".rb",  ".pl",  ".pm",  ".php",   ".lua",
                                                         ".tcl", ".sh",  ".erl", ".jar", ".class", ".java"};
  return path.starts_with('/') && path.find(".so") == std::string_view::npos &&
         std::none_of(dull.begin(), dull.end(),
                      [&](std::string_view start) { return path.starts_with(start); }) &&
         std::none_of(programs.begin(), programs.end(),
                      [&](std::string_view end) { return path.ends_with(end); });
}

}  // namespace

void FactBuilder::Impl::on(const Event& event, SyscallEvent& call) {
  ProcessState& state = state_of(event.process);
  if (!call.finished) {
    killers_.saw(event.process, call);  // of a whole group: it dies of its own call
    WaitEvent wait;
    wait.call = std::move(call);
    return on(event, wait);
  }
  count(call);
  state.last_call = call.name;
  ++state.facts.calls;
  state.facts.last_call = event.at;
  // About nothing, as a long log has them; but a socket is a new descriptor.
  const bool is_bare = call.name != "socket" && call.error == Errno::none && call.arguments.empty() &&
                       call.path.empty() && call.address.empty() && call.fd < 0 && call.data.empty();
  if ((is_bare && !failures_.waits_for(call.name)) || tells_nothing(call))
    ++state.worked;
  else
    on_telling(event, call, state);
  if (tail_.size() < tail_length) {
    tail_.push_back(std::move(call));
  } else {
    tail_[tail_begin_] = std::move(call);
    tail_begin_ = (tail_begin_ + 1) % tail_length;
  }
}

void FactBuilder::Impl::on_telling(const Event& event, SyscallEvent& call, ProcessState& state) {
  state.descriptors.complete(call);
  if (kind_of(call) == CallKind::send) {
    lines_.add_call(event, call, order_, state.descriptors.is_standard_error(call.fd));
    if (const std::string name = queried_name(call.data); port_of(call.address) == "53" && !name.empty())
      note(queried_names_, name);
  }
  if (call.error != Errno::none)
    on_failure(event, call, state);
  else
    on_success(event, call, state);
}

void FactBuilder::Impl::count(const SyscallEvent& call) {
  constexpr std::size_t most_names = 2000;  // what a damaged log takes for calls has no end
  if (counts_.size() >= most_names && !counts_.contains(call.name)) return;
  CallCount& counted = counts_[call.name];
  ++counted.calls;
  if (call.error != Errno::none) ++counted.failed;
  counted.took += call.took;
}

std::vector<CallCount> FactBuilder::Impl::counted() const {
  std::vector<CallCount> all;
  for (const auto& [name, count] : counts_) {
    all.push_back(count);
    all.back().name = name;
  }
  std::sort(all.begin(), all.end(), [](const CallCount& one, const CallCount& other) {
    return std::tie(other.took, other.calls, one.name) < std::tie(one.took, one.calls, other.name);
  });
  return all;
}

void FactBuilder::Impl::on_failure(const Event& event, SyscallEvent& call, ProcessState& state) {
  ++failed_;
  if (number(call.error) == EINPROGRESS && call.name == "connect") {
    Descriptor& socket = state.descriptors.at(call.fd);
    socket.peer = call.address;
    socket.connecting = true;
    Failure pending;
    pending.call = call;
    pending.name = call.address;
    pending.process = event.process;
    pending.order = pending.first_order = order_;
    pending.at = pending.first_at = event.at;
    constexpr std::size_t most_pending = 1000;
    if (pending_.size() < most_pending) pending_[{event.process, call.fd}] = std::move(pending);
  }
  if (call.name == "connect" && number(call.error) == EISCONN) pending_.erase({event.process, call.fd});
  if (is_flow_control(call)) return;
  failures_.add_failure(event, call, order_, state.worked, state.facts.credentials);
}

void FactBuilder::Impl::on_success(const Event& event, SyscallEvent& call, ProcessState& state) {
  ++state.worked;
  killers_.saw(event.process, call);
  change_credentials(state.facts.credentials, call);
  if (const std::optional<Limit> limit = limit_set_by(call)) set_limit(state.facts.limits, *limit);
  if (call.name == "getsockopt" && has_flag(call, "SO_ERROR")) return on_connected(event, call, state);
  failures_.add_success(event.process, call);
  state.descriptors.learn(call);
  if (call.name == "listen" || (call.name == "bind" && has_flag(call, "SOCK_DGRAM"))) {
    const Descriptor* socket = state.descriptors.find(call.fd);
    const std::string address = !call.address.empty() ? call.address : socket != nullptr ? socket->bound : "";
    note(state.facts.listens, address);
  }
  if (call.name == "connect") pending_.erase({event.process, call.fd});
  if (call.name == "connect" && !port_of(call.address).empty()) note(connected_, call.address);
  if (kind_of(call) == CallKind::send && call.fd > 2 && says_ready(call.data)) said_ready_ = true;
  if (call.name.starts_with("open") && is_of_interest(call.path)) note_opened(event, call);
}

void FactBuilder::Impl::note_opened(const Event& event, const SyscallEvent& call) {
  constexpr std::size_t most = 300;
  OpenedFile file{call.path, event.process, order_, wants_to_write(call)};
  const auto known = std::find_if(opened_.begin(), opened_.end(),
                                  [&](const OpenedFile& other) { return other.path == file.path; });
  if (known != opened_.end()) {
    file.written = file.written || known->written;
    opened_.erase(known);
  } else if (opened_.size() == most) {
    opened_.erase(opened_.begin());
  }
  opened_.push_back(std::move(file));
}

/// A non-blocking connect ended, and the program asked how.
void FactBuilder::Impl::on_connected(const Event& event, const SyscallEvent& asked, ProcessState& state) {
  Descriptor& socket = state.descriptors.at(asked.fd);
  if (socket.peer.empty() || !socket.connecting) return;
  socket.connecting = false;
  pending_.erase({event.process, asked.fd});
  SyscallEvent call = asked;
  call.name = "connect";
  call.address = socket.peer;
  call.error = pending_socket_error(asked);
  if (call.error == Errno::none) {
    note(connected_, call.address);
    failures_.add_success(event.process, call);
  } else {
    call.arguments = {std::to_string(asked.fd), call.address};
    ++failed_;
    failures_.add_failure(event, call, order_, state.worked, state.facts.credentials);
  }
}

}  // namespace whywontitstart
