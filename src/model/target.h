#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// One resource limit to be set for the program, see setrlimit(2).
struct Limit {
  std::string name;  ///< "RLIMIT_NOFILE"
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;  ///< UINT64_MAX is unlimited, for both
};

/// Who the program runs as.
struct Identity {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;  ///< the supplementary ones
  std::string user;                   ///< its name; empty if the machine knows none
  std::string home;
  std::string shell;
};

/// What 'started' means for a program, where somebody says so.
struct Expectation {
  enum class Kind {
    listen,  ///< it listens on `value`: a port, ADDRESS:PORT, an absolute path, an abstract name with its "@"
    file,    ///< the file `value` appears, or is written anew; absolute
    exit,    ///< it ends with the exit status `value`
    notify,  ///< it says READY=1, see sd_notify(3)
  } kind = Kind::notify;
  std::string value;

  bool operator==(const Expectation&) const = default;
};

/// "listen:8080", "notify", as it is asked for.
std::string to_text(const Expectation& expectation);

/// What to start, and how.
struct Target {
  std::vector<std::string> argv;
  std::string executable;  ///< absolute path of argv[0] as found; empty if it was not found
  std::string cwd;         ///< absolute
  Identity identity;
  std::vector<std::string> environment;  ///< "NAME=value", all of it
  std::vector<Limit> limits;             ///< only those to be set
  std::vector<Expectation> expected;     ///< all of them have to come true; of several exit statuses one
  bool of_log = false;  ///< known by a log of calls alone: of user, environment and limits it tells nothing
};

/// The value of a variable in a list of "NAME=value".
std::optional<std::string> variable(const std::vector<std::string>& environment, std::string_view name);

}  // namespace whywontitstart
