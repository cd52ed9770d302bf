#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "cli/journal_lines.h"

using namespace whywontitstart;

namespace {

Report report_with(std::vector<Finding> findings) {
  Report report;
  report.target.argv = {"/usr/sbin/nginx"};
  report.findings = std::move(findings);
  return report;
}

Finding finding(std::string cause, std::string summary, double confidence) {
  Finding found;
  found.cause = std::move(cause);
  found.summary = std::move(summary);
  found.confidence = confidence;
  return found;
}

}  // namespace

TEST_CASE("a log gets one line for each thing that is wrong, the sure ones as errors") {
  const Report report = report_with({finding("port.in-use", "port 80 is taken", 0.95),
                                     finding("file.missing", "/x is\nnot there", 0.9),
                                     finding("user.unknown", "no user y", 0.5)});
  CHECK(journal_lines(report, false, false) ==
        "whywontitstart: nginx: port 80 is taken [port.in-use]\n"
        "whywontitstart: nginx: /x is not there [file.missing]\n"
        "whywontitstart: nginx: no user y [user.unknown]\n");
  CHECK(journal_lines(report, true, true) ==
        "<3>whywontitstart: nginx: port 80 is taken [port.in-use]\n"
        "<3>whywontitstart: nginx: /x is not there [file.missing]\n");
  CHECK(journal_lines(report, false, true).find("<4>whywontitstart: nginx: no user y") != std::string::npos);
}

TEST_CASE("a log says that nothing is wrong in one line, and what could not be looked at") {
  Report report = report_with({finding("ok.exited", "nginx was not run; nothing stands in its way", 0.9)});
  CHECK(journal_lines(report, false, false) ==
        "whywontitstart: nginx was not run; nothing stands in its way\n");
  CHECK(journal_lines(report, true, false).empty());
  report.not_looked_at = {"ports (/proc is hidden)"};
  report.checks = {{"capabilities", CheckStatus::warn, "one is missing", {}},
                   {"filesystem", CheckStatus::warn, "/var is full", {}}};
  CHECK(journal_lines(report, false, true) ==
        "<4>whywontitstart: nginx: filesystem: /var is full\n"
        "<6>whywontitstart: nginx: could not look at ports (/proc is hidden)\n"
        "<6>whywontitstart: nginx was not run; nothing stands in its way\n");
}

TEST_CASE("levels go to the journal alone") {
  struct stat status {};
  REQUIRE(::fstat(0, &status) == 0);
  CHECK(goes_to_journal(fmt::format("{}:{}", status.st_dev, status.st_ino), 0));
  CHECK_FALSE(goes_to_journal(fmt::format("{}:{}", status.st_dev, status.st_ino + 1), 0));
  CHECK_FALSE(goes_to_journal("", 0));
}
