#include <catch2/catch.hpp>

#include "fake_host.h"
#include "host/path_walk.h"

using namespace whywontitstart;

namespace {

const Identity web{33, 33, {33}, "www-data", "/var/www", "/bin/false"};
const Identity root{0, 0, {0}, "root", "/root", "/bin/sh"};

FakeHost plain() {
  FakeHost host;
  host.files["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n";
  host.files["/etc/group"] = "root:x:0:\nwww-data:x:33:\n";
  host.files["/proc/self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
  return host;
}

std::string acl(std::vector<AclEntry> entries) {
  std::string text("\x02\0\0\0", 4);
  for (const AclEntry& entry : entries) {
    text += static_cast<char>(entry.tag);
    text += '\0';
    text += static_cast<char>(entry.permissions);
    text += '\0';
    for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(entry.id >> shift & 0xff);
  }
  return text;
}

}  // namespace

TEST_CASE("the folder that nobody else may go through is the one that denies, not the file") {
  FakeHost host = plain();
  host.add_folder("/srv/secret", 0700).add_file("/srv/secret/app/config", "x", 0644);
  const PathWalk way = walk(host, "/srv/secret/app/config", web, {.rights = {.read = true}});
  CHECK(way.barrier == Barrier::search);
  CHECK(way.error == Errno{EACCES});
  CHECK(way.at == "/srv/secret");
  CHECK(way.reason ==
        "/srv/secret is drwx------ root:root: others have no right to go through it (x), so www-data (33) "
        "cannot");
  CHECK(way.fixes.at(0).command == "chmod o+x /srv/secret");
  CHECK(walk(host, "/srv/secret/app/config", root, {.rights = {.read = true, .write = true}}).allowed());
}

TEST_CASE("modes are asked of the one class that somebody belongs to") {
  FakeHost host = plain();
  host.add_file("/a", "", 0604, 0, 33);
  host.add_file("/b", "", 0077, 33, 33);
  CHECK(walk(host, "/a", web, {.rights = {.read = true}}).barrier == Barrier::permission);
  CHECK(walk(host, "/b", web, {.rights = {.read = true}}).fixes.at(0).command == "chmod u+r /b");
}

TEST_CASE("an access control list gives and takes") {
  FakeHost host = plain();
  host.add_file("/a", "", 0640);
  host.attributes[{"/a", "system.posix_acl_access"}] =
      acl({{1, 6, 0}, {2, 4, 33}, {4, 0, 0}, {16, 4, 0}, {32, 0, 0}});
  CHECK(walk(host, "/a", web, {.rights = {.read = true}}).allowed());
  host.attributes[{"/a", "system.posix_acl_access"}] =
      acl({{1, 6, 0}, {2, 4, 33}, {4, 0, 0}, {16, 0, 0}, {32, 4, 0}});
  const PathWalk way = walk(host, "/a", web, {.rights = {.read = true}});
  CHECK(way.barrier == Barrier::permission);
  CHECK(way.reason.find("the mask of its ACL leaves") != std::string::npos);
}

TEST_CASE("the first missing folder is named, and what looks like it") {
  FakeHost host = plain();
  host.add_folder("/var/log/invoices", 0755).add_file("/var/log/invoices/api.log", "");
  const PathWalk way =
      walk(host, "/var/log/invoice/api.log", web, {.rights = {.write = true}, .create = true});
  CHECK(way.barrier == Barrier::missing);
  CHECK(way.error == Errno{ENOENT});
  CHECK(way.at == "/var/log/invoice");
  CHECK(way.near_misses == std::vector<std::string>{"/var/log/invoices/api.log"});
  CHECK(way.resolved == "/var/log/invoice/api.log");
  CHECK(way.fixes.at(0).command == "install -d -o www-data -g 33 -m 750 /var/log/invoice");
}

TEST_CASE("near misses are few letters, another case or another ending") {
  FakeHost host;
  host.add_file("/etc/app/config.yaml", "")
      .add_file("/etc/app/Config.yml", "")
      .add_file("/etc/app/other", "");
  CHECK(near_misses(host, "/etc/app", "config.yml") ==
        std::vector<std::string>{"/etc/app/Config.yml", "/etc/app/config.yaml"});
  CHECK(near_misses(host, "/etc/app", "bother") == std::vector<std::string>{"/etc/app/other"});
  CHECK(near_misses(host, "/etc/app", "x").empty());
  CHECK(near_misses(host, "/nowhere", "x").empty());
}

TEST_CASE("a new file needs a folder that may be written to") {
  FakeHost host = plain();
  host.add_folder("/run/app", 0755).add_folder("/srv/app", 0755, 33, 33);
  const PathWalk way = walk(host, "/run/app/app.pid", web, {.rights = {.write = true}, .create = true});
  CHECK(way.barrier == Barrier::permission);
  CHECK(way.at == "/run/app");
  const PathWalk fine = walk(host, "/srv/app/app.pid", web, {.rights = {.write = true}, .create = true});
  CHECK(fine.allowed());
  CHECK_FALSE(fine.exists);
  CHECK(fine.resolved == "/srv/app/app.pid");
}

TEST_CASE("a read-only mount refuses root as well, but not reading or a device") {
  FakeHost host = plain();
  host.files["/proc/self/mountinfo"] += "2 1 8:2 / /data ro,relatime - xfs /dev/sdb1 rw\n";
  host.add_file("/data/x", "").add_special("/data/null", S_IFCHR | 0666);
  const PathWalk way = walk(host, "/data/x", root, {.rights = {.write = true}});
  CHECK(way.barrier == Barrier::read_only_mount);
  CHECK(way.error == Errno{EROFS});
  CHECK(way.reason == "/data/x lies on /data, which is mounted read-only (xfs)");
  CHECK(walk(host, "/data/x", root, {.rights = {.read = true}}).allowed());
  CHECK(walk(host, "/data/null", root, {.rights = {.write = true}}).allowed());
  CHECK(walk(host, "/data/new", root, {.create = true}).barrier == Barrier::read_only_mount);
}

TEST_CASE("root may execute only what somebody may") {
  FakeHost host = plain();
  host.add_file("/bin/tool", "", 0644).add_file("/bin/other", "", 0744, 33);
  CHECK(walk(host, "/bin/tool", root, {.rights = {.execute = true}}).barrier == Barrier::permission);
  CHECK(walk(host, "/bin/other", root, {.rights = {.execute = true}}).allowed());
}

TEST_CASE("root without the capability is anybody") {
  FakeHost host = plain();
  host.add_folder("/home/me", 0700, 1000, 1000);
  host.files["/proc/self/status"] = "Name:\tx\nCapBnd:\t0000000000000000\n";
  CHECK(walk(host, "/home/me/x", root).barrier == Barrier::search);
}

TEST_CASE("links are followed, and a dangling one is told from a missing file") {
  FakeHost host = plain();
  host.add_link("/etc/app.conf", "app/../../opt/app.conf").add_folder("/etc/app");
  const PathWalk way = walk(host, "/etc/app.conf", web);
  CHECK(way.barrier == Barrier::dangling_link);
  CHECK(way.at == "/opt");
  host.add_file("/opt/app.conf", "");
  CHECK(walk(host, "/etc/app.conf", web).resolved == "/opt/app.conf");
  host.add_link("/opt/data", "/opt/app");
  host.add_folder("/opt/app");
  CHECK(walk(host, "/opt/data/x", web).barrier == Barrier::missing);
}

TEST_CASE("links in a circle, and a file used as a folder, end the walk") {
  FakeHost host = plain();
  host.add_link("/a", "/b").add_link("/b", "/a").add_file("/file", "");
  CHECK(walk(host, "/a", root).barrier == Barrier::link_loop);
  const PathWalk way = walk(host, "/file/x", root);
  CHECK(way.barrier == Barrier::not_a_folder);
  CHECK(way.error == Errno{ENOTDIR});
  CHECK(walk(host, "/" + std::string(300, 'a'), root).barrier == Barrier::name_too_long);
}

TEST_CASE("an immutable file and a sticky folder stop those whom modes would let pass") {
  FakeHost host = plain();
  host.add_file("/etc/app.conf", "").add_folder("/tmp", 01777).add_file("/tmp/x", "", 0666, 1000);
  host.statuses["/etc/app.conf"].immutable = true;
  host.files["/proc/sys/fs/protected_regular"] = "1\n";
  CHECK(walk(host, "/etc/app.conf", root, {.rights = {.write = true}}).barrier == Barrier::immutable);
  CHECK(walk(host, "/tmp/x", web, {.remove = true}).barrier == Barrier::sticky_folder);
  CHECK(walk(host, "/tmp/x", root, {.remove = true}).allowed());
  CHECK(walk(host, "/tmp/x", root, {.rights = {.write = true}, .create = true}).barrier ==
        Barrier::sticky_folder);
  CHECK(walk(host, "/tmp/x", root, {.rights = {.write = true}}).allowed());
}

TEST_CASE("what cannot be looked at is unknown, not allowed") {
  FakeHost host = plain();
  host.errors["/net/x"] = EIO;
  host.add_folder("/net");
  CHECK(walk(host, "/net/x", root).barrier == Barrier::unknown);
}
