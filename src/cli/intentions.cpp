#include "cli/intentions.h"

#include "rules/load.h"

namespace whywontitstart {

Result<std::vector<Server>> servers_of(const Options& options) {
  RuleSet given;
  for (const std::string& path : options.rules)
    if (Result<> added = add_rules(given, path); !added) return tl::unexpected(added.error());
  Result<std::vector<Server>> servers = built_in_servers();
  if (servers) servers->insert(servers->begin(), given.servers.begin(), given.servers.end());
  return servers;
}

Files files_of(const Host& host) {
  constexpr std::size_t largest_configuration = 4U << 20;
  return {[&host](const std::string& path) { return host.read(path, largest_configuration); },
          [&host](const std::string& folder) { return host.list(folder); }};
}

}  // namespace whywontitstart
