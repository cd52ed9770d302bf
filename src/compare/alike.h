#pragma once

#include <string>
#include <string_view>

#include "model/facts.h"
#include "model/target.h"

namespace whywontitstart {

/// Gives things of two runs the same name where they are the same thing: process numbers, names of temporary
/// files, addresses in memory and counters differ from run to run.
class Alike {
 public:
  Alike(const Target& target, const Facts& facts);

  /// Of a path or an address.
  std::string object(std::string_view text) const;
  /// The same seen from the working folder and the home folder of the run: "./conf", "~/.config"; empty where
  /// it lies in neither.
  std::string from_own_folders(std::string_view text) const;
  /// Of a line that a program wrote: without its numbers.
  static std::string line(std::string_view text);

 private:
  std::set<std::string, std::less<>> pids_;
  std::string cwd_;
  std::string home_;
};

}  // namespace whywontitstart
