// Nodes with their types: conversions, lvalues, folding.
#include <fmt/format.h>

#include <cmath>

#include "sim/cc/parser.h"

namespace ipclab::cc {

long double rounded(long double value, const Type* type) {
    return type->kind == TypeKind::float_    ? static_cast<float>(value)
           : type->kind == TypeKind::double_ ? static_cast<double>(value)
                                             : value;
}

std::int64_t canonical(std::int64_t value, const Type* type) {
    if (type->kind == TypeKind::bool_) return value != 0;
    switch (size_of(type)) {
        case 1:
            return is_unsigned(type) ? static_cast<std::uint8_t>(value) : static_cast<std::int8_t>(value);
        case 2:
            return is_unsigned(type) ? static_cast<std::uint16_t>(value) : static_cast<std::int16_t>(value);
        case 4:
            return is_unsigned(type) ? static_cast<std::int64_t>(static_cast<std::uint32_t>(value))
                                     : static_cast<std::int32_t>(value);
        default:
            return value;
    }
}

std::string_view op_text(BinaryOp op) {
    constexpr std::string_view texts[] = {"+",  "-",  "*",  "/",  "%", "&",  "|", "^",
                                          "<<", ">>", "==", "!=", "<", "<=", ">", ">="};
    return texts[static_cast<std::size_t>(op)];
}

Node* Parser::make(NodeKind kind, Type* type, Span span) {
    Node* node = arena_.make<Node>();
    node->kind = kind;
    node->type = type;
    node->span = span;
    return node;
}

Node* Parser::unary_node(NodeKind kind, Type* type, Node* lhs, Span span) {
    Node* node = make(kind, type, span);
    node->lhs = lhs;
    node->height = static_cast<std::uint16_t>(lhs->height + 1);
    if (node->height > kMaxHeight)
        session_.fatal(span, "this expression has too many operators above each other");
    return node;
}

Node* Parser::pair_node(NodeKind kind, Type* type, Node* lhs, Node* rhs, Span span) {
    Node* node = unary_node(kind, type, lhs, span);
    node->rhs = rhs;
    node->height = std::max<std::uint16_t>(node->height, static_cast<std::uint16_t>(rhs->height + 1));
    if (node->height > kMaxHeight)
        session_.fatal(span, "this expression has too many operators above each other");
    return node;
}

Node* Parser::number_node(std::int64_t value, Type* type, Span span) {
    Node* node = make(NodeKind::num, type, span);
    node->integer = canonical(value, type);
    return node;
}

Node* Parser::error_node(Span span) {
    return make(NodeKind::error, types_.error, span);
}

Node* Parser::variable_node(Obj* object, Span span) {
    Node* node = make(NodeKind::var, object->type, span);
    node->object = object;
    object->is_mentioned = true;
    if (unevaluated_) object->is_read = true;
    if (unevaluated_ == 0) {
        if (!object->is_used) object->first_use = span;
        object->is_used = true;
    }
    return node;
}

bool Parser::is_lvalue(const Node* node) {
    switch (node->kind) {
        case NodeKind::var:
            return !node->object->is_function;
        case NodeKind::deref:
        case NodeKind::compound_literal:
        case NodeKind::error:
            return true;
        case NodeKind::member:
            return is_lvalue(node->lhs);
        default:
            return false;  // values
    }
}

const Member* Parser::bitfield_of(const Node* node) {
    return node->kind == NodeKind::member && node->member->is_bitfield ? node->member : nullptr;
}

void Parser::take_address(Node* node) {
    while (node->kind == NodeKind::member) node = node->lhs;
    if (node->kind == NodeKind::var || node->kind == NodeKind::compound_literal)
        node->object->in_memory = true;
}

/// The address of an array's first element.
Node* Parser::decayed(Node* array) {
    take_address(array);
    Node* node = unary_node(NodeKind::addr, types_.pointer(array->type->base), array, array->span);
    node->is_implicit = true;
    return node;
}

/// C11 6.3.2.1: arrays and functions decay to pointers, qualifiers go.
Node* Parser::rvalue(Node* node) {
    if (is_error(node->type)) return node;
    switch (node->kind) {
        case NodeKind::deref:
        case NodeKind::member:
            check_bounds(node);
            [[fallthrough]];
        case NodeKind::var:
        case NodeKind::assign:
            mark_read(node);
            break;
        default:
            break;  // reads no object by itself
    }
    if (is_array(node->type)) return decayed(node);
    if (static_init_)
        if (Node* value = constant_value(node)) return value;
    if (is_function(node->type)) {
        Node* address = unary_node(NodeKind::addr, types_.pointer(node->type), node, node->span);
        address->is_implicit = true;
        return address;
    }
    if (is_atomic(node->type) && is_scalar(node->type)) {
        take_address(node);
        Type* plain = node->type->unqualified;
        return atomic_load(make_address(node, node->span), plain, node->span);
    }
    if (node->type->qualifiers && !is_record(node->type)) {
        // The value has the unqualified type; the node itself may still be an lvalue of the qualified one.
        Node* value = unary_node(NodeKind::cast, node->type->unqualified, node, node->span);
        value->is_implicit = true;
        return value;
    }
    return node;
}

Node* Parser::cast(Node* node, Type* type, bool is_implicit) {
    if (is_error(node->type) || is_error(type)) return node;
    Type* to = type->unqualified;
    if (node->type == to) return node;
    if (node->kind == NodeKind::num && is_scalar(to) && !is_floating(to)) {
        Node* folded = number_node(node->integer, to, node->span);
        folded->is_implicit = is_implicit;
        return folded;
    }
    if (node->kind == NodeKind::num && is_floating(to)) {
        Node* folded = make(NodeKind::fnum, to, node->span);
        const long double value = is_unsigned(node->type)
                                      ? static_cast<long double>(static_cast<std::uint64_t>(node->integer))
                                      : static_cast<long double>(node->integer);  // exact
        folded->real = rounded(value, to);
        return folded;
    }
    if (node->kind == NodeKind::fnum && is_floating(to)) {
        Node* folded = make(NodeKind::fnum, to, node->span);
        folded->real = rounded(node->real, to);
        return folded;
    }
    if (node->kind == NodeKind::fnum && is_integer(to)) {
        if (to->kind == TypeKind::bool_) return number_node(node->real != 0, to, node->span);
        const long double value = std::trunc(node->real);
        if (value >= -0x1p63L && value < 0x1p63L)
            return number_node(static_cast<std::int64_t>(value), to, node->span);
        if (value >= 0 && value < 0x1p64L)
            return number_node(static_cast<std::int64_t>(static_cast<std::uint64_t>(value)), to, node->span);
    }
    Node* made = unary_node(NodeKind::cast, to, node, node->span);
    made->is_implicit = is_implicit;
    return made;
}

Node* Parser::explicit_cast(Node* node, Type* type, Span span) {
    // `(void)x` says that x is not used: it does not read it.
    if (is_void(type) && node->kind == NodeKind::var && is_scalar(node->type) && !is_volatile(node->type)) {
        mark_read(node);
        return unary_node(NodeKind::cast, types_.void_, node, span);
    }
    node = rvalue(node);
    if (is_error(node->type) || is_error(type)) return error_node(span);
    if (is_void(type)) {
        Node* made = unary_node(NodeKind::cast, types_.void_, node, span);
        return made;
    }
    const bool same_record = is_record(type) && type->unqualified == node->type->unqualified;
    if (same_record) return node;
    if (!is_scalar(type) || !is_scalar(node->type)) {
        error(span, fmt::format("a value of type '{}' cannot be cast to '{}'", type_name(node->type),
                                type_name(type)));
        return error_node(span);
    }
    if ((is_floating(type) && is_pointer(node->type)) || (is_pointer(type) && is_floating(node->type))) {
        error(span, "a pointer and a floating value cannot be cast to each other");
        return error_node(span);
    }
    check_function_cast(node->type, type, span);
    Node* made = cast(node, type, false);
    if (made == node) {
        // Not an lvalue any more, and its own place in the source.
        made = unary_node(NodeKind::cast, type->unqualified, node, span);
        if (node->kind == NodeKind::num || node->kind == NodeKind::fnum) made = node;
    }
    made->span = span;
    return made;
}

namespace {

/// Whose value it is: an assignment's that of its target, and gcc takes that of a bit-field for no wider than this is.
const Node* valued(const Node* node) {
    for (;;) {
        switch (node->kind) {
            case NodeKind::cast:  // rvalue() takes off the qualifiers
                if (!node->is_implicit || node->lhs->type->unqualified != node->type) return node;
                node = node->lhs;
                break;
            case NodeKind::comma:
                node = node->rhs;
                break;
            case NodeKind::assign:
            case NodeKind::op_assign:
            case NodeKind::increment:
                node = node->lhs;
                break;
            default:
                return node;
        }
    }
}

}  // namespace

/// C11 6.3.1.1p2: the type after integer promotion; a bit-field narrower than int becomes int.
Type* Parser::promoted_type(const Node* node) {
    Type* t = node->type->unqualified;
    if (const Member* field = bitfield_of(valued(node))) {
        if (field->bit_width < 32 || (field->bit_width == 32 && !is_unsigned(t))) return types_.int_;
        if (field->bit_width == 32) return types_.uint;
    }
    if (t->kind == TypeKind::enum_) t = t->base;
    if (t->kind >= TypeKind::bool_ && t->kind <= TypeKind::ushort) return types_.int_;
    return t;
}

Node* Parser::promote(Node* node) {
    node = rvalue(node);
    return is_integer(node->type) ? cast(node, promoted_type(node), true) : node;
}

/// C11 6.3.1.8: the usual arithmetic conversions.
Type* Parser::common_type(const Node* a, const Node* b) {
    const Type *x = a->type->unqualified, *y = b->type->unqualified;
    if (x->kind == TypeKind::ldouble || y->kind == TypeKind::ldouble) return types_.ldouble;
    if (x->kind == TypeKind::double_ || y->kind == TypeKind::double_) return types_.double_;
    if (x->kind == TypeKind::float_ || y->kind == TypeKind::float_) return types_.float_;
    Type *p = promoted_type(a), *q = promoted_type(b);
    if (p == q) return p;
    auto rank = [](const Type* t) {
        return (static_cast<int>(t->kind) - static_cast<int>(TypeKind::int_)) / 2;
    };
    if (is_unsigned(p) == is_unsigned(q)) return rank(p) > rank(q) ? p : q;
    Type *u = is_unsigned(p) ? p : q, *s = is_unsigned(p) ? q : p;
    if (rank(u) >= rank(s)) return u;
    if (size_of(s) > size_of(u)) return s;
    return s->kind == TypeKind::llong ? types_.ullong : types_.ulong;
}

Node* Parser::scalar_condition(Node* node, std::string_view of) {
    node = rvalue(node);
    if (is_error(node->type)) return node;
    if (!is_scalar(node->type)) {
        error(node->span,
              fmt::format("{} must be a number or a pointer, not '{}'", of, type_name(node->type)));
        return error_node(node->span);
    }
    check_truth(node);
    return node;
}

bool Parser::is_null_constant(const Node* node) {
    // C11 6.3.2.3p3: 0, or 0 cast to void *.
    if (node->kind == NodeKind::cast && is_pointer(node->type) && is_void(node->type->base) &&
        node->type->base->qualifiers == 0)
        node = node->lhs;
    if (node->kind != NodeKind::num || node->integer != 0) return false;
    return is_integer(node->type) || (is_pointer(node->type) && is_void(node->type->base));
}

void Parser::check_pointer_conversion(Type* from, Type* to, Span span, std::string_view context) {
    Type *a = from->base, *b = to->base;
    if (is_void(a) || is_void(b)) {
        if ((a->qualifiers & ~b->qualifiers & (kConst | kVolatile)) != 0)
            warn(span, "-Wdiscarded-qualifiers",
                 fmt::format("{} discards qualifiers: '{}' from '{}'", context, type_name(to),
                             type_name(from)));
        return;
    }
    if (!compatible(a->unqualified, b->unqualified)) {
        const bool only_sign = is_integer(a) && is_integer(b) && size_of(a) == size_of(b);
        warn(span, only_sign ? "-Wpointer-sign" : "-Wincompatible-pointer-types",
             fmt::format("{} has incompatible pointer types: '{}' from '{}'", context, type_name(to),
                         type_name(from)));
        return;
    }
    if ((a->qualifiers & ~b->qualifiers & (kConst | kVolatile)) != 0)
        warn(span, "-Wdiscarded-qualifiers",
             fmt::format("{} discards qualifiers: '{}' from '{}'", context, type_name(to), type_name(from)));
}

namespace {

/// "overflow in conversion from 'int' to 'char' changes value from '300' to '44'": of a constant that is no value of the
/// narrower type, signed or unsigned; empty where there is nothing to say.
std::string overflow_text(const Node* value, const Type* to) {
    if (value->kind != NodeKind::num || !is_integer(to) || to->kind == TypeKind::bool_ || size_of(to) >= 8 ||
        size_of(to) >= size_of(value->type))
        return {};
    const unsigned bits = static_cast<unsigned>(size_of(to) * 8);
    const bool negative = value->integer < 0 && !is_unsigned(value->type);
    const std::int64_t low = -(std::int64_t{1} << (bits - 1)), high = (std::int64_t{1} << bits) - 1;
    if (negative ? value->integer >= low
                 : static_cast<std::uint64_t>(value->integer) <= static_cast<std::uint64_t>(high))
        return {};
    const std::string before = is_unsigned(value->type)
                                   ? fmt::format("{}", static_cast<std::uint64_t>(value->integer))
                                   : fmt::format("{}", value->integer);
    return fmt::format("{} from '{}' to '{}' changes value from '{}' to '{}'",
                       !is_unsigned(to)           ? "overflow in conversion"
                       : is_unsigned(value->type) ? "conversion"
                                                  : "unsigned conversion",
                       type_name(value->type), type_name(to->unqualified), before,
                       canonical(value->integer, to));
}

}  // namespace

/// C11 6.5.16.1: what may be assigned to what.
Node* Parser::convert_assigned(Node* value, Type* to, Span span, std::string_view context) {
    value = rvalue(value);
    Type* from = value->type;
    if (is_error(from) || is_error(to)) return value;
    if (is_arithmetic(to) && is_arithmetic(from)) {
        if (std::string text = overflow_text(value, to); !text.empty() && unevaluated_ == 0)
            warn(value->span, "-Woverflow", std::move(text));
        return cast(value, to, true);
    }
    if (is_record(to) && to->unqualified == from->unqualified) return value;
    if (is_pointer(to)) {
        if (is_null_constant(value)) return cast(value, to, true);
        if (is_pointer(from)) {
            check_pointer_conversion(from, to, span, context);
            return cast(value, to, true);
        }
        if (is_integer(from)) {
            warn(span, "-Wint-conversion",
                 fmt::format("{} makes a pointer from an integer without a cast", context));
            return cast(value, to, true);
        }
    }
    if (to->kind == TypeKind::bool_ && is_pointer(from)) return cast(value, to, true);
    if (is_integer(to) && is_pointer(from)) {
        warn(span, "-Wint-conversion",
             fmt::format("{} makes an integer from a pointer without a cast", context));
        return cast(value, to, true);
    }
    error(span, fmt::format("{}: '{}' cannot be converted to '{}'", context, type_name(from), type_name(to)));
    return error_node(span);
}

Node* Parser::sizeof_type(Type* type, Span span) {
    if (type->kind == TypeKind::vla || (is_array(type) && is_variably_modified(type))) {
        if (type->vla_size) return variable_node(type->vla_size, span);
    }
    if (is_error(type)) return error_node(span);
    if (!is_complete(type) && !is_void(type) && !is_function(type)) {
        error(span,
              fmt::format("the size of '{}' is not known here: the type is incomplete", type_name(type)));
        return error_node(span);
    }
    return number_node(static_cast<std::int64_t>(size_of(type)), types_.ulong, span);
}

Node* Parser::size_node(const Type* type, Span span) {
    return number_node(static_cast<std::int64_t>(size_of(type)), types_.ulong, span);
}

bool Parser::fold(BinaryOp op, const Type* type, const Node* a, const Node* b, std::int64_t& out) {
    const std::int64_t x = a->integer, y = b->integer;
    const auto ux = static_cast<std::uint64_t>(x), uy = static_cast<std::uint64_t>(y);
    const bool is_u = is_unsigned(a->type);
    const unsigned bits = static_cast<unsigned>(size_of(a->type) * 8);
    switch (op) {
        case BinaryOp::add:
            out = static_cast<std::int64_t>(ux + uy);
            break;
        case BinaryOp::sub:
            out = static_cast<std::int64_t>(ux - uy);
            break;
        case BinaryOp::mul:
            out = static_cast<std::int64_t>(ux * uy);
            break;
        case BinaryOp::div:
        case BinaryOp::rem: {
            if (y == 0) return false;
            if (!is_u && y == -1) {
                if (op == BinaryOp::div &&
                    canonical(x, type) == canonical(static_cast<std::int64_t>(1ull << (bits - 1)), type))
                    return false;
                out = op == BinaryOp::div ? static_cast<std::int64_t>(0 - ux) : 0;
                break;
            }
            if (op == BinaryOp::div)
                out = is_u ? static_cast<std::int64_t>(ux / uy) : x / y;
            else
                out = is_u ? static_cast<std::int64_t>(ux % uy) : x % y;
            break;
        }
        case BinaryOp::and_:
            out = x & y;
            break;
        case BinaryOp::or_:
            out = x | y;
            break;
        case BinaryOp::xor_:
            out = x ^ y;
            break;
        case BinaryOp::shl:
            if (y < 0 || y >= static_cast<std::int64_t>(bits)) return false;
            out = static_cast<std::int64_t>(ux << y);
            break;
        case BinaryOp::shr:
            if (y < 0 || y >= static_cast<std::int64_t>(bits)) return false;
            out = is_u ? static_cast<std::int64_t>(ux >> y) : x >> y;
            break;
        case BinaryOp::eq:
            out = x == y;
            break;
        case BinaryOp::ne:
            out = x != y;
            break;
        case BinaryOp::lt:
            out = is_u ? ux < uy : x < y;
            break;
        case BinaryOp::le:
            out = is_u ? ux <= uy : x <= y;
            break;
        case BinaryOp::gt:
            out = is_u ? ux > uy : x > y;
            break;
        case BinaryOp::ge:
            out = is_u ? ux >= uy : x >= y;
            break;
    }
    out = canonical(out, type);
    return true;
}

}  // namespace ipclab::cc
