#include "rules/load_server.h"

#include <charconv>

#include "base/text.h"
#include "rules/config_text.h"

namespace whywontitstart {
namespace {

using Means = ServerSetting::Means;

struct Meaning {
  std::string_view name;
  Means means;
  Intent::Kind kind;
};

constexpr Meaning meanings[] = {{"listen", Means::intent, Intent::Kind::listen},
                                {"read", Means::intent, Intent::Kind::read},
                                {"write", Means::intent, Intent::Kind::write},
                                {"folder", Means::intent, Intent::Kind::folder},
                                {"enter", Means::intent, Intent::Kind::enter},
                                {"pid_file", Means::intent, Intent::Kind::pid_file},
                                {"user", Means::intent, Intent::Kind::user},
                                {"group", Means::intent, Intent::Kind::group},
                                {"variable", Means::intent, Intent::Kind::variable},
                                {"port", Means::port, Intent::Kind::listen},
                                {"address", Means::address, Intent::Kind::listen},
                                {"config", Means::config, Intent::Kind::read},
                                {"config_folder", Means::config_folder, Intent::Kind::read},
                                {"base", Means::base, Intent::Kind::enter}};

void load_meaning(Fields& fields, const YamlValue& entry, ServerSetting& setting) {
  std::vector<std::string_view> names;
  const std::string wanted = fields.text_at(entry, "means", true);
  for (const Meaning& meaning : meanings) {
    names.push_back(meaning.name);
    if (meaning.name != wanted) continue;
    setting.means = meaning.means;
    setting.kind = meaning.kind;
  }
  fields.one_of(entry, "means", names);
}

std::vector<std::string> keys_at(Fields& fields, const YamlValue& map, std::string_view name) {
  std::vector<std::string> keys;
  for (const std::string& key : fields.words_at(map, name)) keys.push_back(config_key(key));
  return keys;
}

/// "077": bits of a mode.
std::uint32_t mode_at(Fields& fields, const YamlValue& map, std::string_view key) {
  const std::string text = fields.text_at(map, key);
  std::uint32_t mode = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, mode, 8);
  if (!text.empty() && (read.ptr != end || mode > 07777))
    fields.complain(*map.find(key), fmt::format("'{}' is a mode as of chmod(1): \"077\"", key));
  return mode;
}

ServerSetting setting_of(Fields& fields, const YamlValue& entry) {
  ServerSetting setting;
  if (!fields.is_map(entry, "a setting is a map")) return setting;
  fields.known_keys(entry,
                    {"key",        "means",    "section",   "only",          "unless",      "value",
                     "where",      "unset",    "all_words", "repeats",       "optional",    "beside",
                     "default",    "variable", "protocol",  "port",          "suffix",      "certainty",
                     "if_listens", "shares",   "as_user",   "one_is_enough", "stale_stops", "refused_mode"});
  setting.keys = keys_at(fields, entry, "key");
  if (setting.keys.empty()) fields.complain(entry, "'key' is missing here");
  load_meaning(fields, entry, setting);
  setting.section = fields.pattern_at(entry, "section");
  setting.only = fields.pattern_at(entry, "only");
  setting.unless = fields.pattern_at(entry, "unless");
  setting.value = fields.pattern_at(entry, "value");
  setting.where_key = config_key(fields.text_at(entry, "unset"));
  if (const YamlValue* where = entry.find("where");
      where != nullptr && fields.is_map(*where, "'where' is a map of one key") && !where->entries.empty()) {
    setting.where_key = config_key(where->entries.front().key.scalar);
    setting.where = fields.pattern_at(*where, where->entries.front().key.scalar);
  }
  const auto is_on = [&](std::string_view key) { return fields.switch_at(entry, key).value_or(false); };
  setting.all_words = is_on("all_words");
  setting.repeats = is_on("repeats");
  setting.optional = is_on("optional");
  setting.beside = is_on("beside");
  setting.if_listens = is_on("if_listens");
  setting.shares = is_on("shares");
  setting.as_user = is_on("as_user");
  setting.one_is_enough = is_on("one_is_enough");
  setting.stale_stops = is_on("stale_stops");
  setting.defaults = fields.words_at(entry, "default");
  setting.variable = fields.text_at(entry, "variable");
  if (entry.find("protocol") != nullptr) setting.protocol = fields.text_at(entry, "protocol");
  fields.one_of(entry, "protocol", {"tcp", "udp"});
  setting.port = fields.text_at(entry, "port");
  setting.suffix = fields.text_at(entry, "suffix");
  if (entry.find("certainty") != nullptr) setting.certainty = fields.share_at(entry, "certainty");
  setting.forbidden_mode = mode_at(fields, entry, "refused_mode");
  return setting;
}

ServerArgument argument_of(Fields& fields, const YamlValue& entry) {
  ServerArgument argument;
  if (!fields.is_map(entry, "an argument is a map")) return argument;
  fields.known_keys(entry, {"option", "is", "only"});
  argument.options = fields.words_at(entry, "option");
  argument.key = config_key(fields.text_at(entry, "is", true));
  argument.only = fields.pattern_at(entry, "only");
  return argument;
}

ConfigSyntax syntax_of(Fields& fields, const YamlValue& entry) {
  ConfigSyntax syntax;
  if (!fields.is_map(entry, "'syntax' is a map")) return syntax;
  fields.known_keys(
      entry, {"braces", "indented", "comment", "separator", "sections", "condition", "met_by", "defines"});
  syntax.braces = fields.switch_at(entry, "braces").value_or(false);
  syntax.indented = fields.switch_at(entry, "indented").value_or(false);
  if (entry.find("comment") != nullptr) syntax.comment = fields.text_at(entry, "comment");
  syntax.separator = fields.text_at(entry, "separator");
  syntax.sections = keys_at(fields, entry, "sections");
  syntax.condition = config_key(fields.text_at(entry, "condition"));
  syntax.met_by = config_key(fields.text_at(entry, "met_by"));
  syntax.defines = config_key(fields.text_at(entry, "defines"));
  return syntax;
}

ServerTest test_of(Fields& fields, const YamlValue& entry) {
  ServerTest test;
  test.place = entry.place;
  if (!fields.is_map(entry, "a test is a map")) return test;
  fields.known_keys(entry, {"name", "call", "files", "expect"});
  test.name = fields.text_at(entry, "name", true);
  test.call = config_words(fields.text_at(entry, "call", true));
  if (const YamlValue* files = entry.find("files");
      files != nullptr && fields.is_map(*files, "'files' is a map of paths and texts"))
    for (const auto& [path, text] : files->entries) test.files.emplace_back(path.scalar, text.scalar);
  test.expect = fields.words_at(entry, "expect");
  return test;
}

/// What the entry does not say stays as it is: it may be that of another server.
void take_words(Fields& fields, const YamlValue& entry, std::string_view key,
                std::vector<std::string>& into) {
  if (entry.find(key) != nullptr) into = fields.words_at(entry, key);
}

void take_switch(Fields& fields, const YamlValue& entry, std::string_view key, bool& into) {
  into = fields.switch_at(entry, key).value_or(into);
}

void load_call(Fields& fields, const YamlValue& entry, Server& server) {
  if (entry.find("arguments") != nullptr) server.arguments.clear();
  for (const YamlValue& argument : fields.list_at(entry, "arguments"))
    server.arguments.push_back(argument_of(fields, argument));
  take_words(fields, entry, "names", server.names);
  take_words(fields, entry, "takes_value", server.takes_value);
  take_words(fields, entry, "not_a_start", server.not_a_start);
  take_switch(fields, entry, "long_options", server.long_options);
  take_switch(fields, entry, "refuses_root", server.refuses_root);
  server.rest = fields.text_at(entry, "rest");
}

void load_configuration(Fields& fields, const YamlValue& entry, Server& server) {
  take_words(fields, entry, "configs", server.configs);
  take_words(fields, entry, "variables", server.variables);
  take_switch(fields, entry, "needs_config", server.needs_config);
  if (const auto all = fields.switch_at(entry, "all_configs")) server.first_config = !*all;
  if (const YamlValue* syntax = entry.find("syntax")) server.syntax = syntax_of(fields, *syntax);
  if (entry.find("settings") != nullptr) server.settings.clear();
  for (const YamlValue& setting : fields.list_at(entry, "settings"))
    server.settings.push_back(setting_of(fields, setting));
}

}  // namespace

