#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whywontitstart {

/// Does a variable, option or key of this name hold a secret? By whole words, in any of the usual spellings:
/// DB_PASSWORD,
/// --api-key, clientSecret, but not KEYBOARD, SSH_ASKPASS or TOKEN_TTL.
bool names_a_secret(std::string_view name);

/// Could `value` be a secret at all? A switch (true, 0), a path, or a reference such as ${DB_PASSWORD} is
/// none.
bool may_be_secret(std::string_view value);

/// The secrets that a text shows by what stands around them or by their shape, in the order of the text. Each
/// is a part of `text`. Linear in its length, whatever it holds.
std::vector<std::string_view> secrets_in(std::string_view text);

/// The secrets among the words of a command line: each a part of one of them.
std::vector<std::string_view> secrets_in(const std::vector<std::string>& argv);

}  // namespace whywontitstart
