#include <array>
#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "checks/checks.h"
#include "checks/confinement.h"
#include "checks/failures.h"

namespace whywontitstart {
namespace {

struct Boolean {
  std::string_view domain, right, object;  // no object: whatever it is
  std::string_view name;
};

/// What the reference policy has a switch for; see getsebool(8).
constexpr std::array<Boolean, 9> booleans{{
    {"httpd_t", "name_connect", "mysqld_port_t", "httpd_can_network_connect_db"},
    {"httpd_t", "name_connect", "postgresql_port_t", "httpd_can_network_connect_db"},
    {"httpd_t", "name_connect", "redis_port_t", "httpd_can_network_redis"},
    {"httpd_t", "name_connect", "smtp_port_t", "httpd_can_sendmail"},
    {"httpd_t", "name_connect", "", "httpd_can_network_connect"},
    {"httpd_t", "execmem", "", "httpd_execmem"},
    {"httpd_t", "", "user_home_t", "httpd_read_user_content"},
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

/// A label or context without the zero byte that the kernel puts behind it.
std::string label_of(const Result<std::string>& text) {
  return text ? std::string(trim(std::string_view(*text).substr(0, text->find('\0')))) : std::string();
}

std::string_view boolean_for(const Denial& denial) {
  const std::string_view domain = selinux_type(denial.who), object = selinux_type(denial.label);
  for (const Boolean& boolean : booleans)
    if (boolean.domain == domain && (boolean.object.empty() || boolean.object == object) &&
        (boolean.right.empty() || contains_word(denial.rights, boolean.right)))
      return boolean.name;
  return {};
}

/// The context that the policy has for a path; empty where it cannot be asked.
std::string wanted_label(const Host& host, const std::string& path) {
  if (!path.starts_with('/')) return {};
  for (const char* program : {"/usr/sbin/matchpathcon", "/sbin/matchpathcon"})
    if (const Result<CommandOutput> output = host.run({program, "-n", path});
        output && output->exit_code == 0)
      return std::string(trim(output->out));
  return {};
}

void offer_label(const CheckInput& input, const Denial& denial, Verdict& verdict) {
  const std::string wanted = wanted_label(input.host, denial.what);
  const std::string_view type = selinux_type(wanted);
  if (!type.empty() && type != selinux_type(denial.label)) {
    verdict.detail(fmt::format("to label it as the policy has it ({})", type),
                   shell_quoted({"restorecon", "-v", denial.what}));
    return;
  }
  const std::string place = denial.what.starts_with('/') ? shell_quoted(denial.what) : "PATH";
  verdict.detail("to give it a type that " + std::string(selinux_type(denial.who)) + " may use",
                 fmt::format("semanage fcontext -a -t TYPE {} && restorecon -v {}", place, place));
}

void offer_port(const Denial& denial, Verdict& verdict) {
  const std::string_view domain = selinux_type(denial.who);
  const auto known = std::find_if(port_types.begin(), port_types.end(),
                                  [&](const PortType& entry) { return entry.domain == domain; });
  verdict.detail(
      "to let " + std::string(domain) + " use the port",
      fmt::format("semanage port -a -t {} -p {} {}", known == port_types.end() ? "TYPE" : known->type,
                  denial.kind.starts_with("udp") ? "udp" : "tcp", denial.what));
}

void offer_help(const CheckInput& input, const Denial& denial, Verdict& verdict) {
  if (const std::string_view boolean = boolean_for(denial); !boolean.empty())
    verdict.detail("a switch of the policy for it", fmt::format("setsebool -P {} on", boolean));
  if (contains_word(denial.rights, "name_bind") || contains_word(denial.rights, "name_connect"))
    offer_port(denial, verdict);
  else if (denial.kind == "file" || denial.kind == "dir" || denial.kind == "lnk_file" ||
           denial.kind == "sock_file" || denial.kind == "fifo_file")
    offer_label(input, denial, verdict);
  else
    verdict.detail("to see what the policy would need", "ausearch -m avc -ts recent | audit2allow");
}

/// One sentence: who was refused what.
std::string say(const Denial& denial) {
  const std::string object =
      denial.what.empty() ? denial.kind : fmt::format("{} {}", denial.kind, denial.what);
  return fmt::format("SELinux {} {} ({}) the right to {} {}{}", denial.enforced ? "refused" : "would refuse",
                     denial.command, selinux_type(denial.who), denial.rights, object,
                     denial.label.empty() ? "" : fmt::format(" ({})", selinux_type(denial.label)));
}

/// True: there are denials, which say more than anything else.
bool judge_denials(const CheckInput& input, const OwnDenials& own, Verdict& verdict) {
  bool refused = false;
  for (const Denial& denial : own.denials) {
    if (!denial.enforced) {
      verdict.detail("not in force", say(denial));
      continue;
    }
    refused = true;
    verdict.note(weight_of_denial(input), say(denial));
    verdict.detail("denial", denial.text);
    offer_help(input, denial, verdict);
  }
  return refused;
}

void judge_program(const CheckInput& input, bool enforcing, Verdict& verdict) {
  if (input.target.executable.empty()) return;
  const std::string label = label_of(input.host.attribute(input.target.executable, "security.selinux"));
  verdict.detail("label of the program", label.empty() ? "none, or it cannot be read" : label);
  const std::string_view type = selinux_type(label);
  // A service may not execute what is labelled as somebody's own file.
  if (enforcing && (type == "user_home_t" || type == "default_t" || type == "unlabeled_t" ||
                    type == "user_tmp_t" || type == "admin_home_t"))
    verdict.note(CheckStatus::warn,
                 fmt::format("the program has the SELinux type {}, which services may not execute", type));
}

/// A container hides the folder, and is confined all the same: then our own context tells.
CheckResult judge_hidden(const CheckInput& input) {
  const std::string context = label_of(input.host.read("/proc/self/attr/current"));
  if (split(context, ':').size() > 2)
    return result_of("selinux", CheckStatus::unknown,
                     "SELinux is on, but its state is hidden from here: " + context);
  const Result<std::string> known = input.host.read("/proc/filesystems");
  if (known && known->find("\tselinuxfs") != std::string::npos)
    return result_of("selinux", CheckStatus::unknown,
                     "the kernel has SELinux on, but /sys/fs/selinux is not there to ask");
  return result_of("selinux", CheckStatus::skipped, "SELinux is not in use on this machine");
}

}  // namespace

CheckResult check_selinux(const CheckInput& input) {
  const Result<std::string> enforce = input.host.read("/sys/fs/selinux/enforce");
  if (!enforce && enforce.error().errno_code == ENOENT) return judge_hidden(input);
  if (!enforce) return result_of("selinux", CheckStatus::unknown, enforce.error().what);
  Verdict verdict("selinux");
  const bool enforcing = trim(*enforce) == "1";
  verdict.detail("mode", enforcing ? "enforcing" : "permissive");
  verdict.detail("our context", label_of(input.host.read("/proc/self/attr/current")));
  judge_program(input, enforcing, verdict);
  const OwnDenials own = denials_of_run(input, Denial::Module::selinux);
  for (const std::string& remark : own.not_looked_at) verdict.detail("not looked at", remark);
  if (!judge_denials(input, own, verdict) && enforcing)
    for (const std::string& thing : unexplained_refusals(input)) {
      if (thing.starts_with('/'))
        verdict.detail("label of " + thing, label_of(input.host.attribute(thing, "security.selinux")));
      verdict.note(CheckStatus::warn,
                   fmt::format("{} was refused though its mode allows it: SELinux may have done it", thing));
    }
  const bool looked_in_vain = enforcing && !own.is_readable && input.facts.outcome.state != State::not_run &&
                              !went_well(input.facts.outcome);
  if (looked_in_vain)
    return std::move(verdict).result(
        CheckStatus::unknown,
        "SELinux is enforcing, and the logs that would have its denials cannot be read");
  return std::move(verdict).result(CheckStatus::pass,
                                   enforcing ? "SELinux is enforcing, and nothing points at it"
                                             : "SELinux is permissive: it logs and refuses nothing");
}

}  // namespace whywontitstart
