// Every limit of the simulated system, at Linux's default values. They can be set for a run and in a lesson: small buffers
// make good lessons.
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

}  // namespace ipclab::kernel
