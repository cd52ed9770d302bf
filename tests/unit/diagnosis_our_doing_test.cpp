#include <catch2/catch.hpp>
#include <cerrno>

#include "diagnosis/our_doing.h"
#include "events.h"
#include "facts/fact_builder.h"

using namespace whywontitstart;
using namespace whywontitstart::events;

namespace {

constexpr Pid target{100};

Finding lost_rights_of(Pid process) {
  Finding finding;
  finding.cause = "trace.denied";
  finding.confidence = 0.95;
  finding.evidence.push_back({"syscall", "execve of /usr/bin/ping", process, {}});
  return finding;
}

std::vector<Finding> with_ours(const std::vector<Event>& events, Pid process = target) {
  Finding other;
  other.cause = "dns.failure";
  other.confidence = 0.9;
  std::vector<Finding> findings = {other};
  add_our_doing({lost_rights_of(process)}, facts_of(events), findings);
  return findings;
}

}  // namespace

TEST_CASE("a program that complains of rights which tracing took from it is not to blame") {
  const auto said = with_ours({at(target, write("ping: must be root\n")), at(target, exited(1))});
  REQUIRE(said.size() == 2);
  CHECK(said[0].cause == "trace.denied");
  CHECK(said[0].confidence == 0.95);
  CHECK(said[1].confidence < 0.1);
  const auto refused = with_ours({at(target, open("/etc/shadow", Errno{EACCES})), at(target, exited(1))});
  CHECK(refused[0].confidence == 0.95);
}

TEST_CASE("a failure that has nothing to do with rights keeps its cause, and the loss is told behind it") {
  const auto findings =
      with_ours({at(target, write("ping: nowhere: no such host\n")), at(target, exited(2))});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].cause == "trace.denied");
  CHECK(findings[0].confidence < findings[1].confidence);
  CHECK(findings[1].confidence == 0.9);
}

TEST_CASE("what a process lost that nothing hangs on is no finding") {
  CHECK(with_ours({at(target, exited(2))}, Pid{4711}).size() == 1);
}
