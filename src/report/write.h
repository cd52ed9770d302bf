#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/report.h"
#include "report/text.h"

namespace whywontitstart {

enum class Format { text, markdown, html, json };

/// By a format's name ("text", "md") or by the ending of a path ("/tmp/report.html").
Result<Format> format_of(std::string_view name_or_path);

std::string render(const Report& report, Format format, TextStyle style = {});

/// Writes the report in the format that the path's ending names: whole or not at all.
Result<> write_report(const Report& report, const std::string& path);

}  // namespace whywontitstart
