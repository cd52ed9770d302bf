#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/byte_source.h"
#include "model/course.h"
#include "model/facts.h"
#include "model/finding.h"
#include "saved/answers.h"
#include "unit/unit.h"

namespace whywontitstart {

/// A run as it is kept in a file, to be diagnosed again: what the trace told, and what the machine answered.
/// The format is described in docs/saved-trace.md.
struct SavedTrace {
  std::string tool;  ///< version of the program that wrote it
  std::string made;  ///< when: "2024-02-29T12:00:00Z"
  std::string mode;  ///< "run", "attach", "check", "unit" or "log"
  Target target;
  Facts facts;
  std::string backend;
  std::size_t lost = 0;
  std::vector<std::string> remarks;
  std::vector<Finding> of_tracing;
  std::optional<Unit> unit;      ///< of --unit: as systemd told it
  std::vector<Finding> of_unit;  ///< what systemd said of it
  Course course;
  Answers answers;
  Answers outside;  ///< of a unit that was started: `answers` are what the machine is for the unit, with its
                    ///< mounts and its network; these are what it is for all others
  std::size_t masked = 0;  ///< the greatest number of a stand-in in it, see redact.h
};

/// The version of the format that is written, and the only one that is read.
constexpr int saved_format = 1;

/// Is this how a saved trace begins, once it is unpacked?
bool is_saved_trace(std::string_view start);

/// The text of the file, not packed yet.
std::string text_of(SavedTrace& trace);

/// Errors name `name` and the line: another version, a text that is cut off or damaged.
Result<SavedTrace> read_saved_trace(std::string_view text, const std::string& name);

/// Writes the file packed with zstd(1), mode 0600, whole or not at all. Errors: it is no regular file, or
/// cannot be written.
Result<> write_saved_trace(SavedTrace& trace, const std::string& path);

/// Could a trace be saved there? Asked before the program runs.
Result<> can_save_at(const std::string& path);

}  // namespace whywontitstart
