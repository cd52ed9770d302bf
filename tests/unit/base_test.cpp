#include <catch2/catch.hpp>

#include "base/fill.h"
#include "base/names.h"
#include "base/text.h"

using namespace whywontitstart;

TEST_CASE("a path is named by a text only as a whole word") {
  CHECK(contains_word("cannot open /etc/app.conf: gone", "/etc/app.conf"));
  CHECK(contains_word("open() \"/etc/app.conf\" failed", "/etc/app.conf"));
  CHECK(contains_word("cannot open /etc/app.conf.", "/etc/app.conf"));
  CHECK_FALSE(contains_word("cannot open /etc/app.conf.bak", "/etc/app.conf"));
  CHECK_FALSE(contains_word("cannot open /etc/app.config", "/etc/app.conf"));
  CHECK_FALSE(contains_word("anything", ""));
}

TEST_CASE("text of a program cannot steer the terminal") {
  CHECK(printable("\x1b[31mred\x1b[0m") == "red");
  CHECK(printable("\x1b]0;title\atext") == "text");
  CHECK(printable("a\rb\x07") == "ab");
  CHECK(printable("\xc2\x9b") == "");
  CHECK(printable("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(printable("bad \xff byte") == "bad \xef\xbf\xbd byte");
  CHECK(printable("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("placeholders are filled, and an optional part goes when it has nothing to say") {
  const Values values{{"port", "80"}, {"holder", "nginx {port}"}};
  CHECK(fill("port {port} is taken{? by {holder}}", values) == "port 80 is taken by nginx {port}");
  CHECK(fill("port {port} is taken{? by {nobody}}", values) == "port 80 is taken");
  CHECK(fill("{{port}}", values) == "{port}");
  CHECK(placeholders_of("a {b} {? c {d}}").value() == std::vector<std::string>{"b", "d"});
  CHECK(placeholders_of("a {b").error().what == "'{' without a name and '}'");
  CHECK(placeholders_of("a {? b").error().what == "'{?' without '}'");
}

TEST_CASE("errno and signals are known by name") {
  CHECK(errno_from_name("EADDRINUSE") == Errno{EADDRINUSE});
  CHECK(errno_from_name("EWOULDBLOCK") == Errno{EAGAIN});
  CHECK_FALSE(errno_from_name("EADDRINUSED"));
  CHECK(name(Errno{2}) == "ENOENT");
  CHECK(description(Errno{2}) == "No such file or directory");
  CHECK(signal_from_name("SIGSEGV") == Signal{11});
  CHECK(name(Signal{11}) == "SIGSEGV");
}

TEST_CASE("near misses are measured with swapped neighbours as one step") {
  CHECK(edit_distance("invoice", "invoices") == 1);
  CHECK(edit_distance("conf", "cnof") == 1);
  CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("paths are made absolute without following anything") {
  CHECK(absolute_path("/srv/app", "./etc//x") == "/srv/app/etc/x");
  CHECK(absolute_path("/srv", "/etc/x") == "/etc/x");
  CHECK(absolute_path("/srv", "../x") == "/srv/../x");
  CHECK(folder_of("/x") == "/");
  CHECK(folder_of("/usr/lib/x") == "/usr/lib");
}

TEST_CASE("words are quoted as a shell needs them") {
  CHECK(shell_quoted(std::vector<std::string>{"ls", "-l", "a b", "it's", ""}) == "ls -l 'a b' 'it'\\''s' ''");
}
