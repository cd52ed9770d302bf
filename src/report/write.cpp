#include "report/write.h"

#include "base/fd.h"
#include "base/text.h"
#include "report/html.h"
#include "report/json.h"
#include "report/markdown.h"

namespace whywontitstart {

Result<Format> format_of(std::string_view name_or_path) {
  const std::string name = lower(base_name(name_or_path));
  const std::size_t dot = name.rfind('.');
  const std::string ending = dot == std::string::npos ? name : name.substr(dot + 1);
  const bool is_path = dot != std::string::npos;
  if (ending == "txt" || (!is_path && ending == "text")) return Format::text;
  if (ending == "md" || (!is_path && ending == "markdown")) return Format::markdown;
  if (ending == "html") return Format::html;
  if (ending == "json") return Format::json;
  return error(is_path || name_or_path.find('/') != std::string_view::npos
                   ? fmt::format("{}: the ending says in which format to write: .txt, .md, .html or .json",
                                 name_or_path)
                   : fmt::format("{}: no such format; there are text, md, html and json", name_or_path));
}

std::string render(const Report& report, Format format, TextStyle style) {
  switch (format) {
    case Format::text:
      return to_text(report, style);
    case Format::markdown:
      return to_markdown(report);
    case Format::html:
      return to_html(report);
    case Format::json:
      return to_json(report);
  }
  return to_text(report, style);
}

Result<> write_report(const Report& report, const std::string& path) {
  const Result<Format> format = format_of(path);
  if (!format) return tl::unexpected(format.error());
  // In a file there is room for all of it, and nobody to ask for more.
  return replace_file(
      path, render(report, *format, {.colour = false, .utf8 = true, .width = 100, .verbose = true}));
}

}  // namespace whywontitstart
