#include "host/elf.h"

#include <elf.h>

#include <array>
#include <cerrno>

namespace whywontitstart {
namespace {

constexpr std::size_t most_headers = 1024;
constexpr std::size_t most_entries =
    65536;  // of the dynamic section and of a version list: a circle ends here
constexpr std::size_t longest_string = 4096;

/// A file in pieces of one block, so that many small questions are few reads.
class Blocks {
 public:
  Blocks(const Host& host, const std::string& path) : host_(host), path_(path) {}

  /// Exactly `size` bytes, or nothing where the file has less.
  std::optional<std::string> bytes(std::uint64_t offset, std::size_t size) {
    std::string result;
    while (result.size() < size) {
      const std::uint64_t at = offset + result.size();
      if (at < offset) return std::nullopt;
      const std::string& block = block_at(at / block_size);
      const std::size_t inside = static_cast<std::size_t>(at % block_size);
      if (inside >= block.size()) return std::nullopt;
      result += block.substr(inside, size - result.size());
    }
    return result;
  }

  std::optional<std::string> string(std::uint64_t offset) {
    std::string result;
    while (result.size() < longest_string) {
      const std::uint64_t at = offset + result.size();
      if (at < offset) return std::nullopt;
      const std::string& block = block_at(at / block_size);
      const std::size_t inside = static_cast<std::size_t>(at % block_size);
      if (inside >= block.size()) return std::nullopt;
      const std::size_t end = block.find('\0', inside);
      result += block.substr(inside, end == std::string::npos ? end : end - inside);
      if (end != std::string::npos) return result;
    }
    return std::nullopt;
  }

  const std::optional<Error>& failure() const { return failure_; }

 private:
  static constexpr std::size_t block_size = 16384;

  const std::string& block_at(std::uint64_t number) {
    const auto known = blocks_.find(number);
    if (known != blocks_.end()) return known->second;
    Result<std::string> text;
    if (number > UINT64_MAX / 2 / block_size) {
      text = std::string();
    } else {
      text = host_.read_at(path_, number * block_size, block_size);
    }
    if (!text && !failure_) failure_ = text.error();
    return blocks_[number] = text.value_or(std::string());
  }

  const Host& host_;
  const std::string& path_;
  std::map<std::uint64_t, std::string> blocks_;
  std::optional<Error> failure_;
};

struct Segment {
  std::uint32_t type = 0;
  std::uint32_t flags = 0;
  std::uint64_t offset = 0;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

class ElfReader {
 public:
  ElfReader(const Host& host, const std::string& path) : path_(path), blocks_(host, path) {}

  Result<ElfFile> read() {
    const bool complete = read_header() && read_segments() && read_dynamic();
    if (complete) return std::move(elf_);
    if (blocks_.failure()) return tl::unexpected(*blocks_.failure());
    return errno_error(fmt::format("{}: {}", path_, problem_), ENOEXEC);
  }

 private:
  bool fail(std::string_view problem) {
    problem_ = problem;
    return false;
  }

  /// A number of `size` bytes in the byte order of the file.
  std::uint64_t number(std::string_view bytes, std::size_t offset, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < size; ++at) {
      const std::size_t place = offset + (elf_.big_endian ? at : size - 1 - at);
      value = value << 8 | static_cast<unsigned char>(bytes.at(place));
    }
    return value;
  }

  bool is_64() const { return elf_.bits == 64; }

