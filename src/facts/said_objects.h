#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// A path or an address that a text names, and where: bytes [begin, end).
struct SaidObject {
  enum class Kind { path, address };
  Kind kind = Kind::path;
  std::string value;  ///< of an address "HOST:PORT"; "*:PORT" where no host is said
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The paths of a line, by place: absolute ones, and relative ones that stand in quotes or begin with "./".
/// What only looks like one is left out: URLs, "TUN/TAP", "text/html".
std::vector<SaidObject> paths_said(std::string_view text);

/// The network addresses of a line, by place: "127.0.0.1:80", "[::1]:80", "('0.0.0.0', 8000)", "host \"db\"
/// (10.0.0.2), port 5432", "tcp :80", "port 8080". What only looks like one is left out: times, "main.c:12".
std::vector<SaidObject> addresses_said(std::string_view text);

/// The host of a line that names no port: "10.0.0.7" of "connect to backup (10.0.0.7)"; empty if there is
/// none.
std::string host_said(std::string_view text);

/// The relative name that ends right before `at`: "ssl.h" of "ssl.h: No such file"; empty if there is none.
std::string name_before(std::string_view text, std::size_t at);

}  // namespace whywontitstart
