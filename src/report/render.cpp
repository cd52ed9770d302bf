#include "report/render.h"

#include <kainjow/mustache.hpp>

#include "base/embedded.h"
#include "base/text.h"

namespace whywontitstart {
namespace {

namespace mustache = kainjow::mustache;

mustache::data data_of(const TemplateData& data, const Escape& escape) {
  mustache::data object{mustache::data::type::object};
  // An empty text would count as true in a section.
  const auto set = [&](const std::string& name, const std::string& text) {
    object.set(name, text.empty() ? mustache::data(false) : mustache::data(text));
  };
  for (const auto& [name, text] : data.texts) set(name, escape(text));
  for (const auto& [name, text] : data.markup) set(name, text);
  for (const auto& [name, on] : data.switches) object.set(name, mustache::data(on));
  for (const auto& [name, items] : data.lists) {
    mustache::data list{mustache::data::type::list};
    for (const TemplateData& item : items) list << data_of(item, escape);
    object.set(name, list);
  }
  return object;
}

/// Remembers the names that it was asked for and does not know: mustache itself would leave them empty.
class StrictContext : public mustache::context<std::string> {
 public:
  using mustache::context<std::string>::context;

  const mustache::data* get(const std::string& name) const override {
    const mustache::data* found = mustache::context<std::string>::get(name);
    if (found == nullptr) unknown_.insert(name);
    return found;
  }

  const std::set<std::string>& unknown() const { return unknown_; }

 private:
  mutable std::set<std::string> unknown_;
};

}  // namespace

Result<std::string> fill_template(std::string_view text, const TemplateData& data, const Escape& escape) {
  mustache::mustache parsed{std::string(text)};
  if (!parsed.is_valid()) return error("template: " + parsed.error_message());
  parsed.set_custom_escape(
      [](const std::string& value) { return value; });  // done by data_of(), for every kind of tag

  const mustache::data object = data_of(data, escape);
  StrictContext context{&object};
  std::string result = parsed.render(context);
  if (!parsed.is_valid()) return error("template: " + parsed.error_message());
  if (!context.unknown().empty())
    return error(fmt::format("template: unknown name {}", fmt::join(context.unknown(), ", ")));
  return result;
}

Result<std::string> fill_embedded_template(std::string_view name, const TemplateData& data,
                                           const Escape& escape) {
  for (const EmbeddedFile& file : embedded_templates())
    if (file.name == name) return fill_template(file.text, data, escape);
  return error(fmt::format("template {} is not part of the program", name));
}

}  // namespace whywontitstart
