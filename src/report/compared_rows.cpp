#include "report/compared_rows.h"

#include "report/escape.h"

namespace whywontitstart {
namespace {

std::string difference_words(const Difference& difference) {
  const std::string name = shown_on_one_line(difference.name);
  const std::string good = shown_on_one_line(difference.good), bad = shown_on_one_line(difference.bad);
  if (bad.empty()) return fmt::format("{}: only in the good run ({})", name, good);
  if (good.empty()) return fmt::format("{}: not in the good run ({})", name, bad);
  return fmt::format("{}: {} in the good run, here {}", name, good, bad);
}

}  // namespace

std::vector<LabelledRow> compared_rows(const Comparison& comparison, bool is_ok) {
  std::vector<LabelledRow> rows;
  const auto add = [&](std::string label, const std::string& text, std::string source = {}) {
    if (!text.empty()) rows.push_back({std::move(label), shown_on_one_line(text), std::move(source), false});
  };
  if (comparison.first) {
    const auto& [good, bad, pid, at, follows] = *comparison.first;
    add("first divergence", bad, at ? "after " + duration_words(*at) : "");
    add("in the good run", good);
    for (const std::string& text : follows) add("what follows", text);
  } else {
    add("first divergence", is_ok ? "none that matters: this run went well, too"
                                  : "no call and no word that was seen sets the two runs apart");
  }
  for (const Difference& difference : comparison.differences)
    add("differs: " + shown_on_one_line(difference.area), difference_words(difference));
  if (comparison.left_out > 0) add("differs", fmt::format("{} more differences", comparison.left_out));
  if (comparison.common_failures > 0)
    add("no cause",
        fmt::format("{} failing calls that the good run had as well", comparison.common_failures));
  for (const std::string& remark : comparison.remarks) add("mind", remark);
  return rows;
}

}  // namespace whywontitstart
