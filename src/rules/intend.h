#pragma once

#include <string>
#include <vector>

#include "model/intent.h"
#include "model/target.h"
#include "rules/server.h"
#include "rules/server_config.h"

namespace whywontitstart {

/// What a program is going to want of the machine, as far as its call and its configuration tell, by the
/// rules of the first server that fits. Nothing is known of a program that none fits.
Intentions intentions_of(const std::vector<Server>& servers, const Target& target, const Files& files);

}  // namespace whywontitstart
