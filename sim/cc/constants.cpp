// C11 6.6: constant expressions that are more than numbers: addresses, and what const objects hold.
#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

bool evaluate_sum(const Node* node, std::int64_t scale, Parser::Address& out);
bool evaluate_place(const Node* node, Parser::Address& out);

/// As evaluate_address(), also of objects whose address is known only when the program runs.
bool evaluate(const Node* node, Parser::Address& out) {
    switch (node->kind) {
        case NodeKind::num:
            out = {nullptr, node->integer};
            return true;
        case NodeKind::addr:
            return evaluate_place(node->lhs, out);
        case NodeKind::cast:
            if (!is_scalar(node->type) || is_floating(node->type) || is_floating(node->lhs->type) ||
                !evaluate(node->lhs, out))
                return false;
            if (size_of(node->type) == 8) return true;
            if (out.object && node->type->kind != TypeKind::bool_) return false;
            if (out.object) out = {nullptr, 1};  // no object lies at address 0
            out.addend = canonical(out.addend, node->type);
            return true;
        case NodeKind::ptr_add:
            return !node->third && evaluate_sum(node, node->integer, out);
        case NodeKind::ptr_diff:
            if (node->third || node->integer == 0 || !evaluate_sum(node, -1, out) || out.object) return false;
            out.addend /= node->integer;
            return true;
        case NodeKind::binary:
            if (node->op != BinaryOp::add && node->op != BinaryOp::sub) return false;
            if (!is_integer(node->type) || size_of(node->type) != 8) return false;
            return evaluate_sum(node, node->op == BinaryOp::add ? 1 : -1, out);
        case NodeKind::cond:
            return node->lhs && node->third->kind == NodeKind::num &&
                   evaluate(node->third->integer ? node->lhs : node->rhs, out);
        default:
            return false;  // not constant
    }
}

/// The address of a place: an lvalue that is not read.
bool evaluate_place(const Node* node, Parser::Address& out) {
    switch (node->kind) {
        case NodeKind::var:
        case NodeKind::compound_literal:
            out = {node->object, 0};
            return true;
        case NodeKind::member:
            if (!evaluate_place(node->lhs, out)) return false;
            out.addend += static_cast<std::int64_t>(node->member->offset);
            return true;
        case NodeKind::deref:
            return evaluate(node->lhs, out);
        default:
            return false;  // a value has no address
    }
}

/// Sums and differences of addresses, in integers or pointers: `scale` times the right side.
bool evaluate_sum(const Node* node, std::int64_t scale, Parser::Address& out) {
    Parser::Address right;
    if (!evaluate(node->lhs, out) || !evaluate(node->rhs, right)) return false;
    if (right.object) {
        if (scale == -1 && right.object == out.object) {
            out.object = nullptr;
        } else if (scale == 1 && !out.object) {
            out.object = right.object;
        } else {
            return false;
        }
    }
    out.addend = static_cast<std::int64_t>(static_cast<std::uint64_t>(out.addend) +
                                           static_cast<std::uint64_t>(right.addend) *
                                               static_cast<std::uint64_t>(scale));
    return true;
}

}  // namespace

/// C11 6.6p9: the value of an address constant.
bool Parser::evaluate_address(const Node* node, Address& out) {
    return evaluate(node, out) && !(out.object && (out.object->is_local || out.object->is_thread_local));
}

/// The initialiser of a const object, once it is known and where it holds for good; else null.
const Init* Parser::constant_init(const Obj* object) {
    const Type* element = object->type;
    while (is_array(element)) element = element->base;
    return is_const(element) && !is_volatile(element) && !object->is_parameter ? object->init : nullptr;
}

/// gcc (C11 6.6p10 allows it): in the initialiser of a static object, what a const object with a constant
/// initialiser holds is a constant, too. Null where `place` is not such an object, or a part of one.
Node* Parser::constant_value(const Node* place) {
    Address at;
    if (!is_lvalue(place) || !is_scalar(place->type) || bitfield_of(place) || !evaluate_place(place, at) ||
        !at.object)
        return nullptr;
    const Init* init = constant_init(at.object);
    if (!init || at.addend < 0) return nullptr;
    const auto offset = static_cast<std::uint64_t>(at.addend), size = size_of(place->type);
    if (offset + size > size_of(at.object->type)) return nullptr;
    Node* value = nullptr;  // gcc: what the initialiser leaves out is none
    for (const InitEntry& entry : init->entries) {
        if (offset + size <= entry.offset || entry.offset + entry.size <= offset) continue;
        if (!entry.expr) {
            value = nullptr;
        } else if (is_array(entry.type) && size == 1) {  // a string
            const std::string_view text = entry.expr->object->bytes;
            const std::uint64_t index = offset - entry.offset;
            const std::int64_t byte = index < text.size() ? text[index] : 0;
            value = number_node(canonical(byte, place->type), place->type->unqualified, place->span);
        } else if (!entry.bitfield && entry.offset == offset && entry.type == place->type->unqualified &&
                   (entry.expr->kind == NodeKind::fnum || evaluate_address(entry.expr, at))) {
            value = arena_.make<Node>(*entry.expr);
            value->span = place->span;
        } else {
            return nullptr;  // no constant, or read as another type
        }
    }
    return value;
}

}  // namespace ipclab::cc
