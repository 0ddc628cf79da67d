// The dispatch loop. One label per instruction, expanded from opcodes.def; pc, registers and the budget live in locals.
#include "sim/vm/interpreter.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "kernel/assert.h"
#include "kernel/signal_state.h"
#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

constexpr std::size_t kMaxFrames = 1 << 20;  // deeper than any stack of 8 MB allows
constexpr std::size_t kMostReports = 100;    // mistakes of one task that are told
constexpr std::uint64_t kCallBytes = 16;     // return address and saved frame pointer, as on x86-64

// si_code values (sigaction(2)).
constexpr int kFpeIntDiv = 1, kIllIllOpn = 2, kSegvMapErr = 1, kBusAdrAln = 1;

/// What setjmp stores in the 200 bytes of a jmp_buf. User memory: everything is checked before it is believed.
struct JumpBuffer {
    std::uint64_t magic = 0;
    std::uint32_t depth = 0, function = 0, pc = 0, register_base = 0, result = 0, unused = 0;
    std::uint64_t stack_pointer = 0;
};
constexpr std::uint64_t kJumpMagic = 0x6970636c61626a62;

double real(std::uint64_t bits) {
    return std::bit_cast<double>(bits);
}
std::uint64_t bits(double value) {
    return std::bit_cast<std::uint64_t>(value);
}
std::int64_t s64(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}
std::int32_t s32(std::uint64_t value) {
    return static_cast<std::int32_t>(value);
}
std::uint32_t u32(std::uint64_t value) {
    return static_cast<std::uint32_t>(value);
}
std::uint64_t from32(std::uint32_t value) {
    return static_cast<std::uint64_t>(static_cast<std::int32_t>(value));
}

/// cvttsd2si: what does not fit gives the smallest integer.
std::int64_t to_signed(double value) {
    if (value >= -0x1p63 && value < 0x1p63) return static_cast<std::int64_t>(value);
    return std::numeric_limits<std::int64_t>::min();
}
/// As gcc converts to unsigned 64 bits on x86-64: by way of the signed conversion.
std::uint64_t to_unsigned(double value) {
    if (value < 0x1p63) return static_cast<std::uint64_t>(to_signed(value));
    return static_cast<std::uint64_t>(to_signed(value - 0x1p63)) ^ (1ull << 63);
}

FaultReport fault_of(int signal, int code, std::uint64_t address, std::string explanation) {
    return {signal, code, address, std::move(explanation)};
}

/// An instruction with its operands as wide as an address computation wants them.
struct Decoded {
    Opcode op{};
    std::uint32_t a = 0, b = 0, c = 0;
    void operator=(const Instruction& from) {
        op = from.op;
        a = from.a;
        b = from.b;
        c = from.c;
    }
    std::int32_t imm32() const { return static_cast<std::int32_t>(static_cast<std::uint32_t>(b | c << 16)); }
};

bool has_immediate(Opcode op) {
    return op == Opcode::addwi || op == Opcode::mulwi || op == Opcode::addli || op == Opcode::mulli;
}

std::string explain_division_at(const Instruction& at, const std::uint64_t* r) {
    switch (at.op) {
        case Opcode::divs:
        case Opcode::rems:
        case Opcode::divsw:
        case Opcode::remsw:
        case Opcode::divu:
        case Opcode::remu:
        case Opcode::divuw:
        case Opcode::remuw:
            return explain_division(r[at.b], r[at.c]);
        default:
            return explain_division(
                r[at.b], static_cast<std::uint64_t>(std::int64_t{static_cast<std::int16_t>(at.c)}));
    }
}

/// One run. The template parameter keeps the checks for places to stop at out of the usual loop.
template <StopAt kStopAt>
class Run {
  public:
    Run(const Program& program, Context& context, kernel::UserMemory memory, const StoreOrder* order,
        Stop& stop, bool stops_at_mistake = false, Watch* watch = nullptr)
        : program_(program),
          functions_(program.functions.data()),
          context_(context),
          port_(memory, program, context, order),
          stop_(stop),
          stops_at_mistake_(stops_at_mistake),
          watch_(watch) {}

    void run(std::uint64_t budget);

  private:
    enum class Called : std::uint8_t { ok, overflow, not_a_function };

    Frame& frame() { return context_.frames.back(); }
    const Function& function() { return functions_[frame().function]; }

    /// Enters function `index`, whose window starts at register `window` of the caller.
    Called enter(std::uint64_t index, std::uint32_t window) {
        const Function& callee = functions_[index];
        const Frame& caller = frame();
        const std::uint64_t charged = callee.frame_bytes + kCallBytes + 8ull * callee.register_count;
        const std::uint64_t pointer = (caller.stack_pointer - charged) & -std::uint64_t{callee.frame_align};
        if (pointer > caller.stack_pointer || context_.overflows(caller.stack_pointer, pointer) ||
            context_.frames.size() >= kMaxFrames) {
            overflow_address_ = pointer;
            overflow_ = {static_cast<std::uint32_t>(index), callee.frame_bytes};
            return Called::overflow;
        }
        const std::uint32_t base = caller.register_base + window;
        context_.frames.push_back(
            {static_cast<std::uint32_t>(index), 0, base, pointer, Frame::Kind::normal, 0, 0});
        context_.registers.resize(base + callee.register_count);
        context_.registers[base] = pointer;
        if (callee.frame_bytes > 0) port_.open_frame(pointer, callee);
        return Called::ok;
    }

