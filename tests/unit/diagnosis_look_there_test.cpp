#include <catch2/catch.hpp>

#include "diagnosis/look_there.h"

using namespace whywontitstart;

namespace {

std::string command_for(std::string cause, Subject subject, std::vector<Fix> fixes = {}) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = std::move(subject);
  finding.fixes = std::move(fixes);
  const auto look = look_there(finding, "shop");
  return look ? look->command : "";
}

}  // namespace

TEST_CASE("of a log it is said what to look at on its machine") {
  CHECK(command_for("port.privileged", {"port", "0.0.0.0:80"}) ==
        "sysctl net.ipv4.ip_unprivileged_port_start; getcap \"$(command -v shop)\"");
  CHECK(command_for("limit.open-files", {"limit", "RLIMIT_NOFILE"}) == "prlimit --nofile");
  CHECK(command_for("limit.inotify", {"limit", "fs.inotify.max_user_watches"}) ==
        "sysctl fs.inotify.max_user_watches");
  CHECK(command_for("file.read-only", {"path", "/var/lib/a b"}) == "findmnt -T '/var/lib/a b'");
  CHECK(command_for("port.in-use", {"port", "[::]:8080"}) == "ss -tulpn 'sport = :8080'");
  CHECK(command_for("connect.permission", {"address", "10.0.0.1:53"}) ==
        "ss -ltn 'sport = :53'; ip route get 10.0.0.1");
  CHECK(command_for("user.unknown", {"user", "web"}) == "getent passwd web");
}

TEST_CASE("a fix that looks there is enough, and of what has no place there is nothing to look at") {
  CHECK(command_for("file.missing", {"path", "/etc/x"}, {{"see", "ls -la /etc", "safe"}}).empty());
  CHECK(!command_for("file.missing", {"path", "/etc/x"}, {{"make it", "touch /etc/x", "changes-system"}})
             .empty());
  CHECK(command_for("app.error", {"text", "no"}).empty());
  CHECK(command_for("crash.segfault", {"process", "shop"}).empty());
}
