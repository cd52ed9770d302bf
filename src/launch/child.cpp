#include "launch/child.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "launch/limits.h"
#include "launch/search.h"

namespace whywontitstart {
namespace {

struct NumericLimit {
  int resource = 0;
  rlimit64 value{};
};

/// All that the child needs, made before fork: afterwards only async-signal-safe calls are allowed, see
/// fork(2).
struct Plan {
  std::vector<const char*> argv;
  std::vector<const char*> environment;
  std::vector<std::string> candidate_texts;
  std::vector<const char*> candidates;
  std::vector<NumericLimit> limits;
  std::vector<gid_t> groups;
  uid_t uid = 0;
  gid_t gid = 0;
  bool switch_identity = false;
  const char* folder = nullptr;  ///< none: it is our own
  sock_fprog filter{};
  bool no_new_privs = false;
  const SavedSignals* signals = nullptr;
  const RoomForFiles* files = nullptr;
  int go = -1;
  int report = -1;
};

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

bool is_our_identity(const Identity& identity) {
  if (identity.uid != ::getuid() || identity.uid != ::geteuid() || identity.gid != ::getgid() ||
      identity.gid != ::getegid())
    return false;
  std::vector<gid_t> ours(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  if (::getgroups(static_cast<int>(ours.size()), ours.data()) < 0) return false;
  std::vector<gid_t> wanted(identity.groups.begin(), identity.groups.end());
  std::sort(ours.begin(), ours.end());
  std::sort(wanted.begin(), wanted.end());
  return ours == wanted;
}

bool is_our_folder(const std::string& folder) {
  char buffer[4096];
  return ::getcwd(buffer, sizeof buffer) != nullptr && folder == buffer;
}

std::vector<NumericLimit> numeric(const std::vector<Limit>& limits) {
  std::vector<NumericLimit> result;
  for (const Limit& limit : limits)
    if (const auto resource = limit_number(limit.name))
      result.push_back({*resource, {.rlim_cur = limit.soft, .rlim_max = limit.hard}});
  return result;
}

Plan plan_for(const Target& target, const ChildSetup& setup) {
  Plan plan;
  plan.argv = pointers_to(target.argv);
  plan.environment = pointers_to(target.environment);
  plan.candidate_texts = exec_candidates(target);
  plan.candidates = pointers_to(plan.candidate_texts);
  plan.limits = numeric(target.limits);
  plan.groups.assign(target.identity.groups.begin(), target.identity.groups.end());
  plan.uid = target.identity.uid;
  plan.gid = target.identity.gid;
  plan.switch_identity = !is_our_identity(target.identity);
  if (!target.cwd.empty() && !is_our_folder(target.cwd)) plan.folder = target.cwd.c_str();
  // sock_fprog is not const-correct; the kernel only reads it.
  plan.filter = {static_cast<unsigned short>(setup.filter.size()),
                 const_cast<sock_filter*>(setup.filter.data())};
  plan.no_new_privs = setup.no_new_privs;
  plan.signals = setup.signals;
  plan.files = setup.files;
  return plan;
}

// ---- in the child: async-signal-safe calls only ----

[[noreturn]] void give_up(const Plan& plan, LaunchStep step) {
  const LaunchFailure failure{step, errno};
  [[maybe_unused]] const ssize_t written = ::write(plan.report, &failure, sizeof failure);
  ::_exit(127);
}

void wait_for_go(const Plan& plan) {
  char byte = 0;
  ssize_t got = 0;
  do got = ::read(plan.go, &byte, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1) ::_exit(127);  // nobody is there to trace us
}

void install_filter(const Plan& plan) {
  if (plan.filter.len == 0) return;
  if (plan.no_new_privs && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(plan, LaunchStep::filter);
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &plan.filter) != 0)
    give_up(plan, LaunchStep::filter);
}

void become_user(const Plan& plan) {
  if (!plan.switch_identity) return;
  // The bare calls: glibc's wrappers want to tell all threads, which is not safe after fork.
  if (::syscall(SYS_setgroups, plan.groups.size(), plan.groups.data()) != 0)
    give_up(plan, LaunchStep::groups);
  if (::syscall(SYS_setresgid, plan.gid, plan.gid, plan.gid) != 0) give_up(plan, LaunchStep::gid);
  if (::syscall(SYS_setresuid, plan.uid, plan.uid, plan.uid) != 0) give_up(plan, LaunchStep::uid);
}

[[noreturn]] void become_program(const Plan& plan) {
  int outcome = ENOENT;
  for (std::size_t index = 0; plan.candidates[index] != nullptr; ++index) {
    ::execve(plan.candidates[index], const_cast<char**>(plan.argv.data()),
             const_cast<char**>(plan.environment.data()));
    // As execvp(3): go on where the file is not there or not allowed, and remember the latter.
    if (errno == EACCES)
      outcome = EACCES;
    else if (errno != ENOENT && errno != ENOTDIR) {
      outcome = errno;
      break;
    }
  }
  errno = outcome;
  give_up(plan, LaunchStep::exec);
}

[[noreturn]] void run_child(const Plan& plan) {
  wait_for_go(plan);
  if (plan.files != nullptr) plan.files->restore();
  for (const NumericLimit& limit : plan.limits)
    if (::prlimit64(0, static_cast<__rlimit_resource>(limit.resource), &limit.value, nullptr) != 0)
      give_up(plan, LaunchStep::limits);
  install_filter(plan);  // while we may: as another user it would need no_new_privs
  become_user(plan);
  // As the user, as systemd does: on a network file system only that one may be allowed to.
  if (plan.folder != nullptr && ::chdir(plan.folder) != 0) give_up(plan, LaunchStep::folder);
  if (plan.signals != nullptr) plan.signals->restore();
  become_program(plan);
}

// ----

}  // namespace

Child::~Child() {
  if (!go_) return;
  ::kill(number(pid_), SIGKILL);
  int status = 0;
  while (::waitpid(number(pid_), &status, __WALL) == number(pid_) && WIFSTOPPED(status)) {
  }
}

void Child::go() {
  [[maybe_unused]] const ssize_t written = ::write(go_.get(), "!", 1);
  go_ = Fd();
}

std::optional<LaunchFailure> Child::failure() const {
  LaunchFailure failure;
  if (::read(report_.get(), &failure, sizeof failure) != sizeof failure) return std::nullopt;
  return failure;
}

Result<Child> fork_child(const Target& target, const ChildSetup& setup) {
  int go[2];
  int report[2];
  if (::pipe2(go, O_CLOEXEC) != 0) return errno_error("start the program: pipe");
  Fd go_read(go[0]);
  Fd go_write(go[1]);
  if (::pipe2(report, O_CLOEXEC | O_NONBLOCK) != 0) return errno_error("start the program: pipe");
  Fd report_read(report[0]);
  Fd report_write(report[1]);

  Plan plan = plan_for(target, setup);
  plan.go = go_read.get();
  plan.report = report_write.get();

  // Blocked until the child has its own dispositions back: a signal in between would meet our handlers.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(go_write.get());  // so that our death reads as end of file
    run_child(plan);
  }
  const int fork_errno = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return errno_error("start the program: fork", fork_errno);
  return Child(Pid{pid}, std::move(go_write), std::move(report_read));
}

