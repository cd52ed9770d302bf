#include "report/secrets.h"

#include <re2/re2.h>

#include <memory>

#include "base/text.h"
#include "report/random_words.h"

namespace whywontitstart {
namespace {

using Words = std::set<std::string, std::less<>>;

// Words that make the value beside them a secret.
const Words& secret_words() {
  static const Words words = {
      "password",      "passwd",  "passphrase", "passcode",   "pwd",         "pass",        "passin",
      "passout",       "pw",      "rootpw",     "secret",     "secrets",     "token",       "key",
      "apikey",        "authkey", "accesskey",  "secretkey",  "privatekey",  "auth",        "authtoken",
      "authorization", "bearer",  "creds",      "credential", "credentials", "requirepass", "masterauth",
      "cookie",        "jwt",     "sessionid",  "psk"};
  return words;
}

// What says something about a secret without being one, after its word: TOKEN_TTL, PASSWORD_FILE, KeyError.
const Words& harmless_endings() {
  static const Words words = {
      "method",   "type",      "mode",     "enabled",  "disabled", "ttl",      "timeout",  "expiry",
      "expires",  "length",    "size",     "count",    "min",      "max",      "policy",   "algorithm",
      "error",    "exception", "sock",     "socket",   "provider", "backend",  "plugin",   "module",
      "prompt",   "layout",    "host",     "port",     "user",     "username", "realm",    "issuer",
      "audience", "server",    "interval", "required", "file",     "files",    "filename", "path",
      "dir",      "directory", "folder",   "url",      "uri",      "endpoint", "name",     "version"};
  return words;
}

// Look-alikes that the words do not tell. GPG_KEY is a fingerprint, PWD a folder; the settings of systemd's
// units say where a credential comes from (that with it in the text is SetCredential=).
const Words& known_harmless() {
  static const Words names = {"PWD",
                              "OLDPWD",
                              "GPG_KEY",
                              "XDG_ACTIVATION_TOKEN",
                              "LoadCredential",
                              "LoadCredentialEncrypted",
                              "ImportCredential"};
  return names;
}

// In a sentence these are as often something else: "unexpected token: '}'", "auth: failed", "key=3".
const Words& ambiguous_alone() {
  static const Words names = {"token", "key", "auth", "pass", "authorization", "bearer"};
  return names;
}

constexpr std::string_view switches[] = {"",      "true",  "false",   "yes",           "no",      "on",
                                         "off",   "0",     "1",       "none",          "null",    "nil",
                                         "auto",  "trust", "peer",    "scram-sha-256", "md5",     "undefined",
                                         "unset", "empty", "default", "required",      "optional"};

bool is_upper(char byte) { return byte >= 'A' && byte <= 'Z'; }
bool is_lower(char byte) { return byte >= 'a' && byte <= 'z'; }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// "client", "secret" of client_secret, client-secret, client.secret and clientSecret.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words{""};
  for (std::size_t at = 0; at < name.size(); ++at) {
    const char byte = name[at];
    const bool separates = !is_upper(byte) && !is_lower(byte) && !is_digit(byte);
    const bool new_hump = is_upper(byte) && at > 0 && is_lower(name[at - 1]);
    if ((separates || new_hump) && !words.back().empty() && at + 1 < name.size()) words.emplace_back();
    if (!separates) words.back() += byte;
  }
  for (std::string& word : words) word = lower(word);
  return words;
}

/// A path below one of the folders that every system has tells where a secret is, not what it is.
bool is_path(std::string_view value) {
  static const RE2 path(
      R"((?:file://)?(?:/(?:etc|var|run|usr|opt|srv|home|root|tmp|dev|proc|sys|mnt|media|data|app|lib|bin|sbin|boot|snap|nix|)"
      R"(work|workspace)(?:/[^\s]*)?|(?:~|\.\.?)/[^\s]*|[\w./-]+\.(?:pem|key|crt|cer|p12|jks|pub|json|ya?ml|conf|txt|env)))",
      RE2::Latin1);
  return RE2::FullMatch(re2::StringPiece(value.data(), value.size()), path);
}

bool is_reference(std::string_view value) {
  static const RE2 reference(
      R"(\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|%\w+%?|\{\{.*\}\}|<[^>]*>|\*+|\.\.\.|x{3,}|‹(?:secret|host|address|user)-\d+›)",
      RE2::Latin1);
  return RE2::FullMatch(re2::StringPiece(value.data(), value.size()), reference);
}

/// Lower-case letters only: as likely a word of a sentence as a secret.
bool is_plain_word(std::string_view value) { return std::all_of(value.begin(), value.end(), is_lower); }

std::string_view view_of(re2::StringPiece piece) { return {piece.data(), piece.size()}; }

std::unique_ptr<RE2> compiled(const std::string& pattern) {
  RE2::Options options(RE2::Latin1);  // bytes: a program may write any
  options.set_log_errors(false);
  return std::make_unique<RE2>(pattern, options);
}

/// How much a name beside a value has to say before the value counts as a secret.
enum class Told {
  by_name,    ///< names_a_secret()
  in_quotes,  ///< it may be a sentence: the name must not be an ambiguous one
  in_words,   ///< as before, and the value no plain word: "password: incorrect"
};

enum class Before { anything, quote, dash };

/// What may follow a name; its one group is the value.
struct AfterName {
  std::unique_ptr<RE2> pattern;
  Told told;
  Before before = Before::anything;
};

std::vector<AfterName> make_after_name() {
  const std::string in_double_quotes = R"re("((?:[^"\\]|\\.)+)")re";
  const std::string in_escaped_quotes = R"re(\\"((?:[^"\\]|\\\\\\"|\\[^"])+)\\?")re";  // inside a C string
  const std::string in_single_quotes = "'([^'\n]+)'";
  std::vector<AfterName> all;
  const auto add = [&](const std::string& pattern, Told told, Before before = Before::anything) {
    all.push_back({compiled(pattern), told, before});
  };
  // NAME=value, --name=value, also in quotes and with blanks around it; name => 'value'.
  add(R"re(["']?\s{0,3}=>?\s{0,3})re" + in_double_quotes, Told::by_name);
  add(R"re((?:\\")?\s{0,3}=>?\s{0,3})re" + in_escaped_quotes, Told::by_name);
  add(R"re(["']?\s{0,3}=>?\s{0,3})re" + in_single_quotes, Told::by_name);
  add(R"re(\s{0,3}=\s{0,3}([^\s"';&,\\=>][^\s"';&,\\]*))re", Told::by_name);
  // "name": "value" of JSON; name: "value", name: 'value'; name: value at the end of a line or entry.
  add(R"re(["']\s{0,3}:\s{0,3})re" + in_double_quotes, Told::by_name, Before::quote);
  add(R"re(\\"\s{0,3}:\s{0,3})re" + in_escaped_quotes, Told::by_name, Before::quote);
  add(R"re(["']\s{0,3}:\s{0,3})re" + in_single_quotes, Told::by_name, Before::quote);
  add(R"re(\s?:\s{0,3})re" + in_double_quotes, Told::in_quotes);
  add(R"re(\s?:\s{0,3})re" + in_escaped_quotes, Told::in_quotes);
  add(R"re(\s?:\s{0,3})re" + in_single_quotes, Told::in_quotes);
  add(R"re((?m):[ \t]{0,3}([^\s"',;\\{}\[\]]+)(?:[,;]|\\[nr]|["'}]|[ \t\r]*$))re", Told::in_words);
  // "--name", "value" as strace(1) shows the words of execve; --name value as people write it.
  add(R"re(", "((?:[^"\\]|\\.)+)")re", Told::by_name, Before::dash);
  add("'? +" + in_single_quotes, Told::by_name, Before::dash);
  add(R"re( +([^\s"'-][^\s"']*))re", Told::in_words, Before::dash);
  return all;
}

