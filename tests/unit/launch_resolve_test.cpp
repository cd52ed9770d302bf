#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "launch/limits.h"
#include "launch/resolve.h"

using namespace whywontitstart;

namespace {

/// A machine made of a few files.
class FakeHost : public Host {
 public:
  std::map<std::string, std::string> files{
      {"/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nwww:x:33:33:web:/var/www:/usr/sbin/nologin\n"},
      {"/etc/group", "root:x:0:\nwww:x:33:\nssl-cert:x:110:www,postgres\n"}};
  std::map<std::string, FileStatus> statuses{{"/usr/bin/app", {.mode = S_IFREG | 0755}},
                                             {"/opt/data", {.mode = S_IFREG | 0644}},
                                             {"/usr/bin/data", {.mode = S_IFREG | 0644}},
                                             {"/usr/bin/folder", {.mode = S_IFDIR | 0755}},
                                             {"/srv", {.mode = S_IFDIR | 0755}},
                                             {"/srv/app", {.mode = S_IFREG | 0700, .uid = 33, .gid = 33}}};
  std::map<std::string, CommandOutput> answers;

  Result<std::string> read(const std::string& path, std::size_t) const override {
    const auto found = files.find(path);
    if (found == files.end()) return errno_error("open " + path, ENOENT);
    return found->second;
  }
  Result<FileStatus> status(const std::string& path, bool) const override {
    const auto found = statuses.find(path);
    if (found == statuses.end()) return errno_error("stat " + path, ENOENT);
    return found->second;
  }
  Result<std::vector<std::string>> list(const std::string&) const override { return error("no"); }
  Result<std::string> link(const std::string&) const override { return error("no"); }
  Result<Filesystem> filesystem(const std::string&) const override { return error("no"); }
  Result<std::string> attribute(const std::string&, const std::string&) const override { return error("no"); }
  Result<CommandOutput> run(const std::vector<std::string>& argv, std::chrono::milliseconds) const override {
    const auto found = answers.find(fmt::format("{}", fmt::join(argv, " ")));
    if (found == answers.end()) return CommandOutput{.exit_code = 2, .out = {}, .err = {}};
    return found->second;
  }
};

Caller root_in_srv() {
  return {.environment = {"PATH=/opt:/usr/bin", "HOME=/root", "LANG=C.UTF-8", "SECRET=x"},
          .cwd = "/srv",
          .identity = {.uid = 0, .gid = 0, .groups = {0}, .user = {}, .home = {}, .shell = {}}};
}

LaunchRequest request_for(std::vector<std::string> argv) {
  LaunchRequest request;
  request.argv = std::move(argv);
  return request;
}

std::string problem_of(const LaunchRequest& request) {
  const Result<Target> target = resolve_target(request, FakeHost(), root_in_srv());
  return target ? "" : target.error().what;
}

}  // namespace

TEST_CASE("a program is looked up as execvp does") {
  const FakeHost host;
  const auto executable = [&](const std::string& name) {
    return resolve_target(request_for({name}), host, root_in_srv())->executable;
  };
  CHECK(executable("app") == "/usr/bin/app");  // not /srv/app: the working directory is not searched
  CHECK(executable("./app") == "/srv/app");
  CHECK(executable("data") == "/opt/data");  // there, but not executable: better than nothing
  CHECK(executable("folder") == "/usr/bin/folder");
  CHECK(executable("nothing").empty());
  CHECK(executable("/usr/bin/app") == "/usr/bin/app");
}

TEST_CASE("PATH is the program's own, not ours") {
  LaunchRequest request = request_for({"app"});
  request.environment = {"PATH=/nowhere"};
  CHECK(resolve_target(request, FakeHost(), root_in_srv())->executable.empty());
  request.environment = {"PATH=/nowhere:"};  // an empty piece is the working directory
  CHECK(resolve_target(request, FakeHost(), root_in_srv())->executable == "/srv/app");
}

