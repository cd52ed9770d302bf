// A rule file, from its bytes to rules, or to diagnostics with their place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rules/load.h"
#include "rules/rule.h"

using namespace whywontitstart;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RuleSet rules;
  const Result<> added = add_rules_of_text(rules, "fuzzed.yaml", {reinterpret_cast<const char*>(data), size});
  // Errors name the file; and then nothing is added.
  if (!added && (!rules.rules.empty() || added.error().what.find("fuzzed.yaml") == std::string::npos))
    std::abort();
  return 0;
}
