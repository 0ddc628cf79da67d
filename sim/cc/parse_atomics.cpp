// Atomic operations: gcc's __atomic_* and __sync_*, and the operators on _Atomic objects (C11 6.2.6.1p9, 6.5.16.2p3).
// Their memory orders matter where stores may wait (sim/vm/store_buffer.h): they are compiled as gcc does for x86-64. A load
// is a mov whatever its order, as is a store that is relaxed or a release; one that is sequentially consistent is an xchg,
// operations that read and write are locked, and of the fences only the sequentially consistent one is an instruction.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

struct Fetch {
    BinaryOp op;
    bool nand;
};

bool fetch_operation(std::string_view name, Fetch& out) {
    constexpr std::pair<std::string_view, Fetch> table[] = {
        {"add", {BinaryOp::add, false}}, {"sub", {BinaryOp::sub, false}},  {"and", {BinaryOp::and_, false}},
        {"or", {BinaryOp::or_, false}},  {"xor", {BinaryOp::xor_, false}}, {"nand", {BinaryOp::and_, true}},
    };
    for (const auto& [known, fetch] : table)
        if (known == name) {
            out = fetch;
            return true;
        }
    return false;
}

bool has_instruction(BinaryOp op) {
    return op == BinaryOp::add || op == BinaryOp::sub || op == BinaryOp::and_ || op == BinaryOp::or_ ||
           op == BinaryOp::xor_;
}

vm::Intrinsic instruction_of(BinaryOp op) {
    return op == BinaryOp::and_   ? vm::Intrinsic::atomic_and
           : op == BinaryOp::or_  ? vm::Intrinsic::atomic_or
           : op == BinaryOp::xor_ ? vm::Intrinsic::atomic_xor
                                  : vm::Intrinsic::atomic_add;
}

}  // namespace

/// The type of what an atomic operation works on; null where it cannot, which has been reported.
Type* Parser::atomic_target(Node* pointer, Span span) {
    if (is_error(pointer->type)) return nullptr;
    if (!is_pointer(pointer->type)) {
        error(span, fmt::format("an atomic operation needs a pointer, not '{}'", type_name(pointer->type)));
        return nullptr;
    }
    Type* type = pointer->type->base->unqualified;
    if (is_floating(type) || is_record(type))
        unsupported(span, fmt::format("atomic operations on objects of type '{}'", type_name(type)));
    if (is_integer(type) || is_pointer(type)) return type;
    error(span, fmt::format("an atomic operation on '{}' is impossible", type_name(type)));
    return nullptr;
}

Node* Parser::atomic_load(Node* pointer, Type* type, Span span) {
    if (!atomic_target(pointer, span)) return error_node(span);
    return cast(intrinsic(vm::Intrinsic::atomic_load, types_.long_, {pointer, size_node(type, span)}, span),
                type, true);
}

/// One that is no constant counts as the strongest (gcc's manual, "__atomic Builtins").
Parser::MemoryOrder Parser::memory_order(const Node* order) {
    constexpr std::int64_t kSequential = 5, kHints = 0x10000;  // __ATOMIC_HLE_ACQUIRE and the like are added
    return order->kind == NodeKind::num && static_cast<std::int64_t>(order->integer) % kHints < kSequential
               ? MemoryOrder::plain
               : MemoryOrder::sequential;
}

Node* Parser::atomic_write(Node* pointer, Node* value, MemoryOrder order, Span span) {
    Type* type = atomic_target(pointer, span);
    if (!type) return error_node(span);
    value = cast(convert_assigned(value, type, value->span, "the atomic store"), types_.long_, true);
    const auto instruction =
        order == MemoryOrder::plain ? vm::Intrinsic::atomic_put : vm::Intrinsic::atomic_store;
    return intrinsic(instruction, types_.void_, {pointer, value, size_node(type, span)}, span);
}

