// Statements to code.
#include <fmt/format.h>

#include "sim/cc/codegen.h"

namespace ipclab::cc {

void Generator::statement(Stmt* s) {
    const int mark = next_;
    const std::int64_t frame_mark = frame_;
    switch (s->kind) {
        case StmtKind::empty:
            break;
        case StmtKind::expr:
            effect(s->expr);
            break;
        case StmtKind::block:
            block(s);
            break;
        case StmtKind::if_: {
            const int otherwise = new_label(), end = new_label();
            branch(s->expr, otherwise, false);
            statement(s->body);
            if (s->otherwise && reachable_) jump(s->span, end);
            bind(otherwise);
            if (s->otherwise) statement(s->otherwise);
            bind(end);
            break;
        }
        case StmtKind::while_:
        case StmtKind::do_:
        case StmtKind::for_:
            loop(s);
            break;
        case StmtKind::switch_:
            switch_statement(s);
            break;
        case StmtKind::case_:
            bind(s->code_label);
            reachable_ = true;
            statement(s->body);
            break;
        case StmtKind::label:
            bind(label_of(s->label));
            reachable_ = true;
            statement(s->body);
            break;
        case StmtKind::goto_:
            goto_statement(s);
            break;
        case StmtKind::break_:
            jump_out(s, jumps_.back().break_label, jumps_.back().blocks);
            break;
        case StmtKind::continue_: {
            std::size_t i = jumps_.size() - 1;
            while (jumps_[i].continue_label < 0) --i;  // past the switches
            jump_out(s, jumps_[i].continue_label, jumps_[i].blocks);
            break;
        }
        case StmtKind::return_:
            return_statement(s);
            break;
        case StmtKind::declare:
            declare(s);
            break;
    }
    next_ = mark;
    free_frame(frame_mark);
}

void Generator::block_open(Stmt* s) {
    blocks_.push_back(s);
    s->sp_register = -1;
    if (s->vla_count > 0) {
        s->sp_register = temporary();
        emit(s->span, Op::spget, s->sp_register);
    }
}

void Generator::block_close(Stmt* s) {
    if (s->sp_register >= 0) emit(s->end, Op::spset, s->sp_register);
    blocks_.pop_back();
}

void Generator::block(Stmt* s) {
    const std::size_t variables = open_variables_.size();
    const int mark = next_;
    block_open(s);
    for (Stmt* item : s->items) statement(item);
    block_close(s);
    close_variables(variables);
    next_ = mark;
}

/// The condition stands at the end, so that each round needs one jump.
void Generator::loop(Stmt* s) {
    const std::size_t variables = open_variables_.size();
    for (Stmt* item : s->items) statement(item);
    const int body = new_label(), test = new_label(), next = new_label(), end = new_label();
    const bool is_endless = !s->expr || (s->expr->kind == NodeKind::num && s->expr->integer != 0);
    const Registers at_entry = unset_;
    const bool entered = reachable_;
    if (s->kind != StmtKind::do_ && !is_endless) jump(s->expr->span, test);
    bind(body);
    reachable_ = entered;
    unset_ = at_entry;
    jumps_.push_back({end, next, blocks_.size()});
    statement(s->body);
    jumps_.pop_back();
    bind(next);
    if (s->increment) effect(s->increment);
    bind(test);
    if (is_endless)
        jump(s->span, body);
    else
        branch(s->expr, body, true);
    bind(end);
    close_variables(variables);
}

void Generator::switch_statement(Stmt* s) {
    const int end = new_label();
    const auto enter = [&](Stmt* one) {
        one->code_label = new_label();
        check_jump(one->span, "to here the 'switch' jumps", s->parent, s->vla_count, one->parent, one->vla_count);  // C11 6.8.4.2p2
    };
    for (Case& one : s->cases) enter(one.statement);
    if (s->default_case) enter(s->default_case);
    const int otherwise = s->default_case ? s->default_case->code_label : end;
    const int mark = next_;
    const int chosen = value(s->expr);
    if (!s->cases.empty())
        dispatch(s->expr->span, s->cases.begin(), s->cases.end(), chosen, s->expr->type, otherwise);
    jump(s->expr->span, otherwise);
    next_ = mark;
    jumps_.push_back({end, -1, blocks_.size()});
    statement(s->body);
    jumps_.pop_back();
    bind(end);
}

/// Jumps to the case that `value` is among [first, last), which are sorted; goes on, or to `otherwise`, where it is none.
void Generator::dispatch(Span span, const Case* first, const Case* last, int value, const Type* type,
                         int otherwise) {
    constexpr std::ptrdiff_t kFewCases = 4;
    if (last - first <= kFewCases) {
        for (; first != last; ++first) case_jump(*first, value, type);
        return;
    }
    const Case* middle = first + (last - first) / 2;
    const int upper = new_label(), mark = next_;
    const int bound = temporary();
    load_constant(span, bound, middle->low);
    jump_if(span, is_unsigned(type) ? Op::jleu : Op::jles, bound, value, upper);
    next_ = mark;
    dispatch(span, first, middle, value, type, otherwise);
    jump(span, otherwise);
    bind(upper);
    dispatch(span, middle, last, value, type, otherwise);
}

void Generator::case_jump(const Case& one, int value, const Type* type) {
    const int label = one.statement->code_label, mark = next_;
    if (one.low == one.high && one.low == static_cast<std::int16_t>(one.low)) {
        jump_if(one.span, Op::jeqi, value, static_cast<int>(one.low), label);
        return;
    }
    const int bound = temporary();
    load_constant(one.span, bound, one.low);
    if (one.low == one.high) {
        jump_if(one.span, Op::jeq, value, bound, label);
    } else {
        const int outside = new_label();
        const bool is_u = is_unsigned(type);
        jump_if(one.span, is_u ? Op::jltu : Op::jlts, value, bound, outside);
        load_constant(one.span, bound, one.high);
        jump_if(one.span, is_u ? Op::jleu : Op::jles, value, bound, label);
        bind(outside);
    }
    next_ = mark;
}

/// Leaves all blocks but the outer `blocks`: what variable-length arrays took from the stack is given back.
void Generator::jump_out(Stmt* s, int label, std::size_t blocks) {
    for (std::size_t i = blocks; i < blocks_.size(); ++i) {
        if (blocks_[i]->sp_register < 0) continue;
        emit(s->span, Op::spset, blocks_[i]->sp_register);
        break;
    }
    jump(s->span, label);
}

int Generator::label_of(Label* label) {
    const auto [entry, added] = label_numbers_.try_emplace(label, 0);
    if (added) entry->second = new_label();
    return entry->second;
}

/// A jump must not come into the scope of a variable-length array, nor into a statement expression. `from` and `to` are
/// the blocks of its ends, with the number of such arrays that are declared there before.
void Generator::check_jump(Span span, std::string_view what, const Stmt* from, std::uint32_t arrays_from, const Stmt* to,
                           std::uint32_t arrays_to) {
    const auto depth = [](const Stmt* block) {
        int levels = 0;
        for (; block; block = block->parent) ++levels;
        return levels;
    };
    bool enters_array = false, enters_expression = false;
    int above = depth(from), below = depth(to);
    while (from != to) {
        if (below >= above) {
            enters_array = enters_array || arrays_to > 0;
            enters_expression = enters_expression || to->is_expression;
            arrays_to = to->vlas_before;
            to = to->parent;
            --below;
        } else {
            arrays_from = from->vlas_before;
            from = from->parent;
            --above;
        }
    }
    if (enters_array || arrays_to > arrays_from)
        session_.error(span, fmt::format("{} past the declaration of a variable-length array", what));
    else if (enters_expression)
        session_.error(span, fmt::format("{} into a statement expression", what));
}

void Generator::goto_statement(Stmt* s) {
    const Label* label = s->label;
    check_jump(s->span, "this 'goto' jumps", s->parent, s->vla_count, label->block, label->vlas_before);  // C11 6.8.6.1p1
    const auto is_around_label = [&](const Stmt* block) {
        for (const Stmt* b = label->block; b; b = b->parent)
            if (b == block) return true;
        return false;
    };
    std::size_t blocks = blocks_.size();
    while (blocks > 0 && !is_around_label(blocks_[blocks - 1])) --blocks;
    jump_out(s, label_of(s->label), blocks);
}

void Generator::return_statement(Stmt* s) {
    if (!s->expr) {
        emit(s->span, Op::retv);
        return;
    }
    const Type* type = function_->type->base;
    if (is_void(type)) {
        effect(s->expr);
        emit(s->span, Op::retv);
    } else if (is_by_address(type)) {
        copy(s->span, result_pointer_, record_address(s->expr), size_of(type));
        emit(s->span, Op::ret, result_pointer_);
    } else {
        const int result = value(s->expr);
        emit(s->span, Op::ret, result);
    }
}

void Generator::declare(Stmt* s) {
    Obj* object = s->object;
    if (object->type->kind == TypeKind::vla) {
        const int mark = next_;
        const int bytes =
            load(s->span, object_place(object->type->vla_size), object->type->vla_size->type, kAny);
        emit(s->span, Op::salloc, object->reg, bytes);
        next_ = mark;
        show_variable(object, vm::Variable::Place::reg, static_cast<std::uint64_t>(object->reg));
        return;
    }
    if (object->reg >= 0)
        show_variable(object, vm::Variable::Place::reg, static_cast<std::uint64_t>(object->reg));
    else
        show_variable(object, vm::Variable::Place::frame, static_cast<std::uint64_t>(object->frame_offset));
    if (s->init)
        initialise(object, s->init, s->span);
    else if (object->reg >= 0)
        unset_register(s->span, object->reg);
}

void Generator::initialise(Obj* object, Init* init, Span span) {
    if (object->reg >= 0) {
        for (const InitEntry& entry : init->entries) {
            if (entry.expr)
                value(entry.expr, object->reg);
            else
                load_constant(span, object->reg, 0);
        }
        set_register(object->reg);
        return;
    }
    const Place home = object_place(object);
    for (const InitEntry& entry : init->entries) initialise_entry(home, entry, span);
}

void Generator::initialise_entry(const Place& object, const InitEntry& entry, Span span) {
    const int mark = next_;
    Place part = object;
    add_offset(span, part, static_cast<std::int64_t>(entry.offset));
    if (!entry.expr) {
        zero(span, part, entry.size);
    } else if (is_record(entry.type)) {
        const int from = record_address(entry.expr);
        copy(entry.expr->span, address(span, part), from, size_of(entry.type));
    } else if (is_array(entry.type)) {  // a string literal
        const int from = address(span, place(entry.expr));
        copy(entry.expr->span, address(span, part), from, entry.size);
    } else {
        part.bitfield = entry.bitfield;
        part.is_packed = true;  // the object lies where its declaration puts it
        const int from = value(entry.expr);
        store(entry.expr->span, part, entry.type, from);
    }
    next_ = mark;
}

}  // namespace ipclab::cc
