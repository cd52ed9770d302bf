#include "trace/strace_call.h"

#include <seccomp.h>

#include <charconv>

#include "base/text.h"
#include "trace/strace_names.h"
#include "trace/strace_text.h"

namespace whywontitstart {
namespace {

constexpr std::size_t data_limit = 64U << 10;

constexpr std::size_t longest_name = 40;

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/// Fills the typed fields of an event from its arguments, left to right.
class Filler {
 public:
  Filler(StraceCall& call, const StraceName* name, StraceDetail detail)
      : call_(call), event_(call.event), name_(name), detail_(detail) {}

  void fill(const std::vector<StraceWord>& words) {
    const bool all = detail_ == StraceDetail::all;
    if (all) event_.arguments.reserve(words.size());
    for (std::size_t index = 0; index < words.size(); ++index) {
      if (all) event_.arguments.emplace_back(words[index].text);
      if (all || index < name_->flag_words) take_flags(words[index]);
      if (name_ != nullptr && index < name_->kinds.size())
        take(name_->kinds[index], words[index]);
      else if ((name_ == nullptr || name_->kinds.empty()) && index == 0)
        take_unknown(words[index]);
    }
    call_.makes_thread = event_.name.starts_with("clone") && has_flag(event_, "CLONE_THREAD");
  }