std::vector<std::string> exec_candidates(const Target& target) {
  if (!target.executable.empty()) return {target.executable};
  if (target.argv.empty()) return {};
  return search_places(target.argv.front(), target.environment, target.cwd);
}

Error describe(const LaunchFailure& failure, const Target& target) {
  const auto why = [&](const std::string& doing) { return errno_error(doing, failure.errno_code).value(); };
  const std::string user =
      target.identity.user.empty() ? std::to_string(target.identity.uid) : target.identity.user;
  switch (failure.step) {
    case LaunchStep::wait:
      return why("start the program");
    case LaunchStep::limits:
      return why("set the resource limits for the program (raising a hard limit needs root)");
    case LaunchStep::filter:
      return why("install the seccomp filter");
    case LaunchStep::groups:
      return why(fmt::format("take on the groups of user {} (needs root)", user));
    case LaunchStep::gid:
      return why(fmt::format("take on the group of user {} (needs root)", user));
    case LaunchStep::uid:
      return why(fmt::format("become user {} (needs root)", user));
    case LaunchStep::folder:
      return why(fmt::format("change to folder {} as user {}", target.cwd, user));
    case LaunchStep::exec:
      return why("execute " + (target.executable.empty() ? target.argv.front() : target.executable));
  }
  return why("start the program");
}

}  // namespace whywontitstart
