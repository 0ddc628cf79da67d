// The cost of every kernel operation in simulated time, from one table (kernel/costs.def) that can be measured anew on any
// machine, so that simulated and real times can be laid over each other.
#pragma once

#include <span>
#include <string_view>

#include "kernel/types.h"

namespace ipclab::kernel {

struct Call;

struct Costs {
#define COST(member, usual, name, what) Time member = usual;
#include "kernel/costs.def"
#undef COST
    bool operator==(const Costs&) const = default;

    /// Nothing costs anything: time stands still but for deadlines.
    static Costs none();
};

/// A row of costs.def.
struct CostSpec {
    std::string_view name, what;
    Time usual = 0;
    Time Costs::*member = nullptr;
};
std::span<const CostSpec> cost_specs();
/// Null where there is no such row.
const CostSpec* cost_named(std::string_view name);

/// What the call has cost besides entry, copying and wake-ups, once it is done.
Time work_ns(const Call& call);

}  // namespace ipclab::kernel
