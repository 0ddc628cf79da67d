#include "kernel/limits.h"

namespace ipclab::kernel {

namespace {

constexpr LimitSpec kSpecs[] = {
#define LIMIT(type, member, usual, smallest, largest, name, what) \
    {name,                                                        \
     what,                                                        \
     static_cast<std::uint64_t>(usual),                           \
     smallest,                                                    \
     largest,                                                     \
     [](Limits& limits, std::uint64_t value) { limits.member = static_cast<type>(value); }},
#include "kernel/limits.def"
#undef LIMIT
};

}  // namespace

std::span<const LimitSpec> limit_specs() {
    return kSpecs;
}

const LimitSpec* limit_named(std::string_view name) {
    for (const LimitSpec& spec : kSpecs)
        if (spec.name == name) return &spec;
    return nullptr;
}

}  // namespace ipclab::kernel
