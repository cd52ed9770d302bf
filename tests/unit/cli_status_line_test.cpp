#include <catch2/catch.hpp>

#include "cli/status_line.h"

using namespace whywontitstart;
using namespace std::chrono_literals;

TEST_CASE("the status line says what is waited for, and of several things the one that says most") {
  WaitEvent shell;
  shell.on = WaitFor::child;
  WaitEvent timer;
  timer.on = WaitFor::time;
  WaitEvent database;
  database.on = WaitFor::answer;
  database.thing = "10.0.0.5:5432";
  CHECK(status_words(3s, 2, 412, {shell, timer, database}) ==
        "3 s, waits for an answer of 10.0.0.5:5432 (2 processes, 412 calls)");
  CHECK(status_words(1s, 1, 1, {shell}) == "1 s (1 process, 1 call)");
  database.thing.clear();
  CHECK(status_words(3s, 1, 2, {database}) == "3 s, waits for an answer (1 process, 2 calls)");
}

TEST_CASE("a text paints when it does more than colour words") {
  for (const std::string_view text :
       {"plain", "", "\x1b[1;31mred\x1b[0m", "50%\r", "line\x1b[K\n", "cut off \x1b", "cut off \x1b[3"}) {
    INFO(text);
    CHECK_FALSE(paints(text));
  }
  for (const std::string_view text : {"\x1b[2J", "\x1b[?1049h", "\x1b[10;5H", "\x1b]0;title\a",
                                      "\x1b"
                                      "7",
                                      "\x1b[A"}) {
    INFO(text);
    CHECK(paints(text));
  }
}
