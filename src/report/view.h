#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/report.h"

namespace whywontitstart {

/// A labelled line: "nginx said", "bind() failed…".
struct LabelledRow {
  std::string label;
  std::string text;
  std::string source;     ///< which process and when: "modprobe, PID 814, after 12 ms"; may be empty
  bool verbatim = false;  ///< words of a program or the kernel, not ours
  std::vector<std::string> items = {};  ///< belongs to the text: places of a search, steps of a way
};

/// One step of a program tree, parents before children.
struct ProcessRow {
  std::size_t depth = 0;
  Pid pid = Pid::none;
  std::string command;
  std::string end;  ///< "exit code 1", "killed by SIGSEGV", "still running"
  bool failed = false;
};

/// A longer text under a title: what was written to a log, for one.
struct TextBlock {
  std::string title;
  std::string text;
};

/// Another possible cause.
struct RunnerUp {
  std::string summary;
  std::string cause;
  int percent = 0;
};

/// The words of a report in the order of reading. Text, Markdown and HTML lay out the same ones.
/// All of it is safe to show on a terminal; nothing but the blocks and the commands has line feeds.
struct View {
  bool ok = false;
  std::string headline;  ///< the verdict as one whole sentence
  std::string cause;
  std::vector<LabelledRow> evidence;
  std::vector<Fix> fixes;
  std::string doubt;                  ///< how sure, and what else it may be; empty when sure
  std::string fine;                   ///< what was looked at and is not the reason
  std::string not_looked_at;          ///< what could not be looked at
  std::vector<LabelledRow> about;     ///< command, user, folder, how it ended
  std::vector<LabelledRow> compared;  ///< what sets it apart from a run that works
  std::vector<CheckResult> checks;
  std::vector<ProcessRow> processes;
  std::vector<RunnerUp> runners_up;
  std::vector<TextBlock> logs;  ///< standard error first
  std::vector<std::string> last_calls;
  std::string last_failing;
  std::vector<std::string> call_counts;  ///< a table under its heading, as strace -c has it
  std::string references;
  std::string masked;  ///< how much was replaced by stand-ins or cut; empty: nothing
  std::string version;
};

View view_of(const Report& report);

/// "0.4 ms", "12 ms", "2.1 s", "30 s", "5 min"
std::string duration_words(TraceTime duration);

/// What a reader is told of a Fix::risk: "safe", "changes system", "weakens security".
std::string risk_words(std::string_view risk);

/// "exit code 1", "killed by SIGSEGV (Segmentation fault)"
std::string end_words(const ExitStatus& status);

}  // namespace whywontitstart
