#include "base/fill.h"
#include "base/text.h"
#include "rules/load.h"
#include "tools/pages/pages.h"

namespace whywontitstart {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& byte : result)
    if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
  return result;
}

/// "let {program} use another port" becomes "let PROGRAM use another port".
std::string with_names(std::string_view text) {
  const Result<std::vector<std::string>> names = placeholders_of(text);
  if (!names) return std::string(text);
  Values values;
  for (const std::string& name : *names) values[name] = upper(name);
  return fill(text, values);
}

/// As text of Markdown: nothing in it is a tag, a link or emphasis.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    if (std::string_view("\\`*_[]<>|").find(byte) != std::string_view::npos) result += '\\';
    result += byte;
  }
  return result;
}

/// A span of code; two backticks around where there is one in it.
std::string code(const std::string& text) {
  if (text.find('`') == std::string::npos) return "`" + text + "`";
  return "`` " + text + " ``";
}

std::string fix_line(const Fix& fix) {
  std::string line = "- " + escaped(with_names(fix.text));
  if (!fix.command.empty()) line += ": " + code(with_names(fix.command));
  if (fix.risk == "changes-system") line += " *(changes system)*";
  if (fix.risk == "security") line += " *(weakens security)*";
  return line;
}

/// The fixes of all rules of a cause; what several of them propose stands here once.
std::string fixes(const std::vector<const Rule*>& rules) {
  std::vector<std::string> lines;
  for (const Rule* rule : rules)
    for (const Fix& fix : rule->match.fixes)
      if (std::string line = fix_line(fix); std::find(lines.begin(), lines.end(), line) == lines.end())
        lines.push_back(std::move(line));
  return join(lines, "\n");
}

std::string rule_lines(const std::vector<const Rule*>& rules) {
  std::vector<std::string> lines;
  for (const Rule* rule : rules)
    lines.push_back(fmt::format("| `{}` | {} | {} |", rule->id, escaped(with_names(rule->match.title)),
                                escaped(with_names(rule->match.summary))));
  return join(lines, "\n");
}

std::string references(const std::vector<const Rule*>& rules) {
  std::vector<std::string> all;
  for (const Rule* rule : rules)
    for (const std::string& reference : rule->match.references)
      if (std::find(all.begin(), all.end(), reference) == all.end()) all.push_back(reference);
  return join(all, ", ");
}

std::string section(std::string_view cause, const RuleSet& set) {
  const CauseText& text = cause_texts().find(cause)->second;
  std::vector<const Rule*> rules;
  for (const Rule& rule : set.rules)
    if (rule.match.cause == cause) rules.push_back(&rule);
  std::string page =
      fmt::format("### {}\n\n{}\n\n**How it shows:** {}\n", cause, escaped(text.means), escaped(text.shows));
  if (!text.helps.empty()) page += fmt::format("\n**What helps:** {}\n", escaped(text.helps));
  if (rules.empty()) return page;
  if (const std::string lines = fixes(rules); !lines.empty()) page += "\n" + lines + "\n";
  page += fmt::format(
      "\n<details><summary>{} {}</summary>\n\n| rule | | says |\n| --- | --- | --- |\n{}\n\n</details>\n",
      rules.size(), rules.size() == 1 ? "rule" : "rules", rule_lines(rules));
  if (const std::string list = references(rules); !list.empty())
    page += fmt::format("\nSee {}.\n", escaped(list));
  return page;
}

std::string_view area_of(std::string_view cause) { return cause.substr(0, cause.find('.')); }

}  // namespace

std::string causes_page() {
  const Result<RuleSet> rules = built_in_rules();
  if (!rules) throw std::runtime_error(rules.error().what);
  std::string list;
  std::string sections;
  std::string_view area;
  for (const std::string_view cause : cause_codes()) {
    if (area_of(cause) != area) {
      area = area_of(cause);
      list += fmt::format("{}- **{}**:", list.empty() ? "" : "\n", area);
      sections += fmt::format("\n## {}\n", area);
    } else {
      list += ",";
    }
    // The anchor of a heading has neither its dots nor its capitals.
    list += fmt::format(" [{}](#{})", cause, replaced(std::string(cause), ".", ""));
    sections += "\n" + section(cause, *rules);
  }
  return "# Causes\n\n"
         "What the code at the end of a verdict means, how it shows without the tool, and what helps. Words "
         "in capitals stand\n"
         "for what a report fills in. The codes do not change; new ones may come. Fixes without a mark are "
         "safe.\n\n"
         "This page is made of the rules and of `tools/pages/causes.yaml` by `./dev approve`.\n\n" +
         list + "\n" + sections;
}

}  // namespace whywontitstart