/// Secrets that need no name; each pattern's one group is the secret.
std::vector<std::unique_ptr<RE2>> make_shapes() {
  std::vector<std::unique_ptr<RE2>> all;
  for (
      const auto* pattern : {
          // scheme://user:secret@host. Without '/' it may hold '@', without '@' it may hold '/'; a port is
          // none.
          R"re(://[^\s/:@"'<>]*:(\d*[^\d\s/@"'<>][^\s/"'<>]*|\d+|\d*[^\d\s/@"'<>][^\s@"'<>]*)@)re",
          R"re([A-Za-z0-9_.-]:([^\s@"'<>:]+)@(?:tcp|udp|unix)\()re",
          R"re(https?://([A-Za-z0-9_-]{20,})@)re",
          // "requirepass hunter42" of a configuration; redis-server has "user app on >hunter42".
          R"re((?i)\b(?:password|passwd|passphrase|requirepass|masterauth)[ \t]+((?:[^\s"',;0-9]+[0-9]|[0-9]+[A-Za-z])[^\s"',;]{4,}))re",
          R"re(\buser\s+\S+\s+(?:on|off)\s[^\n>]*>(\S+))re",
          // SQL, HTTP (RFC 6750, RFC 7617).
          R"re((?i)(?:identified\s+by|password)\s+'([^'\n]+)')re",
          R"re((?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,}))re",
          R"re((?i)\bcookie:\s*([^\r\n"]+))re",
          // JSON Web Tokens, and services that give their tokens a beginning of their own.
          R"re(\b(eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){0,2}))re",
          R"re(\b((?:AKIA|ASIA)[0-9A-Z]{16})\b)re",
          R"re(\b(gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}))re",
          R"re(\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-[A-Za-z0-9_-]{20,}))re",
          R"re(\b(AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{10,}|SG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}))re",
          R"re(\b((?:npm|hf|dop_v1|hvs|pypi|dckr_pat|shpat)[_.-][A-Za-z0-9_-]{20,}))re",
          R"re(\b(MII[A-Za-z0-9+/]{37,}={0,2}))re",  // the first line of a key without its frame: DER
          R"re(hooks\.slack\.com/services/([A-Za-z0-9/]{10,}))re",
          // Hashed passwords, crypt(5).
          R"re((\$(?:1|2[abxy]|5|6|7|y|gy|argon2id?)\$[A-Za-z0-9./$=,+-]{16,}))re",
      })
    all.push_back(compiled(pattern));
  return all;
}

