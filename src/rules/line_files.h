#pragma once

#include "base/fill.h"
#include "model/facts.h"

namespace whywontitstart {

/// Which files a line may be about, as placeholders of rules: `said_path`, which it names; `config_file`, the
/// configuration that its process most likely speaks of; `last_read` and `last_data`, which the process had
/// opened last by then, for reading or at all, logs and the configuration apart.
void add_line_files(const Facts& facts, const Line& line, Values& values);

}  // namespace whywontitstart