Node* Parser::atomic_exchange(Node* pointer, Node* value, Span span) {
    Type* type = atomic_target(pointer, span);
    if (!type) return error_node(span);
    value = cast(convert_assigned(value, type, value->span, "the atomic exchange"), types_.long_, true);
    return cast(intrinsic(vm::Intrinsic::atomic_exchange, types_.long_,
                          {pointer, value, size_node(type, span)}, span),
                type, true);
}

/// `target` = value, of the type already, worth the value.
Node* Parser::atomic_store(Node* target, Node* value, Span span) {
    Node* address = make_address(target, span);
    if (value->kind == NodeKind::num)
        return sequence({atomic_write(address, value, MemoryOrder::sequential, span),
                         number_node(value->integer, value->type, span)},
                        span);
    Obj* temporary = nullptr;
    Node* first = with_temporary(value, temporary);
    return sequence(
        {first, atomic_write(address, variable_node(temporary, span), MemoryOrder::sequential, span),
         variable_node(temporary, span)},
        span);
}

Node* Parser::atomic_cas(Node* pointer, Node* expected, Node* desired, Span span) {
    Type* type = atomic_target(pointer, span);
    if (!type || is_error(expected->type)) return error_node(span);
    if (!is_pointer(expected->type)) {
        error(expected->span,
              fmt::format("the expected value is given by a pointer, not '{}'", type_name(expected->type)));
        return error_node(span);
    }
    desired = cast(convert_assigned(desired, type, desired->span, "the atomic exchange"), types_.long_, true);
    Node* done = intrinsic(vm::Intrinsic::atomic_cas, types_.long_,
                           {pointer, expected, desired, size_node(type, span)}, span);
    return cast(done, types_.bool_, true);
}

Node* Parser::new_value(Type* type, BinaryOp op, bool nand, Node* old, Node* value, Span span) {
    Node* node = make_binary(op, old, value, span);
    if (nand) node = make_unary(NodeKind::bitnot, node, span);
    node->is_implicit = true;
    return cast(node, type, true);
}

/// An operation on what `pointer` points to, worth the old or the new value. Pointers are not scaled, as in gcc.
Node* Parser::atomic_fetch(BinaryOp op, bool nand, Node* pointer, Node* value, bool return_new, Span span) {
    Type* type = atomic_target(pointer, span);
    value = rvalue(value);
    if (!type || is_error(value->type)) return error_node(span);
    if (!is_integer(value->type) && !is_pointer(value->type)) {
        error(value->span,
              fmt::format("an atomic operation needs an integer, not '{}'", type_name(value->type)));
        return error_node(span);
    }
    // A _Bool stays 0 or 1 in each operation, which the machine's addition does not know.
    if (nand || type->kind == TypeKind::bool_)
        return atomic_loop(pointer, type, op, nand, value, return_new, span);
    value = cast(value, types_.ulong, true);  // C11 7.17.7.5p3: signed ones wrap around, too
    if (op == BinaryOp::sub) {
        value = make_unary(NodeKind::neg, value, span);
        op = BinaryOp::add;
    }
    Obj* temporary = nullptr;
    Node* first = return_new && value->kind != NodeKind::num ? with_temporary(value, temporary) : nullptr;
    auto operand = [&] { return temporary ? variable_node(temporary, span) : value; };
    Node* old =
        intrinsic(instruction_of(op), types_.long_, {pointer, operand(), size_node(type, span)}, span);
    if (!return_new) return cast(old, type, true);
    Node* result = new_value(type, op, false, old, operand(), span);
    return first ? sequence({first, result}, span) : result;
}

