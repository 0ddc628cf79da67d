// The generator's ground: functions, symbols, instructions, labels, registers.
#include "sim/cc/codegen.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "kernel/shade.h"

namespace ipclab::cc {

namespace {

constexpr int kMaxRegisters = 60'000;
constexpr std::uint64_t kGuardBytes = 16;
constexpr std::uint64_t kMostShaded = 1 << 20;  // larger frames have no guards
constexpr std::int64_t kMaxFrameBytes = 1 << 30;

bool in_frame(const Obj* object) {
    return object->in_memory || !is_scalar(object->type) || is_long_double(object->type);
}

}  // namespace

Generator::Generator(Session& session, bool is_library) : session_(session) {
    module_.is_library = is_library;
}

void Generator::function(FunctionBody& body) {
    function_ = body.function;
    if (!generate(body)) {
        far_jumps_ = true;  // over 32,767 instructions between a jump and its label
        generate(body);
        far_jumps_ = false;
    }
    Symbol& symbol = module_.symbols[symbol_of(body.function)];
    symbol.kind = Symbol::Kind::function;
    symbol.index = static_cast<std::uint32_t>(module_.functions.size());
    symbol.span = body.function->span;
    if (body.function->is_constructor)
        module_.constructors.push_back({body.function->priority, symbol_of(body.function)});
    if (body.function->is_destructor)
        module_.destructors.push_back({body.function->priority, symbol_of(body.function)});
    module_.functions.push_back({std::move(code_), std::move(relocations_)});
}

bool Generator::generate(FunctionBody& body) {
    code_ = {};
    relocations_.clear();
    labels_.clear();
    label_used_.clear();
    label_unset_.clear();
    last_bound_ = 0;
    unset_.clear();
    frame_objects_.clear();
    argument_areas_.clear();
    free_areas_.clear();
    fixups_.clear();
    jumps_.clear();
    blocks_.clear();
    open_variables_.clear();
    label_numbers_.clear();
    reachable_ = true;
    result_pointer_ = unnamed_pointer_ = -1;
    frame_ = frame_most_ = frame_kept_ = 0;
    next_ = most_ = 1;  // R[0] is fp

    code_.name = std::string(function_->name->text);
    code_.is_library = session_.is_library(function_->span);
    code_.is_variadic = function_->type->function->variadic;
    place_locals(body);
    store_parameters(body);
    for (Stmt* s : body.prologue) statement(s);
    statement(body.body);
    close_variables(0);

    const Type* result = function_->type->base;
    if (function_->name->text == "main" && is_integer(result)) {  // C11 5.1.2.2.3
        const int zero = temporary();
        load_constant(body.end, zero, 0);
        emit(body.end, Op::ret, zero);
    } else {
        if (!reachable_ || is_void(result) || is_by_address(result)) {
            emit(body.end, Op::retv);
        } else {
            function_->may_lack_result = true;
            const int nothing = temporary();
            load_constant(body.end, nothing, static_cast<std::int64_t>(vm::kUnset));
            emit(body.end, Op::ret, nothing);
        }
    }
    code_.is_trusted = function_->is_trusted;
    code_.frame_bytes = static_cast<std::uint32_t>((frame_most_ + 15) & ~std::int64_t{15});
    shade_frame();
    code_.register_count = static_cast<std::uint16_t>(most_);
    return patch_jumps();
}

/// Parameters come in R[1], R[2] ...: first, of functions that return a record, the address for the result; last, of
/// variadic functions, that of the unnamed arguments.
void Generator::place_locals(FunctionBody& body) {
    if (is_by_address(function_->type->base)) result_pointer_ = temporary();
    for (Obj* parameter : body.parameters) {
        parameter->reg = temporary();
        parameter->frame_offset = -1;
    }
    if (code_.is_variadic) unnamed_pointer_ = temporary();
    code_.parameter_count = static_cast<std::uint16_t>(next_ - 1);
    for (Obj* parameter : body.parameters) place_parameter(parameter);
    for (Obj* local : body.locals) give_home(local);
}

void Generator::place_parameter(Obj* object) {
    if (!in_frame(object)) {
        show_variable(object, vm::Variable::Place::reg, static_cast<std::uint64_t>(object->reg));
        return;
    }
    object->frame_offset = frame_space(size_of(object->type), align_of(object->type));
    show_variable(object, vm::Variable::Place::frame, static_cast<std::uint64_t>(object->frame_offset));
}

void Generator::give_home(Obj* object) {
    object->reg = object->frame_offset = -1;
    if (object->type->kind == TypeKind::vla || !in_frame(object)) {
        object->reg = temporary();  // of a variable-length array: its address
        return;
    }
    const std::uint64_t extent = object->init ? object->init->extent : 0;
    const std::uint64_t bytes = std::max(size_of(object->type), extent);
    // Guards around what one may run out of, so that it is seen.
    const bool is_guarded = !is_scalar(object->type) && !code_.is_library;
    if (is_guarded) frame_space(kGuardBytes, 1);
    object->frame_offset = frame_space(bytes, std::max(object->align, align_of(object->type)));
    if (is_guarded) {
        frame_objects_.push_back({static_cast<std::uint64_t>(object->frame_offset), bytes});
        frame_space(kGuardBytes, 1);
    }
}

void Generator::store_parameters(FunctionBody& body) {
    for (Obj* parameter : body.parameters) {
        const Span span = parameter->span;
        const Type* type = parameter->type;
        if (parameter->frame_offset < 0) continue;
        const int reg = parameter->reg;
        parameter->reg = -1;
        const int mark = next_;
        Place home = object_place(parameter);
        if (is_by_address(type))
            copy(span, address(span, home), reg, size_of(type));  // the caller passed its address
        else
            store(span, home, type, reg);
        next_ = mark;
    }
}

std::uint32_t Generator::symbol_of(Obj* object) {
    if (object->symbol >= 0) return static_cast<std::uint32_t>(object->symbol);
    Symbol symbol;
    if (object->name) symbol.name = std::string(object->name->text);
    symbol.is_local = object->is_static || object->is_string || !object->name;
    symbol.is_weak = object->is_weak;
    symbol.span = object->first_use.line ? object->first_use : object->span;
    object->symbol = static_cast<std::int32_t>(module_.symbols.size());
    module_.symbols.push_back(std::move(symbol));
    return static_cast<std::uint32_t>(object->symbol);
}

std::size_t Generator::emit(Span span, Op op, int a, int b, int c) {
    code_.code.push_back(
        {op, static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b), static_cast<std::uint16_t>(c)});
    code_.spans.push_back(span);
    if (op == Op::ret || op == Op::retv || op == Op::trap || op == Op::jmp) reachable_ = false;
    return code_.code.size() - 1;
}

