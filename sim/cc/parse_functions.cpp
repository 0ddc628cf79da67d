// Functions: declarations, definitions (C11 6.9.1), K&R ones, and those that are called without a declaration.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "sim/cc/flow.h"
#include "sim/cc/headers.h"
#include "sim/cc/parser.h"
#include "sim/cc/spell.h"
#include "sim/libc/embedded.h"

namespace ipclab::cc {

/// C11 6.7.6.3p15, where one declaration is a prototype and the other is f(): the arguments must be passed alike.
bool Parser::check_old_style(const Obj* known, Type* type, Span span) {
    const FunctionInfo &f = *known->type->function, &g = *type->function;
    if (f.prototype == g.prototype) return true;
    const FunctionInfo &prototype = f.prototype ? f : g, &old = f.prototype ? g : f;
    if (prototype.variadic) return false;
    if (!old.parameters.empty()) {  // a K&R definition
        if (old.parameters.size() != prototype.parameters.size()) return false;
        for (std::size_t i = 0; i < old.parameters.size(); ++i)
            if (!compatible(old.parameters[i].type, prototype.parameters[i].type)) return false;
        return true;
    }
    for (const Parameter& one : prototype.parameters) {
        const TypeKind k = one.type->kind;
        if (k == TypeKind::float_ || (k >= TypeKind::bool_ && k <= TypeKind::ushort)) {
            error(span, fmt::format(
                            "a declaration '{}()' without parameters cannot stand for one with a '{}', which "
                            "is passed otherwise: declare the parameters in both",
                            known->name->text, type_name(one.type)));
            note_before(known->span);
            return true;  // said already
        }
    }
    return true;
}

Obj* Parser::declare_function(const DeclSpec& spec, const Declarator& d, bool definition) {
    Obj*& linked = externs_[d.name];
    const Binding* before = declared_here(d.name);
    if (before && (before->kind != Binding::Kind::object || before->object != linked) &&
        !check_redeclaration(d.name, d.span)) {
        Obj* unlinked = new_global(d.name, d.type, d.span);  // only to go on
        unlinked->is_function = true;
        return unlinked;
    }
    if (spec.is_static && !at_file_scope())
        error(spec.span,
              fmt::format("the function '{}' cannot be static: it is declared in a block", d.name->text));
    const bool inline_only = spec.is_inline && !spec.is_extern;
    if (!linked) {
        linked = new_global(d.name, d.type, d.span);
        linked->is_function = true;
        linked->is_static = spec.is_static;
        linked->is_inline = inline_only;
    } else {
        if (!linked->is_function || !compatible(linked->type, d.type) ||
            !check_old_style(linked, d.type, d.span)) {
            const bool from_void = linked->is_implicit && is_void(d.type->base);
            if (!from_void) {
                conflict(linked, d.type, d.span);
                linked = new_global(d.name, d.type, d.span);
                linked->is_function = true;
            } else {
                warn(d.span, "",
                     fmt::format("'{}' was used before its declaration, as if it returned 'int'",
                                 d.name->text));
                session_.note(linked->first_use.line ? linked->first_use : linked->span, "it was used here");
                linked->type = d.type;
            }
        } else {
            linked->type = composite(linked->type, d.type);
        }
        if (spec.is_static && !linked->is_static) {  // C11 6.2.2p7
            error(d.span, fmt::format("the function '{}' is static here, but was not before", d.name->text));
            session_.note(linked->span, linked->is_implicit ? "it was used here before its declaration"
                                                            : "it was declared here before");
            linked->is_static = true;
        }
        if (at_file_scope()) linked->is_inline = linked->is_inline && inline_only;
        if (!linked->is_defined || definition) linked->span = d.span;
        linked->is_implicit = false;
    }
    merge_attributes(linked, spec.attributes, d.attributes);
    if (Binding* here = declared_here(d.name))
        here->kind = Binding::Kind::object, here->object = linked, here->span = d.span;
    else
        bind(d.name, Binding::Kind::object, d.span)->object = linked;
    return linked;
}

/// function-definition = specifiers declarator declaration* block   Specifiers and declarator have been read.
void Parser::function_definition(const DeclSpec& spec, Declarator& d) {
    if (spec.is_typedef) syntax_error(d.span, "a typedef cannot have a body");
    if (spec.is_thread_local)
        error(d.span, fmt::format("'{}' is no variable: it cannot be thread-local", d.name->text));
    if (spec.auto_type) unsupported(spec.span, Refused::auto_type_result);
    if (spec.implicit_int && d.type->base == types_.int_)
        warn(d.span, "-Wimplicit-int", "return type defaults to 'int'");
    if (d.type->base->qualifiers && !is_void(d.type->base))
        warn(spec.span, "-Wignored-qualifiers", "type qualifiers ignored on function return type");
    old_style_parameters(d);
    const auto known = externs_.find(d.name);
    const Span before = known != externs_.end() && known->second ? known->second->span : Span{};
    Obj* object = declare_function(spec, d, true);
    if (object->is_defined) {
        error(d.span, fmt::format("the function '{}' is defined twice", d.name->text));
        note_before(before);
    }
    object->is_defined = true;
    // C11 6.7.4p7: an inline definition gives way to an external one in another unit.
    if (object->is_inline && !object->is_static) object->is_weak = true;
    const Type* result = object->type->base;
    if (!is_void(result) && !is_complete(result))
        error(d.span, fmt::format("the function '{}' returns the incomplete type '{}'", d.name->text,
                                  type_name(result)));
    check_main(object);
    begin_function(object);
    FunctionBody body;
    body.function = object;
    enter_scope();
    bind_parameters(d, body);
    if (!is(Tok::lbrace))
        syntax_error(here(), fmt::format("expected the function's '{{', found {}", found()));
    body.body = block(false);
    leave_scope();
    body.end = body.body->end;
    body.locals = arena_.list(locals_);
    finish_labels();
    if (session_.errors() == unit_errors_) check_unused_locals(body);
    // vfork(2): the child has the parent's memory, so that is where the variables are, as with cc -O0.
    if (calls_vfork_) {
        for (Obj* local : locals_) local->in_memory = true;
        for (Obj* parameter : body.parameters) parameter->in_memory = true;
    }
    function_ = nullptr;
    if (session_.errors() != unit_errors_) return;
    if (!session_.is_library(body.end)) check_flow(session_, body);
    sink_.function(body);
}

void Parser::begin_function(Obj* function) {
    function_ = function;
    misplaced_close_ = {};
    calls_vfork_ = false;
    locals_.clear();
    labels_.clear();
    label_list_.clear();
    switches_.clear();
    switch_cases_.clear();
    switch_types_.clear();
    block_ = nullptr;
    loops_ = breakables_ = else_chain_ = unevaluated_ = 0;
    function_name_ = nullptr;
    for (Ident* ident : reported_) ident->reported = false;
    reported_.clear();
}

/// C11 5.1.2.2.1.
void Parser::check_main(const Obj* function) {
    if (function->name != main_) return;
    if (function->type->base->unqualified != types_.int_ && !is_error(function->type->base))
        warn(function->span, "-Wmain", "'main' should return 'int'");
    const std::size_t count = function->type->function->parameters.size();
    if (count == 1 || count > 3)
        warn(function->span, "-Wmain", "'main' takes no parameters, or (int argc, char *argv[])");
}

/// The parameters' objects, their names, and what has to happen before the body.
void Parser::bind_parameters(Declarator& d, FunctionBody& body) {
    std::vector<Obj*> objects;
    std::vector<Stmt*> prologue;
    for (Parameter& one : d.function->parameters) {
        if (!one.object) one.object = parameter_object(nullptr, one.type, one.span);
        objects.push_back(one.object);
        if (!is_error(one.type) && !is_complete(one.type)) {
            error(one.span, fmt::format("the parameter has the incomplete type '{}'", type_name(one.type)));
            one.object->type = types_.error;
        }
        if (one.object->name && check_redeclaration(one.name, one.span))
            bind(one.name, Binding::Kind::object, one.span)->object = one.object;
    }
    for (const Parameter& one : d.function->parameters)
        if (is_variably_modified(one.type)) compute_vla_sizes(one.type, one.span, &prologue);
    // K&R: what is passed has been promoted, and is made narrow here.
    for (std::size_t i = 0; i < d.old_style.size(); ++i) {
        const Parameter &own = d.old_style[i], &passed = d.function->parameters[i];
        if (passed.object->name) continue;
        Obj* local = new_local(own.name, own.type, own.span);
        if (check_redeclaration(own.name, own.span))
            bind(own.name, Binding::Kind::object, own.span)->object = local;
        Node* value = cast(variable_node(passed.object, own.span), own.type, true);
        Stmt* assign = make_stmt(StmtKind::expr, own.span);
        assign->expr = pair_node(NodeKind::assign, own.type->unqualified, variable_node(local, own.span),
                                 value, own.span);
        local->is_used = false;
        local->is_read = true;
        prologue.push_back(assign);
    }
    body.parameters = arena_.list(objects);
    body.prologue = arena_.list(prologue);
}

/// declaration*, between the declarator and the body of a K&R definition (C11 6.9.1p6)
void Parser::old_style_parameters(Declarator& d) {
    if (d.old_style.empty()) return;
    while (starts_type()) old_style_declaration(d);
    const auto known = externs_.find(d.name);
    const FunctionInfo* prototype = known != externs_.end() && known->second && known->second->is_function &&
                                            known->second->type->function->prototype
                                        ? known->second->type->function
                                        : nullptr;
    std::vector<Parameter> passed;
    for (std::size_t i = 0; i < d.old_style.size(); ++i) {
        Parameter& own = d.old_style[i];
        if (!own.type) {
            warn(own.span, "-Wimplicit-int", fmt::format("type of '{}' defaults to 'int'", own.name->text));
            own.type = types_.int_;
        }
        Parameter one = own;
        const TypeKind k = own.type->kind;
        if (k == TypeKind::float_) one.type = types_.double_;
        if (k >= TypeKind::bool_ && k <= TypeKind::ushort) one.type = types_.int_;
        // GNU: a prototype before says how the argument is passed.
        if (prototype && i < prototype->parameters.size() &&
            compatible(prototype->parameters[i].type, own.type))
            one.type = own.type;
        one.object = parameter_object(one.type == own.type ? own.name : nullptr, one.type, own.span);
        passed.push_back(one);
    }
    d.function->parameters = arena_.list(passed);
}

void Parser::old_style_declaration(Declarator& d) {
    Restored<std::size_t> restored(prototype_scope_);
    prototype_scope_ = scope_starts_.size();  // 'register' and '[static 4]' are allowed
    const DeclSpec spec = declaration_specifiers(false);
    do {
        const Declarator one = declarator(spec.type, Naming::required);
        Parameter* found_parameter = nullptr;
        for (Parameter& parameter : d.old_style)
            if (parameter.name == one.name) found_parameter = &parameter;
        if (!found_parameter)
            error(one.span, fmt::format("there is no parameter '{}'", one.name->text));
        else if (found_parameter->type)
            error(one.span, fmt::format("the parameter '{}' is declared twice", one.name->text));
        else if (is_variably_modified(one.type))
            unsupported(one.span, Refused::old_style_vla);
        else
            found_parameter->type = adjust_parameter(one.type), found_parameter->span = one.span;
    } while (eat(Tok::comma));
    expect_semicolon("after the parameter's declaration");
}

/// gcc knows these functions' types without a declaration; that matters where the result is no int. v void, i int, z size_t,
/// p void *, P const void *, s char *, S const char *, d double, '.' any more.
Type* Parser::library_function_type(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> kKnown[] = {
        {"abort", "v"},     {"exit", "vi"},      {"_exit", "vi"},       {"malloc", "pz"},
        {"calloc", "pzz"},  {"realloc", "ppz"},  {"free", "vp"},        {"alloca", "pz"},
        {"printf", "iS."},  {"sprintf", "isS."}, {"snprintf", "iszS."}, {"scanf", "iS."},
        {"sscanf", "iSS."}, {"puts", "iS"},      {"putchar", "ii"},     {"strlen", "zS"},
        {"strcpy", "ssS"},  {"strncpy", "ssSz"}, {"strcat", "ssS"},     {"strncat", "ssSz"},
        {"strcmp", "iSS"},  {"strncmp", "iSSz"}, {"strchr", "sSi"},     {"strrchr", "sSi"},
        {"strstr", "sSS"},  {"strspn", "zSS"},   {"strcspn", "zSS"},    {"strpbrk", "sSS"},
        {"strdup", "sS"},   {"strndup", "sSz"},  {"memcpy", "ppPz"},    {"memmove", "ppPz"},
        {"memset", "ppiz"}, {"memcmp", "iPPz"},  {"memchr", "pPiz"},    {"stpcpy", "ssS"},
        {"sqrt", "dd"},     {"pow", "ddd"},      {"floor", "dd"},       {"ceil", "dd"},
        {"fabs", "dd"},     {"sin", "dd"},       {"cos", "dd"},         {"tan", "dd"},
        {"exp", "dd"},      {"log", "dd"},       {"log10", "dd"},       {"fmod", "ddd"},
        {"atan", "dd"},     {"atan2", "ddd"},
    };
    std::string_view signature;
    for (const auto& [known, types] : kKnown)
        if (known == name) signature = types;
    if (signature.empty()) return nullptr;
    auto type_of = [&](char letter) {
        switch (letter) {
            case 'v':
                return types_.void_;
            case 'i':
                return types_.int_;
            case 'z':
                return types_.ulong;
            case 'd':
                return types_.double_;
            case 's':
                return types_.pointer(types_.char_);
            case 'S':
                return types_.pointer(types_.qualified(types_.char_, kConst));
            case 'P':
                return types_.pointer(types_.qualified(types_.void_, kConst));
            default:
                return types_.pointer(types_.void_);
        }
    };
    FunctionInfo* info = arena_.make<FunctionInfo>();
    std::vector<Parameter> parameters;
    for (const char letter : signature.substr(1)) {
        if (letter == '.')
            info->variadic = true;
        else
            parameters.push_back({.name = nullptr, .type = type_of(letter), .object = nullptr, .span = {}});
    }
    info->parameters = arena_.list(parameters);
    return types_.function(type_of(signature[0]), info);
}

/// Where the function is declared, or what was meant.
std::string Parser::advice_on_function(std::string_view name) {
    if (++advice_count_ > kMaxWarnings) return "";  // nobody reads on; the search takes time
    if (const std::string_view header = header_of(name); !header.empty())
        return fmt::format(": #include <{}>", header);
    if (std::string known = suggest_name(name, false); !known.empty()) return known;
    for (const std::string_view word : {"if", "while", "for", "switch", "return", "sizeof"})
        if (std::ranges::equal(name, word, {},
                               [](char c) { return std::tolower(static_cast<unsigned char>(c)); }))
            return fmt::format("; did you mean '{}'?", word);
    Speller speller(name);
    for (const libc::SymbolHome& home : libc::symbol_index()) speller.offer(home.symbol);
    const std::string_view header = header_of(speller.best());
    return header.empty() ? ": declare it before its first use"
                          : fmt::format("{} (#include <{}>)", speller.suggestion(), header);
}

/// A function that is called without a declaration: C90's int f(), which gcc 12 still accepts with a warning.
Obj* Parser::implicit_function(Ident* ident, Span span) {
    warn(
        span, "-Wimplicit-function-declaration",
        fmt::format("implicit declaration of function '{}'{}", ident->text, advice_on_function(ident->text)));
    Obj*& linked = externs_[ident];
    if (!linked) {
        Type* type = library_function_type(ident->text);
        if (!type) {
            FunctionInfo* info = arena_.make<FunctionInfo>();
            info->prototype = false;
            type = types_.function(types_.int_, info);
        }
        linked = new_global(ident, type, span);
        linked->is_function = linked->is_implicit = true;
    }
    bind_at_file_scope(ident, Binding::Kind::object, span)->object = linked;
    return linked;
}

}  // namespace ipclab::cc
