#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whywontitstart {

/// What a template is filled with. An empty text counts as false in a section.
struct TemplateData {
  std::map<std::string, std::string> texts = {};   ///< plain: escaped when they are put in
  std::map<std::string, std::string> markup = {};  ///< made by an escaping function already: put in as it is
  std::map<std::string, bool> switches = {};
  std::map<std::string, std::vector<TemplateData>> lists = {};
};

using Escape = std::function<std::string(std::string_view)>;

/// Fills a mustache template. Escaping goes by the data, so no tag of a template can leave it out.
/// An unknown name or a syntax error is an Error.
Result<std::string> fill_template(std::string_view text, const TemplateData& data, const Escape& escape);

/// The file of templates/ with that name, filled.
Result<std::string> fill_embedded_template(std::string_view name, const TemplateData& data,
                                           const Escape& escape);

}  // namespace whywontitstart
