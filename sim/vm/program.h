// Compiled code: what sim/cc produces and the interpreter runs. Immutable once linked, so every machine and
// every snapshot shares one copy.
//
// A Module is one translation unit with unresolved symbols; link() in sim/cc makes a Program of several.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ipclab::vm {

/// Where things lie in a toy process: as in a non-PIE executable on x86-64 Linux.
inline constexpr std::uint64_t kCodeBase = 0x401000;  ///< function i has the code address kCodeBase + 16 * i
inline constexpr std::uint64_t kCodeStride = 16;
inline constexpr std::uint64_t kStackTop = 0x7ffffffff000;  ///< first byte above the initial thread's stack
inline constexpr std::uint64_t kStackBytes = 8 << 20;       ///< RLIMIT_STACK's usual value
inline constexpr std::uint64_t kMmapTop = 0x7ffff7fff000;   ///< mmap() places mappings below this, downwards

inline constexpr std::uint64_t kThreadLocalAlign =
    64;  ///< of the thread-local objects, and of each copy of them

/// What a register holds whose variable has not been given a value: no int, short or char is held so (see opcodes.def),
/// and of the other types one value in 2^64.
inline constexpr std::uint64_t kUnset = 0xfff46970636c6162;

enum class Opcode : std::uint16_t {
#define OP(name, form) name,
#include "sim/vm/opcodes.def"
#undef OP
};

/// Instructions that write to memory: stores, copies, fills. They read all their operands.
constexpr bool is_store(Opcode op) {
    switch (op) {
        case Opcode::st8:
        case Opcode::st16:
        case Opcode::st32:
        case Opcode::st64:
        case Opcode::stf32:
        case Opcode::stx8:
        case Opcode::stx16:
        case Opcode::stx32:
        case Opcode::stx64:
        case Opcode::stxf32:
        case Opcode::mcpy:
        case Opcode::mset:
            return true;
        default:
            return false;
    }
}

enum class Form : std::uint8_t { ABC, AB, A, ABI, AI, I, N, ABJ, AIJ, AJ, J, CALL, CALLR, INT, SYS };

enum class Intrinsic : std::uint16_t {
#define INTRINSIC(name, arguments, types) name,
#include "sim/vm/intrinsics.def"
#undef INTRINSIC
};

/// One instruction, 8 bytes. b and c together are the 32-bit immediate of the forms AI, I, AJ and J.
struct Instruction {
    Opcode op{};
    std::uint16_t a = 0, b = 0, c = 0;

    std::int32_t imm32() const {
        return static_cast<std::int32_t>(std::uint32_t{b} | std::uint32_t{c} << 16);
    }
    void set_imm32(std::int32_t value) {
        b = static_cast<std::uint16_t>(value);
        c = static_cast<std::uint16_t>(static_cast<std::uint32_t>(value) >> 16);
    }
    bool operator==(const Instruction&) const = default;
};
static_assert(sizeof(Instruction) == 8);

/// The piece of source that an instruction comes from: lines and columns count from 1, end_column is one past
/// the last.
struct SourceSpan {
    std::uint16_t file = 0;  ///< index into Program::files
    std::uint16_t column = 0;
    std::uint16_t end_column = 0;
    std::uint32_t line = 0;  ///< 0: no source (start-up code)
    bool operator==(const SourceSpan&) const = default;
};

/// A type as the window and the explanations need it: enough to print a value found in memory.
struct TypeInfo {
    enum class Kind : std::uint8_t {
        void_,
        bool_,
        signed_integer,
        unsigned_integer,
        floating,
        pointer,
        array,
        structure,
        union_,
        enumeration,
        function
    };
    struct Member {
        std::string name;
        std::uint32_t type = 0;
        std::uint32_t offset = 0;     ///< bytes
        std::uint8_t bit_offset = 0;  ///< bit-fields: from the lowest bit of the unit at `offset`
        std::uint8_t bit_width = 0;   ///< 0: not a bit-field
    };
    Kind kind = Kind::void_;
    std::uint64_t size = 0;  ///< bytes
    std::string name;        ///< as C writes it: "unsigned int", "struct point", "char *"
    std::uint32_t element =
        0;  ///< pointer, array, function: index of the type pointed to, of the element, of the result
    std::uint64_t count = 0;      ///< array: number of elements
    std::vector<Member> members;  ///< structure, union
    std::vector<std::pair<std::string, std::int64_t>> enumerators;
};