/// ({ old = *pointer; while (!compare_and_exchange(pointer, &old, old op value)); old; })
Node* Parser::atomic_loop(Node* pointer, Type* type, BinaryOp op, bool nand, Node* value, bool return_new,
                          Span span) {
    Obj *place = nullptr, *operand = nullptr, *old = nullptr;
    std::vector<Stmt*> items;
    auto add = [&](Node* node) {
        Stmt* item = make_stmt(StmtKind::expr, span);
        item->expr = node;
        items.push_back(item);
        return !is_error(node->type);
    };
    auto computed = [&] {
        return new_value(type, op, nand, variable_node(old, span), variable_node(operand, span), span);
    };
    if (!add(with_temporary(pointer, place)) || !add(with_temporary(value, operand)) ||
        !add(with_temporary(atomic_load(variable_node(place, span), type, span), old)) ||
        is_error(computed()->type))
        return error_node(span);
    Stmt* loop = make_stmt(StmtKind::while_, span);
    Node* expected = make_address(variable_node(old, span), span);
    loop->expr = make_unary(NodeKind::lognot,
                            atomic_cas(variable_node(place, span), expected, computed(), span), span);
    loop->body = make_stmt(StmtKind::empty, span);
    items.push_back(loop);
    add(return_new ? computed() : variable_node(old, span));
    Stmt* body = make_stmt(StmtKind::block, span);
    body->parent = block_;
    body->end = span;
    body->items = arena_.list(items);
    Node* node = make(NodeKind::stmt_expr, type, span);
    node->statement = body;
    return node;
}

/// target op= value, ++ and --, on an _Atomic object.
Node* Parser::atomic_compute(Node* target, BinaryOp op, Node* value, bool return_new, Span span) {
    Type* type = target->type->unqualified;
    value = rvalue(value);
    Node* address = make_address(target, span);
    if (is_error(value->type) || !atomic_target(address, span)) return error_node(span);
    const bool integers_only = op == BinaryOp::rem || op >= BinaryOp::and_;
    if (is_pointer(type) ? !is_integer(value->type) || (op != BinaryOp::add && op != BinaryOp::sub)
                         : !is_arithmetic(value->type) || (integers_only && !is_integer(value->type)))
        return invalid_operands(span, op, target, value);
    if (is_pointer(type)) {
        if (!arithmetic_on_pointer(type, span)) return error_node(span);
        Node* size = cast(size_node(type->base, span), types_.long_, true);
        value = make_binary(BinaryOp::mul, cast(value, types_.long_, true), size, span);
    }
    if (!has_instruction(op) || is_floating(value->type) || type->kind == TypeKind::bool_)
        return atomic_loop(address, type, op, false, value, return_new, span);
    return atomic_fetch(op, false, address, value, return_new, span);
}

