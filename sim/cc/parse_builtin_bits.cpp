// gcc's builtins about the bits of integers and about overflow, as expressions of ordinary operators.
#include <fmt/format.h>

#include <bit>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

constexpr std::int64_t signed_bits(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::int64_t fold_bits(std::string_view operation, unsigned bits, std::uint64_t x) {
    if (operation == "popcount") return std::popcount(x);
    if (operation == "parity") return std::popcount(x) & 1;
    if (operation == "clz") return static_cast<int>(bits) - 64 + std::countl_zero(x);
    if (operation == "ctz") return std::countr_zero(x);
    if (operation == "ffs") return x ? std::countr_zero(x) + 1 : 0;
    std::uint64_t swapped = 0;
    for (unsigned i = 0; i < bits; i += 8) swapped |= (x >> i & 0xff) << (bits - 8 - i);
    return signed_bits(swapped);
}

/// Whether every value of the node, or its one constant value, is a value of the type as well.
bool always_fits(const Node* node, const Type* type) {
    const bool from_unsigned = is_unsigned(node->type), to_unsigned = is_unsigned(type);
    if (node->kind == NodeKind::num && canonical(node->integer, type) == node->integer)
        return from_unsigned == to_unsigned || node->integer >= 0;
    if (size_of(node->type) < size_of(type)) return from_unsigned || !to_unsigned;
    return size_of(node->type) == size_of(type) && from_unsigned == to_unsigned;
}

bool is_narrow(const Node* node) {
    return size_of(node->type) < 8 ||
           (node->kind == NodeKind::num && node->integer == static_cast<std::int32_t>(node->integer));
}

}  // namespace

/// __builtin_popcount, clz, ctz, ffs, parity, each also with l and ll; bswap16, 32, 64
Node* Parser::bit_builtin(std::string_view name, Span span) {
    std::string_view operation = name.substr(std::string_view("__builtin_").size());
    unsigned bits = 32;
    Type* result = types_.int_;
    if (operation.starts_with("bswap")) {
        const std::string_view width = operation.substr(5);
        if (width != "16" && width != "32" && width != "64") return nullptr;
        bits = width == "16" ? 16 : width == "32" ? 32 : 64;
        result = bits == 16 ? types_.ushort : bits == 32 ? types_.uint : types_.ulong;
        operation = "bswap";
    } else {
        for (std::string_view known : {"popcount", "clz", "ctz", "ffs", "parity"}) {
            if (!operation.starts_with(known)) continue;
            const std::string_view suffix = operation.substr(known.size());
            if (suffix != "" && suffix != "l" && suffix != "ll") continue;
            if (!suffix.empty()) bits = 64;
            operation = known;
            result = nullptr;
        }
        if (result) return nullptr;
        result = types_.int_;
    }
    Node* value = builtin_arguments(name, 1, 1, span)[0];
    Type* argument = bits == 16 ? types_.ushort : bits == 32 ? types_.uint : types_.ulong;
    value = convert_assigned(value, argument, value->span, fmt::format("the argument of '{}'", name));
    value = cast(value, types_.ulong, true);
    if (is_error(value->type)) return value;
    if (value->kind == NodeKind::num)
        return number_node(fold_bits(operation, bits, static_cast<std::uint64_t>(value->integer)), result,
                           span);
    Obj* x = nullptr;
    Node* first = with_temporary(value, x);
    return cast(bits_value(operation, bits, x, first, span), result, true);
}

/// The operation on `x`, an unsigned long, which `first` sets.
Node* Parser::bits_value(std::string_view operation, unsigned bits, Obj* x, Node* first, Span span) {
    std::vector<Node*> parts{first};
    auto number = [&](std::uint64_t value) { return number_node(signed_bits(value), types_.ulong, span); };
    auto variable = [&] { return variable_node(x, span); };
    auto apply = [&](BinaryOp op, Node* a, Node* b) {
        Node* node = make_binary(op, a, b, span);
        node->is_implicit = true;
        return node;
    };
    auto shifted = [&](std::uint64_t by) { return apply(BinaryOp::shr, variable(), number(by)); };
    auto set = [&](Node* value) {
        parts.push_back(pair_node(NodeKind::assign, types_.ulong, variable(), value, span));
    };
    if (operation == "bswap") {
        Node* swapped = nullptr;
        for (unsigned i = 0; i < bits; i += 8) {
            Node* byte =
                apply(BinaryOp::shl, apply(BinaryOp::and_, shifted(i), number(0xff)), number(bits - 8 - i));
            swapped = swapped ? apply(BinaryOp::or_, swapped, byte) : byte;
        }
        parts.push_back(swapped);
        return sequence(parts, span);
    }
    // All the others are counts of bits, once the right ones are set (Warren, Hacker's Delight, chapter 5).
    if (operation == "clz")
        for (unsigned by = 1; by < bits; by *= 2) set(apply(BinaryOp::or_, variable(), shifted(by)));
    Node* less = apply(BinaryOp::sub, variable(), number(1));
    if (operation == "ctz")
        set(apply(BinaryOp::and_, apply(BinaryOp::xor_, variable(), number(~0ull)), less));
    if (operation == "ffs")
        set(make_conditional(variable(), apply(BinaryOp::xor_, variable(), less), number(0), span));
    constexpr std::uint64_t kPairs = 0x5555555555555555, kFours = 0x3333333333333333,
                            kBytes = 0x0f0f0f0f0f0f0f0f;
    set(apply(BinaryOp::sub, variable(), apply(BinaryOp::and_, shifted(1), number(kPairs))));
    set(apply(BinaryOp::add, apply(BinaryOp::and_, variable(), number(kFours)),
              apply(BinaryOp::and_, shifted(2), number(kFours))));
    set(apply(BinaryOp::and_, apply(BinaryOp::add, variable(), shifted(4)), number(kBytes)));
    Node* count =
        apply(BinaryOp::shr, apply(BinaryOp::mul, variable(), number(0x0101010101010101)), number(56));
    if (operation == "clz") count = apply(BinaryOp::sub, number(bits), count);
    if (operation == "parity") count = apply(BinaryOp::and_, count, number(1));
    parts.push_back(count);
    return sequence(parts, span);
}

