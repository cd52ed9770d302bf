#include "host/path_steps.h"

#include "base/text.h"
#include "host/access.h"
#include "host/accounts.h"

namespace whywontitstart {

std::string step_lines(const Host& host, const PathWalk& way) {
  std::vector<std::string> lines;
  for (const PathStep& step : way.steps) {
    const std::string link = step.link.empty() ? "" : " -> " + step.link;
    lines.push_back(fmt::format("{} {}:{} {}{}", mode_text(step.status.mode),
                                user_name(host, step.status.uid), group_name(host, step.status.gid),
                                step.path, link));
  }
  const bool is_missing = way.barrier == Barrier::missing || way.barrier == Barrier::dangling_link;
  if (is_missing && !way.at.empty()) lines.push_back("missing " + way.at);
  return join(lines, "\n");
}

}  // namespace whywontitstart