/// "__atomic_" name "(" arguments ")"; null where there is none of this name
Node* Parser::atomic_builtin(std::string_view name, Span span) {
    const std::string_view plain = name.substr(std::string_view("__atomic_").size());
    if (plain == "thread_fence" || plain == "signal_fence") {
        Node* order = builtin_arguments(name, 1, 1, span)[0];
        if (plain == "thread_fence" && memory_order(order) == MemoryOrder::sequential)
            return intrinsic(vm::Intrinsic::fence, types_.void_, {}, span);
        return explicit_cast(order, types_.void_, span);
    }
    if (plain == "always_lock_free" || plain == "is_lock_free") {
        const Node* size = builtin_arguments(name, 2, 2, span)[0];
        const bool is_free =
            size->kind != NodeKind::num || (size->integer <= 8 && (size->integer & (size->integer - 1)) == 0);
        return number_node(is_free, types_.bool_, span);
    }
    if (plain == "test_and_set" || plain == "clear") {
        const bool set = plain == "test_and_set";
        std::vector<Node*> arguments = builtin_arguments(name, 2, 2, span);
        Node* flag = convert_assigned(arguments[0], types_.pointer(types_.qualified(types_.void_, kVolatile)),
                                      arguments[0]->span, fmt::format("the argument of '{}'", name));
        flag = cast(flag, types_.pointer(types_.bool_), true);
        Node* value = number_node(set, types_.bool_, span);
        return set ? atomic_exchange(flag, value, span)
                   : atomic_write(flag, value, memory_order(arguments[1]), span);
    }
    if (plain == "load_n") {
        Node* pointer = builtin_arguments(name, 2, 2, span)[0];
        Type* type = atomic_target(pointer, span);
        return type ? atomic_load(pointer, type, span) : error_node(span);
    }
    if (plain == "load") {
        const std::vector<Node*> arguments = builtin_arguments(name, 3, 3, span);
        Type* type = atomic_target(arguments[0], span);
        if (!type) return error_node(span);
        Node* loaded =
            make_assign(make_deref(arguments[1], span), atomic_load(arguments[0], type, span), span);
        return explicit_cast(loaded, types_.void_, span);
    }
    // The forms without _n take their values through pointers.
    const bool by_value = plain.ends_with("_n");
    auto value_of = [&](Node* argument) {
        return by_value ? argument : make_deref(argument, argument->span);
    };
    if (plain == "store_n" || plain == "store") {
        const std::vector<Node*> arguments = builtin_arguments(name, 3, 3, span);
        return atomic_write(arguments[0], value_of(arguments[1]), memory_order(arguments[2]), span);
    }
    if (plain == "exchange_n") {
        const std::vector<Node*> arguments = builtin_arguments(name, 3, 3, span);
        return atomic_exchange(arguments[0], arguments[1], span);
    }
    if (plain == "exchange") {
        const std::vector<Node*> arguments = builtin_arguments(name, 4, 4, span);
        Node* old = atomic_exchange(arguments[0], value_of(arguments[1]), span);
        return explicit_cast(make_assign(make_deref(arguments[2], span), old, span), types_.void_, span);
    }
    if (plain == "compare_exchange_n" || plain == "compare_exchange") {
        const std::vector<Node*> arguments = builtin_arguments(name, 6, 6, span);
        return atomic_cas(arguments[0], arguments[1], value_of(arguments[2]), span);
    }
    Fetch fetch{};
    const bool old = plain.starts_with("fetch_");
    if (old ? !fetch_operation(plain.substr(6), fetch)
            : !plain.ends_with("_fetch") || !fetch_operation(plain.substr(0, plain.size() - 6), fetch))
        return nullptr;
    const std::vector<Node*> arguments = builtin_arguments(name, 3, 3, span);
    return atomic_fetch(fetch.op, fetch.nand, arguments[0], arguments[1], !old, span);
}

/// "__sync_" name "(" arguments ")"; null where there is none of this name
Node* Parser::sync_builtin(std::string_view name, Span span) {
    const std::string_view plain = name.substr(std::string_view("__sync_").size());
    constexpr std::size_t kAny =
        64;  // gcc takes a list of protected variables behind the others, and ignores it
    if (plain == "synchronize") {
        builtin_arguments(name, 0, kAny, span);
        return intrinsic(vm::Intrinsic::fence, types_.void_, {}, span);
    }
    if (plain == "lock_test_and_set") {
        const std::vector<Node*> arguments = builtin_arguments(name, 2, kAny, span);
        return atomic_exchange(arguments[0], arguments[1], span);
    }
    if (plain == "lock_release")
        return atomic_write(builtin_arguments(name, 1, kAny, span)[0], number_node(0, types_.int_, span),
                            MemoryOrder::plain, span);  // a release
    if (plain == "bool_compare_and_swap" || plain == "val_compare_and_swap") {
        const std::vector<Node*> arguments = builtin_arguments(name, 3, kAny, span);
        Type* type = atomic_target(arguments[0], span);
        if (!type) return error_node(span);
        Obj* old = nullptr;
        Node* first = with_temporary(
            convert_assigned(arguments[1], type, arguments[1]->span, "the expected value"), old);
        Node* done =
            atomic_cas(arguments[0], make_address(variable_node(old, span), span), arguments[2], span);
        if (plain.starts_with("bool")) return sequence({first, done}, span);
        return sequence({first, done, variable_node(old, span)}, span);
    }
    Fetch fetch{};
    const bool old = plain.starts_with("fetch_and_");
    if (old ? !fetch_operation(plain.substr(10), fetch)
            : !plain.ends_with("_and_fetch") || !fetch_operation(plain.substr(0, plain.size() - 10), fetch))
        return nullptr;
    const std::vector<Node*> arguments = builtin_arguments(name, 2, kAny, span);
    return atomic_fetch(fetch.op, fetch.nand, arguments[0], arguments[1], !old, span);
}

}  // namespace ipclab::cc
