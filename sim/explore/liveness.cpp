#include "sim/explore/liveness.h"

#include <algorithm>
#include <array>

#include "kernel/assert.h"

namespace ipclab::explore {

using vm::Form;
using vm::Instruction;
using vm::Intrinsic;
using vm::Opcode;

namespace {

constexpr Form kForms[] = {
#define OP(name, form) Form::form,
#include "sim/vm/opcodes.def"
#undef OP
};

constexpr std::uint16_t kIntrinsicArguments[] = {
#define INTRINSIC(name, arguments, types) arguments,
#include "sim/vm/intrinsics.def"
#undef INTRINSIC
};

/// What one instruction does to the registers, and where it goes on.
struct Effect {
    std::array<std::uint32_t, 3> reads{};
    std::size_t read_count = 0;
    std::uint32_t range_begin = 0, range_end = 0;  // read as well
    std::int64_t writes = -1;
    std::int64_t kills_from = -1;  // this register and all above
    bool falls_through = true;
    std::int64_t jump = -1;  // instruction
    void read(std::uint32_t number) { reads[read_count++] = number; }
};

Effect effect_of(const vm::Program& program, const Instruction& at, std::size_t pc) {
    Effect effect;
    const auto target = [&](std::int32_t distance) {
        effect.jump = static_cast<std::int64_t>(pc) + 1 + distance;
    };
    const Form form = kForms[static_cast<std::size_t>(at.op)];
    switch (form) {
        case Form::ABC:
            effect.read(at.b);
            effect.read(at.c);
            if (vm::is_store(at.op))
                effect.read(at.a);
            else
                effect.writes = at.a;
            break;
        case Form::AB:
            effect.read(at.b);
            effect.writes = at.a;
            break;
        case Form::A:
            if (at.op != Opcode::spget) effect.read(at.a);
            if (at.op == Opcode::spget) effect.writes = at.a;
            effect.falls_through = at.op != Opcode::ret;
            break;
        case Form::ABI:
            effect.read(at.b);
            if (vm::is_store(at.op))
                effect.read(at.a);
            else
                effect.writes = at.a;
            break;
        case Form::AI:
            effect.writes = at.a;
            break;
        case Form::I:
            break;
        case Form::N:
            effect.falls_through = at.op != Opcode::retv && at.op != Opcode::trap;
            break;
        case Form::ABJ:
            effect.read(at.a);
            effect.read(at.b);
            target(static_cast<std::int16_t>(at.c));
            break;
        case Form::AIJ:
            effect.read(at.a);
            target(static_cast<std::int16_t>(at.c));
            break;
        case Form::AJ:
            effect.read(at.a);
            target(at.imm32());
            break;
        case Form::J:
            target(at.imm32());
            effect.falls_through = false;
            break;
        case Form::CALL: {
            const vm::Function& callee = program.functions[at.b];
            const std::uint32_t arguments = callee.parameter_count + (callee.is_variadic ? 1u : 0u);
            effect.range_begin = at.a + 1u;
            effect.range_end = at.a + 1u + std::max<std::uint32_t>(at.c, arguments);
            effect.kills_from = at.a;
            break;
        }
        case Form::CALLR:
            effect.read(at.b);
            effect.range_begin = at.a + 1u;
            effect.range_end = at.a + 2u + at.c;
            effect.kills_from = at.a;
            break;
        case Form::INT:
            effect.range_begin = at.a;
            effect.range_end = at.a + std::max<std::uint32_t>(kIntrinsicArguments[at.b], 1);
            effect.writes = at.a;
            break;
        case Form::SYS:
            effect.range_begin = at.a;
            effect.range_end = at.a + 1u + at.b;
            effect.writes = at.a;
            break;
    }
    return effect;
}

class Bits {
  public:
    Bits(std::uint64_t* words, std::size_t registers) : words_(words), registers_(registers) {}
    void set(std::size_t number) {
        if (number < registers_) words_[number / 64] |= 1ull << number % 64;
    }
    void clear(std::size_t number) { words_[number / 64] &= ~(1ull << number % 64); }
    void clear_from(std::size_t number) {
        for (; number < registers_; ++number) clear(number);
    }

