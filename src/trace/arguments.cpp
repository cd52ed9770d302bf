#include "trace/arguments.h"

#include <fcntl.h>

#include <cassert>

#include "base/text.h"
#include "trace/address.h"
#include "trace/words.h"

namespace whywontitstart {
namespace {

constexpr std::size_t shown_data = 32;  // strace's default

std::string add_words(ArgumentDecoder& call, std::vector<std::string> words, std::string_view none = "0") {
  if (words.empty()) return std::string(none);
  std::string text = words.front();
  for (std::size_t index = 1; index < words.size(); ++index) text.append(1, '|').append(words[index]);
  std::move(words.begin(), words.end(), std::back_inserter(call.event.flags));
  return text;
}

std::string add_bits(ArgumentDecoder& call, std::span<const Word> words, std::uint64_t value,
                     std::string_view none = "0") {
  return add_words(call, flag_words(words, value & 0xffffffff), none);
}

std::string add_value(ArgumentDecoder& call, std::span<const Word> words, std::size_t index) {
  const std::string_view word = word_of(words, call.raw(index) & 0xffffffff);
  if (word.empty()) return fmt::format("{:#x}", call.raw(index) & 0xffffffff);
  return add_words(call, {std::string(word)});
}

std::string print_fd_number(ArgumentDecoder& call, std::size_t index) {
  return std::to_string(call.as_int(index));
}

std::string print_fd(ArgumentDecoder& call, std::size_t index) {
  call.event.fd = call.as_int(index);
  return print_fd_number(call, index);
}

std::string print_file(ArgumentDecoder& call, std::size_t index) {
  if (call.as_int(index) >= 0) call.event.file = call.tracee.file(call.as_int(index));
  return print_fd(call, index);
}

std::string print_listening(ArgumentDecoder& call, std::size_t index) {
  call.event.address = call.tracee.local_address(call.as_int(index));
  return print_file(call, index);
}

std::string print_dirfd(ArgumentDecoder& call, std::size_t index) {
  call.dirfd.reset();
  if (call.as_int(index) == AT_FDCWD) return "AT_FDCWD";
  call.dirfd = call.as_int(index);
  return print_fd_number(call, index);
}

/// Where the text leads, seen from the directory of the call.
std::string resolved(const ArgumentDecoder& call, const std::string& text) {
  if (text.starts_with('/')) return absolute_path({}, text);
  const std::string folder = call.dirfd ? call.tracee.file(*call.dirfd) : call.tracee.cwd();
  // AT_EMPTY_PATH: the descriptor itself. Else an empty path is no path at all (ENOENT).
  if (text.empty()) return call.dirfd ? folder : "";
  return absolute_path(folder, text);
}

std::string print_path_into(ArgumentDecoder& call, std::size_t index, std::string& field) {
  if (call.raw(index) == 0) return "NULL";
  const std::optional<std::string> text = read_text(call.tracee, call.raw(index));
  if (!text) return fmt::format("{:#x}", call.raw(index));
  field = resolved(call, *text);
  call.dirfd.reset();
  return quoted(*text);
}

std::string print_path(ArgumentDecoder& call, std::size_t index) {
  return print_path_into(call, index, call.event.path);
}

std::string print_path2(ArgumentDecoder& call, std::size_t index) {
  return print_path_into(call, index, call.event.other_path);
}

std::string print_string(ArgumentDecoder& call, std::size_t index) {
  if (call.raw(index) == 0) return "NULL";
  const std::optional<std::string> text = read_text(call.tracee, call.raw(index));
  return text ? quoted(*text) : fmt::format("{:#x}", call.raw(index));
}

std::string print_link_target(ArgumentDecoder& call, std::size_t index) {
  call.event.other_path = read_text(call.tracee, call.raw(index)).value_or("");
  return print_string(call, index);
}

std::string print_buffer(ArgumentDecoder& call, std::size_t index) {
  // What was really written, where we know; what was to be written, where the call failed.
  std::uint64_t size = call.raw(index + 1);
  if (call.exit && !call.exit->is_error) size = std::min(size, static_cast<std::uint64_t>(call.exit->value));
  call.event.data = read_bytes(call.tracee, call.raw(index), std::min<std::uint64_t>(size, data_limit));
  return quoted(call.event.data, shown_data);
}

std::string print_int(ArgumentDecoder& call, std::size_t index) { return std::to_string(call.as_int(index)); }
std::string print_uint(ArgumentDecoder& call, std::size_t index) {
  return std::to_string(static_cast<std::uint32_t>(call.raw(index)));
}
std::string print_size(ArgumentDecoder& call, std::size_t index) { return std::to_string(call.raw(index)); }
std::string print_hex(ArgumentDecoder& call, std::size_t index) {
  return call.raw(index) == 0 ? "0" : fmt::format("{:#x}", call.raw(index));
}
std::string print_pointer(ArgumentDecoder& call, std::size_t index) {
  return call.raw(index) == 0 ? "NULL" : fmt::format("{:#x}", call.raw(index));
}
std::string print_mode(ArgumentDecoder& call, std::size_t index) {
  return fmt::format("{:#03o}", static_cast<std::uint32_t>(call.raw(index)));
}
/// Only there where a file may be made: else the register holds whatever it held.
std::string print_create_mode(ArgumentDecoder& call, std::size_t index) {
  const std::vector<std::string>& flags = call.event.flags;
  const bool creates = std::any_of(flags.begin(), flags.end(), [](const std::string& flag) {
    return flag == "O_CREAT" || flag == "O_TMPFILE";
  });
  return creates ? print_mode(call, index) : std::string();
}
std::string print_signal(ArgumentDecoder& call, std::size_t index) {
  if (call.as_int(index) == 0) return "0";
  return add_words(call, {name(Signal{call.as_int(index)})});
}
std::string print_open_flags(ArgumentDecoder& call, std::size_t index) {
  // eventfd2, pipe2 and the like take some of the words of open, but have no access mode.
  std::vector<std::string> words = open_flag_words(call.raw(index) & 0xffffffff);
  if (call.event.path.empty() && words.front() == "O_RDONLY") words.erase(words.begin());
  return add_words(call, std::move(words));
}
std::string print_at_flags(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::at_flags, call.raw(index));
}
std::string print_unlink_flags(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::unlink_flags, call.raw(index));
}
std::string print_access(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::access_modes, call.raw(index), "F_OK");
}
std::string print_prot(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::protections, call.raw(index), "PROT_NONE");
}
std::string print_map_flags(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::map_flags, call.raw(index));
}
std::string print_clone_flags(ArgumentDecoder& call, std::size_t index) {
  constexpr std::uint64_t exit_signal = 0xff;
  std::string text = add_bits(call, words::clone_flags, call.raw(index) & ~exit_signal);
  const int signal = static_cast<int>(call.raw(index) & exit_signal);
  return signal == 0 ? text : fmt::format("{}|{}", text, name(Signal{signal}));
}
std::string print_mount_flags(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::mount_flags, call.raw(index));
}
std::string print_send_flags(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::send_flags, call.raw(index));
}
std::string print_flock(ArgumentDecoder& call, std::size_t index) {
  return add_bits(call, words::flock_operations, call.raw(index));
}
std::string print_socket_type(ArgumentDecoder& call, std::size_t index) {
  return add_words(call, socket_type_words(call.raw(index) & 0xffffffff));
}
std::string print_futex(ArgumentDecoder& call, std::size_t index) {
  return add_words(call, futex_words(call.raw(index) & 0xffffffff));
}
template <const std::span<const Word>& table>
std::string print_value(ArgumentDecoder& call, std::size_t index) {
  return add_value(call, table, index);
}

