#include <catch2/catch.hpp>

#include "fake_host.h"
#include "host/installed.h"

using namespace whywontitstart;

namespace {

using Table = std::map<std::string, std::string>;

TEST_CASE("dpkg tells packages and versions, whichever name its list has for a file") {
  FakeHost host;
  host.add_file("/var/lib/dpkg/info/libx1:amd64.list", "/.\n/usr/lib/libx.so.1\n");
  host.add_file("/var/lib/dpkg/info/tool.list", "/.\n/usr/bin/tool\n/etc/tool.conf\n");
  host.add_file("/var/lib/dpkg/info/other.list", "/.\n/usr/bin/other\n");
  host.add_file("/var/lib/dpkg/status",
                "Package: libx1\nStatus: install ok installed\nVersion: 1.0-2\nDescription: Version: 9\n\n"
                "Package: other\nVersion: 7\n\nPackage: tool\nVersion: 2:3.4\n");
  const Installed found =
      installed(host, {"/lib/libx.so.1", "/bin/tool", "/usr/bin/tool", "/etc/tool.conf", "/srv/own", "x"});
  CHECK(found.package_of == Table{{"/bin/tool", "tool"},
                                  {"/etc/tool.conf", "tool"},
                                  {"/lib/libx.so.1", "libx1"},
                                  {"/usr/bin/tool", "tool"}});
  CHECK(found.version_of == Table{{"libx1", "1.0-2"}, {"tool", "2:3.4"}});
}

TEST_CASE("apk tells packages and versions") {
  FakeHost host;
  host.add_file("/lib/apk/db/installed",
                "C:Q1\nP:musl\nV:1.2.4-r2\nF:lib\nR:ld-musl-x86_64.so.1\n\n"
                "P:busybox\nV:1.36.1-r5\nF:bin\nR:busybox\n");
  const Installed found = installed(host, {"/lib/ld-musl-x86_64.so.1", "/bin/none"});
  CHECK(found.package_of == Table{{"/lib/ld-musl-x86_64.so.1", "musl"}});
  CHECK(found.version_of == Table{{"musl", "1.2.4-r2"}});
}

TEST_CASE("rpm answers one line for each file") {
  FakeHost host;
  host.add_folder("/var/lib/rpm");
  host.commands["/usr/bin/rpm -qf --queryformat =%{NAME} %{VERSION}-%{RELEASE}\\n /etc/own /usr/bin/bash"] = {
      1, "file /etc/own is not owned by any package\n=bash 5.1.8-6.el9\n", ""};
  const Installed found = installed(host, {"/etc/own", "/usr/bin/bash"});
  CHECK(found.package_of == Table{{"/usr/bin/bash", "bash"}});
  CHECK(found.version_of == Table{{"bash", "5.1.8-6.el9"}});
}

TEST_CASE("a machine without such lists has no packages") {
  const Installed found = installed(FakeHost(), {"/usr/bin/bash"});
  CHECK(found.package_of.empty());
  CHECK(found.version_of.empty());
}

}  // namespace
