// Bytecode as text: one instruction, or the whole program beside its source.
#include <fmt/format.h>

#include "sim/vm/program.h"

namespace ipclab::vm {

namespace {

struct OpcodeRow {
    std::string_view name;
    Form form;
};

constexpr OpcodeRow kOpcodes[] = {
#define OP(name, form) {#name, Form::form},
#include "sim/vm/opcodes.def"
#undef OP
};

constexpr std::string_view kIntrinsics[] = {
#define INTRINSIC(name, arguments, types) #name,
#include "sim/vm/intrinsics.def"
#undef INTRINSIC
};

/// The mnemonic: names that C++ keeps for itself carry a trailing underscore in the table.
std::string_view mnemonic(std::string_view name) {
    return name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
}

std::string operands(const Program& program, const Instruction& i, Form form) {
    const int c = static_cast<std::int16_t>(i.c), b = static_cast<std::int16_t>(i.b);
    switch (form) {
        case Form::ABC:
            return fmt::format("r{}, r{}, r{}", i.a, i.b, i.c);
        case Form::AB:
            return fmt::format("r{}, r{}", i.a, i.b);
        case Form::A:
            return fmt::format("r{}", i.a);
        case Form::ABI:
            return fmt::format("r{}, r{}, {}", i.a, i.b, c);
        case Form::AI:
            return fmt::format("r{}, {}", i.a, i.imm32());
        case Form::I:
            return fmt::format("{}", i.imm32());
        case Form::N:
            return {};
        case Form::ABJ:
            return fmt::format("r{}, r{}, {:+}", i.a, i.b, c);
        case Form::AIJ:
            return fmt::format("r{}, {}, {:+}", i.a, b, c);
        case Form::AJ:
            return fmt::format("r{}, {:+}", i.a, i.imm32());
        case Form::J:
            return fmt::format("{:+}", i.imm32());
        case Form::CALL:
            return fmt::format("r{}, {}", i.a,
                               i.b < program.functions.size() ? program.functions[i.b].name : "?");
        case Form::CALLR:
            return fmt::format("r{}, r{}, {} arguments", i.a, i.b, i.c);
        case Form::INT:
            return fmt::format("r{}, {}", i.a, i.b < std::size(kIntrinsics) ? kIntrinsics[i.b] : "?");
        case Form::SYS:
            return fmt::format("r{}, {} arguments", i.a, i.b);
    }
    return {};
}

/// Line `number` (from 1) of a text.
std::string_view source_line(std::string_view text, std::uint32_t number) {
    for (std::uint32_t line = 1; line < number; ++line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

void dump_function(const Program& program, const Function& function, std::string& out) {
    out += fmt::format("{}: {} parameters, {} registers, {} bytes of frame\n", function.name,
                       function.parameter_count, function.register_count, function.frame_bytes);
    SourceSpan last;
    for (std::size_t pc = 0; pc < function.code.size(); ++pc) {
        const SourceSpan span = pc < function.spans.size() ? function.spans[pc] : SourceSpan{};
        if (span.line != 0 && (span.line != last.line || span.file != last.file) &&
            span.file < program.files.size())
            out += fmt::format("; {}:{}: {}\n", program.files[span.file].name, span.line,
                               source_line(program.files[span.file].text, span.line));
        last = span;
        out += fmt::format("{:6}  {}\n", pc, disassemble(program, function.code[pc]));
    }
    out += '\n';
}

}  // namespace

std::int64_t function_at(const Program& program, std::uint64_t address) {
    if (address < kCodeBase || (address - kCodeBase) % kCodeStride != 0) return -1;
    const std::uint64_t index = (address - kCodeBase) / kCodeStride;
    return index < program.functions.size() ? static_cast<std::int64_t>(index) : -1;
}

std::string disassemble(const Program& program, const Instruction& instruction) {
    const auto& [name, form] = kOpcodes[static_cast<std::size_t>(instruction.op)];
    return fmt::format("{:<10}{}", mnemonic(name), operands(program, instruction, form));
}

std::string dump(const Program& program, bool library) {
    std::string out;
    for (const Function& function : program.functions)
        if (library || !function.is_library) dump_function(program, function, out);
    return out;
}

}  // namespace ipclab::vm
