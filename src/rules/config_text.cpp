#include "rules/config_text.h"

#include "base/text.h"

namespace whywontitstart {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(char letter) { return blanks.find(letter) != std::string_view::npos; }

bool is_quote(char letter) { return letter == '"' || letter == '\''; }

/// Where the quoted word that begins at `at` ends: behind its last quote, or at the end of the text.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t end = at + 1; end < text.size(); ++end) {
    if (text[end] == '\\')
      ++end;
    else if (text[end] == quote)
      return end + 1;
  }
  return text.size();
}

/// A line without its comment, which begins at its start or behind a blank, outside of quotes.
std::string_view without_comment(std::string_view line, std::string_view comment) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool begins_word = at == 0 || is_blank(line[at - 1]);
    if (begins_word && is_quote(line[at])) {
      const std::size_t end = end_of_quoted(line, at);
      // An apostrophe, not a quote: nothing closes it.
      if (end < line.size() || is_quote(line.back())) at = end - 1;
    } else if (begins_word && comment.find(line[at]) != std::string_view::npos) {
      return line.substr(0, at);
    }
  }
  return line;
}

Statement split_statement(std::string_view text, std::string_view separators) {
  text = trim(text);
  std::size_t end = 0;
  while (end < text.size() && !is_blank(text[end]) && separators.find(text[end]) == std::string_view::npos)
    ++end;
  Statement statement;
  statement.name = std::string(text.substr(0, end));
  statement.key = config_key(statement.name);
  std::string_view rest = trim(text.substr(end));
  // "+=" of lists as well.
  if (rest.size() > 1 && rest.front() == '+' && separators.find(rest[1]) != std::string_view::npos)
    rest.remove_prefix(1);
  if (!rest.empty() && separators.find(rest.front()) != std::string_view::npos) rest = trim(rest.substr(1));
  statement.value = std::string(rest);
  return statement;
}

/// A block that is open: its name, and what it asks for if it is a condition.
struct Block {
  std::string name;
  std::string condition;
};

void place_in(Statement& statement, const std::vector<Block>& blocks, const std::string& section) {
  statement.section = section;
  for (const Block& block : blocks) {
    if (block.condition.empty())
      statement.section = block.name;
    else
      statement.conditions.push_back(block.condition);
  }
}

/// One statement a line; blocks as in <Name value> … </Name>, sections as in [name].
class LineParser {
 public:
  explicit LineParser(const ConfigSyntax& syntax) : syntax_(syntax) {}

  std::vector<Statement> parse(std::string_view text) {
    std::string whole;
    int number = 0, first = 1;
    for (const std::string_view line : split(text, '\n')) {
      ++number;
      if (whole.empty()) first = number;
      const std::string_view bare = without_comment(trim_end(line), syntax_.comment);
      const bool goes_on = bare.ends_with('\\');
      whole += goes_on ? bare.substr(0, bare.size() - 1) : bare;
      if (goes_on) continue;
      take(whole, first);
      whole.clear();
    }
    return std::move(statements_);
  }

 private:
  static std::string_view trim_end(std::string_view line) {
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    return line;
  }

  void take(std::string_view line, int number) {
    const std::string_view text = trim(line);
    if (text.empty()) return;
    if (text.starts_with('[') && text.ends_with(']')) {
      section_ = config_key(trim(text.substr(1, text.size() - 2)));
      return;
    }
    if (text.starts_with("</")) {
      if (!blocks_.empty()) blocks_.pop_back();
      return;
    }
    if (text.starts_with('<') && text.ends_with('>')) {
      const Statement head = split_statement(text.substr(1, text.size() - 2), {});
      blocks_.push_back({head.key, head.key == syntax_.condition ? head.value : ""});
      return;
    }
    Statement statement = split_statement(text, syntax_.separator);
    const bool opens =
        std::find(syntax_.sections.begin(), syntax_.sections.end(), statement.key) != syntax_.sections.end();
    const bool is_heading = syntax_.indented && statement.value.empty();
    if (opens || is_heading) section_ = statement.key;
    if (opens || is_heading) return;
    statement.line = number;
    place_in(statement, blocks_, section_);
    statements_.push_back(std::move(statement));
  }

