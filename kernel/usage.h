// Accounts of CPU time in the forms that the ABI knows.
#pragma once

#include <array>
#include <cstdint>

#include "kernel/types.h"

namespace ipclab::kernel {

/// struct timeval, struct timespec: the second member is microseconds or nanoseconds.
struct TimePair {
    std::int64_t seconds = 0, fraction = 0;
};
constexpr TimePair to_timespec(Time ns) {
    return {ns / kSecond, ns % kSecond};
}
constexpr TimePair to_timeval(Time ns) {
    return {ns / kSecond, ns % kSecond / kMicrosecond};
}

/// struct rusage: simulated time is not divided into user and system time; all of it counts as user time.
struct Rusage {
    TimePair user{}, system{};
    std::array<std::int64_t, 14> counts{};
};
static_assert(sizeof(Rusage) == 144);

}  // namespace ipclab::kernel
