// What is wrong with a state, found and told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/explore/explore.h"
#include "sim/explore/mover.h"

namespace ipclab::explore {

/// "deadlock", "data race", ...
std::string_view title(FindingKind kind);

/// Two tasks that stand before accesses to the same bytes, one of which writes, and that are not both atomic.
struct Race {
    kernel::Tid first{}, second{};
    Standing::Access first_access, second_access;
};
std::vector<Race> races(const State& state);
/// Whether the task stands before an access of the program's own.
bool may_race(const engine::Machine& machine, kernel::Tid task, const Standing& standing);
bool conflict(const Standing& one, const Standing& other);
/// Names the place in the program's own code where the task is; never 0.
std::uint64_t code_at(const engine::Machine& machine, kernel::Tid task);
/// Names a race by the code on both sides, so that it is told once.
std::pair<std::uint64_t, std::uint64_t> code_of(const engine::Machine& machine, const Race& race);

/// "worker (3)"; of a process with several threads "worker (2), thread 4".
std::string who(const engine::Machine& machine, kernel::Tid task);
/// "main.c:12", the program's own line where a task is.
std::string where(const engine::Machine& machine, kernel::Tid task);
/// What is there now, as a number; empty where it is none of 1, 2, 4 or 8 bytes.
std::string value_at(const engine::Machine& machine, kernel::Tid task, const Standing::Access& access);

std::vector<std::string> describe(const State& state, const Race& race);
std::vector<std::string> describe(const Unwaited& unwaited);
std::vector<std::string> describe(const Core& core);
/// Tasks that wait for ever, each with what it waits for; then the circles.
std::vector<std::string> describe_deadlock(const engine::Machine& machine);
/// System V and POSIX objects that are still there; empty: none.
std::vector<std::string> describe_leftovers(const engine::Machine& machine);
/// What is explained in the last stretch of a schedule, with the line.
std::vector<std::string> explanations(const engine::Machine& initial, const engine::Stretches& schedule);

}  // namespace ipclab::explore