struct Printer {
  std::string_view word;
  ArgumentPrinter print;
};

constexpr Printer printers[] = {
    {"fd", print_fd},
    {"fd-number", print_fd_number},
    {"file", print_file},
    {"listening", print_listening},
    {"dirfd", print_dirfd},
    {"path", print_path},
    {"path2", print_path2},
    {"string", print_string},
    {"link-target", print_link_target},
    {"buffer", print_buffer},
    {"int", print_int},
    {"pid", print_int},
    {"id", print_int},
    {"count", print_int},
    {"uint", print_uint},
    {"size", print_size},
    {"hex", print_hex},
    {"pointer", print_pointer},
    {"mode", print_mode},
    {"create-mode", print_create_mode},
    {"signal", print_signal},
    {"open-flags", print_open_flags},
    {"at-flags", print_at_flags},
    {"unlink-flags", print_unlink_flags},
    {"access", print_access},
    {"prot", print_prot},
    {"map-flags", print_map_flags},
    {"clone-flags", print_clone_flags},
    {"mount-flags", print_mount_flags},
    {"send-flags", print_send_flags},
    {"flock-operation", print_flock},
    {"socket-type", print_socket_type},
    {"futex-operation", print_futex},
    {"family", print_value<words::families>},
    {"protocol", print_value<words::protocols>},
    {"level", print_value<words::levels>},
    {"socket-option", print_value<words::socket_options>},
    {"fcntl-command", print_value<words::fcntl_commands>},
    {"prctl-option", print_value<words::prctl_options>},
    {"resource", print_value<words::resources>},
    {"seccomp-operation", print_value<words::seccomp_operations>},
    {"ptrace-request", print_value<words::ptrace_requests>},
    {"epoll-operation", print_value<words::epoll_operations>},
    {"ioctl", print_value<words::ioctls>},
    {"sockaddr", print_sockaddr},
    {"iovec", print_iovec},
    {"msghdr", print_msghdr},
    {"mmsghdr", print_mmsghdr},
    {"argv", print_argv},
    {"envp", print_envp},
    {"rlimit", print_rlimit},
    {"fcntl-argument", print_fcntl_argument},
    {"pollfds", print_pollfds},
    {"so-error", print_so_error},
    {"timespec", print_timespec},
    {"open-how", print_open_how},
    {"clone-args", print_clone_args},
};

