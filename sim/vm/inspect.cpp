// Looking into a task as a debugger does: where it stands, and its variables as text.
#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "sim/vm/interpreter.h"

namespace ipclab::vm {

namespace {

constexpr std::uint64_t kShownElements = 16;
constexpr std::size_t kShownText = 40, kLongestValue = 200;
constexpr int kDeepest = 4;
constexpr const char* kNoValue = "no value yet";

/// Prints values found in memory; never touches it, never follows more than one pointer.
class ValuePrinter {
  public:
    ValuePrinter(const Program& program, const kernel::AddressSpace& space,
                 const kernel::MemoryObjects& objects)
        : program_(program), space_(space), objects_(objects) {}

    std::string at(std::uint64_t address, std::uint32_t type) const { return cut(print(address, type, 0)); }
    /// A scalar that lives in a register.
    std::string in_register(std::uint64_t value, std::uint32_t type) const {
        return cut(scalar(value, info(type)));
    }

  private:
    using Kind = TypeInfo::Kind;

    const TypeInfo& info(std::uint32_t type) const {
        static const TypeInfo nothing{};
        return type < program_.types.size() ? program_.types[type] : nothing;
    }

    static std::string cut(std::string text) {
        if (text.size() > kLongestValue) text = text.substr(0, kLongestValue - 3) + "...";
        return text;
    }

    std::string print(std::uint64_t address, std::uint32_t type, int depth) const {
        const TypeInfo& t = info(type);
        switch (t.kind) {
            case Kind::array:
                return array(address, t, depth);
            case Kind::structure:
            case Kind::union_:
                return record(address, t, depth);
            case Kind::function:
            case Kind::void_:
                return "?";
            default:
                break;
        }
        if (space_.shade_at(address) == kernel::Shade::unset) return kNoValue;
        if (t.kind == Kind::floating && t.size == sizeof(long double)) {
            long double value = 0;
            const bool is_there =
                space_.peek(address, {reinterpret_cast<std::uint8_t*>(&value), 10}, objects_);
            return is_there ? fmt::format("{:g}", value) : "<not readable>";
        }
        std::uint64_t raw = 0;
        const std::size_t bytes = std::min<std::size_t>(t.size, sizeof raw);
        if (!space_.peek(address, {reinterpret_cast<std::uint8_t*>(&raw), bytes}, objects_))
            return "<not readable>";
        if (t.kind == Kind::floating && t.size == 4)
            return fmt::format("{:g}", std::bit_cast<float>(static_cast<std::uint32_t>(raw)));
        const bool is_signed = t.kind == Kind::signed_integer || t.kind == Kind::enumeration;
        if (is_signed && bytes < sizeof raw && bytes > 0) {
            const int shift = static_cast<int>(64 - 8 * bytes);
            raw = static_cast<std::uint64_t>(static_cast<std::int64_t>(raw << shift) >> shift);
        }
        return scalar(raw, t);
    }

    std::string scalar(std::uint64_t value, const TypeInfo& t) const {
        switch (t.kind) {
            case Kind::bool_:
                return value ? "true" : "false";
            case Kind::signed_integer:
                if (t.size == 1) return character(static_cast<std::int64_t>(value));
                return fmt::format("{}", static_cast<std::int64_t>(value));
            case Kind::unsigned_integer:
                return fmt::format("{}", value);
            case Kind::floating:
                return fmt::format("{:g}", std::bit_cast<double>(value));
            case Kind::enumeration:
                for (const auto& [name, number] : t.enumerators)
                    if (number == static_cast<std::int64_t>(value)) return name;
                return fmt::format("{}", static_cast<std::int64_t>(value));
            case Kind::pointer:
                return pointer(value, t);
            default:
                return fmt::format("{:#x}", value);
        }
    }

    static std::string character(std::int64_t value) {
        if (value >= 0x20 && value < 0x7f && value != '\'' && value != '\\')
            return fmt::format("{} '{}'", value, static_cast<char>(value));
        return fmt::format("{}", value);
    }

