#include <catch2/catch.hpp>

#include "report/anonymise.h"
#include "report/redact.h"
#include "report_samples.h"

using namespace whywontitstart;

namespace {

std::vector<std::string> found_in(std::string_view text, Hidden kind) {
  std::vector<std::string> names;
  for (const auto& [name, of_kind] : names_in(text))
    if (of_kind == kind) names.emplace_back(name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("addresses are known by their shape", "[anonymise]") {
  const Hidden address = Hidden::address;
  CHECK(found_in("bind() to 10.1.2.3:80 failed", address) == Names{"10.1.2.3"});
  CHECK(found_in("inet_addr(\"192.168.7.9\")", address) == Names{"192.168.7.9"});
  CHECK(found_in("connect to [2001:db8::17]:5432", address) == Names{"2001:db8::17"});
  CHECK(found_in("2001:db8:0:1:2:3:4:5 and 172.16.0.1.", address) ==
        Names{"2001:db8:0:1:2:3:4:5", "172.16.0.1"});
  CHECK(found_in("link 52:54:00:ab:cd:ef is down", address) == Names{"52:54:00:ab:cd:ef"});
}

TEST_CASE("what looks like an address or is the same everywhere stays", "[anonymise]") {
  for (const std::string_view text :
       {"0.0.0.0:80", "127.0.0.1:5432", "[::]:80", "[::1]:80", "libx.so.1.2.3.4", "nginx-1.2.3.4",
        "at 10:00:02", "std::string", "ab::cd", "version 1.22.1", "2024-02-29T12:00:00Z",
        "169.254.169.254"}) {
    INFO(text);
    CHECK(found_in(text, Hidden::address).empty());
  }
}

TEST_CASE("hosts and users are known by what stands around them", "[anonymise]") {
  CHECK(found_in("could not translate host name \"db07.shop\" to address", Hidden::host) ==
        Names{"db07.shop"});
  CHECK(found_in("GET https://web3.internal/x", Hidden::host) == Names{"web3.internal"});
  CHECK(found_in("getaddrinfo ENOTFOUND redis-master", Hidden::host) == Names{"redis-master"});
  CHECK(found_in("/home/alice/app.conf", Hidden::user) == Names{"alice"});
  CHECK(found_in("password authentication failed for user \"shopper\"", Hidden::user) == Names{"shopper"});
  CHECK(found_in("postgres://bob@db/x", Hidden::user) == Names{"bob"});
}

TEST_CASE("words that are no names of hosts or users stay", "[anonymise]") {
  for (const std::string_view text :
       {"java.io.IOException: x", "user \"www-data\" is there", "the user may not write", "/etc/rc.local",
        "nginx.conf", "http://localhost:80/", "/home/ is empty", "org.postgresql.util", "multi-user.target",
        "user=root"}) {
    INFO(text);
    CHECK(names_in(text).empty());
  }
}

TEST_CASE("a name gets the same stand-in wherever it stands, secrets keep theirs", "[anonymise]") {
  Report report = file_missing_report();
  report.target.identity.uid = 1004;
  report.target.identity.user = "invoicer";
  report.target.argv = {"./run.sh", "--db", "postgres://invoicer:s3cretpw@db07.shop.internal/x"};
  report.stderr_tail =
      "db07: no route to 10.1.2.3; invoicer@db07.shop.internal says 10.1.2.4, 10.1.2.3 says web-9\n";
  report.logs = {{"/home/invoicer/app.log", "host web-9 of root at 127.0.0.1"}};
  Mask mask;
  learn_from_report(report, mask);
  learn_names(report, {"web-9", {}}, mask);
  const Report clean = redacted(report, mask);
  CHECK(clean.target.argv[2] == "postgres://‹user-1›:‹secret-1›@‹host-1›/x");
  CHECK(clean.target.identity.user == "‹user-1›");
  CHECK(clean.stderr_tail ==
        "‹host-2›: no route to ‹address-1›; ‹user-1›@‹host-1› says ‹address-2›, ‹address-1› says ‹host-3›\n");
  CHECK(clean.logs[0].path == "/home/‹user-1›/app.log");
  CHECK(clean.logs[0].tail == "host ‹host-3› of root at 127.0.0.1");
  CHECK(clean.masked == 1);
  CHECK(clean.anonymised >= 10);
}