  bool read_header() {
    const auto ident = blocks_.bytes(0, EI_NIDENT);
    if (!ident || !ident->starts_with(ELFMAG)) return fail("no ELF file");
    const char elf_class = (*ident)[EI_CLASS], order = (*ident)[EI_DATA];
    if ((elf_class != ELFCLASS32 && elf_class != ELFCLASS64) ||
        (order != ELFDATA2LSB && order != ELFDATA2MSB))
      return fail("an ELF file of an unknown class");
    elf_.bits = elf_class == ELFCLASS64 ? 64 : 32;
    elf_.big_endian = order == ELFDATA2MSB;
    const auto header = blocks_.bytes(0, is_64() ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
    if (!header) return fail("cut off in its ELF header");
    elf_.type = static_cast<std::uint16_t>(number(*header, 16, 2));
    elf_.machine = static_cast<std::uint16_t>(number(*header, 18, 2));
    segments_at_ = is_64() ? number(*header, 32, 8) : number(*header, 28, 4);
    segment_size_ = static_cast<std::size_t>(number(*header, is_64() ? 54 : 42, 2));
    segment_count_ = static_cast<std::size_t>(number(*header, is_64() ? 56 : 44, 2));
    return true;
  }

  bool read_segments() {
    const std::size_t least = is_64() ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    if (segment_count_ == 0) return true;  // an object file
    if (segment_size_ < least || segment_count_ > most_headers)
      return fail("its program headers make no sense");
    for (std::size_t index = 0; index < segment_count_; ++index) {
      const auto raw = blocks_.bytes(segments_at_ + index * segment_size_, least);
      if (!raw) return fail("cut off in its program headers");
      Segment segment;
      segment.type = static_cast<std::uint32_t>(number(*raw, 0, 4));
      segment.flags = static_cast<std::uint32_t>(number(*raw, is_64() ? 4 : 24, 4));
      segment.offset = is_64() ? number(*raw, 8, 8) : number(*raw, 4, 4);
      segment.address = is_64() ? number(*raw, 16, 8) : number(*raw, 8, 4);
      segment.size = is_64() ? number(*raw, 32, 8) : number(*raw, 16, 4);
      segments_.push_back(segment);
      if (segment.type == PT_INTERP && !read_interpreter(segment))
        return fail("cut off in its interpreter's name");
      if (segment.type == PT_GNU_STACK) elf_.executable_stack = (segment.flags & PF_X) != 0;
      // The kernel maps it all the same, and the program dies of SIGBUS where the file has ended.
      if (segment.type == PT_LOAD && segment.size > 0 && !blocks_.bytes(segment.offset + segment.size - 1, 1))
        return fail("cut off: its segments go beyond the end of the file");
    }
    return true;
  }

  bool read_interpreter(const Segment& segment) {
    const auto text =
        blocks_.bytes(segment.offset, static_cast<std::size_t>(std::min<std::uint64_t>(segment.size, 4096)));
    if (!text) return false;
    elf_.interpreter = text->substr(0, text->find('\0'));
    return true;
  }

  /// Where in the file an address of the program is; none if no segment has it.
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const Segment& segment : segments_)
      if (segment.type == PT_LOAD && address >= segment.address && address - segment.address < segment.size)
        return segment.offset + (address - segment.address);
    return std::nullopt;
  }

  std::optional<std::string> dynamic_string(std::uint64_t index) {
    if (!strings_ || index >= strings_size_) return std::nullopt;
    return blocks_.string(*strings_ + index);
  }

  bool read_dynamic() {
    const auto dynamic = std::find_if(segments_.begin(), segments_.end(),
                                      [](const Segment& segment) { return segment.type == PT_DYNAMIC; });
    if (dynamic == segments_.end()) return true;
    elf_.is_dynamic = true;
    const std::size_t word = is_64() ? 8 : 4;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> entries;
    for (std::uint64_t at = 0; at + 2 * word <= dynamic->size && entries.size() < most_entries;
         at += 2 * word) {
      const auto raw = blocks_.bytes(dynamic->offset + at, 2 * word);
      if (!raw) return fail("cut off in its dynamic section");
      entries.emplace_back(number(*raw, 0, word), number(*raw, word, word));
      if (entries.back().first == DT_NULL) break;
    }
    take_entries(entries);
    return true;
  }

  void take_entries(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& entries) {
    std::map<std::uint64_t, std::uint64_t> value;
    for (const auto& [tag, content] : entries) value.emplace(tag, content);
    if (value.count(DT_STRTAB) > 0) strings_ = offset_of(value[DT_STRTAB]);
    strings_size_ = value.count(DT_STRSZ) > 0 ? value[DT_STRSZ] : 0;
    for (const auto& [tag, content] : entries)
      if (tag == DT_NEEDED)
        if (auto name = dynamic_string(content)) elf_.needed.push_back(std::move(*name));
    if (value.count(DT_SONAME) > 0) elf_.soname = dynamic_string(value[DT_SONAME]).value_or("");
    if (value.count(DT_RPATH) > 0) elf_.rpath = dynamic_string(value[DT_RPATH]);
    if (value.count(DT_RUNPATH) > 0) elf_.runpath = dynamic_string(value[DT_RUNPATH]);
    if (value.count(DT_FLAGS) > 0) elf_.has_static_tls = (value[DT_FLAGS] & DF_STATIC_TLS) != 0;
    if (value.count(DT_FLAGS_1) > 0) elf_.no_default_folders = (value[DT_FLAGS_1] & DF_1_NODEFLIB) != 0;
    if (value.count(DT_VERNEED) > 0) read_version_needs(value[DT_VERNEED], value[DT_VERNEEDNUM]);
    if (value.count(DT_VERDEF) > 0) read_versions(value[DT_VERDEF], value[DT_VERDEFNUM]);
  }