bool is_told_by(std::string_view name, std::string_view value, Told told) {
  if (!may_be_secret(value)) return false;
  const bool ambiguous = ambiguous_alone().count(lower(name)) > 0;
  if (told == Told::in_words) return !is_plain_word(value) && value.size() >= 4;
  if (told == Told::in_quotes) return !ambiguous || (!is_plain_word(value) && value.size() >= 8);
  return lower(name) != "key" && lower(name) != "auth";
}

/// The secret beside the name that ends where `rest` begins; empty if there is none.
std::string_view value_of(std::string_view name, char before_name, std::string_view rest) {
  static const auto* const all = new std::vector<AfterName>(make_after_name());
  // What may be a sentence is read no further than this: else a text of nothing but names would be read again
  // and again.
  constexpr std::size_t longest_sentence = 2048;
  for (const AfterName& after : *all) {
    if (after.before == Before::quote && before_name != '"' && before_name != '\'') continue;
    if (after.before == Before::dash && before_name != '-') continue;
    const std::string_view part = after.told == Told::by_name ? rest : rest.substr(0, longest_sentence);
    re2::StringPiece groups[2];
    const re2::StringPiece text(part.data(), part.size());
    if (!after.pattern->Match(text, 0, part.size(), RE2::ANCHOR_START, groups, 2)) continue;
    if (is_told_by(name, view_of(groups[1]), after.told)) return view_of(groups[1]);
  }
  return {};
}

/// Letters and digits, and too long for a number with its unit.
bool is_mixed(std::string_view value) {
  const auto is_letter = [](char byte) { return is_upper(byte) || is_lower(byte); };
  return value.size() >= 8 && std::any_of(value.begin(), value.end(), is_letter) &&
         std::any_of(value.begin(), value.end(), is_digit);
}

/// "/etc/passwd: Permission denied": the end of a path before a colon is no name of what follows.
bool ends_a_path(std::string_view text, std::size_t begin, std::size_t end) {
  if (end >= text.size() || text[end] != ':') return false;
  constexpr std::string_view around = " \t\n\"'`(=,:";
  const std::size_t before = begin == 0 ? std::string_view::npos : text.find_last_of(around, begin - 1);
  return text[before == std::string_view::npos ? 0 : before + 1] == '/';
}

