#pragma once

#include <string>

#include "model/facts.h"

namespace whywontitstart {

// The names that a saved trace has for what is a number in memory: those of the manuals, and of the report.
// False: there is no such name.

std::string word_of(Pid pid);
std::string word_of(Errno code);
std::string word_of(Signal signal);
std::string word_of(State state);
std::string word_of(Stream stream);
std::string word_of(WaitFor what);
std::string word_of(Expectation::Kind kind);

bool set_from_word(const std::string& word, Pid& pid);
bool set_from_word(const std::string& word, Errno& code);
bool set_from_word(const std::string& word, Signal& signal);
bool set_from_word(const std::string& word, State& state);
bool set_from_word(const std::string& word, Stream& stream);
bool set_from_word(const std::string& word, WaitFor& what);
bool set_from_word(const std::string& word, Expectation::Kind& kind);

}  // namespace whywontitstart
