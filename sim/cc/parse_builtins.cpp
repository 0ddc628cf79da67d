// What looks like a function and is known to the compiler: gcc's __builtin_*, the library's __ipclab_*.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "sim/cc/parser.h"
#include "sim/cc/spell.h"

namespace ipclab::cc {

namespace {

struct IntrinsicRow {
    std::string_view name;
    std::size_t arguments;
    std::string_view types;  ///< result first
};

constexpr IntrinsicRow kIntrinsics[] = {
#define INTRINSIC(name, arguments, types) {#name, arguments, types},
#include "sim/vm/intrinsics.def"
#undef INTRINSIC
};

/// Builtins that do what the library function without the prefix does.
constexpr std::string_view kForwarded[] = {
    "abort",  "abs",     "calloc",   "ceil",      "cos",     "exit",    "exp",     "fabs",    "floor",
    "fmod",   "fprintf", "free",     "labs",      "llabs",   "log",     "malloc",  "memchr",  "memcmp",
    "memcpy", "memmove", "mempcpy",  "memset",    "pow",     "printf",  "putchar", "puts",    "realloc",
    "round",  "sin",     "snprintf", "sprintf",   "sqrt",    "stpcpy",  "strcat",  "strchr",  "strcmp",
    "strcpy", "strcspn", "strdup",   "strlen",    "strncat", "strncmp", "strncpy", "strpbrk", "strrchr",
    "strspn", "strstr",  "tan",      "vsnprintf",
};

constexpr std::string_view kOthers[] = {
    "expect",       "trap",     "unreachable",  "constant_p",
    "offsetof",     "va_start", "va_end",       "va_copy",
    "va_arg",       "alloca",   "popcount",     "clz",
    "ctz",          "ffs",      "parity",       "bswap16",
    "bswap32",      "bswap64",  "add_overflow", "sub_overflow",
    "mul_overflow", "prefetch", "object_size",  "assume_aligned",
    "huge_val",     "inf",      "nan",          "types_compatible_p",
    "choose_expr",
};

}  // namespace

std::vector<std::string> builtin_names() {
    std::vector<std::string> names;
    for (const std::string_view name : kForwarded) names.push_back(fmt::format("__builtin_{}", name));
    for (const std::string_view name : kOthers) names.push_back(fmt::format("__builtin_{}", name));
    std::ranges::sort(names);
    return names;
}

Node* Parser::builtin_call(Ident* name, Span span) {
    Nesting nesting(*this);
    const std::string_view text = name->text;
    Node* node = text.starts_with("__atomic_")   ? atomic_builtin(text, span)
                 : text.starts_with("__sync_")   ? sync_builtin(text, span)
                 : text.starts_with("__ipclab_") ? ipclab_builtin(text, span)
                                                 : simple_builtin(text, span);
    if (node) return node;
    std::string candidate;
    for (const auto& list :
         {std::span<const std::string_view>(kOthers), std::span<const std::string_view>(kForwarded)})
        for (std::string_view known : list)
            if (edit_distance(text, candidate = fmt::format("__builtin_{}", known), 3) <= 3) {
                syntax_error(span, fmt::format("ipclab does not know the builtin '{}'; did you mean '{}'?",
                                               text, candidate));
            }
    unsupported(span, fmt::format("the builtin '{}'", text));
}

/// "(" (assignment ("," assignment)*)? ")": values. `span` is widened to all of it.
std::vector<Node*> Parser::builtin_arguments(std::string_view name, std::size_t least, std::size_t most,
                                             Span& span) {
    const Span open = here();
    expect(Tok::lparen, fmt::format("after '{}'", name));
    std::vector<Node*> arguments;
    while (!is(Tok::rparen)) {
        arguments.push_back(rvalue(assignment()));
        if (!eat(Tok::comma)) break;
    }
    expect_closing(Tok::rparen, open, "after the arguments");
    span = join(span, previous());
    if (arguments.size() < least || arguments.size() > most)
        syntax_error(span,
                     fmt::format("'{}' takes {}{} argument{}, and {} given", name,
                                 least == most              ? ""
                                 : arguments.size() < least ? "at least "
                                                            : "at most ",
                                 arguments.size() < least ? least : most,
                                 (arguments.size() < least ? least : most) == 1 ? "" : "s",
                                 arguments.size() == 1 ? "1 is" : fmt::format("{} are", arguments.size())));
    return arguments;
}

Node* Parser::intrinsic(vm::Intrinsic id, Type* type, std::vector<Node*> arguments, Span span) {
    Node* node = make(NodeKind::intrinsic, type, span);
    node->id = id;
    for (const Node* argument : arguments) {
        if (is_error(argument->type)) return error_node(span);
        node->height =
            std::max<std::uint16_t>(node->height, static_cast<std::uint16_t>(argument->height + 1));
    }
    if (node->height > kMaxHeight)
        session_.fatal(span, "this expression has too many operators above each other");
    node->arguments = arena_.list(arguments);
    return node;
}

/// The integer or pointer as a register of 64 bits.
Node* Parser::as_long(Node* value) {
    value = rvalue(value);
    if (is_error(value->type) || is_pointer(value->type)) return value;
    if (is_integer(value->type)) return cast(value, types_.long_, true);
    error(value->span, fmt::format("this must be an integer or a pointer, not '{}'", type_name(value->type)));
    return error_node(value->span);
}

/// `temporary` = value, in a variable of the function that has no name.
Node* Parser::with_temporary(Node* value, Obj*& temporary) {
    value = rvalue(value);
    if (!function_) syntax_error(value->span, "this is computed when the program runs: it is no constant");
    temporary = new_local(nullptr, value->type->unqualified, value->span);
    temporary->is_used = true;
    Node* node = pair_node(NodeKind::assign, temporary->type, variable_node(temporary, value->span), value,
                           value->span);
    node->is_implicit = true;
    return node;
}

/// The parts one after another, worth the last one. Nobody wrote the commas: none of them is unused.
Node* Parser::sequence(std::vector<Node*> parts, Span span) {
    Node* node = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (is_error(parts[i]->type) || is_error(node->type)) return error_node(span);
        node = pair_node(NodeKind::comma, parts[i]->type, node, parts[i], span);
        node->is_implicit = true;
    }
    return node;
}