/// A named object: where it is and from which instruction to which it is in scope.
struct Variable {
    enum class Place : std::uint8_t { reg, frame, global };
    std::string name;
    std::uint32_t type = 0;  ///< index into Program::types
    Place place = Place::frame;
    std::uint64_t location = 0;                    ///< register number, offset from fp, or address
    std::uint32_t scope_begin = 0, scope_end = 0;  ///< [begin, end) in instructions; unused for globals
    std::uint32_t line = 0;                        ///< of its declaration
    bool is_parameter = false;
};

struct Function {
    std::string name;
    std::vector<Instruction> code;
    std::vector<SourceSpan> spans;      ///< one per instruction
    std::uint16_t register_count = 1;   ///< R[0] is fp
    std::uint16_t parameter_count = 0;  ///< registers R[1..parameter_count], the hidden ones included
    std::uint32_t frame_bytes = 0;      ///< multiple of 16
    std::uint32_t frame_align = 16;     ///< where it may begin: a power of two
    bool is_variadic = false;
    bool is_library = false;  ///< of the embedded C library: stepped over by default
    bool is_trusted = false;  ///< its accesses are not checked: the heap's own functions
    /// Of each byte of the frame, a kernel::Shade: what it is when the function begins. Empty: unset all over.
    std::vector<std::uint8_t> frame_shades;
    /// Instructions, in order, whose access need not be aligned: to members of packed structures, and our own pieces.
    std::vector<std::uint32_t> unaligned;
    std::vector<Variable> variables;  ///< parameters first
};

struct AddressRange {
    std::uint64_t begin = 0, bytes = 0;
};

struct SourceFile {
    std::string name;  ///< as the user wrote it, or "<stdio.c>" for the library's own
    std::string text;
    bool is_library = false;
};

/// A linked program: all addresses are final. Loading it: map `data` (then zeroes up to data_bytes)
/// read-write at data_base, with [data_base, data_base + read_only_bytes) read-only; the heap starts at the
/// next page boundary.
struct Program {
    std::string name;
    std::vector<Function> functions;
    std::vector<std::uint64_t> constants;
    std::vector<std::uint8_t> data;  ///< initial bytes: read-only ones (string literals, const objects) first
    std::uint64_t data_base = 0;     ///< page-aligned
    std::uint64_t read_only_bytes = 0;  ///< multiple of the page size
    std::uint64_t data_bytes = 0;       ///< with the zero-initialised part
    /// The thread-local objects: the first thread's are these, every other thread has a copy of their initial bytes.
    std::uint64_t thread_local_begin = 0, thread_local_bytes = 0;
    std::uint32_t entry = 0;  ///< index of _start: called with R[1] = argc, R[2] = argv, R[3] = envp
    std::vector<SourceFile> files;
    std::vector<TypeInfo> types;
    std::vector<Variable> globals;     ///< the program's own, static ones included, not the library's
    std::vector<AddressRange> guards;  ///< between the program's own globals: nothing lives there
};

/// Index of the function that a code address names, or -1.
std::int64_t function_at(const Program& program, std::uint64_t address);

/// One instruction as text: "addw  r5, r3, r4".
std::string disassemble(const Program& program, const Instruction& instruction);

/// The whole program's own functions, bytecode beside the source lines. With `library`, the C library's too.
std::string dump(const Program& program, bool library = false);

}  // namespace ipclab::vm