  private:
    std::uint64_t* words_;
    std::size_t registers_;
};

bool calls_setjmp(const vm::Function& function) {
    return std::any_of(function.code.begin(), function.code.end(), [](const Instruction& at) {
        return at.op == Opcode::intrinsic && static_cast<Intrinsic>(at.b) == Intrinsic::setjmp;
    });
}

}  // namespace

Liveness::Liveness(const engine::ProgramSet& programs)
    : programs_(programs), functions_(programs.size()), returns_(programs.size()) {
    for (std::size_t i = 0; i < programs.size(); ++i) {
        functions_[i].resize(programs[i]->functions.size());
        returns_[i].resize(programs[i]->functions.size());
    }
}

const std::uint64_t* Liveness::at(kernel::ProgramId program, std::uint32_t function, std::uint32_t pc) {
    const auto index = static_cast<std::size_t>(program.value - 1);
    OfFunction& found = functions_[index][function];
    if (found.words == 0) found = look_at(index, programs_[index]->functions[function]);
    return &found.live[pc * found.words];
}

const std::uint64_t* Liveness::at_call(kernel::ProgramId program, std::uint32_t function, std::uint32_t pc,
                                       std::uint32_t callee) {
    const auto index = static_cast<std::size_t>(program.value - 1);
    if (returns(index, callee)) return at(program, function, pc);
    return at(program, function,
              static_cast<std::uint32_t>(programs_[index]->functions[function].code.size()));
}

/// Whether a way leads from the function's beginning to a return. Where it calls itself, that may return, and so may what is
/// called very deep.
bool Liveness::returns(std::size_t program, std::uint32_t function, int depth) {
    constexpr int kDeepest = 100;
    Returns& known = returns_[program][function];
    if (known != Returns::unknown) return known == Returns::maybe;
    if (depth == kDeepest) return true;
    known = Returns::maybe;
    const vm::Program& of = *programs_[program];
    const std::vector<Instruction>& code = of.functions[function].code;
    std::vector<bool> is_reached(code.size());
    std::vector<std::size_t> open{0};
    while (!open.empty()) {
        const std::size_t pc = open.back();
        open.pop_back();
        if (pc >= code.size() || is_reached[pc]) continue;
        is_reached[pc] = true;
        const Instruction& at = code[pc];
        if (at.op == Opcode::ret || at.op == Opcode::retv) return true;
        const Effect effect = effect_of(of, at, pc);
        const bool is_left =
            kForms[static_cast<std::size_t>(at.op)] == Form::CALL && !returns(program, at.b, depth + 1);
        if (effect.falls_through && !is_left) open.push_back(pc + 1);
        if (effect.jump >= 0) open.push_back(static_cast<std::size_t>(effect.jump));
    }
    known = Returns::never;
    return false;
}

Liveness::OfFunction Liveness::look_at(std::size_t index, const vm::Function& function) {
    const vm::Program& program = *programs_[index];
    const std::size_t registers = function.register_count, size = function.code.size();
    OfFunction result;
    result.words = registers / 64 + 1;
    const std::size_t words = result.words;
    if (calls_setjmp(function)) {
        result.live.assign(words * (size + 1), ~0ull);
        return result;
    }
    std::vector<Effect> effects;
    effects.reserve(size);
    for (std::size_t pc = 0; pc < size; ++pc) {
        const Instruction& at = function.code[pc];
        effects.push_back(effect_of(program, at, pc));
        if (kForms[static_cast<std::size_t>(at.op)] == Form::CALL && !returns(index, at.b))
            effects.back().falls_through = false;
    }
    // Backwards until nothing changes; behind the last instruction nothing is read.
    result.live.assign(words * (size + 1), 0);
    std::vector<std::uint64_t> row(words);
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (std::size_t pc = size; pc-- > 0;) {
            const Effect& effect = effects[pc];
            std::fill(row.begin(), row.end(), 0);
            const auto join = [&](std::size_t next) {
                for (std::size_t i = 0; i < words; ++i) row[i] |= result.live[next * words + i];
            };
            if (effect.falls_through) join(pc + 1);
            if (effect.jump >= 0) join(static_cast<std::size_t>(effect.jump));
            Bits bits(row.data(), registers);
            if (effect.kills_from >= 0) bits.clear_from(static_cast<std::size_t>(effect.kills_from));
            if (effect.writes >= 0) bits.clear(static_cast<std::size_t>(effect.writes));
            for (std::size_t i = 0; i < effect.read_count; ++i) bits.set(effect.reads[i]);
            for (std::size_t i = effect.range_begin; i < effect.range_end; ++i) bits.set(i);
            bits.set(0);  // the frame's own address: what leaves the frame looks at it
            std::uint64_t* known = &result.live[pc * words];
            if (std::equal(row.begin(), row.end(), known)) continue;
            std::copy(row.begin(), row.end(), known);
            is_changed = true;
        }
    }
    return result;
}

}  // namespace ipclab::explore
