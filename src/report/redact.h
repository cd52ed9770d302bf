#pragma once

#include "model/report.h"

namespace whywontitstart {

/// The same report with a stand-in such as ‹secret-1› for each secret; the same secret always gets the same
/// one. Report::masked says how many places that were.
///
/// A secret is known by the name it goes by (PASSWORD=, --token, "api_key":), by where it stands
/// (scheme://user:HERE@) or by its shape (private keys, JWT, tokens of well-known services), and then masked
/// wherever else it turns up. Paths, user names and addresses stay: they are the diagnosis.
Report redacted(const Report& report);

}  // namespace whywontitstart