    bool set_jump(std::uint64_t* r, std::uint32_t result) {
        const Frame& here = frame();
        JumpBuffer buffer{kJumpMagic, u32(context_.frames.size()), here.function,
                          here.pc,    here.register_base,          result,
                          0,          here.stack_pointer};
        const std::uint64_t address = r[0];
        r[0] = 0;
        return port_.store_slowly(address, &buffer, sizeof buffer);
    }
    /// Back to the setjmp: its frame is the innermost again, and its result register set. False: not a valid buffer.
    bool long_jump(const JumpBuffer& buffer, std::uint64_t value) {
        if (buffer.magic != kJumpMagic || buffer.depth == 0 || buffer.depth > context_.frames.size())
            return false;
        Frame& target = context_.frames[buffer.depth - 1];
        const Function& owner = program_.functions[target.function];
        if (target.function != buffer.function || target.register_base != buffer.register_base ||
            buffer.pc >= owner.code.size() || buffer.result >= owner.register_count)
            return false;
        context_.frames.resize(buffer.depth);
        context_.registers.resize(target.register_base + owner.register_count);
        target.pc = buffer.pc;
        target.stack_pointer = buffer.stack_pointer;
        context_.registers[target.register_base + buffer.result] = s32(value) == 0 ? 1 : from32(u32(value));
        return true;
    }

    /// The frame that returns: whoever still has a pointer into it is wrong.
    void close_frame(const Frame& gone, std::uint64_t frame_pointer) {
        const std::uint64_t end = frame_pointer + functions_[gone.function].frame_bytes;
        if (end > gone.stack_pointer)
            port_.shade(gone.stack_pointer, end - gone.stack_pointer, kernel::Shade::dead);
    }

    /// Reports what the instruction at frame().pc did wrong, once for each place.
    /// True: the run is to stop here.
    template <class Explain>
    bool report(MistakeKind kind, Explain explain) {
        if (!is_first_report(program_, context_, kind)) return false;
        stop_.mistakes.push_back({current_span(program_, context_, true), explain()});
        return stops_at_mistake_;
    }
    /// Whether the instruction at frame().pc, whose address is no multiple of its size, is right all the same.
    bool may_be_unaligned() {
        const auto& allowed = function().unaligned;
        return function().is_library || std::binary_search(allowed.begin(), allowed.end(), frame().pc);
    }

    /// Whether the watch wants to stand before this access.
    bool stops_before(std::uint64_t address, std::uint64_t bytes, bool writes, bool is_atomic = false) {
        if (bytes == 0 || watch_->is_ignored(address, bytes)) return false;
        const kernel::MemoryAccess access{address, bytes, writes, is_atomic};
        return watch_->stops_before({&access, 1}) || (writes && stops_before_drain(address, bytes));
    }
    /// What atomic instructions do; plain stores only where the library makes them.
    bool stops_before_drain() { return port_.has_waiting_stores() && watch_->stops_before_drain(); }
    bool ends_task() { return context_.frames.size() == 1 && frame().kind == Frame::Kind::normal; }
    bool stops_before_drain(std::uint64_t address, std::uint64_t bytes) {
        return port_.would_drain(address, bytes) && watch_->stops_before_drain();
    }
    bool stops_before(const kernel::MemoryAccess& a, const kernel::MemoryAccess& b) {
        if ((a.bytes == 0 || watch_->is_ignored(a.address, a.bytes)) &&
            (b.bytes == 0 || watch_->is_ignored(b.address, b.bytes)))
            return false;
        const std::array both{a, b};
        return watch_->stops_before(both) || (a.writes && stops_before_drain(a.address, a.bytes)) ||
               (b.writes && stops_before_drain(b.address, b.bytes));
    }
    bool stops_before_copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes) {
        return stops_before({from, bytes, false}, {to, bytes, true});
    }
    bool stops_before_intrinsic(Intrinsic which, const std::uint64_t* r);
    /// With its NUL.
    std::uint64_t string_bytes(std::uint64_t address);

    /// Of the innermost function; null in the library.
    const SourceSpan* own_spans() {
        return function().is_library || function().spans.empty() ? nullptr : function().spans.data();
    }
    static bool is_other(const SourceSpan& now, const SourceSpan& begun) {
        return now.line != 0 && (now.line != begun.line || now.file != begun.file);
    }

    const Program& program_;
    const Function* const functions_;  // the program's
    Context& context_;
    MemoryPort port_;
    Stop& stop_;  // not a local: its address would take a register from the loop
    std::uint64_t overflow_address_ = 0;
    StackOverflow overflow_;
    const bool stops_at_mistake_;
    Watch* const watch_;
};

