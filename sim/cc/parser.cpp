// The parser's ground: tokens, scopes, recovery from errors.
#include "sim/cc/parser.h"

#include <fmt/format.h>

#include "sim/cc/spell.h"

namespace ipclab::cc {

Parser::Parser(Session& session, Arena& arena, Interner& interner, Types& types,
               const Preprocessor& preprocessor, std::vector<Token> tokens, ParseSink& sink)
    : session_(session),
      arena_(arena),
      interner_(interner),
      types_(types),
      preprocessor_(preprocessor),
      tokens_(std::move(tokens)),
      sink_(sink) {
    main_ = interner.intern("main");
    func_ = interner.intern("__func__");
    function_gnu_ = interner.intern("__FUNCTION__");
    pretty_function_ = interner.intern("__PRETTY_FUNCTION__");
    enter_scope();
}

void Parser::run() {
    while (!is(Tok::eof)) {
        const std::size_t before = at_;
        try {
            external_declaration();
        } catch (const SyntaxError&) {
            function_ = nullptr;
            while (scope_starts_.size() > 1) leave_scope();
            skip_to_recovery();
        } catch (const UnclosedFunction&) {
            function_ = nullptr;
            while (scope_starts_.size() > 1) leave_scope();
            at_ = item_start_;
            continue;
        }
        if (at_ == before) advance();
    }
    finish_globals();
}

bool Parser::eat(Tok k) {
    if (!is(k)) return false;
    advance();
    return true;
}

std::string Parser::found() const {
    if (is(Tok::eof)) return "the end of the file";
    return fmt::format("'{}'", peek().text());
}

void Parser::syntax_error(Span span, std::string message) {
    error(span, std::move(message));
    throw SyntaxError{};
}

void Parser::unsupported(Span span, std::string_view what) {
    session_.fatal(span, fmt::format("ipclab does not support {}", what));  // what follows may depend on it
}

void Parser::expect(Tok k, std::string_view context) {
    if (eat(k)) return;
    syntax_error(here(), fmt::format("expected '{}' {}, found {}", spelling(k), context, found()));
}

void Parser::expect_closing(Tok k, Span open, std::string_view context) {
    if (eat(k)) return;
    error(here(), fmt::format("expected '{}' {}, found {}", spelling(k), context, found()));
    session_.note(open, "to match this");
    if (k == Tok::rbrace && is(Tok::eof)) tell_misplaced_brace();
    throw SyntaxError{};
}

void Parser::expect_semicolon(std::string_view context) {
    if (eat(Tok::semicolon)) return;
    // The place to mend is behind what was read, not before what comes next.
    Span end = previous();
    end.column = end.end_column;
    end.end_column = static_cast<std::uint16_t>(end.column + 1);
    error(end, fmt::format("expected ';' {}", context));
    // What follows on another line is surely the next statement: go on as if the semicolon were there.
    if (here().line != end.line || is(Tok::rbrace)) return;
    throw SyntaxError{};
}

void Parser::skip_balanced() {
    int depth = 0;
    do {
        switch (kind()) {
            case Tok::lparen:
            case Tok::lbracket:
            case Tok::lbrace:
                ++depth;
                break;
            case Tok::rparen:
            case Tok::rbracket:
            case Tok::rbrace:
                --depth;
                break;
            default:
                break;  // whatever lies between brackets
        }
        advance();
    } while (depth > 0 && !is(Tok::eof));
}

void Parser::skip_to_recovery() {
    // To behind the next semicolon or closed brace at this level.
    while (!is(Tok::eof)) {
        if (is(Tok::semicolon)) return advance();
        if (is(Tok::rbrace)) {
            if (at_file_scope()) advance();
            return;
        }
        if (is(Tok::lbrace)) {
            skip_balanced();
            if (at_file_scope()) return;
            continue;
        }
        if (is(Tok::lparen) || is(Tok::lbracket))
            skip_balanced();
        else
            advance();
    }
}

void Parser::enter_scope() {
    scope_starts_.push_back(bindings_.size());
}

void Parser::leave_scope() {
    const std::size_t start = scope_starts_.back();
    while (bindings_.size() > start) {
        Binding* binding = bindings_.back();
        if (binding->kind == Binding::Kind::type && !binding->is_used && function_ &&
            session_.errors() == unit_errors_)
            warn(binding->span, "-Wunused-local-typedefs",
                 fmt::format("typedef '{}' locally defined but not used", binding->ident->text));
        (binding->kind == Binding::Kind::tag ? binding->ident->tag : binding->ident->ordinary) =
            binding->outer;
        bindings_.pop_back();
    }
    scope_starts_.pop_back();
}

Binding* Parser::bind(Ident* ident, Binding::Kind kind, Span span) {
    Binding* binding = arena_.make<Binding>();
    binding->kind = kind;
    binding->depth = static_cast<std::uint32_t>(scope_starts_.size());
    binding->ident = ident;
    binding->span = span;
    Binding*& innermost = kind == Binding::Kind::tag ? ident->tag : ident->ordinary;
    binding->outer = innermost;
    innermost = binding;
    bindings_.push_back(binding);
    return binding;
}

Binding* Parser::bind_at_file_scope(Ident* ident, Binding::Kind kind, Span span) {
    Binding* binding = arena_.make<Binding>();
    binding->kind = kind;
    binding->depth = 1;
    binding->ident = ident;
    binding->span = span;
    Binding** place = &ident->ordinary;
    while (*place && (*place)->depth > 1) place = &(*place)->outer;
    binding->outer = *place;
    *place = binding;
    return binding;  // it stays to the end of the unit: no scope has to take it away
}

Binding* Parser::file_binding(Ident* ident) {
    Binding* binding = ident->ordinary;
    while (binding && binding->depth > 1) binding = binding->outer;
    return binding;
}

std::string Parser::suggest_name(std::string_view wrong, bool types_only) {
    Speller speller(wrong);
    for (const Ident* ident : interner_.slots()) {
        if (!ident) continue;
        const bool expression = ident->keyword == static_cast<std::uint8_t>(Tok::kw_sizeof);
        if (ident->keyword && types_only && !expression) speller.offer(ident->text);
        if (types_only ? !ident->ordinary || ident->ordinary->kind != Binding::Kind::type
                       : !ident->ordinary && !ident->macro)
            continue;
        speller.offer(ident->text);
    }
    return speller.suggestion();
}

Type* Parser::function_type_of(Ident* name) {
    Binding* binding = file_binding(name);
    return binding && binding->object && binding->object->is_function ? binding->object->type : nullptr;
}

}  // namespace ipclab::cc
