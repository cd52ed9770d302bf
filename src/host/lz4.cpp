#include "host/lz4.h"

#include <cstring>

namespace whywontitstart {
namespace {

constexpr std::size_t window = 64U << 10;
constexpr std::size_t piece_size = 4U << 20;
constexpr std::size_t longest_block = 8U << 20;

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t at = 4; at-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at]);
  return value;
}

/// A length of which 15 is no more than the beginning: bytes follow, up to one that is less than 255.
bool take_length(std::string_view block, std::size_t& at, std::size_t& length) {
  if (length != 15) return true;
  for (unsigned char more = 255; more == 255;) {
    if (at >= block.size()) return false;
    more = static_cast<unsigned char>(block[at++]);
    length += more;
    if (length > longest_block) return false;
  }
  return true;
}

/// The match may reach into itself: it repeats then.
void copy_match(std::string& text, std::size_t distance, std::size_t length) {
  while (length > 0) {
    const std::size_t part = std::min(distance, length), from = text.size() - distance;
    const std::size_t to = text.size();
    text.resize(to + part);
    std::memcpy(text.data() + to, text.data() + from, part);
    length -= part;
  }
}

}  // namespace

bool unpack_lz4_block(std::string_view block, std::string& text) {
  constexpr std::size_t least_match = 4;
  const std::size_t known = text.size();
  for (std::size_t at = 0; at < block.size();) {
    const auto token = static_cast<unsigned char>(block[at++]);
    std::size_t literals = token >> 4, match = token & 15;
    if (!take_length(block, at, literals) || literals > block.size() - at) return false;
    if (text.size() - known > longest_block) return false;
    text.append(block.substr(at, literals));
    at += literals;
    if (at == block.size()) return true;  // the last sequence has no match
    if (block.size() - at < 2) return false;
    const std::size_t distance =
        static_cast<unsigned char>(block[at]) | static_cast<unsigned char>(block[at + 1]) << 8;
    at += 2;
    if (!take_length(block, at, match) || distance == 0 || distance > text.size()) return false;
    copy_match(text, distance, match + least_match);
  }
  return true;
}

Result<std::string_view> Lz4File::take(std::size_t size) {
  if (input_.size() - used_ < size) {
    input_.erase(0, used_);
    used_ = 0;
    Result<std::string> more = host_.read_at(path_, offset_, std::max(size, piece_size));
    if (!more) return tl::unexpected(more.error());
    offset_ += more->size();
    input_ += *more;
  }
  if (input_.size() - used_ < size) return error(path_ + " ends in the middle");
  const std::string_view taken = std::string_view(input_).substr(used_, size);
  used_ += size;
  return taken;
}

Result<> Lz4File::begin() {
  constexpr std::uint32_t magic = 0x184d2204;
  const Result<std::string_view> start = take(7);
  if (!start) return tl::unexpected(start.error());
  const auto flags = static_cast<unsigned char>((*start)[4]);
  if (little_endian(*start) != magic || flags >> 6 != 1) return error(path_ + " is no file of lz4");
  checksum_ = (flags & 0x10) != 0 ? 4 : 0;
  const std::size_t more = ((flags & 0x08) != 0 ? 8U : 0U) + ((flags & 0x01) != 0 ? 4U : 0U);
  begun_ = true;
  if (const Result<std::string_view> rest = take(more); !rest) return tl::unexpected(rest.error());
  return {};
}

Result<bool> Lz4File::take_block(std::string& text) {
  constexpr std::uint32_t is_plain = 1U << 31;
  const Result<std::string_view> head = take(4);
  if (!head) return tl::unexpected(head.error());
  const std::uint32_t size = little_endian(*head);
  if (size == 0) return false;
  if ((size & ~is_plain) > longest_block) return error(path_ + " has a block that is too large");
  const Result<std::string_view> block = take((size & ~is_plain) + checksum_);
  if (!block) return tl::unexpected(block.error());
  const std::string_view bytes = block->substr(0, block->size() - checksum_);
  if ((size & is_plain) != 0)
    text.append(bytes);
  else if (!unpack_lz4_block(bytes, text))
    return error(path_ + " has a broken block");
  return true;
}

Result<std::string> Lz4File::next() {
  if (!begun_)
    if (Result<> begun = begin(); !begun) return tl::unexpected(begun.error());
  std::string text = history_;
  const std::size_t known = text.size();
  while (!ended_ && text.size() < known + piece_size) {
    const Result<bool> more = take_block(text);
    if (!more) return tl::unexpected(more.error());
    ended_ = !*more;
  }
  history_ = text.size() > window ? text.substr(text.size() - window) : text;
  text.erase(0, known);
  return text;
}

}  // namespace whywontitstart
