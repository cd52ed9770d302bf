#include "base/fill.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

/// One pass over a text with placeholders; what is done with each piece is up to the caller.
class Reader {
 public:
  using Lookup = std::function<std::string(std::string_view)>;

  Reader(std::string_view text, Lookup lookup) : rest_(text), lookup_(std::move(lookup)) {}

  Result<std::string> read() {
    std::string result = read_until_end(false);
    if (problem_.empty()) return result;
    return error(problem_);
  }

 private:
  bool take(std::string_view piece) {
    if (!rest_.starts_with(piece)) return false;
    rest_.remove_prefix(piece.size());
    return true;
  }

  /// The text up to the end, or up to the '}' that closes an optional part.
  std::string read_until_end(bool optional_part) {
    std::string result;
    bool complete = true;
    bool closed = false;
    while (!rest_.empty() && !closed) {
      if (optional_part && take("}")) {
        closed = true;
      } else if (take("{{")) {
        result += '{';
      } else if (take("}}")) {
        result += '}';
      } else if (!optional_part && take("{?")) {
        result += read_until_end(true);
      } else if (take("{")) {
        std::string value;
        for (const std::string_view name : split(read_name(), '|'))
          if (value.empty()) value = lookup_(name);
        complete = complete && !value.empty();
        result += value;
      } else {
        result += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    if (optional_part && !closed) problem_ = "'{?' without '}'";
    return optional_part && !complete ? "" : result;
  }

  std::string_view read_name() {
    const std::size_t end = rest_.find_first_of("{}");
    if (end == std::string_view::npos || rest_[end] != '}' || end == 0) {
      problem_ = "'{' without a name and '}'";
      return {};
    }
    const std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return name;
  }

  std::string_view rest_;
  Lookup lookup_;
  std::string problem_;
};

}  // namespace

std::string fill(std::string_view text, const Values& values) {
  Reader reader(text, [&](std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  });
  return reader.read().value_or(std::string(text));
}

std::string literal(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    result += byte;
    if (byte == '{' || byte == '}') result += byte;
  }
  return result;
}

Result<std::vector<std::string>> placeholders_of(std::string_view text) {
  std::vector<std::string> names;
  Reader reader(text, [&](std::string_view name) {
    names.emplace_back(name);
    return std::string();
  });
  if (Result<std::string> read = reader.read(); !read) return tl::unexpected(read.error());
  return names;
}

}  // namespace whywontitstart
