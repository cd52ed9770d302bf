#include <unistd.h>
#include <catch2/catch.hpp>

#include "base/fd.h"
#include "base/text.h"
#include "report/escape.h"
#include "report/render.h"
#include "report/view.h"
#include "report/wrap.h"
#include "report/write.h"
#include "report_samples.h"

using namespace whywontitstart;

TEST_CASE("the ending of a path or a name picks the format") {
  CHECK(format_of("/tmp/a.b/report.md").value() == Format::markdown);
  CHECK(format_of("report.HTML").value() == Format::html);
  CHECK(format_of("report.json").value() == Format::json);
  CHECK(format_of("report.txt").value() == Format::text);
  CHECK(format_of("text").value() == Format::text);
  CHECK(format_of("md").value() == Format::markdown);
  CHECK(format_of("report.pdf").error().what ==
        "report.pdf: the ending says in which format to write: .txt, .md, .html or .json");
  CHECK(format_of("/tmp/html").error().what ==
        "/tmp/html: the ending says in which format to write: .txt, .md, .html or .json");
  CHECK(format_of("pdf").error().what == "pdf: no such format; there are text, md, html and json");
}

TEST_CASE("a report is written to a file in the format of its ending") {
  const std::string path = fmt::format("/tmp/whywontitstart-test-{}.md", ::getpid());
  REQUIRE(write_report(healthy_report(), path));
  const Result<std::string> text = read_file(path);
  ::unlink(path.c_str());
  REQUIRE(text);
  CHECK(text->starts_with("## nginx is up"));
  CHECK(write_report(healthy_report(), "/nowhere/report.md").error().errno_code == ENOENT);
}

TEST_CASE("a template with an unknown name or a section left open is refused") {
  const Escape as_is = [](std::string_view text) { return std::string(text); };
  const TemplateData data{.texts = {{"a", "1"}}, .lists = {{"items", {TemplateData{.texts = {{"b", "2"}}}}}}};
  CHECK(fill_template("{{a}} {{#items}}{{b}}{{/items}}", data, as_is).value() == "1 2");
  CHECK(fill_template("{{a}} {{c}}", data, as_is).error().what == "template: unknown name c");
  CHECK(fill_template("{{#items}}{{d}}{{/items}}{{^e}}x{{/e}}", data, as_is).error().what ==
        "template: unknown name d, e");
  CHECK_FALSE(fill_template("{{#items}}", data, as_is));
}

TEST_CASE("text in a template is escaped whatever the tag, and is never a template itself") {
  const TemplateData data{.texts = {{"text", "<b>{{text}}</b>"}}, .markup = {{"ready", "<i>"}}};
  CHECK(fill_template("{{text}} {{{text}}} {{&text}} {{ready}}", data, html_escaped).value() ==
        "&lt;b&gt;{{text}}&lt;/b&gt; &lt;b&gt;{{text}}&lt;/b&gt; &lt;b&gt;{{text}}&lt;/b&gt; <i>");
}

TEST_CASE("Markdown text keeps its words and loses its markup") {
  CHECK(markdown_escaped("a|b *c* `d` [e](f) <g> ~h~ $i$") ==
        "a\\|b \\*c\\* \\`d\\` \\[e\\](f) &lt;g&gt; \\~h\\~ \\$i\\$");
  CHECK(markdown_escaped("# one\ntwo") == "\\# one two");
  CHECK(markdown_escaped("1. one") == "1\\. one");
  CHECK(markdown_escaped("- one - two") == "\\- one - two");
  CHECK(markdown_escaped("@root #12 www.x.org http://x :smile:") ==
        "@<!-- -->root #<!-- -->12 www\\.x.org http\\://x \\:smile:");
  CHECK(markdown_escaped("*:80 at 10:00:02, version 1.0.0") == "\\*:80 at 10:00:02, version 1.0.0");
  CHECK(markdown_escaped("port 0.0.0.0:80 of snake_case (PID 812)") ==
        "port 0.0.0.0:80 of snake_case (PID 812)");
}

TEST_CASE("Markdown code is fenced by more backticks than it holds") {
  CHECK(markdown_code("a `b` ``c``") == "``` a `b` ``c`` ```");
  CHECK(markdown_code("plain") == "`plain`");
  CHECK(markdown_code("a|b") == "`a|b`");
  CHECK(markdown_code_in_table("O_RDWR|O_CREAT") == "`O_RDWR\\|O_CREAT`");
  CHECK(markdown_code_in_table("a\\|b") == "`a\\∣b`");
  CHECK(markdown_code("  ").empty());
  CHECK(markdown_block("x\n````\ny\n", "sh", 3) == "   `````sh\n   x\n   ````\n   y\n   `````\n");
}

