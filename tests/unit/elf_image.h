#pragma once

#include <elf.h>

#include <cstring>
#include <string>
#include <vector>

namespace whywontitstart {

/// A small ELF file for tests: headers and a dynamic section that the loader would take, and no code.
struct ElfImage {
  std::uint16_t machine = EM_X86_64;
  std::uint16_t type = ET_DYN;
  std::string interpreter = {};
  std::string soname = {};
  std::vector<std::string> needed = {};
  std::string rpath = {};
  std::string runpath = {};
  std::vector<std::pair<std::string, std::vector<std::string>>> version_needs = {};
  std::vector<std::string> versions = {};

  std::string bytes() const {
    std::string strings(1, '\0');
    const auto add = [&](const std::string& text) {
      const std::size_t at = strings.size();
      strings += text + '\0';
      return at;
    };
    std::vector<Elf64_Dyn> dynamic;
    const auto entry = [&](std::int64_t tag, std::uint64_t value) {
      Elf64_Dyn dyn{};
      dyn.d_tag = tag;
      dyn.d_un.d_val = value;
      dynamic.push_back(dyn);
    };
    for (const std::string& name : needed) entry(DT_NEEDED, add(name));
    if (!soname.empty()) entry(DT_SONAME, add(soname));
    if (!rpath.empty()) entry(DT_RPATH, add(rpath));
    if (!runpath.empty()) entry(DT_RUNPATH, add(runpath));
    const std::string needs = version_need_bytes(add), definitions = version_bytes(add);

    const std::size_t fixed = sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr);
    const std::size_t strings_at = fixed + interpreter.size() + 1;
    const std::size_t needs_at = strings_at + strings.size();
    const std::size_t definitions_at = needs_at + needs.size();
    const std::size_t dynamic_at = definitions_at + definitions.size();
    entry(DT_STRTAB, strings_at);
    entry(DT_STRSZ, strings.size());
    if (!version_needs.empty()) entry(DT_VERNEED, needs_at), entry(DT_VERNEEDNUM, version_needs.size());
    if (!versions.empty()) entry(DT_VERDEF, definitions_at), entry(DT_VERDEFNUM, versions.size());
    entry(DT_NULL, 0);
    const std::size_t size = dynamic_at + dynamic.size() * sizeof(Elf64_Dyn);

    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = type;
    header.e_machine = machine;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 3;
    std::string image = raw(header);
    image += raw(segment(PT_LOAD, 0, size));
    image += interpreter.empty() ? raw(segment(PT_NULL, 0, 0))
                                 : raw(segment(PT_INTERP, fixed, interpreter.size() + 1));
    image += raw(segment(PT_DYNAMIC, dynamic_at, dynamic.size() * sizeof(Elf64_Dyn)));
    image += interpreter + '\0' + strings + needs + definitions;
    for (const Elf64_Dyn& dyn : dynamic) image += raw(dyn);
    return image;
  }

 private:
  template <typename Value>
  static std::string raw(const Value& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }

  static Elf64_Phdr segment(std::uint32_t kind, std::size_t at, std::size_t size) {
    Elf64_Phdr header{};
    header.p_type = kind;
    header.p_offset = header.p_vaddr = at;
    header.p_filesz = header.p_memsz = size;
    return header;
  }

  template <typename Add>
  std::string version_need_bytes(Add add) const {
    std::string result;
    for (std::size_t index = 0; index < version_needs.size(); ++index) {
      const auto& [library, wanted] = version_needs[index];
      Elf64_Verneed need{};
      need.vn_version = 1;
      need.vn_cnt = static_cast<std::uint16_t>(wanted.size());
      need.vn_file = static_cast<std::uint32_t>(add(library));
      need.vn_aux = sizeof need;
      const bool last = index + 1 == version_needs.size();
      need.vn_next =
          last ? 0 : static_cast<std::uint32_t>(sizeof need + wanted.size() * sizeof(Elf64_Vernaux));
      result += raw(need);
      for (std::size_t at = 0; at < wanted.size(); ++at) {
        Elf64_Vernaux aux{};
        aux.vna_name = static_cast<std::uint32_t>(add(wanted[at]));
        aux.vna_next = at + 1 == wanted.size() ? 0 : sizeof aux;
        result += raw(aux);
      }
    }
    return result;
  }

  template <typename Add>
  std::string version_bytes(Add add) const {
    std::string result;
    for (std::size_t index = 0; index < versions.size(); ++index) {
      Elf64_Verdef definition{};
      definition.vd_version = 1;
      definition.vd_cnt = 1;
      definition.vd_aux = sizeof definition;
      const bool last = index + 1 == versions.size();
      definition.vd_next = last ? 0 : static_cast<std::uint32_t>(sizeof definition + sizeof(Elf64_Verdaux));
      Elf64_Verdaux aux{};
      aux.vda_name = static_cast<std::uint32_t>(add(versions[index]));
      result += raw(definition) + raw(aux);
    }
    return result;
  }
};

}  // namespace whywontitstart
