// Advice and promises about memory and files that change nothing that a program can see here: all memory is resident,
// nothing is ever read ahead. Their arguments are checked as Linux does.
#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"

namespace ipclab::kernel {

namespace {

/// mm/mlock.c, mm/madvise.c: whole pages; EINVAL where the end is before the beginning, ENOMEM where there is a hole.
Result<void> check_range(const Call& call, std::uint64_t begin, std::uint64_t bytes) {
    const std::uint64_t end = (begin + bytes + kPageSize - 1) / kPageSize * kPageSize;
    if (end < begin) return Errno::einval;
    const AddressSpace& space = call.kernel.spaces[call.process_read().space];
    for (std::uint64_t at = begin / kPageSize * kPageSize; at < end && bytes > 0;) {
        const Mapping* mapping = space.mapping_at(at);
        if (!mapping) return Errno::enomem;
        at = mapping->end;
    }
    return {};
}

}  // namespace

Outcome sys_madvise(Call& call) {
    constexpr std::uint32_t kWillNeed = 3, kMergeable = 12, kDoDump = 17;
    const auto advice = static_cast<std::uint32_t>(call.arg(2));
    const bool changes_nothing = advice <= kWillNeed || (advice >= kMergeable && advice <= kDoDump);
    if (!changes_nothing) {
        const bool exists = advice == 4 || (advice >= 8 && advice <= 25) || advice == 100 || advice == 101;
        if (exists)
            explain(call.kernel, call.task,
                    "madvise: advice " + std::to_string(advice) +
                        " would change memory and is not simulated: EINVAL",
                    call.trace);
        return Outcome::fail(Errno::einval);
    }
    if (call.arg(0) % kPageSize != 0) return Outcome::fail(Errno::einval);
    return Outcome::from(check_range(call, call.arg(0), call.arg(1)));
}

Outcome sys_mlock(Call& call) {
    return Outcome::from(check_range(call, call.arg(0), call.arg(1)));
}

Outcome sys_munlock(Call& call) {
    return Outcome::from(check_range(call, call.arg(0), call.arg(1)));
}

Outcome sys_mlockall(Call& call) {
    constexpr std::uint32_t kCurrent = 1, kFuture = 2, kOnFault = 4;
    const auto flags = static_cast<std::uint32_t>(call.arg(0));
    // mm/mlock.c: MCL_ONFAULT alone says nothing.
    const bool is_valid = flags != 0 && flags != kOnFault && (flags & ~(kCurrent | kFuture | kOnFault)) == 0;
    return is_valid ? Outcome::done(0) : Outcome::fail(Errno::einval);
}

Outcome sys_munlockall(Call&) {
    return Outcome::done(0);
}

Outcome sys_fadvise64(Call& call) {
    constexpr std::uint32_t kMostAdvice = 5;  // POSIX_FADV_NOREUSE
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    // mm/fadvise.c: pipes first, then the length, then the advice.
    if (call.kernel.files[*id].is_pipe()) return Outcome::fail(Errno::espipe);
    if (static_cast<std::int64_t>(call.arg(2)) < 0 || static_cast<std::uint32_t>(call.arg(3)) > kMostAdvice)
        return Outcome::fail(Errno::einval);
    return Outcome::done(0);
}

Outcome sys_getcpu(Call& call) {
    const auto cpu = static_cast<std::uint32_t>(call.self().last_cpu.value);
    constexpr std::uint32_t kNode = 0;
    if (call.arg(0) && !call.memory().write_object(call.arg(0), cpu)) return Outcome::fail(Errno::efault);
    if (call.arg(1) && !call.memory().write_object(call.arg(1), kNode)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
