#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// One thing that a program is going to want of the machine, as its call or its configuration names it.
struct Intent {
  enum class Kind {
    listen,    ///< to bind `value`: "0.0.0.0:80", "[::]:80", "unix:/run/x.sock"
    read,      ///< to read the file `value`
    write,     ///< to write the file `value`, made if it is not there
    folder,    ///< to make files in the folder `value`, which has to be there
    enter,     ///< to go into the folder `value`
    pid_file,  ///< to write its process number into `value`
    user,      ///< to become the user `value`
    group,     ///< to become the group `value`
    variable,  ///< to find the variable `value` in its environment
  };

  Kind kind = Kind::read;
  std::string value;         ///< paths are absolute
  std::string protocol;      ///< of listen: "tcp", "udp"
  std::string setting;       ///< what names it: "listen", "--port"
  std::string source;        ///< where: "/etc/nginx/nginx.conf:12"; empty: its call
  std::string by;            ///< the user who does it; empty: whoever starts the program
  double certainty = 0;      ///< that the program does not start where this cannot be had, 0 to 1
  bool if_listens = false;   ///< so certain only of a program that listens at all; else a guess
  bool shares = false;       ///< of listen: with SO_REUSEPORT, several of its user may have the port
  bool stale_stops = false;  ///< of listen: it does not remove a socket file that was left behind
  std::string alternatives;  ///< of those with the same name here one is enough; empty: it is needed
  std::uint32_t forbidden_mode =
      0;  ///< mode bits with which the program refuses a file or folder as too open

  bool operator==(const Intent&) const = default;
};

/// "listen tcp 0.0.0.0:80", "read /etc/x.conf by www-data".
std::string to_text(const Intent& intent);

/// All that is known beforehand of what a program will want.
struct Intentions {
  std::string known_as;            ///< whose rules these are: "nginx"; empty: nobody's
  std::vector<std::string> names;  ///< of its processes, beside that of the executable
  std::string script;  ///< what it is told to run, of an interpreter: two of them are not the same program
  bool starts = true;  ///< false: it is called to say its version, to test its configuration, …
  bool refuses_root = false;               ///< it ends if it is started as root
  std::vector<Intent> intents;             ///< in the order in which they are named; nothing twice
  std::vector<std::string> not_looked_at;  ///< configuration that could not be read, in words
};

}  // namespace whywontitstart