template <StopAt kStopAt>
std::uint64_t Run<kStopAt>::string_bytes(std::uint64_t address) {
    constexpr std::uint64_t kMost = 1 << 20;
    std::uint64_t bytes = 0;
    while (bytes < kMost) {
        std::size_t length = 0;
        const std::uint8_t* piece = port_.piece(address + bytes, kMost, length);
        if (!piece) return bytes;
        if (const void* end = std::memchr(piece, 0, length))
            return bytes + static_cast<std::uint64_t>(static_cast<const std::uint8_t*>(end) - piece) + 1;
        bytes += length;
    }
    return bytes;
}

template <StopAt kStopAt>
bool Run<kStopAt>::stops_before_intrinsic(Intrinsic which, const std::uint64_t* r) {
    switch (which) {
        case Intrinsic::memcpy:
            return stops_before_copy(r[0], r[1], r[2]);
        case Intrinsic::memset:
            return stops_before(r[0], r[2], true);
        case Intrinsic::memcmp:
            return stops_before({r[0], r[2], false}, {r[1], r[2], false});
        case Intrinsic::memchr:
            return stops_before(r[0], r[2], false);
        case Intrinsic::strlen:
        case Intrinsic::parse_double:
            return stops_before(r[0], string_bytes(r[0]), false);
        case Intrinsic::strcmp:
            return stops_before({r[0], string_bytes(r[0]), false}, {r[1], string_bytes(r[1]), false});
        case Intrinsic::stpcpy:
            return stops_before_copy(r[0], r[1], string_bytes(r[1]));
        case Intrinsic::parse_extended:
            return stops_before(r[1], string_bytes(r[1]), false);
        case Intrinsic::format_double:
        case Intrinsic::format_extended:
            return stops_before(r[0], r[1], true);
        case Intrinsic::extended_copy:  // all others work on copies in the thread's own frame
            return stops_before({r[0], 10, true}, {r[1], 10, false});
        case Intrinsic::atomic_load:
            return stops_before(r[0], r[1], false, true);
        case Intrinsic::atomic_cas:
            return stops_before({r[0], r[3], true, true}, {r[1], r[3], true}) || stops_before_drain();
        case Intrinsic::atomic_put:
            return stops_before(r[0], r[2], true, true);
        case Intrinsic::atomic_store:
        case Intrinsic::atomic_exchange:
        case Intrinsic::atomic_add:
        case Intrinsic::atomic_and:
        case Intrinsic::atomic_or:
        case Intrinsic::atomic_xor:
            return stops_before(r[0], r[2], true, true) || stops_before_drain();
        case Intrinsic::fence:
            return stops_before_drain();
        case Intrinsic::fails:
            return watch_->stops_before_request(static_cast<Request>(r[0]));
        case Intrinsic::setjmp:
            return stops_before(r[0], sizeof(JumpBuffer), true);
        case Intrinsic::longjmp:
            return stops_before(r[0], sizeof(JumpBuffer), false);
        default:  // the rest computes, or touches only what is the thread's own
            return false;
    }
}

template <StopAt kStopAt>
void Run<kStopAt>::run(std::uint64_t budget) {
    static const void* const labels[] = {
#define OP(name, form) &&do_##name,
#include "sim/vm/opcodes.def"
#undef OP
    };

    const std::size_t resident_before = port_.memory().space.resident_pages();
    std::int64_t left = s64(budget);
    bool stops = false;                       // after the instruction that is being carried out unchecked
    std::int64_t left_before_forgiving = -1;  // not negative: one instruction is being carried out unchecked
    [[maybe_unused]] const bool resumes = kStopAt == StopAt::watched && watch_->resumes;
    const SourceSpan begun =
        kStopAt == StopAt::other_line ? current_span(program_, context_, true) : SourceSpan{};
    [[maybe_unused]] const SourceSpan* spans = nullptr;
    const Instruction* code = nullptr;
    const Instruction* pc = nullptr;
    std::uint64_t* r = nullptr;
    Decoded i;

#define LOAD_STATE()                                                      \
    do {                                                                  \
        code = function().code.data();                                    \
        pc = code + frame().pc;                                           \
        r = context_.registers.data() + frame().register_base;            \
        port_.trust(function().is_trusted);                               \
        if constexpr (kStopAt == StopAt::other_line) spans = own_spans(); \
    } while (0)
#define SAVE_PC(at) (frame().pc = static_cast<std::uint32_t>((at)-code))
#define AT_INSTRUCTION()                         \
    if constexpr (kStopAt == StopAt::other_line) \
        if (spans && is_other(spans[pc - code], begun)) goto other_line;
#define NEXT()                                        \
    do {                                              \
        if (--left < 0) goto out_of_budget;           \
        AT_INSTRUCTION();                             \
        i = *pc++;                                    \
        goto* labels[static_cast<std::size_t>(i.op)]; \
    } while (0)
#define A r[i.a]
#define B r[i.b]
#define C r[i.c]
#define IMM static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int16_t>(i.c)))
#define IMM_B static_cast<std::int64_t>(static_cast<std::int16_t>(i.b))
#define JUMP_C() pc += static_cast<std::int16_t>(i.c)

// An operator and its immediate twin.
#define BINARY(name, expression)            \
    do_##name : {                           \
        const std::uint64_t x = B, y = C;   \
        A = (expression);                   \
    }                                       \
    NEXT();                                 \
    do_##name##i : {                        \
        const std::uint64_t x = B, y = IMM; \
        A = (expression);                   \
    }                                       \
    NEXT();
