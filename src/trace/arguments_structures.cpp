#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>
#include <ctime>

#include "trace/address.h"
#include "trace/arguments.h"
#include "trace/words.h"

namespace whywontitstart {
namespace {

constexpr std::size_t shown_data = 32;

std::string pointer_text(std::uint64_t address) {
  return address == 0 ? "NULL" : fmt::format("{:#x}", address);
}

template <typename T>
std::optional<T> read_struct(const ArgumentDecoder& call, std::uint64_t address) {
  T value{};
  if (address == 0 ||
      call.tracee.read(address, {reinterpret_cast<char*>(&value), sizeof value}) != sizeof value)
    return std::nullopt;
  return value;
}

std::string joined(const std::vector<std::string>& words, std::string_view none = "0") {
  return words.empty() ? std::string(none) : fmt::format("{}", fmt::join(words, "|"));
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

std::uint64_t word_size(const ArgumentDecoder& call) { return call.is_32bit ? 4 : 8; }

std::string decode_sockaddr(ArgumentDecoder& call, std::uint64_t address, std::uint64_t size) {
  if (address == 0) return "NULL";
  constexpr std::uint64_t largest = sizeof(sockaddr_storage);
  const std::string bytes = read_bytes(call.tracee, address, std::min(size, largest));
  // Only a relative path of a Unix socket needs the folder.
  sa_family_t family = 0;
  std::memcpy(&family, bytes.data(), std::min(sizeof family, bytes.size()));
  DecodedAddress decoded = decode_address(bytes, family == AF_UNIX ? call.tracee.cwd() : "");
  call.event.address = std::move(decoded.address);
  return decoded.argument;
}

/// The pieces of an iovec, appended to the event's data up to its limit and to what was really written.
std::string decode_iovec(ArgumentDecoder& call, std::uint64_t address, std::uint64_t count) {
  std::uint64_t left = data_limit - std::min(data_limit, call.event.data.size());
  if (call.exit && !call.exit->is_error && call.event.name != "sendmmsg")
    left = std::min(left, static_cast<std::uint64_t>(call.exit->value));
  std::vector<std::string> pieces;
  constexpr std::uint64_t most_pieces = 1024;  // UIO_MAXIOV
  for (std::uint64_t index = 0; index < std::min(count, most_pieces) && left > 0; ++index) {
    const std::uint64_t at = address + index * 2 * word_size(call);
    const auto base = read_word(call, at);
    const auto size = read_word(call, at + word_size(call));
    if (!base || !size) break;
    const std::string bytes = read_bytes(call.tracee, *base, std::min(*size, left));
    left -= bytes.size();
    call.event.data += bytes;
    pieces.push_back(fmt::format("{{iov_base={}, iov_len={}}}", quoted(bytes, shown_data), *size));
  }
  return fmt::format("[{}]", fmt::join(pieces, ", "));
}

std::string decode_msghdr(ArgumentDecoder& call, std::uint64_t address) {
  const std::uint64_t word = word_size(call);
  // struct msghdr: name, namelen (padded), iov, iovlen, …
  const auto name_address = read_word(call, address);
  const auto name_size = read_word(call, address + word);
  const auto pieces = read_word(call, address + 2 * word);
  const auto count = read_word(call, address + 3 * word);
  if (!name_address || !name_size || !pieces || !count) return pointer_text(address);
  const std::uint64_t size = *name_size & 0xffffffff;
  const std::string name = decode_sockaddr(call, *name_address, size);
  const std::string data = decode_iovec(call, *pieces, *count);
  return fmt::format("{{msg_name={}, msg_namelen={}, msg_iov={}, msg_iovlen={}, ...}}", name, size, data,
                     *count);
}

std::vector<std::string> read_texts(const ArgumentDecoder& call, std::uint64_t address) {
  constexpr std::size_t most_texts = 1024;
  constexpr std::size_t most_bytes = 64 << 10;
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  while (texts.size() < most_texts && bytes < most_bytes) {
    const auto pointer = read_word(call, address + texts.size() * word_size(call));
    if (!pointer || *pointer == 0) break;
    texts.push_back(read_text(call.tracee, *pointer).value_or(""));
    bytes += texts.back().size() + 1;
  }
  return texts;
}

std::string limit_text(std::uint64_t value, std::uint64_t infinity) {
  return value == infinity ? "RLIM_INFINITY" : std::to_string(value);
}

}  // namespace

std::string print_sockaddr(ArgumentDecoder& call, std::size_t index) {
  return decode_sockaddr(call, call.raw(index), call.raw(index + 1) & 0xffffffff);
}

std::string print_iovec(ArgumentDecoder& call, std::size_t index) {
  return decode_iovec(call, call.raw(index), call.raw(index + 1));
}

std::string print_msghdr(ArgumentDecoder& call, std::size_t index) {
  return call.raw(index) == 0 ? "NULL" : decode_msghdr(call, call.raw(index));
}

std::string print_mmsghdr(ArgumentDecoder& call, std::size_t index) {
  // struct mmsghdr: a msghdr of 7 words, then the length that was sent, padded.
  const std::uint64_t size = call.is_32bit ? 32 : 64;
  constexpr std::uint64_t most_messages = 64;
  std::vector<std::string> messages;
  for (std::uint64_t message = 0; message < std::min(call.raw(index + 1) & 0xffffffff, most_messages);
       ++message)
    messages.push_back(fmt::format("{{msg_hdr={}}}", decode_msghdr(call, call.raw(index) + message * size)));
  return fmt::format("[{}]", fmt::join(messages, ", "));
}

std::string print_argv(ArgumentDecoder& call, std::size_t index) {
  call.argv = read_texts(call, call.raw(index));
  std::vector<std::string> shown;
  for (const std::string& text : call.argv) shown.push_back(quoted(text));
  return fmt::format("[{}]", fmt::join(shown, ", "));
}

std::string print_envp(ArgumentDecoder& call, std::size_t index) {
  std::uint64_t count = 0;
  constexpr std::uint64_t most = 4096;
  for (; count < most; ++count) {
    const auto pointer = read_word(call, call.raw(index) + count * word_size(call));
    if (!pointer || *pointer == 0) break;
  }
  return fmt::format("{} /* {} vars */", pointer_text(call.raw(index)), count);
}

std::string print_rlimit(ArgumentDecoder& call, std::size_t index) {
  // setrlimit of a 32-bit program has 32-bit values; prlimit64 has 64-bit ones everywhere.
  const bool narrow = call.is_32bit && call.event.name != "prlimit64";
  const std::uint64_t size = narrow ? 4 : 8;
  std::uint64_t values[2] = {};
  for (std::uint64_t which = 0; which < 2; ++which)
    if (call.tracee.read(call.raw(index) + which * size, {reinterpret_cast<char*>(&values[which]), size}) !=
        size)
      return pointer_text(call.raw(index));
  const std::uint64_t infinity = narrow ? 0xffffffff : ~std::uint64_t{0};
  return fmt::format("{{rlim_cur={}, rlim_max={}}}", limit_text(values[0], infinity),
                     limit_text(values[1], infinity));
}

std::string print_fcntl_argument(ArgumentDecoder& call, std::size_t index) {
  const int command = call.as_int(index - 1);
  const bool is_lock = command == F_SETLK || command == F_SETLKW || command == F_GETLK ||
                       command == F_OFD_SETLK || command == F_OFD_SETLKW || command == F_OFD_GETLK ||
                       (command >= 12 && command <= 14);
  if (!is_lock) return fmt::format("{:#x}", call.raw(index));
  const auto type = read_struct<std::int16_t>(call, call.raw(index));
  if (!type) return pointer_text(call.raw(index));
  const std::string_view word = word_of(words::lock_types, static_cast<std::uint64_t>(*type));
  if (!word.empty()) call.event.flags.emplace_back(word);
  if (call.is_32bit) return fmt::format("{{l_type={}, ...}}", word);
  const auto lock = read_struct<struct flock>(call, call.raw(index));
  if (!lock) return fmt::format("{{l_type={}, ...}}", word);
  constexpr std::string_view whences[] = {"SEEK_SET", "SEEK_CUR", "SEEK_END"};
  const auto whence = static_cast<std::size_t>(lock->l_whence);
  return fmt::format("{{l_type={}, l_whence={}, l_start={}, l_len={}}}", word,
                     whence < 3 ? whences[whence] : "?", lock->l_start, lock->l_len);
}

std::string print_pollfds(ArgumentDecoder& call, std::size_t index) {
  constexpr std::uint64_t most = 32;
  const std::uint64_t count = call.raw(index + 1) & 0xffffffff;
  std::vector<std::string> shown;
  for (std::uint64_t which = 0; which < std::min(count, most); ++which) {
    const auto one = read_struct<pollfd>(call, call.raw(index) + which * sizeof(pollfd));
    if (!one) break;
    const std::uint64_t events = static_cast<std::uint16_t>(one->events);
    shown.push_back(
        fmt::format("{{fd={}, events={}}}", one->fd, joined(flag_words(words::poll_events, events))));
    if (count == 1) {
      call.event.fd = one->fd;
      if (one->fd >= 0 && !call.finished()) call.event.file = call.tracee.file(one->fd);
    }
  }
  return fmt::format("[{}]", fmt::join(shown, ", "));
}

std::string print_so_error(ArgumentDecoder& call, std::size_t index) {
  const auto code = read_struct<int>(call, call.raw(index));
  if (!code || !call.finished()) return pointer_text(call.raw(index));
  return *code == 0 ? "[0]" : fmt::format("[{}]", name(Errno{*code}));
}

std::string print_timespec(ArgumentDecoder& call, std::size_t index) {
  const auto seconds = read_word(call, call.raw(index));
  const auto nanoseconds = read_word(call, call.raw(index) + word_size(call));
  if (!seconds || !nanoseconds) return pointer_text(call.raw(index));
  return fmt::format("{{tv_sec={}, tv_nsec={}}}", *seconds, *nanoseconds);
}

std::string print_open_how(ArgumentDecoder& call, std::size_t index) {
  const auto how = read_struct<open_how>(call, call.raw(index));
  if (!how) return pointer_text(call.raw(index));
  const std::vector<std::string> words = open_flag_words(how->flags);
  append(call.event.flags, words);
  return fmt::format("{{flags={}, mode=0{:o}, resolve={:#x}}}", joined(words),
                     static_cast<std::uint64_t>(how->mode), static_cast<std::uint64_t>(how->resolve));
}

std::string print_clone_args(ArgumentDecoder& call, std::size_t index) {
  const auto flags = read_struct<std::uint64_t>(call, call.raw(index));
  if (!flags) return pointer_text(call.raw(index));
  const std::vector<std::string> words = flag_words(words::clone_flags, *flags);
  append(call.event.flags, words);
  return fmt::format("{{flags={}, ...}}", joined(words));
}

}  // namespace whywontitstart
