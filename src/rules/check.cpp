#include "rules/check.h"

#include <cerrno>

#include "base/text.h"
#include "rules/intend.h"
#include "rules/load.h"
#include "rules/match.h"

namespace whywontitstart {
namespace {

/// What the rule says its subject is, for each time that it speaks.
std::vector<std::string> subjects(const Rule& rule, const RuleSet& rules, const Facts& facts) {
  const RuleSet alone{{rule}, rules.noise, {}};
  std::vector<std::string> found;
  for (const Match& match : match(alone, facts)) found.push_back(subject_of(match).value);
  return found;
}

std::string told(const std::vector<std::string>& subjects) {
  return subjects.empty() ? "is silent" : fmt::format("says '{}'", join(subjects, "', '"));
}

Files files_of(const ServerTest& test) {
  const auto read = [&test](const std::string& path) -> Result<std::string> {
    for (const auto& [name, text] : test.files)
      if (name == path) return text;
    return errno_error("read " + path, ENOENT);
  };
  const auto list = [&test](const std::string& folder) -> Result<std::vector<std::string>> {
    std::set<std::string> names;
    const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
    for (const auto& [path, text] : test.files)
      if (path.starts_with(prefix))
        names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
    return std::vector<std::string>(names.begin(), names.end());
  };
  return {read, list};
}

/// What is wrong with the outcome of a test; nothing if it is as expected.
std::string judged(const Server& server, const ServerTest& test, const std::vector<Server>& servers) {
  Target target;
  target.argv = test.call;
  target.cwd = std::string("/");
  const Intentions found = intentions_of(servers, target, files_of(test));
  if (found.known_as != server.id)
    return found.known_as.empty() ? "none fits" : fmt::format("the server {} fits", found.known_as);
  std::vector<std::string> texts;
  for (const Intent& intent : found.intents) texts.push_back(to_text(intent));
  const auto lacks = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) == all.end();
  };
  std::vector<std::string> wrong;
  for (const std::string& text : test.expect)
    if (lacks(texts, text)) wrong.push_back(fmt::format("'{}' is not seen", text));
  for (const std::string& text : texts)
    if (lacks(test.expect, text)) wrong.push_back(fmt::format("'{}' was not expected", text));
  return join(wrong, ", ");
}

}  // namespace

Result<> run_server_tests(const std::vector<Server>& servers) {
  std::vector<std::string> failed;
  for (const Server& server : servers)
    for (const ServerTest& test : server.tests)
      if (const std::string wrong = judged(server, test, servers); !wrong.empty())
        failed.push_back(fmt::format("{}:{}:{}: error: in '{}' of the server {}: {}", server.file,
                                     test.place.line, test.place.column, test.name, server.id, wrong));
  if (failed.empty()) return {};
  return error(join(failed, "\n"));
}

Result<> run_rule_tests(const RuleSet& rules, const FactsOfText& facts_of) {
  std::vector<std::string> failed;
  for (const Rule& rule : rules.rules) {
    for (const RuleTest& test : rule.tests) {
      const std::vector<std::string> found = subjects(rule, rules, facts_of(test.trace));
      const bool as_expected =
          test.subject ? std::find(found.begin(), found.end(), *test.subject) != found.end() : found.empty();
      if (as_expected) continue;
      const std::string expected =
          test.subject ? fmt::format("has to say '{}'", *test.subject) : "has to be silent";
      failed.push_back(fmt::format("{}:{}:{}: error: in '{}' the rule {} {}, but it {}", rule.file,
                                   test.place.line, test.place.column, test.name, rule.id, expected,
                                   told(found)));
    }
  }
  if (failed.empty()) return {};
  return error(join(failed, "\n"));
}

Result<std::string> check_rules(const std::string& path, const FactsOfText& facts_of) {
  RuleSet rules;
  if (Result<> added = add_rules(rules, path); !added) return tl::unexpected(added.error());
  if (Result<> tested = run_rule_tests(rules, facts_of); !tested) return tl::unexpected(tested.error());
  if (Result<> tested = run_server_tests(rules.servers); !tested) return tl::unexpected(tested.error());
  std::size_t tests = 0;
  for (const Rule& rule : rules.rules) tests += rule.tests.size();
  for (const Server& server : rules.servers) tests += server.tests.size();
  return fmt::format("{} rules, {} kinds of noise and {} servers are well formed; their {} tests passed",
                     rules.rules.size(), rules.noise.size(), rules.servers.size(), tests);
}

}  // namespace whywontitstart