  void read_version_needs(std::uint64_t address, std::uint64_t count) {
    std::optional<std::uint64_t> at = offset_of(address);
    for (std::uint64_t index = 0; at && index < std::min<std::uint64_t>(count, most_entries); ++index) {
      const auto raw = blocks_.bytes(*at, sizeof(Elf64_Verneed));  // the same in both classes
      if (!raw) return;
      VersionNeed need;
      need.library = dynamic_string(number(*raw, 4, 4)).value_or("");
      read_needed_versions(*at + number(*raw, 8, 4), number(*raw, 2, 2), need);
      if (!need.library.empty()) elf_.version_needs.push_back(std::move(need));
      const std::uint64_t next = number(*raw, 12, 4);
      if (next == 0) return;
      *at += next;
    }
  }

  void read_needed_versions(std::uint64_t at, std::uint64_t count, VersionNeed& need) {
    for (std::uint64_t index = 0; index < count; ++index) {
      const auto raw = blocks_.bytes(at, sizeof(Elf64_Vernaux));
      if (!raw) return;
      const bool weak = (number(*raw, 4, 2) & VER_FLG_WEAK) != 0;
      if (const auto version = dynamic_string(number(*raw, 8, 4)); version && !weak)
        need.versions.push_back(*version);
      const std::uint64_t next = number(*raw, 12, 4);
      if (next == 0) return;
      at += next;
    }
  }

  void read_versions(std::uint64_t address, std::uint64_t count) {
    std::optional<std::uint64_t> at = offset_of(address);
    for (std::uint64_t index = 0; at && index < std::min<std::uint64_t>(count, most_entries); ++index) {
      const auto raw = blocks_.bytes(*at, sizeof(Elf64_Verdef));
      if (!raw) return;
      // The first of its names is its own, the others are those of its parents.
      const auto name = blocks_.bytes(*at + number(*raw, 12, 4), sizeof(Elf64_Verdaux));
      if (!name) return;
      const bool is_base = (number(*raw, 2, 2) & VER_FLG_BASE) != 0;
      if (const auto version = dynamic_string(number(*name, 0, 4)); version && !is_base)
        elf_.versions.push_back(*version);
      const std::uint64_t next = number(*raw, 16, 4);
      if (next == 0) return;
      *at += next;
    }
  }

  const std::string& path_;
  Blocks blocks_;
  ElfFile elf_;
  std::string problem_ = "no ELF file";
  std::uint64_t segments_at_ = 0;
  std::size_t segment_size_ = 0, segment_count_ = 0;
  std::vector<Segment> segments_;
  std::optional<std::uint64_t> strings_;  // where in the file the names of the dynamic section are
  std::uint64_t strings_size_ = 0;
};

}  // namespace

Result<ElfFile> read_elf(const Host& host, const std::string& path) { return ElfReader(host, path).read(); }

std::string machine_name(const ElfFile& elf) {
  static constexpr std::array<std::pair<std::uint16_t, std::string_view>, 14> names{{
      {EM_386, "x86"},
      {EM_X86_64, "x86-64"},
      {EM_ARM, "ARM"},
      {EM_AARCH64, "aarch64"},
      {EM_RISCV, "RISC-V"},
      {EM_PPC, "PowerPC"},
      {EM_PPC64, "PowerPC 64"},
      {EM_S390, "s390"},
      {EM_MIPS, "MIPS"},
      {EM_SPARC, "SPARC"},
      {EM_SPARCV9, "SPARC v9"},
      {EM_IA_64, "Itanium"},
      {EM_68K, "m68k"},
      {258, "LoongArch"},
  }};
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == elf.machine; });
  std::string text =
      found == names.end() ? fmt::format("machine {}", elf.machine) : std::string(found->second);
  if (elf.machine == EM_X86_64 && elf.bits == 32) return "x32";
  if (elf.machine == EM_PPC64 && !elf.big_endian) text += " little endian";
  if (elf.machine == EM_ARM && elf.big_endian) text += " big endian";
  if (elf.bits == 32 && (elf.machine == EM_RISCV || elf.machine == EM_S390)) text = "32-bit " + text;
  return text;
}

bool same_machine(const ElfFile& one, const ElfFile& other) {
  return one.machine == other.machine && one.bits == other.bits && one.big_endian == other.big_endian;
}

}  // namespace whywontitstart
