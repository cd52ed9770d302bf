#include "rules/server_config.h"

#include <fnmatch.h>

#include <cerrno>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr int deepest = 10;
constexpr std::size_t most_files = 1000;

bool has_wildcard(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

/// "ssl" of "mod_ssl.c" and of "ssl_module": one condition asks for either.
std::string_view bare_condition(std::string_view name) {
  if (name.starts_with("mod_")) name.remove_prefix(4);
  for (const std::string_view end : {".c", "_module"})
    if (name.ends_with(end)) name.remove_suffix(end.size());
  return name;
}

bool is_setting(const ServerSetting& setting, std::string_view key) {
  return std::find(setting.keys.begin(), setting.keys.end(), key) != setting.keys.end();
}

}  // namespace

std::vector<std::string> expand_glob(const Files& files, const std::string& pattern) {
  std::vector<std::string> found = {""};
  for (const std::string_view piece : split(pattern, '/')) {
    if (piece.empty()) continue;
    const std::string name(piece);
    if (!has_wildcard(name)) {
      for (std::string& path : found) path += "/" + name;
      continue;
    }
    std::vector<std::string> next;
    for (const std::string& folder : found) {
      const Result<std::vector<std::string>> entries = files.list(folder.empty() ? "/" : folder);
      for (const std::string& entry : entries.value_or(std::vector<std::string>()))
        if (::fnmatch(name.c_str(), entry.c_str(), FNM_PERIOD) == 0) next.push_back(folder + "/" + entry);
    }
    found = std::move(next);
  }
  return found;
}

void read_variables(std::string_view script, std::map<std::string, std::string>& variables) {
  for (const std::string_view line : split(script, '\n')) {
    std::string_view text = trim(line);
    if (text.starts_with("export ")) text = trim(text.substr(7));
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 || text.front() == '#') continue;
    const std::string_view name = text.substr(0, equals);
    if (name.find_first_of(" \t$`(){}[]\"'") != std::string_view::npos) continue;
    const std::vector<std::string> words = config_words(text.substr(equals + 1));
    std::string value = words.empty() ? "" : words.front();
    if (value.find_first_of("`(") != std::string::npos) continue;  // made by a command
    // As the shell does it: what is not set is nothing.
    for (std::size_t at = value.find('$'); at != std::string::npos; at = value.find('$', at)) {
      const bool braced = value.compare(at, 2, "${") == 0;
      std::size_t end = at + (braced ? 2 : 1);
      const std::size_t begin = end;
      while (end < value.size() &&
             (std::isalnum(static_cast<unsigned char>(value[end])) != 0 || value[end] == '_'))
        ++end;
      const auto known = variables.find(value.substr(begin, end - begin));
      if (braced) end = std::min(value.find('}', end), value.size() - 1) + 1;
      const std::string replaced = known == variables.end() ? "" : known->second;
      value.replace(at, end - at, replaced);
      at += replaced.size();
    }
    variables[std::string(name)] = value;
  }
}

std::string with_variables(std::string_view text, const std::map<std::string, std::string>& variables) {
  std::string result;
  while (!text.empty()) {
    const std::size_t at = text.find("${");
    const std::size_t end = at == std::string_view::npos ? at : text.find('}', at);
    result += text.substr(0, end == std::string_view::npos ? text.size() : at);
    if (end == std::string_view::npos) break;
    const auto known = variables.find(std::string(text.substr(at + 2, end - at - 2)));
    result += known == variables.end() ? text.substr(at, end + 1 - at) : std::string_view(known->second);
    text.remove_prefix(end + 1);
  }
  return result;
}

void ConfigReader::read_file(const std::string& path) {
  if (depth_ >= deepest || ++files_read_ > most_files) return;
  const Result<std::string> text = files_.read(path);
  if (!text) {
    if (text.error().errno_code != ENOENT) unread.push_back(text.error().what);
    return;
  }
  ++depth_;
  take(parse_config(server_.syntax, *text), path);
  --depth_;
}

void ConfigReader::add(Statement statement) {
  statement.line = 0;
  std::vector<Statement> one;
  one.push_back(std::move(statement));
  take(std::move(one), "");
}

bool ConfigReader::holds(const Statement& statement) const {
  return std::all_of(statement.conditions.begin(), statement.conditions.end(), [&](std::string_view name) {
    const bool negated = name.starts_with('!');
    if (negated) name.remove_prefix(1);
    const bool met = std::any_of(met_.begin(), met_.end(), [&](std::string_view one) {
      return bare_condition(one) == bare_condition(name);
    });
    return met != negated;
  });
}

void ConfigReader::include(const Statement& statement, const ServerSetting& setting,
                           const std::string& folder) {
  for (const std::string& word : config_words(statement.value, ",")) {
    const std::string path = absolute_path(setting.beside && !folder.empty() ? folder : base_, word);
    if (setting.means == ServerSetting::Means::config_folder) {
      const Result<std::vector<std::string>> names = files_.list(path);
      for (const std::string& name : names.value_or(std::vector<std::string>()))
        if (name.ends_with(setting.suffix) && !name.starts_with('.') && !name.ends_with('~'))
          read_file(path + "/" + name);
      return;  // what follows the folder are endings to pass over or to take
    }
    if (!setting.optional && !has_wildcard(path)) {
      Intent intent;
      intent.value = path;
      intent.setting = statement.name;
      intent.source = statement.source;
      intent.certainty = setting.certainty;
      includes.push_back(std::move(intent));
    }
    for (const std::string& file : expand_glob(files_, path)) read_file(file);
    if (!setting.all_words) return;
  }
}

void ConfigReader::take(std::vector<Statement> read, const std::string& file) {
  for (Statement& statement : read) {
    if (!holds(statement)) continue;
    if (!server_.syntax.braces) statement.value = with_variables(statement.value, variables_);
    if (!file.empty()) statement.source = fmt::format("{}:{}", file, statement.line);
    const std::vector<std::string> words = config_words(statement.value);
    if (!words.empty() && statement.key == server_.syntax.met_by) met_.push_back(words.front());
    if (words.size() == 2 && statement.key == server_.syntax.defines) variables_[words[0]] = words[1];
    for (const ServerSetting& setting : server_.settings) {
      if (!is_setting(setting, statement.key)) continue;
      using Means = ServerSetting::Means;
      if (setting.means == Means::base && !words.empty()) base_ = absolute_path(base_, words.front());
      if (setting.means == Means::config || setting.means == Means::config_folder)
        include(statement, setting, file.empty() ? "" : folder_of(file));
    }
    statements.push_back(std::move(statement));
  }
}

}  // namespace whywontitstart
