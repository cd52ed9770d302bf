#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/target.h"

#include "host/elf.h"
#include "host/host.h"

namespace whywontitstart {

/// One place where the loader looks for a library.
struct SearchPlace {
  std::string path;      ///< the whole path that it tries
  std::string source;    ///< "RPATH of /opt/app/bin/app", "LD_LIBRARY_PATH", "ld.so.cache", "default folder"
  std::string rejected;  ///< why a file that is there is not taken: "it is for x86"; empty if there is none
};

/// What became of one library that somebody needs.
struct LibraryResult {
  std::string soname;
  std::string path;                 ///< where it was found; empty if it was not
  std::string needed_by;            ///< the file that needs it (the first one that does)
  std::vector<SearchPlace> places;  ///< those looked at before it was found, in order
  std::string problem;  ///< why the file that was found is of no use: not readable, not an ELF file
};

/// A version that a library is asked for and does not have.
struct MissingVersion {
  std::string library;  ///< the soname
  std::string path;     ///< the file that was found for it
  std::string version;  ///< "GLIBC_2.38"
  std::string needed_by;
  std::string newest;  ///< the newest version with the same prefix that it has: "GLIBC_2.36"
};

/// All that an executable loads, as ld.so(8) would find it.
struct LibraryReport {
  bool applies = false;                  ///< false: it is a static program, or no ELF file
  std::string loader;                    ///< the interpreter
  std::vector<LibraryResult> libraries;  ///< in the order in which the loader takes them
  std::vector<MissingVersion> missing_versions;
  std::vector<LibraryResult> missing_preloads;  ///< of LD_PRELOAD and /etc/ld.so.preload: the loader goes on
  std::vector<std::string>
      ignored;  ///< variables that the loader does not heed, since the program gains rights
  std::vector<std::string> not_looked_at;

  std::vector<LibraryResult> missing() const;
};

/// Follows the needed libraries of `executable` through all of them, breadth first, as its loader (glibc's or
/// musl's) does with this environment ("NAME=value"). Nothing is executed: ldd(1) would run the program's own
/// loader. Libraries that a program opens by itself (dlopen(3)) are not seen. `secure`: the program gains
/// rights when started (AT_SECURE of getauxval(3)), so that variables count for nothing. `cwd`: its working
/// directory, which an empty entry of LD_LIBRARY_PATH stands for and others may be seen from; empty: not
/// known, and those are passed over. Errors: those of reading the executable.
Result<LibraryReport> resolve_libraries(const Host& host, const std::string& executable,
                                        const std::vector<std::string>& environment, bool secure = false,
                                        const std::string& cwd = {});

/// Does the program gain rights when `identity` starts it: set-user-ID, set-group-ID, file capabilities?
bool gains_rights(const Host& host, const std::string& executable, const Identity& identity);

/// The paths that the binary /etc/ld.so.cache (of any format) has for each soname, in its order. Empty if it
/// is not one.
std::map<std::string, std::vector<std::string>, std::less<>> parse_loader_cache(std::string_view cache);

}  // namespace whywontitstart