/// "__ipclab_" name "(" arguments ")"
Node* Parser::ipclab_builtin(std::string_view name, Span span) {
    const std::string_view plain = name.substr(std::string_view("__ipclab_").size());
    if (plain == "syscall") {
        std::vector<Node*> arguments = builtin_arguments(name, 1, 7, span);
        Node* node = intrinsic({}, types_.long_, {}, span);
        node->kind = NodeKind::syscall;
        for (Node*& argument : arguments) {
            argument = as_long(argument);
            if (is_error(argument->type)) return error_node(span);
            node->height =
                std::max<std::uint16_t>(node->height, static_cast<std::uint16_t>(argument->height + 1));
        }
        node->arguments = arena_.list(arguments);
        return node;
    }
    for (std::size_t id = 0; id < std::size(kIntrinsics); ++id) {
        const IntrinsicRow& row = kIntrinsics[id];
        if (row.name != plain) continue;
        std::vector<Node*> arguments = builtin_arguments(name, row.arguments, row.arguments, span);
        Type* any = types_.pointer(types_.qualified(types_.void_, kConst | kVolatile));
        auto type_of = [&](char letter, Type* pointer) {
            return letter == 'l'   ? types_.long_
                   : letter == 'd' ? types_.double_
                   : letter == 'p' ? pointer
                                   : types_.void_;
        };
        for (std::size_t i = 0; i < arguments.size(); ++i)
            arguments[i] = convert_assigned(arguments[i], type_of(row.types[i + 1], any), arguments[i]->span,
                                            fmt::format("argument {} of '{}'", i + 1, name));
        return intrinsic(static_cast<vm::Intrinsic>(id), type_of(row.types[0], types_.pointer(types_.void_)),
                         std::move(arguments), span);
    }
    return nullptr;
}

