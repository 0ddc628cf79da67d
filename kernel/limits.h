// Every limit of the simulated system, at Linux's default values, and the cost of every kernel operation.
// Both can be set for a run and in a lesson: small buffers make good lessons.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/types.h"

namespace ipclab::kernel {

struct Limits {
#define LIMIT(type, member, usual, smallest, largest, name, what) type member = usual;
#include "kernel/limits.def"
#undef LIMIT
    bool operator==(const Limits&) const = default;
};

/// A row of limits.def.
struct LimitSpec {
    std::string_view name, what;
    std::uint64_t usual = 0, smallest = 0, largest = 0;
    void (*set)(Limits&, std::uint64_t value) = nullptr;  ///< in range
};
std::span<const LimitSpec> limit_specs();
/// Null where there is no such limit.
const LimitSpec* limit_named(std::string_view name);

/// Time that each operation takes, in nanoseconds: rounded medians of a typical machine (x86-64, 3 GHz, Linux
/// 6).
struct Costs {
    Time instruction_ns = 1;
    Time syscall_ns = 150;  ///< entry and return
    Time context_switch_ns = 1'500;
    Time wakeup_ns = 800;
    Time fork_ns = 60'000;
    Time thread_ns = 12'000;  ///< clone(2) of a thread
    Time exec_ns = 250'000;
    Time exit_ns = 30'000;
    Time signal_ns = 700;  ///< delivery: frame, handler entry, sigreturn
    Time page_fault_ns = 500;
    Time copy_ps_per_byte = 80;  ///< picoseconds for each byte copied between user and kernel
    Time open_ns = 900;          ///< path look-up and a new description
    bool operator==(const Costs&) const = default;
};

}  // namespace ipclab::kernel
