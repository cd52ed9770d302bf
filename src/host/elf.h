#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/host.h"

namespace whywontitstart {

/// The symbol versions that a file needs of one library, see elf(5), Elf64_Verneed.
struct VersionNeed {
  std::string library;                ///< "libc.so.6"
  std::vector<std::string> versions;  ///< {"GLIBC_2.34"}; those that may be missing (weak) are left out
};

/// What the dynamic loader reads of an ELF file, see elf(5) and ld.so(8).
struct ElfFile {
  int bits = 64;
  bool big_endian = false;
  std::uint16_t machine = 0;  ///< EM_X86_64 …
  std::uint16_t type = 0;     ///< ET_EXEC, ET_DYN …
  std::string interpreter;    ///< PT_INTERP; empty in a static program and in most libraries
  bool is_dynamic = false;
  std::string soname;
  std::vector<std::string> needed;
  std::optional<std::string> rpath;  ///< as written, with colons
  std::optional<std::string> runpath;
  bool no_default_folders = false;  ///< DF_1_NODEFLIB
  std::vector<VersionNeed> version_needs;
  std::vector<std::string> versions;     ///< those that it defines
  std::optional<bool> executable_stack;  ///< of PT_GNU_STACK; none: there is no such header
  bool has_static_tls = false;           ///< DF_STATIC_TLS
};

/// Reads an ELF file of any class and byte order. The file may be anything: whatever it says is checked
/// against its size, and little of it is read. Errors: ENOEXEC (it is no ELF file, or cut off), and those of
/// reading.
Result<ElfFile> read_elf(const Host& host, const std::string& path);

/// "x86-64", "aarch64": what a person would call it, with "32-bit" in front where that tells something.
std::string machine_name(const ElfFile& elf);

/// Can programs for this machine run beside each other, and share libraries: same machine, class and byte
/// order?
bool same_machine(const ElfFile& one, const ElfFile& other);

}  // namespace whywontitstart