#define BINARY_ONLY(name, expression)     \
    do_##name : {                         \
        const std::uint64_t x = B, y = C; \
        A = (expression);                 \
    }                                     \
    NEXT();
#define IMMEDIATE_ONLY(name, expression)    \
    do_##name : {                           \
        const std::uint64_t x = B, y = IMM; \
        A = (expression);                   \
    }                                       \
    NEXT();
// Signed: a result that does not fit is told.
#define CHECKED_ONLY(name, type, compute)                                              \
    do_##name : {                                                                      \
        type result;                                                                   \
        if (compute(static_cast<type>(B), static_cast<type>(C), &result)) [[unlikely]] \
            goto arithmetic_mistake;                                                   \
        A = SIGNED(result);                                                            \
    }                                                                                  \
    NEXT();
#define CHECKED(name, type, compute)                                                     \
    CHECKED_ONLY(name, type, compute)                                                    \
    do_##name##i : {                                                                     \
        type result;                                                                     \
        if (compute(static_cast<type>(B), static_cast<type>(IMM), &result)) [[unlikely]] \
            goto arithmetic_mistake;                                                     \
        A = SIGNED(result);                                                              \
    }                                                                                    \
    NEXT();
#define NEGATE(name, type)                                                               \
    do_##name : {                                                                        \
        type result;                                                                     \
        if (__builtin_sub_overflow(type{0}, static_cast<type>(B), &result)) [[unlikely]] \
            goto arithmetic_mistake;                                                     \
        A = SIGNED(result);                                                              \
    }                                                                                    \
    NEXT();
// So is a shift by more bits than there are; constants are in range.
#define SHIFT(name, width, expression)      \
    do_##name : {                           \
        const std::uint64_t x = B, y = C;   \
        if (y >= (width)) [[unlikely]]      \
            goto arithmetic_mistake;        \
        A = (expression);                   \
    }                                       \
    NEXT();                                 \
    do_##name##i : {                        \
        const std::uint64_t x = B, y = IMM; \
        A = (expression);                   \
    }                                       \
    NEXT();
#define UNARY(name, expression)    \
    do_##name : {                  \
        const std::uint64_t x = B; \
        A = (expression);          \
    }                              \
    NEXT();
// Division: by zero, and the one quotient that does not fit, are SIGFPE on x86-64.
#define DIVIDE(name, type, smallest, expression, widen)                                                    \
    do_##name : {                                                                                          \
        const auto x = static_cast<type>(B), y = static_cast<type>(C);                                     \
        if (y == 0 || (smallest != 0 && x == smallest && y == static_cast<type>(-1))) goto division_fault; \
        A = widen(expression);                                                                             \
    }                                                                                                      \
    NEXT();                                                                                                \
    do_##name##i : {                                                                                       \
        const auto x = static_cast<type>(B), y = static_cast<type>(IMM);                                   \
        if (y == 0 || (smallest != 0 && x == smallest && y == static_cast<type>(-1))) goto division_fault; \
        A = widen(expression);                                                                             \
    }                                                                                                      \
    NEXT();
#define BRANCH(name, condition)          \
    do_##name : if (condition) JUMP_C(); \
    NEXT();
// Asks the watch whether to stop here. The first instruction of a run that resumes is carried out all the same.
#define WATCH(question)                                                                        \
    if constexpr (kStopAt == StopAt::watched)                                                  \
        if (left_before_forgiving < 0 && (question) && (left + 1 < s64(budget) || !resumes)) { \
            ++left;                                                                            \
            --pc;                                                                              \
            goto leave;                                                                        \
        }
#define LOAD(name, type, address, widen)                          \
    do_##name : {                                                 \
        WATCH(stops_before(address, sizeof(type), false));        \
        type value;                                               \
        if (!port_.load<type>(address, value)) goto memory_fault; \
        A = widen(value);                                         \
    }                                                             \
    NEXT();
#define STORE(name, type, address, value)                          \
    do_##name : {                                                  \
        WATCH(stops_before(address, sizeof(type), true));          \
        if (!port_.store<type>(address, value)) goto memory_fault; \
    }                                                              \
    NEXT();
#define SIGNED(value) static_cast<std::uint64_t>(static_cast<std::int64_t>(value))
#define UNSIGNED(value) static_cast<std::uint64_t>(value)
#define NARROW(type, value) static_cast<type>(value)
#define FLOAT_BITS(value) bits(static_cast<double>(value))

    LOAD_STATE();
    NEXT();

do_mov:
    A = B;
    NEXT();
