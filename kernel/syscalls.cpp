#include "kernel/syscalls.h"

#include <algorithm>

namespace ipclab::kernel {

namespace {

template <class... Args>
constexpr SyscallSpec row(std::uint16_t number, std::string_view name, ResultKind result, Args... args) {
    static_assert(sizeof...(Args) <= 6);
    SyscallSpec spec{number, name, result, static_cast<std::uint8_t>(sizeof...(Args)), {args...}, 0, 0};
    for (std::size_t i = 0; i < sizeof...(Args); ++i) {
        const ArgDirection where = direction(spec.args[i].kind);
        const auto bit = static_cast<std::uint8_t>(1u << i);
        if (where == ArgDirection::in || where == ArgDirection::both) spec.inputs |= bit;
        if (where == ArgDirection::out || where == ArgDirection::both) spec.outputs |= bit;
    }
    return spec;
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
/// By call number: the row, counted from 1; 0: none.
constexpr auto kRowOf = [] {
    std::array<std::uint16_t, kNumberEnd> rows{};
    for (std::size_t i = 0; i < kTable.size(); ++i)
        rows[kTable[i].number] = static_cast<std::uint16_t>(i + 1);
    return rows;
}();

}  // namespace

bool is_simulated(std::uint64_t number) {
    return number < kNumberEnd && kRowOf[number] != 0;
}

std::span<const SyscallSpec> syscall_table() {
    return kTable;
}

const SyscallSpec* syscall_spec(std::uint64_t number) {
    return is_simulated(number) ? &kTable[kRowOf[number] - 1u] : nullptr;
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

bool is_linux_syscall(std::string_view name) {
    static constexpr std::string_view kNames[] = {
#define LINUX_SYSCALL(value, name) #name,
#include "kernel/linux_syscalls.def"
#undef LINUX_SYSCALL
    };
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace ipclab::kernel
