// Faults of toy programs in words: what was touched, what lies there, what that usually means.
#include <fmt/format.h>

#include "kernel/signal_state.h"
#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

constexpr int kSegvMapErr = 1, kSegvAccErr = 2, kBusAdrErr = 2;  // sigaction(2)
constexpr std::uint64_t kNearNull = 64 << 10;  // offsets that a null pointer to a structure gives

std::string_view verb(kernel::Access access) {
    switch (access) {
        case kernel::Access::read:
            return "read from";
        case kernel::Access::write:
            return "write to";
        case kernel::Access::execute:
            return "jump to";
    }
    return "access to";
}

/// The nearest mapping below the address, for "just past the end of ...".
const kernel::Mapping* below(const kernel::AddressSpace& space, std::uint64_t address) {
    const kernel::Mapping* found = nullptr;
    for (const kernel::Mapping& mapping : space.mappings())
        if (mapping.end <= address) found = &mapping;
    return found;
}

std::string_view name(kernel::Mapping::Use use) {
    switch (use) {
        case kernel::Mapping::Use::code:
            return "the program's code";
        case kernel::Mapping::Use::data:
            return "the program's data";
        case kernel::Mapping::Use::heap:
            return "the heap";
        case kernel::Mapping::Use::stack:
            return "the stack";
        case kernel::Mapping::Use::mapped:
            return "a mapping";
    }
    return "a mapping";
}

std::string unmapped_sentence(const kernel::AddressSpace& space, const kernel::Fault& fault) {
    const std::string what = fmt::format("{} address {:#x}", verb(fault.access), fault.address);
    if (fault.address == 0) return fmt::format("{}: the pointer is NULL", what);
    if (fault.address < kNearNull)
        return fmt::format(
            "{}: the pointer is NULL, and the access {} bytes behind it (a member, or an element)", what,
            fault.address);
    if (const kernel::Mapping* before = below(space, fault.address);
        before && fault.address - before->end < kernel::kPageSize * 16)
        return fmt::format("{}: nothing is there; {} ends {} bytes before", what, name(before->use),
                           fault.address - before->end);
    return fmt::format("{}: nothing is mapped there; the pointer holds no valid address", what);
}

std::string protection_sentence(const Program& program, const kernel::AddressSpace& space,
                                const kernel::Fault& fault) {
    const std::string what = fmt::format("{} address {:#x}", verb(fault.access), fault.address);
    const std::uint64_t read_only_end = program.data_base + program.read_only_bytes;
    if (fault.access == kernel::Access::write && fault.address >= program.data_base &&
        fault.address < read_only_end)
        return fmt::format("{}: a string literal or a const object is there, and cannot be changed", what);
    const kernel::Mapping* mapping = space.mapping_at(fault.address);
    return fmt::format("{}: {} does not allow that", what, mapping ? name(mapping->use) : "the mapping");
}

}  // namespace

FaultReport explain_memory_fault(const Program& program, const kernel::AddressSpace& space,
                                 const kernel::Fault& fault) {
    using Why = kernel::Fault::Why;
    switch (fault.why) {
        case Why::unmapped:
            return {kernel::kSigSegv, kSegvMapErr, fault.address, unmapped_sentence(space, fault)};
        case Why::protection:
            return {kernel::kSigSegv, kSegvAccErr, fault.address, protection_sentence(program, space, fault)};
        case Why::past_end_of_object:
            return {kernel::kSigBus, kBusAdrErr, fault.address,
                    fmt::format(
                        "{} address {:#x}: the mapping goes on, but the file or shared memory behind it has "
                        "ended (ftruncate makes it longer)",
                        verb(fault.access), fault.address)};
        case Why::stack_overflow:
            return {kernel::kSigSegv, kSegvMapErr, fault.address,
                    fmt::format(
                        "{} address {:#x}: stack overflow; a recursion does not end, or a local array is too "
                        "big; the stack has 8 MB",
                        verb(fault.access), fault.address)};
        case Why::out_of_memory:
            return {kernel::kSigKill, 0, fault.address,
                    "the process uses more memory than the simulated machine gives it"};
    }
    return {};
}

}  // namespace ipclab::vm