const Printer* find_printer(std::string_view word) {
  const auto* found = std::find_if(std::begin(printers), std::end(printers),
                                   [&](const Printer& one) { return one.word == word; });
  return found == std::end(printers) ? nullptr : found;
}

}  // namespace

bool is_argument_word(std::string_view word) { return find_printer(word) != nullptr; }

ArgumentPrinter argument_printer(std::string_view word) {
  const Printer* found = find_printer(word);
  assert(found != nullptr);
  return found != nullptr ? found->print : print_hex;
}

std::optional<std::string> read_text(const TraceeView& tracee, std::uint64_t address, std::size_t limit) {
  std::string text;
  char piece[512];
  while (text.size() < limit) {
    // Up to the end of the page, so that a short text there is one read.
    constexpr std::size_t page = 4096;
    const std::size_t wanted =
        std::min({sizeof piece, page - (address + text.size()) % page, limit - text.size()});
    const std::size_t got = tracee.read(address + text.size(), {piece, wanted});
    const std::string_view read(piece, got);
    const std::size_t end = read.find('\0');
    text += read.substr(0, end);
    if (end != std::string_view::npos) return text;
    if (got < wanted) return std::nullopt;  // it runs into a page that is not there: no text, EFAULT
  }
  return text;
}

std::string read_bytes(const TraceeView& tracee, std::uint64_t address, std::size_t size) {
  std::string bytes(size, '\0');
  bytes.resize(tracee.read(address, {bytes.data(), bytes.size()}));
  return bytes;
}

std::optional<std::uint64_t> read_word(const ArgumentDecoder& call, std::uint64_t address) {
  std::uint64_t value = 0;  // little-endian: four bytes of a 32-bit program are the lower half
  const std::size_t size = call.is_32bit ? 4 : 8;
  if (call.tracee.read(address, {reinterpret_cast<char*>(&value), size}) != size) return std::nullopt;
  return value;
}

}  // namespace whywontitstart
