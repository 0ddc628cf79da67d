// Policies: where choices come from when no person makes them.
//
// A policy is a plain value too, so that a timeline can go back and on with it.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "sim/engine/machine.h"

namespace ipclab::engine {

/// The kernel's scheduler decides, by its policy, quantum and simulated time. Splitting a step in two changes
/// nothing.
struct TimedPolicy {
    bool operator==(const TimedPolicy&) const = default;
};

/// A fair coin decides who goes next, and after how many instructions the next throw is: reproducible by its
/// seed.
struct RandomPolicy {
    std::uint64_t state = 1;
    bool operator==(const RandomPolicy&) const = default;
};

/// A recorded schedule; at its end the timed policy goes on.
struct ReplayPolicy {
    Schedule schedule;
    std::size_t next = 0;
    bool operator==(const ReplayPolicy&) const = default;
};

using Policy = std::variant<TimedPolicy, RandomPolicy, ReplayPolicy>;

/// The next choice, or nothing where the machine is at rest (see rest()).
std::optional<Choice> next_choice(const Machine& machine, Policy& policy);

}  // namespace ipclab::engine
