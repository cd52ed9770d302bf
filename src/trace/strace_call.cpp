#include "trace/strace_call.h"

#include <charconv>

#include "base/text.h"
#include "trace/calls.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t data_limit = 64U << 10;

bool is_call_name(std::string_view name) {
  return !name.empty() && name.size() < 40 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos &&
         !(name.front() >= '0' && name.front() <= '9');
}

/// What is known of the arguments of a call; the same table as that of our own tracer.
std::string_view signature_of(std::string_view name) {
  static const auto* const signatures = [] {
    auto* table = new std::unordered_map<std::string_view, std::string_view>;
    for (const KnownCall& call : known_calls()) table->emplace(call.name, call.signature);
    return table;
  }();
  const auto found = signatures->find(name);
  return found == signatures->end() ? std::string_view{} : found->second;
}

/// Fills the typed fields of an event from its arguments, left to right.
class Filler {
 public:
  explicit Filler(StraceCall& call) : call_(call), event_(call.event) {}

  void fill(const std::vector<StraceWord>& words) {
    const std::vector<std::string_view> kinds = split(signature_of(event_.name), ' ');
    for (std::size_t index = 0; index < words.size(); ++index) {
      event_.arguments.emplace_back(words[index].text);
      take_flags(words[index]);
      if (!kinds.front().empty() && index < kinds.size())
        take(kinds[index], words[index]);
      else if (kinds.front().empty() && index == 0)
        take_unknown(words[index]);
    }
    call_.makes_thread =
        event_.name.starts_with("clone") &&
        std::find(event_.flags.begin(), event_.flags.end(), "CLONE_THREAD") != event_.flags.end();
  }

 private:
  void take(std::string_view kind, const StraceWord& word) {
    if (kind == "dirfd") {
      folder_ = word.annotation();
    } else if (kind == "fd" || kind == "file") {
      take_descriptor(word);
    } else if (kind == "path") {
      take_path(word, event_.path);
    } else if (kind == "path2") {
      take_path(word, event_.other_path);
    } else if (kind == "link-target") {
      event_.other_path = word.string().value_or("");
    } else if (kind == "sockaddr") {
      event_.address = address_of(word);
    } else if (kind == "buffer") {
      add_data(word.string().value_or(""));
    } else if (kind == "iovec") {
      take_pieces(word);
    } else if (kind == "msghdr") {
      take_message(word);
    } else if (kind == "mmsghdr") {
      for (const StraceWord& message : word.parts()) take_message(message.field("msg_hdr"));
    } else if (kind == "argv") {
      for (const StraceWord& part : word.parts())
        if (auto text = part.string()) call_.argv.push_back(std::move(*text));
    }
  }

  /// Of a call that the table does not have: a descriptor or a path as its first argument show what they are.
  void take_unknown(const StraceWord& word) {
    if (const auto text = word.string(); text && text->starts_with('/'))
      take_path(word, event_.path);
    else if (!word.annotation().empty())
      take_descriptor(word);
  }

  void take_descriptor(const StraceWord& word) {
    event_.fd = word.integer().value_or(-1);
    event_.file = word.annotation();
  }

  void take_path(const StraceWord& word, std::string& field) {
    const std::optional<std::string> text = word.string();
    if (text && text->empty() && !folder_.empty())
      field = folder_;  // AT_EMPTY_PATH
    else if (text && !text->empty())
      field = text->starts_with('/') || !folder_.empty() ? absolute_path(folder_, *text) : *text;
    folder_.clear();
  }

  void take_message(const StraceWord& message) {
    if (const std::string address = address_of(message.field("msg_name")); !address.empty())
      event_.address = address;
    take_pieces(message.field("msg_iov"));
  }

  void take_pieces(const StraceWord& pieces) {
    for (const StraceWord& piece : pieces.parts()) add_data(piece.field("iov_base").string().value_or(""));
  }

  void add_data(std::string_view bytes) {
    event_.data += bytes.substr(0, data_limit - std::min(data_limit, event_.data.size()));
  }

  void take_flags(const StraceWord& word) {
    std::vector<std::string> flags = word.flags();
    if (word.text.starts_with('{')) flags = word.field("flags").flags();  // clone3, openat2
    std::move(flags.begin(), flags.end(), std::back_inserter(event_.flags));
  }

  StraceCall& call_;
  SyscallEvent& event_;
  std::string folder_;  ///< what the descriptor before a path is; empty if unknown
};

/// "<0.000123>" at the end of the line, which strace -T adds.
void take_duration(std::string_view& text, SyscallEvent& event) {
  text = trim(text);
  if (!text.ends_with('>')) return;
  const std::size_t start = text.rfind('<');
  if (start == std::string_view::npos) return;
  const std::string_view number = text.substr(start + 1, text.size() - start - 2);
  double seconds = 0;
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), seconds);
  if (problem != std::errc{} || end != number.data() + number.size() || seconds < 0 || seconds > 1e9) return;
  event.took = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  text = trim(text.substr(0, start));
}

/// What follows "= ". False if it is no result.
bool take_result(std::string_view text, StraceCall& call) {
  if (text.starts_with('?')) {
    call.has_result = false;
    return true;
  }
  if (text.starts_with("0x")) {
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    call.event.value = static_cast<std::int64_t>(value);
    return problem == std::errc{} && end != text.data() + 2;
  }
  const auto value = take_number(text);
  if (!value) return false;
  call.event.value = *value;
  if (*value != -1 || !text.starts_with(" E")) return true;
  text.remove_prefix(1);
  const auto code = errno_from_name(text.substr(0, text.find(' ')));
  if (code) call.event.error = *code;
  if (code && number(*code) >= 512) call.has_result = false;
  return true;
}

}  // namespace

std::optional<StraceCall> read_strace_call(std::string_view line) {
  const std::size_t open = line.find('(');
  if (open == std::string_view::npos || !is_call_name(line.substr(0, open))) return std::nullopt;
  StraceCall call;
  call.event.name = line.substr(0, open);
  const std::string_view after_open = line.substr(open + 1);
  const StraceArguments arguments = split_strace_arguments(after_open);
  if (arguments.closed) {
    std::string_view rest = trim(after_open.substr(arguments.end));
    if (!rest.starts_with("= ")) return std::nullopt;
    take_duration(rest, call.event);
    if (rest.size() < 3 || !take_result(trim(rest.substr(2)), call)) return std::nullopt;
  } else {
    call.event.finished = false;
  }
  Filler(call).fill(arguments.words);
  return call;
}

bool makes_process(std::string_view name) {
  return name == "fork" || name == "vfork" || name == "clone" || name == "clone2" || name == "clone3";
}

}  // namespace whywontitstart