/// An access that is right at any address.
void Generator::emit_unaligned(Span span, Op op, int a, int b, int c) {
    code_.unaligned.push_back(static_cast<std::uint32_t>(emit(span, op, a, b, c)));
}

std::size_t Generator::emit_immediate(Span span, Op op, int a, std::int32_t value) {
    const std::size_t at = emit(span, op, a);
    code_.code[at].set_imm32(value);
    return at;
}

void Generator::load_constant(Span span, int to, std::int64_t value) {
    if (value == static_cast<std::int32_t>(value)) {
        emit_immediate(span, Op::li, to, static_cast<std::int32_t>(value));
        return;
    }
    const auto [entry, added] = constants_.try_emplace(static_cast<std::uint64_t>(value),
                                                       static_cast<std::uint32_t>(module_.constants.size()));
    if (added) module_.constants.push_back(static_cast<std::uint64_t>(value));
    emit_immediate(span, Op::lk, to, static_cast<std::int32_t>(entry->second));
}

void Generator::load_address(Span span, int to, std::uint32_t symbol, std::int64_t addend) {
    const std::size_t at = emit_immediate(span, Op::li, to, 0);
    relocations_.push_back({Relocation::Kind::address, static_cast<std::uint32_t>(at), symbol, addend});
}

int Generator::new_label() {
    labels_.push_back(-1);
    label_used_.push_back(0);
    label_unset_.emplace_back();
    return static_cast<int>(labels_.size()) - 1;
}

