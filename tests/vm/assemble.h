// Programs written by hand, one instruction after the other, for tests of the interpreter.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "kernel/address_space.h"
#include "sim/vm/interpreter.h"

namespace ipclab::vm {

inline Instruction abc(Opcode op, int a = 0, int b = 0, int c = 0) {
    return {op, static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b), static_cast<std::uint16_t>(c)};
}
inline Instruction ai(Opcode op, int a, std::int32_t value) {
    Instruction instruction{op, static_cast<std::uint16_t>(a), 0, 0};
    instruction.set_imm32(value);
    return instruction;
}

inline Function function(std::string name, int registers, std::vector<Instruction> code,
                         std::uint32_t frame_bytes = 0) {
    Function made;
    made.name = std::move(name);
    made.register_count = static_cast<std::uint16_t>(registers);
    made.spans.resize(code.size());
    made.code = std::move(code);
    made.frame_bytes = frame_bytes;
    return made;
}

/// A program whose entry is the first function, with 64 bytes of writable data behind a page of read-only ones.
inline Program program(std::vector<Function> functions) {
    Program made;
    made.name = "test";
    made.functions = std::move(functions);
    made.data_base = 0x404000;
    made.read_only_bytes = kernel::kPageSize;
    made.data_bytes = kernel::kPageSize + 64;
    return made;
}
inline constexpr std::int32_t kReadOnly = 0x404000, kWritable = 0x405000;

/// A loaded program.
struct Process {
    explicit Process(Program made, const std::vector<std::string>& arguments = {"test"},
                     const std::vector<std::string>& environment = {})
        : program(std::move(made)), context(*load(program, memory(), arguments, environment)) {}

    kernel::UserMemory memory() { return {space, objects}; }
    Stop run(std::uint64_t budget = 1'000'000, StopAt stop_at = StopAt::nothing) {
        return vm::run(program, context, memory(), budget, stop_at);
    }

    Program program;
    kernel::AddressSpace space;
    kernel::MemoryObjects objects;
    Context context;
};

}  // namespace ipclab::vm