do_li:
    A = SIGNED(i.imm32());
    NEXT();
do_lk:
    A = program_.constants[static_cast<std::size_t>(i.imm32())];
    NEXT();

    BINARY(add, x + y)
    BINARY_ONLY(sub, x - y)
    BINARY(mul, x * y)
    DIVIDE(divs, std::int64_t, std::numeric_limits<std::int64_t>::min(), x / y, UNSIGNED)
    DIVIDE(divu, std::uint64_t, 0, x / y, UNSIGNED)
    DIVIDE(rems, std::int64_t, std::numeric_limits<std::int64_t>::min(), x % y, UNSIGNED)
    DIVIDE(remu, std::uint64_t, 0, x % y, UNSIGNED)
    BINARY_ONLY(and_, x & y)
    IMMEDIATE_ONLY(andi, x & y)
    BINARY_ONLY(or_, x | y)
    IMMEDIATE_ONLY(ori, x | y)
    BINARY_ONLY(xor_, x ^ y)
    IMMEDIATE_ONLY(xori, x ^ y)
    SHIFT(shl, 64, x << (y & 63))
    SHIFT(shrs, 64, UNSIGNED(s64(x) >> (y & 63)))
    SHIFT(shru, 64, x >> (y & 63))

    CHECKED(addl, std::int64_t, __builtin_add_overflow)
    CHECKED_ONLY(subl, std::int64_t, __builtin_sub_overflow)
    CHECKED(mull, std::int64_t, __builtin_mul_overflow)
    CHECKED(addw, std::int32_t, __builtin_add_overflow)
    CHECKED_ONLY(subw, std::int32_t, __builtin_sub_overflow)
    CHECKED(mulw, std::int32_t, __builtin_mul_overflow)
    DIVIDE(divsw, std::int32_t, std::numeric_limits<std::int32_t>::min(), x / y, SIGNED)
    DIVIDE(remsw, std::int32_t, std::numeric_limits<std::int32_t>::min(), x % y, SIGNED)
    SHIFT(shlw, 32, from32(u32(x) << (y & 31)))
    SHIFT(shrsw, 32, SIGNED(s32(x) >> (y & 31)))
    BINARY(adduw, UNSIGNED(u32(x) + u32(y)))
    BINARY_ONLY(subuw, UNSIGNED(u32(x) - u32(y)))
    BINARY(muluw, UNSIGNED(u32(x) * u32(y)))
    DIVIDE(divuw, std::uint32_t, 0, x / y, UNSIGNED)
    DIVIDE(remuw, std::uint32_t, 0, x % y, UNSIGNED)
    SHIFT(shluw, 32, UNSIGNED(u32(x) << (y & 31)))
    SHIFT(shruw, 32, UNSIGNED(u32(x) >> (y & 31)))

    BINARY(seq, x == y)
    BINARY(sne, x != y)
    BINARY(slts, s64(x) < s64(y))
    BINARY(sles, s64(x) <= s64(y))
    BINARY(sltu, x < y)
    BINARY(sleu, x <= y)
    IMMEDIATE_ONLY(sgtsi, s64(x) > s64(y))
    IMMEDIATE_ONLY(sgesi, s64(x) >= s64(y))

    UNARY(neg, -x)
    NEGATE(negl, std::int64_t)
    NEGATE(negw, std::int32_t)
    UNARY(neguw, UNSIGNED(0u - u32(x)))
    UNARY(not_, ~x)
    UNARY(lnot, x == 0)
    UNARY(bool_, x != 0)
    UNARY(sx8, SIGNED(NARROW(std::int8_t, x)))
    UNARY(sx16, SIGNED(NARROW(std::int16_t, x)))
    UNARY(sx32, SIGNED(NARROW(std::int32_t, x)))
    UNARY(zx8, x & 0xff)
    UNARY(zx16, x & 0xffff)
    UNARY(zx32, x & 0xffffffff)

    BINARY_ONLY(fadd, bits(real(x) + real(y)))
    BINARY_ONLY(fsub, bits(real(x) - real(y)))
    BINARY_ONLY(fmul, bits(real(x) * real(y)))
    BINARY_ONLY(fdiv, bits(real(x) / real(y)))
    UNARY(fneg, x ^ (1ull << 63))
    BINARY_ONLY(feq, real(x) == real(y))
    BINARY_ONLY(fne, real(x) != real(y))
    BINARY_ONLY(flt, real(x) < real(y))
    BINARY_ONLY(fle, real(x) <= real(y))
    UNARY(fround, FLOAT_BITS(NARROW(float, real(x))))
    UNARY(s2d, bits(static_cast<double>(s64(x))))
    UNARY(u2d, bits(static_cast<double>(x)))
    UNARY(s2f, FLOAT_BITS(static_cast<float>(s64(x))))
    UNARY(u2f, FLOAT_BITS(static_cast<float>(x)))
    UNARY(d2s, UNSIGNED(to_signed(real(x))))
    UNARY(d2u, to_unsigned(real(x)))
    UNARY(fbool, real(x) != 0.0)

