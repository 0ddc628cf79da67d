// Calls: functions, the kernel, intrinsics, and the arguments of variadic functions.
#include <algorithm>

#include "sim/cc/codegen.h"

namespace ipclab::cc {

namespace {

/// Of va_list's record (parse_builtins.cpp): where the next unnamed argument lies.
constexpr std::int64_t kNextArgument = 8;

bool is_plain_function(const Node* callee) {
    return callee->kind == NodeKind::addr && callee->lhs->kind == NodeKind::var &&
           callee->lhs->object->is_function;
}

/// A local variable that lives in a register: it can be read when everything else has been evaluated.
bool is_register_variable(const Node* n) {
    return n->kind == NodeKind::var && n->object->is_local && !n->object->in_memory && is_scalar(n->type);
}

}  // namespace

int Generator::call(Node* n, int want) {
    if (is_by_address(n->type)) return settle(n->span, next_, call_record(n), want);
    const int mark = next_;
    const int result = call_window(n, -1);
    if (is_plain_function(n->lhs) && n->lhs->lhs->object->may_lack_result) emit(n->span, Op::chk, result);
    return settle(n->span, mark, result, want);
}

/// A call that returns a record: the address of a place in our frame that it has been stored to.
int Generator::call_record(Node* n) {
    const std::int64_t offset = frame_space(size_of(n->type), align_of(n->type));
    const int mark = next_, to = temporary();
    Place home;
    home.base = 0;
    home.offset = offset;
    address(n->span, home, to);
    call_window(n, to);
    next_ = mark + 1;
    return to;
}

/// Evaluates the arguments into a window above all temporaries and calls; returns the register with the result.
int Generator::call_window(Node* n, int hidden) {
    Node* callee = n->lhs;
    const FunctionInfo& info = *callee->type->base->function;
    const bool may_be_missing =
        is_plain_function(callee) && callee->lhs->object->is_weak && !callee->lhs->object->is_defined;
    const bool is_direct = is_plain_function(callee) && !may_be_missing;
    const int target = is_direct ? -1 : value(callee);
    const std::size_t named = info.variadic
                                  ? std::min<std::size_t>(info.parameters.size(), n->arguments.size())
                                  : n->arguments.size();
    const int first = hidden >= 0 ? 1 : 0;
    const int count = first + static_cast<int>(named) + (info.variadic ? 1 : 0);
    const int window = temporaries(1 + count);
    ArgumentArea area;
    if (info.variadic) move(n->span, window + count, unnamed_arguments(n, named, area));
    for (const bool plain : {false, true})
        for (std::size_t i = named; i-- > 0;)
            if (is_register_variable(n->arguments[i]) == plain)
                argument(n->arguments[i], window + 1 + first + static_cast<int>(i));
    if (hidden >= 0) move(n->span, window + 1, hidden);
    if (is_direct) {
        const std::size_t at = emit(n->span, Op::call, window, 0, count);
        relocations_.push_back(
            {Relocation::Kind::call, static_cast<std::uint32_t>(at), symbol_of(callee->lhs->object), 0});
        if (callee->lhs->object->is_noreturn) reachable_ = false;
    } else {
        emit(n->span, Op::callr, window, target, count);
    }
    if (info.variadic) free_areas_.push_back(area);
    next_ = window + 1;
    return window;
}

void Generator::argument(Node* n, int to) {
    const int mark = next_;
    if (is_record(n->type))
        move(n->span, to, record_address(n));  // the callee copies it
    else
        value(n, to);
    next_ = mark;
}

/// Stores the unnamed arguments, eight bytes each, long doubles sixteen, in our frame.
int Generator::unnamed_arguments(Node* n, std::size_t first, ArgumentArea& area) {
    const auto each_type = [&](std::size_t i) {
        return n->arguments[static_cast<std::uint32_t>(first + i)]->type;
    };
    const std::size_t count = n->arguments.size() - first;
    std::vector<std::size_t> slot_of(count + 1);
    for (std::size_t i = 0; i < count; ++i) slot_of[i + 1] = slot_of[i] + slots_of(each_type(i));
    area = take_argument_area(slot_of[count]);
    Place slots;
    slots.base = 0;
    slots.offset = area.offset;
    for (const bool plain : {false, true})
        for (std::size_t i = count; i-- > 0;) {
            Node* each = n->arguments[static_cast<std::uint32_t>(first + i)];
            if (is_register_variable(each) != plain) continue;
            Place slot = slots;
            add_offset(each->span, slot, static_cast<std::int64_t>(8 * slot_of[i]));
            unnamed_argument(each, slot);
        }
    return address(n->span, slots);
}

/// Calls with as many arguments share their area, but where one is an argument of the other. What lies behind it belongs
/// to nobody as long as the function runs: whoever takes more arguments than there are is seen.
Generator::ArgumentArea Generator::take_argument_area(std::size_t count) {
    for (std::size_t i = 0; i < free_areas_.size(); ++i)
        if (free_areas_[i].count == count) {
            const ArgumentArea found = free_areas_[i];
            free_areas_.erase(free_areas_.begin() + static_cast<std::ptrdiff_t>(i));
            return found;
        }
    frame_ = std::max(frame_, frame_most_);  // where nothing else has been before, nor will be
    const ArgumentArea made{frame_space(8 * count + 8, 8), count};
    frame_kept_ = frame_;
    argument_areas_.push_back(made);
    return made;
}

/// A record that does not fit into its slot is represented by the address of a copy. One that does lies there itself, as
/// on x86-64: semctl(2) is called with a union of an int and pointers, and takes what it wants.
void Generator::unnamed_argument(Node* n, Place slot) {
    const int mark = next_;
    int reg = 0;
    if (is_long_double(n->type) || (is_record(n->type) && fits_slot(n->type))) {
        const int from = record_address(n);
        copy(n->span, address(n->span, slot), from, size_of(n->type));
        next_ = mark;
        return;
    }
    if (is_record(n->type)) {
        const int from = record_address(n);
        Place home;
        home.base = 0;
        home.offset = frame_space(size_of(n->type), align_of(n->type));
        reg = address(n->span, home);
        copy(n->span, reg, from, size_of(n->type));
    } else {
        reg = value(n);
    }
    flatten(n->span, slot, 8);
    emit(n->span, Op::st64, reg, slot.base, static_cast<int>(slot.offset));
    next_ = mark;
}

int Generator::system_call(Node* n, int want) {
    const int count = static_cast<int>(n->arguments.size());
    const int mark = next_, window = temporaries(count);
    for (int i = count; i-- > 0;) argument(n->arguments[static_cast<std::uint32_t>(i)], window + i);
    emit(n->span, Op::syscall, window, count - 1);
    return settle(n->span, mark, window, want);
}

int Generator::intrinsic(Node* n, int want) {
    const int mark = next_, count = static_cast<int>(n->arguments.size());
    const int window = temporaries(std::max(count, 1));
    for (int i = count; i-- > 0;) argument(n->arguments[static_cast<std::uint32_t>(i)], window + i);
    emit(n->span, Op::intrinsic, window, static_cast<int>(n->id));
    return settle(n->span, mark, window, want);
}

void Generator::start_arguments(Node* n) {
    const int mark = next_;
    if (unnamed_pointer_ < 0) {
        session_.error(n->span, "va_start in a function that takes no '...'");
        return;
    }
    const int list = value(n->lhs);
    emit(n->span, Op::st64, unnamed_pointer_, list, kNextArgument);
    next_ = mark;
}

/// Moves the list on; returns a register with the address of the argument's slot.
int Generator::next_slot(Node* n) {
    const int list = value(n->lhs), slot = temporary(), behind = temporary();
    emit(n->span, Op::ld64, slot, list, kNextArgument);
    emit(n->span, Op::addi, behind, slot, static_cast<int>(8 * slots_of(n->type)));
    emit(n->span, Op::st64, behind, list, kNextArgument);
    return slot;
}

int Generator::next_argument(Node* n, int want) {
    if (is_record(n->type)) return settle(n->span, next_, record_address(n), want);
    const int mark = next_, slot = next_slot(n);
    if (is_long_double(n->type)) {
        Place p;
        p.base = slot;
        return settle(n->span, mark, load(n->span, p, n->type, kAny), want);
    }
    const int to = destination(mark, want);
    if (is_floating(n->type)) {
        emit(n->span, Op::ld64, to, slot, 0);
        if (n->type->kind == TypeKind::float_) emit(n->span, Op::fround, to, to);
        return to;
    }
    Place p;
    p.base = slot;
    return load(n->span, p, n->type, to);
}

}  // namespace ipclab::cc
