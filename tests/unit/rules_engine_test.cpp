#include <catch2/catch.hpp>

#include "events.h"
#include "facts/fact_builder.h"
#include "rules/check.h"
#include "rules/load.h"
#include "rules/match.h"
#include "trace/strace_log.h"

using namespace whywontitstart;

namespace {

Facts facts_of_text(std::string_view text) {
  FactBuilder builder;
  StraceReader reader([&](Event&& event) { builder.add(event); });
  reader.add(text);
  reader.finish();
  return builder.finish();
}

constexpr std::string_view whole_rule = R"(rules:
  - rule: taken
    cause: port.in-use
    when: { syscall: bind, error: EADDRINUSE }
    subject: { kind: port, value: "{address}" }
    weight: 0.9
    title: "A port is taken"
    summary: "{program} cannot listen on {address}"
    tests:
      - { name: speaks, trace: '7 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EADDRINUSE (x)', expect: { subject: "0.0.0.0:80" } }
      - { name: silent, trace: '7 close(3) = 0', expect: silent }
)";

/// The rule with one text of it changed.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(whole_rule);
  text.replace(text.find(from), from.size(), to);
  return text;
}

std::string problem_of(std::string_view text) {
  RuleSet rules;
  const Result<> added = add_rules_of_text(rules, "my.yaml", text);
  return added ? "" : added.error().what;
}

RuleSet rules_of(std::string_view text) {
  RuleSet rules;
  const Result<> added = add_rules_of_text(rules, "my.yaml", text);
  INFO((added ? "" : added.error().what));
  REQUIRE(added);
  return rules;
}

}  // namespace

TEST_CASE("a rule that is whole loads, and says its subject") {
  const RuleSet rules = rules_of(whole_rule);
  const std::vector<Match> found = match(
      rules, facts_of({events::at(Pid{7}, events::socket_call("bind", "0.0.0.0:80", Errno{EADDRINUSE}))}));
  REQUIRE(found.size() == 1);
  CHECK(found.front().cause == "port.in-use");
  CHECK(fill(found.front().subject, found.front().values) == "0.0.0.0:80");
  CHECK(found.front().values.at("port") == "80");
}

TEST_CASE("an error in a rule is shown with its place, the line, a caret and a hint") {
  CHECK(problem_of(changed("EADDRINUSE }", "EADDRINUSED }")) ==
        "my.yaml:4:35: error: 'EADDRINUSED' is no errno\n"
        "   4 |     when: { syscall: bind, error: EADDRINUSED }\n"
        "     |                                   ^ did you mean EADDRINUSE?");
  CHECK(problem_of(changed("title:", "titel:")) ==
        "my.yaml:7:5: error: unknown key 'titel'\n"
        "   7 |     titel: \"A port is taken\"\n"
        "     |     ^ did you mean title?\n"
        "my.yaml:2:5: error: 'title' is missing here\n"
        "   2 |   - rule: taken\n"
        "     |     ^");
  CHECK(problem_of(changed("cannot listen on {address}", "cannot listen on {adress}")) ==
        "my.yaml:8:14: error: there is no placeholder {adress}\n"
        "   8 |     summary: \"{program} cannot listen on {adress}\"\n"
        "     |              ^ did you mean address?");
  CHECK(problem_of(changed("port.in-use", "port.inuse")) ==
        "my.yaml:3:12: error: there is no cause 'port.inuse'\n"
        "   3 |     cause: port.inuse\n"
        "     |            ^ did you mean port.in-use?");
}

