#include "host/command.h"

// pidfd_open(2) is refused in many containers and absent before Linux 5.3; the exit is asked for instead.
#define BOOST_PROCESS_V2_DISABLE_PIDFD_OPEN 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <boost/asio/io_context.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#pragma GCC diagnostic pop
// What g++ 12 thinks of a vector of the launcher when it is inlined with -O2.
#pragma GCC diagnostic ignored "-Warray-bounds"
#pragma GCC diagnostic ignored "-Wdangling-pointer"
#pragma GCC diagnostic ignored "-Wrestrict"
#pragma GCC diagnostic ignored "-Wstringop-overflow"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace whywontitstart {
namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using Clock = std::chrono::steady_clock;

constexpr std::size_t output_limit = 1U << 20;

/// Gives the helper an environment of its own, a process group, so that what it starts can be ended with it,
/// and the signals that a new program expects.
struct CleanStart {
  template <typename Launcher>
  boost::system::error_code on_setup(Launcher& launcher, const boost::filesystem::path&, const char* const*) {
    static constexpr const char* environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", nullptr};
    launcher.env = environment;
    return {};
  }

  template <typename Launcher>
  boost::system::error_code on_exec_setup(Launcher&, const boost::filesystem::path&, const char* const*) {
    ::setpgid(0, 0);
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    return {};
  }
};

/// One of the helper's outputs, read as it comes, so that the helper never waits for us.
class Output {
 public:
  explicit Output(asio::io_context& context) : pipe_(context) {}

  asio::readable_pipe& pipe() { return pipe_; }
  std::string take() { return std::move(text_); }

  void read_on() {
    pipe_.async_read_some(asio::buffer(buffer_),
                          [this](const boost::system::error_code& failed, std::size_t got) {
                            text_.append(buffer_, std::min(got, output_limit - text_.size()));
                            if (!failed) read_on();
                          });
  }

 private:
  asio::readable_pipe pipe_;
  char buffer_[16384] = {};
  std::string text_;
};

int exit_code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

/// Waits for the end of a helper that has closed its outputs. False: it was still there at the deadline.
bool wait_until(process::basic_process<asio::io_context::executor_type>& helper, Clock::time_point end) {
  boost::system::error_code failed;
  std::chrono::microseconds pause{200};
  while (helper.running(failed)) {
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::microseconds>(pause * 2, std::chrono::milliseconds(10));
  }
  return true;
}

Result<CommandOutput> run_helper(const std::vector<std::string>& argv, std::chrono::milliseconds deadline) {
  const Clock::time_point end = Clock::now() + deadline;
  asio::io_context context;
  Output out(context), err(context);
  process::basic_process<asio::io_context::executor_type> helper(
      context.get_executor(), argv.front(), std::vector<std::string>(argv.begin() + 1, argv.end()),
      process::process_stdio{nullptr, out.pipe(), err.pipe()}, CleanStart{});
  const pid_t group = helper.id();

  out.read_on();
  err.read_on();
  context.run_until(end);
  const bool ended = wait_until(helper, end);
  if (!ended) {
    // Before the helper is waited for: until then nobody else can have its number.
    ::kill(-group, SIGKILL);
    boost::system::error_code ignored;
    helper.wait(ignored);
    return errno_error(fmt::format("{} gave no answer within {} ms", argv.front(), deadline.count()),
                       ETIMEDOUT);
  }
  return CommandOutput{exit_code_of(helper.native_exit_code()), out.take(), err.take()};
}

}  // namespace

Result<CommandOutput> run_command(const std::vector<std::string>& argv, std::chrono::milliseconds deadline) {
  if (argv.empty() || !argv.front().starts_with('/')) return error("a helper needs an absolute path");
  // The launcher's child would run our exit handlers if it could not exec, so ask first.
  if (::access(argv.front().c_str(), X_OK) != 0) return errno_error(argv.front());
  try {
    return run_helper(argv, deadline);
  } catch (const std::exception& failed) {
    return error(fmt::format("{}: {}", argv.front(), failed.what()));
  }
}

}  // namespace whywontitstart