 private:
  void take(StraceWordKind kind, const StraceWord& word) {
    using enum StraceWordKind;
    switch (kind) {
      case folder:
        folder_ = word.annotation();
        break;
      case descriptor:
        take_descriptor(word);
        break;
      case path:
        take_path(word, event_.path);
        break;
      case other_path:
        take_path(word, event_.other_path);
        break;
      case link_target:
        event_.other_path = word.string().value_or("");
        break;
      case sockaddr:
        event_.address = address_of(word);
        break;
      case buffer:
        add_data(word.string().value_or(""));
        break;
      case iovec:
        take_pieces(word);
        break;
      case message:
        take_message(word);
        break;
      case messages:
        for (const StraceWord& one : word.parts()) take_message(one.field("msg_hdr"));
        break;
      case argv:
        for (const StraceWord& part : word.parts())
          if (auto text = part.string()) call_.argv.push_back(std::move(*text));
        break;
      case other:
        break;
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
  const StraceName* name_;
  StraceDetail detail_;
  std::string folder_;  ///< what the descriptor before a path is; empty if unknown
};

/// "<0.000123>" at the end of the line, which strace -T adds, is taken off.
std::chrono::nanoseconds take_duration(std::string_view& text) {
  text = trim(text);
  if (!text.ends_with('>')) return {};
  const std::size_t start = text.rfind('<');
  if (start == std::string_view::npos) return {};
  const std::string_view number = text.substr(start + 1, text.size() - start - 2);
  double seconds = 0;
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), seconds);
  if (problem != std::errc{} || end != number.data() + number.size() || !(seconds >= 0) || seconds > 1e9)
    return {};
  text = trim(text.substr(0, start));
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

/// "ENOENT"; of numbers without a name strace says "ERRNO_524".
std::optional<Errno> errno_of(std::string_view word) {
  if (!take_prefix(word, "ERRNO_")) return errno_from_name(word);
  const auto number = take_number(word);
  if (!number || *number < 1 || *number > 4095) return std::nullopt;
  return Errno{static_cast<int>(*number)};
}

/// What follows "= ". False if it is no result.
bool take_result(std::string_view text, StraceCall& call) {
  if (take_prefix(text, "?")) {
    call.has_result = false;
    return true;
  }
  if (take_prefix(text, "0x")) {
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    call.event.value = static_cast<std::int64_t>(value);
    return problem == std::errc{} && end != text.data();
  }
  const auto value = take_number(text);
  if (!value) return false;
  call.event.value = *value;
  std::optional<long long> child = value;
  if (take_prefix(text, " /* ")) child = take_number(text);  // "2 /* 117 in strace's PID NS */"
  if (child && *child > 0 && *child <= INT32_MAX) call.child = Pid{static_cast<pid_t>(*child)};
  if (*value != -1 || !text.starts_with(" E")) return true;
  text.remove_prefix(1);
  const std::optional<Errno> code = errno_of(text.substr(0, text.find(' ')));
  if (!code) return false;
  call.event.error = *code;
  call.event.refused = text.ends_with("(SECCOMP)");
  call.has_result = number(*code) < 512 || number(*code) > 516;  // else it will be made again
  return true;
}

/// Did something break the line within the result? "-1" never stands alone.
bool is_cut_result(std::string_view text) {
  if (text == "-" || text == "-1" || text == "0x") return true;
  if (!take_prefix(text, "-1 E")) return false;
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == text.npos;
}

/// To a terminal, what the program writes stands within the line of the call that writes it:
/// "write(2, "a) b", 4a) b) = 4". What follows the last parenthesis that a result follows; or what was there.
std::string_view skip_written_text(std::string_view text, StraceArguments& arguments) {
  const std::string_view rest = trim(text.substr(arguments.end));
  const std::size_t equals = text.rfind(" = ");
  if (equals == text.npos) return rest;
  const std::string_view before = trim(text.substr(0, equals));
  if (!before.ends_with(')')) return rest;
  arguments = split_strace_arguments(before.substr(0, before.size() - 1));
  arguments.end = equals;
  arguments.closed = true;
  return trim(text.substr(equals));
}

/// strace shows the first bytes of what is written; where the rest stands in the same line, since both went
/// to the same terminal, it is known: "write(2, "app: no"..., 21app: no such place\n) = 21".
void complete_written_text(std::string_view line, const std::vector<StraceWord>& words, SyscallEvent& event) {
  if (event.name != "write" || words.size() < 3 || event.value <= 0) return;
  const auto size = static_cast<std::size_t>(event.value);
  if (size <= event.data.size() || size > data_limit) return;
  const std::size_t end = line.rfind(") ", line.rfind("= "));
  const std::size_t start = static_cast<std::size_t>(words[2].text.data() - line.data());
  if (end == line.npos || end < start) return;
  std::string_view text = line.substr(start, end - start);
  if (take_prefix(text, std::to_string(size)) && text.size() == size && text.starts_with(event.data))
    event.data = text;
}

/// With -y the result of an open says where a relative path led: "= 3</srv/app/etc/x>".
void complete_path(SyscallEvent& event, const std::string& opened) {
  if (!event.path.empty() && event.path.front() != '/' && opened.ends_with("/" + event.path))
    event.path = opened;
}

}  // namespace

std::optional<StraceResult> plain_strace_success(std::string_view line) {
  StraceResult result;
  const std::size_t equals = line.rfind('=');
  if (equals == line.npos || equals < 2 || equals + 2 >= line.size() || line[equals - 1] != ' ' ||
      line[equals + 1] != ' ')
    return std::nullopt;
  std::size_t end = equals - 1;
  while (end > 0 && line[end - 1] == ' ') --end;
  result.text = line.substr(equals + 2);
  if (end == 0 || line[end - 1] != ')' || result.text.front() < '0' || result.text.front() > '9')
    return std::nullopt;
  result.arguments_end = end - 1;
  if (line.back() == '>') result.took = take_duration(result.text);
  return result;
}

std::size_t strace_call_name_length(std::string_view line) {
  std::size_t at = line.starts_with("SYS_") ? 4 : 0;
  if (at == 0 && !line.empty() && line.front() >= '0' && line.front() <= '9') return 0;
  while (at < line.size() && at < longest_name && is_name_byte(line[at])) ++at;
  return at < line.size() && line[at] == '(' ? at : 0;
}

bool starts_strace_call(std::string_view line) { return strace_call_name_length(line) > 0; }

bool read_plain_success(std::string_view line, const StraceName& name, StraceResult result,
                        StraceCall& call) {
  if (name.sends_data || name.needs_arguments || name.makes_process) return false;
  const std::size_t open = name.name.size() + 1;
  if (result.arguments_end < open || !take_result(result.text, call)) return false;
  call.event.name = name.name;
  call.event.took = result.took;
  const std::string_view arguments = line.substr(open, result.arguments_end - open);
  if (name.telling_words > 0 || name.kinds.empty())
    Filler(call, &name, StraceDetail::facts)
        .fill(first_strace_arguments(arguments, std::max<std::size_t>(name.telling_words, 1)));
  if (!call.event.path.empty() && call.event.path.front() != '/')
    complete_path(call.event, StraceWord{result.text}.annotation());
  return true;
}

bool is_strace_call_name(std::string_view name) {
  if (strace_name(name) != nullptr || name.starts_with("SYS_") || name.starts_with("syscall_")) return true;
  const auto names = {"_exit", "old_mmap", "oldselect", "sigreturn", "pread", "pwrite"};
  return std::find(names.begin(), names.end(), name) != names.end() ||
         ::seccomp_syscall_resolve_name(std::string(name).c_str()) != __NR_SCMP_ERROR;
}

std::optional<StraceCall> read_strace_call(std::string_view line, StraceDetail detail) {
  const std::size_t open = strace_call_name_length(line);
  if (open == 0) return std::nullopt;
  const StraceName* name = strace_name(line.substr(0, open));
  StraceCall call;
  if (detail == StraceDetail::facts && name != nullptr)
    if (const auto result = plain_strace_success(line);
        result && read_plain_success(line, *name, *result, call))
      return call;
  call = {};
  call.event.name = line.substr(0, open);
  std::string opened;
  const std::string_view after_open = line.substr(open + 1);
  StraceArguments arguments = split_strace_arguments(after_open);
  std::string_view rest = trim(after_open.substr(arguments.end));
  if (!(arguments.closed && rest.starts_with("= ")) && name != nullptr && name->sends_data)
    rest = skip_written_text(after_open, arguments);
  // A mailer, or a terminal, may have put the result on the next line.
  const bool is_broken = rest == "=" || (rest.empty() && is_strace_call_name(call.event.name));
  if (arguments.closed && !is_broken) {
    if (!rest.starts_with("= ")) return std::nullopt;
    call.event.took = take_duration(rest);
    rest = trim(rest.substr(std::min<std::size_t>(rest.size(), 2)));
    if (rest == "-1" || !take_result(rest, call)) {
      if (!is_cut_result(rest)) return std::nullopt;
      call.event.finished = false;
    }
    opened = StraceWord{rest}.annotation();
  } else {
    call.event.finished = false;
  }
  Filler(call, name, StraceDetail::all).fill(arguments.words);
  complete_written_text(line, arguments.words, call.event);
  complete_path(call.event, opened);
  return call;
}

bool sends_data(std::string_view name) {
  const StraceName* known = strace_name(name);
  return known != nullptr && known->sends_data;
}

bool makes_process(std::string_view name) {
  const StraceName* known = strace_name(name);
  return known != nullptr && known->makes_process;
}

}  // namespace whywontitstart
