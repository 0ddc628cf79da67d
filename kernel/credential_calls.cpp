// Users and groups of a process: credentials(7). Every toy process is the same ordinary user in one group, without
// privileges: it can become nobody else.
#include <algorithm>
#include <array>

#include "kernel/filesystem.h"
#include "kernel/handlers.h"

namespace ipclab::kernel {

namespace {

/// setresuid(2): -1 leaves an identity as it is; an unprivileged process may take one that it has already.
Outcome become(Call& call, int identities, bool can_keep) {
    for (int i = 0; i < identities; ++i) {
        const auto id = static_cast<std::uint32_t>(call.arg(i));
        if (id == kUser || (can_keep && id == UINT32_MAX)) continue;
        return Outcome::fail(id == UINT32_MAX ? Errno::einval : Errno::eperm);
    }
    return Outcome::done(0);
}

Outcome tell_three(Call& call) {
    for (int i = 0; i < 3; ++i)
        if (!call.memory().write_object(call.arg(i), kUser)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

}  // namespace

Outcome sys_setuid(Call& call) {
    return become(call, 1, false);
}
Outcome sys_setgid(Call& call) {
    return become(call, 1, false);
}
Outcome sys_setreuid(Call& call) {
    return become(call, 2, true);
}
Outcome sys_setregid(Call& call) {
    return become(call, 2, true);
}
Outcome sys_setresuid(Call& call) {
    return become(call, 3, true);
}
Outcome sys_setresgid(Call& call) {
    return become(call, 3, true);
}
Outcome sys_getresuid(Call& call) {
    return tell_three(call);
}
Outcome sys_getresgid(Call& call) {
    return tell_three(call);
}

Outcome sys_getgroups(Call& call) {
    const auto room = static_cast<std::int32_t>(call.arg(0));
    if (room < 0) return Outcome::fail(Errno::einval);
    // getgroups(2): a size of 0 asks only for the number.
    if (room > 0 && !call.memory().write_object(call.arg(1), kUser)) return Outcome::fail(Errno::efault);
    return Outcome::done(1);
}

}  // namespace ipclab::kernel
