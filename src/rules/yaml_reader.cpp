#include "rules/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t largest_file = 1U << 20;
constexpr std::size_t deepest = 32;

Place place_of(const YAML::Mark& mark) { return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1}; }

/// What is wrong with the file, found while it is read.
struct Problem {
  Place place;
  std::string message;
};

/// Builds values from the events of the parser. The parser's own nodes would swallow what we refuse: a key
/// that stands twice, an alias.
class Builder : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) throw Problem{place_of(mark), "a second document: one file holds one"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add_scalar(mark, anchor, "", false); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Problem{place_of(mark), "an alias: write it out, or use 'lists'"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    add_scalar(mark, anchor, value, tag == "!");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(mark, anchor, YamlValue::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(mark, anchor, YamlValue::Kind::map);
  }
  void OnMapEnd() override { close(); }

  YamlValue take() { return std::move(root_); }

 private:
  /// A value that still grows; in a map also the key that waits for its value.
  struct Open {
    YamlValue value;
    std::optional<YamlValue> key;
  };

  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") throw Problem{place_of(mark), "a tag: leave it out"};
  }

  void add_scalar(const YAML::Mark& mark, YAML::anchor_t anchor, std::string text, bool quoted) {
    if (anchor != YAML::NullAnchor) throw Problem{place_of(mark), "an anchor: write it out, or use 'lists'"};
    YamlValue value;
    value.place = place_of(mark);
    value.scalar = std::move(text);
    value.quoted = quoted;
    add(std::move(value));
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlValue::Kind kind) {
    if (anchor != YAML::NullAnchor) throw Problem{place_of(mark), "an anchor: write it out, or use 'lists'"};
    if (stack_.size() >= deepest) throw Problem{place_of(mark), "too many levels"};
    Open opened;
    opened.value.kind = kind;
    opened.value.place = place_of(mark);
    stack_.push_back(std::move(opened));
  }

  void close() {
    YamlValue value = std::move(stack_.back().value);
    stack_.pop_back();
    add(std::move(value));
  }

  void add(YamlValue value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = stack_.back();
    if (parent.value.kind == YamlValue::Kind::list) {
      parent.value.items.push_back(std::move(value));
    } else if (!parent.key) {
      if (value.kind != YamlValue::Kind::scalar) throw Problem{value.place, "a key has to be a word"};
      if (parent.value.find(value.scalar) != nullptr)
        throw Problem{value.place, fmt::format("'{}' stands here twice", value.scalar)};
      parent.key = std::move(value);
    } else {
      parent.value.entries.push_back({std::move(*parent.key), std::move(value)});
      parent.key.reset();
    }
  }

  int documents_ = 0;
  std::vector<Open> stack_;
  YamlValue root_;
};

}  // namespace

const YamlValue* YamlValue::find(std::string_view key) const {
  for (const auto& [name, value] : entries)
    if (name.scalar == key) return &value;
  return nullptr;
}

std::string diagnostic(std::string_view file, std::string_view text, Place place, std::string_view message,
                       std::string_view hint) {
  const std::vector<std::string_view> lines = split(text, '\n');
  std::string result = fmt::format("{}:{}:{}: error: {}", file, place.line, place.column, message);
  const auto at = static_cast<std::size_t>(place.line - 1);
  if (at >= lines.size()) return result;
  result += fmt::format("\n{:>4} | {}\n     | {:>{}}", place.line, printable(lines[at]), "^", place.column);
  if (!hint.empty()) result += fmt::format(" {}", hint);
  return result;
}

Result<YamlValue> read_yaml(std::string_view file, std::string_view text) {
  if (text.size() > largest_file)
    return error(fmt::format("{}: larger than 1 MiB: this is no rule file", file));
  const auto refuse = [&](Place place, std::string_view message) {
    return error(diagnostic(file, text, place, message));
  };
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Problem& problem) {
    return refuse(problem.place, problem.message);
  } catch (const YAML::Exception& problem) {
    return refuse(place_of(problem.mark), problem.msg);
  }
}

}  // namespace whywontitstart
