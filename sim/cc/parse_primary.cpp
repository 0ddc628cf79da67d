// Primary and postfix expressions (C11 6.5.1, 6.5.2): names, literals, calls, members.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/cc/headers.h"
#include "sim/cc/literal.h"
#include "sim/cc/parser.h"
#include "sim/cc/spell.h"

namespace ipclab::cc {

namespace {

constexpr int kMaxAnonymousDepth = kMaxNesting;

bool is_builtin_name(std::string_view name) {
    return name.starts_with("__builtin_") || name.starts_with("__atomic_") || name.starts_with("__sync_") ||
           name.starts_with("__ipclab_");
}

void offer_members(Speller& speller, const Record* record, int depth) {
    if (depth > kMaxAnonymousDepth) return;
    for (const Member& member : record->members) {
        if (member.name)
            speller.offer(member.name->text);
        else if (is_record(member.type))
            offer_members(speller, member.type->record, depth + 1);
    }
}

/// "argument 2 of 'write'"
std::string argument_text(std::size_t number, const Node* callee) {
    const Node* named = callee->kind == NodeKind::addr ? callee->lhs : callee;
    if (named->kind == NodeKind::var && named->object->name)
        return fmt::format("argument {} of '{}'", number, named->object->name->text);
    return fmt::format("argument {} of the function", number);
}

const Obj* called_object(const Node* callee) {
    while (callee->kind == NodeKind::cast) callee = callee->lhs;
    return callee->kind == NodeKind::addr && callee->lhs->kind == NodeKind::var ? callee->lhs->object
                                                                                : nullptr;
}

}  // namespace

/// postfix = primary ("[" expression "]" | "(" arguments ")" | "." name | "->" name | "++" | "--")*
Node* Parser::postfix_operators(Node* node) {
    for (;;) {
        const Span span = here();
        switch (kind()) {
            case Tok::lbracket: {
                advance();
                Node* index = expression();
                expect_closing(Tok::rbracket, span, "after the index");
                const Span whole = join(node->span, previous());
                // What is indexed is not read by that alone: a[0] = 1.
                Node *base = is_array(node->type) ? decayed(node) : rvalue(node), *by = rvalue(index);
                if (by->type->kind == TypeKind::char_ && by->kind != NodeKind::num)
                    warn(index->span, "-Wchar-subscripts", "array subscript has type 'char'");
                if (is_error(base->type) || is_error(by->type)) {
                    node = error_node(whole);
                    break;
                }
                if (!is_pointer(base->type) && !is_pointer(by->type)) {
                    error(span,
                          fmt::format("'[]' needs an array or a pointer, not '{}'", type_name(base->type)));
                    node = error_node(whole);
                    break;
                }
                if (!is_integer(base->type) && !is_integer(by->type)) {
                    error(index->span,
                          fmt::format("an index must be an integer, not '{}'",
                                      type_name(is_pointer(base->type) ? by->type : base->type)));
                    node = error_node(whole);
                    break;
                }
                node = make_deref(make_binary(BinaryOp::add, base, by, span), span);
                node->span = whole;
                break;
            }
            case Tok::lparen:
                node = call(node);
                break;
            case Tok::dot:
            case Tok::arrow: {
                const bool arrow = is(Tok::arrow);
                advance();
                node = member_access(node, arrow, span);
                break;
            }
            case Tok::plus_plus:
            case Tok::minus_minus: {
                const int step = is(Tok::plus_plus) ? 1 : -1;
                advance();
                node = make_increment(node, step, true, span);
                break;
            }
            default:
                return node;
        }
    }
}

/// primary = name | number | character | string | "(" expression ")" | generic | builtin
Node* Parser::primary() {
    switch (kind()) {
        case Tok::ident:
            return identifier();
        case Tok::number:
            return number();
        case Tok::str:
            return string_literal();
        case Tok::chr: {
            if (peek().has(Token::wide)) unsupported(here(), Refused::wide_characters);
            std::string problem;
            Node* node = number_node(character_value(peek().text(), problem), types_.int_, here());
            if (problem.starts_with("unknown escape"))
                warn(here(), "", std::move(problem));
            else if (!problem.empty())
                error(here(), std::move(problem));
            else if (decode_escapes(peek().text(), problem).size() > 1)
                warn(here(), "-Wmultichar",
                     "a character constant of several characters: did you mean \"...\"?");
            advance();
            return node;
        }
        case Tok::lparen:
            return parenthesised();
        case Tok::kw_generic:
            return generic_selection();
        case Tok::kw_builtin_offsetof:
            return offsetof_();
        case Tok::kw_builtin_va_arg:
            return va_arg_();
        case Tok::kw_builtin_types_compatible:
            return types_compatible();
        case Tok::kw_builtin_choose_expr:
            return choose_expression();
        default:
            syntax_error(here(), fmt::format("expected an expression, found {}", found()));
    }
}

/// "(" expression ")" | "(" block ")"
Node* Parser::parenthesised() {
    const Span open = here();
    advance();
    if (is(Tok::lbrace)) return statement_expression(open);
    Node* node = expression();
    expect_closing(Tok::rparen, open, "after the expression");
    node->parenthesised = true;
    return node;
}

/// GNU: ({ ... }), worth its last expression.
Node* Parser::statement_expression(Span open) {
    if (!function_) {
        error(open, "a statement expression is allowed in functions only");
        throw SyntaxError{};
    }
    Stmt* body = block(true);
    body->is_expression = true;
    expect_closing(Tok::rparen, open, "after the statement expression");
    Node* node = make(NodeKind::stmt_expr, types_.void_, join(open, previous()));
    node->statement = body;
    node->parenthesised = true;
    if (!body->items.empty()) {
        const Stmt* last = body->items[body->items.size() - 1];
        while (last->kind == StmtKind::label && last->body) last = last->body;
        if (last->kind == StmtKind::expr && last->expr) {
            node->type = last->expr->type->unqualified;
            if (is_error(node->type)) return error_node(node->span);
        }
    }
    return node;
}

Node* Parser::undeclared(Ident* name, Span span) {
    if (name->reported) return error_node(span);
    name->reported = true;
    reported_.push_back(name);
    const std::string_view header = header_of(name->text);
    error(span, fmt::format("use of undeclared identifier '{}'{}", name->text,
                            header.empty() ? suggest_name(name->text, false)
                                           : fmt::format("; it needs #include <{}>", header)));
    return error_node(span);
}

/// C11 6.4.2.2: __func__, an array of the function's own.
Node* Parser::function_name(Span span) {
    std::string bytes(function_->name->text);
    bytes += '\0';
    if (!function_name_ || function_name_->bytes != bytes) function_name_ = string_object(bytes, span);
    Node* node = variable_node(function_name_, span);
    node->type = types_.array(types_.qualified(types_.char_, kConst), bytes.size());
    return node;
}

Node* Parser::identifier() {
    Ident* name = peek().ident;
    const Span span = here();
    advance();
    const Binding* binding = name->ordinary;
    if (!binding) {
        if (function_ && (name == func_ || name == function_gnu_ || name == pretty_function_))
            return function_name(span);
        if (!is(Tok::lparen)) return undeclared(name, span);
        if (is_builtin_name(name->text)) return builtin_call(name, span);
        Obj* implicit = implicit_function(name, span);
        return implicit ? variable_node(implicit, span) : error_node(span);
    }
    switch (binding->kind) {
        case Binding::Kind::object:
            return variable_node(binding->object, span);
        case Binding::Kind::enumerator: {
            // C11 6.4.4.3: of type int; GNU: of a larger one where the value needs it.
            const bool fits = binding->value >= std::numeric_limits<std::int32_t>::min() &&
                              binding->value <= std::numeric_limits<std::int32_t>::max();
            const bool is_large = binding->type == types_.ulong && binding->value < 0;
            Type* wide =
                binding->type && binding->type->kind != TypeKind::enum_ ? binding->type : types_.long_;
            return number_node(binding->value, fits && !is_large ? types_.int_ : wide, span);
        }
        case Binding::Kind::type:
        case Binding::Kind::tag:
            break;
    }
    syntax_error(span, fmt::format("expected an expression, but '{}' is a type", name->text));
}

/// C11 6.4.4.1p5: the first type of the list that holds the value.
Node* Parser::number() {
    const Span span = here();
    const NumberLiteral literal = parse_number(peek().text());
    advance();
    if (literal.kind == NumberLiteral::Kind::invalid) {
        error(span, literal.error);
        return error_node(span);
    }
    if (literal.kind == NumberLiteral::Kind::floating) {
        Node* node = make(NodeKind::fnum,
                          literal.is_float         ? types_.float_
                          : literal.is_long_double ? types_.ldouble
                                                   : types_.double_,
                          span);
        node->real = literal.real;
        return node;
    }
    Type* const candidates[] = {types_.int_,  types_.uint,  types_.long_,
                                types_.ulong, types_.llong, types_.ullong};
    for (std::size_t i = static_cast<std::size_t>(literal.longs) * 2; i < std::size(candidates); ++i) {
        Type* type = candidates[i];
        const bool is_u = is_unsigned(type);
        if (is_u ? literal.decimal && !literal.is_unsigned : literal.is_unsigned) continue;
        const std::uint64_t bits = size_of(type) * 8 - (is_u ? 0 : 1);
        if (bits < 64 && literal.value >> bits != 0) continue;
        return number_node(static_cast<std::int64_t>(literal.value), type, span);
    }
    warn(span, "", "this integer constant is so large that it is unsigned");
    return number_node(static_cast<std::int64_t>(literal.value), types_.ullong, span);
}

/// string = str+ (C11 5.1.1.2p1 phase 6: neighbours are one)
Node* Parser::string_literal() {
    const Span first = here();
    std::string bytes;
    while (is(Tok::str)) {
        if (peek().has(Token::wide)) unsupported(here(), Refused::wide_strings);
        std::string problem;
        bytes += decode_escapes(peek().text(), problem);
        if (problem.starts_with("unknown escape") || problem.ends_with("out of range"))
            warn(here(), "", std::move(problem));
        else if (!problem.empty())
            error(here(), std::move(problem));
        advance();
    }
    bytes += '\0';
    return variable_node(string_object(bytes, first), join(first, previous()));
}

/// "(" type-name ")" "{" initialisers "}" (C11 6.5.2.5); the type has been read
Node* Parser::compound_literal(Type* type, Span span) {
    if (is_function(type) || is_void(type) || type->kind == TypeKind::vla) {
        error(span, fmt::format("a compound literal cannot have the type '{}'", type_name(type)));
        type = types_.error;
    }
    Init* init = initialiser(type, !function_, span);
    if (is_error(type)) return error_node(span);
    if (!is_complete(type)) {
        error(span, fmt::format("a compound literal of the incomplete type '{}'", type_name(type)));
        return error_node(span);
    }
    Obj* object = function_ ? new_local(nullptr, type, span) : new_global(nullptr, type, span);
    object->is_used = object->is_defined = true;
    if (!function_) object->is_static = true, object->init = init;
    if (!is_scalar(type)) object->in_memory = true;
    Node* node = make(NodeKind::compound_literal, type, span);
    node->object = object;
    node->init = init;
    return node;
}

/// arguments = (assignment ("," assignment)*)?
Node* Parser::call(Node* callee) {
    Nesting nesting(*this);
    const Span open = here();
    advance();
    callee = rvalue(callee);
    std::vector<Node*> arguments;
    while (!is(Tok::rparen)) {
        arguments.push_back(assignment());
        if (!eat(Tok::comma)) break;
        if (is(Tok::rparen)) syntax_error(here(), "expected another argument after ','");
    }
    expect_closing(Tok::rparen, open, "after the arguments");
    const Span span = join(callee->span, previous());
    if (is_error(callee->type)) return error_node(span);
    if (!is_pointer(callee->type) || !is_function(callee->type->base)) {
        error(callee->span,
              fmt::format("{} is called like a function, but is of type '{}'",
                          callee->kind == NodeKind::var && callee->object->name
                              ? fmt::format("'{}'", callee->object->name->text)
                              : "this",
                          type_name(callee->type)));
        return error_node(span);
    }
    const Type* function = callee->type->base;
    if (callee->kind == NodeKind::addr && callee->lhs->kind == NodeKind::var && callee->lhs->object->name &&
        callee->lhs->object->name->text == "vfork")
        calls_vfork_ = true;
    Node* node = unary_node(NodeKind::call, function->base->unqualified, callee, span);
    node->arguments = arena_.list(arguments);
    if (!is_complete(node->type) && !is_void(node->type)) {
        error(span, fmt::format("the function returns the incomplete type '{}'", type_name(node->type)));
        return error_node(span);
    }
    convert_arguments(node, *function->function);
    return node;
}

/// C11 6.5.2.2p7: what passes through "..." or to a function without a prototype.
Node* Parser::default_argument(Node* argument) {
    argument = promote(argument);
    if (is_error(argument->type)) return argument;
    if (argument->type->kind == TypeKind::float_) return cast(argument, types_.double_, true);
    if (is_void(argument->type) || !is_complete(argument->type)) {
        error(argument->span,
              fmt::format("a value of type '{}' cannot be an argument", type_name(argument->type)));
        return error_node(argument->span);
    }
    return argument;
}

void Parser::convert_arguments(Node* node, const FunctionInfo& info) {
    const std::size_t got = node->arguments.size(), want = info.parameters.size();
    const Obj* object = called_object(node->lhs);
    if (info.prototype && (got < want || (got > want && !info.variadic))) {
        const bool few = got < want;
        const Span place = few ? previous() : node->arguments[want]->span;
        error(place,
              fmt::format("too {} arguments to {}: it takes {}{}, and {} given", few ? "few" : "many",
                          object && object->name ? fmt::format("'{}'", object->name->text) : "the function",
                          info.variadic ? "at least " : "", want,
                          got == 1 ? "1 is" : fmt::format("{} are", got)));
        if (object && object->span.line) session_.note(object->span, "it is declared here");
    }
    for (std::size_t i = 0; i < got; ++i) {
        Node*& argument = node->arguments[i];
        argument = info.prototype && i < want
                       ? convert_assigned(argument, info.parameters[i].type, argument->span,
                                          argument_text(i + 1, node->lhs))
                       : default_argument(argument);
        node->height =
            std::max<std::uint16_t>(node->height, static_cast<std::uint16_t>(argument->height + 1));
    }
    if (node->height > kMaxHeight)
        session_.fatal(node->span, "this expression has too many operators above each other");
    if (!object || !object->is_function) return;
    check_format(object, node->arguments);
    check_library_call(object, node->arguments);
}

/// generic = "_Generic" "(" assignment ("," (type-name | "default") ":" assignment)+ ")"
Node* Parser::generic_selection() {
    Nesting nesting(*this);
    const Span span = here();
    advance();
    const Span open = here();
    expect(Tok::lparen, "after '_Generic'");
    Restored<int> unevaluated(unevaluated_);
    const int evaluated = unevaluated_++;
    Node* control = rvalue(assignment());
    Type* type = control->type->unqualified;
    Node *chosen = nullptr, *otherwise = nullptr;
    while (eat(Tok::comma)) {
        const bool is_default = eat(Tok::kw_default);
        bool matches = false;
        if (!is_default) {
            Type* candidate = type_name_();
            matches = !chosen && !is_error(type) && compatible(candidate, type, true);
        }
        expect(Tok::colon, "in '_Generic'");
        // Only the chosen one is evaluated; the default may become it.
        unevaluated_ = evaluated + !(matches || (is_default && !chosen));
        Node* value = assignment();
        if (matches) chosen = value;
        if (!is_default) continue;
        if (otherwise) error(value->span, "a second 'default' in '_Generic'");
        otherwise = value;
    }
    expect_closing(Tok::rparen, open, "at the end of '_Generic'");
    if (!chosen) chosen = otherwise;
    if (chosen) return chosen;
    if (!is_error(type))
        error(span, fmt::format("no type in '_Generic' fits a value of type '{}'", type_name(type)));
    return error_node(span);
}

/// ("." | "->") name
Node* Parser::member_access(Node* base, bool arrow, Span op) {
    if (!is(Tok::ident))
        syntax_error(here(), fmt::format("expected the name of a member after '{}', found {}",
                                         arrow ? "->" : ".", found()));
    Ident* name = peek().ident;
    const Span span = here();
    advance();
    const Span whole = join(base->span, span);
    if (is_array(base->type) && arrow) base = rvalue(base);
    if (is_error(base->type)) return error_node(whole);
    const bool to_record = is_pointer(base->type) && is_record(base->type->base);
    if (!arrow && to_record) {
        error(op, fmt::format("'.' on a pointer of type '{}'; did you mean '->'?", type_name(base->type)));
        arrow = true;
    } else if (arrow && is_record(base->type)) {
        error(op, fmt::format("'->' on a value of type '{}', which is no pointer; did you mean '.'?",
                              type_name(base->type)));
        arrow = false;
    } else if (arrow ? !to_record : !is_record(base->type)) {
        error(op, fmt::format("'{}' needs a {}structure or union, not '{}'", arrow ? "->" : ".",
                              arrow ? "pointer to a " : "", type_name(base->type)));
        return error_node(whole);
    }
    if (arrow) base = make_deref(base, op);
    const Record* record = base->type->record;
    if (!record->complete) {
        error(op, fmt::format("'{}' is incomplete here: its members are not known", type_name(base->type)));
        return error_node(whole);
    }
    if (Node* node = member_path(base, record, name, whole, 0)) return node;
    Speller speller(name->text);
    offer_members(speller, record, 0);
    error(span,
          fmt::format("'{}' has no member '{}'{}", type_name(base->type), name->text, speller.suggestion()));
    return error_node(whole);
}

/// C11 6.7.2.1p13: members of anonymous structures and unions are members of what contains them.
Node* Parser::member_path(Node* base, const Record* record, Ident* name, Span span, int depth) {
    if (depth > kMaxAnonymousDepth) return nullptr;
    auto step = [&](const Member& member) {
        const std::uint8_t inherited = base->type->qualifiers & (kConst | kVolatile);
        Type* type = types_.qualified(member.type, member.type->qualifiers | inherited);
        Node* node = unary_node(NodeKind::member, type, base, span);
        node->member = &member;
        return node;
    };
    for (const Member& member : record->members)
        if (member.name == name) return step(member);
    for (const Member& member : record->members) {
        if (member.name || !is_record(member.type)) continue;
        if (Node* found_in = member_path(step(member), member.type->record, name, span, depth + 1))
            return found_in;
    }
    return nullptr;
}

}  // namespace ipclab::cc
