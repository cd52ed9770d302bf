#pragma once
// What nearly every file uses; heavier headers (nlohmann_json, yaml-cpp, Boost, mustache) stay in the files
// that need them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