/// __builtin_add_overflow(a, b, result): stores the sum as far as it fits, and tells whether it did not
Node* Parser::overflow_builtin(BinaryOp op, std::string_view name, Span span) {
    std::vector<Node*> arguments = builtin_arguments(name, 3, 3, span);
    Node *a = arguments[0], *b = arguments[1], *to = arguments[2];
    if (is_error(a->type) || is_error(b->type) || is_error(to->type)) return error_node(span);
    if (!is_integer(a->type) || !is_integer(b->type) || !is_pointer(to->type) ||
        !is_integer(to->type->base)) {
        error(span, fmt::format("'{}' needs two integers and a pointer to an integer", name));
        return error_node(span);
    }
    Type* type = to->type->base->unqualified;
    if (type->kind == TypeKind::enum_) type = type->base;
    // In 64 bits the result is exact where the operands are narrower; only products of unsigned ones need all bits.
    const bool narrow = size_of(type) < 8 && is_narrow(a) && is_narrow(b);
    Type* compute = narrow ? types_.long_ : type;
    if (narrow && op == BinaryOp::mul && is_unsigned(a->type) && is_unsigned(b->type)) compute = types_.ulong;
    if (type->kind == TypeKind::bool_ || size_of(compute) < 8 || !always_fits(a, compute) ||
        !always_fits(b, compute))
        unsupported(span, fmt::format("'{}' with operands of types that differ so much", name));
    Obj *x = nullptr, *y = nullptr, *z = nullptr, *place = nullptr;
    std::vector<Node*> parts{with_temporary(cast(a, compute, true), x),
                             with_temporary(cast(b, compute, true), y), with_temporary(to, place)};
    Type* wrapping = is_unsigned(compute) ? compute : types_.ulong;
    Node* result = cast(make_binary(op, cast(variable_node(x, span), wrapping, true),
                                    cast(variable_node(y, span), wrapping, true), span),
                        compute, true);
    parts.push_back(with_temporary(result, z));
    Node* target = unary_node(NodeKind::deref, to->type->base, variable_node(place, span), span);
    parts.push_back(
        pair_node(NodeKind::assign, type, target, cast(variable_node(z, span), type, true), span));
    Node* exact = variable_node(z, span);
    Node* test = narrow ? make_binary(BinaryOp::ne, cast(cast(exact, type, true), compute, true),
                                      variable_node(z, span), span)
                        : overflow_test(op, x, y, exact, span);
    test->is_implicit = true;
    parts.push_back(cast(test, types_.bool_, true));
    return sequence(parts, span);
}

/// Whether `result`, computed modulo 2^64, is not the true one.
Node* Parser::overflow_test(BinaryOp op, Obj* a, Obj* b, Node* result, Span span) {
    auto x = [&] { return variable_node(a, span); };
    auto y = [&] { return variable_node(b, span); };
    auto z = [&] { return variable_node(result->object, span); };
    auto number = [&](std::int64_t value) { return number_node(value, a->type, span); };
    const bool is_u = is_unsigned(a->type);
    if (op == BinaryOp::mul) {
        Node* differs = make_binary(BinaryOp::ne, make_binary(BinaryOp::div, z(), x(), span), y(), span);
        if (!is_u) {  // the one division that overflows itself
            Node* lowest = make_binary(BinaryOp::eq, y(), number(signed_bits(1ull << 63)), span);
            Node* worst =
                make_logical(NodeKind::logand, make_binary(BinaryOp::eq, x(), number(-1), span), lowest);
            differs = make_logical(NodeKind::logor, worst, differs);
        }
        return make_logical(NodeKind::logand, make_binary(BinaryOp::ne, x(), number(0), span), differs);
    }
    if (is_u)
        return op == BinaryOp::add ? make_binary(BinaryOp::lt, z(), x(), span)
                                   : make_binary(BinaryOp::lt, x(), y(), span);
    // Signed: the operands' signs agree (differ, of a difference) and the result's is another.
    Node* left = make_binary(BinaryOp::xor_, x(), z(), span);
    Node* right =
        make_binary(BinaryOp::xor_, op == BinaryOp::add ? y() : x(), op == BinaryOp::add ? z() : y(), span);
    return make_binary(BinaryOp::lt, make_binary(BinaryOp::and_, left, right, span), number(0), span);
}

}  // namespace ipclab::cc
