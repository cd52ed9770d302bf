#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"
#include "model/finding.h"
#include "model/target.h"

namespace whywontitstart {

/// Why an execve(2) would fail.
struct ExecProblem {
  std::string cause;  ///< a cause code; empty: nothing that can be looked at stands in its way
  Subject subject;
  std::string summary;  ///< one sentence
  std::vector<Evidence> evidence;
  std::vector<Fix> fixes;
  std::string interpreter;            ///< of the script or ELF file, the innermost one; empty if it has none
  std::string kind;                   ///< "ELF program", "script", "static ELF program"; empty if it is none
  std::vector<std::string> warnings;  ///< what will not be as it was meant, one sentence each
  std::vector<std::string> not_looked_at;
};

/// Looks at `path` (absolute) as execve(2) would for `identity`: the way to it, its mode and mount, then what
/// it is: a script with its interpreter, and that one's; an ELF file with its loader, for which machine.
/// `environment` (its PATH) tells where else an interpreter may be.
ExecProblem explain_exec(const Host& host, const std::string& path, const Identity& identity,
                         const std::vector<std::string>& environment);

/// What the kernel reads of a file to see what it is: its BINPRM_BUF_SIZE.
constexpr std::size_t shebang_size = 256;
constexpr std::size_t old_shebang_size = 128;  ///< the same before Linux 5.1

/// The first line of a script, as the kernel reads it.
struct Shebang {
  std::string interpreter;
  std::string argument;  ///< all of the rest is one; empty if there is none
  bool has_carriage_return =
      false;                ///< the line ends as on Windows, so the name of what is wanted ends in it
  bool is_cut_off = false;  ///< longer than the kernel reads
};

/// None if the text does not begin with "#!". `limit`: how much of it the kernel reads.
std::optional<Shebang> parse_shebang(std::string_view text, std::size_t limit = shebang_size);

/// The files of that name in the folders of a PATH that may be executed by somebody, in order.
std::vector<std::string> find_in_path(const Host& host, std::string_view name,
                                      std::string_view path_variable);

}  // namespace whywontitstart
