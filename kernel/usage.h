// Time in the forms that the ABI knows.
#pragma once

#include <array>
#include <cstdint>

#include "kernel/result.h"
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

constexpr Time saturating_add(Time a, Time b) {
    Time sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? kNever : sum;
}
/// A struct timespec or timeval as time; EINVAL where it is not one (nanosleep(2)). Times that do not fit never come.
inline Result<Time> to_ns(const TimePair& time, Time units_per_second) {
    if (time.seconds < 0 || time.fraction < 0 || time.fraction >= units_per_second) return Errno::einval;
    if (time.seconds >= kNever / kSecond) return kNever;
    return time.seconds * kSecond + time.fraction * (kSecond / units_per_second);
}

/// clock_gettime(2), timer_create(2): Linux's numbers of the clocks.
inline constexpr std::int32_t kClockRealtime = 0, kClockMonotonic = 1, kClockProcessCpu = 2,
                              kClockThreadCpu = 3, kClockMonotonicRaw = 4, kClockRealtimeCoarse = 5,
                              kClockMonotonicCoarse = 6, kClockBootTime = 7, kClockRealtimeAlarm = 8,
                              kClockBootTimeAlarm = 9, kClockTai = 11;

/// struct rusage: simulated time is not divided into user and system time; all of it counts as user time.
struct Rusage {
    TimePair user{}, system{};
    std::array<std::int64_t, 14> counts{};
};
static_assert(sizeof(Rusage) == 144);

}  // namespace ipclab::kernel