void Generator::bind(int label) {
    const auto at = static_cast<std::size_t>(label);
    labels_[at] = static_cast<std::int64_t>(code_.code.size());
    last_bound_ = code_.code.size();
    if (!reachable_) unset_.clear();
    merge_unset(label);
    unset_ = label_unset_[at];
    if (label_used_[at]) reachable_ = true;
}

void Generator::jump(Span span, int label) {
    merge_unset(label);
    fixups_.push_back({static_cast<std::uint32_t>(emit(span, Op::jmp)), label});
    label_used_[static_cast<std::size_t>(label)] = 1;
}

/// A jump of the forms ABJ and AIJ, whose distance has 16 bits.
void Generator::jump_if(Span span, Op op, int a, int b, int label) {
    merge_unset(label);
    label_used_[static_cast<std::size_t>(label)] = 1;
    if (!far_jumps_) {
        fixups_.push_back({static_cast<std::uint32_t>(emit(span, op, a, b)), label});
        return;
    }
    // Around a far jump: taken, it goes over the next instruction to the jump; not taken, behind it.
    emit(span, op, a, b, 1);
    emit_immediate(span, Op::jmp, 0, 1);
    fixups_.push_back({static_cast<std::uint32_t>(emit(span, Op::jmp)), label});
    reachable_ = true;
}

void Generator::jump_if_zero(Span span, bool zero, int reg, int label) {
    merge_unset(label);
    label_used_[static_cast<std::size_t>(label)] = 1;
    fixups_.push_back({static_cast<std::uint32_t>(emit(span, zero ? Op::jz : Op::jnz, reg)), label});
}

/// False where a jump is too far for its form.
/// From here on the register has a value.
void Generator::set_register(int reg) {
    const auto at = std::lower_bound(unset_.begin(), unset_.end(), reg);
    if (at != unset_.end() && *at == reg) unset_.erase(at);
}

/// Its variable is declared without a value.
void Generator::unset_register(Span span, int reg) {
    load_constant(span, reg, static_cast<std::int64_t>(vm::kUnset));
    const auto at = std::lower_bound(unset_.begin(), unset_.end(), reg);
    if (at == unset_.end() || *at != reg) unset_.insert(at, reg);
}

/// The variable's value is wanted: where some way here has not given it one, that is looked at when it runs.
void Generator::use_register(Span span, int reg) {
    if (!std::binary_search(unset_.begin(), unset_.end(), reg)) return;
    emit(span, Op::chk, reg);
    set_register(reg);
}

/// A jump to the label brings what is unset here.
void Generator::merge_unset(int label) {
    if (unset_.empty()) return;
    Registers& there = label_unset_[static_cast<std::size_t>(label)];
    Registers both;
    std::set_union(there.begin(), there.end(), unset_.begin(), unset_.end(), std::back_inserter(both));
    there = std::move(both);
}

bool Generator::patch_jumps() {
    for (const Fixup& fixup : fixups_) {
        vm::Instruction& instruction = code_.code[fixup.at];
        const std::int64_t distance = labels_[static_cast<std::size_t>(fixup.label)] - fixup.at - 1;
        if (instruction.op == Op::jmp || instruction.op == Op::jz || instruction.op == Op::jnz) {
            instruction.set_imm32(static_cast<std::int32_t>(distance));
        } else {
            if (distance != static_cast<std::int16_t>(distance)) return false;
            instruction.c = static_cast<std::uint16_t>(distance);
        }
    }
    return true;
}

int Generator::temporary() {
    return temporaries(1);
}

int Generator::temporaries(int count) {
    const int first = next_;
    next_ += count;
    most_ = std::max(most_, next_);
    if (next_ > kMaxRegisters)
        session_.fatal(function_->span, "this function is too large: it needs too many registers");
    return first;
}