  const ConfigSyntax& syntax_;
  std::string section_;
  std::vector<Block> blocks_;
  std::vector<Statement> statements_;
};

/// Statements that end in ';', with blocks in braces.
class BraceParser {
 public:
  BraceParser(const ConfigSyntax& syntax, std::string_view text) : syntax_(syntax), text_(text) {}

  std::vector<Statement> parse() {
    std::string words;
    for (std::size_t at = 0; at < text_.size();) {
      if (const std::size_t next = skip(at); next > at) {
        at = next;
        words += ' ';
        continue;
      }
      const char letter = text_[at];
      if (trim(words).empty() && !is_blank(letter)) begins_ = static_cast<std::ptrdiff_t>(at);
      if (is_quote(letter) && (words.empty() || is_blank(words.back()))) {
        const std::size_t end = end_of_quoted(text_, at);
        words += text_.substr(at, end - at);
        at = end;
        continue;
      }
      // ${name} is a variable, no block.
      const bool opens = letter == '{' && !words.ends_with('$');
      const bool closes = letter == '}' && words.find("${") == std::string::npos;
      if (letter == ';' || opens || closes) {
        add(words);
        if (opens) blocks_.push_back({split_statement(words, {}).key, {}});
        if (closes && !blocks_.empty()) blocks_.pop_back();
        words.clear();
      } else {
        words += letter;
      }
      ++at;
    }
    add(words);
    return std::move(statements_);
  }

 private:
  /// Behind the comment or line end at `at`; `at` itself if there is none.
  std::size_t skip(std::size_t at) const {
    const bool begins_word = at == 0 || is_blank(text_[at - 1]) || text_[at - 1] == ';';
    const bool has_slashes = syntax_.comment.find('/') != std::string::npos;
    if (has_slashes && text_.substr(at, 2) == "/*") return after(at, "*/");
    if (has_slashes && text_.substr(at, 2) == "//") return after(at, "\n");
    if (begins_word && text_[at] == '#') return after(at, "\n");
    return text_[at] == '\n' ? at + 1 : at;
  }

  std::size_t after(std::size_t at, std::string_view end) const {
    const std::size_t found = text_.find(end, at + 1);
    return found == std::string_view::npos ? text_.size() : found + end.size();
  }

  void add(const std::string& words) {
    Statement statement = split_statement(words, syntax_.separator);
    if (statement.key.empty()) return;
    line_ += static_cast<int>(std::count(text_.begin() + counted_, text_.begin() + begins_, '\n'));
    counted_ = begins_;
    statement.line = line_;
    place_in(statement, blocks_, {});
    statements_.push_back(std::move(statement));
  }

  const ConfigSyntax& syntax_;
  std::string_view text_;
  std::ptrdiff_t begins_ = 0;   // where the statement begins that is being read
  std::ptrdiff_t counted_ = 0;  // up to there the lines are counted
  int line_ = 1;
  std::vector<Block> blocks_;
  std::vector<Statement> statements_;
};

}  // namespace

std::string config_key(std::string_view key) {
  std::string text = lower(key);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::vector<Statement> parse_config(const ConfigSyntax& syntax, std::string_view text) {
  return syntax.braces ? BraceParser(syntax, text).parse() : LineParser(syntax).parse(text);
}

std::vector<std::string> config_words(std::string_view value, std::string_view separators) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char letter = value[at];
    if (is_quote(letter) && !in_word) {
      const std::size_t end = end_of_quoted(value, at);
      const bool closed = end > at + 1 && value[end - 1] == letter;
      word = std::string(value.substr(at + 1, end - at - (closed ? 2 : 1)));
      words.push_back(std::move(word));
      word.clear();
      at = end - 1;
    } else if (is_blank(letter) || separators.find(letter) != std::string_view::npos) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += letter;
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

}  // namespace whywontitstart
