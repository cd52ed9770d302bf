#pragma once

#include "model/report.h"
#include "report/mask.h"

namespace whywontitstart {

/// The same report with a stand-in such as ‹secret-1› for each secret; the same secret always gets the same
/// one. Report::masked says how many places that were, Report::anonymised the same of names.
///
/// A secret is known by the name it goes by (PASSWORD=, --token, "api_key":), by where it stands
/// (scheme://user:HERE@) or by its shape (private keys, JWT, tokens of well-known services), and then masked
/// wherever else it turns up. Paths, user names and addresses stay: they are the diagnosis.
Report redacted(const Report& report);

// The same in steps, for whoever has more to mask beside the report.

/// Learns the secrets of the report, and the words that it shows anyway.
void learn_from_report(const Report& report, Mask& mask);
Report redacted(const Report& report, Mask& mask);
/// Of a command line, where also the place of a word tells that it is a secret.
void mask_argv(std::vector<std::string>& argv, Mask& mask);
/// Of "NAME=value", where also the name tells.
void mask_environment(std::vector<std::string>& environment, Mask& mask);
/// The secrets of such a list.
void learn_from_environment(const std::vector<std::string>& environment, Mask& mask);

}  // namespace whywontitstart
