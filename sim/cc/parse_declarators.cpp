// Declarators (C11 6.7.6): what stands around a name and makes it a pointer, an array or a function.
//
// A declarator is read from the outside in, but its type is made from the inside out: the pieces are collected in the
// order in which they apply to the type of the specifiers.
#include <fmt/format.h>

#include "sim/cc/parser.h"

namespace ipclab::cc {

Declarator Parser::declarator(Type* base, Naming naming) {
    Declarator out;
    out.span = here();
    std::vector<Chunk> apply;
    declarator_chunks(apply, out, naming);
    out.type = base;
    for (const Chunk& chunk : apply) out.type = apply_chunk(out.type, chunk);
    if (!apply.empty() && apply.back().kind == Chunk::Kind::array)
        out.array_qualifiers = apply.back().qualifiers;
    if (is(Tok::kw_asm)) unsupported(here(), Refused::assembler_names);
    attributes(out.attributes);
    return out;
}

/// Whether a parenthesis in a declarator that may have no name opens parameters (and not a declarator).
bool Parser::opens_parameters() const {
    const Token& next = peek(1);
    return next.kind == Tok::rparen || next.kind == Tok::ellipsis ||
           (starts_type(next) && next.kind != Tok::kw_attribute);
}

/// declarator = ("*" qualifiers)* (identifier | "(" declarator ")")? (array-suffix | function-suffix)*
void Parser::declarator_chunks(std::vector<Chunk>& apply, Declarator& out, Naming naming) {
    Nesting nesting(*this);
    attributes(out.attributes);
    while (is(Tok::star)) {
        Chunk pointer;
        pointer.span = here();
        advance();
        pointer.qualifiers = qualifiers();
        apply.push_back(pointer);
    }
    std::vector<Chunk> inner;
    attributes(out.attributes);
    if (is(Tok::ident) && naming != Naming::abstract) {
        out.name = peek().ident;
        out.span = here();
        advance();
    } else if (is(Tok::lparen) && (naming == Naming::required || !opens_parameters())) {
        const Span open = here();
        advance();
        declarator_chunks(inner, out, naming);
        expect_closing(Tok::rparen, open, "in the declaration");
    } else if (naming == Naming::required) {
        syntax_error(here(), fmt::format("expected a name in the declaration, found {}", found()));
    }
    std::vector<Chunk> suffixes;
    while (is(Tok::lbracket) || is(Tok::lparen)) {
        const bool next_to_name = out.name && inner.empty() && suffixes.empty() && !out.function;
        suffixes.push_back(is(Tok::lbracket) ? array_suffix() : function_suffix(out, next_to_name));
    }
    apply.insert(apply.end(), suffixes.rbegin(), suffixes.rend());
    apply.insert(apply.end(), inner.begin(), inner.end());
}

std::uint8_t Parser::qualifiers() {
    std::uint8_t out = 0;
    for (;;) {
        if (is(Tok::kw_const))
            out |= kConst;
        else if (is(Tok::kw_volatile))
            out |= kVolatile;
        else if (is(Tok::kw_restrict))
            out |= kRestrict;
        else if (is(Tok::kw_atomic))
            out |= kAtomic;
        else if (is(Tok::kw_attribute)) {
            Attributes ignored;
            attributes(ignored);
            continue;
        } else
            return out;
        advance();
    }
}

/// array-suffix = "[" ("static" | qualifiers)* ("*" | assignment)? "]"
Parser::Chunk Parser::array_suffix() {
    Chunk chunk;
    chunk.kind = Chunk::Kind::array;
    chunk.span = here();
    advance();
    chunk.qualifiers = qualifiers();
    const bool is_static = eat(Tok::kw_static);  // 6.7.6.3p7: a promise to the optimiser
    chunk.qualifiers |= qualifiers();
    const bool in_parameters = prototype_scope_ != 0 && prototype_scope_ == scope_starts_.size();
    if ((is_static || chunk.qualifiers) && !in_parameters)
        error(chunk.span, "'static' and qualifiers inside '[]' are for parameters only");
    if (is(Tok::star) && peek(1).kind == Tok::rbracket) {
        if (!in_parameters) error(here(), "'[*]' is for parameters of prototypes only");
        chunk.star = true;
        advance();
    } else if (!is(Tok::rbracket)) {
        chunk.length = rvalue(assignment());
    }
    const Span open = chunk.span;
    expect_closing(Tok::rbracket, open, "after the array's length");
    chunk.span = join(chunk.span, previous());
    return chunk;
}

/// function-suffix = "(" ("void" | parameters | identifiers)? ")"
Parser::Chunk Parser::function_suffix(Declarator& out, bool next_to_name) {
    Chunk chunk;
    chunk.kind = Chunk::Kind::function;
    chunk.span = here();
    const Span open = here();
    advance();
    FunctionInfo* info = arena_.make<FunctionInfo>();
    chunk.function = info;
    if (is(Tok::rparen)) {
        info->prototype = false;
    } else if (is(Tok::kw_void) && peek(1).kind == Tok::rparen) {
        advance();
    } else if (is(Tok::ident) && !starts_type() &&
               (peek(1).kind == Tok::comma || peek(1).kind == Tok::rparen)) {
        info->prototype = false;
        std::vector<Parameter> names;
        identifier_list(names);
        if (next_to_name) out.old_style = std::move(names);
    } else {
        parameter_list(info);
    }
    expect_closing(Tok::rparen, open, "after the parameters");
    if (next_to_name) out.function = info;
    return chunk;
}

/// parameters = parameter ("," parameter)* ("," "...")?
void Parser::parameter_list(FunctionInfo* info) {
    Restored<std::size_t> restored(prototype_scope_);
    enter_scope();
    prototype_scope_ = scope_starts_.size();
    std::vector<Parameter> list;
    do {
        if (is(Tok::ellipsis)) {
            if (list.empty()) error(here(), "'...' needs a parameter before it");
            info->variadic = true;
            advance();
            break;
        }
        list.push_back(parameter());
    } while (eat(Tok::comma));
    leave_scope();
    constexpr std::size_t kMaxParameters = 127;  // C11 5.2.4.1
    if (list.size() > kMaxParameters) session_.fatal(here(), "too many parameters: the limit is 127");
    // A typedef name for void.
    if (list.size() == 1 && is_void(list[0].type) && !list[0].name && !info->variadic) list.clear();
    for (Parameter& one : list) {
        if (!is_void(one.type)) continue;
        error(one.span, "a parameter cannot have the type 'void'");
        one.type = types_.error;
        if (one.object) one.object->type = types_.error;
    }
    info->parameters = arena_.list(list);
}

/// identifiers = identifier ("," identifier)*   of a K&R definition
void Parser::identifier_list(std::vector<Parameter>& names) {
    do {
        if (!is(Tok::ident))
            syntax_error(here(), fmt::format("expected a parameter's name, found {}", found()));
        Parameter one;
        one.name = peek().ident;
        one.span = here();
        for (const Parameter& other : names)
            if (other.name == one.name)
                error(one.span, fmt::format("two parameters are called '{}'", one.name->text));
        names.push_back(one);
        if (names.size() > 127) session_.fatal(here(), "too many parameters: the limit is 127");
        advance();
    } while (eat(Tok::comma));
}

/// parameter = specifiers (declarator | abstract-declarator)?
Parameter Parser::parameter() {
    if (is(Tok::ident) && !starts_type()) unknown_type();
    if (!starts_type()) syntax_error(here(), fmt::format("expected a parameter's type, found {}", found()));
    const DeclSpec spec = declaration_specifiers(false);
    if (spec.auto_type) syntax_error(spec.span, "a parameter cannot have the type '__auto_type'");
    const Declarator d = declarator(spec.type, Naming::optional);
    if (spec.implicit_int) {
        warn(spec.span, "-Wimplicit-int",
             fmt::format("the type of '{}' is missing: 'int' is assumed",
                         d.name ? d.name->text : "a parameter"));
    }
    Parameter out;
    out.name = d.name;
    out.span = d.name ? d.span : spec.span;
    out.type = adjust_parameter(d.type);
    if (d.array_qualifiers && is_pointer(out.type)) out.type = types_.qualified(out.type, d.array_qualifiers);
    if (d.name && check_redeclaration(d.name, d.span)) {
        out.object = parameter_object(d.name, out.type, d.span);
        merge_attributes(out.object, spec.attributes, d.attributes);
        bind(d.name, Binding::Kind::object, d.span)->object = out.object;
    }
    return out;
}

Obj* Parser::parameter_object(Ident* name, Type* type, Span span) {
    Obj* object = arena_.make<Obj>();
    object->name = name;
    object->type = type;
    object->span = span;
    object->is_local = object->is_parameter = object->is_defined = true;
    object->in_memory = !is_scalar(type) || is_volatile(type) || is_atomic(type);
    return object;
}

/// C11 6.7.6.3p7 and p8.
Type* Parser::adjust_parameter(Type* type) {
    if (is_array(type)) return types_.pointer(type->base);
    if (is_function(type)) return types_.pointer(type);
    return type;
}

/// Types within types are walked by recursion here and there.
bool Parser::too_deep(const Type* type, Span span) {
    if (type->depth <= kMaxNesting) return false;
    error(span, fmt::format("this type is too complicated: the limit is {} levels", kMaxNesting));
    return true;
}

Type* Parser::apply_chunk(Type* base, const Chunk& chunk) {
    Type* made = nullptr;
    switch (chunk.kind) {
        case Chunk::Kind::pointer:
            if (is_error(base)) return base;
            made = types_.qualified(types_.pointer(base), chunk.qualifiers);
            break;
        case Chunk::Kind::array:
            made = array_of(base, chunk);
            break;
        case Chunk::Kind::function:
            if (is_array(base) || is_function(base)) {
                error(chunk.span, fmt::format("a function cannot return {}: return a pointer",
                                              is_array(base) ? "an array" : "a function"));
                base = types_.error;
            }
            made = types_.function(base, chunk.function);
            break;
    }
    return too_deep(made, chunk.span) ? types_.error : made;
}

/// C11 6.7.6.2: arrays of constant, unknown and variable length.
Type* Parser::array_of(Type* element, const Chunk& chunk) {
    if (is_error(element)) return element;
    if (is_function(element) || !is_complete(element)) {
        error(chunk.span,
              is_function(element)
                  ? "an array cannot have functions as its elements: use pointers to functions"
                  : fmt::format("an array of '{}': the elements' type is incomplete", type_name(element)));
        return types_.error;
    }
    if (chunk.star) return types_.vla(element, nullptr);
    if (!chunk.length) return types_.array(element, kUnknownLength);
    Node* length = chunk.length;
    if (is_error(length->type)) return types_.error;
    if (!is_integer(length->type)) {
        error(length->span,
              fmt::format("the length of an array must be an integer, not '{}'", type_name(length->type)));
        return types_.error;
    }
    Address value;
    const bool constant = evaluate_address(length, value) && !value.object;
    if (!constant && at_file_scope()) {
        error(length->span,
              "the length of this array must be a constant (in C a 'const' variable is none: use #define or "
              "enum)");
        return types_.error;
    }
    if (!constant || element->kind == TypeKind::vla)
        return types_.vla(element, cast(length, types_.ulong, true));
    if (value.addend < 0 && !is_unsigned(length->type)) {
        error(length->span, fmt::format("the length of an array cannot be negative ({})", value.addend));
        return types_.error;
    }
    const auto count = static_cast<std::uint64_t>(value.addend);
    if (size_of(element) != 0 && count > kMaxObjectBytes / size_of(element)) {
        error(length->span, "this array is too large: the limit is 1 GiB");
        return types_.error;
    }
    return types_.array(element, count);
}

/// type-name = specifiers abstract-declarator?
Type* Parser::type_name_() {
    if (is(Tok::ident) && !starts_type()) unknown_type();
    if (!starts_type()) syntax_error(here(), fmt::format("expected a type, found {}", found()));
    const DeclSpec spec = declaration_specifiers(false);
    if (spec.implicit_int) warn(spec.span, "-Wimplicit-int", "the type is missing: 'int' is assumed");
    return declarator(spec.type, Naming::abstract).type;
}

}  // namespace ipclab::cc
