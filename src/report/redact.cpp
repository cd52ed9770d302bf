#include "report/redact.h"

#include "base/text.h"
#include "report/secrets.h"
#include "report/texts.h"

namespace whywontitstart {
namespace {

/// The value of "NAME=value" where the name says that it is a secret. Unlike in other text, all of it counts.
std::string_view secret_of_variable(std::string_view variable) {
  const std::size_t equals = variable.find('=');
  if (equals == std::string_view::npos || !names_a_secret(variable.substr(0, equals))) return {};
  const std::string_view value = variable.substr(equals + 1);
  return may_be_secret(value) ? value : std::string_view();
}

void learn_secrets(Report& report, Mask& mask) {
  each_text(report, [&](std::string& text) { mask.keep_stand_ins_of(text); });
  each_text_of_picture(report, [&](std::string& text) { mask.keep_stand_ins_of(text); });
  for (const std::string& variable : report.target.environment) mask.learn(secret_of_variable(variable));
  for (const std::string_view secret : secrets_in(report.target.argv)) mask.learn(secret);
  for (const Process& process : report.processes)
    for (const std::string_view secret : secrets_in(process.argv)) mask.learn(secret);
  for (const std::string& variable : report.target.environment) mask.learn_from(variable);
  each_text(report, [&](std::string& text) { mask.learn_from(text); });
  each_text_of_picture(report, [&](std::string& text) { mask.learn_from(text); });
}

void learn_public_words(const Report& report, Mask& mask) {
  const auto learn = [&](std::string_view path) {
    for (const std::string_view piece : split(path, '/')) mask.learn_public(piece);
  };
  const Target& target = report.target;
  for (const std::string& text : {target.executable, target.cwd, target.identity.user, target.identity.home})
    learn(text);
  for (const Finding& finding : report.findings)
    if (finding.subject.kind == "path" || finding.subject.kind == "user") learn(finding.subject.value);
  for (const Process& process : report.processes) {
    learn(process.executable);
    if (!process.argv.empty()) learn(process.argv.front());
  }
  static constexpr std::string_view names[] = {"user", "username", "db", "database", "host", "logname"};
  for (const std::string& variable : target.environment) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = lower(variable.substr(0, equals));
    if (std::any_of(std::begin(names), std::end(names),
                    [&](std::string_view ending) { return name.ends_with(ending); }))
      mask.learn_public(std::string_view(variable).substr(equals + 1));
  }
}

}  // namespace

/// A word of a command line that is a secret for its place is masked there even when it is too short to be
/// looked for elsewhere.
void mask_argv(std::vector<std::string>& argv, Mask& mask) {
  const std::vector<std::string> before = argv;
  const std::vector<std::string_view> secrets = secrets_in(before);
  for (std::size_t at = 0; at < argv.size(); ++at) {
    std::vector<std::string_view> here;
    const std::less<> before_in_memory;
    for (const std::string_view secret : secrets) {
      const char* start = before[at].data();
      const bool inside = !before_in_memory(secret.data(), start) &&
                          before_in_memory(secret.data(), start + before[at].size());
      if (inside)
        here.push_back(std::string_view(argv[at]).substr(static_cast<std::size_t>(secret.data() - start),
                                                         secret.size()));
    }
    mask.apply(argv[at], here);
  }
}

void mask_environment(std::vector<std::string>& environment, Mask& mask) {
  for (std::string& variable : environment) {
    const std::string_view secret = secret_of_variable(variable);
    mask.apply(variable, secret.empty() ? secrets_in(variable) : std::vector<std::string_view>{secret});
  }
}

void learn_from_environment(const std::vector<std::string>& environment, Mask& mask) {
  for (const std::string& variable : environment) mask.learn(secret_of_variable(variable));
  for (const std::string& variable : environment) mask.learn_from(variable);
}

void learn_from_report(const Report& original, Mask& mask) {
  Report report = original;
  learn_secrets(report, mask);
  learn_public_words(report, mask);
}

Report redacted(const Report& original, Mask& mask) {
  Report report = original;
  mask_argv(report.target.argv, mask);
  for (Process& process : report.processes) mask_argv(process.argv, mask);
  each_text(report, [&](std::string& text) { mask.apply(text); });
  each_text_of_picture(report, [&](std::string& text) { mask.apply(text); });
  report.masked = report.anonymised = 0;
  each_text(report, [&](std::string& text) {
    report.masked += stand_ins_in(text);
    report.anonymised += stand_ins_in(text, true);
  });
  // No format shows the environment, so it is not counted.
  mask_environment(report.target.environment, mask);
  return report;
}

Report redacted(const Report& report) {
  Mask mask;
  learn_from_report(report, mask);
  return redacted(report, mask);
}

}  // namespace whywontitstart