TEST_CASE("a name cannot turn the direction of writing") {
  CHECK(shown("invoice\xe2\x80\xaegpj.exe") == "invoice\xef\xbf\xbdgpj.exe");
  CHECK(shown("a \xe2\x81\xa6 b \xe2\x86\x92 c") == "a \xef\xbf\xbd b \xe2\x86\x92 c");
}

TEST_CASE("no line of a text report is wider than the terminal but for what is to be copied") {
  for (const int width : {40, 72, 100, 160}) {
    const std::string text = render(port_in_use_report(), Format::text, {.width = width});
    for (const std::string_view line : split(text, '\n')) {
      INFO(width << ": " << line);
      CHECK((display_width(line) <= static_cast<std::size_t>(width) ||
             line.find("systemctl") != std::string::npos));
    }
  }
}

TEST_CASE("wide and combining characters count as a terminal shows them") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("e\xcc\x81") == 1);
  CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("/a/very/long/path x", 5) == std::vector<std::string>{"/a/very/long/path", "x"});
}

TEST_CASE("without UTF-8 and colour a text report is plain ASCII") {
  const std::string text =
      render(hostile_report(), Format::text, {.colour = false, .utf8 = false, .verbose = true});
  CHECK(std::all_of(text.begin(), text.end(),
                    [](char byte) { return byte == '\n' || (byte >= 0x20 && byte < 0x7f); }));
}

TEST_CASE("the only terminal escapes of a coloured report are its own") {
  const std::string text = render(hostile_report(), Format::text, {.colour = true, .verbose = true});
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b', at + 1)) {
    const std::string_view escape = std::string_view(text).substr(at, text.find('m', at) + 1 - at);
    INFO(escape.substr(1));
    CHECK(escape.size() <= 7);
    CHECK(escape.find_first_not_of("\x1b[0123456789;m") == std::string_view::npos);
  }
  CHECK(text.find("\x1b[0m") != std::string::npos);
}

TEST_CASE("a JSON report steers no terminal either") {
  Report report = healthy_report();
  report.stderr_tail = "\x1b[2J \xc2\x9b \x7f \xe2\x80\xae \xff é";
  const std::string json = render(report, Format::json);
  CHECK(json.find(R"("\u001b[2J \u009b \u007f \u202e )"
                  "\xef\xbf\xbd é\"") != std::string::npos);
}

TEST_CASE("the schema knows every cause and every kind of subject") {
  const std::string schema = read_file(SOURCE_FOLDER "/docs/report.schema.json").value();
  for (const std::string_view code : cause_codes())
    CHECK(schema.find(fmt::format("\"{}\"", code)) != std::string::npos);
  for (const std::string_view kind : subject_kinds())
    CHECK(schema.find(fmt::format("\"{}\"", kind)) != std::string::npos);
}

TEST_CASE("the headline is one sentence, whoever wrote the summary") {
  Report report = port_in_use_report();
  const auto headline = [&](State state, std::string summary) {
    report.outcome.state = state;
    report.findings[0].summary = std::move(summary);
    return view_of(report).headline;
  };
  CHECK(headline(State::exited, "The file /x is missing.") == "nginx did not start: the file /x is missing.");
  CHECK(headline(State::not_run, "libx.so.1 is missing") == "nginx would not start: libx.so.1 is missing.");
  CHECK(headline(State::hung, "nginx waits for a lock") == "nginx waits for a lock.");
  CHECK(headline(State::killed, "") == "nginx did not start: the port is taken.");
}

TEST_CASE("a chain of ten thousand processes is shown without going deep") {
  Report report = healthy_report();
  report.processes.clear();
  for (int number = 1; number <= 10'000; ++number) {
    Process process;
    process.pid = Pid{number};
    process.parent = Pid{number - 1};
    report.processes.push_back(process);
  }
  const View view = view_of(report);
  REQUIRE(view.processes.size() == 10'000);
  CHECK(view.processes.back().depth == 9'999);
}

TEST_CASE("a report without findings, or of a program without a name, is still a report") {
  Report report;
  for (const Format format : {Format::markdown, Format::html, Format::json})
    CHECK(render(report, format).find("whywontitstart") != std::string::npos);
  CHECK(render(report, Format::text).starts_with("the program would not start: the reason is not known."));
  CHECK(view_of(report).headline == "the program would not start: the reason is not known.");
}
