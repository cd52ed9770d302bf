#include <catch2/catch.hpp>

#include "facts/errno_words.h"
#include "facts/fact_builder.h"
#include "facts/said_objects.h"
#include "trace/strace_log.h"

using namespace whywontitstart;

namespace {

std::vector<std::string> values(const std::vector<SaidObject>& objects) {
  std::vector<std::string> all;
  for (const SaidObject& object : objects) all.push_back(object.value);
  return all;
}

/// The complaints of a program that writes this to standard error.
std::vector<Complaint> complaints_of(const std::string& before, const std::string& said) {
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(event); });
  reader.add(before + "7 write(2, \"" + said + "\\n\", 100) = 100\n7 +++ exited with 1 +++\n");
  reader.finish();
  return builder.finish().complaints;
}

std::string only(const std::string& said) {
  const std::vector<Complaint> all = complaints_of("", said);
  if (all.size() != 1) return fmt::format("{} complaints", all.size());
  const Complaint& one = all.front();
  return fmt::format("{} {}", name(one.error), one.path.empty() ? one.address : one.path);
}

}  // namespace

TEST_CASE("an errno is known by its words in many languages, its symbol and its number") {
  const auto first = [](std::string_view text) {
    const std::vector<SaidErrno> said = errnos_said(text);
    return said.empty() ? "" : name(said.front().code);
  };
  CHECK(first("open x: Permission denied") == "EACCES");
  CHECK(first("x: Keine Berechtigung") == "EACCES");
  CHECK(first("x: Нет такого файла или каталога") == "ENOENT");
  CHECK(first("x: 地址已在使用") == "EADDRINUSE");
  CHECK(first("Error: listen EADDRINUSE") == "EADDRINUSE");
  CHECK(first("failed (os error 98)") == "EADDRINUSE");
  CHECK(first("[Errno 111] x") == "ECONNREFUSED");
  CHECK(first("(13)x: could not open") == "EACCES");
  CHECK(first("can't reach it (113)") == "ECONNREFUSED");  // its words come first
  CHECK(first("Errcode: 28 - x") == "ENOSPC");
  CHECK(first("no such device or address: x") == "ENXIO");  // and not its beginning, which is ENODEV's
  CHECK(first("version 13 (2) of all") == "");
  CHECK(first("EXAMPLE of errors") == "");
}

TEST_CASE("paths are found in a line, and what only looks like one is not") {
  CHECK(values(paths_said("open \"/srv/my files/x\": denied")) ==
        std::vector<std::string>{"/srv/my files/x"});
  CHECK(values(paths_said("cannot lock ./ibdata1, error: 11")) == std::vector<std::string>{"./ibdata1"});
  CHECK(values(paths_said("unix:///run/docker.sock. Is it up?")) ==
        std::vector<std::string>{"/run/docker.sock"});
  CHECK(values(paths_said("FileNotFoundException: /opt/a.yml (No such file)")) ==
        std::vector<std::string>{"/opt/a.yml"});
  CHECK(values(paths_said("open() \"/etc/mime.types\" failed in /etc/nginx.conf:14")) ==
        std::vector<std::string>{"/etc/mime.types"});
  CHECK(values(paths_said("http://host/a/b, text/html and TUN/TAP or '127.0.0.1'")).empty());
}

TEST_CASE("addresses are found in a line, and times and places in files are not") {
  const auto first = [](std::string_view text) {
    const std::vector<SaidObject> found = addresses_said(text);
    return found.empty() ? "" : found.front().value;
  };
  CHECK(first("bind() to 0.0.0.0:80 failed") == "0.0.0.0:80");
  CHECK(first("could not bind to address [::]:80") == "[::]:80");
  CHECK(first("Connection in use: ('0.0.0.0', 8000)") == "0.0.0.0:8000");
  CHECK(first("server at \"localhost\" (127.0.0.1), port 5432 failed") == "127.0.0.1:5432");
  CHECK(first("Can't reach database server at `db`:`5432`") == "db:5432");
  CHECK(first("listen tcp :80: bind") == "*:80");
  CHECK(first("Port 8080 was already in use") == "*:8080");
  CHECK(first("connect to host example.org port 22:") == "example.org:22");
  CHECK(first("2021-03-01 10:00:00 main.c:12: nothing here") == "");
  CHECK(first("{\"level\":\"error\",\"time\":\"2022-01-01\"}") == "");
}

TEST_CASE("a complaint is about what stands beside its errno") {
  CHECK(only("open /srv/x: permission denied") == "EACCES /srv/x");
  CHECK(only("[Errno 2] No such file or directory: '/srv/x'") == "ENOENT /srv/x");
  CHECK(only("/usr/bin/app: No such file or directory: /srv/x") == "ENOENT /srv/x");
  CHECK(only("failed to connect to [db:27017] on first try [connect ECONNREFUSED 10.0.0.2:27017]") ==
        "ECONNREFUSED 10.0.0.2:27017");
  CHECK(only("error in /etc/a.conf line 12: can't open /etc/b.pem: No such file or directory") ==
        "ENOENT /etc/b.pem");
  CHECK(only("fatal error: openssl/ssl.h: No such file or directory") == "ENOENT openssl/ssl.h");
  CHECK(only("cannot connect to 'db.local' ([Errno 113] No route to host)") == "EHOSTUNREACH db.local");
  CHECK(only("bind(): Address already in use") == "EADDRINUSE ");
}

TEST_CASE("a complaint whose call the trace has is traced") {
  const std::string call = "7 openat(AT_FDCWD, \"/srv/x\", O_RDONLY) = -1 EACCES (Permission denied)\n";
  CHECK(complaints_of(call, "open /srv/x: permission denied").front().traced);
  CHECK_FALSE(complaints_of(call, "open /srv/y: permission denied").front().traced);
  CHECK_FALSE(complaints_of("", "open /srv/x: permission denied").front().traced);
}
