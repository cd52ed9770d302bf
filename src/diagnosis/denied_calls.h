#pragma once

#include <optional>
#include <string>

#include "base/names.h"
#include "host/denials.h"
#include "host/host.h"
#include "model/facts.h"

namespace whywontitstart {

/// Was it refused with EACCES or EPERM, as the security modules do?
bool is_refusal(const Failure& failure);

/// Is the denial about running a program?
bool is_of_execution(const Denial& denial);

/// "CAP_CHOWN": AppArmor writes it small and without the "CAP_".
std::string policy_capability(const Denial& denial);

/// The path up to the part that was denied, of which SELinux may say the name alone.
std::string denied_path(const Denial& denial, const std::string& path);

/// The call that got what a security module logged: of the same process, about the same thing. The index of
/// the failure that is most like it; none if none is. Links are followed, as the modules do.
/// `same_pids` as in DenialLog.
std::optional<std::size_t> refused_call(const Denial& denial, bool same_pids, const Facts& facts,
                                        const Host& host);

}  // namespace whywontitstart
