#include "rules/intend.h"

#include <re2/re2.h>

#include "base/fill.h"
#include "base/text.h"
#include "rules/listen_address.h"
#include "rules/server_call.h"

namespace whywontitstart {
namespace {

using Means = ServerSetting::Means;

bool fits(const Pattern& pattern, std::string_view text) {
  return pattern == nullptr || RE2::PartialMatch(text, *pattern);
}

/// The named groups of a pattern that took part in a match; none if it does not match.
std::optional<std::map<std::string, std::string>> groups_of(const Pattern& pattern, std::string_view text) {
  const int count = pattern->NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> pieces(static_cast<std::size_t>(count));
  if (!pattern->Match(text, 0, text.size(), RE2::UNANCHORED, pieces.data(), count)) return std::nullopt;
  std::map<std::string, std::string> groups;
  for (const auto& [name, number] : pattern->NamedCapturingGroups())
    groups[name] = std::string(pieces[static_cast<std::size_t>(number)]);
  return groups;
}

/// The part of a text that a pattern matches.
std::string matched_by(const Pattern& pattern, std::string_view text) {
  re2::StringPiece piece;
  if (pattern == nullptr || !pattern->Match(text, 0, text.size(), RE2::UNANCHORED, &piece, 1)) return {};
  return std::string(trim({piece.data(), piece.size()}));
}

/// One value of a setting, and where it stands.
struct Named {
  std::string value;
  std::string address, port;  ///< where its pattern tells them apart
  std::string setting;
  std::string source;
};

class Gatherer {
 public:
  Gatherer(const Server& server, const Target& target, const Files& files, Intentions& into)
      : server_(server),
        target_(target),
        files_(files),
        into_(into),
        reader_(server, files, variables(), target.cwd) {}

  void gather(const std::vector<std::string>& words, const std::string& program) {
    call_ = read_call(server_, words);
    if (!call_.starts) {
      into_.starts = false;
      return;
    }
    open_statements();
    find_base();
    read_configuration(program);
    for (const ServerSetting& setting : server_.settings)
      if (setting.means == Means::intent && setting.kind == Intent::Kind::user)
        for (const Named& named : values_of(setting)) user_ = named.value;
    for (const ServerSetting& setting : server_.settings) heed(setting);
    join_addresses();
    into_.refuses_root = server_.refuses_root && user_.empty();
    into_.not_looked_at.insert(into_.not_looked_at.end(), reader_.unread.begin(), reader_.unread.end());
  }

  const std::string& first_word() const { return call_.first_word; }
  const std::vector<std::string>& rest() const { return call_.rest; }

 private:
  std::map<std::string, std::string> variables() const {
    std::map<std::string, std::string> known;
    for (const std::string& entry : target_.environment)
      if (const std::size_t equals = entry.find('='); equals != std::string::npos)
        known[entry.substr(0, equals)] = entry.substr(equals + 1);
    for (const std::string& script : server_.variables)
      if (const Result<std::string> text = files_.read(script)) read_variables(*text, known);
    return known;
  }

  /// The call may hold pieces of configuration, and these may name the file of the rest.
  void open_statements() {
    std::vector<Statement> opened;
    for (Statement& statement : call_.settings) {
      std::vector<Statement> pieces = statement.key == "statement"
                                          ? parse_config(server_.syntax, statement.value)
                                          : std::vector<Statement>{statement};
      for (Statement& piece : pieces) {
        piece.line = 0;
        for (const ServerSetting& setting : server_.settings)
          if (setting.means == Means::config && has_key(setting, piece)) piece.key = "config";
        opened.push_back(std::move(piece));
      }
    }
    call_.settings = std::move(opened);
  }

  /// The folder from which relative paths are seen has to be known before anything is read.
  void find_base() {
    for (const ServerSetting& setting : server_.settings) {
      if (setting.means != Means::base) continue;
      std::vector<std::string> found = setting.defaults;
      if (const auto value = variable(target_.environment, setting.variable);
          value && !setting.variable.empty())
        found = {*value};
      for (const Statement& statement : call_.settings)
        if (has_key(setting, statement)) found = {statement.value};
      if (found.empty()) continue;
      Statement statement;
      statement.key = setting.keys.front();
      statement.value = found.back();
      reader_.add(std::move(statement));
    }
  }

  void read_configuration(const std::string& program) {
    bool named = false;
    for (const Statement& statement : call_.settings) {
      if (statement.key != "config") continue;
      named = true;
      const std::vector<std::string> words = config_words(statement.value);
      if (words.empty()) continue;
      const std::string path = absolute_path(target_.cwd, words.front());
      want(Intent::Kind::read, path, {path, {}, {}, statement.name, {}}, {});
      reader_.read_file(path);
    }
    if (!named) read_usual_files(program);
    for (const Statement& statement : call_.settings) reader_.add(statement);
    for (Intent& include : reader_.includes) add(std::move(include));
  }