    std::string pointer(std::uint64_t value, const TypeInfo& t) const {
        if (value == 0) return "NULL";
        const TypeInfo& target = info(t.element);
        if (target.kind == Kind::function) {
            const std::int64_t index = function_at(program_, value);
            if (index >= 0) return program_.functions[static_cast<std::size_t>(index)].name;
        }
        if (target.size == 1 && target.kind != Kind::void_ && target.kind != Kind::bool_)
            return fmt::format("{:#x} {}", value, text(value, kShownText, false));
        return fmt::format("{:#x}", value);
    }

    /// A string in quotes: up to its NUL, or `limit` bytes.
    std::string text(std::uint64_t address, std::uint64_t limit, bool whole_array) const {
        std::string shown = "\"";
        for (std::uint64_t i = 0; i < limit; ++i) {
            std::uint8_t c = 0;
            if (!space_.peek(address + i, {&c, 1}, objects_))
                return i == 0 ? "<not readable>" : shown + "\"...";
            if (c == 0) return shown + '"';
            switch (c) {
                case '\n':
                    shown += "\\n";
                    break;
                case '\t':
                    shown += "\\t";
                    break;
                case '"':
                    shown += "\\\"";
                    break;
                case '\\':
                    shown += "\\\\";
                    break;
                default:
                    shown += c >= 0x20 && c < 0x7f ? std::string(1, static_cast<char>(c))
                                                   : fmt::format("\\{:03o}", c);
            }
        }
        return shown + (whole_array ? "\"" : "\"...");
    }

    std::string array(std::uint64_t address, const TypeInfo& t, int depth) const {
        const TypeInfo& element = info(t.element);
        if (space_.shade_at(address) == kernel::Shade::unset) return kNoValue;
        if (element.size == 1 && element.kind == Kind::signed_integer)
            return text(address, std::min<std::uint64_t>(t.count, kShownText), t.count <= kShownText);
        if (depth >= kDeepest) return "{...}";
        std::string shown = "{";
        for (std::uint64_t i = 0; i < t.count; ++i) {
            if (i > 0) shown += ", ";
            if (i == kShownElements || shown.size() > kLongestValue) return shown + "...}";
            shown += print(address + i * element.size, t.element, depth + 1);
        }
        return shown + "}";
    }

    std::string record(std::uint64_t address, const TypeInfo& t, int depth) const {
        if (depth >= kDeepest) return "{...}";
        std::string shown = "{";
        for (const TypeInfo::Member& member : t.members) {
            if (shown.size() > 1) shown += ", ";
            if (shown.size() > kLongestValue) return shown + "...}";
            if (!member.name.empty()) shown += member.name + " = ";
            shown += member.bit_width > 0 ? bit_field(address, member)
                                          : print(address + member.offset, member.type, depth + 1);
        }
        return shown + "}";
    }

    std::string bit_field(std::uint64_t address, const TypeInfo::Member& member) const {
        const TypeInfo& t = info(member.type);
        std::uint64_t unit = 0;
        const std::size_t bytes = std::min<std::size_t>(t.size, sizeof unit);
        if (!space_.peek(address + member.offset, {reinterpret_cast<std::uint8_t*>(&unit), bytes}, objects_))
            return "<not readable>";
        const int above = 64 - member.bit_offset - member.bit_width;
        unit <<= above;
        const int down = 64 - member.bit_width;
        if (t.kind == Kind::signed_integer) return fmt::format("{}", static_cast<std::int64_t>(unit) >> down);
        return scalar(unit >> down, t);
    }

