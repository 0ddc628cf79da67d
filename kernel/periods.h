// Periodic timers that are looked at now and then: what has become of their periods meanwhile.
#pragma once

#include <cstdint>

#include "kernel/types.h"

namespace ipclab::kernel {

/// How many whole periods have passed since a timer was due, the one that was due then not counted; 0 for a one-shot.
constexpr std::uint64_t periods_since(Time due, Time interval, Time now) {
    if (now < due || interval == 0) return 0;
    return (static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(due)) /
           static_cast<std::uint64_t>(interval);
}

/// The first expiration of a periodic timer after now.
constexpr Time next_period(Time due, Time interval, Time now) {
    Time ahead = 0, next = 0;
    if (now < due) return due;
    const auto periods = static_cast<Time>(periods_since(due, interval, now));
    if (__builtin_mul_overflow(periods + 1, interval, &ahead) || __builtin_add_overflow(due, ahead, &next))
        return kNever;
    return next;
}

}  // namespace ipclab::kernel
