#include "sim/engine/waiting_stores.h"

#include <fmt/format.h>

#include "sim/engine/address_names.h"

namespace ipclab::engine {

namespace {

/// Where a process has these bytes; 0 where it has not.
std::uint64_t address_of(const kernel::AddressSpace& space, const vm::Place& place) {
    if (place.object % 2 != 0) return place.begin;
    for (const kernel::Mapping& each : space.mappings())
        if (each.is_shared && static_cast<std::uint64_t>(each.object.value) * 2 == place.object &&
            place.begin >= each.object_offset && place.begin - each.object_offset < each.end - each.begin)
            return each.begin + (place.begin - each.object_offset);
    return 0;
}

/// As a signed integer: what it most often is.
std::int64_t value_of(const std::string& bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    const auto unused = 64 - 8 * bytes.size();
    return static_cast<std::int64_t>(value << unused) >> unused;
}

}  // namespace

std::vector<std::string> describe_stores(const Machine& machine, kernel::Tid task) {
    std::vector<std::string> texts;
    const vm::Context* context = machine.contexts.find(task);
    if (!context) return texts;
    const kernel::Pid pid = machine.kernel.tasks[task].process;
    const kernel::AddressSpace& space = machine.kernel.spaces[machine.kernel.processes[pid].space];
    for (const vm::WaitingStore& each : context->stores) {
        const std::uint64_t address = address_of(space, each.place);
        std::string name = name_of_address(machine, pid, address);
        constexpr std::string_view kGlobal = " (global)";
        if (name.ends_with(kGlobal)) name.resize(name.size() - kGlobal.size());
        if (name.empty()) name = fmt::format("{} bytes at {:#x}", each.bytes.size(), address);
        if (name.size() > 2 && name.front() == '\'' && name.back() == '\'')
            name = name.substr(1, name.size() - 2);
        texts.push_back(each.bytes.size() > 8 ? fmt::format("{}, {} bytes", name, each.bytes.size())
                                              : fmt::format("{} = {}", name, value_of(each.bytes)));
    }
    return texts;
}

}  // namespace ipclab::engine
