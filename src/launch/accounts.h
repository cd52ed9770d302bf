#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "host/host.h"
#include "model/target.h"

namespace whywontitstart {

/// The account of a user, by name or number, with its groups: from /etc/passwd and /etc/group, else by asking
/// getent(1), which knows the machine's other sources (LDAP, systemd). Errors: nobody of that name, in words.
Result<Identity> find_user(std::string_view name_or_number, const Host& host);

}  // namespace whywontitstart
