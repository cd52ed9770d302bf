#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/intent.h"
#include "rules/config_text.h"
#include "rules/server.h"

namespace whywontitstart {

/// The files of the machine, as far as they are to be read. Errors carry the errno.
struct Files {
  std::function<Result<std::string>(const std::string& path)> read;
  std::function<Result<std::vector<std::string>>(const std::string& folder)> list;
};

/// The names that match a pattern of glob(7), sorted; the pattern itself where it has no wildcard.
std::vector<std::string> expand_glob(const Files& files, const std::string& pattern);

/// The variables that a shell script sets to plain values: "export NAME=value", "NAME=value".
void read_variables(std::string_view script, std::map<std::string, std::string>& variables);

/// A text with its ${NAME} filled in; those that are not known stay.
std::string with_variables(std::string_view text, const std::map<std::string, std::string>& variables);

/// Reads the configuration of a server with all that it includes, in the order in which the server does.
class ConfigReader {
 public:
  /// `base`: the folder from which relative paths are seen.
  ConfigReader(const Server& server, const Files& files, std::map<std::string, std::string> variables,
               std::string base)
      : server_(server), files_(files), variables_(std::move(variables)), base_(std::move(base)) {}

  /// Heeds one more file. What cannot be read goes into `unread`.
  void read_file(const std::string& path);
  /// Heeds one statement of the call.
  void add(Statement statement);

  const std::string& base() const { return base_; }
  std::vector<Statement> statements;
  std::vector<Intent> includes;     ///< the files that have to be there, since something names them
  std::vector<std::string> unread;  ///< in words

 private:
  bool holds(const Statement& statement) const;
  void include(const Statement& statement, const ServerSetting& setting, const std::string& folder);
  void take(std::vector<Statement> read, const std::string& file);

  const Server& server_;
  const Files& files_;
  std::map<std::string, std::string> variables_;
  std::string base_;
  std::vector<std::string> met_;  // what conditions ask for
  int depth_ = 0;
  std::size_t files_read_ = 0;
};

}  // namespace whywontitstart
