#pragma once

#include <string_view>
#include <vector>

namespace whywontitstart {

/// Words that look drawn by lot, as keys and tokens are: long, of small and capital letters and digits in no
/// order. Not what has that look for another reason: hashes and UUIDs (hexadecimal), mangled names, words in
/// camel case, base64 of a text that can be read. Parts of `text`, in its order.
std::vector<std::string_view> random_words_in(std::string_view text);

}  // namespace whywontitstart
