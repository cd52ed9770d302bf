#include "cli/version.h"

#include <gnu/libc-version.h>

#include "base/embedded.h"
#include "rules/load.h"

#ifdef WHYWONTITSTART_STATIC
#include "build_commit.h"
#else
#define WHYWONTITSTART_COMMIT ""  // of a build that changes from minute to minute
#endif

namespace whywontitstart {
namespace {

/// Tells two sets of rules apart: FNV-1a of names and texts, of which 32 bits are enough to read out loud.
std::uint32_t fingerprint(const std::vector<EmbeddedFile>& files) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](std::string_view text) {
    for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    hash *= 0x100000001b3;  // a byte 0 in between
  };
  for (const EmbeddedFile& file : files) {
    add(file.name);
    add(file.text);
  }
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

std::string rules_line() {
  const std::vector<EmbeddedFile> files = embedded_rules();
  const Result<RuleSet> rules = built_in_rules();
  return fmt::format("rules: {} of failures, in {} files, fingerprint {:08x}\n",
                     rules ? rules->rules.size() : 0, files.size(), fingerprint(files));
}

constexpr std::string_view machine() {
#if defined(__x86_64__)
  return "x86-64";
#elif defined(__aarch64__)
  return "arm64";
#else
  return "an untested processor";
#endif
}

std::string build_line() {
  std::string line = "build: ";
  if (*WHYWONTITSTART_COMMIT != 0) line += "commit " WHYWONTITSTART_COMMIT ", ";
#ifdef __clang__
  line += "clang " __clang_version__;
#else
  line += "g++ " __VERSION__;
#endif
  line += fmt::format(", {}", machine());
#ifdef WHYWONTITSTART_STATIC
  line += fmt::format(", static with glibc {}", gnu_get_libc_version());
#else
  line += fmt::format(", dynamic with glibc {}", gnu_get_libc_version());
#endif
#ifdef __SANITIZE_ADDRESS__
  line += ", sanitizers";
#endif
  return line + "\n";
}

}  // namespace

std::string version_text() {
  return "whywontitstart " WHYWONTITSTART_VERSION "\n" + rules_line() + build_line();
}

}  // namespace whywontitstart
