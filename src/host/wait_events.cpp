#include "host/wait_events.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "host/open_files.h"
#include "model/waits.h"

namespace whywontitstart {
namespace {

std::string folder(Pid process, std::string_view which) {
  return fmt::format("/proc/{}/{}/", number(process), which);
}

/// "0x7ffd10" of an argument that could not be shown as more than an address.
std::uint64_t address_of(const SyscallEvent& call, std::size_t argument) {
  if (argument >= call.arguments.size()) return 0;
  const std::string& text = call.arguments[argument];
  std::uint64_t value = 0;
  if (text.starts_with("0x")) std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
  return value;
}

/// "[{fd=3, events=POLLIN}, {fd=5, …}]"
std::vector<int> polled(const SyscallEvent& call) {
  std::vector<int> found;
  if (call.arguments.empty()) return found;
  const std::string& text = call.arguments.front();
  constexpr std::string_view key = "fd=";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1))
    found.push_back(std::atoi(text.c_str() + at + key.size()));
  return found;
}

/// The bits of the sets for reading and writing.
std::vector<int> selected(const Host& host, Pid process, const SyscallEvent& call) {
  std::vector<int> found;
  const int count = call.arguments.empty() ? 0 : std::atoi(call.arguments.front().c_str());
  constexpr int most = 4096;
  for (const std::size_t argument : {std::size_t{1}, std::size_t{2}}) {
    const std::uint64_t address = address_of(call, argument);
    if (address == 0 || count <= 0 || count > most) continue;
    const std::size_t bytes = (static_cast<std::size_t>(count) + 63) / 64 * 8;
    const std::string bits =
        host.read_at(folder(process, "mem").substr(0, folder(process, "mem").size() - 1), address, bytes)
            .value_or("");
    for (int fd = 0; fd < count && static_cast<std::size_t>(fd / 8) < bits.size(); ++fd)
      if ((static_cast<unsigned char>(bits[static_cast<std::size_t>(fd / 8)]) >> (fd % 8) & 1) != 0)
        found.push_back(fd);
  }
  return found;
}

std::vector<int> descriptors_of(const Host& host, Pid process, const SyscallEvent& call) {
  if (call.name.starts_with("epoll"))
    return epoll_members(host.read(folder(process, "fdinfo") + std::to_string(call.fd)).value_or(""));
  return call.name.find("select") != std::string::npos ? selected(host, process, call) : polled(call);
}

/// The smaller, the more it tells of why the program does not go on.
int rank(const WaitEvent& wait) {
  if (!wait.listens.empty()) return 0;
  switch (wait.on) {
    case WaitFor::connection:
      return 1;
    case WaitFor::answer:
      return wait.answered ? 4 : 2;
    case WaitFor::pipe:
      return 3;
    case WaitFor::input:
      return 5;
    default:
      return 6;
  }
}

/// A pipe to itself is how a program wakes itself up.
void ask_polled_pipe(const Host& host, Pid process, const std::string& file, WaitEvent& wait) {
  for (const PipeEnd& end : pipe_ends(host, file))
    if (end.pid != process && end.writes) wait.by.push_back(end.pid);
  if (wait.by.empty()) return;
  wait.on = WaitFor::pipe;
  wait.thing = file;
  std::vector<std::string> names;
  for (const Pid pid : wait.by) names.push_back(process_label(host, pid));
  wait.who = join(names, ", ");
}

WaitEvent wait_at(const Host& host, Pid process, int fd) {
  WaitEvent wait;
  wait.on = WaitFor::work;
  const std::string file = host.link(folder(process, "fd") + std::to_string(fd)).value_or("");
  if (file.starts_with("socket:")) {
    ask_socket(host, process, fd, wait);
  } else if (file.starts_with("pipe:")) {
    ask_polled_pipe(host, process, file, wait);
  } else if (is_terminal(file)) {
    wait.on = WaitFor::input;
    wait.thing = file;
  }
  return wait;
}

}  // namespace

void ask_socket(const Host& host, Pid process, int fd, WaitEvent& wait) {
  wait.on = WaitFor::work;
  const Result<SocketInfo> info = host.socket(process, fd);
  if (!info) {
    if (!wait.call.address.empty()) wait.on = WaitFor::answer;
    return;
  }
  if (info->listens) {
    if (!info->local.empty()) wait.listens.push_back(info->local);
    wait.thing = info->local;
    return;
  }
  if (info->state == "SYN_SENT") {
    wait.on = WaitFor::connection;
    wait.thing = info->peer.empty() ? wait.call.address : info->peer;
    wait.details.push_back("the connection is in state SYN_SENT: the other side has not answered yet");
    return;
  }
  if (info->peer.empty() && !info->is_unix) return;  // datagrams from anybody
  wait.thing = info->peer;
  if (info->is_unix) {
    // Its two ends may be inside one family of processes, as socketpair(2) makes them.
    if (info->peer_process != Pid::none && info->peer_process != process) wait.by = {info->peer_process};
    if (!wait.by.empty()) wait.who = process_label(host, wait.by.front());
    if (info->peer.empty()) return;
    wait.answered = wait.call.name.starts_with("epoll") || wait.call.name.empty();
  }
  wait.on = WaitFor::answer;
  if (!info->received) return;
  wait.answered = *info->received > 0;
  wait.lasts = std::max<std::chrono::nanoseconds>(wait.lasts, info->silent);
  wait.details.push_back(
      fmt::format("{} is connected ({}) and has sent {} in {:.0f} s", info->peer, info->state,
                  wait.answered ? fmt::format("{} bytes, but none", *info->received) : "not a single byte",
                  std::chrono::duration<double>(info->silent).count()));
}

void ask_events(const Host& host, Pid process, WaitEvent& wait) {
  const std::vector<int> descriptors = descriptors_of(host, process, wait.call);
  wait.on = descriptors.empty() && wait.timed ? WaitFor::time : WaitFor::work;
  WaitEvent best;
  best.on = WaitFor::work;
  std::vector<std::string> listens;
  for (const int fd : descriptors) {
    WaitEvent one = wait_at(host, process, fd);
    listens.insert(listens.end(), one.listens.begin(), one.listens.end());
    if (rank(one) < rank(best)) best = std::move(one);
  }
  if (rank(best) == 6) return;
  wait.on = best.on;
  wait.thing = best.thing;
  wait.by = best.by;
  wait.who = best.who;
  wait.answered = best.answered;
  wait.lasts = std::max(wait.lasts, best.lasts);
  wait.listens = std::move(listens);
  wait.details.insert(wait.details.end(), best.details.begin(), best.details.end());
}

}  // namespace whywontitstart
