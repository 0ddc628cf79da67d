// From a program to a process that stands before its first instruction, and the frames of signal handlers.
#include <algorithm>
#include <bit>
#include <cstring>

#include "kernel/limits.h"
#include "sim/vm/interpreter.h"

namespace ipclab::vm {

using kernel::Errno;
using kernel::Mapping;

namespace {

constexpr std::uint64_t kFirstStackBytes = 33 * kernel::kPageSize;  // what Linux maps of a new stack
constexpr std::uint64_t kRedZone = 128;  // x86-64 ABI: below sp, the interrupted function may keep data
constexpr std::uint64_t kSiginfoBytes = 128, kUcontextBytes = 968;

std::uint64_t page_up(std::uint64_t bytes) {
    return (bytes + kernel::kPageSize - 1) & ~(kernel::kPageSize - 1);
}

kernel::Result<void> map(kernel::UserMemory memory, std::uint64_t begin, std::uint64_t bytes,
                         kernel::Protection protection, Mapping::Use use) {
    if (bytes == 0) return {};
    Mapping mapping;
    mapping.begin = begin;
    mapping.end = begin + page_up(bytes);
    mapping.protection = protection;
    mapping.use = use;
    auto done = memory.space.map(mapping, true);
    if (!done) return done.error();
    return {};
}

kernel::Result<void> map_image(const Program& program, kernel::UserMemory memory) {
    const std::uint64_t code_begin = kCodeBase & ~(kernel::kPageSize - 1);
    const std::uint64_t code_bytes = kCodeBase - code_begin + kCodeStride * program.functions.size();
    if (auto done =
            map(memory, code_begin, code_bytes, kernel::kProtRead | kernel::kProtExec, Mapping::Use::code);
        !done)
        return done;
    const std::uint64_t bytes = page_up(std::max<std::uint64_t>(program.data_bytes, program.data.size()));
    if (auto done =
            map(memory, program.data_base, bytes, kernel::kProtRead | kernel::kProtWrite, Mapping::Use::data);
        !done)
        return done;
    if (auto done = memory.write(program.data_base, program.data); !done) return done;
    if (program.read_only_bytes > 0) {
        auto done = memory.space.protect(program.data_base, program.read_only_bytes, kernel::kProtRead);
        if (!done) return done;
    }
    memory.space.set_heap_begin(program.data_base + bytes);
    for (const AddressRange& guard : program.guards) memory.space.shade(guard.begin, guard.bytes, kernel::Shade::guard);
    return {};
}

kernel::Result<void> map_stack(kernel::UserMemory memory) {
    Mapping stack;
    stack.begin = kStackTop - kFirstStackBytes;
    stack.end = kStackTop;
    stack.protection = kernel::kProtRead | kernel::kProtWrite;
    stack.use = Mapping::Use::stack;
    stack.grows_down = true;
    stack.limit = kStackTop - kStackBytes;
    auto done = memory.space.map(stack, true);
    if (!done) return done.error();
    return {};
}

/// The strings at the top of the stack, and where each begins.
struct Strings {
    std::uint64_t top;
    std::vector<std::uint64_t> addresses;

