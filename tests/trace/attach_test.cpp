#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "base/fd.h"
#include "recorded.h"

using namespace whywontitstart;

namespace {

/// A program that runs before anybody looks; it has said "up".
class Running {
 public:
  explicit Running(const std::vector<std::string>& argv) {
    int in[2], out[2];
    REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::dup2(out[1], 2);
      ::execv(words[0], words.data());
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    in_ = Fd(in[1]);
    out_ = Fd(out[0]);
    char text[3] = "";
    REQUIRE(::read(out_.get(), text, 3) == 3);
  }
  ~Running() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  Pid pid() const { return Pid{pid_}; }
  /// Ends its standard input, and gives its exit status.
  int end() {
    in_ = Fd();
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::string status_line(std::string_view key) const {
    const std::string text = read_file(fmt::format("/proc/{}/status", pid_)).value_or("");
    const std::size_t at = text.find(key);
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
  }

 private:
  pid_t pid_ = -1;
  Fd in_;
  Fd out_;
};

Recorded look_at(const Running& program, std::chrono::milliseconds timeout) {
  Recorded recorded;
  AttachOptions options;
  options.timeout = timeout;
  recorded.end = run_attached(program.pid(), options,
                              [&](Event&& event) { recorded.events.push_back(std::move(event)); });
  return recorded;
}

}  // namespace

TEST_CASE("calls that a stop would interrupt are begun anew: the program that we attach to notices nothing") {
  Running program({whywontitstart::program("eintr")});
  const Recorded trace = look_at(program, std::chrono::milliseconds(1500));
  CHECK(trace.end.backend == "ptrace");
  CHECK(trace.end.outcome.attached);
  CHECK(trace.end.outcome.state == State::running);
  for (const char* call : {"epoll_wait", "rt_sigtimedwait", "recvfrom", "clock_nanosleep", "futex"}) {
    INFO(call);
    CHECK(trace.calls(call).size() > 3);
  }
  CHECK(program.status_line("TracerPid:") == "TracerPid:\t0");
  CHECK(program.end() == 0);
}

TEST_CASE("what sleeps is looked at and left asleep, and it is told in which call and for how long") {
  Running program({whywontitstart::program("waits"), "read"});
  const Recorded trace = look_at(program, std::chrono::seconds(5));
  const auto wait = trace.wait_in("read");
  REQUIRE(wait);
  CHECK(wait->call.file.starts_with("pipe:["));
  CHECK(wait->state == 'S');
  CHECK(wait->lasts >= std::chrono::seconds(1));
  CHECK(trace.end.outcome.duration < std::chrono::seconds(4));
  REQUIRE_FALSE(trace.all<ExecEvent>().empty());
  CHECK(trace.all<ExecEvent>().front().second.argv ==
        std::vector<std::string>{whywontitstart::program("waits"), "read"});
  CHECK(::kill(number(program.pid()), 0) == 0);
}

TEST_CASE("what is stopped stays stopped") {
  Running program({whywontitstart::program("waits"), "read"});
  ::kill(number(program.pid()), SIGSTOP);
  int status = 0;
  REQUIRE(::waitpid(number(program.pid()), &status, WUNTRACED) == number(program.pid()));
  const Recorded trace = look_at(program, std::chrono::seconds(5));
  const auto waits = trace.all<WaitEvent>();
  REQUIRE_FALSE(waits.empty());
  CHECK(waits.front().second.state == 'T');
  CHECK(state_when(program.pid(), 'T') == 'T');
  CHECK(program.status_line("TracerPid:") == "TracerPid:\t0");
}

TEST_CASE("a descendant is looked at, too") {
  char name[] = "/tmp/lock.XXXXXX";
  const Fd file(::mkstemp(name));
  Running program({whywontitstart::program("waits"), "lock", name});
  const Recorded trace = look_at(program, std::chrono::seconds(5));
  CHECK(trace.wait_in("pause"));
  CHECK(trace.all<ForkEvent>().size() == 1);
  CHECK(trace.all<WaitEvent>().size() == 2);
  for (const auto& [event, fork] : trace.all<ForkEvent>()) ::kill(number(fork.child), SIGKILL);
  ::unlink(name);
}

TEST_CASE("a process that is gone is an end without waits") {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  Recorded recorded;
  recorded.end =
      run_attached(Pid{child}, {}, [&](Event&& event) { recorded.events.push_back(std::move(event)); });
  CHECK(recorded.all<WaitEvent>().empty());
  CHECK(recorded.end.outcome.duration < std::chrono::seconds(2));
}