do_jmp:
    pc += i.imm32();
    NEXT();
do_jz:
    if (A == 0) pc += i.imm32();
    NEXT();
do_jnz:
    if (A != 0) pc += i.imm32();
    NEXT();
    BRANCH(jeq, A == B)
    BRANCH(jne, A != B)
    BRANCH(jlts, s64(A) < s64(B))
    BRANCH(jles, s64(A) <= s64(B))
    BRANCH(jltu, A < B)
    BRANCH(jleu, A <= B)
    BRANCH(jeqi, s64(A) == IMM_B)
    BRANCH(jnei, s64(A) != IMM_B)
    BRANCH(jltsi, s64(A) < IMM_B)
    BRANCH(jlesi, s64(A) <= IMM_B)
    BRANCH(jgtsi, s64(A) > IMM_B)
    BRANCH(jgesi, s64(A) >= IMM_B)

    LOAD(ld8s, std::int8_t, B + IMM, SIGNED)
    LOAD(ld8u, std::uint8_t, B + IMM, UNSIGNED)
    LOAD(ld16s, std::int16_t, B + IMM, SIGNED)
    LOAD(ld16u, std::uint16_t, B + IMM, UNSIGNED)
    LOAD(ld32s, std::int32_t, B + IMM, SIGNED)
    LOAD(ld32u, std::uint32_t, B + IMM, UNSIGNED)
    LOAD(ld64, std::uint64_t, B + IMM, UNSIGNED)
    LOAD(ldf32, float, B + IMM, FLOAT_BITS)
    STORE(st8, std::uint8_t, B + IMM, NARROW(std::uint8_t, A))
    STORE(st16, std::uint16_t, B + IMM, NARROW(std::uint16_t, A))
    STORE(st32, std::uint32_t, B + IMM, NARROW(std::uint32_t, A))
    STORE(st64, std::uint64_t, B + IMM, A)
    STORE(stf32, float, B + IMM, NARROW(float, real(A)))
    LOAD(ldx8s, std::int8_t, B + C, SIGNED)
    LOAD(ldx8u, std::uint8_t, B + C, UNSIGNED)
    LOAD(ldx16s, std::int16_t, B + C * 2, SIGNED)
    LOAD(ldx16u, std::uint16_t, B + C * 2, UNSIGNED)
    LOAD(ldx32s, std::int32_t, B + C * 4, SIGNED)
    LOAD(ldx32u, std::uint32_t, B + C * 4, UNSIGNED)
    LOAD(ldx64, std::uint64_t, B + C * 8, UNSIGNED)
    LOAD(ldxf32, float, B + C * 4, FLOAT_BITS)
    STORE(stx8, std::uint8_t, B + C, NARROW(std::uint8_t, A))
    STORE(stx16, std::uint16_t, B + C * 2, NARROW(std::uint16_t, A))
    STORE(stx32, std::uint32_t, B + C * 4, NARROW(std::uint32_t, A))
    STORE(stx64, std::uint64_t, B + C * 8, A)
    STORE(stxf32, float, B + C * 4, NARROW(float, real(A)))

do_mcpy:
    WATCH(stops_before_copy(A, B, C));
    stop_.work += C / 16;
    if (!port_.copy(A, B, C)) goto memory_fault;
    NEXT();
do_mset:
    WATCH(stops_before(A, C, true));
    stop_.work += C / 16;
    if (!port_.fill(A, static_cast<std::uint8_t>(B), C)) goto memory_fault;
    NEXT();

do_call:
    SAVE_PC(pc);
    if (enter(i.b, i.a) != Called::ok) goto stack_fault;
    LOAD_STATE();
    NEXT();
do_callr : {
    const std::int64_t index = function_at(program_, B);
    if (index < 0) {
        SAVE_PC(pc - 1);
        stop_.fault =
            fault_of(kernel::kSigSegv, kSegvMapErr, B,
                     B == 0 ? "a call through a null function pointer: it has not been set to a function"
                            : "a call through a pointer that is not the address of a function");
        goto fault;
    }
    SAVE_PC(pc);
    if (enter(static_cast<std::uint64_t>(index), i.a) != Called::ok) goto stack_fault;
    LOAD_STATE();
    NEXT();
}
do_ret : {
    WATCH(ends_task() && stops_before_drain());
    const std::uint64_t frame_pointer = r[0];
    r[0] = A;
    if (frame_pointer != frame().stack_pointer || function().frame_bytes > 0)
        close_frame(frame(), frame_pointer);
}
    goto leave_function;
do_retv:
    WATCH(ends_task() && stops_before_drain());
    if (r[0] != frame().stack_pointer || function().frame_bytes > 0) close_frame(frame(), r[0]);