/// "__builtin_" name "(" arguments ")"; null where there is none of this name
Node* Parser::simple_builtin(std::string_view name, Span span) {
    const std::string_view plain = name.substr(std::string_view("__builtin_").size());
    if (plain.starts_with("va_")) return va_builtin(name, span);
    if (plain == "constant_p") return constant_p(span);
    if (plain == "expect") {
        const std::vector<Node*> arguments = builtin_arguments(name, 2, 2, span);
        return convert_assigned(arguments[0], types_.long_, arguments[0]->span,
                                "the value of '__builtin_expect'");
    }
    if (plain == "trap" || plain == "unreachable") {
        builtin_arguments(name, 0, 0, span);
        return make(NodeKind::trap, types_.void_, span);
    }
    if (plain == "alloca") {
        const std::vector<Node*> arguments = builtin_arguments(name, 1, 1, span);
        Node* bytes =
            convert_assigned(arguments[0], types_.ulong, arguments[0]->span, "the size for 'alloca'");
        if (is_error(bytes->type)) return bytes;
        if (!function_) syntax_error(span, "'alloca' is allowed in functions only");
        return unary_node(NodeKind::alloca_, types_.pointer(types_.void_), bytes, span);
    }
    if (plain == "prefetch") {
        Node* node = builtin_arguments(name, 1, 3, span)[0];
        return explicit_cast(node, types_.void_, span);
    }
    if (plain == "assume_aligned") return builtin_arguments(name, 2, 3, span)[0];
    if (plain == "object_size") {  // as where gcc does not know
        const std::vector<Node*> arguments = builtin_arguments(name, 2, 2, span);
        const bool smallest = arguments[1]->kind == NodeKind::num && arguments[1]->integer >= 2;
        return number_node(smallest ? 0 : -1, types_.ulong, span);
    }
    for (std::string_view value : {"huge_val", "inf", "nan"}) {
        if (!plain.starts_with(value)) continue;
        const std::string_view suffix = plain.substr(value.size());
        if (suffix != "" && suffix != "f" && suffix != "l") continue;
        builtin_arguments(name, value == "nan", value == "nan", span);
        Node* node = make(NodeKind::fnum,
                          suffix == "f"   ? types_.float_
                          : suffix == "l" ? types_.ldouble
                                          : types_.double_,
                          span);
        node->real = value == "nan" ? std::numeric_limits<double>::quiet_NaN() : HUGE_VAL;
        return node;
    }
    // Also with the operands' types in the name: __builtin_saddl_overflow.
    for (const auto& [operation, op] :
         {std::pair{"add", BinaryOp::add}, {"sub", BinaryOp::sub}, {"mul", BinaryOp::mul}}) {
        if (!plain.ends_with("_overflow")) break;
        for (std::string_view sign : {"", "s", "u"})
            for (std::string_view size : {"", "l", "ll"})
                if (plain == fmt::format("{}{}{}_overflow", sign, operation, size))
                    return overflow_builtin(op, name, span);
    }
    if (Node* node = bit_builtin(name, span)) return node;
    return forwarded_builtin(name, span);
}

Node* Parser::forwarded_builtin(std::string_view name, Span span) {
    const std::string_view plain = name.substr(std::string_view("__builtin_").size());
    if (!std::ranges::count(kForwarded, plain)) return nullptr;
    Ident* ident = interner_.intern(plain);
    const Binding* known = file_binding(ident);
    Obj* function =
        known && known->kind == Binding::Kind::object ? known->object : implicit_function(ident, span);
    return function ? call(variable_node(function, span)) : nullptr;
}

Node* Parser::constant_p(Span span) {
    Restored<int> unevaluated(unevaluated_);
    ++unevaluated_;
    const Node* node = builtin_arguments("__builtin_constant_p", 1, 1, span)[0];
    while (node->kind == NodeKind::cast || node->kind == NodeKind::addr) node = node->lhs;
    const bool constant = node->kind == NodeKind::num || node->kind == NodeKind::fnum ||
                          (node->kind == NodeKind::var && node->object->is_string);
    return number_node(constant, types_.int_, span);
}

// --- arguments without names (System V ABI 3.5.7)

/// A pointer to the list's structure: a va_list is an array of one, and a parameter of that type already a pointer.
Node* Parser::va_list_argument(Node* node) {
    node = rvalue(node);
    if (is_error(node->type)) return node;
    if (!is_pointer(node->type) || node->type->base->unqualified != types_.va_list->base) {
        error(node->span, fmt::format("this must be a va_list, not '{}'", type_name(node->type)));
        return error_node(node->span);
    }
    return node;
}

Node* Parser::va_builtin(std::string_view name, Span span) {
    if (name == "__builtin_va_end") {
        Node* list = va_list_argument(builtin_arguments(name, 1, 1, span)[0]);
        return is_error(list->type) ? list : unary_node(NodeKind::cast, types_.void_, list, span);
    }
    if (name == "__builtin_va_copy") {
        const std::vector<Node*> arguments = builtin_arguments(name, 2, 2, span);
        Node *to = va_list_argument(arguments[0]), *from = va_list_argument(arguments[1]);
        if (is_error(to->type) || is_error(from->type)) return error_node(span);
        Type* tag = types_.va_list->base;
        Node* copy = pair_node(NodeKind::assign, tag, unary_node(NodeKind::deref, tag, to, span),
                               unary_node(NodeKind::deref, tag, from, span), span);
        return unary_node(NodeKind::cast, types_.void_, copy, span);
    }
    if (name != "__builtin_va_start") return nullptr;
    const std::vector<Node*> arguments = builtin_arguments(name, 1, 2, span);
    Node* list = va_list_argument(arguments[0]);
    if (is_error(list->type)) return list;
    const FunctionInfo* info = function_ ? function_->type->function : nullptr;
    if (!info || !info->variadic) {
        error(span, "'va_start' in a function without '...' among its parameters");
        return error_node(span);
    }
    const Node* last = arguments.size() > 1 ? arguments[1] : nullptr;
    while (last && (last->kind == NodeKind::cast || last->kind == NodeKind::addr) && last->is_implicit)
        last = last->lhs;
    const Ident* expected =
        info->parameters.empty() ? nullptr : info->parameters[info->parameters.size() - 1].name;
    if (last && expected && (last->kind != NodeKind::var || last->object->name != expected))
        warn(last->span, "-Wvarargs",
             fmt::format("the second argument of 'va_start' is not the last named parameter, '{}'",
                         expected->text));
    return unary_node(NodeKind::va_start, types_.void_, list, span);
}

