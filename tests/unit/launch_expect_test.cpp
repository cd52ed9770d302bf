#include <catch2/catch.hpp>

#include "launch/expect.h"

using namespace whywontitstart;

namespace {

using Kind = Expectation::Kind;

std::string read_as(std::string_view text) {
  const Result<Expectation> expectation = parse_expectation(text, "/srv/app");
  return expectation ? to_text(*expectation) : "refused: " + expectation.error().what;
}

bool reached(const std::string& wanted, std::string_view bound) {
  return is_reached_at(parse_expectation("listen:" + wanted, "/").value(), bound);
}

}  // namespace

TEST_CASE("an expectation is read, with its path made absolute") {
  CHECK(read_as("listen:8080") == "listen:8080");
  CHECK(read_as("listen:*:8080") == "listen:8080");
  CHECK(read_as("listen:127.0.0.1:8080") == "listen:127.0.0.1:8080");
  CHECK(read_as("listen:[::1]:8080") == "listen:[::1]:8080");
  CHECK(read_as("listen:./app.sock") == "listen:/srv/app/app.sock");
  CHECK(read_as("listen:unix:/run/app.sock") == "listen:/run/app.sock");
  CHECK(read_as("listen:@app") == "listen:@app");
  CHECK(read_as("file:app.pid") == "file:/srv/app/app.pid");
  CHECK(read_as("exit:07") == "exit:7");
  CHECK(read_as("notify") == "notify");
}

TEST_CASE("what cannot be expected is refused in words that tell what can") {
  for (const char* text : {"listen:http", "listen:", "listen:0", "listen:65536", "listen:1.2.3.4",
                           "listen:x:80", "listen:80x", "listen:-1"})
    CHECK(read_as(text).find("listen:PORT") != std::string::npos);
  for (const char* text : {"exit:", "exit:256", "exit:-1", "exit:1 ", "exit"})
    CHECK(read_as(text).find("0 to 255") != std::string::npos);
  for (const char* text : {"", "file:", "notify:", "port:80", "LISTEN:80"})
    CHECK(read_as(text).find("--expect does not know") != std::string::npos);
}

TEST_CASE("a port is reached at any address, an address only where a socket is bound to it") {
  CHECK(reached("80", "127.0.0.1:80"));
  CHECK(reached("80", "[::]:80"));
  CHECK_FALSE(reached("80", "0.0.0.0:8080"));
  CHECK(reached("127.0.0.1:80", "0.0.0.0:80"));
  CHECK(reached("127.0.0.1:80", "[::]:80"));
  CHECK_FALSE(reached("[::1]:80", "0.0.0.0:80"));
  CHECK_FALSE(reached("0.0.0.0:80", "127.0.0.1:80"));
  CHECK(reached("localhost:80", "[::1]:80"));
  CHECK_FALSE(reached("localhost:80", "192.0.2.1:80"));
  CHECK(reached("/run/x.sock", "unix:/run/x.sock"));
  CHECK(reached("@x", "unix:@x"));
  CHECK_FALSE(reached("/run/x.sock", "unix:/run/y.sock"));
  CHECK_FALSE(reached("80", "unix:/run/80"));
}

TEST_CASE("a program that is to end is not expected to listen") {
  CHECK_FALSE(check_expectations({{Kind::exit, "0"}, {Kind::notify, ""}}));
  CHECK_FALSE(check_expectations({{Kind::listen, "80"}, {Kind::exit, "0"}}));
  CHECK(check_expectations({{Kind::exit, "0"}, {Kind::exit, "3"}, {Kind::file, "/x"}}));
  CHECK(check_expectations({{Kind::listen, "80"}, {Kind::notify, ""}, {Kind::file, "/x"}}));
}
