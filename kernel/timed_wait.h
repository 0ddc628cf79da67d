// What the calls that wait for several things at once share: poll(2), select(2), epoll_wait(2). Time-outs, masks for the
// time of the call, and how a look ends (kernel/poll.cpp).
#pragma once

#include <vector>

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// The call ends this long after it began.
void start_timer(Call& call, Time duration);
/// Sets the time-out that a timespec or timeval in memory asks for; none at address 0. EFAULT, EINVAL.
Result<void> start_timer_at(Call& call, std::uint64_t address, Time units_per_second);
/// ppoll(2): the mask for the time of the call; 0: the task's own. EFAULT, EINVAL.
Result<void> set_temporary_mask(Call& call, std::uint64_t address, std::uint64_t bytes);

/// What a look at everything gave: how many are ready, or where to wait.
struct Look {
    Result<std::int64_t> ready = std::int64_t{0};
    std::vector<WaitPoint> waits{};
};
/// The end of a look: done, or asleep. A signal that interrupts the sleep finds the mask as the call set it.
Outcome conclude(Call& call, const Look& look);

}  // namespace ipclab::kernel