leave_function : {
    const Frame& gone = frame();
    if (gone.kind == Frame::Kind::signal_handler) [[unlikely]] {
        stop_.saved_mask = gone.saved_mask;
        stop_.signal = gone.signal;
        context_.registers.resize(gone.register_base);
        context_.frames.pop_back();
        stop_.why = StopReason::handler_returned;
        goto done;
    }
    if (context_.frames.size() == 1) {
        stop_.result = r[0];
        stop_.why = StopReason::finished;
        SAVE_PC(pc - 1);
        goto done;
    }
    context_.frames.pop_back();
    context_.registers.resize(frame().register_base + function().register_count);
    if constexpr (kStopAt == StopAt::watched) watch_->leave_frames(context_.frames.size());
    LOAD_STATE();
    NEXT();
}
do_salloc : {
    const std::uint64_t bytes = (B + 15) & ~15ull;
    if (B > kStackBytes || frame().stack_pointer < bytes) {
        overflow_address_ = frame().stack_pointer - bytes;
        overflow_ = {frame().function, B};
        goto stack_fault_here;
    }
    A = frame().stack_pointer -= bytes;
    port_.shade(A, bytes, kernel::Shade::unset);
    NEXT();
}
do_spget:
    A = frame().stack_pointer;
    NEXT();
do_spset:
    if (A > frame().stack_pointer)
        port_.shade(frame().stack_pointer, A - frame().stack_pointer, kernel::Shade::dead);
    frame().stack_pointer = A;
    NEXT();

do_syscall:
    stop_.number = A;
    std::copy_n(r + i.a + 1, i.b, stop_.args.begin());
    WATCH(watch_->stops_before_call(stop_.number, stop_.args) ||
          (drains_buffer(stop_.number) && stops_before_drain()));
    SAVE_PC(pc - 1);
    stop_.why = StopReason::syscall;
    goto done;
do_intrinsic : {
    WATCH(stops_before_intrinsic(static_cast<Intrinsic>(i.b), &A));
    const auto which = static_cast<Intrinsic>(i.b);
    if (which == Intrinsic::setjmp) {
        SAVE_PC(pc);
        if (!set_jump(&A, i.a)) goto memory_fault;
        NEXT();
    }
    if (which == Intrinsic::longjmp) {
        JumpBuffer buffer;
        if (!port_.load_slowly(A, &buffer, sizeof buffer)) goto memory_fault;
        if (!long_jump(buffer, r[i.a + 1])) {
            SAVE_PC(pc - 1);
            stop_.fault =
                fault_of(kernel::kSigSegv, kSegvMapErr, A,
                         "longjmp with a jmp_buf that setjmp did not fill, or whose function has returned");
            goto fault;
        }
        if constexpr (kStopAt == StopAt::watched) watch_->leave_frames(context_.frames.size());
        LOAD_STATE();
        NEXT();
    }
    if (which == Intrinsic::place) {
        SAVE_PC(pc - 1);
        const SourceSpan place = current_span(program_, context_, true);
        A = std::uint64_t{place.file} << 32 | place.line;
        NEXT();
    }
    if (which == Intrinsic::bad_free) {
        SAVE_PC(pc - 1);
        const std::uint64_t address = A;
        if (report(MistakeKind::bad_free,
                   [&] { return explain_bad_free(program_, context_, port_.memory(), address); }))
            goto leave;
        NEXT();
    }
    if (which == Intrinsic::fails) {
        A = std::exchange(context_.next_fails, false) ? 1 : 0;
        NEXT();
    }
    if (which == Intrinsic::thread_pointer) {
        A = context_.thread_pointer;
        NEXT();
    }
    if (which == Intrinsic::set_thread_pointer) {
        context_.thread_pointer = A;
        NEXT();
    }
    if (which == Intrinsic::thread_local_address) {
        std::uint64_t distance = 0;
        if (context_.thread_pointer != 0 && !port_.load(context_.thread_pointer + 8, distance))
            goto memory_fault;
        A += distance;
        NEXT();
    }
    if (which == Intrinsic::thread_local_bytes) {
        A = program_.thread_local_bytes;
        NEXT();
    }
    if (which == Intrinsic::copy_thread_locals) {
        const std::uint64_t bytes = program_.thread_local_bytes;
        const std::uint8_t* initial =
            program_.data.data() + (program_.thread_local_begin - program_.data_base);
        stop_.work += bytes / 16;
        if (bytes > 0 && !port_.store_slowly(A, initial, bytes)) goto memory_fault;
        A -= program_.thread_local_begin;
        NEXT();
    }
    switch (call_intrinsic(which, &A, port_, stop_.work)) {
        case IntrinsicEnd::done:
            NEXT();
        case IntrinsicEnd::memory_fault:
            goto memory_fault;
        case IntrinsicEnd::misaligned:
            SAVE_PC(pc - 1);
            stop_.fault = fault_of(kernel::kSigBus, kBusAdrAln, A,
                                   "an atomic operation on an address that is not aligned");
            goto fault;
    }
}
do_chk:
    if (A == kUnset) [[unlikely]] {
        SAVE_PC(pc - 1);
        const auto number =
            static_cast<std::uint16_t>(i.a);  // not i itself: its address would keep it out of the registers
        r[number] = 0;
        if (report(MistakeKind::unset_register,
                   [this, number] { return explain_unset(program_, context_, number); }))
            goto leave;
    }
    NEXT();
