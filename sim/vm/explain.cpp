// Faults of toy programs in words: what was touched, what lies there, what that usually means.
#include <fmt/format.h>

#include "kernel/signal_state.h"
#include "sim/vm/execution.h"
#include "sim/vm/heap.h"

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

// ---- Accesses that Linux lets pass

/// Of a place as the heap keeps it: file << 32 | line.
std::string heap_place_text(const Program& program, std::uint64_t place) {
    return place_text(program, place >> 32, place & 0xffffffff);
}

constexpr std::uint64_t kFurthestHeader = 16 << 20;
constexpr std::uint64_t kFreedAt = 8;  // in a freed block: the place that freed it

/// The heap block that the address belongs to, or lies behind.
struct HeapBlock {
    std::uint64_t begin = 0;  ///< of the program's part
    BlockHeader header;
    std::uint64_t freed_at = 0;
};

class Looker {
  public:
    Looker(const Program& program, const Context& context, const kernel::AddressSpace& space,
           const kernel::MemoryObjects& objects)
        : program_(program), context_(context), space_(space), objects_(objects) {}

    std::string describe(const kernel::BadAccess& bad) const {
        if (bad.shade == kernel::Shade::fine)
            return fmt::format(
                "at address {:#x}, which is no multiple of {}: the pointer is not aligned for its type",
                bad.address, bad.bytes);
        const kernel::Mapping* mapping = space_.mapping_at(bad.address);
        if (mapping && mapping->use == kernel::Mapping::Use::heap) return of_heap(bad);
        if (bad.shade == kernel::Shade::dead || (mapping && is_below_own_frames(*mapping, bad.address)))
            return "of a function that has returned: its local variables are gone, and a pointer to one of "
                   "them "
                   "is still used";
        if (const std::string near = of_variable(bad); !near.empty()) return near;
        return bad.shade == kernel::Shade::unset ? "that have not been given a value"
                                                 : "where no object lives";
    }

    /// What is at an address that was to be freed.
    std::string describe_freed(std::uint64_t address) const {
        const kernel::Mapping* mapping = space_.mapping_at(address);
        if (!mapping) return fmt::format("nothing is at the address {:#x}", address);
        if (mapping->use == kernel::Mapping::Use::heap) {
            const auto block = block_before(address);
            if (!block) return fmt::format("no block of the heap begins at {:#x}", address);
            const std::string what = text_of(*block);
            if (address != block->begin)
                return fmt::format(
                    "the address lies {} behind the beginning of {}; only the beginning can be freed",
                    bytes_text(address - block->begin), what);
            const std::string freed = heap_place_text(program_, block->freed_at);
            return fmt::format("{} has already been freed{}", what, freed.empty() ? "" : " at " + freed);
        }
        if (const auto found = variable_near(address);
            found && address >= found->begin && address < found->end)
            return found->text + " does not come from malloc()";
        if (mapping->use == kernel::Mapping::Use::data && (mapping->protection & kernel::kProtWrite) == 0)
            return "a string literal or a const object does not come from malloc()";
        return fmt::format("what is at {:#x} does not come from malloc()", address);
    }

  private:
    template <class T>
    T peek(std::uint64_t address) const {
        T value{};
        space_.peek(address, {reinterpret_cast<std::uint8_t*>(&value), sizeof value}, objects_);
        return value;
    }

    /// In the part of the stack that the library uses while it works for the program: the program's pointer to it is from
    /// an earlier call.
    bool is_below_own_frames(const kernel::Mapping& mapping, std::uint64_t address) const {
        const int own = user_frame(program_, context_);
        return own >= 0 && mapping.use == kernel::Mapping::Use::stack &&
               address < context_.frames[static_cast<std::size_t>(own)].stack_pointer;
    }

    std::optional<HeapBlock> block_before(std::uint64_t address) const {
        using kernel::Shade;
        const std::uint64_t lowest = address - std::min(address, kFurthestHeader);
        std::uint64_t at = address;
        // A block of its own behind this one begins with a header: the access lies before that.
        if (space_.shade_at(at) == Shade::header)
            while (space_.shade_at(at) == Shade::header) ++at;
        else
            while (at > lowest && space_.shade_at(at - 1) != Shade::header) --at;
        if (at == lowest) return std::nullopt;
        HeapBlock block;
        block.begin = at;
        block.header = peek<BlockHeader>(at - sizeof(BlockHeader));
        if (space_.shade_at(at) == Shade::freed) block.freed_at = peek<std::uint64_t>(at + kFreedAt);
        return block;
    }

    std::string text_of(const HeapBlock& block) const {
        const std::string made = heap_place_text(program_, block.header.made_at);
        return fmt::format("a heap block of {}{}", bytes_text(block.header.requested),
                           made.empty() ? "" : " (allocated at " + made + ")");
    }

