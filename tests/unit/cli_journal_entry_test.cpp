#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>

#include "cli/journal_entry.h"
#include "cli/kept_reports.h"

namespace whywontitstart {
namespace {

Report report_of(std::string cause) {
  Report report;
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = {"path", "/etc/x"};
  finding.summary = "x needs /etc/x";
  finding.confidence = 0.97;
  finding.fixes = {{"make it", "touch /etc/x\nchmod 600 /etc/x", "changes-system"}};
  report.findings = {finding};
  return report;
}

/// A folder of this test.
struct Folder {
  Folder() {
    char name[] = "/tmp/kept-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path))
      found.push_back(entry.path().filename().string());
    std::sort(found.begin(), found.end());
    return found;
  }
  std::string path;
};

}  // namespace

TEST_CASE("an entry of the journal is one datagram, lines of several with their length") {
  CHECK(journal_datagram({{"MESSAGE", "hello"}, {"PRIORITY", "3"}}) == "MESSAGE=hello\nPRIORITY=3\n");
  const std::string expected = std::string("A\n") + std::string("\x03\0\0\0\0\0\0\0", 8) + "x\ny\n";
  CHECK(journal_datagram({{"A", "x\ny"}}) == expected);
}

TEST_CASE("text of a program cannot add fields to an entry") {
  const std::string text = journal_datagram({{"MESSAGE", "a\nPRIORITY=0"}});
  CHECK(text.starts_with(std::string("MESSAGE\n\x0c\0", 10)));
}

TEST_CASE("the verdict of a unit as fields") {
  const JournalFields fields = journal_fields(report_of("file.missing"), "web.service", "/var/lib/x.txt");
  const std::map<std::string, std::string> by_name(fields.begin(), fields.end());
  CHECK(by_name.at("MESSAGE") == "web.service: x needs /etc/x [file.missing]");
  CHECK(by_name.at("PRIORITY") == "3");
  CHECK(by_name.at("WHYWONTITSTART_CAUSE") == "file.missing");
  CHECK(by_name.at("UNIT") == "web.service");
  CHECK(by_name.at("WHYWONTITSTART_REPORT") == "/var/lib/x.txt");
}

TEST_CASE("an entry arrives at the socket, and a missing socket is an error") {
  const Folder folder;
  const std::string path = folder.path + "/socket";
  CHECK_FALSE(send_to_journal({{"MESSAGE", "x"}}, path));
  const int listener = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(send_to_journal({{"MESSAGE", "x"}}, path));
  char buffer[64];
  const ssize_t got = ::recv(listener, buffer, sizeof buffer, MSG_DONTWAIT);
  ::close(listener);
  REQUIRE(got > 0);
  CHECK(std::string(buffer, static_cast<std::size_t>(got)) == "MESSAGE=x\n");
}

TEST_CASE("of kept reports the oldest go, and nothing else in the folder") {
  const Folder folder;
  std::filesystem::create_directory(folder.path + "/reports");
  const KeptReports where{folder.path, 3};
  for (const char* const other : {"/notes.txt", "/other.json"})
    REQUIRE(std::filesystem::copy_file("/proc/self/status", folder.path + other));
  std::string last;
  for (int round = 0; round < 6; ++round) {
    const Result<std::string> path = keep_report(report_of("file.missing"), "../web@x.service", where);
    REQUIRE(path);
    last = *path;
  }
  const std::vector<std::string> names = folder.names();
  CHECK(names.size() == 3 * 2 + 3);
  CHECK(std::filesystem::exists(last));
  CHECK(last.find("/_.._web@x.service.") != std::string::npos);
  REQUIRE(keep_report(report_of("file.missing"), "web", {folder.path, 100, 1}));
  CHECK(folder.names().size() == 2 + 3);
}

}  // namespace whywontitstart
