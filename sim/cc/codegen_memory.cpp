// Places in memory, loads and stores, assignments, records.
#include <algorithm>
#include <bit>

#include "kernel/assert.h"
#include "sim/cc/codegen.h"

namespace ipclab::cc {

namespace {

struct Access {
    vm::Opcode load, store, indexed_load, indexed_store;
};

/// The instructions for a scalar that fits a register.
Access access_of(std::uint64_t bytes, bool is_u, bool is_float) {
    using enum vm::Opcode;
    switch (bytes) {
        case 1:
            return is_u ? Access{ld8u, st8, ldx8u, stx8} : Access{ld8s, st8, ldx8s, stx8};
        case 2:
            return is_u ? Access{ld16u, st16, ldx16u, stx16} : Access{ld16s, st16, ldx16s, stx16};
        case 4:
            if (is_float) return {ldf32, stf32, ldxf32, stxf32};
            return is_u ? Access{ld32u, st32, ldx32u, stx32} : Access{ld32s, st32, ldx32s, stx32};
        default:
            return {ld64, st64, ldx64, stx64};
    }
}

Access access_of(const Type* type) {
    return access_of(size_of(type), is_unsigned(type), type->kind == TypeKind::float_);
}

/// The widest piece, a power of two up to 8, that fits both.
std::uint64_t piece(std::uint64_t bytes) {
    return bytes >= 8 ? 8 : std::bit_floor(bytes);
}

/// As the machine multiplies: a program may write any constant.
std::int64_t product(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

/// A call whose result is assigned as it is.
bool is_call(const Node* n) {
    while (n->kind == NodeKind::cast && is_pointer(n->type) && is_pointer(n->lhs->type)) n = n->lhs;
    return n->kind == NodeKind::call;
}

constexpr std::uint64_t kFewBytes = 32;  // copied and zeroed piece by piece

}  // namespace

Generator::Place Generator::object_place(Obj* object) {
    Place p;
    if (!object->is_local) {
        p.symbol = static_cast<int>(symbol_of(object));
    } else if (object->type->kind == TypeKind::vla) {
        p.base = object->reg;
    } else if (object->reg >= 0) {
        p.reg = object->reg;
    } else {
        p.base = 0;
        p.offset = object->frame_offset;
    }
    return p;
}

/// The symbol names the first thread's object; the others have theirs at a distance that the thread knows.
Generator::Place Generator::thread_local_place(Node* n) {
    Place p;
    p.base = temporary();
    load_address(n->span, p.base, symbol_of(n->object), 0);
    emit(n->span, Op::intrinsic, p.base, static_cast<int>(vm::Intrinsic::thread_local_address));
    return p;
}

Generator::Place Generator::place(Node* n) {
    switch (n->kind) {
        case NodeKind::var:
            return n->object->is_thread_local ? thread_local_place(n) : object_place(n->object);
        case NodeKind::compound_literal:
            if (n->object->is_local) initialise(n->object, n->init, n->span);
            return object_place(n->object);
        case NodeKind::deref:
            return pointed_to(n->lhs);
        case NodeKind::member: {
            Place p = place(n->lhs);
            add_offset(n->span, p, static_cast<std::int64_t>(n->member->offset));
            p.is_packed = p.is_packed || align_of(n->lhs->type) < align_of(n->member->type) ||
                          n->member->offset % align_of(n->member->type) != 0;
            if (n->member->is_bitfield) p.bitfield = n->member;
            return p;
        }
        default: {  // a record that is a value
            Place p;
            p.base = record_address(n);
            return p;
        }
    }
}

/// The place of a scalar that will be both read and written: its address is computed once.
Generator::Place Generator::place_to_change(Node* n) {
    Place p = place(n);
    if (p.reg < 0) flatten(n->span, p, p.bitfield ? 0 : size_of(n->type));
    return p;
}

/// The place that a pointer points to, with as much of its arithmetic as the addressing modes can do.
Generator::Place Generator::pointed_to(Node* pointer) {
    if (pointer->kind == NodeKind::addr && !is_function(pointer->lhs->type)) return place(pointer->lhs);
    if (pointer->kind == NodeKind::cast && is_pointer(pointer->lhs->type) && is_pointer(pointer->type))
        return pointed_to(pointer->lhs);
    if (pointer->kind == NodeKind::ptr_add && !pointer->third) {
        if (pointer->rhs->kind == NodeKind::num) {
            Place p = pointed_to(pointer->lhs);
            add_offset(pointer->span, p, product(pointer->rhs->integer, pointer->integer));
            return p;
        }
        Place p;
        Place base = pointed_to(pointer->lhs);
        p.is_packed = base.is_packed;
        p.base = address(pointer->span, base);
        p.index = value(pointer->rhs);
        p.scale = pointer->integer;
        return p;
    }
    Place p;
    p.base = value(pointer);
    return p;
}

void Generator::add_offset(Span span, Place& p, std::int64_t bytes) {
    if (bytes == 0) return;
    if (p.index >= 0) flatten(span, p, 0);
    p.offset =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(p.offset) + static_cast<std::uint64_t>(bytes));
}

/// Brings the place into one of the forms base + 16-bit offset and base + index * access_bytes.
void Generator::flatten(Span span, Place& p, std::uint64_t access_bytes) {
    if (p.base < 0) {
        p.base = temporary();
        load_address(span, p.base, static_cast<std::uint32_t>(p.symbol), p.offset);
        p.offset = 0;
        p.symbol = -1;
    }
    if (p.index >= 0 && (p.scale != static_cast<std::int64_t>(access_bytes) || p.offset != 0)) {
        const int bytes = scaled_index(span, p.index, nullptr, p.scale);
        const int sum = temporary();
        emit(span, Op::add, sum, p.base, bytes);
        p.base = sum;
        p.index = -1;
    }
    if (!fits16(p.offset)) {
        const int far = temporary();
        load_constant(span, far, p.offset);
        emit(span, Op::add, far, p.base, far);
        p.base = far;
        p.offset = 0;
    }
}

int Generator::address(Span span, Place p, int want) {
    IPCLAB_ASSERT(p.reg < 0);
    const auto target = [&] { return want == kAny ? temporary() : want; };
    if (p.base < 0) {
        const int to = target();
        load_address(span, to, static_cast<std::uint32_t>(p.symbol), p.offset);
        return to;
    }
    flatten(span, p, 0);
    if (p.offset == 0) {
        if (want != kAny) move(span, want, p.base);
        return want == kAny ? p.base : want;
    }
    const int to = target();
    emit(span, Op::addi, to, p.base, static_cast<int>(p.offset));
    return to;
}

/// The next instruction accesses an object there: what its declaration has packed need not be aligned.
void Generator::may_be_unaligned(const Place& p, const Type* type) {
    if (p.is_packed || align_of(type) < size_of(type))
        code_.unaligned.push_back(static_cast<std::uint32_t>(code_.code.size()));
}

int Generator::load(Span span, Place p, const Type* type, int want) {
    if (p.reg >= 0) {
        use_register(span, p.reg);
        if (want != kAny) move(span, want, p.reg);
        return want == kAny ? p.reg : want;
    }
    if (p.bitfield) return load_bitfield(span, p, type, want);
    if (is_long_double(type)) {  // a copy: what is there may change before it is used
        const int mark = next_, from = address(span, p);
        return extended_result(span, vm::Intrinsic::extended_copy, {from}, mark, want);
    }
    const Access access = access_of(type);
    flatten(span, p, size_of(type));
    const int to = want == kAny ? temporary() : want;
    may_be_unaligned(p, type);
    if (p.index >= 0)
        emit(span, access.indexed_load, to, p.base, p.index);
    else
        emit(span, access.load, to, p.base, static_cast<int>(p.offset));
    return to;
}

void Generator::store(Span span, Place p, const Type* type, int reg) {
    if (p.reg >= 0) {
        set_register(p.reg);
        return move(span, p.reg, reg);
    }
    if (p.bitfield) return store_bitfield(span, p, reg);
    if (is_long_double(type)) {
        const int mark = next_, to = address(span, p);
        extended_call(span, vm::Intrinsic::extended_copy, {to, reg});
        next_ = mark;
        return;
    }
    const Access access = access_of(type);
    flatten(span, p, size_of(type));
    may_be_unaligned(p, type);
    if (p.index >= 0)
        emit(span, access.indexed_store, reg, p.base, p.index);
    else
        emit(span, access.store, reg, p.base, static_cast<int>(p.offset));
}

/// As flatten(), with all bytes of the unit in reach of the offset.
void Generator::reach_unit(Span span, Place& p) {
    flatten(span, p, 0);
    if (fits16(p.offset + 8)) return;
    p.base = address(span, p);
    p.offset = 0;
}

/// The bytes around a bit-field, zero-extended. Of packed structures these may be 3, 5, 6 or 7: in pieces.
void Generator::load_unit(Span span, const Place& p, std::uint64_t bytes, int to) {
    const int mark = next_;
    const int base = p.base == to ? temporary() : p.base;
    move(span, base, p.base);
    for (std::uint64_t done = 0; done < bytes;) {
        const std::uint64_t now = piece(bytes - done);
        const int part = done == 0 ? to : temporary();
        emit_unaligned(span, access_of(now, true, false).load, part, base,
                       static_cast<int>(p.offset + static_cast<std::int64_t>(done)));
        if (done > 0) {
            emit(span, Op::shli, part, part, static_cast<int>(8 * done));
            emit(span, Op::or_, to, to, part);
        }
        done += now;
    }
    next_ = mark;
}

/// Stores the low bytes of `reg`, which it changes.
void Generator::store_unit(Span span, const Place& p, std::uint64_t bytes, int reg) {
    for (std::uint64_t done = 0; done < bytes;) {
        const std::uint64_t now = piece(bytes - done);
        emit_unaligned(span, access_of(now, true, false).store, reg, p.base,
                       static_cast<int>(p.offset + static_cast<std::int64_t>(done)));
        done += now;
        if (done < bytes) emit(span, Op::shrui, reg, reg, static_cast<int>(8 * now));
    }
}

int Generator::load_bitfield(Span span, Place p, const Type* type, int want) {
    const Member* field = p.bitfield;
    reach_unit(span, p);
    const int to = want == kAny ? temporary() : want;
    load_unit(span, p, field->unit_bytes, to);
    const int above = 64 - field->bit_offset - field->bit_width;
    if (above > 0) emit(span, Op::shli, to, to, above);
    if (field->bit_width < 64)
        emit(span, is_unsigned(type) ? Op::shrui : Op::shrsi, to, to, 64 - field->bit_width);
    return to;
}

void Generator::store_bitfield(Span span, Place p, int reg) {
    const Member* field = p.bitfield;
    reach_unit(span, p);
    const std::uint64_t ones = field->bit_width == 64 ? ~0ull : (1ull << field->bit_width) - 1;
    const int old = temporary(), mask = temporary(), bits = temporary();
    load_unit(span, p, field->unit_bytes, old);
    load_constant(span, mask, static_cast<std::int64_t>(~(ones << field->bit_offset)));
    emit(span, Op::and_, old, old, mask);
    load_constant(span, mask, static_cast<std::int64_t>(ones));
    emit(span, Op::and_, bits, reg, mask);
    if (field->bit_offset > 0) emit(span, Op::shli, bits, bits, field->bit_offset);
    emit(span, Op::or_, old, old, bits);
    store_unit(span, p, field->unit_bytes, old);
}

/// What the bit-field holds after `reg` has been stored to it.
int Generator::bitfield_value(Span span, const Member* field, int reg, int want) {
    if (field->bit_width == 64) return reg;
    const int to = want == kAny ? temporary() : want;
    emit(span, Op::shli, to, reg, 64 - field->bit_width);
    emit(span, is_unsigned(field->type) ? Op::shrui : Op::shrsi, to, to, 64 - field->bit_width);
    return to;
}

/// The tree below conversions that only cut off bits which a store of `bytes` bytes leaves out anyway.
Node* Generator::without_narrowing(Node* n, std::uint64_t bytes) {
    while (n->kind == NodeKind::cast && is_integer(n->type) && n->type->kind != TypeKind::bool_ &&
           is_integer(n->lhs->type) && size_of(n->type) >= bytes && size_of(n->lhs->type) >= bytes)
        n = n->lhs;
    return n;
}

int Generator::assign(Node* n, int want, bool used) {
    const int mark = next_;
    if (is_record(n->type)) {
        const int to = record_address(n);
        return used ? settle(n->span, mark, to, want) : to;
    }
    const bool target_first = n->lhs->kind == NodeKind::var || is_call(n->rhs);
    Place p;
    if (target_first) p = place(n->lhs);
    if (p.reg >= 0) {
        value(n->rhs, p.reg);
        set_register(p.reg);
        return settle(n->span, mark, p.reg, want);
    }
    const bool keeps_all_bits = used || (n->lhs->kind == NodeKind::member && n->lhs->member->is_bitfield);
    const int result = value(keeps_all_bits ? n->rhs : without_narrowing(n->rhs, size_of(n->lhs->type)));
    if (!target_first) p = place(n->lhs);
    store(n->span, p, n->lhs->type, result);
    return finish_assignment(n, p, result, mark, want, used);
}

int Generator::finish_assignment(Node* n, const Place& p, int result, int mark, int want, bool used) {
    if (!used) {
        next_ = mark;
        return result;
    }
    if (p.bitfield) result = bitfield_value(n->span, p.bitfield, result, want);
    return settle(n->span, mark, result, want);
}

int Generator::op_assign(Node* n, int want, bool used) {
    const int mark = next_;
    const bool is_constant = n->rhs->kind == NodeKind::num;
    const int rhs = is_constant ? -1 : value(n->rhs);
    const Place p = place_to_change(n->lhs);
    const Type* type = n->lhs->type;
    const int inner = next_;
    const int old = load(n->span, p, type, kAny);
    const bool changes_bits = convert_changes(n->compute, type);
    const int computed =
        arithmetic(n->span, n->op, n->compute, convert(n->span, old, type, n->compute, kAny),
                   is_constant ? n->rhs : nullptr, rhs, inner, p.reg >= 0 && !changes_bits ? p.reg : kAny);
    const int result =
        convert(n->span, computed, n->compute, type, p.reg >= 0 && changes_bits ? p.reg : kAny);
    store(n->span, p, type, result);
    return finish_assignment(n, p, p.reg >= 0 ? p.reg : result, mark, want, used);
}

bool Generator::convert_changes(const Type* from, const Type* to) {
    if (is_floating(from) != is_floating(to)) return true;
    if (is_floating(from)) return from->kind != to->kind;
    return to->kind == TypeKind::bool_ || size_of(to) < size_of(from) ||
           (size_of(to) == size_of(from) && size_of(to) < 8 && is_unsigned(from) != is_unsigned(to));
}

int Generator::pointer_assign(Node* n, int want, bool used) {
    const int mark = next_;
    int bytes = -1;
    const bool is_constant =
        !n->third && n->rhs->kind == NodeKind::num && fits16(product(n->rhs->integer, n->integer));
    if (!is_constant) bytes = scaled_index(n->span, value(n->rhs), n->third, n->integer);
    const Place p = place_to_change(n->lhs);
    const int old = load(n->span, p, n->lhs->type, kAny);
    const int result = p.reg >= 0 ? p.reg : temporary();
    if (is_constant)
        emit(n->span, Op::addi, result, old, static_cast<int>(product(n->rhs->integer, n->integer)));
    else
        emit(n->span, Op::add, result, old, bytes);
    store(n->span, p, n->lhs->type, result);
    return finish_assignment(n, p, result, mark, want, used);
}

int Generator::increment(Node* n, int want, bool used) {
    const Type* type = n->lhs->type;
    const bool keeps_old = used && n->is_post;
    // The old value goes straight to its register where nothing below can overwrite it.
    const int mark = next_;
    const int kept = keeps_old ? temporary() : -1;
    const Place p = place_to_change(n->lhs);
    const int old = load(n->span, p, type, keeps_old && p.reg < 0 ? kept : kAny);
    if (keeps_old) move(n->span, kept, old);
    const int result = p.reg >= 0 ? p.reg : temporary();
    if (is_long_double(type)) {
        const int step = extended_constant(n->span, static_cast<long double>(n->integer), kAny);
        const int sum = extended_arithmetic(n->span, BinaryOp::add, old, step, next_, kAny);
        move(n->span, result, sum);
    } else if (is_floating(type)) {
        const int one = temporary();
        load_constant(n->span, one, std::bit_cast<std::int64_t>(static_cast<double>(n->integer)));
        float_arithmetic(n->span, BinaryOp::add, type, old, one, result);
    } else if (type->kind == TypeKind::bool_) {  // ++ makes it 1, -- the opposite
        if (n->integer > 0)
            load_constant(n->span, result, 1);
        else
            emit(n->span, Op::lnot, result, old);
    } else if (!fits16(n->integer)) {
        const int step = temporary();
        load_constant(n->span, step, n->integer);
        emit(n->span, Op::add, result, old, step);
    } else {
        const bool is_long = size_of(type) == 8 && is_integer(type) && !is_unsigned(type);
        const bool is_word = size_of(type) == 4;
        emit(n->span,
             is_long             ? Op::addli
             : !is_word          ? Op::addi
             : is_unsigned(type) ? Op::adduwi
                                 : Op::addwi,
             result, old, static_cast<int>(n->integer));
        if (size_of(type) < 4) emit(n->span, narrowing(type), result, result);
    }
    store(n->span, p, type, result);
    if (keeps_old) return settle(n->span, mark, kept, want);
    return finish_assignment(n, p, result, mark, want, used);
}

/// A register with the address of a record: of the object itself where it is one.
int Generator::record_address(Node* n) {
    if (is_long_double(n->type)) return value(n);
    const int mark = next_;
    switch (n->kind) {
        case NodeKind::call:
            return call_record(n);
        case NodeKind::assign: {
            int to = -1;
            if (is_call(n->rhs)) to = address(n->span, place(n->lhs));
            const int from = record_address(n->rhs);
            if (to < 0) to = address(n->span, place(n->lhs));
            copy(n->span, to, from, size_of(n->type));
            return settle(n->span, mark, to, kAny);
        }
        case NodeKind::comma:
            effect(n->lhs);
            return record_address(n->rhs);
        case NodeKind::cast:
            return record_address(n->lhs);
        case NodeKind::stmt_expr:
            return statement_expression(n, kAny, true);
        case NodeKind::va_arg: {
            const int slot = next_slot(n);
            if (fits_slot(n->type)) return settle(n->span, mark, slot, kAny);
            const int to = destination(mark, kAny);
            emit(n->span, Op::ld64, to, slot, 0);
            return to;
        }
        case NodeKind::cond: {
            const int otherwise = new_label(), end = new_label();
            branch(n->third, otherwise, false);
            const int to = temporary();
            move(n->span, to, record_address(n->lhs));
            jump(n->span, end);
            bind(otherwise);
            move(n->span, to, record_address(n->rhs));
            bind(end);
            next_ = to + 1;
            return to;
        }
        case NodeKind::error:
            return temporary();
        default:
            return settle(n->span, mark, address(n->span, place(n)), kAny);
    }
}

/// Copies a record between the addresses in two registers.
void Generator::copy(Span span, int to, int from, std::uint64_t bytes) {
    const int mark = next_;
    if (bytes > 0) {  // not by loads and stores: padding has no value, and that is no mistake
        const int count = temporary();
        load_constant(span, count, static_cast<std::int64_t>(bytes));
        emit(span, Op::mcpy, to, from, count);
    }
    next_ = mark;
}

void Generator::zero(Span span, const Place& p, std::uint64_t bytes) {
    const int mark = next_;
    const int zeroes = temporary();
    load_constant(span, zeroes, 0);
    if (bytes <= kFewBytes) {
        Place at = p;
        flatten(span, at, 0);
        for (std::uint64_t done = 0; done < bytes;) {
            const std::uint64_t now = piece(bytes - done);
            Place part = at;
            part.offset += static_cast<std::int64_t>(done);
            flatten(span, part, 0);
            emit_unaligned(span, access_of(now, true, false).store, zeroes, part.base,
                           static_cast<int>(part.offset));
            done += now;
        }
    } else {
        const int to = address(span, p), count = temporary();
        load_constant(span, count, static_cast<std::int64_t>(bytes));
        emit(span, Op::mset, to, zeroes, count);
    }
    next_ = mark;
}

}  // namespace ipclab::cc
