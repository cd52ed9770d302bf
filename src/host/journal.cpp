#include "host/journal.h"

#include "base/text.h"

namespace whywontitstart {

Result<std::vector<std::string>> journal_lines(const Host& host, const std::string& field,
                                               const std::string& value, int most) {
  const Result<CommandOutput> answer =
      host.run({"/usr/bin/journalctl", "--no-pager", "--quiet", "--output=cat",
                fmt::format("--lines={}", most), fmt::format("{}={}", field, value)},
               std::chrono::seconds(1));
  if (!answer) return tl::unexpected(answer.error());
  // To whom the journal is not shown it is empty, with a word about that.
  const std::string complaint(trim(answer->err));
  if (answer->exit_code != 0 || (answer->out.empty() && !complaint.empty()))
    return error(complaint.empty() ? "journalctl failed" : "the journal: " + complaint);
  std::vector<std::string> lines;
  for (const std::string_view line : split(answer->out, '\n'))
    if (!trim(line).empty()) lines.push_back(printable(trim(line)));
  return lines;
}

}  // namespace whywontitstart