void add_named_secrets(std::string_view text, std::vector<std::string_view>& found) {
  const auto starts_name = [](char byte) { return is_upper(byte) || is_lower(byte) || byte == '_'; };
  const auto is_of_name = [&](char byte) {
    return starts_name(byte) || is_digit(byte) || byte == '.' || byte == '-';
  };
  std::size_t at = 0;
  while (at < text.size()) {
    if (!starts_name(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_of_name(text[end])) ++end;
    const std::string_view name = text.substr(at, end - at);
    const char before = at == 0 ? ' ' : text[at - 1];
    std::string_view value =
        names_a_secret(name) ? value_of(name, before, text.substr(end)) : std::string_view();
    if (ends_a_path(text, at, end) && !is_mixed(value)) value = {};
    if (!value.empty()) found.push_back(value);
    at = value.empty() ? end : static_cast<std::size_t>(value.data() + value.size() - text.data());
  }
}

void add_secrets_by_shape(std::string_view text, std::vector<std::string_view>& found) {
  static const auto* const all = new std::vector<std::unique_ptr<RE2>>(make_shapes());
  const re2::StringPiece whole(text.data(), text.size());
  for (const auto& shape : *all) {
    re2::StringPiece groups[2];
    std::size_t from = 0;
    while (from <= text.size() && shape->Match(whole, from, text.size(), RE2::UNANCHORED, groups, 2)) {
      if (may_be_secret(view_of(groups[1]))) found.push_back(view_of(groups[1]));
      from = static_cast<std::size_t>(groups[0].data() + groups[0].size() - text.data());
    }
  }
}

/// How far a text goes on as the body of a key does: lines of base64, also inside a C string. 0 where that is
/// too little to be one.
std::size_t length_of_base64(std::string_view text) {
  static const RE2 body(R"(((?:[A-Za-z0-9+/=]|\s|\\[nr])*))", RE2::Latin1);
  constexpr std::size_t shortest = 16;
  re2::StringPiece hit[1];
  const re2::StringPiece whole(text.data(), text.size());
  if (!body.Match(whole, 0, whole.size(), RE2::ANCHOR_START, hit, 1)) return 0;
  return trim(view_of(hit[0])).size() < shortest ? 0 : hit[0].size();
}

/// Private keys in PEM (RFC 7468), also when the text holds only the beginning or only the end of one.
void add_private_keys(std::string_view text, std::vector<std::string_view>& found) {
  static const RE2 begin("-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----", RE2::Latin1);
  static const RE2 end("-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----", RE2::Latin1);
  static const RE2 body_before_end(
      R"(((?:[A-Za-z0-9+/=]{16,}(?:\s|\\n|\\r)+)+[A-Za-z0-9+/=]+|[A-Za-z0-9+/=]{32,})(?:\s|\\n|\\r)*-----END [A-Z0-9 ]*PRIVATE KEY)",
      RE2::Latin1);
  re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece hit[2];
  std::size_t from = 0;
  while (begin.Match(whole, from, whole.size(), RE2::UNANCHORED, hit, 1)) {
    const std::size_t start = static_cast<std::size_t>(hit[0].data() - text.data()) + hit[0].size();
    const bool whole_key = end.Match(whole, start, whole.size(), RE2::UNANCHORED, hit, 1);
    const std::size_t stop = whole_key ? static_cast<std::size_t>(hit[0].data() - text.data())
                                       : start + length_of_base64(text.substr(start));
    if (stop > start) found.push_back(text.substr(start, stop - start));
    from = std::max(stop, start);
  }
  if (body_before_end.Match(whole, 0, whole.size(), RE2::UNANCHORED, hit, 2))
    found.push_back(view_of(hit[1]));
}

/// Short options that hold a secret with some programs and something else with all others.
std::string_view secret_of_short_option(std::string_view program, std::string_view word,
                                        std::string_view next) {
  const bool is_mysql = program.starts_with("mysql") || program.starts_with("mariadb");
  if (is_mysql && word.starts_with("-p") && word.size() > 2) return word.substr(2);
  if (program == "sshpass" && word.starts_with("-p")) return word.size() > 2 ? word.substr(2) : next;
  if (program == "redis-cli" && word == "-a") return next;
  if (program == "curl" && (word == "-u" || word == "--user") && next.find(':') != std::string_view::npos)
    return next.substr(next.find(':') + 1);
  if ((program == "docker" || program == "podman" || program == "ldapsearch") && word == "-w") return next;
  return {};
}

}  // namespace

bool names_a_secret(std::string_view name) {
  if (known_harmless().find(name) != known_harmless().end()) return false;
  const std::vector<std::string> words = words_of(name);
  if (harmless_endings().count(words.back()) > 0) return false;
  if (words.size() > 1 && words.back() == "key" && words[words.size() - 2] == "public") return false;
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return secret_words().count(word) > 0; });
}

bool may_be_secret(std::string_view value) {
  if (std::find(std::begin(switches), std::end(switches), lower(value)) != std::end(switches)) return false;
  return !is_path(value) && !is_reference(value);
}

std::vector<std::string_view> secrets_in(std::string_view text) {
  std::vector<std::string_view> found;
  add_private_keys(text, found);
  add_secrets_by_shape(text, found);
  add_named_secrets(text, found);
  for (const std::string_view word : random_words_in(text)) found.push_back(word);
  std::sort(found.begin(), found.end(), [](std::string_view one, std::string_view other) {
    return std::pair(one.data(), other.size()) < std::pair(other.data(), one.size());
  });
  return found;
}

std::vector<std::string_view> secrets_in(const std::vector<std::string>& argv) {
  std::vector<std::string_view> found;
  const std::string_view program = argv.empty() ? std::string_view() : base_name(argv.front());
  for (std::size_t at = 1; at < argv.size(); ++at) {
    const std::string_view word = argv[at];
    const std::string_view next = at + 1 < argv.size() ? std::string_view(argv[at + 1]) : std::string_view();
    const bool takes_next =
        word.starts_with('-') && word.find('=') == std::string_view::npos && !next.starts_with('-');
    if (takes_next && names_a_secret(word) && may_be_secret(next)) found.push_back(next);
    const std::string_view by_short_option = secret_of_short_option(program, word, next);
    if (!by_short_option.empty() && may_be_secret(by_short_option)) found.push_back(by_short_option);
  }
  return found;
}

}  // namespace whywontitstart
