#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// A question to a machine, in words: a path, and what else makes it a question of its own.
using Question = std::vector<std::string>;

/// What was answered to one question, in the order in which it was asked; the same several times in a row is
/// one with its number.
template <typename Value>
struct AnswerRow {
  struct Answer {
    std::size_t times = 1;
    Result<Value> value;
  };
  std::vector<Answer> answers;
};

template <typename Value>
using AnswerTable = std::map<Question, AnswerRow<Value>>;

/// All that a machine was asked, by the kinds of questions that a Host takes.
struct Answers {
  AnswerTable<std::string> read, read_at, link, attribute, derived;
  AnswerTable<FileStatus> status;
  AnswerTable<std::vector<std::string>> list;
  AnswerTable<Filesystem> filesystem;
  AnswerTable<SocketInfo> socket;
  AnswerTable<std::vector<SocketRecord>> socket_records;
  AnswerTable<CommandOutput> run;
};

/// What the kinds of those begin with in a file that were asked outside of a unit.
constexpr const char* outside_prefix = "outside.";

/// `visit` is called with the name of each kind and its table.
template <typename Visit>
void tables(Answers& answers, Visit&& visit) {
  visit("read", answers.read);
  visit("read_at", answers.read_at);
  visit("link", answers.link);
  visit("attribute", answers.attribute);
  visit("derived", answers.derived);
  visit("status", answers.status);
  visit("list", answers.list);
  visit("filesystem", answers.filesystem);
  visit("socket", answers.socket);
  visit("socket_records", answers.socket_records);
  visit("run", answers.run);
}

}  // namespace whywontitstart
