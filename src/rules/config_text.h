#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/server.h"

namespace whywontitstart {

/// One setting as it stands in a file of configuration.
struct Statement {
  std::string key;                      ///< see config_key()
  std::string name;                     ///< the key as it is written; of the call, the option
  std::string value;                    ///< all that follows it, without its comment
  std::string section;                  ///< the innermost block or section, as config_key()
  std::vector<std::string> conditions;  ///< what the blocks around it ask for: "!ssl_module"
  int line = 0;                         ///< from 1; 0: it does not stand in a file
  std::string source;                   ///< "/etc/x.conf:12"; empty: the call
};

/// A key as it is compared: servers take small and capital letters, and often - and _, for the same.
std::string config_key(std::string_view key);

/// The statements of a text, in its order. What is not understood is passed over.
std::vector<Statement> parse_config(const ConfigSyntax& syntax, std::string_view text);

/// The words of a value, at blanks (and these letters); quotes hold words together and are taken off.
std::vector<std::string> config_words(std::string_view value, std::string_view separators = {});

}  // namespace whywontitstart
