#include "base/text.h"
#include "host/libraries.h"

namespace whywontitstart {
namespace {

std::uint32_t word_at(std::string_view text, std::size_t offset) {
  std::uint32_t value =
      0;  // the cache is written by and for this machine: little endian on all that we support
  for (std::size_t at = 0; at < 4; ++at)
    value |= std::uint32_t{static_cast<unsigned char>(text[offset + at])} << (8 * at);
  return value;
}

std::string string_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {};
  return std::string(text.substr(offset, text.find('\0', offset) - offset));
}

/// The format of libc5 and of glibc before 2.2, which others still write: a header of 16 bytes, then 12 for
/// each library: flags, soname, path (4 bytes each); the texts are counted from the end of these.
std::map<std::string, std::vector<std::string>, std::less<>> parse_old_cache(std::string_view cache) {
  constexpr std::string_view magic = "ld.so-1.7.0";
  constexpr std::size_t header_size = 16, entry_size = 12;
  std::map<std::string, std::vector<std::string>, std::less<>> libraries;
  if (!cache.starts_with(magic) || cache.size() < header_size) return libraries;
  const std::size_t count = word_at(cache, 12);
  if (count > (cache.size() - header_size) / entry_size) return libraries;
  const std::string_view texts = cache.substr(header_size + count * entry_size);
  for (std::size_t index = 0; index < count; ++index) {
    const std::size_t entry = header_size + index * entry_size;
    std::string soname = string_at(texts, word_at(cache, entry + 4));
    std::string path = string_at(texts, word_at(cache, entry + 8));
    if (!soname.empty() && path.starts_with('/')) libraries[std::move(soname)].push_back(std::move(path));
  }
  return libraries;
}

}  // namespace

std::map<std::string, std::vector<std::string>, std::less<>> parse_loader_cache(std::string_view cache) {
  // The present format may stand alone or behind the one of libc5. A header of 48 bytes, then 24 for each
  // library: flags, soname, path, osversion (4 bytes each) and hwcap (8); the texts are counted from the
  // start of the header.
  constexpr std::string_view magic = "glibc-ld.so.cache1.1";
  constexpr std::size_t header_size = 48, entry_size = 24;
  std::map<std::string, std::vector<std::string>, std::less<>> libraries;
  const std::size_t start = cache.find(magic);
  if (start == std::string_view::npos) return parse_old_cache(cache);
  if (cache.size() - start < header_size) return libraries;
  cache.remove_prefix(start);
  const std::size_t count =
      std::min<std::size_t>(word_at(cache, 20), (cache.size() - header_size) / entry_size);
  for (std::size_t index = 0; index < count; ++index) {
    const std::size_t entry = header_size + index * entry_size;
    std::string soname = string_at(cache, word_at(cache, entry + 4));
    std::string path = string_at(cache, word_at(cache, entry + 8));
    if (!soname.empty() && path.starts_with('/')) libraries[std::move(soname)].push_back(std::move(path));
  }
  return libraries;
}

}  // namespace whywontitstart
