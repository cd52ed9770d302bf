#include "model/intent.h"

namespace whywontitstart {
namespace {

std::string_view name(Intent::Kind kind) {
  switch (kind) {
    case Intent::Kind::listen:
      return "listen";
    case Intent::Kind::read:
      return "read";
    case Intent::Kind::write:
      return "write";
    case Intent::Kind::folder:
      return "folder";
    case Intent::Kind::enter:
      return "enter";
    case Intent::Kind::pid_file:
      return "pid-file";
    case Intent::Kind::user:
      return "user";
    case Intent::Kind::group:
      return "group";
    case Intent::Kind::variable:
      return "variable";
  }
  return "read";
}

}  // namespace

std::string to_text(const Intent& intent) {
  std::string text(name(intent.kind));
  if (!intent.protocol.empty()) text += " " + intent.protocol;
  text += " " + intent.value;
  if (!intent.by.empty()) text += " by " + intent.by;
  return text;
}

}  // namespace whywontitstart