    std::string of_heap(const kernel::BadAccess& bad) const {
        const auto block = block_before(bad.address);
        if (!block) return "in the heap, but in no block of it";
        const std::string what = text_of(*block);
        if (bad.shade == kernel::Shade::freed) {
            const std::string freed = heap_place_text(program_, block->freed_at);
            return fmt::format("in {} that has been freed{}", what, freed.empty() ? "" : " at " + freed);
        }
        if (bad.shade == kernel::Shade::unset)
            return fmt::format("in {}, where nothing has been stored yet", what);
        if (bad.address < block->begin)
            return fmt::format("{} before {}", bytes_text(block->begin - bad.address), what);
        return behind_text(bad, block->begin + block->header.requested, what);
    }

    /// An access that begins in an object, or behind its end.
    static std::string behind_text(const kernel::BadAccess& bad, std::uint64_t end, const std::string& what) {
        if (bad.begin < end)
            return fmt::format("{} {}, {} more than it has",
                               bad.access == kernel::Access::read ? "from" : "to", what,
                               bytes_text(bad.begin + bad.bytes - end));
        if (bad.address == end) return "right behind the end of " + what;
        return fmt::format("{} behind the end of {}", bytes_text(bad.address - end), what);
    }

    static std::string bytes_text(std::uint64_t bytes) {
        return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
    }
    std::uint64_t size_of(const Variable& variable) const {
        return variable.type < program_.types.size() ? program_.types[variable.type].size : 0;
    }
    std::string text_of(const Variable& variable, const std::string& owner) const {
        const std::string type =
            variable.type < program_.types.size() ? program_.types[variable.type].name : "?";
        return fmt::format("'{}' ({}, {}){}", variable.name, type, bytes_text(size_of(variable)), owner);
    }

    /// The local or global variable that the address lies in, or else the nearest in reach.
    struct Found {
        std::uint64_t begin = 0, end = 0;
        std::string text;
    };
    std::optional<Found> variable_near(std::uint64_t address) const {
        std::optional<Found> found;
        std::uint64_t nearest = kernel::kPageSize;
        const auto consider = [&](const Variable& variable, std::uint64_t begin, const std::string& owner) {
            const std::uint64_t end = begin + size_of(variable);
            const std::uint64_t distance = address < begin ? begin - address
                                           : address < end ? 0
                                                           : address - end + 1;
            if (distance >= nearest) return;
            nearest = distance;
            found = {begin, end, text_of(variable, owner)};
        };
        for (const Frame& frame : context_.frames) {
            const Function& function = program_.functions[frame.function];
            const std::uint64_t pointer = context_.registers[frame.register_base];
            if (address < pointer || address >= pointer + function.frame_bytes) continue;
            for (const Variable& variable : function.variables)
                if (variable.place == Variable::Place::frame)
                    consider(variable, pointer + variable.location, " of " + function.name + "()");
        }
        if (address >= program_.data_base && address < program_.data_base + program_.data_bytes)
            for (const Variable& variable : program_.globals) consider(variable, variable.location, "");
        return found;
    }

    std::string of_variable(const kernel::BadAccess& bad) const {
        const auto found = variable_near(bad.address);
        if (!found) return "";
        if (bad.address < found->begin)
            return fmt::format("{} before {}", bytes_text(found->begin - bad.address), found->text);
        if (bad.address >= found->end) return behind_text(bad, found->end, found->text);
        return fmt::format("of {}, which has not been given a value there", found->text);
    }

    const Program& program_;
    const Context& context_;
    const kernel::AddressSpace& space_;
    const kernel::MemoryObjects& objects_;
};

/// The library's function that the program has called, and that is at work; null where there is none.
const Function* library_function(const Program& program, const Context& context) {
    const auto called = static_cast<std::size_t>(user_frame(program, context) + 1);
    if (called >= context.frames.size() || called == 0) return nullptr;
    return &program.functions[context.frames[called].function];
}

/// "strlen(): " where the library does it for the program.
std::string library_text(const Program& program, const Context& context) {
    const Function* function = library_function(program, context);
    return function ? function->name + "(): " : "";
}

/// More arguments are taken than were passed.
std::string missing_argument_sentence(const Program& program, const Context& context) {
    for (std::size_t depth = context.frames.size(); depth-- > 0;) {
        const Function& function = program.functions[context.frames[depth].function];
        if (!function.is_variadic) continue;
        if (function.name.find("printf") != std::string::npos ||
            function.name.find("scanf") != std::string::npos)
            return function.name + "(): the format asks for more arguments than the call passes";
        if (function.name.starts_with("exec"))
            return function.name + "(): the list of arguments does not end: its last one must be NULL";
        return function.name + "() takes more arguments (va_arg) than the call passes";
    }
    return "more arguments are taken (va_arg) than the call passes";
}

