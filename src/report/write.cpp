#include "report/write.h"

#include "base/fd.h"
#include "base/text.h"
#include "report/html.h"
#include "report/json.h"
#include "report/markdown.h"

namespace whywontitstart {

Result<Format> format_of(std::string_view name_or_path) {
  const std::string file = lower(base_name(name_or_path));
  const std::size_t dot = file.rfind('.');
  const bool is_path = dot != std::string::npos || name_or_path.find('/') != std::string_view::npos;
  const std::string ending = dot == std::string::npos ? "" : file.substr(dot + 1);
  const std::string& name = is_path ? ending : file;
  if (name == "txt" || (!is_path && name == "text")) return Format::text;
  if (name == "md" || (!is_path && name == "markdown")) return Format::markdown;
  if (name == "html") return Format::html;
  if (name == "json") return Format::json;
  if (is_path)
    return error(
        fmt::format("{}: the ending says in which format to write: .txt, .md, .html or .json", name_or_path));
  return error(fmt::format("{}: no such format; there are text, md, html and json", name_or_path));
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
  return replace_file(path,
                      render(report, *format,
                             {.colour = false, .utf8 = true, .width = 100, .brief = false, .verbose = true}));
}

}  // namespace whywontitstart