/// Frees the temporaries from `mark` on, but keeps the value of `reg`: in `want`, or where that is kAny in a register of
/// our choice, which is returned.
int Generator::settle(Span span, int mark, int reg, int want) {
    if (want == kAny && reg < mark) {
        next_ = mark;
        return reg;
    }
    const int to = destination(mark, want);
    if (reg < mark || !retarget_last(reg, to)) move(span, to, reg);
    return to;
}

/// Where the last instruction's one effect is to give `temporary` its value, and nobody else reads that: gives it
/// to `to` instead.
bool Generator::retarget_last(int temporary, int to) {
    if (code_.code.empty() || last_bound_ == code_.code.size()) return false;
    vm::Instruction& last = code_.code.back();
    const auto within = [&](Op first, Op end) { return last.op >= first && last.op <= end; };
    const bool only_gives_value =
        within(Op::mov, Op::fbool) || within(Op::ld8s, Op::ldf32) || within(Op::ldx8s, Op::ldxf32);
    if (last.a != temporary || !only_gives_value) return false;
    last.a = static_cast<std::uint16_t>(to);
    return true;
}

/// Frees the temporaries from `mark` on and gives the register for a result.
int Generator::destination(int mark, int want) {
    next_ = mark;
    return want == kAny ? temporary() : want;
}

void Generator::move(Span span, int to, int from) {
    if (to != from) emit(span, Op::mov, to, from);
}

std::int64_t Generator::frame_space(std::uint64_t bytes, std::uint32_t align) {
    const std::int64_t mask = std::max<std::int64_t>(align, 1) - 1;
    const std::int64_t at = (frame_ + mask) & ~mask;
    if (bytes > static_cast<std::uint64_t>(kMaxFrameBytes - at))
        session_.fatal(function_->span, fmt::format("the local variables of '{}' are too large", code_.name));
    frame_ = at + static_cast<std::int64_t>(bytes);
    frame_most_ = std::max(frame_most_, frame_);
    code_.frame_align = std::max(code_.frame_align, align);
    return at;
}

/// Frees what a statement or expression took of the frame.
void Generator::free_frame(std::int64_t mark) {
    frame_ = std::max(mark, frame_kept_);
}

/// What each byte of the frame is at the beginning: guards between the objects, the rest without a value.
void Generator::shade_frame() {
    if ((frame_objects_.empty() && argument_areas_.empty()) || code_.frame_bytes > kMostShaded) return;
    constexpr auto kUnsetByte = static_cast<std::uint8_t>(kernel::Shade::unset);
    code_.frame_shades.assign(code_.frame_bytes, kUnsetByte);
    const auto fill = [&](std::uint64_t begin, std::uint64_t bytes, kernel::Shade shade) {
        std::fill_n(code_.frame_shades.begin() + static_cast<std::ptrdiff_t>(begin), bytes,
                    static_cast<std::uint8_t>(shade));
    };
    for (const vm::AddressRange& object : frame_objects_) {
        fill(object.begin - kGuardBytes, kGuardBytes, kernel::Shade::guard);
        fill(object.begin + object.bytes, kGuardBytes, kernel::Shade::guard);
    }
    for (const ArgumentArea& area : argument_areas_)
        fill(static_cast<std::uint64_t>(area.offset) + 8 * area.count, 8, kernel::Shade::arguments_end);
}

void Generator::show_variable(Obj* object, vm::Variable::Place place, std::uint64_t location) {
    if (!object->name) return;
    vm::Variable shown;
    shown.name = std::string(object->name->text);
    shown.type = type_index(object->type);
    shown.place = place;
    shown.location = location;
    shown.scope_begin = static_cast<std::uint32_t>(code_.code.size());
    shown.line = object->span.line;
    shown.is_parameter = object->is_parameter;
    open_variables_.push_back({object, code_.variables.size()});
    code_.variables.push_back(std::move(shown));
}

/// The scope of the variables opened since there were `first` ends here.
void Generator::close_variables(std::size_t first) {
    for (std::size_t i = first; i < open_variables_.size(); ++i)
        code_.variables[open_variables_[i].index].scope_end = static_cast<std::uint32_t>(code_.code.size());
    open_variables_.resize(first);
}

}  // namespace ipclab::cc
