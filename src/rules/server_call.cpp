#include "rules/server_call.h"

#include <re2/re2.h>

namespace whywontitstart {
namespace {

bool is_one_of(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// An option with its value: "--port=80", "--port 80", "-p80", "-p 80".
struct Option {
  std::string name;
  std::string value;
  bool joined = false;  ///< the value stands in the same word
};

class CallReader {
 public:
  CallReader(const Server& server, const std::vector<std::string>& words) : server_(server), words_(words) {}

  ServerCall read() {
    bool options_end = false;
    for (at_ = 0; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (is_no_start(word)) call_.starts = false;
      if (word == "--" && !options_end) {
        options_end = true;
      } else if (!options_end && word.size() > 1 && word.front() == '-') {
        read_option(word);
      } else if (read_word(word)) {
        break;
      }
    }
    return std::move(call_);
  }

 private:
  bool is_no_start(const std::string& word) const {
    const std::string pair = at_ + 1 < words_.size() ? word + " " + words_[at_ + 1] : word;
    return is_one_of(server_.not_a_start, word) || is_one_of(server_.not_a_start, pair);
  }

  void note(const std::string& key, const std::string& value, const std::string& option) {
    Statement statement;
    statement.key = key;
    statement.value = value;
    statement.name = option;
    call_.settings.push_back(std::move(statement));
  }

  std::string next_word() { return at_ + 1 < words_.size() ? words_[++at_] : std::string(); }

  /// The option as one of `names`, which may be written together with its value.
  static std::optional<Option> as_one_of(const std::vector<std::string>& names, const std::string& word) {
    for (const std::string& name : names) {
      if (word == name) return Option{name, "", false};
      if (word.starts_with(name + "=")) return Option{name, word.substr(name.size() + 1), true};
      const bool is_letter = name.size() == 2 && name[1] != '-';
      if (is_letter && word.starts_with(name) && !word.starts_with("--"))
        return Option{name, word.substr(2), true};
    }
    return std::nullopt;
  }

  void read_option(const std::string& word) {
    for (const ServerArgument& argument : server_.arguments) {
      const std::optional<Option> option = as_one_of(argument.options, word);
      if (!option) continue;
      const std::size_t before = at_;
      const std::string value = option->joined ? option->value : next_word();
      if (argument.only != nullptr && !RE2::PartialMatch(value, *argument.only)) {
        at_ = before;  // it means something else here, and may have no value at all
        return;
      }
      note(argument.key, value, option->name);
      return;
    }
    if (is_one_of(server_.takes_value, word)) {
      next_word();
      return;
    }
    if (server_.long_options && word.starts_with("--")) read_long_option(word);
  }

  void read_long_option(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (equals != std::string::npos) return note(config_key(name.substr(2)), word.substr(equals + 1), name);
    std::string value;
    while (at_ + 1 < words_.size() && !words_[at_ + 1].starts_with("--")) {
      if (!value.empty()) value += ' ';
      value += next_word();
    }
    note(config_key(name.substr(2)), value, name);
  }

  /// Says whether the words after it belong to somebody else.
  bool read_word(const std::string& word) {
    if (call_.first_word.empty()) call_.first_word = word;
    for (const ServerArgument& argument : server_.arguments) {
      if (!argument.options.empty() || is_one_of(taken_, argument.key)) continue;
      if (argument.only != nullptr && !RE2::PartialMatch(word, *argument.only)) continue;
      taken_.push_back(argument.key);
      note(argument.key, word, "");
      break;
    }
    if (server_.rest.empty()) return false;
    call_.rest.assign(words_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, words_.end());
    return true;
  }

  const Server& server_;
  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  std::vector<std::string> taken_;  // keys of words that stand for themselves: each of those once
  ServerCall call_;
};

}  // namespace

ServerCall read_call(const Server& server, const std::vector<std::string>& words) {
  return CallReader(server, words).read();
}

}  // namespace whywontitstart