TEST_CASE("what YAML would let pass is refused") {
  CHECK(problem_of("rules: []\nrules: []\n") ==
        "my.yaml:2:1: error: 'rules' stands here twice\n"
        "   2 | rules: []\n"
        "     | ^");
  CHECK(problem_of("rules: &a []\n").find("my.yaml:1:8: error: an anchor") == 0);
  CHECK(problem_of("rules: *a\n").find("my.yaml:1:") == 0);
  CHECK(problem_of("rules: []\n---\nrules: []\n").find("my.yaml:2:1: error: a second document") == 0);
  CHECK(problem_of("rules: !!str x\n").find("error: a tag") != std::string::npos);
  CHECK(problem_of(std::string(2 << 20, ' ')) == "my.yaml: larger than 1 MiB: this is no rule file");
  CHECK(problem_of("rules: [\n").find("my.yaml:") == 0);
  CHECK(problem_of("rules: 7\n").find("my.yaml:1:8: error: 'rules' is a list") == 0);
  CHECK(problem_of("- 1\n").find("my.yaml:1:1: error: a rule file is a map") == 0);
  CHECK_FALSE(problem_of(std::string(100000, '[')).empty());
}

TEST_CASE("a rule needs a test in which it speaks and one in which it is silent") {
  const std::string text = changed("expect: silent", "expect: { subject: x }");
  CHECK(problem_of(text).find("needs a test in which it speaks and one in which it is silent") !=
        std::string::npos);
  CHECK(problem_of(changed("weight: 0.9", "weight: 9")).find("'weight' is a number between 0 and 1") !=
        std::string::npos);
  CHECK(problem_of(changed("syscall: bind", "path: '('")).find("'path' is no regular expression") !=
        std::string::npos);
}

TEST_CASE("an expression may be a list of ways to say the same, with the same groups") {
  const std::string text = R"(rules:
  - rule: user-unknown
    cause: user.unknown
    when:
      said:
        - 'no user (?P<user>\w+)'
        - 'who is (?P<user>\w+)'
    subject: { kind: user, value: "{user}" }
    weight: 0.9
    title: "The user is unknown"
    summary: "there is no user {user}"
    references: []
    tests:
      - { name: the first way, said: "no user shop", expect: { subject: shop } }
      - { name: the second way, said: "who is cart?", expect: { subject: cart } }
      - { name: another sentence, said: "user shop", expect: silent }
)";
  CHECK(run_rule_tests(rules_of(text), facts_of_text).has_value());
  std::string broken = text;
  broken.replace(broken.find("who is (?P"), 10, "who is ((?P");
  CHECK(problem_of(broken).find("my.yaml:7:11: error: 'said' is no regular expression") == 0);
}

TEST_CASE("the same rule twice is an error that names the first place") {
  RuleSet rules = rules_of(whole_rule);
  const Result<> again = add_rules_of_text(rules, "other.yaml", whole_rule);
  REQUIRE_FALSE(again);
  CHECK(again.error().what.find("other.yaml:2:5: error: the rule 'taken' is there already, at my.yaml:2") ==
        0);
  CHECK(rules.rules.size() == 1);
}

TEST_CASE("a test that does not hold is told with its place") {
  const RuleSet rules = rules_of(changed("subject: \"0.0.0.0:80\"", "subject: \"0.0.0.0:81\""));
  const Result<> tested = run_rule_tests(rules, facts_of_text);
  REQUIRE_FALSE(tested);
  CHECK(tested.error().what ==
        "my.yaml:10:9: error: in 'speaks' the rule taken has to say '0.0.0.0:81', but it says '0.0.0.0:80'");
}

TEST_CASE("noise is no candidate, unless the program names it") {
  const RuleSet rules = rules_of(R"(
noise:
  - { syscall: openat, error: ENOENT, path: '^/etc/optional', why: "it is optional" }
rules:
  - rule: missing
    cause: file.missing
    when: { syscall: openat, error: ENOENT }
    subject: { kind: path, value: "{path}" }
    weight: 0.5
    title: "t"
    summary: "s"
    tests:
      - { name: a, trace: 'x', expect: { subject: x } }
      - { name: b, trace: 'x', expect: silent }
)");
  const auto said = [&](std::vector<Event> events) { return match(rules, facts_of(events)).size(); };
  const Event failing = events::at(Pid{7}, events::open("/etc/optional.conf", Errno{ENOENT}));
  const Event naming = events::at(Pid{7}, events::write("cannot open /etc/optional.conf\n"));
  CHECK(said({failing}) == 0);
  CHECK(said({failing, naming}) == 1);
}

