#include <catch2/catch.hpp>

#include "rules/config_text.h"
#include "rules/intend.h"
#include "rules/listen_address.h"
#include "rules/load.h"
#include "rules/rule.h"

using namespace whywontitstart;

namespace {

Files files_of(const std::map<std::string, std::string>& contents) {
  const auto read = [contents](const std::string& path) -> Result<std::string> {
    const auto found = contents.find(path);
    if (found != contents.end() && found->second == "hidden") return errno_error("read " + path, EACCES);
    if (found == contents.end()) return errno_error("read " + path, ENOENT);
    return found->second;
  };
  const auto list = [contents](const std::string& folder) -> Result<std::vector<std::string>> {
    std::vector<std::string> names;
    for (const auto& [path, text] : contents)
      if (path.starts_with(folder + "/")) names.push_back(path.substr(folder.size() + 1));
    return names;
  };
  return {read, list};
}

std::vector<std::string> texts(const std::vector<Statement>& statements) {
  std::vector<std::string> found;
  for (const Statement& statement : statements)
    found.push_back(statement.section + "|" + statement.key + "|" + statement.value);
  return found;
}

const std::string one_server = R"(servers:
  - server: mine
    program: '^mine$'
    configs: [/etc/mine.conf]
    arguments: [{ option: [-p], is: port }]
    settings:
      - { key: port, means: port, default: "9000" }
      - { key: include, means: config }
    tests: [{ name: plain, call: mine, expect: ["listen tcp 0.0.0.0:9000"] }]
)";

Intentions intended(const std::vector<std::string>& argv, const Files& files) {
  RuleSet rules;
  const Result<> added = add_rules_of_text(rules, "mine.yaml", one_server);
  if (!added) FAIL(added.error().what);
  Target target;
  target.argv = argv;
  target.cwd = "/srv";
  return intentions_of(rules.servers, target, files);
}

}  // namespace

TEST_CASE("configuration in lines is read with sections, blocks, comments and continued lines") {
  ConfigSyntax syntax;
  syntax.separator = "=";
  syntax.comment = "#;";
  syntax.condition = "ifmodule";
  const std::vector<Statement> found =
      parse_config(syntax,
                   "Port 80 # web\n"
                   "; Port 81\n"
                   "name = 'a # b'\n"
                   "[My_Section]\n"
                   "bind_address=::1\n"
                   "list = one \\\n  two\n"
                   "<IfModule x>\n<Host *:80>\nRoot \"/srv\"\n</Host>\n</IfModule>\n");
  CHECK(texts(found) == std::vector<std::string>{"|port|80", "|name|'a # b'", "my-section|bind-address|::1",
                                                 "my-section|list|one   two", "host|root|\"/srv\""});
  CHECK(found[1].line == 3);
  CHECK(found[3].line == 6);
  CHECK(found[4].conditions == std::vector<std::string>{"x"});
}

TEST_CASE("configuration with braces is read with blocks, comments and quotes") {
  ConfigSyntax syntax;
  syntax.braces = true;
  const std::vector<Statement> found =
      parse_config(syntax,
                   "user www-data;\n# listen 1;\nhttp {\n  server {\n"
                   "    listen 80; listen\n [::]:80;\n"
                   "    root \"/srv/a;b\"; # x\n    log /v/${host}.log;\n  }\n}\n");
  CHECK(texts(found) == std::vector<std::string>{"|user|www-data", "|http|", "http|server|",
                                                 "server|listen|80", "server|listen|[::]:80",
                                                 "server|root|\"/srv/a;b\"", "server|log|/v/${host}.log"});
  CHECK(found[3].line == 5);
  CHECK(found[5].line == 7);
}

