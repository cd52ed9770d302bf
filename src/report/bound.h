#pragma once

#include "model/report.h"

namespace whywontitstart {

/// The same report, small enough for a ticket whatever the program did: long texts lose their middle, long
/// lists their end. Report::cut says in words what went.
Report bounded(Report report);

}  // namespace whywontitstart
