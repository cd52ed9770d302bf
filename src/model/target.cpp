#include "model/target.h"

namespace whywontitstart {

std::optional<std::string> variable(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& entry : environment)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  return std::nullopt;
}

std::string to_text(const Expectation& expectation) {
  switch (expectation.kind) {
    case Expectation::Kind::listen:
      return "listen:" + expectation.value;
    case Expectation::Kind::file:
      return "file:" + expectation.value;
    case Expectation::Kind::exit:
      return "exit:" + expectation.value;
    case Expectation::Kind::notify:
      break;
  }
  return "notify";
}

}  // namespace whywontitstart
