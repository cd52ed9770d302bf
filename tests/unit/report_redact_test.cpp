#include <catch2/catch.hpp>

#include "report/redact.h"
#include "report/secrets.h"
#include "report/write.h"
#include "report_samples.h"

using namespace whywontitstart;

namespace {

std::string masked(const std::string& text) {
  Report report = healthy_report();
  report.stderr_tail = text;
  return redacted(report).stderr_tail;
}

std::vector<std::string> masked_words(const std::vector<std::string>& argv) {
  Report report = healthy_report();
  report.target.argv = argv;
  return redacted(report).target.argv;
}

using Words = std::vector<std::string>;

const std::string private_key =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "QyNTUxOQAAACBcanarycanarycanarycanarycanarycanarycanarycanarycanaryAAAA\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

}  // namespace

TEST_CASE("a variable is a secret by the words of its name, not by a look-alike") {
  for (const auto* name :
       {"DB_PASSWORD", "MYSQL_PWD", "--api-key", "clientSecret", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN",
        "DB_HOST_PASSWORD", "SECRET_KEY_BASE", "spring.datasource.password", "PASSWORD_1"}) {
    INFO(name);
    CHECK(names_a_secret(name));
  }
  for (const auto* name :
       {"KEYBOARD", "XKB_KEYMAP", "SSH_ASKPASS", "XDG_ACTIVATION_TOKEN", "SSH_AUTH_SOCK", "PWD", "OLDPWD",
        "TOKEN_TTL", "DB_PASSWORD_FILE", "PUBLIC_KEY", "KeyError", "AUTHOR", "MONKEY", "BYPASS", "PATH",
        "POSTGRES_HOST_AUTH_METHOD", "GPG_KEY", ""}) {
    INFO(name);
    CHECK_FALSE(names_a_secret(name));
  }
}

TEST_CASE("secrets in text are known by what stands around them") {
  CHECK(masked("postgres://app:Tr0ub4dor@db:5432/x") == "postgres://app:‹secret-1›@db:5432/x");
  CHECK(masked("redis://:p@ssw0rd@h/0") == "redis://:‹secret-1›@h/0");
  CHECK(masked("redis://:pass/w0rd@h/0") == "redis://:‹secret-1›@h/0");
  CHECK(masked("git+ssh://u:passw0rd@h/r@v1.2") == "git+ssh://u:‹secret-1›@h/r@v1.2");
  CHECK(masked("app:Tr0ub4dor@tcp(127.0.0.1:3306)/db") == "app:‹secret-1›@tcp(127.0.0.1:3306)/db");
  CHECK(masked("API_TOKEN=abc123 started") == "API_TOKEN=‹secret-1› started");
  CHECK(masked(R"({"user":"app","password":"a\"b c","x":1})") ==
        R"({"user":"app","password":"‹secret-1›","x":1})");
  CHECK(masked("password: 'swordfish'\nport: 80\n") == "password: '‹secret-1›'\nport: 80\n");
  CHECK(masked("db_password: Sw0rdfish\nport: 80\n") == "db_password: ‹secret-1›\nport: 80\n");
  CHECK(masked("Authorization: Bearer abcdef012345") == "Authorization: Bearer ‹secret-1›");
  CHECK(masked("Server=db;Uid=app;Pwd=Sw0rdfish;") == "Server=db;Uid=app;Pwd=‹secret-1›;");
  CHECK(masked(R"(execve("/bin/app", ["app", "--token", "abc-123"], 0x7f) = 0)") ==
        R"(execve("/bin/app", ["app", "--token", "‹secret-1›"], 0x7f) = 0)");
  CHECK(masked(R"(write(3, "{\"api_key\": \"abc-123\"}", 22) = 22)") ==
        R"(write(3, "{\"api_key\": \"‹secret-1›\"}", 22) = 22)");
  CHECK(masked(R"(write(3, "{\"api_key\": \"a\\\"bc-1"..., 32) = 99)") ==
        R"(write(3, "{\"api_key\": \"‹secret-1›"..., 32) = 99)");
  CHECK(masked("config(password => 'Sw0rdfish')") == "config(password => '‹secret-1›')");
  CHECK(masked("CREATE USER a IDENTIFIED BY 'Sw0rdfish';") == "CREATE USER a IDENTIFIED BY '‹secret-1›';");
}

