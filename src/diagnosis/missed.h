#pragma once

#include "diagnosis/weigh.h"
#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// What to say of the first of `Outcome::missed`: it listens elsewhere, went into the background or ended
/// before its time, or was not up in time. Nothing where the way it ended says it all: a failure, a signal.
std::optional<Candidate> about_missed(const Target& target, const Facts& facts, const Host& host);

}  // namespace whywontitstart