  void read_usual_files(const std::string& program) {
    Values known;
    if (const auto groups = groups_of(server_.program, program))
      for (const auto& [name, value] : *groups) known[name] = value;
    std::string first;
    for (const std::string& config : server_.configs) {
      const std::string pattern = absolute_path(reader_.base(), fill(config, known));
      if (first.empty()) first = pattern;
      for (const std::string& path : expand_glob(files_, pattern)) {
        const Result<std::string> text = files_.read(path);
        if (!text && text.error().errno_code == ENOENT) continue;
        reader_.read_file(path);
        if (server_.needs_config)
          want(Intent::Kind::read, path, {path, {}, {}, "its configuration", default_}, {});
        if (server_.first_config) return;
        first = path;
        found_ = true;
      }
    }
    if (server_.needs_config && !found_ && !first.empty())
      want(Intent::Kind::read, first, {first, {}, {}, "its configuration", default_}, {});
  }

  static bool has_key(const ServerSetting& setting, const Statement& statement) {
    return std::find(setting.keys.begin(), setting.keys.end(), statement.key) != setting.keys.end();
  }

  /// Is the setting on which this one depends such?
  bool applies(const ServerSetting& setting) const {
    if (setting.where_key.empty()) return true;
    const Statement* last = nullptr;
    for (const Statement& statement : reader_.statements)
      if (statement.key == setting.where_key) last = &statement;
    if (setting.where == nullptr) return last == nullptr;
    return last != nullptr && RE2::PartialMatch(last->value, *setting.where);
  }

  std::vector<Named> values_of(const ServerSetting& setting) const {
    if (!applies(setting)) return {};
    std::vector<const Statement*> found;
    for (const Statement& statement : reader_.statements)
      if (has_key(setting, statement) &&
          (statement.source.empty() || fits(setting.section, statement.section)))
        found.push_back(&statement);
    if (found.empty()) return usual_values(setting);
    if (!setting.repeats) found.erase(found.begin(), found.end() - 1);
    // What stands in the call counts instead of what stands in the files.
    if (found.back()->source.empty())
      std::erase_if(found, [](const Statement* statement) { return !statement->source.empty(); });
    std::vector<Named> values;
    for (const Statement* statement : found) {
      add_values(setting, statement->value, statement->name, statement->source, values);
    }
    return values;
  }

  std::vector<Named> usual_values(const ServerSetting& setting) const {
    std::vector<Named> values;
    if (const auto value = variable(target_.environment, setting.variable);
        value && !setting.variable.empty())
      add_values(setting, *value, "the variable " + setting.variable, "", values);
    if (!values.empty()) return values;
    for (const std::string& value : setting.defaults)
      add_values(setting, value, setting.keys.front(), default_, values);
    return values;
  }

  static void add_values(const ServerSetting& setting, const std::string& text, const std::string& key,
                         const std::string& source, std::vector<Named>& values) {
    if (!fits(setting.only, text) || (setting.unless != nullptr && fits(setting.unless, text))) return;
    if (setting.value != nullptr) {
      auto groups = groups_of(setting.value, text);
      if (!groups) return;
      const std::string value = (*groups)["value"] + (*groups)["path"];
      values.push_back({value, (*groups)["address"], (*groups)["port"], key, source});
      return;
    }
    for (const std::string& word : config_words(text, setting.all_words ? "," : "")) {
      values.push_back({word, {}, {}, key, source});
      if (!setting.all_words) return;
    }
  }

  void heed(const ServerSetting& setting) {
    if (setting.means != Means::intent && setting.means != Means::port && setting.means != Means::address)
      return;
    for (Named& named : values_of(setting)) {
      if (setting.means == Means::port)
        ports_.push_back({setting, std::move(named)});
      else if (setting.means == Means::address)
        addresses_.push_back({setting, std::move(named)});
      else if (setting.kind == Intent::Kind::listen)
        heed_listen(setting, named);
      else if (setting.kind == Intent::Kind::user || setting.kind == Intent::Kind::group)
        heed_account(setting, named);
      else if (setting.kind == Intent::Kind::variable)
        want(setting.kind, named.value, named, setting);
      else
        heed_path(setting, named);
    }
  }

  void heed_listen(const ServerSetting& setting, const Named& named) {
    const std::string port = named.port.empty() ? setting.port : named.port;
    const std::optional<std::string> address =
        named.port.empty() && named.address.empty()
            ? listen_address(named.value + with_port(setting.suffix), port, files_)
            : address_with_port(named.address, port, files_);
    if (address && !setting.optional) want(Intent::Kind::listen, *address, named, setting);
  }