TEST_CASE("text that is no configuration does no harm") {
  ConfigSyntax braces, lines;
  braces.braces = true;
  braces.comment = "#/";
  for (const std::string& text : {std::string("}}}}{;\"'"), std::string("\0\xff{\0;", 5), std::string("a 'b"),
                                  std::string("/* "), std::string("</x>\n<\n[\n]\n\\"), std::string("${")}) {
    CHECK_NOTHROW(parse_config(braces, text));
    CHECK_NOTHROW(parse_config(lines, text));
    CHECK_NOTHROW(config_words(text, ","));
  }
}

TEST_CASE("addresses are understood in the forms that servers have for them") {
  const Files files = files_of({{"/etc/hosts", "127.0.1.1 box box.example # this\n"}});
  const auto address = [&](std::string_view text) {
    return listen_address(text, "80", files).value_or("none");
  };
  CHECK(address("8080") == "0.0.0.0:8080");
  CHECK(address("*:8080") == "0.0.0.0:8080");
  CHECK(address(":8080") == "0.0.0.0:8080");
  CHECK(address("localhost:8080") == "127.0.0.1:8080");
  CHECK(address("[::]:8080") == "[::]:8080");
  CHECK(address("::1") == "[::1]:80");
  CHECK(address("[::1]") == "[::1]:80");
  CHECK(address("10.0.0.1") == "10.0.0.1:80");
  CHECK(address("http://0.0.0.0:9090/metrics") == "0.0.0.0:9090");
  CHECK(address("unix:/run/x.sock") == "unix:/run/x.sock");
  CHECK(address("/run/x.sock") == "unix:/run/x.sock");
  CHECK(address("box:8080") == "127.0.1.1:8080");
  for (const char* text : {"elsewhere:80", "80-90", "0", "a:b:c", "[::1:80", "70000"})
    CHECK(address(text) == "none");
}

TEST_CASE("the call counts more than the file, and the file more than what is usual") {
  const Files files = files_of({{"/etc/mine.conf", "port 9001\n"}});
  CHECK(to_text(intended({"mine"}, files_of({})).intents.at(0)) == "listen tcp 0.0.0.0:9000");
  const Intentions of_file = intended({"mine"}, files);
  CHECK(to_text(of_file.intents.at(0)) == "listen tcp 0.0.0.0:9001");
  CHECK(of_file.intents[0].source == "/etc/mine.conf:1");
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{"mine", "-p", "9002"}, {"mine", "-p9002"}, {"mine", "-p=9002"}}) {
    INFO(call.back());
    CHECK(intended(call, files).intents.size() == 1);
    if (call.back() != "-p=9002")
      CHECK(to_text(intended(call, files).intents.at(0)) == "listen tcp 0.0.0.0:9002");
  }
  CHECK(intended({"other", "-p", "1"}, files).known_as.empty());
}

TEST_CASE("configuration that includes itself, or cannot be read, comes to an end") {
  const Intentions circle =
      intended({"mine"}, files_of({{"/etc/mine.conf", "include /etc/mine.conf\nport 1234\n"}}));
  CHECK(to_text(circle.intents.front()) == "read /etc/mine.conf");
  const Intentions hidden = intended({"mine"}, files_of({{"/etc/mine.conf", "hidden"}}));
  CHECK(hidden.not_looked_at.size() == 1);
}

TEST_CASE("mistakes in rules of servers are told with their place") {
  RuleSet rules;
  const std::string wrong = R"(servers:
  - server: mine
    program: '('
    settings:
      - { key: port, means: prot, certainty: 2, refused_mode: "99" }
      - { means: read, colour: red }
)";
  const Result<> added = add_rules_of_text(rules, "w.yaml", wrong);
  REQUIRE_FALSE(added);
  for (const char* part : {"w.yaml:3:", "no regular expression", "there is no means 'prot'",
                           "did you mean port?", "between 0 and 1", "'refused_mode' is a mode",
                           "'key' is missing", "unknown key 'colour'", "needs a test"})
    CHECK_THAT(added.error().what, Catch::Contains(part));
  CHECK(rules.servers.empty());
}
