// Writes one of the pages about the tool to standard output:
//   make_pages FOLDER man|bash|zsh|fish|causes
// FOLDER is where the shapes of the pages are, and the words about the causes.
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "rules/yaml_reader.h"
#include "tools/pages/pages.h"

namespace whywontitstart {
namespace {

std::string folder;

std::string file_text(const std::string& name) {
  std::ifstream file(folder + "/" + name);
  if (!file) throw std::runtime_error("cannot read " + folder + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string shaped(const std::string& shape, const Parts& parts) {
  std::string text = file_text(shape);
  for (const auto& [mark, part] : parts) {
    if (text.find("@" + mark + "@") == std::string::npos)
      throw std::runtime_error(shape + " has no place for @" + mark + "@");
    text = replaced(std::move(text), "@" + mark + "@", part);
  }
  return text;
}

std::string page(std::string_view kind) {
  if (kind == "man") return shaped("whywontitstart.1.in", man_parts());
  if (kind == "bash") return shaped("whywontitstart.bash.in", bash_parts());
  if (kind == "zsh") return shaped("_whywontitstart.in", zsh_parts());
  if (kind == "fish") return shaped("whywontitstart.fish.in", fish_parts());
  if (kind == "causes") return causes_page();
  throw std::runtime_error("there is no page '" + std::string(kind) + "'");
}

std::map<std::string, CauseText, std::less<>> read_cause_texts() {
  const std::string text = file_text("causes.yaml");
  const Result<YamlValue> yaml = read_yaml("causes.yaml", text);
  if (!yaml) throw std::runtime_error(yaml.error().what);
  std::map<std::string, CauseText, std::less<>> texts;
  for (const YamlEntry& entry : yaml->entries) {
    const auto word = [&](std::string_view key) {
      const YamlValue* value = entry.value.find(key);
      return value == nullptr ? std::string() : value->scalar;
    };
    if (!is_cause_code(entry.key.scalar))
      throw std::runtime_error("causes.yaml: there is no cause " + entry.key.scalar);
    texts[entry.key.scalar] = {word("means"), word("shows"), word("helps")};
  }
  for (const std::string_view cause : cause_codes())
    if (const auto found = texts.find(cause);
        found == texts.end() || found->second.means.empty() || found->second.shows.empty())
      throw std::runtime_error(fmt::format("causes.yaml does not say what {} means and how it shows", cause));
  return texts;
}

}  // namespace

const std::map<std::string, CauseText, std::less<>>& cause_texts() {
  static const auto texts = read_cause_texts();
  return texts;
}

}  // namespace whywontitstart

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "make_pages FOLDER man|bash|zsh|fish|causes\n", 2;
  try {
    whywontitstart::folder = argv[1];
    std::cout << whywontitstart::page(argv[2]) << std::flush;
    return std::cout ? 0 : 1;
  } catch (const std::exception& problem) {
    std::cerr << "make_pages: " << problem.what() << '\n';
    return 1;
  }
}
