#pragma once

#include "diagnosis/weigh.h"
#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// Asks the machine what a candidate's rule wants to know (`Match::probe`): sharpens cause and subject, fills
/// placeholders such as {holder}, adds evidence, or doubts. What cannot be looked at changes nothing.
void probe(Candidate& candidate, const Target& target, const Facts& facts, const Host& host);

}  // namespace whywontitstart
