#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

#include "diagnosis/weigh.h"
#include "events.h"
#include "facts/fact_builder.h"

using namespace whywontitstart;
using namespace whywontitstart::events;

namespace {

constexpr Pid target{100};

Candidate about_failure(const Facts& facts, std::size_t at, std::string cause, double weight) {
  Candidate candidate;
  candidate.match.cause = std::move(cause);
  candidate.match.subject_kind = "path";
  candidate.match.subject = facts.failures.at(at).call.path;
  candidate.match.weight = weight;
  candidate.match.failure = at;
  candidate.match.process = facts.failures.at(at).process;
  return candidate;
}

}  // namespace

TEST_CASE("the failure that the program complains of wins over one that comes later") {
  const Facts facts = facts_of({at(target, open("/etc/app.conf", Errno{ENOENT})),
                                at(target, write("cannot read /etc/app.conf\n")),
                                at(target, open("/usr/share/x.mo", Errno{ENOENT})), at(target, exited(1))});
  const auto findings = weigh(
      facts, {about_failure(facts, 0, "file.missing", 0.3), about_failure(facts, 1, "file.missing", 0.3)});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].subject.value == "/etc/app.conf");
  CHECK(findings[0].confidence > 0.8);
  CHECK(findings[1].confidence < 0.1);
}

TEST_CASE("how it ended gives way to why, and stands where there is no why") {
  const Facts facts =
      facts_of({at(target, open("/etc/app.conf", Errno{ENOENT})),
                at(target, write("cannot read /etc/app.conf\n")), at(target, killed(SIGABRT))});
  Candidate symptom;
  symptom.match.cause = "crash.abort";
  symptom.match.subject = "SIGABRT";
  symptom.match.weight = 0.95;
  symptom.match.is_symptom = true;
  symptom.match.process = target;
  CHECK(weigh(facts, {symptom}).at(0).cause == "crash.abort");
  CHECK(weigh(facts, {symptom, about_failure(facts, 0, "file.missing", 0.3)}).at(0).cause == "file.missing");
}

TEST_CASE("the same cause told twice becomes one finding under its more exact name") {
  const Facts facts = facts_of({at(target, open("/srv/etc/app.conf", Errno{ENOENT})),
                                at(target, write("cannot read etc/app.conf\n")), at(target, exited(1))});
  Candidate said;
  said.match.cause = "file.missing";
  said.match.subject = "etc/app.conf";
  said.match.weight = 0.9;
  said.match.line = 0;
  said.match.process = target;
  const auto findings = weigh(facts, {said, about_failure(facts, 0, "file.missing", 0.3)});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].subject.value == "/srv/etc/app.conf");
  CHECK(findings[0].evidence.size() == 2);
}
