#include "saved/words.h"

#include <charconv>

namespace whywontitstart {
namespace {

std::optional<int> number_in(std::string_view word) {
  int number = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (problem != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

/// Names are asked of each value in turn, from 0 up to `last`.
template <typename Value>
bool find_by_name(std::string_view word, Value last, Value& value) {
  for (int at = 0; at <= static_cast<int>(last); ++at) {
    if (word_of(static_cast<Value>(at)) != word) continue;
    value = static_cast<Value>(at);
    return true;
  }
  return false;
}

}  // namespace

std::string word_of(Pid pid) { return std::to_string(number(pid)); }
std::string word_of(Errno code) { return code == Errno::none ? "0" : name(code); }
std::string word_of(Signal signal) { return signal == Signal::none ? "0" : name(signal); }
std::string word_of(State state) { return std::string(name(state)); }
std::string word_of(Stream stream) { return std::string(name(stream)); }
std::string word_of(WaitFor what) { return std::string(name(what)); }

std::string word_of(Expectation::Kind kind) {
  switch (kind) {
    case Expectation::Kind::listen:
      return "listen";
    case Expectation::Kind::file:
      return "file";
    case Expectation::Kind::exit:
      return "exit";
    case Expectation::Kind::notify:
      return "notify";
  }
  return "notify";
}

bool set_from_word(const std::string& word, Pid& pid) {
  const std::optional<int> found = number_in(word);
  if (found) pid = Pid{*found};
  return found.has_value();
}

bool set_from_word(const std::string& word, Errno& code) {
  if (const std::optional<int> found = number_in(word)) return code = Errno{*found}, true;
  const std::optional<Errno> found = errno_from_name(word);
  if (found) code = *found;
  return found.has_value();
}

bool set_from_word(const std::string& word, Signal& signal) {
  if (const std::optional<int> found = number_in(word)) return signal = Signal{*found}, true;
  const std::optional<Signal> found = signal_from_name(word);
  if (found) signal = *found;
  return found.has_value();
}

bool set_from_word(const std::string& word, State& state) {
  return find_by_name(word, State::not_run, state);
}

bool set_from_word(const std::string& word, Stream& stream) {
  return find_by_name(word, Stream::file, stream);
}

bool set_from_word(const std::string& word, WaitFor& what) {
  const std::optional<WaitFor> found = wait_from_name(word);
  if (found) what = *found;
  return found.has_value();
}

bool set_from_word(const std::string& word, Expectation::Kind& kind) {
  return find_by_name(word, Expectation::Kind::notify, kind);
}

}  // namespace whywontitstart
