// POSIX timers (timer_create(2)): what a process keeps of each. The rules are in kernel/posix_timer.cpp.
//
//              timer_settime                due                        its signal is taken
//   disarmed ----------------> armed ----------------> signalled -----------------------------+
//      ^                        ^ |                                                           |
//      |                        | | due, signal ignored                                       |
//      |                        | +--------------------> ignored --- no longer ignored: sent  |
//      |                        +------------------- periodic --------------------------------+
//      +-------------------------------------------- one-shot --------------------------------+
//
// As in Linux, a periodic timer is armed again only when its signal is taken; the periods that passed since then are
// its overrun. So a timer costs nothing while its signal waits or is ignored, however short its period.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/cow.h"
#include "kernel/types.h"

namespace ipclab::kernel {

enum class TimerState : std::uint8_t { disarmed, armed, signalled, ignored };

/// sigevent(7): SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD_ID.
enum class TimerNotice : std::uint8_t { signal, none, signal_to_task };

struct PosixTimer {
    std::int32_t id = 0;
    bool is_real_time = false;  ///< CLOCK_REALTIME, CLOCK_TAI: absolute times count from the epoch
    TimerNotice notice = TimerNotice::signal;
    Tid target{};  ///< signal_to_task
    std::int32_t signal = 0;
    std::uint64_t value = 0;  ///< union sigval
    TimerState state = TimerState::disarmed;
    Time due_ns = kNever;      ///< of the next expiration, or of the last one that was told of
    Time interval_ns = 0;      ///< 0: one-shot
    std::int32_t overrun = 0;  ///< of the last signal that was taken: timer_getoverrun(2)
    bool operator==(const PosixTimer&) const = default;
};

/// Those of a process; they are not inherited by fork(2) and go with execve(2).
struct PosixTimers {
    std::vector<PosixTimer> timers;  ///< by id
    std::int32_t next_id = 0;        ///< ids are not used again
    bool operator==(const PosixTimers&) const = default;

    PosixTimer* find(std::int32_t id) {
        for (PosixTimer& timer : timers)
            if (timer.id == id) return &timer;
        return nullptr;
    }
    const PosixTimer* find(std::int32_t id) const { return const_cast<PosixTimers*>(this)->find(id); }
    /// When the first armed timer that tells of its expiration is due; kNever where there is none.
    Time earliest_ns() const {
        Time earliest = kNever;
        for (const PosixTimer& timer : timers)
            if (timer.state == TimerState::armed && timer.notice != TimerNotice::none &&
                timer.due_ns < earliest)
                earliest = timer.due_ns;
        return earliest;
    }
};

}  // namespace ipclab::kernel