do_trap:
    SAVE_PC(pc - 1);
    stop_.fault = fault_of(kernel::kSigIll, kIllIllOpn, 0,
                           "the program came to a place that it calls unreachable, or to __builtin_trap()");
    goto fault;

arithmetic_mistake : {
    SAVE_PC(pc - 1);
    const Instruction at = pc[-1];  // not i itself: its address would keep it out of the registers
    const std::uint64_t x = r[at.b],
                        y = has_immediate(at.op) ? SIGNED(static_cast<std::int16_t>(at.c)) : r[at.c];
    stops = !function().is_library &&
            report(MistakeKind::arithmetic, [&] { return explain_arithmetic(at.op, x, y); });
    r[at.a] = wrapped_result(at.op, x, y);
    if (stops) goto leave;
}
    NEXT();
division_fault:
    SAVE_PC(pc - 1);
    stop_.fault = fault_of(kernel::kSigFpe, kFpeIntDiv, 0, explain_division_at(pc[-1], r));
    goto fault;
memory_fault:
    SAVE_PC(pc - 1);
    if (port_.mistake()) {
        const kernel::BadAccess& bad = *port_.mistake();
        const bool is_right = bad.shade == kernel::Shade::fine && may_be_unaligned();
        stops = !is_right && report(kind_of(bad), [&] {
            return explain_bad_access(program_, context_, port_.memory().space, port_.memory().objects, bad);
        });
        port_.forgive();
        // The same instruction again, with nothing checked; then as before.
        port_.trust(true);
        left_before_forgiving = left;
        left = 0;
        --pc;
        i = *pc++;
        goto* labels[static_cast<std::size_t>(i.op)];
    }
    stop_.fault = explain_memory_fault(program_, context_, port_.memory(), port_.fault());
    goto fault;
stack_fault_here:
    SAVE_PC(pc);
stack_fault:
    --frame().pc;  // at the call, not behind it
    stop_.fault = fault_of(kernel::kSigSegv, kSegvMapErr, overflow_address_,
                           explain_stack_overflow(program_, context_, overflow_));
fault:
    stop_.why = StopReason::fault;
    goto done;

other_line:
    __attribute__((unused));
    ++left;
    goto leave;
out_of_budget:
    if (left_before_forgiving >= 0) {
        left = std::exchange(left_before_forgiving, -1);
        port_.trust(function().is_trusted);
        if (stops) goto leave;
        NEXT();
    }
    left = 0;
leave:
    SAVE_PC(pc);
    stop_.why = StopReason::budget;
done:
    if (left_before_forgiving >= 0) left = left_before_forgiving;
    stop_.instructions = static_cast<std::uint64_t>(s64(budget) - left);
    stop_.pages_touched = port_.memory().space.resident_pages() - resident_before;
}

}  // namespace

Stop run(const Program& program, Context& context, kernel::UserMemory memory, std::uint64_t budget,
         StopAt stop_at, Watch* watch, const StoreOrder* order) {
    IPCLAB_ASSERT(!context.frames.empty() && budget > 0);
    Stop stop;
    switch (stop_at) {
        case StopAt::nothing:
            Run<StopAt::nothing>(program, context, memory, order, stop).run(budget);
            break;
        case StopAt::mistake:
            Run<StopAt::nothing>(program, context, memory, order, stop, true).run(budget);
            break;
        case StopAt::watched:
            IPCLAB_ASSERT(watch);
            Run<StopAt::watched>(program, context, memory, order, stop, false, watch).run(budget);
            break;
        case StopAt::other_line:
            Run<StopAt::other_line>(program, context, memory, order, stop).run(budget);
            break;
    }
    return stop;
}

bool is_first_report(const Program& program, Context& context, MistakeKind kind) {
    const int own = user_frame(program, context);
    const Frame& frame = own < 0 ? context.frames.back() : context.frames[static_cast<std::size_t>(own)];
    const std::uint64_t place =
        std::uint64_t{static_cast<std::uint8_t>(kind)} << 56 | std::uint64_t{frame.function} << 32 | frame.pc;
    auto& reported = context.reported;
    const auto at = std::lower_bound(reported.begin(), reported.end(), place);
    if ((at != reported.end() && *at == place) || reported.size() >= kMostReports) return false;
    reported.insert(at, place);
    return true;
}

MistakeKind kind_of(const kernel::BadAccess& bad) {
    const int is_write = bad.access == kernel::Access::write ? 1 : 0;
    return static_cast<MistakeKind>(static_cast<int>(bad.shade) * 2 + is_write);
}

void complete_syscall(Context& context, const Program& program, std::int64_t result) {
    Frame& frame = context.frames.back();
    const Instruction& instruction = program.functions[frame.function].code[frame.pc];
    IPCLAB_ASSERT(instruction.op == Opcode::syscall);
    context.registers[frame.register_base + instruction.a] = static_cast<std::uint64_t>(result);
    ++frame.pc;
}

}  // namespace ipclab::vm