TEST_CASE("a rule on text speaks for the last lines only, whatever their number") {
  const RuleSet rules = rules_of(R"(
rules:
  - rule: tells
    cause: app.error
    when: { said: 'error (?P<number>\d+)' }
    subject: { kind: text, value: "{number}" }
    weight: 0.5
    title: "t"
    summary: "s"
    tests:
      - { name: a, trace: 'x', expect: { subject: x } }
      - { name: b, trace: 'x', expect: silent }
)");
  std::vector<Event> events;
  for (int count = 0; count < 2000; ++count)
    events.push_back(events::at(Pid{7}, events::write(fmt::format("error {}\n", count))));
  const std::vector<Match> found = match(rules, facts_of(events));
  REQUIRE(found.size() == 3);
  CHECK(found.front().values.at("number") == "1999");
}

TEST_CASE("an exception about flags holds for calls with these flags only") {
  const RuleSet rules = rules_of(R"(
rules:
  - rule: socket
    cause: address.family-unsupported
    when: { syscall: openat, error: EAFNOSUPPORT }
    unless: [{ flags: [O_PATH] }]
    subject: { kind: path, value: "{path}" }
    weight: 0.5
    title: "t"
    summary: "s"
    tests:
      - { name: a, trace: 'x', expect: { subject: x } }
      - { name: b, trace: 'x', expect: silent }
)");
  const auto said = [&](std::vector<std::string> flags) {
    const Event event = events::at(Pid{7}, events::open("/x", Errno{EAFNOSUPPORT}, std::move(flags)));
    return match(rules, facts_of({event})).size();
  };
  CHECK(said({"O_RDONLY"}) == 1);
  CHECK(said({"O_PATH"}) == 0);
}

TEST_CASE(
    "a complaint about the configuration is tied to the file of the command line, not to the resolver's") {
  RuleSet rules;
  REQUIRE(add_rules_of_text(rules, "x.yaml", R"(
rules:
  - rule: refused
    cause: config.invalid
    when: { said: 'fatal errors found' }
    subject: { kind: path, value: "{config_file}" }
    weight: 0.5
    title: "refused"
    summary: "refused"
    fixes: []
    tests:
      - { name: speaks, trace: "x", expect: { subject: "y" } }
      - { name: silent, trace: "x", expect: silent }
)"));
  const std::string program =
      "7 execve(\"/usr/sbin/proxy\", [\"proxy\", \"-f\", \"etc/proxy.cfg\"], 0x1 /* 1 var */) = 0\n";
  const std::string reads =
      "7 openat(AT_FDCWD, \"/srv/etc/proxy.cfg\", O_RDONLY) = 3\n"
      "7 openat(AT_FDCWD, \"/etc/other.conf\", O_RDONLY) = 3\n"
      "7 openat(AT_FDCWD, \"/etc/resolv.conf\", O_RDONLY) = 3\n";
  const std::string end = "7 write(2, \"fatal errors found\\n\", 19) = 19\n7 +++ exited with 1 +++\n";
  const auto subject = [&](const std::string& log) {
    FactBuilder facts;
    StraceReader reader([&](Event&& event) { facts.add(event); });
    reader.add(log);
    reader.finish();
    const std::vector<Match> matches = match(rules, facts.finish());
    return matches.size() == 1 ? subject_of(matches.front()).value
                               : fmt::format("{} matches", matches.size());
  };
  CHECK(subject(program + reads + end) == "/srv/etc/proxy.cfg");
  CHECK(subject("7 execve(\"/usr/sbin/proxy\", [\"proxy\"], 0x1 /* 1 var */) = 0\n" + reads + end) ==
        "/etc/other.conf");
  CHECK(subject(program + end) == "fatal errors found");
}
