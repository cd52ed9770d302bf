#include "cli/status_line.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"
#include "report/wrap.h"

namespace whywontitstart {
namespace {

using namespace std::chrono_literals;

constexpr auto first_after = 2s;     // most starts are over by then
constexpr auto silence_before = 1s;  // what writes all the time needs no sign of life
constexpr auto again_after = 1s;

// ECMA-48 and DEC's VT100, which every emulator in use follows: INDEX makes room below the cursor.
constexpr std::string_view to_line_below =
    "\x1b"
    "D"
    "\x1b[A"
    "\x1b"
    "7"
    "\x1b[B\r\x1b[2K";
constexpr std::string_view back =
    "\x1b"
    "8";
constexpr std::string_view erase_below = "\x1b[J";

/// One write(2), so that nothing of the program comes between.
void put(const std::string& text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

bool is_ours() {
  const char* const kind = std::getenv("TERM");
  if (kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb") return false;
  return ::isatty(STDERR_FILENO) == 1 && ::tcgetpgrp(STDERR_FILENO) == ::getpgrp();
}

/// An editor, a pager or a shell with line editing has it.
bool is_raw() {
  termios settings{};
  return ::tcgetattr(STDERR_FILENO, &settings) == 0 && (settings.c_lflag & ICANON) == 0;
}

std::size_t columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string fitting(const std::string& text, std::size_t width) {
  std::string result;
  for (const char byte : in_ascii(text)) {
    if (result.size() + 1 >= width) break;
    result += byte;
  }
  return result;
}

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

struct Words {
  WaitFor on;
  std::string_view words;
  std::string_view before_thing = {};  ///< empty: the thing says nothing to a reader
};

// What says most first: a shell waits for its child, and the child for a server.
constexpr Words all_words[] = {{WaitFor::connection, "waits for a connection", " to "},
                               {WaitFor::answer, "waits for an answer", " of "},
                               {WaitFor::lock, "waits for a lock", " on "},
                               {WaitFor::input, "waits for input", " from "},
                               {WaitFor::fifo, "waits for the other end of a pipe", ", "},
                               {WaitFor::storage, "waits for storage", ", "},
                               {WaitFor::debugger, "is held by a debugger"},
                               {WaitFor::continuation, "is stopped"},
                               {WaitFor::randomness, "waits for random numbers"},
                               {WaitFor::pipe, "waits for data through a pipe"},
                               {WaitFor::processor, "computes"},
                               {WaitFor::time, "sleeps"},
                               {WaitFor::thread, "waits for another thread"},
                               {WaitFor::work, "waits for work"}};

std::string words_of(const std::vector<WaitEvent>& waits) {
  for (const Words& known : all_words)
    for (const WaitEvent& wait : waits)
      if (wait.on == known.on)
        return known.before_thing.empty() || wait.thing.empty()
                   ? std::string(known.words)
                   : fmt::format("{}{}{}", known.words, known.before_thing, wait.thing);
  return {};
}

}  // namespace

StatusLine::StatusLine(bool wanted) : possible_(wanted && is_ours()) {}

void StatusLine::saw(const Event& event) {
  if (!possible_) return;
  if (const auto* call = std::get_if<SyscallEvent>(&event.what)) {
    ++calls_;
    if (call->data.empty() || call->fd < 0 || call->fd > 2) return;
    last_output_ = Clock::now();
    if (paints(call->data)) {
      erase();
      possible_ = false;
    }
  } else if (const auto* fork = std::get_if<ForkEvent>(&event.what)) {
    if (!fork->is_thread) living_.insert(fork->child);
  } else if (std::holds_alternative<ExitEvent>(event.what)) {
    living_.erase(event.process);
    return;
  }
  living_.insert(event.process);
}

void StatusLine::erase() {
  if (!shown_) return;
  shown_ = false;
  last_output_ = Clock::now();
  put(std::string(erase_below));
}

void StatusLine::show(const std::vector<WaitEvent>& waits) {
  if (!possible_) return;
  const Clock::time_point now = Clock::now();
  if (now - start_ < first_after || now - last_output_ < silence_before || now - last_shown_ < again_after)
    return;
  if (!is_ours() || is_raw()) {
    erase();
    return;
  }
  last_shown_ = now;
  shown_ = true;
  const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(now - start_);
  const std::string words = "whywontitstart: " + status_words(elapsed, living_.size(), calls_, waits);
  put(std::string(to_line_below) + fitting(printable(words), columns()) + std::string(back));
}

bool paints(std::string_view text) {
  for (std::size_t at = text.find('\x1b'); at != std::string_view::npos; at = text.find('\x1b', at + 1)) {
    std::size_t end = at + 1;
    const bool is_sequence = end < text.size() && text[end] == '[';
    if (is_sequence) end = std::min(text.find_first_not_of("0123456789;", end + 1), text.size());
    const bool is_harmless = end == text.size() || (is_sequence && (text[end] == 'm' || text[end] == 'K'));
    if (!is_harmless) return true;
  }
  return false;
}

std::string status_words(std::chrono::seconds elapsed, std::size_t processes, std::size_t calls,
                         const std::vector<WaitEvent>& waits) {
  const std::string waiting = words_of(waits);
  return fmt::format("{} s{}{} ({}, {})", elapsed.count(), waiting.empty() ? "" : ", ", waiting,
                     counted(processes, "process", "processes"), counted(calls, "call", "calls"));
}

}  // namespace whywontitstart