void load_server(Fields& fields, const YamlValue& entry, const std::string& file, std::vector<Server>& into) {
  if (!fields.is_map(entry, "a server is a map")) return;
  fields.known_keys(entry, {"server", "like", "without", "program", "call", "names", "configs", "all_configs",
                            "needs_config", "variables", "syntax", "arguments", "long_options", "takes_value",
                            "not_a_start", "rest", "refuses_root", "settings", "tests"});
  Server server;
  if (const std::string like = fields.text_at(entry, "like"); !like.empty()) {
    const auto model =
        std::find_if(into.begin(), into.end(), [&](const Server& one) { return one.id == like; });
    if (model == into.end()) fields.complain(entry, fmt::format("there is no server '{}' above", like));
    if (model != into.end()) server = *model;
    server.tests.clear();
    const std::vector<std::string> without = keys_at(fields, entry, "without");
    std::erase_if(server.settings, [&](const ServerSetting& setting) { return setting.keys == without; });
  }
  server.file = file;
  server.place = entry.place;
  server.id = fields.text_at(entry, "server", true);
  for (const Server& known : into)
    if (known.id == server.id)
      fields.complain(entry, fmt::format("the server '{}' is there already, at {}:{}", server.id, known.file,
                                         known.place.line));
  if (entry.find("program") == nullptr) fields.complain(entry, "'program' is missing here");
  server.program = fields.pattern_at(entry, "program");
  server.call = fields.pattern_at(entry, "call");
  load_call(fields, entry, server);
  load_configuration(fields, entry, server);
  for (const YamlValue& test : fields.list_at(entry, "tests")) server.tests.push_back(test_of(fields, test));
  if (server.tests.empty()) fields.complain(entry, fmt::format("the server '{}' needs a test", server.id));
  into.push_back(std::move(server));
}

}  // namespace whywontitstart
