// Declarations (C11 6.7) and what a translation unit is made of (6.9). Functions are in parse_functions.cpp, variables in
// parse_variables.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/parser.h"

namespace ipclab::cc {

/// external-declaration = function-definition | declaration | static-assert | ";"
void Parser::external_declaration() {
    unevaluated_ = 0;
    prototype_scope_ = 0;
    while (is(Tok::kw_extension)) advance();
    switch (kind()) {
        case Tok::semicolon:
            return advance();
        case Tok::kw_static_assert:
            return static_assert_declaration();
        case Tok::kw_asm:
            unsupported(here(), Refused::inline_assembler);
        case Tok::lbrace:
            if (peek_back(Tok::semicolon)) syntax_error(previous(), "this ';' separates the function from its body: take it away");
            break;
        case Tok::rbrace:
            error(here(), "a '}' too many: there is no '{' for it");
            return advance();
        case Tok::kw_if:
        case Tok::kw_while:
        case Tok::kw_for:
        case Tok::kw_do:
        case Tok::kw_switch:
        case Tok::kw_return:
        case Tok::kw_goto:
        case Tok::kw_break:
        case Tok::kw_continue:
        case Tok::kw_else:
            syntax_error(here(), fmt::format("'{}' outside of a function (is there a '}}' too many before?)",
                                             peek().text()));
        default:
            break;
    }
    if (!starts_type() && !is(Tok::ident) && !is(Tok::star) && !is(Tok::lparen))
        syntax_error(here(), fmt::format("expected a declaration or a function, found {}", found()));
    DeclSpec spec = declaration_specifiers(true);
    declaration(spec, nullptr);
}

/// declaration = specifiers (declarator ("=" initialiser)? ("," ...)*)? ";"   The specifiers have been read. With
/// `statements`, in a function; else at file scope, where it may turn out to be a function's definition.
void Parser::declaration(DeclSpec& spec, std::vector<Stmt*>* statements) {
    if (spec.unfinished) return;
    if (is(Tok::semicolon)) {
        empty_declaration(spec, statements);
        return advance();
    }
    bool first = true;
    do {
        Declarator d = declarator(spec.type, Naming::required);
        if (begins_function_body(d)) {
            if (statements) function_in_function(spec, d);
            if (first) return function_definition(spec, d);
        }
        first = false;
        declare(spec, d, statements);
    } while (eat(Tok::comma));
    expect_semicolon("after the declaration");
}

/// At the start of a line it is not meant to be inside: a '}' is missing before.
void Parser::function_in_function(const DeclSpec& spec, const Declarator& d) {
    if (spec.span.column != 1) unsupported(d.span, Refused::nested_functions);
    error(spec.span, fmt::format("expected '}}' before the function '{}': a block above is still open", d.name->text));
    session_.note(function_->span, fmt::format("in the function '{}', which begins here", function_->name->text));
    tell_misplaced_brace();
    throw UnclosedFunction{};
}

bool Parser::begins_function_body(const Declarator& d) const {
    if (!d.function || !is_function(d.type)) return false;
    return is(Tok::lbrace) || (!d.old_style.empty() && starts_type());
}

void Parser::empty_declaration(const DeclSpec& spec, std::vector<Stmt*>* statements) {
    // C11 6.7p2. Attributes alone are a statement: __attribute__((fallthrough));
    if (spec.attributes.falls_through && spec.empty && statements) {
        statements->push_back(make_stmt(StmtKind::empty, here()));
        return;
    }
    if (spec.defines_tag || spec.empty || is_error(spec.type)) return;
    warn(spec.span, "",
         is_record(spec.type) && !spec.type->record->tag
             ? "this structure has neither a tag nor a variable: it cannot be used"
             : "this declares nothing: there is no name");
}

void Parser::declare(DeclSpec& spec, Declarator& d, std::vector<Stmt*>* statements) {
    if (spec.implicit_int && !is_error(d.type))
        warn(d.span, "-Wimplicit-int",
             fmt::format("type defaults to 'int' in declaration of '{}'", d.name->text));
    if (!d.old_style.empty())
        warn(d.span, "", "parameter names without types in a declaration: they mean nothing");
    if (spec.is_thread_local && (spec.is_typedef || is_function(d.type)))
        error(d.span, fmt::format("'{}' is no variable: it cannot be thread-local", d.name->text));
    else if (spec.is_thread_local && statements && !spec.is_static && !spec.is_extern)  // C11 6.7.1p3
        error(d.span, fmt::format("'{}' is thread-local: in a function it must be 'static' or 'extern', too",
                                  d.name->text));
    if (spec.is_typedef) return typedef_declaration(spec, d, statements);
    if (is_function(d.type)) {
        declare_function(spec, d, false);
        if (is(Tok::assign))
            syntax_error(here(), fmt::format("the function '{}' cannot be initialised", d.name->text));
        return;
    }
    if (spec.is_inline) error(d.span, fmt::format("'inline' is for functions: '{}' is none", d.name->text));
    if (spec.auto_type) return auto_type_variable(spec, d, statements);
    if (!statements || spec.is_extern) return global_variable(spec, d);
    if (spec.is_static) return static_local(spec, d);
    local_variable(spec, d, statements);
}

Binding* Parser::declared_here(Ident* name) const {
    Binding* binding = name->ordinary;
    return binding && binding->depth == scope_starts_.size() ? binding : nullptr;
}

/// C11 6.7p3: a name without linkage is declared once in a scope. True where it may be.
bool Parser::check_redeclaration(Ident* name, Span span) {
    const Binding* before = declared_here(name);
    if (!before) return true;
    // A type that has been reported as unknown and is defined later.
    if (before->kind == Binding::Kind::type && is_error(before->type)) return true;
    error(span, fmt::format("'{}' is declared already in this scope", name->text));
    note_before(before->span);
    return false;
}

void Parser::conflict(const Obj* object, Type* type, Span span) {
    const std::string name(object->name->text);
    error(span, fmt::format("conflicting declarations of '{}': '{}' here, '{}' before", name,
                            declaration_text(type, name), declaration_text(object->type, name)));
    note_before(object->span);
}

void Parser::typedef_declaration(const DeclSpec& spec, const Declarator& d, std::vector<Stmt*>* statements) {
    Type* type = d.type;
    if (is(Tok::assign)) syntax_error(here(), fmt::format("'{}' is a type and has no value", d.name->text));
    if (spec.auto_type) syntax_error(d.span, "'__auto_type' is for variables with an initialiser");
    const std::uint32_t align = std::max(spec.attributes.aligned, d.attributes.aligned);
    if (align > align_of(type) && !is_error(type) && !is_array(type)) {
        type = arena_.make<Type>(*type);
        type->align = align;
        type->pointer_to = nullptr;
    }
    // In messages, a structure without a tag is called by this name.
    const bool anonymous =
        (is_record(type) && !type->record->tag) || (type->kind == TypeKind::enum_ && !type->enumeration->tag);
    if (anonymous && !type->alias && !type->qualifiers) type->alias = d.name;
    if (statements && is_variably_modified(type)) compute_vla_sizes(type, d.span, statements);
    if (Binding* before = declared_here(d.name)) {
        if (before->kind == Binding::Kind::type && is_error(before->type)) {
            before->type = type;
            return;
        }
        if (before->kind == Binding::Kind::type && compatible(before->type, type, true) &&
            !is_variably_modified(type))
            return;  // C11 6.7p3: the same type again
        if (before->kind == Binding::Kind::type) {
            error(d.span, fmt::format("the type '{}' is declared again as another: '{}' here, '{}' before",
                                      d.name->text, type_name(type), type_name(before->type)));
            return note_before(before->span);
        }
        check_redeclaration(d.name, d.span);
        return;
    }
    bind(d.name, Binding::Kind::type, d.span)->type = type;
}

/// static-assert = "_Static_assert" "(" constant ("," string)? ")" ";"
void Parser::static_assert_declaration() {
    const Span span = here();
    advance();
    const Span open = here();
    expect(Tok::lparen, "after '_Static_assert'");
    const int errors = session_.errors();
    const std::int64_t value = constant_expression("the condition of a static assertion");
    std::string message;
    if (eat(Tok::comma)) {
        if (!is(Tok::str))
            syntax_error(here(), fmt::format("expected a string with the message, found {}", found()));
        for (; is(Tok::str); advance()) message += peek().text();
    }
    expect_closing(Tok::rparen, open, "after the static assertion");
    expect_semicolon("after the static assertion");
    if (value != 0 || session_.errors() != errors) return;
    error(span, message.empty() ? "the static assertion does not hold"
                                : fmt::format("the static assertion does not hold: {}", message));
}

void Parser::merge_attributes(Obj* object, const Attributes& a, const Attributes& b) {
    for (const Attributes* one : {&a, &b}) {
        object->is_noreturn = object->is_noreturn || one->is_noreturn;
        object->is_trusted = object->is_trusted || one->is_trusted;
        object->is_mentioned = object->is_mentioned || one->is_unused;
        object->is_read = object->is_read || one->is_unused;
        object->warn_unused_result = object->warn_unused_result || one->warn_unused_result;
        object->is_weak = object->is_weak || one->is_weak;
        object->is_constructor = object->is_constructor || one->is_constructor;
        object->is_destructor = object->is_destructor || one->is_destructor;
        if (one->priority != Attributes{}.priority) object->priority = one->priority;
        if (one->format.kind != FormatAttribute::Kind::none) object->format = one->format;
        if (!object->is_function) object->align = std::max(object->align, one->aligned);
    }
}

/// C11 6.2.7p3: the type that two compatible declarations of one object or function give it together.
Type* Parser::composite(Type* a, Type* b) {
    if (a == b || is_error(a)) return b;
    if (is_error(b) || a->kind != b->kind) return a;
    switch (a->kind) {
        case TypeKind::array: {
            Type* element = composite(a->base, b->base);
            const std::uint64_t length = a->length == kUnknownLength ? b->length : a->length;
            if (element == a->base && length == a->length) return a;
            return element == b->base && length == b->length ? b : types_.array(element, length);
        }
        case TypeKind::pointer: {
            Type* to = composite(a->base, b->base);
            return to == a->base ? a : types_.qualified(types_.pointer(to), a->qualifiers);
        }
        case TypeKind::function:
            return composite_function(a, b);
        default:
            return a;  // made of nothing
    }
}

Type* Parser::composite_function(Type* a, Type* b) {
    Type* result = composite(a->base, b->base);
    const FunctionInfo &f = *a->function, &g = *b->function;
    if (!f.prototype || !g.prototype) {
        Type* better = f.prototype ? a : b;
        return result == better->base ? better : types_.function(result, better->function);
    }
    FunctionInfo* info = arena_.make<FunctionInfo>();
    info->variadic = g.variadic;
    std::vector<Parameter> parameters;
    for (std::size_t i = 0; i < g.parameters.size() && i < f.parameters.size(); ++i) {
        Parameter one = g.parameters[i];
        if (!one.name) one.name = f.parameters[i].name;
        one.type = composite(f.parameters[i].type->unqualified, one.type->unqualified);
        one.object = nullptr;
        parameters.push_back(one);
    }
    info->parameters = arena_.list(parameters);
    return types_.function(result, info);
}

void Parser::finish_globals() {
    for (Obj* object : globals_) {
        check_unused_global(object);
        if (object->is_function) {
            if (object->is_static && object->is_used && !object->is_defined && !object->is_implicit)
                error(object->first_use, fmt::format("the static function '{}' is used, but defined nowhere",
                                                     object->name->text));
            continue;
        }
        if (object->is_tentative && !object->is_defined) {  // C11 6.9.2p2
            if (object->type->kind == TypeKind::array && object->type->length == kUnknownLength) {
                warn(object->span, "",
                     fmt::format("the array '{}' has no length: one element is assumed", object->name->text));
                object->type = types_.array(object->type->base, 1);
            }
            object->is_defined = check_object_type(object->type, object->span, object->name->text);
        }
        const Type* element = object->type;
        while (is_array(element)) element = element->base;
        if (is_const(element) && !is_volatile(element)) object->is_read_only = true;
    }
}

}  // namespace ipclab::cc
