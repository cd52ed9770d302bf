#include "facts/said_objects.h"

#include <re2/re2.h>

#include "base/text.h"
#include "model/facts.h"

namespace whywontitstart {
namespace {

std::size_t place_of(const re2::StringPiece& piece, std::string_view text) {
  return static_cast<std::size_t>(piece.data() - text.data());
}

bool overlaps(const std::vector<SaidObject>& found, std::size_t begin, std::size_t end) {
  return std::any_of(found.begin(), found.end(),
                     [&](const SaidObject& known) { return begin < known.end && known.begin < end; });
}

void sort_by_place(std::vector<SaidObject>& found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const SaidObject& one, const SaidObject& other) { return one.begin < other.begin; });
}

bool looks_like_address(std::string_view word) {
  static const RE2 pattern(R"re([\d.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*|.*@.*)re");
  return RE2::FullMatch(re2::StringPiece(word.data(), word.size()), pattern);
}

/// "/etc/app.conf:12", "/srv/x.php on line 3": where it went wrong, not what is wrong.
bool is_place_in_file(std::string_view text, std::size_t end) {
  static const RE2 pattern(R"(['"\])]?(?::\d+|,? (?:on |at )?line:? \d).*)");
  const std::string_view rest = text.substr(end);
  return RE2::FullMatch(re2::StringPiece(rest.data(), rest.size()), pattern);
}

/// Calls each way to write an address, as "host" and "port" of the pattern's two groups; a pattern with one
/// has the port.
void add_addresses(std::string_view text, const RE2& pattern, std::vector<SaidObject>& found) {
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece host, port;
  const bool has_host = pattern.NumberOfCapturingGroups() == 2;
  while (has_host ? RE2::FindAndConsume(&rest, pattern, &host, &port)
                  : RE2::FindAndConsume(&rest, pattern, &port)) {
    const std::size_t end = place_of(port, text) + port.size();
    const std::size_t begin = has_host ? place_of(host, text) : place_of(port, text);
    const int number = port.size() <= 5 ? std::stoi(std::string(port)) : 0;
    if (number < 1 || number > 65535 || overlaps(found, begin, end)) continue;
    std::string name = has_host ? std::string(host) : "*";
    if (name.find(':') != std::string::npos && !name.starts_with('[')) name = "[" + name + "]";
    found.push_back({SaidObject::Kind::address, fmt::format("{}:{}", name, number), begin, end});
  }
}

}  // namespace

std::vector<SaidObject> paths_said(std::string_view text) {
  // In quotes a path may have blanks, and a relative one is known to be a name.
  static const RE2 quoted(
      R"re((?:"((?:/|\.\.?/|~/)[^"]+|[\w.-]+(?:[/.][\w.-]+)+)")|(?:'((?:/|\.\.?/|~/)[^']+|[\w.-]+(?:[/.][\w.-]+)+)')|(?:[`‘“]((?:/|\.\.?/|~/)[^'`’”]+|[\w.-]+(?:[/.][\w.-]+)+)['`’”]))re");
  static const RE2 bare(
      R"re((?:^|[\s=(\[:,;<>'"`‘“])(?:file://|unix://)?((?:/|\./|\.\./|~/)[^\s,;:'"`‘’“”()\[\]<>|]+))re");
  std::vector<SaidObject> found;
  const auto add = [&](const re2::StringPiece& piece) {
    std::string_view path(piece.data(), piece.size());
    path = path.substr(0, path.find(": "));  // the quotes are around the whole complaint
    while (path.size() > 1 && (path.ends_with('.') || path.ends_with('!'))) path.remove_suffix(1);
    const std::size_t begin = place_of(piece, text);
    const std::size_t end = begin + path.size();
    if (is_place_in_file(text, end)) return;
    if (path.ends_with(cut_mark)) return;  // nobody knows how it goes on
    if (path.size() < 2 || path.starts_with("//") || looks_like_address(path) || overlaps(found, begin, end))
      return;
    found.push_back({SaidObject::Kind::path, std::string(path), begin, end});
  };
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece one, two, three;
  while (RE2::FindAndConsume(&rest, quoted, &one, &two, &three))
    for (const re2::StringPiece& piece : {one, two, three})
      if (!piece.empty()) add(piece);
  rest = {text.data(), text.size()};
  while (RE2::FindAndConsume(&rest, bare, &one)) add(one);
  sort_by_place(found);
  return found;
}

