#pragma once

#include <map>
#include <string>
#include <vector>

#include "facts/descriptors.h"
#include "model/facts.h"

namespace whywontitstart {

/// Joins what the processes wrote, in whatever pieces, to lines.
class LineJoiner {
 public:
  /// The file that is standard error and not standard output: whatever is written there is a message.
  void know_standard_error(std::string file) { standard_error_ = std::move(file); }
  /// A call that wrote `call.data` to a descriptor, if that is a place where programs talk to people.
  /// `to_standard_error`: its descriptor is 2, or a copy of it.
  void add_call(const Event& event, const SyscallEvent& call, Order order, bool to_standard_error);
  void add_log(const Event& event, const LogEvent& log, Order order);
  /// A process ended: what it wrote without a line end is a line.
  void end_process(Pid process);

  std::vector<Line> take();

 private:
  struct Source {
    Stream stream = Stream::standard_error;
    std::string where;
    bool operator<(const Source& other) const {
      return std::tie(stream, where) < std::tie(other.stream, other.where);
    }
  };

  /// What follows a text: maybe the rest of its line, another line, or bytes that nobody knows.
  enum class Then { open, ended, cut };

  void add_text(const Event& event, const Source& source, std::string_view text, Then then, Order order);
  void keep(Line line);

  std::string standard_error_;
  std::map<std::pair<Pid, Source>, Line> open_;
  std::vector<Line> lines_;
};

/// Is this a place for messages: a log by its name?
bool looks_like_log(std::string_view path);

}  // namespace whywontitstart
