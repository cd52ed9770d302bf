#include "report/anonymise.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <memory>

#include "base/text.h"
#include "report/texts.h"

namespace whywontitstart {
namespace {

using Found = std::vector<std::pair<std::string_view, Hidden>>;
using Words = std::set<std::string, std::less<>>;

std::string_view view_of(re2::StringPiece piece) { return {piece.data(), piece.size()}; }

/// Names that tell nothing: services and accounts that every distribution has, see the list that comes with
/// Debian's base-passwd, and what packages of servers make.
const Words& users_of_everybody() {
  static const Words names = {
      "root",    "nobody",   "nogroup",  "daemon",        "bin",      "sys",     "sync",       "games",
      "man",     "lp",       "mail",     "news",          "uucp",     "proxy",   "backup",     "list",
      "irc",     "_apt",     "sshd",     "ntp",           "www-data", "www",     "http",       "apache",
      "nginx",   "httpd",    "postgres", "mysql",         "redis",    "mongodb", "tomcat",     "jenkins",
      "named",   "bind",     "postfix",  "dovecot",       "squid",    "vault",   "messagebus", "dbus",
      "polkitd", "rabbitmq", "memcache", "elasticsearch", "docker",   "ubuntu",  "debian",     "admin",
      "vagrant", "user",     "users",    "username",      "wheel",    "sudo",    "staff",      "node",
      "app",     "default",  "guest",    "lost+found"};
  return names;
}

bool is_known_user(std::string_view name) {
  return name.size() < 2 || users_of_everybody().contains(lower(name)) || name.starts_with("systemd-");
}

/// This machine, everybody, nobody: the same on every one. See hosts(5), RFC 6890.
bool is_known_address(std::string_view address) {
  static const Words known = {
      "0.0.0.0", "255.255.255.255", "169.254.169.254", "::", "::1", "00:00:00:00:00:00"};
  return known.contains(address) || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

bool is_known_host(std::string_view host) {
  static const Words known = {"localhost", "localdomain", "ip6-localhost", "ip6-loopback",
                              "host",      "hostname",    "none",          "(none)"};
  return host.size() < 2 || known.contains(lower(host)) || lower(host).starts_with("localhost.") ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_address(std::string_view text, int family) {
  unsigned char bytes[sizeof(in6_addr)];
  return ::inet_pton(family, std::string(text).c_str(), bytes) == 1;
}

bool is_word(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '_';
}

bool is_hardware_address(std::string_view text) {
  static const RE2 shape("(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", RE2::Latin1);
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), shape);
}

/// One run of the characters that addresses are made of. "1.2.3.4" behind a dash or a dot is a version;
/// "a::b" is a name of C++ or Perl.
void add_address(std::string_view text, std::size_t begin, std::size_t end, Found& found) {
  const char before = begin == 0 ? ' ' : text[begin - 1];
  const char after = end == text.size() ? ' ' : text[end];
  if (is_word(before) || before == '-' || is_word(after)) return;
  std::string_view run = text.substr(begin, end - begin);
  while (run.ends_with('.') || (run.ends_with(':') && !run.ends_with("::"))) run.remove_suffix(1);
  const auto colons = std::count(run.begin(), run.end(), ':');
  const bool has_digit = run.find_first_of("0123456789") != std::string_view::npos;
  if (colons <= 1) run = run.substr(0, run.find(':'));  // a port
  const bool is_v4 = colons <= 1 && is_address(run, AF_INET);
  const bool is_v6 = colons >= 2 && has_digit && is_address(run, AF_INET6);
  if (!is_v4 && !is_v6 && !is_hardware_address(run)) return;
  if (!is_known_address(run)) found.emplace_back(run, Hidden::address);
}

void add_addresses(std::string_view text, Found& found) {
  constexpr std::string_view of_addresses = "0123456789abcdefABCDEF:.";
  std::size_t at = 0;
  while ((at = text.find_first_of(of_addresses, at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_not_of(of_addresses, at), text.size());
    constexpr std::size_t longest = 60;
    if (end - at >= 2 && end - at < longest) add_address(text, at, end, found);
    at = end;
  }
}

struct Shape {
  std::unique_ptr<RE2> pattern;  ///< its one group is the name
  Hidden kind;
};

std::vector<Shape> make_shapes() {
  std::vector<Shape> all;
  const auto add = [&](const char* pattern, Hidden kind) {
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    all.push_back({std::make_unique<RE2>(pattern, options), kind});
  };
  add(R"re(/(?:home|Users)/([A-Za-z_][\w.+-]*))re", Hidden::user);
  add(R"re(\buid=\d+\(([^)\s]+)\))re", Hidden::user);
  add(R"re((?i)\b(?:user|role|owner|account)(?:name)?\s?[:=]?\s?["'‘“\x60]+([A-Za-z_][\w.-]*))re",
      Hidden::user);
  add(R"re((?i)\b(?:user|role|owner|login)(?:name)?=([A-Za-z_][\w.-]*))re", Hidden::user);
  add(R"re(://([A-Za-z_][\w.+-]*)(?::[^@\s/]*)?@)re", Hidden::user);
  add(R"re(://(?:[^@\s/"']*@)?([A-Za-z0-9][\w.-]*[A-Za-z0-9]))re", Hidden::host);
  add(R"re(\b[\w.+-]+@([A-Za-z0-9][\w-]*(?:\.[\w-]+)+))re", Hidden::host);
  add(R"re((?i)\b(?:host|hostname|server|peer|upstream|node|resolve|lookup|getaddrinfo)(?: name)?\s?[:=]?\s?["'‘“\x60]+([A-Za-z0-9][\w.-]*[A-Za-z0-9]))re",
      Hidden::host);
  add(R"re((?i)\b(?:host(?:name)?|server)=([A-Za-z0-9][\w.-]*[A-Za-z0-9]))re", Hidden::host);
  add(R"re((?i)could not resolve host(?:name)?:? ([A-Za-z0-9][\w.-]*[A-Za-z0-9]))re", Hidden::host);
  add(R"re((?i)\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([A-Za-z0-9][\w.-]*[A-Za-z0-9]))re", Hidden::host);
  // Whole names by their last label; names of Java's packages begin with one of these instead.
  add(R"re((?i)(?:^|[^\w./-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|dev|cloud|local|internal|intern|intranet|lan|corp|home\.arpa|localdomain))(?:$|[^\w.-]|\.(?:\W|$)))re",
      Hidden::host);
  return all;
}

bool is_of_java(std::string_view host) {
  static constexpr std::string_view packages[] = {"java.", "javax.", "org.", "com.", "net.", "io.", "rc."};
  return std::any_of(std::begin(packages), std::end(packages),
                     [&](std::string_view package) { return host.starts_with(package); });
}

void add_by_shape(std::string_view text, Found& found) {
  static const auto* const shapes = new std::vector<Shape>(make_shapes());
  const re2::StringPiece whole(text.data(), text.size());
  for (const Shape& shape : *shapes) {
    re2::StringPiece groups[2];
    std::size_t from = 0;
    while (from <= text.size() &&
           shape.pattern->Match(whole, from, text.size(), RE2::UNANCHORED, groups, 2)) {
      const std::string_view name = view_of(groups[1]);
      const bool is_known =
          shape.kind == Hidden::user ? is_known_user(name) : is_known_host(name) || is_of_java(name);
      if (!is_known) found.emplace_back(name, shape.kind);
      from = static_cast<std::size_t>(name.data() + name.size() - text.data());
    }
  }
}

void learn_host(std::string_view host, Mask& mask) {
  if (is_known_host(host)) return;
  mask.learn_name(host, Hidden::host);
  // As the prompt and the logs have it; "mail" of mail.example.com is a word.
  const std::string_view first = host.substr(0, host.find('.'));
  if (first != host && first.size() >= 3 && first.find_first_of("0123456789-") != std::string_view::npos)
    mask.learn_name(first, Hidden::host);
}

void learn_user(std::string_view user, Mask& mask) {
  if (!is_known_user(user)) mask.learn_name(user, Hidden::user);
}

void learn_from_variables(const std::vector<std::string>& environment, Mask& mask) {
  for (const std::string_view name : {"USER", "LOGNAME", "SUDO_USER", "USERNAME"})
    if (const auto user = variable(environment, name)) learn_user(*user, mask);
  for (const std::string_view name : {"HOSTNAME", "HOST"})
    if (const auto host = variable(environment, name)) learn_host(*host, mask);
}

}  // namespace

Found names_in(std::string_view text) {
  Found found;
  add_addresses(text, found);
  add_by_shape(text, found);
  return found;
}

void learn_names(const Report& report, const OwnNames& own, Mask& mask) {
  constexpr std::uint32_t first_person = 1000;  // see UID_MIN in login.defs(5)
  if (report.target.identity.uid >= first_person) learn_user(report.target.identity.user, mask);
  for (const std::string& user : own.users) learn_user(user, mask);
  learn_host(own.host, mask);
  if (report.recorded) learn_host(report.recorded->host, mask);
  learn_from_variables(report.target.environment, mask);
  for (const Finding& finding : report.findings) {
    if (finding.subject.kind == "host") learn_host(finding.subject.value, mask);
    if (finding.subject.kind == "user") learn_user(finding.subject.value, mask);
  }
  const auto learn_from = [&](const std::string& text) {
    for (const auto& [name, kind] : names_in(text)) {
      if (kind == Hidden::host) learn_host(name, mask);
      mask.learn_name(name, kind);
    }
  };
  Report copy = report;
  each_text(copy, learn_from);
  each_text_of_picture(copy, learn_from);
}

}  // namespace whywontitstart