/// What a library function that got a number in place of an address wants.
std::string wanted_address(const Program& program, const Context& context, const kernel::Fault& fault) {
    const Function* function = library_function(program, context);
    if (!function || fault.address == 0) return "";
    const bool prints = function->name.find("printf") != std::string::npos;
    if (prints && fault.access == kernel::Access::read)
        return fmt::format("'%s' needs the address of a string, and gets {0:#x} ({0})", fault.address);
    if (function->name.find("scanf") != std::string::npos && fault.access == kernel::Access::write)
        return fmt::format("it needs the address of the variable to fill (&x), and gets {0:#x} ({0})",
                           fault.address);
    return "";
}

/// "f() -> g() -> f()": how the innermost calls repeat; empty where they do not.
std::string cycle_text(const Program& program, const Context& context) {
    constexpr std::size_t kLongest = 8, kRounds = 4;
    const auto function_at_depth = [&](std::size_t from_top) {
        return context.frames[context.frames.size() - 1 - from_top].function;
    };
    for (std::size_t length = 1; length <= kLongest && length * kRounds <= context.frames.size(); ++length) {
        bool repeats = true;
        for (std::size_t i = 0; i < length * (kRounds - 1) && repeats; ++i)
            repeats = function_at_depth(i) == function_at_depth(i + length);
        if (!repeats) continue;
        std::string text;
        for (std::size_t i = length + 1; i-- > 0;)
            text += program.functions[function_at_depth(i)].name + (i > 0 ? "() calls " : "()");
        return text;
    }
    return "";
}

/// "8 MB"
std::string stack_size(const Context& context) {
    const std::uint64_t kib = (context.stack_end - context.stack_begin) >> 10;
    return kib >= 1024 ? fmt::format("{} MB", kib >> 10) : fmt::format("{} KB", kib);
}

}  // namespace

std::string place_text(const Program& program, std::uint64_t file, std::uint64_t line) {
    if (line == 0 || file >= program.files.size()) return "";
    return fmt::format("{}:{}", program.files[file].name, line);
}

std::string explain_stack_overflow(const Program& program, const Context& context,
                                   const StackOverflow& overflow) {
    const std::string cycle = cycle_text(program, context);
    if (cycle.empty() || overflow.bytes > kStackBytes)
        return fmt::format("stack overflow: the local variables of {}() take {} bytes, and the whole stack has {}",
                           program.functions[overflow.function].name, overflow.bytes, stack_size(context));
    return fmt::format("stack overflow: {} calls have not returned, and {} without an end; the stack has {}",
                       context.frames.size(), cycle, stack_size(context));
}

std::string explain_bad_free(const Program& program, const Context& context, kernel::UserMemory memory,
                             std::uint64_t address) {
    return library_text(program, context) +
           Looker(program, context, memory.space, memory.objects).describe_freed(address);
}

std::string explain_bad_access(const Program& program, const Context& context,
                               const kernel::AddressSpace& space, const kernel::MemoryObjects& objects,
                               const kernel::BadAccess& bad) {
    if (bad.shade == kernel::Shade::arguments_end) return missing_argument_sentence(program, context);
    const bool is_read = bad.access == kernel::Access::read;
    return fmt::format("{}{} of {} byte{} {}", library_text(program, context), is_read ? "read" : "write",
                       bad.bytes, bad.bytes == 1 ? "" : "s",
                       Looker(program, context, space, objects).describe(bad));
}

std::string explain_unset(const Program& program, const Context& context, std::uint16_t register_number) {
    const Frame& frame = context.frames.back();
    const Function& function = program.functions[frame.function];
    for (auto variable = function.variables.rbegin(); variable != function.variables.rend(); ++variable)
        if (variable->place == Variable::Place::reg && variable->location == register_number &&
            (variable->is_parameter || (variable->scope_begin <= frame.pc && frame.pc < variable->scope_end)))
            return fmt::format("'{}' is used here, but it has not been given a value", variable->name);
    return "the result of a function is used that ended without a 'return'";
}

FaultReport explain_memory_fault(const Program& program, const Context& context, kernel::UserMemory memory,
                                 const kernel::Fault& fault) {
    using Why = kernel::Fault::Why;
    const std::string who = library_text(program, context);
    switch (fault.why) {
        case Why::unmapped: {
            const std::string wanted = wanted_address(program, context, fault);
            return {kernel::kSigSegv, kSegvMapErr, fault.address,
                    who + (wanted.empty() ? unmapped_sentence(memory.space, fault) : wanted)};
        }
        case Why::protection:
            return {kernel::kSigSegv, kSegvAccErr, fault.address,
                    who + protection_sentence(program, memory.space, fault)};
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
