#include "cli/input.h"

#include "cli/reading_progress.h"
#include "facts/course_builder.h"
#include "facts/fact_builder.h"
#include "trace/strace_log.h"

namespace whywontitstart {
namespace {

constexpr std::size_t longest_trace = 512U << 20;  // unpacked

/// The first bytes, as many as it takes to tell what it is.
Result<std::string> start_of(ByteSource& source) {
  constexpr std::size_t enough = 256;
  std::string start(1U << 16, '\0');
  std::size_t filled = 0;
  while (filled < enough) {
    const Result<std::size_t> got = source.read(start.data() + filled, start.size() - filled);
    if (!got && filled == 0) return tl::unexpected(got.error());
    if (!got || *got == 0) break;
    filled += *got;
  }
  start.resize(filled);
  return start;
}

Result<SavedTrace> saved_trace(std::string text, ByteSource& rest, const std::string& name) {
  const Result<std::string> more = read_all(rest, longest_trace);
  if (!more) return tl::unexpected(more.error());
  if (more->size() == longest_trace) return error(name + ": this saved trace is longer than 512 MB");
  text += *more;
  return read_saved_trace(text, name);
}

/// Hands the text to the reader, piece by piece. Why it ended before its end; none: it did not.
std::optional<Error> feed(StraceReader& reader, std::string_view start, ByteSource& rest,
                          bool shows_progress) {
  ReadingProgress progress(shows_progress);
  reader.add(start);
  std::vector<char> buffer(1U << 18);
  for (;;) {
    const Result<std::size_t> got = rest.read(buffer.data(), buffer.size());
    if (!got) return got.error();
    if (*got == 0) return std::nullopt;
    reader.add({buffer.data(), *got});
    progress.add(*got);
  }
}

Result<SavedTrace> strace_log(std::string_view start, ByteSource& rest, const std::string& name,
                              bool with_course, bool shows_progress) {
  FactBuilder builder;
  CourseBuilder course;
  StraceReader reader([&](Event&& event) {
    if (with_course) course.add(event);
    builder.add(std::move(event));
  });
  const std::optional<Error> cut = feed(reader, start, rest, shows_progress);
  const StraceStats stats = reader.finish();
  if (stats.calls + stats.ends == 0)
    return cut ? tl::unexpected(*cut)
               : error(fmt::format("{}: no line of it reads like a call in strace's output ({} lines)", name,
                                   stats.lines));
  SavedTrace trace;
  trace.mode = "log";
  trace.facts = builder.finish();
  trace.course = course.finish();
  trace.backend = "strace-log";
  trace.target.of_log = true;
  if (const Process* process = trace.facts.target()) {
    trace.target.argv = process->argv;
    trace.target.executable = process->executable;
  }
  if (cut) trace.remarks.push_back(cut->what);
  if (stats.not_understood > 0)
    trace.remarks.push_back(
        fmt::format("{} of {} lines were not understood (line {}{})", stats.not_understood, stats.lines,
                    fmt::join(stats.first_not_understood_lines, ", "),
                    stats.not_understood > stats.first_not_understood_lines.size() ? ", …" : ""));
  return trace;
}

}  // namespace

Result<SavedTrace> read_trace(const std::string& path, bool with_course, bool shows_progress) {
  Result<std::unique_ptr<ByteSource>> source = open_bytes(path);
  if (!source) return tl::unexpected(source.error());
  const std::string name = path == "-" ? "standard input" : path;
  Result<std::string> start = start_of(**source);
  if (!start) return tl::unexpected(start.error());
  if (is_saved_trace(*start)) return saved_trace(std::move(*start), **source, name);
  return strace_log(*start, **source, name, with_course, shows_progress);
}

}  // namespace whywontitstart