TEST_CASE("a user is found by name or number, with groups and variables") {
  for (const char* user : {"www", "33"}) {
    LaunchRequest request = request_for({"./app"});
    request.user = user;
    const Result<Target> target = resolve_target(request, FakeHost(), root_in_srv());
    REQUIRE(target);
    CHECK(target->identity.uid == 33);
    CHECK(target->identity.gid == 33);
    CHECK(target->identity.groups == std::vector<std::uint32_t>{33, 110});
    CHECK(target->identity.user == "www");
    CHECK(target->environment == std::vector<std::string>{"PATH=/opt:/usr/bin", "HOME=/var/www",
                                                          "LANG=C.UTF-8", "SECRET=x", "USER=www",
                                                          "LOGNAME=www", "SHELL=/usr/sbin/nologin"});
  }
}

TEST_CASE("a user that only getent knows is found, too") {
  FakeHost host;
  host.answers["/usr/bin/getent passwd ldapuser"] = {0, "ldapuser:*:5000:5001::/home/l:/bin/sh\n", ""};
  host.answers["/usr/bin/getent initgroups ldapuser"] = {0, "ldapuser              5001 7000\n", ""};
  LaunchRequest request = request_for({"app"});
  request.user = "ldapuser";
  const Result<Target> target = resolve_target(request, host, root_in_srv());
  REQUIRE(target);
  CHECK(target->identity.uid == 5000);
  CHECK(target->identity.groups == std::vector<std::uint32_t>{5001, 7000});
}

TEST_CASE("a clean environment is a system service's, to which the wanted variables are passed") {
  LaunchRequest request = request_for({"app"});
  request.clean_env = true;
  request.environment = {"SECRET", "NEW=1", "ABSENT"};
  CHECK(resolve_target(request, FakeHost(), root_in_srv())->environment ==
        std::vector<std::string>{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                 "HOME=/root", "USER=root", "LOGNAME=root", "LANG=C.UTF-8", "SECRET=x",
                                 "NEW=1"});
  request.clean_env = false;
  CHECK(resolve_target(request, FakeHost(), root_in_srv())->environment ==
        std::vector<std::string>{"PATH=/opt:/usr/bin", "HOME=/root", "LANG=C.UTF-8", "NEW=1"});
}

TEST_CASE("limits are read as users and units write them") {
  CHECK(parse_limit("nofile=16:64")->name == "RLIMIT_NOFILE");
  CHECK(parse_limit("nofile=16:64")->soft == 16);
  CHECK(parse_limit("nofile=16:64")->hard == 64);
  CHECK(parse_limit("RLIMIT_CORE=unlimited")->hard == UINT64_MAX);
  CHECK(parse_limit("LimitAS=2G")->soft == 2ULL << 30);
  CHECK(parse_limit("nofiles=16").error().what == "there is no limit 'nofiles'; did you mean 'nofile'?");
  CHECK(parse_limit("nofile=many").error().what ==
        "'many' in 'nofile=many' is no value: write a whole number, or 'unlimited'");
  CHECK(parse_limit("nofile=99999999999999999999").error().what.find("is no value") != std::string::npos);
  CHECK(parse_limit("nofile=2:1").error().what.find("the soft limit is above the hard one") !=
        std::string::npos);
  CHECK(parse_limit("nofile").error().what ==
        "'nofile' is no limit: write NAME=SOFT or NAME=SOFT:HARD, as in nofile=1024:4096");
}

TEST_CASE("what cannot be resolved is said in words") {
  CHECK(problem_of(request_for({})) ==
        "there is no program to start: name one, as in `whywontitstart ./myprog --port 80`");
  LaunchRequest request = request_for({"app"});
  request.user = "nobody-here";
  CHECK(problem_of(request).starts_with("there is no user 'nobody-here' on this machine"));
  request = request_for({"app"});
  request.chdir = "gone";
  CHECK(problem_of(request) == "there is no folder /srv/gone to start in: make it, or name another one");
  request.chdir = "app";
  CHECK(problem_of(request) == "/srv/app is no folder: name one to start in");
  request = request_for({"app"});
  request.environment = {"=x"};
  CHECK(problem_of(request) == "'=x' is no variable: write NAME=VALUE to set one, NAME to remove it");
}
