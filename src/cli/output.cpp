#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <iostream>

#include "base/fd.h"
#include "base/text.h"
#include "cli/journal_entry.h"
#include "cli/journal_lines.h"
#include "cli/kept_reports.h"
#include "report/anonymise.h"
#include "report/bound.h"
#include "report/redact.h"
#include "report/write.h"
#include "saved/saved_trace.h"
#include "unit/unit.h"

namespace whywontitstart {
namespace {

std::string_view of_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// What locale(7) calls LC_CTYPE; without setlocale(3), which would load files that may be what is broken.
bool locale_has_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = lower(of_environment(name));
    if (!value.empty())
      return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

/// See https://no-color.org: any value but an empty one.
bool wants_no_colour() { return !of_environment("NO_COLOR").empty() || of_environment("TERM") == "dumb"; }

TextStyle style_for(int fd, const Options& options) {
  TextStyle style;
  const bool terminal = ::isatty(fd) != 0;
  style.colour = options.color == "always" || (options.color == "auto" && terminal && !wants_no_colour());
  style.utf8 = locale_has_utf8();
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

/// People have the numbers from 1000 on, see login.defs(5); nobody is none.
OwnNames own_names() {
  OwnNames own;
  char name[HOST_NAME_MAX + 1] = {};
  if (::gethostname(name, sizeof name - 1) == 0) own.host = name;
  const Result<std::string> accounts = read_file("/etc/passwd");
  if (!accounts) return own;
  for (const std::string_view line : split(*accounts, '\n')) {
    const std::vector<std::string_view> fields = split(line, ':');
    if (fields.size() > 2 && fields[2].size() >= 4 && fields[2] != "65534") own.users.emplace_back(fields[0]);
  }
  return own;
}

/// Without what nobody else has to know.
Report for_others(const Report& full, const Options& options) {
  if (!options.redact) return bounded(full);
  Mask mask;
  learn_from_report(full, mask);
  if (options.anonymise) learn_names(full, own_names(), mask);
  return bounded(redacted(full, mask));  // in this order: half a secret would not be known
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
  const Report report = for_others(full, options);
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
