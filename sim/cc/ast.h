// The tree that the parser builds, with types and conversions made explicit, and the code generator walks.
#pragma once

#include <string_view>

#include "sim/cc/type.h"

namespace ipclab::cc {

enum class NodeKind : std::uint8_t {
    error,             ///< has been reported
    num,               ///< integer or pointer constant: `integer`, canonical for its type; lhs: of which it is the size
    fnum,              ///< `real`
    var,               ///< lvalue or function designator: `object`
    deref,             ///< lvalue: *lhs
    member,            ///< lvalue: lhs.member (lhs is a structure, perhaps not an lvalue)
    compound_literal,  ///< lvalue: `object`, set by `init`
    addr,              ///< &lhs, and the decay of arrays and functions
    cast,              ///< lhs to `type`
    neg,
    bitnot,
    lognot,
    binary,    ///< lhs op rhs, both of one type (of shifts: each its own)
    ptr_add,   ///< lhs + rhs * integer bytes; `third`: the factor where it is not constant
    ptr_diff,  ///< (lhs - rhs) / integer; `third` likewise
    logand,
    logor,
    cond,  ///< third ? lhs : rhs; lhs null: third ?: rhs
    comma,
    assign,
    op_assign,   ///< lhs op= rhs, computed in `compute`
    ptr_assign,  ///< lhs += rhs * integer (or * third)
    increment,   ///< ++ and --: `integer` is the step, `is_post`
    call,        ///< lhs(arguments)
    stmt_expr,   ///< ({ ... }): `statement`; the value is its last expression's
    va_start,
    va_arg,
    syscall,
    intrinsic,  ///< `arguments`; `id`
    alloca_,    ///< lhs bytes
    trap,
};

enum class BinaryOp : std::uint8_t { add, sub, mul, div, rem, and_, or_, xor_, shl, shr, eq, ne, lt, le, gt, ge };

struct Stmt;
struct Init;

struct Node {
    NodeKind kind = NodeKind::error;
    BinaryOp op = BinaryOp::add;
    bool is_post = false;
    bool parenthesised = false;
    bool is_implicit = false;  ///< a conversion that nobody wrote
    std::uint16_t height = 1;  ///< of the tree, limited by kMaxHeight
    vm::Intrinsic id{};
    Span span;
    Type* type = nullptr;
    Node* lhs = nullptr;
    Node* rhs = nullptr;
    Node* third = nullptr;
    union {
        std::int64_t integer = 0;
        long double real;  ///< rounded to its type
    };
    union {
        Obj* object = nullptr;
        const Member* member;
        Stmt* statement;
        Type* compute;
    };
    Init* init = nullptr;
    List<Node*> arguments;
};

/// One piece of an initialiser: `expr` at `offset`; without an expression, zeroes.
struct InitEntry {
    std::uint64_t offset = 0, size = 0;
    Type* type = nullptr;
    const Member* bitfield = nullptr;
    Node* expr = nullptr;
};

/// A whole initialiser, flat; later entries override earlier ones.
struct Init {
    List<InitEntry> entries;
    std::uint64_t extent = 0;  ///< bytes that the object needs, with a flexible array member's
    Span span;
};

struct FormatAttribute {
    enum class Kind : std::uint8_t { none, printf, scanf } kind = Kind::none;
    int format_index = 0, first_index = 0;  ///< from 1; first 0: va_list
};

/// An object or function.
struct Obj {
    Ident* name = nullptr;
    Type* type = nullptr;
    Span span;
    bool is_function = false, is_local = false, is_parameter = false, is_static = false;
    bool is_inline = false, is_defined = false, is_implicit = false, is_used = false;
    bool is_thread_local = false;
    bool is_tentative = false;  ///< C11 6.9.2p2; only while parsing
    bool in_memory = false;  ///< its address is taken, or it is volatile or no scalar
    bool is_noreturn = false, warn_unused_result = false, is_weak = false, is_string = false, is_read_only = false;
    bool is_trusted = false;         ///< a function whose accesses to memory are not checked
    bool may_lack_result = false;    ///< a function that may end without the value it promises
    bool never_returns = false;      ///< a function whose every way ends in one that is noreturn
    bool is_mentioned = false, is_read = false;  ///< for the warnings of what is not used
    bool is_constructor = false, is_destructor = false;
    int priority = 65535;
    FormatAttribute format;
    std::uint32_t align = 0;
    Init* init = nullptr;
    std::string_view bytes;  ///< of a string literal, with its terminating zero
    Span first_use;
    // The code generator's:
    std::int32_t reg = -1;
    std::int64_t frame_offset = -1;
    std::int32_t symbol = -1;
    std::uint32_t scope_begin = 0;
};

enum class StmtKind : std::uint8_t {
    empty,
    expr,
    block,
    if_,
    while_,
    do_,
    for_,
    switch_,
    case_,
    label,
    goto_,
    break_,
    continue_,
    return_,
    declare
};

struct Label {
    Ident* name = nullptr;
    Stmt* statement = nullptr;      ///< null while it is not defined
    Stmt* block = nullptr;          ///< the block around it
    std::uint32_t vlas_before = 0;  ///< variable-length arrays declared before it in that block
    Span first_use;
    bool used = false, may_be_unused = false;
    int code_label = -1;
};

struct Case {
    std::int64_t low = 0, high = 0;
    Stmt* statement = nullptr;
    Span span;
};

struct Stmt {
    StmtKind kind = StmtKind::empty;
    Span span;
    Span end;                   ///< block: its closing brace
    Node* expr = nullptr;       ///< condition, value, returned value
    Node* increment = nullptr;  ///< for
    Stmt* body = nullptr;
    Stmt* otherwise = nullptr;
    List<Stmt*> items;  ///< block; for: its declarations
    Label* label = nullptr;
    Obj* object = nullptr;  ///< declare
    Init* init = nullptr;
    List<Case> cases;  ///< switch, sorted
    Stmt* default_case = nullptr;
    Stmt* parent = nullptr;  ///< block: the block around it; goto, break, continue, switch, case: the block it is in
    std::uint32_t vla_count = 0;    ///< variable-length arrays declared: block: right in it; switch, case, goto: so far
    std::uint32_t vlas_before = 0;  ///< block: declared before it in the block around it
    bool is_expression = false;     ///< block: of a statement expression
    bool falls_through = false;     ///< case: a comment before it says that it is meant
    int code_label = -1;          ///< case
    int sp_register = -1;         ///< block with variable-length arrays
};

struct FunctionBody {
    Obj* function = nullptr;
    List<Obj*> parameters;
    List<Obj*> locals;  ///< all others, in the order of their declarations
    List<Stmt*> prologue;  ///< sizes of variable-length array types of parameters
    Stmt* body = nullptr;
    Span end;
};

inline const Node* without_implicit_casts(const Node* node) {
    while (node->kind == NodeKind::cast && node->is_implicit) node = node->lhs;
    return node;
}
inline const Node* without_casts(const Node* node) {
    while (node->kind == NodeKind::cast) node = node->lhs;
    return node;
}

}  // namespace ipclab::cc
