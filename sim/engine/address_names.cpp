#include "sim/engine/address_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "kernel/processes.h"

namespace ipclab::engine {

namespace {

using kernel::Pid;
using kernel::Tid;
using TypeKind = vm::TypeInfo::Kind;

/// So far behind the object that a pointer points to another one may be, of an array that it begins: for each byte between
/// has to be looked at.
constexpr std::uint64_t kFarthest = 4096;

/// The part of an object of this type at `offset`: ".lock", "[2]"; goes down to unions, which the library's types are.
std::string part_at(const vm::Program& program, std::uint32_t index, std::uint64_t offset) {
    std::string path;
    while (index < program.types.size()) {
        const vm::TypeInfo& type = program.types[index];
        if (type.kind == TypeKind::array && type.element < program.types.size()) {
            const std::uint64_t size = std::max<std::uint64_t>(program.types[type.element].size, 1);
            path += fmt::format("[{}]", offset / size);
            offset %= size;
            index = type.element;
        } else if (type.kind == TypeKind::structure) {
            const auto member = std::find_if(type.members.begin(), type.members.end(), [&](const auto& each) {
                return each.type < program.types.size() && each.offset <= offset &&
                       offset < each.offset + program.types[each.type].size;
            });
            if (member == type.members.end()) return path;
            path += '.' + member->name;
            offset -= member->offset;
            index = member->type;
        } else {
            return path;
        }
    }
    return path;
}

std::optional<std::string> name_in(const vm::Program& program, const vm::Variable& variable,
                                   std::uint64_t begin, std::uint64_t address) {
    if (variable.type >= program.types.size()) return std::nullopt;
    if (address < begin || address >= begin + program.types[variable.type].size) return std::nullopt;
    return variable.name + part_at(program, variable.type, address - begin);
}

/// Looks for names in one process.
class Names {
  public:
    Names(const Machine& machine, Pid pid)
        : machine_(machine),
          process_(machine.kernel.processes[pid]),
          program_(machine.program(process_.program)),
          space_(machine.kernel.spaces[process_.space]),
          threads_(kernel::threads_of(machine.kernel, pid)) {}

    std::string of(std::uint64_t address) const {
        const auto lies_there = [&](const vm::Variable& variable, std::uint64_t begin) {
            return name_in(program_, variable, begin, address);
        };
        if (auto name = first(lies_there, [](const vm::Variable&, std::uint64_t) { return kNone; });
            !name.empty())
            return name;
        const auto points_there = [&](const vm::Variable& variable, std::uint64_t begin) {
            std::uint64_t value = 0;
            const std::span bytes(reinterpret_cast<std::uint8_t*>(&value), sizeof value);
            if (!is_pointer(variable) || space_.shade_at(begin) == kernel::Shade::unset ||
                !space_.peek(begin, bytes, machine_.kernel.memory))
                return kNone;
            return name_by(variable, value, address);
        };
        return first(points_there, [&](const vm::Variable& variable, std::uint64_t value) {
            return is_pointer(variable) ? name_by(variable, value, address) : kNone;
        });
    }

  private:
    static constexpr std::optional<std::string> kNone = std::nullopt;

    const vm::TypeInfo& type(std::uint32_t index) const {
        static const vm::TypeInfo nothing{};
        return index < program_.types.size() ? program_.types[index] : nothing;
    }
    bool is_pointer(const vm::Variable& variable) const {
        return type(variable.type).kind == TypeKind::pointer;
    }

    /// The first name that a variable gives: globals first, then those of each thread, innermost frame first. `in_memory`
    /// and `in_register` get the variable with its address or value.
    template <class InMemory, class InRegister>
    std::string first(InMemory in_memory, InRegister in_register) const {
        for (const vm::Variable& global : program_.globals)
            if (const auto name = in_memory(global, global.location))
                return fmt::format("'{}' (global)", *name);
        for (Tid tid : threads_) {
            const vm::Context* context = machine_.contexts.find(tid);
            for (std::size_t depth = context ? context->frames.size() : 0; depth-- > 0;) {
                const vm::Function& function = program_.functions[context->frames[depth].function];
                if (function.is_library) continue;
                for (const vm::VariablePlace& place : vm::variable_places(program_, *context, depth)) {
                    const auto name = place.is_in_register ? in_register(*place.variable, place.value)
                                                           : in_memory(*place.variable, place.address);
                    if (name) return fmt::format("'{}' (in {})", *name, function.name);
                }
            }
        }
        return {};
    }

    /// As what the pointer with this value points to, or as another element of the array that this begins.
    std::optional<std::string> name_by(const vm::Variable& pointer, std::uint64_t value,
                                       std::uint64_t address) const {
        const std::uint32_t element = type(pointer.type).element;
        const vm::TypeInfo& target = type(element);
        if (value == vm::kUnset || target.size == 0 || address < value || address - value >= kFarthest)
            return kNone;
        const std::uint64_t distance = address - value, number = distance / target.size;
        if (number > 0 && !is_one_object(value, address)) return kNone;
        const std::string part = part_at(program_, element, distance % target.size);
        if (number > 0) return fmt::format("{}[{}]{}", pointer.name, number, part);
        if (part.empty()) return '*' + pointer.name;
        if (part[0] == '.') return pointer.name + "->" + part.substr(1);
        return fmt::format("(*{}){}", pointer.name, part);
    }

    /// Whether nothing between says that one object ends: the end of a mapping, or guard bytes of the heap.
    bool is_one_object(std::uint64_t begin, std::uint64_t end) const {
        if (space_.mapping_at(begin) != space_.mapping_at(end)) return false;
        for (std::uint64_t at = begin; at <= end; ++at)
            if (const kernel::Shade shade = space_.shade_at(at);
                shade != kernel::Shade::fine && shade != kernel::Shade::unset)
                return false;
        return true;
    }

    const Machine& machine_;
    const kernel::Process& process_;
    const vm::Program& program_;
    const kernel::AddressSpace& space_;
    std::vector<Tid> threads_;
};

}  // namespace

std::string name_of_address(const Machine& machine, Pid process, std::uint64_t address) {
    return Names(machine, process).of(address);
}

}  // namespace ipclab::engine