TEST_CASE("secrets in text are known by their shape") {
  CHECK(masked("got ghp_0123456789abcdefghijABCDEFGHIJ012345!") == "got ‹secret-1›!");
  CHECK(masked("id AKIAIOSFODNN7EXAMPLE.") == "id ‹secret-1›.");
  CHECK(masked("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end") == "jwt ‹secret-1› end");
  CHECK(masked("cut eyJhbGciOiJIUzI1NiJ9\"...") == "cut ‹secret-1›\"...");
}

TEST_CASE("a private key is masked whole, cut off at either end, and as a string of a trace") {
  const std::string begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const std::string end = "-----END OPENSSH PRIVATE KEY-----\n";
  CHECK(masked("x\n" + private_key + "y") == "x\n" + begin + "‹secret-1›" + end + "y");
  CHECK(masked(private_key.substr(0, 90)) == begin + "‹secret-1›");
  CHECK(masked(private_key.substr(60)) == "‹secret-1›\n" + end);
  CHECK(masked(R"(read(3, "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg"..., 32) = 32)") ==
        R"(read(3, "-----BEGIN PRIVATE KEY-----‹secret-1›"..., 32) = 32)");
}

TEST_CASE("what only looks like a secret stays readable") {
  for (const std::string text : {
           "open /etc/ssl/private/key.pem: permission denied",
           "SSL_KEY=/etc/ssl/private/app.key",
           "PWD=/srv/app",
           "unexpected token: '}' in line 3",
           "KeyError: 'DATABASE_URL'",
           "DB_PASSWORD is not set",
           "option --password requires an argument",
           "password authentication failed for user \"app\"",
           "password: incorrect",
           "bash: /etc/passwd: Permission-denied",
           "auth: failed to reach ldap",
           "http://localhost:8080/a@b",
           "http://proxy:3128",
           "token = ${API_TOKEN}",
           "MYSQL_ALLOW_EMPTY_PASSWORD=yes",
           "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
           "bind(3, {sa_family=AF_INET, sin_port=htons(80)}, 16) = -1 EADDRINUSE (Address already in use)",
       }) {
    CHECK(masked(text) == text);
  }
}

TEST_CASE("secrets on a command line are known by the option before them") {
  CHECK(masked_words({"app", "--password", "x1", "--port", "80"}) ==
        Words{"app", "--password", "‹secret-1›", "--port", "80"});
  CHECK(masked_words({"app", "--db-password=x1", "-v"}) == Words{"app", "--db-password=‹secret-1›", "-v"});
  CHECK(masked_words({"/usr/bin/mysql", "-u", "app", "-pSecret1"}) ==
        Words{"/usr/bin/mysql", "-u", "app", "-p‹secret-1›"});
  CHECK(masked_words({"curl", "-u", "app:Secret1", "http://h"}) ==
        Words{"curl", "-u", "app:‹secret-1›", "http://h"});
  CHECK(masked_words({"redis-server", "--requirepass", "Secret1"}) ==
        Words{"redis-server", "--requirepass", "‹secret-1›"});
  CHECK(masked_words({"ssh", "-p", "22"}) == Words{"ssh", "-p", "22"});
  CHECK(masked_words({"nginx", "--key", "/etc/k.pem"}) == Words{"nginx", "--key", "/etc/k.pem"});
}

TEST_CASE("the same secret has the same stand-in wherever and however it stands") {
  Report report = healthy_report();
  report.target.environment = {"DB_PASSWORD=Tr0ub4dor&3", "OTHER_TOKEN=zzz-999"};
  report.target.argv = {"app", "--token", "zzz-999"};
  report.stderr_tail = "login with Tr0ub4dor&3 failed; http://h/?p=Tr0ub4dor%263\n";
  report.trace.tail = {R"(write(2, "login with Tr0ub4dor&3", 22) = 22)"};

  const Report safe = redacted(report);

  CHECK(safe.target.argv.at(2) == "‹secret-1›");
  CHECK(safe.stderr_tail == "login with ‹secret-2› failed; http://h/?p=‹secret-2›\n");
  CHECK(safe.trace.tail.at(0) == R"(write(2, "login with ‹secret-2›", 22) = 22)");
  CHECK(safe.target.environment == Words{"DB_PASSWORD=‹secret-2›", "OTHER_TOKEN=‹secret-1›"});
  CHECK(safe.masked == 4);
}

