#include "kernel/syscalls.h"

#include <algorithm>

namespace ipclab::kernel {

namespace {

template <class... Args>
constexpr SyscallSpec row(std::uint16_t number, std::string_view name, ResultKind result, Args... args) {
    static_assert(sizeof...(Args) <= 6);
    return {number, name, result, static_cast<std::uint8_t>(sizeof...(Args)), {args...}};
}

constexpr auto kTable = std::to_array<SyscallSpec>({
#define A(argument, kind)        \
    ArgSpec {                    \
#argument, ArgKind::kind \
    }
#define SYSCALL(number, name, result, ...) row(number, #name, ResultKind::result __VA_OPT__(, ) __VA_ARGS__),
#include "kernel/syscalls.def"
#undef SYSCALL
#undef A
});
static_assert(std::is_sorted(kTable.begin(), kTable.end(),
                             [](const SyscallSpec& a, const SyscallSpec& b) { return a.number < b.number; }),
              "the rows of syscalls.def stand in the order of their numbers");

constexpr std::uint16_t kNumberEnd = kTable.back().number + 1;
constexpr auto kIsSimulated = [] {
    std::array<bool, kNumberEnd> is{};
    for (const SyscallSpec& spec : kTable) is[spec.number] = true;
    return is;
}();

}  // namespace

bool is_simulated(std::uint64_t number) {
    return number < kNumberEnd && kIsSimulated[number];
}

std::span<const SyscallSpec> syscall_table() {
    return kTable;
}

const SyscallSpec* syscall_spec(std::uint64_t number) {
    auto it =
        std::lower_bound(kTable.begin(), kTable.end(), number,
                         [](const SyscallSpec& spec, std::uint64_t wanted) { return spec.number < wanted; });
    return it != kTable.end() && it->number == number ? &*it : nullptr;
}

const SyscallSpec* syscall_spec(std::string_view name) {
    auto it = std::find_if(kTable.begin(), kTable.end(),
                           [&](const SyscallSpec& spec) { return spec.name == name; });
    return it != kTable.end() ? &*it : nullptr;
}

std::string_view linux_syscall_name(std::uint64_t number) {
    switch (number) {
#define LINUX_SYSCALL(value, name) \
    case value:                    \
        return #name;
#include "kernel/linux_syscalls.def"
#undef LINUX_SYSCALL
        default:
            return {};
    }
}

}  // namespace ipclab::kernel
