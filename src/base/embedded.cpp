#include "base/embedded.h"

#include <cstddef>

namespace whywontitstart {
namespace {

struct Entry {
  const char* name;
  const char* data;
  std::size_t size;
};

}  // namespace

// Made by cmake/Embed.cmake; the last entry is all zero.
extern "C" const Entry embedded_rules_table[];
extern "C" const Entry embedded_templates_table[];

namespace {

std::vector<EmbeddedFile> files_of(const Entry* table) {
  std::vector<EmbeddedFile> files;
  for (const Entry* entry = table; entry->name != nullptr; ++entry)
    files.push_back({entry->name, {entry->data, entry->size}});
  return files;
}

}  // namespace

std::vector<EmbeddedFile> embedded_rules() { return files_of(embedded_rules_table); }

std::vector<EmbeddedFile> embedded_templates() { return files_of(embedded_templates_table); }

}  // namespace whywontitstart
