#include "host/policy_fixes.h"

#include <array>
#include <cerrno>

#include "base/text.h"

namespace whywontitstart {
namespace {

struct Boolean {
  std::string_view domain, right, object;  // no right or object: whatever it is
  std::string_view name;
};

/// What the reference policy has a switch for; see getsebool(8).
constexpr std::array<Boolean, 10> booleans{{
    {"httpd_t", "name_connect", "mysqld_port_t", "httpd_can_network_connect_db"},
    {"httpd_t", "name_connect", "postgresql_port_t", "httpd_can_network_connect_db"},
    {"httpd_t", "name_connect", "redis_port_t", "httpd_can_network_redis"},
    {"httpd_t", "name_connect", "smtp_port_t", "httpd_can_sendmail"},
    {"httpd_t", "name_connect", "", "httpd_can_network_connect"},
    {"httpd_t", "execmem", "", "httpd_execmem"},
    {"httpd_t", "", "user_home_t", "httpd_read_user_content"},
    {"httpd_t", "", "user_home_dir_t", "httpd_enable_homedirs"},
    {"httpd_t", "", "nfs_t", "httpd_use_nfs"},
    {"haproxy_t", "name_connect", "", "haproxy_connect_any"},
}};

struct PortType {
  std::string_view domain, type;
};

constexpr std::array<PortType, 9> port_types{{{"httpd_t", "http_port_t"},
                                              {"sshd_t", "ssh_port_t"},
                                              {"named_t", "dns_port_t"},
                                              {"mysqld_t", "mysqld_port_t"},
                                              {"postgresql_t", "postgresql_port_t"},
                                              {"redis_t", "redis_port_t"},
                                              {"mongod_t", "mongod_port_t"},
                                              {"squid_t", "squid_port_t"},
                                              {"slapd_t", "ldap_port_t"}}};

/// Policies differ in their switches: one that this machine does not have, or that is on already, is no help.
bool is_off(const Host& host, std::string_view boolean) {
  const Result<std::string> state = host.read(fmt::format("/sys/fs/selinux/booleans/{}", boolean));
  if (!state) return state.error().errno_code != ENOENT;
  return state->starts_with('0');
}

void add_boolean(const Host& host, const Denial& denial, std::vector<Fix>& fixes) {
  const std::string_view domain = selinux_type(denial.who), object = selinux_type(denial.label);
  for (const Boolean& boolean : booleans) {
    const bool fits = boolean.domain == domain && (boolean.object.empty() || boolean.object == object) &&
                      (boolean.right.empty() || contains_word(denial.rights, boolean.right));
    if (!fits || !is_off(host, boolean.name)) continue;
    fixes.push_back({"turn on the switch that the policy has for it",
                     fmt::format("setsebool -P {} on", boolean.name), "security"});
    return;
  }
}

/// The context that the policy has for a path; empty where it cannot be asked.
std::string wanted_label(const Host& host, const std::string& path) {
  for (const char* program : {"/usr/sbin/matchpathcon", "/sbin/matchpathcon"})
    if (const Result<CommandOutput> output = host.run({program, "-n", path});
        output && output->exit_code == 0)
      return std::string(trim(output->out));
  return {};
}

void add_label(const Host& host, const Denial& denial, const std::string& path, std::vector<Fix>& fixes) {
  if (!path.starts_with('/')) {
    fixes.push_back(
        {"give it the label that the policy has for its place", "restorecon -v PATH", "changes-system"});
    return;
  }
  const std::string_view current = selinux_type(denial.label);
  const std::string wanted = wanted_label(host, path), place = shell_quoted(path);
  const std::string_view type = selinux_type(wanted);
  if (!type.empty() && type != current) {
    fixes.push_back(
        {fmt::format("give it the label that the policy has for its place ({} instead of {})", type, current),
         "restorecon -v " + place, "changes-system"});
    return;
  }
  const bool is_program =
      contains_word(denial.rights, "execute") || contains_word(denial.rights, "execute_no_trans");
  if (is_program)
    fixes.push_back({"move the program to where programs are, such as /usr/local/bin, and label it there",
                     "restorecon -v /usr/local/bin/" + shell_quoted(base_name(path)), "changes-system"});
  fixes.push_back({fmt::format("give it a type that {} may use, for good (chcon does not last)",
                               selinux_type(denial.who)),
                   fmt::format("semanage fcontext -a -t {} {} && restorecon -v {}",
                               is_program ? "bin_t" : "TYPE", place, place),
                   "security"});
}

void add_port(const Denial& denial, std::vector<Fix>& fixes) {
  const std::string_view domain = selinux_type(denial.who);
  const auto known = std::find_if(port_types.begin(), port_types.end(),
                                  [&](const PortType& entry) { return entry.domain == domain; });
  fixes.push_back(
      {"see which ports the policy has for whom, and take one of those", "semanage port -l", "safe"});
  fixes.push_back(
      {fmt::format("let {} use the port {}", domain, denial.what),
       fmt::format("semanage port -a -t {} -p {} {}", known == port_types.end() ? "TYPE" : known->type,
                   denial.kind.starts_with("udp") ? "udp" : "tcp", denial.what),
       "security"});
}

}  // namespace

std::string profile_file(const Host& host, const std::string& profile) {
  std::string name = profile.substr(0, profile.find("//"));  // a hat or child is in the file of its parent
  if (name.starts_with('/')) name.erase(0, 1);
  std::replace(name.begin(), name.end(), '/', '.');
  const std::string path = "/etc/apparmor.d/" + name;
  return !name.empty() && host.status(path) ? path : std::string();
}

std::vector<Fix> selinux_fixes(const Host& host, const Denial& denial, const std::string& path) {
  std::vector<Fix> fixes;
  const bool is_port =
      contains_word(denial.rights, "name_bind") || contains_word(denial.rights, "name_connect");
  const bool is_file = denial.kind.ends_with("file") || denial.kind == "dir";
  if (is_file) add_label(host, denial, path.empty() ? denial.what : path, fixes);
  add_boolean(host, denial, fixes);
  if (is_port) add_port(denial, fixes);
  fixes.push_back({"see what the policy would need", "ausearch -m avc -ts recent | audit2why", "safe"});
  return fixes;
}

std::vector<Fix> apparmor_fixes(const Host& host, const Denial& denial) {
  std::vector<Fix> fixes;
  const std::string line = missing_profile_line(denial), file = profile_file(host, denial.who);
  const std::string load = file.empty() ? "" : shell_quoted({"apparmor_parser", "-r", file});
  const std::string addition = "local/" + std::string(base_name(file));
  const bool has_addition = !file.empty() && host.read(file).value_or("").find(addition) != std::string::npos;
  if (!line.empty() && has_addition)
    fixes.push_back({fmt::format("allow it in the profile's local additions: {}", line),
                     fmt::format("echo {} >> /etc/apparmor.d/{} && {}", shell_quoted(line), addition, load),
                     "security"});
  else if (!line.empty())
    fixes.push_back({fmt::format("add this line to the profile {}, and load it anew: {}",
                                 file.empty() ? denial.who : file, line),
                     load, "security"});
  const std::string complain = file.empty() ? "aa-complain PROFILE" : shell_quoted({"aa-complain", file});
  fixes.push_back({"let the profile only tell, to see whether it starts then", complain, "security"});
  return fixes;
}

}  // namespace whywontitstart