std::vector<SaidObject> addresses_said(std::string_view text) {
  // The surest way to write one first: what one has found is taken for the next.
  static const RE2 ways[] = {
      RE2(R"re(((?:\d{1,3}\.){3}\d{1,3})\]?:(\d{1,5})\b)re"),
      RE2(R"re(((?:\d{1,3}\.){3}\d{1,3})['"]?\)?,? ?(?:and (?s:.{0,40}?))?(?:on )?\(?(?:TCP |UDP )?(?:[Pp]ort[ao]?|PORT|puerto|порт[уа]?|ポート|端口|포트)[ =:#'"]*(\d{1,5})\b)re"),
      RE2(R"re(((?:\d{1,3}\.){3}\d{1,3})['"]?, ?(\d{1,5})\b)re"),
      RE2(R"re((\[[0-9a-fA-F:.]*\])['"`]?:['"`]?(\d{1,5})\b)re"),
      RE2(R"re((?:^|[\s(='"])(::1?):(\d{1,5})\b)re"),
      RE2(R"re(\((::1?|[0-9a-fA-F:]+::[0-9a-fA-F:]*)\),? (?:and (?s:.{0,40}?))?port (\d{1,5})\b)re"),
      RE2(R"re((?i)\b(?:host|server|address|at|to)[ :=]*["'`]?([a-z][\w.-]*)["'`]?,? (?:on )?(?:and .{0,40}?)?port[ =:#]*(\d{1,5})\b)re"),
      RE2(R"re((?:^|[\s('"`/@\[=])([A-Za-z](?:[\w-]*[A-Za-z0-9])?(?:\.[\w-]+)*)['`]?:['`]?(\d{2,5})(?:[^\w:.-]|[.:](?:\D|$)|$))re"),
      RE2(R"re((?:^|[\s('"`])(\*):(\d{1,5})\b)re"),
      RE2(R"re((?:^|[\s('"`]):(\d{2,5})\b)re"),
      RE2(R"re((?i)\bport[ =:#'"]*(\d{1,5})\b)re"),
  };
  static const RE2 no_host(
      R"re((?i).*\.(?:c|cc|cpp|cxx|h|hpp|go|rs|py|rb|pl|pm|js|mjs|ts|java|kt|cs|php|lua|sh|conf|cfg|cnf|ini|ya?ml|json|toml|xml|properties|log|service|socket)|port|line|pid|errno|error|code|column|col|id|status|exit|at)re");
  std::vector<SaidObject> found;
  for (const RE2& way : ways) add_addresses(text, way, found);
  std::erase_if(found, [](const SaidObject& object) {
    return RE2::FullMatch(object.value.substr(0, object.value.rfind(':')), no_host);
  });
  sort_by_place(found);
  return found;
}

std::string host_said(std::string_view text) {
  static const RE2 pattern(
      R"re((?i)\b(?:server|host|to|on|address)[ :=]+(?:(?:mysql|the|host|server|at|on|database) )*['"`(]?((?:\d{1,3}\.){3}\d{1,3}|[a-z][\w-]*(?:\.[\w-]+)+)\b)re");
  static const RE2 in_brackets(R"re(\(((?:\d{1,3}\.){3}\d{1,3})\))re");
  static const RE2 bare(R"re((?:^|[^\w.])((?:\d{1,3}\.){3}\d{1,3})(?:$|[^\w.]|\.(?:$|\s)))re");
  std::string host;
  const re2::StringPiece whole(text.data(), text.size());
  for (const RE2* way : {&in_brackets, &pattern, &bare})
    if (host.empty()) RE2::PartialMatch(whole, *way, &host);
  return host;
}

std::string name_before(std::string_view text, std::size_t at) {
  static const RE2 pattern(
      R"re(.*?(?:["'‘`]([^"'’`\s]+)["'’`]|(?:^|\s)([\w+-]*/[\w./+-]+|[\w+-]+\.[a-z]{1,4}))[:"' (]*(?:failed \()?)re");
  std::string quoted, bare;
  const std::string_view before = text.substr(0, at);
  if (!RE2::FullMatch(re2::StringPiece(before.data(), before.size()), pattern, &quoted, &bare)) return {};
  const std::string& name = quoted.empty() ? bare : quoted;
  return looks_like_address(name) || name.find("://") != std::string::npos ? "" : name;
}

}  // namespace whywontitstart
