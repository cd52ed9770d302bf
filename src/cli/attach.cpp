#include "cli/attach.h"

#include <unistd.h>

#include <cstdlib>

#include "base/text.h"
#include "host/accounts.h"
#include "host/open_files.h"
#include "host/processes.h"
#include "host/waits.h"

namespace whywontitstart {
namespace {

std::string file_of(Pid process, std::string_view name) {
  return fmt::format("/proc/{}/{}", number(process), name);
}

/// The ninth field of /proc/PID/stat, see proc_pid_stat(5).
bool is_kernel_thread(const Host& host, Pid process) {
  const std::string stat = host.read(file_of(process, "stat")).value_or("");
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return false;
  const std::string rest = stat.substr(name_end + 2);
  const std::vector<std::string_view> fields = split(rest, ' ');
  constexpr unsigned long kernel_thread = 0x00200000;  // PF_KTHREAD
  return fields.size() > 6 &&
         (std::strtoul(std::string(fields[6]).c_str(), nullptr, 10) & kernel_thread) != 0;
}

}  // namespace

Result<Target> target_of_process(const Host& host, Pid process) {
  const Result<ProcessStatus> status = process_status(host, process);
  if (!status) return error(fmt::format("there is no process {}", number(process)));
  if (process == Pid{::getpid()}) return error(fmt::format("{} is this tool itself", number(process)));
  if (is_kernel_thread(host, process))
    return error(fmt::format("{} ({}) is a thread of the kernel: no program that could be looked at",
                             number(process), status->name));
  Target target;
  target.argv = process_arguments(host, process).value_or(std::vector<std::string>{});
  if (target.argv.empty()) target.argv = {status->name};
  // A server that shows its state there: "redis-server *:6379", "nginx: master process".
  if (const std::size_t blank = target.argv[0].find(' ');
      target.argv.size() == 1 && blank != std::string::npos) {
    const std::string shown = target.argv[0];
    const std::string name = shown.substr(0, blank);
    target.argv = {name.ends_with(':') ? name.substr(0, name.size() - 1) : name, shown.substr(blank + 1)};
  }
  target.executable = host.link(file_of(process, "exe")).value_or("");
  target.cwd = host.link(file_of(process, "cwd")).value_or("");
  target.identity.uid = status->uid;
  target.identity.gid = status->gid;
  target.identity.groups = status->groups;
  target.identity.user = user_name(host, status->uid);
  const std::string environment = host.read(file_of(process, "environ")).value_or("");
  for (const std::string_view variable : split(environment, '\0'))
    if (!variable.empty()) target.environment.emplace_back(variable);
  return target;
}

void explain_attached(const Host& host, Event& event) {
  auto* wait = std::get_if<WaitEvent>(&event.what);
  if (wait == nullptr) return;
  explain_wait(host, event.process, event.thread, *wait);
  if (wait->on == WaitFor::work && wait->listens.empty() && event.thread == event.process)
    wait->listens = listening_addresses(host, event.process);
}

Error why_unseen(const Host& host, Pid process, const std::vector<std::string>& remarks) {
  const Result<ProcessStatus> status = process_status(host, process);
  std::string text = remarks.empty() ? "it may not be looked at" : remarks.front();
  if (status)
    text = fmt::format("{} ({}): {}; all that is seen is that it has {} threads and is in state {}",
                       number(process), status->name, text, status->threads, status->state);
  return Error{text, 0};
}

Result<> may_look_at(const Host& host, Pid process) {
  const Result<ProcessStatus> status = process_status(host, process);
  if (status && status->state == 'Z') return {};  // it has nothing left that could be hidden
  const Result<std::string> call = host.read(file_of(process, "syscall"));
  if (call || call.error().errno_code == ENOENT || call.error().errno_code == ESRCH) return {};
  return tl::unexpected(call.error());
}

}  // namespace whywontitstart
