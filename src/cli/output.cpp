#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "base/text.h"
#include "cli/journal_entry.h"
#include "cli/journal_lines.h"
#include "cli/kept_reports.h"
#include "report/redact.h"
#include "report/write.h"
#include "saved/saved_trace.h"
#include "unit/unit.h"

namespace whywontitstart {
namespace {

TextStyle style_for(int fd, const Options& options) {
  TextStyle style;
  const bool terminal = ::isatty(fd) != 0;
  style.colour = options.color == "always" ||
                 (options.color == "auto" && terminal && std::getenv("NO_COLOR") == nullptr);
  style.brief = options.quiet;
  style.verbose = options.verbose;

  winsize size{};
  if (terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    style.width = std::min<int>(size.ws_col, 120);
  return style;
}

std::string log_text(const Report& report, const Options& options) {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  const bool journal = goes_to_journal(stream == nullptr ? "" : stream, STDERR_FILENO);
  return journal_lines(report, options.quiet, journal);
}

/// What --keep-in and --journal ask for.
Result<> keep_and_tell(const Report& report, const Options& options) {
  const std::string about = !options.unit.empty()        ? unit_name(options.unit)
                            : report.target.argv.empty() ? std::string("program")
                                                         : std::string(base_name(report.target.argv.front()));
  std::string kept_as;
  if (!options.keep_in.empty()) {
    const Result<std::string> kept = keep_report(report, about, {options.keep_in});
    if (!kept) return tl::unexpected(kept.error());
    kept_as = *kept;
  }
  if (!options.journal) return {};
  return send_to_journal(journal_fields(report, options.unit.empty() ? "" : about, kept_as));
}

}  // namespace

int complain(const Error& problem, int status) {
  // A message about a file begins with its place, as compilers do it, so that editors can jump there.
  const bool has_place = problem.what.find(": error: ") != std::string::npos;
  std::cerr << (has_place ? "" : "whywontitstart: ") << printable(problem.what) << '\n';
  return status;
}

Result<> check_outputs(const Options& options) {
  if (Result<Format> format = format_of(options.format); !format) return tl::unexpected(format.error());
  if (!options.save.empty())
    if (Result<> possible = can_save_at(options.save); !possible) return possible;
  for (const std::string& path : options.outputs) {
    if (path == "-") continue;
    if (Result<Format> format = format_of(path); !format) return tl::unexpected(format.error());
    const std::string folder = folder_of(path);
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
      return errno_error(fmt::format("cannot write {} into {}", path, folder));
  }
  return {};
}

int write_out(const Report& full, const Options& options) {
  const Report report = options.redact ? redacted(full) : full;
  const Format format = *format_of(options.format);
  bool on_stdout = options.format_given;
  for (const std::string& path : options.outputs) {
    if (path == "-") {
      on_stdout = true;
    } else if (Result<> written = write_report(report, path); !written) {
      return complain(written.error());
    }
  }
  if (const Result<> kept = keep_and_tell(report, options); !kept) return complain(kept.error());
  const int fd = on_stdout ? STDOUT_FILENO : STDERR_FILENO;
  std::ostream& stream = on_stdout ? std::cout : std::cerr;
  // What nobody sits before is a log: there one line says more than a page.
  const bool is_log = options.mode == Mode::check && !on_stdout && !options.verbose && ::isatty(fd) == 0;
  stream << (is_log ? log_text(report, options) : render(report, format, style_for(fd, options)))
         << std::flush;
  // Without a standard error there is still what -o asked for.
  if (!stream && on_stdout) return complain(Error{"the report could not be written to standard output", 0});
  if (report.is_ok()) return exit_started;
  const bool could_not_look =
      report.outcome.state == State::not_run && report.findings.front().cause == "trace.denied";
  return could_not_look ? exit_unable : exit_not_started;
}

}  // namespace whywontitstart