  /// Only root becomes somebody else.
  void heed_account(const ServerSetting& setting, const Named& named) {
    if (target_.identity.uid == 0 && !named.value.empty()) want(setting.kind, named.value, named, setting);
  }

  void heed_path(const ServerSetting& setting, const Named& named) {
    const std::string& value = named.value;
    if (value.empty() || value == "-" || value.find_first_of("$%`|") != std::string::npos) return;
    if (value.starts_with("/dev/") || value.find("://") != std::string::npos) return;
    want(setting.kind, absolute_path(reader_.base(), value + with_port(setting.suffix)), named, setting);
  }

  /// Names of sockets may contain the port.
  std::string with_port(const std::string& text) const {
    if (text.find('{') == std::string::npos) return text;
    return fill(text, {{"port", ports_.empty() ? "" : ports_.back().second.value}});
  }

  /// Each port on each address.
  void join_addresses() {
    std::vector<std::pair<ServerSetting, Named>> addresses = addresses_;
    const bool names_one =
        std::any_of(server_.settings.begin(), server_.settings.end(), [&](const ServerSetting& one) {
          return one.means == Means::address &&
                 std::any_of(reader_.statements.begin(), reader_.statements.end(),
                             [&](const Statement& statement) { return has_key(one, statement); });
        });
    if (addresses.empty() && !names_one) addresses.push_back({ServerSetting(), Named{"*", {}, {}, {}, {}}});
    for (const auto& [address_setting, named] : addresses) {
      // A minus before it: where it cannot be had, it goes without (redis.conf).
      if (address_setting.optional || named.value.starts_with('-')) continue;
      const std::string& text = named.address.empty() ? named.value : named.address;
      if (!named.port.empty()) {
        if (const auto address = address_with_port(text, named.port, files_))
          want(Intent::Kind::listen, *address, named, address_setting);
        continue;
      }
      for (const auto& [setting, port] : ports_) {
        const std::optional<std::string> address = listen_address(text, port.value, files_);
        if (!address) continue;
        ServerSetting both = setting;
        both.one_is_enough = both.one_is_enough || address_setting.one_is_enough;
        both.certainty =
            addresses_.empty() ? both.certainty : std::min(both.certainty, address_setting.certainty);
        want(Intent::Kind::listen, *address, port, both);
      }
    }
  }

  void want(Intent::Kind kind, const std::string& value, const Named& named, const ServerSetting& setting) {
    Intent intent;
    intent.kind = kind;
    intent.value = value;
    if (kind == Intent::Kind::listen && !value.starts_with("unix:")) intent.protocol = setting.protocol;
    intent.setting = named.setting;
    intent.source = named.source;
    if (setting.as_user && target_.identity.uid == 0) intent.by = user_;
    intent.certainty = setting.certainty;
    intent.if_listens = setting.if_listens;
    intent.shares = setting.shares;
    intent.stale_stops = setting.stale_stops;
    if (setting.one_is_enough) intent.alternatives = setting.keys.empty() ? "one" : setting.keys.front();
    intent.forbidden_mode = setting.forbidden_mode;
    add(std::move(intent));
  }

  void add(Intent intent) {
    for (const Intent& known : into_.intents)
      if (known.kind == intent.kind && known.value == intent.value && known.protocol == intent.protocol &&
          known.by == intent.by)
        return;
    into_.intents.push_back(std::move(intent));
  }

  static constexpr const char* default_ = "default";

  const Server& server_;
  const Target& target_;
  const Files& files_;
  Intentions& into_;
  ConfigReader reader_;
  ServerCall call_;
  std::string user_;
  bool found_ = false;
  std::vector<std::pair<ServerSetting, Named>> ports_;
  std::vector<std::pair<ServerSetting, Named>> addresses_;
};

}  // namespace

Intentions intentions_of(const std::vector<Server>& servers, const Target& target, const Files& files) {
  Intentions result;
  if (target.argv.empty()) return result;
  const std::string program(base_name(target.executable.empty() ? target.argv.front() : target.executable));
  std::vector<std::string> words(target.argv.begin() + 1, target.argv.end());
  const std::string call = join(words, " ");
  auto server = std::find_if(servers.begin(), servers.end(), [&](const Server& one) {
    return fits(one.program, program) && fits(one.call, call);
  });
  while (server != servers.end()) {
    if (result.known_as.empty()) {
      result.known_as = server->id;
      result.names = server->names;
      result.script = matched_by(server->call, call);
    }
    Gatherer gatherer(*server, target, files, result);
    gatherer.gather(words, program);
    if (server->rest.empty() || !result.starts) break;
    result.script = gatherer.first_word();
    words = gatherer.rest();
    if (words.empty()) break;
    const std::string& next = server->rest;
    server = std::find_if(servers.begin(), servers.end(), [&](const Server& one) { return one.id == next; });
  }
  return result;
}

}  // namespace whywontitstart