    const Program& program_;
    const kernel::AddressSpace& space_;
    const kernel::MemoryObjects& objects_;
};

const std::string& type_name(const Program& program, std::uint32_t type) {
    static const std::string unknown = "?";
    return type < program.types.size() ? program.types[type].name : unknown;
}

/// The pc that a frame's variables are in scope for: callers stand behind their call.
std::uint32_t scope_pc(const Context& context, std::size_t depth) {
    const Frame& frame = context.frames[depth];
    const bool is_caller =
        depth + 1 < context.frames.size() && context.frames[depth + 1].kind != Frame::Kind::signal_handler;
    return is_caller && frame.pc > 0 ? frame.pc - 1 : frame.pc;
}

VariablePlace place_of(const Context& context, const Frame& frame, const Variable& variable) {
    switch (variable.place) {
        case Variable::Place::global:
            return {&variable, false, variable.location, 0};
        case Variable::Place::frame:
            return {&variable, false, context.registers[frame.register_base] + variable.location, 0};
        case Variable::Place::reg:
            break;
    }
    const std::uint64_t number = frame.register_base + variable.location;
    return {&variable, true, 0, number < context.registers.size() ? context.registers[number] : kUnset};
}

bool in_scope(const Variable& variable, std::uint32_t pc) {
    return variable.is_parameter || (variable.scope_begin <= pc && pc < variable.scope_end);
}

}  // namespace

std::optional<Request> request_at(const Program& program, const Context& context) {
    if (context.frames.empty()) return std::nullopt;
    const Frame& frame = context.frames.back();
    const Instruction& at = program.functions[frame.function].code[frame.pc];
    if (at.op != Opcode::intrinsic || static_cast<Intrinsic>(at.b) != Intrinsic::fails) return std::nullopt;
    return static_cast<Request>(context.registers[frame.register_base + at.a]);
}

SourceSpan current_span(const Program& program, const Context& context, bool skip_library) {
    for (std::size_t depth = context.frames.size(); depth-- > 0;) {
        const Function& function = program.functions[context.frames[depth].function];
        if (skip_library && function.is_library) continue;
        const std::uint32_t pc = scope_pc(context, depth);
        return pc < function.spans.size() ? function.spans[pc] : SourceSpan{};
    }
    return {};
}

int user_frame(const Program& program, const Context& context) {
    for (std::size_t depth = context.frames.size(); depth-- > 0;)
        if (!program.functions[context.frames[depth].function].is_library) return static_cast<int>(depth);
    return -1;
}

std::vector<VariablePlace> variable_places(const Program& program, const Context& context,
                                           std::size_t depth) {
    std::vector<VariablePlace> places;
    if (depth >= context.frames.size()) return places;
    const Frame& frame = context.frames[depth];
    for (const Variable& variable : program.functions[frame.function].variables)
        if (in_scope(variable, scope_pc(context, depth)))
            places.push_back(place_of(context, frame, variable));
    return places;
}

std::vector<VariableValue> variables(const Program& program, const Context& context,
                                     const kernel::AddressSpace& space, const kernel::MemoryObjects& objects,
                                     std::size_t depth) {
    std::vector<VariableValue> shown;
    const ValuePrinter printer(program, space, objects);
    for (const VariablePlace& place : variable_places(program, context, depth)) {
        const Variable& variable = *place.variable;
        shown.push_back({variable.name, type_name(program, variable.type),
                         !place.is_in_register   ? printer.at(place.address, variable.type)
                         : place.value == kUnset ? kNoValue
                                                 : printer.in_register(place.value, variable.type),
                         variable.is_parameter});
    }
    return shown;
}

std::vector<VariableValue> globals(const Program& program, const kernel::AddressSpace& space,
                                   const kernel::MemoryObjects& objects) {
    std::vector<VariableValue> shown;
    const ValuePrinter printer(program, space, objects);
    for (const Variable& variable : program.globals)
        shown.push_back({variable.name, type_name(program, variable.type),
                         printer.at(variable.location, variable.type), false});
    return shown;
}

std::optional<VariableValue> variable(const Program& program, const Context& context,
                                      const kernel::AddressSpace& space, const kernel::MemoryObjects& objects,
                                      std::size_t depth, std::string_view name) {
    const auto shown = variables(program, context, space, objects, depth);
    for (auto it = shown.rbegin(); it != shown.rend(); ++it)  // the innermost declaration hides the others
        if (it->name == name) return *it;
    for (VariableValue& each : globals(program, space, objects))
        if (each.name == name) return std::move(each);
    return std::nullopt;
}

}  // namespace ipclab::vm
