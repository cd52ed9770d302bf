#include <catch2/catch.hpp>

#include "facts/fact_builder.h"
#include "rules/check.h"
#include "rules/load.h"
#include "trace/strace_log.h"

using namespace whywontitstart;

TEST_CASE("the built-in rules load, and pass the tests beside them") {
  const Result<RuleSet> rules = built_in_rules();
  if (!rules) FAIL(rules.error().what);
  CHECK(rules->rules.size() >= 30);
  const Result<> tested = run_rule_tests(*rules, [](std::string_view text) {
    FactBuilder facts;
    StraceReader reader([&](Event&& event) { facts.add(event); });
    reader.add(text);
    reader.finish();
    return facts.finish();
  });
  if (!tested) FAIL(tested.error().what);
}

TEST_CASE("the built-in rules of servers load, and pass the tests beside them") {
  const Result<std::vector<Server>> servers = built_in_servers();
  if (!servers) FAIL(servers.error().what);
  CHECK(servers->size() >= 15);
  for (const Server& server : *servers)
    if (!server.rest.empty())
      CHECK(std::any_of(servers->begin(), servers->end(),
                        [&](const Server& other) { return other.id == server.rest; }));
  const Result<> tested = run_server_tests(*servers);
  if (!tested) FAIL(tested.error().what);
}
