#pragma once

#include <string>
#include <vector>

#include "rules/fields.h"
#include "rules/server.h"

namespace whywontitstart {

/// Reads one entry of 'servers'. What is wrong with it is noted in `fields`.
void load_server(Fields& fields, const YamlValue& entry, const std::string& file, std::vector<Server>& into);

}  // namespace whywontitstart
