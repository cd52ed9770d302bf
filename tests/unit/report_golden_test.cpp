#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/fd.h"
#include "report/write.h"
#include "report_samples.h"

using namespace whywontitstart;

namespace {

struct Sample {
  std::string name;
  Report report;
};

std::vector<Sample> samples() {
  return {{"port_in_use", port_in_use_report()},
          {"file_missing", file_missing_report()},
          {"healthy", healthy_report()},
          {"compared", compared_report()},
          {"hostile", hostile_report()}};
}

/// With APPROVE=1 in the environment (the target 'approve') the kept file is written anew instead.
void hold_to_golden(const std::string& file, const std::string& text) {
  const std::string path = SOURCE_FOLDER "/tests/golden/" + file;
  if (std::getenv("APPROVE") != nullptr) {
    REQUIRE(replace_file(path, text));
    return;
  }
  const Result<std::string> kept = read_file(path);
  INFO(file << " (cmake --build --preset dev --target approve, if the change is wanted)");
  REQUIRE(kept);
  CHECK(text == *kept);
}

}  // namespace

TEST_CASE("reports read as they were approved", "[golden]") {
  for (const Sample& sample : samples()) {
    hold_to_golden(sample.name + ".txt", render(sample.report, Format::text));
    hold_to_golden(sample.name + ".md", render(sample.report, Format::markdown));
    hold_to_golden(sample.name + ".html", render(sample.report, Format::html));
    hold_to_golden(sample.name + ".json", render(sample.report, Format::json));
  }
}

TEST_CASE("text reports fit other terminals", "[golden]") {
  hold_to_golden("port_in_use.verbose.txt", render(port_in_use_report(), Format::text, {.verbose = true}));
  hold_to_golden("file_missing.verbose.txt", render(file_missing_report(), Format::text, {.verbose = true}));
  hold_to_golden("port_in_use.narrow.txt", render(port_in_use_report(), Format::text, {.width = 60}));
  hold_to_golden("port_in_use.colour.txt", render(port_in_use_report(), Format::text, {.colour = true}));
  hold_to_golden("hostile.ascii.txt",
                 render(hostile_report(), Format::text, {.utf8 = false, .verbose = true}));
}