    kernel::Result<void> push(kernel::UserMemory memory, const std::vector<std::string>& texts) {
        // The first string lies lowest, as Linux lays them out: place the last one first.
        addresses.assign(texts.size(), 0);
        for (std::size_t i = texts.size(); i-- > 0;) {
            top -= texts[i].size() + 1;
            addresses[i] = top;
            auto done = memory.write(
                top, {reinterpret_cast<const std::uint8_t*>(texts[i].c_str()), texts[i].size() + 1});
            if (!done) return done;
        }
        return {};
    }
};

/// Stores the addresses and a null pointer at `place`; returns the address behind them.
kernel::Result<std::uint64_t> store_vector(kernel::UserMemory memory, std::uint64_t place,
                                           const std::vector<std::uint64_t>& addresses) {
    for (std::size_t i = 0; i <= addresses.size(); ++i, place += 8) {
        auto done = memory.write_object(place, i < addresses.size() ? addresses[i] : std::uint64_t{0});
        if (!done) return done.error();
    }
    return place;
}

}  // namespace

kernel::Result<Context> load(const Program& program, kernel::UserMemory memory,
                             const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment) {
    // execve(2): argv and envp may take at most a quarter of the stack.
    std::uint64_t text_bytes = 0;
    for (const auto* list : {&arguments, &environment})
        for (const std::string& text : *list) text_bytes += text.size() + 1 + sizeof(std::uint64_t);
    if (text_bytes > kStackBytes / 4) return Errno::e2big;

    if (auto done = map_image(program, memory); !done) return done.error();
    if (auto done = map_stack(memory); !done) return done.error();

    Strings strings{kStackTop - 8, {}};
    if (auto done = strings.push(memory, environment); !done) return done.error();
    const std::vector<std::uint64_t> environment_at = strings.addresses;
    if (auto done = strings.push(memory, arguments); !done) return done.error();
    const std::uint64_t vectors = (arguments.size() + environment.size() + 2) * 8;
    const std::uint64_t argv = (strings.top - vectors) & ~15ull;
    const auto envp = store_vector(memory, argv, strings.addresses);
    if (!envp) return envp.error();
    if (auto done = store_vector(memory, *envp, environment_at); !done) return done.error();

    const Function& entry = program.functions[program.entry];
    const std::uint64_t pointer = (argv - 8 - entry.frame_bytes) & -std::uint64_t{entry.frame_align};
    Context context;
    context.frames.push_back({program.entry, 0, 0, pointer, Frame::Kind::normal, 0, 0});
    context.registers.resize(std::max<std::size_t>(entry.register_count, 4));
    context.registers[0] = pointer;
    context.registers[1] = arguments.size();
    context.registers[2] = argv;
    context.registers[3] = *envp;
    return context;
}

kernel::Result<Context> start_thread(const Program& program, kernel::UserMemory memory, std::uint64_t stack) {
    const auto words = memory.read_object<std::array<std::uint64_t, 2>>(stack);
    if (!words) return words.error();
    const std::int64_t index = function_at(program, (*words)[0]);
    if (index < 0) return Errno::einval;
    const Function& entry = program.functions[static_cast<std::size_t>(index)];
    const Mapping& mapping = *memory.space.mapping_at(stack);
    const std::uint64_t pointer = (stack - 8 - entry.frame_bytes) & -std::uint64_t{entry.frame_align};
    if (pointer < mapping.begin || pointer >= stack) return Errno::efault;
    memory.space.shade(pointer, stack - pointer, kernel::Shade::fine);  // an earlier thread's stack is forgotten
    Context context;
    context.stack_begin = mapping.begin;
    context.stack_end = mapping.end;
    context.frames.push_back({static_cast<std::uint32_t>(index), 0, 0, pointer, Frame::Kind::normal, 0, 0});
    context.registers.resize(std::max<std::size_t>(entry.register_count, 2));
    context.registers[0] = pointer;
    context.registers[1] = (*words)[1];
    return context;
}

bool push_signal_handler(const Program& program, Context& context, kernel::UserMemory memory,
                         std::uint64_t handler, int signal, const std::vector<std::uint8_t>& siginfo,
                         std::uint64_t saved_mask, const kernel::AlternateStack& alternate) {
    const std::int64_t index = function_at(program, handler);
    if (index < 0) return false;
    const Function& function = program.functions[static_cast<std::size_t>(index)];
    const Frame& interrupted = context.frames.back();
    std::uint64_t top = interrupted.stack_pointer - kRedZone;
    const bool is_switched = alternate.bytes != 0 && !alternate.holds(interrupted.stack_pointer);
    if (is_switched) top = alternate.begin + alternate.bytes;
    const std::uint64_t info = (top - kSiginfoBytes) & ~15ull;
    const std::uint64_t ucontext = (info - kUcontextBytes) & ~15ull;
    const std::uint64_t pointer = (ucontext - function.frame_bytes - 16) & -std::uint64_t{function.frame_align};
    // kernel/signal.c: a handler whose frame does not fit its alternate stack is not called.
    if (alternate.bytes != 0 && (pointer < alternate.begin || pointer > top)) return false;
    // Linux writes the frame whether the handler wants it or not: a stack without room is found out here.
    std::vector<std::uint8_t> record(info - ucontext + kSiginfoBytes);  // with the gap that aligning leaves
    std::copy(siginfo.begin(), siginfo.end(), record.begin() + static_cast<std::ptrdiff_t>(info - ucontext));
    memory.space.shade(pointer, info + kSiginfoBytes - pointer, kernel::Shade::fine);  // what was there is gone
    if (!memory.write(ucontext, record)) return false;
    if (is_switched) {
        context.alternate_begin = alternate.begin;
        context.alternate_end = alternate.begin + alternate.bytes;
    }

    const auto base = static_cast<std::uint32_t>(context.registers.size());
    Frame frame{static_cast<std::uint32_t>(index), 0,          base,  pointer,
                Frame::Kind::signal_handler,       saved_mask, signal};
    context.frames.push_back(frame);
    context.registers.resize(base + std::max<std::uint32_t>(function.register_count, 4));
    context.registers[base] = pointer;
    context.registers[base + 1] = static_cast<std::uint64_t>(signal);
    context.registers[base + 2] = siginfo.empty() ? 0 : info;
    context.registers[base + 3] = siginfo.empty() ? 0 : ucontext;
    return true;
}

}  // namespace ipclab::vm
