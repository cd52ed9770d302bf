#pragma once

#include <string_view>

#include "base/result.h"
#include "model/target.h"

namespace whywontitstart {

/// Reads "listen:8080", "listen:127.0.0.1:8080", "listen:/run/x.sock", "listen:@name", "file:/run/x.pid",
/// "exit:3" and "notify". Paths may be relative to `folder`, where the program starts. Errors are sentences
/// for the person at the terminal.
Result<Expectation> parse_expectation(std::string_view text, std::string_view folder);

/// Do they go together? A program that is to end cannot be expected to listen.
Result<> check_expectations(const std::vector<Expectation>& expected);

/// Is this expectation to listen fulfilled by a socket that is bound to `bound` ("0.0.0.0:80",
/// "unix:/run/x")? A wildcard has every address of its family, and [::] those of IPv4, too; "localhost" is
/// either loopback address.
bool is_reached_at(const Expectation& expectation, std::string_view bound);

}  // namespace whywontitstart
