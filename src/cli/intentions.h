#pragma once

#include <vector>

#include "cli/options.h"
#include "host/host.h"
#include "rules/intend.h"
#include "rules/server.h"

namespace whywontitstart {

/// The rules of servers: those that the options name go before the built-in ones.
Result<std::vector<Server>> servers_of(const Options& options);

/// The machine's files, for reading configurations.
Files files_of(const Host& host);

}  // namespace whywontitstart