TEST_CASE("a known secret is also masked where it is cut off") {
  Report report = healthy_report();
  report.target.environment = {"API_KEY=0123456789abcdefghijklmnop"};
  report.trace.tail = {R"(write(3, "key 0123456789abcdefg"..., 64) = 64)"};
  report.stderr_tail = "fghijklmnop and so on";
  report.logs = {{"/x", "efghijklmnop and so on"}};

  const Report safe = redacted(report);

  CHECK(safe.trace.tail.at(0) == R"(write(3, "key ‹secret-1›"..., 64) = 64)");
  CHECK(safe.stderr_tail == "‹secret-1› and so on");
  CHECK(safe.logs.at(0).tail == "‹secret-1› and so on");
}

TEST_CASE("a password that is the user's name takes no other word with it") {
  Report report = healthy_report();
  report.target.environment = {"POSTGRES_USER=postgres", "POSTGRES_PASSWORD=postgres"};
  report.target.argv = {"postgres", "--password=postgres", "-D", "/var/lib/postgres"};

  const Report safe = redacted(report);

  CHECK(safe.target.argv == Words{"postgres", "--password=‹secret-1›", "-D", "/var/lib/postgres"});
}

TEST_CASE("masking a masked report changes nothing") {
  Report report = healthy_report();
  report.target.argv = {"app", "--password", "hunter2!", "--url=http://u:Secret1@h"};
  const Report once = redacted(report);
  const Report twice = redacted(once);
  CHECK(twice.target.argv == once.target.argv);
  CHECK(twice.masked == once.masked);
}

TEST_CASE("no canary reaches any form of the report, from whatever field") {
  const std::string canary = "Zq7canary\"x\\y9";
  const std::string known = "login " + canary + " refused";
  Report report = hostile_report();
  report.target.environment.push_back("SERVICE_PASSWORD=" + canary);
  Target& target = report.target;
  for (std::string* text : {&target.executable, &target.cwd, &target.identity.user, &target.identity.home})
    *text = known;
  target.argv = {"app", "--url=http://u:Zq7canary2@h", known, private_key, "token=Zq7canary3"};
  report.target.environment.push_back("NAME=" + known);
  for (Finding& finding : report.findings) {
    finding.subject.value = finding.title = finding.summary = known;
    for (Evidence& evidence : finding.evidence) evidence.text = known;
    for (Fix& fix : finding.fixes) fix.text = fix.command = known;
    finding.references = {known};
  }
  for (CheckResult& check : report.checks) {
    check.summary = known;
    check.details = {{known, known}};
  }
  for (Process& process : report.processes) {
    process.executable = known;
    process.argv = {known, "--api-key", canary};
    process.listens = {known};
  }
  SyscallEvent& call = report.trace.last_failing->call;
  call.arguments = {R"("login Zq7canary\"x\\y9 refused")"};
  call.file = call.path = call.other_path = call.address = call.data = known;
  report.trace.tail = {R"(write(2, "login Zq7canary\"x\\y9 refused", 22) = 22)"};
  report.stderr_tail = known + "\n" + private_key;
  report.logs = {{known, known}};
  report.ruled_out = report.not_looked_at = {known};

  for (const Format format : {Format::text, Format::markdown, Format::html, Format::json}) {
    REQUIRE(render(report, format, {.verbose = true}).find("canary") != std::string::npos);
    const std::string text = render(redacted(report), format, {.verbose = true});
    const std::size_t at = text.find("canary");
    INFO(text.substr(at == std::string::npos ? 0 : at - std::min<std::size_t>(at, 200), 400));
    CHECK(at == std::string::npos);
  }
  for (const std::string& variable : redacted(report).target.environment)
    CHECK(variable.find("canary") == std::string::npos);
}