/// "__builtin_va_arg" "(" assignment "," type-name ")"
Node* Parser::va_arg_() {
    Nesting nesting(*this);
    Span span = here();
    advance();
    const Span open = here();
    expect(Tok::lparen, "after 'va_arg'");
    Node* list = va_list_argument(assignment());
    expect(Tok::comma, "after the va_list");
    const Span type_span = here();
    Type* type = type_name_()->unqualified;
    expect_closing(Tok::rparen, open, "after the type");
    span = join(span, previous());
    if (is_error(list->type) || is_error(type)) return error_node(span);
    if (is_array(type) || is_function(type) || is_void(type) || !is_complete(type)) {
        error(type_span, fmt::format("an argument cannot have the type '{}'", type_name(type)));
        return error_node(span);
    }
    Node* node = unary_node(NodeKind::va_arg, type, list, span);
    Type* passed = type->kind == TypeKind::float_                                    ? types_.double_
                   : type->kind >= TypeKind::bool_ && type->kind <= TypeKind::ushort ? types_.int_
                                                                                     : type;
    if (passed == type) return node;
    // gcc compiles it to a trap, and so do we.
    warn(type_span, "",
         fmt::format(
             "'{}' is passed as '{}' through '...': ask 'va_arg' for '{}'; as it is, the program aborts here",
             type_name(type), type_name(passed), type_name(passed)));
    return sequence({make(NodeKind::trap, types_.void_, span), node}, span);
}

// --- types

/// "__builtin_offsetof" "(" type-name "," name ("." name | "[" expression "]")* ")"
Node* Parser::offsetof_() {
    Nesting nesting(*this);
    Span span = here();
    advance();
    const Span open = here();
    expect(Tok::lparen, "after 'offsetof'");
    const Span type_span = here();
    Type* type = type_name_();
    expect(Tok::comma, "after the type");
    if (!is_record(type))
        syntax_error(type_span,
                     fmt::format("'offsetof' needs a structure or union, not '{}'", type_name(type)));
    Node* null = number_node(0, types_.pointer(type), type_span);
    Node* place = member_access(unary_node(NodeKind::deref, type, null, type_span), false, type_span);
    while (is(Tok::dot) || is(Tok::lbracket)) {
        const Span op = here();
        const bool dot = is(Tok::dot);
        advance();
        if (dot) {
            place = member_access(place, false, op);
            continue;
        }
        Node* index = expression();
        expect_closing(Tok::rbracket, op, "after the index");
        place = make_deref(make_binary(BinaryOp::add, place, index, op), op);
    }
    expect_closing(Tok::rparen, open, "after the member");
    span = join(span, previous());
    Node* address = make_address(place, span);
    if (is_error(address->type)) return error_node(span);
    Address value;
    if (evaluate_address(address, value) && !value.object)
        return number_node(value.addend, types_.ulong, span);
    return explicit_cast(address, types_.ulong, span);
}

/// "__builtin_types_compatible_p" "(" type-name "," type-name ")"
Node* Parser::types_compatible() {
    const Span span = here();
    advance();
    const Span open = here();
    expect(Tok::lparen, "after '__builtin_types_compatible_p'");
    const Type* a = type_name_()->unqualified;
    expect(Tok::comma, "between the two types");
    const Type* b = type_name_()->unqualified;
    expect_closing(Tok::rparen, open, "after the two types");
    return number_node(compatible(a, b), types_.int_, join(span, previous()));
}

/// "__builtin_choose_expr" "(" constant "," assignment "," assignment ")"
Node* Parser::choose_expression() {
    Nesting nesting(*this);
    advance();
    const Span open = here();
    expect(Tok::lparen, "after '__builtin_choose_expr'");
    const bool first = constant_expression("the first argument of '__builtin_choose_expr'") != 0;
    Node* chosen = nullptr;
    for (const bool is_chosen : {first, !first}) {
        expect(Tok::comma, "between the arguments");
        Restored<int> unevaluated(unevaluated_);
        unevaluated_ += !is_chosen;
        Node* node = assignment();
        if (is_chosen) chosen = node;
    }
    expect_closing(Tok::rparen, open, "after the arguments");
    return chosen;
}

}  // namespace ipclab::cc
