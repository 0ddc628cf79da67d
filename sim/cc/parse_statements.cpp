// Statements (C11 6.8).
#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/parser.h"
#include "sim/cc/spell.h"

namespace ipclab::cc {

Stmt* Parser::make_stmt(StmtKind kind, Span span) {
    Stmt* made = arena_.make<Stmt>();
    made->kind = kind;
    made->span = span;
    return made;
}

Stmt* Parser::statement() {
    Nesting nesting(*this);
    return statement_inner();
}

/// statement = labelled | block | if | while | do | for | switch | case | default | jump | expression? ";"
Stmt* Parser::statement_inner() {
    switch (kind()) {
        case Tok::lbrace:
            return block(true);
        case Tok::kw_if:
            return if_statement();
        case Tok::kw_while:
            return while_statement();
        case Tok::kw_do:
            return do_statement();
        case Tok::kw_for:
            return for_statement();
        case Tok::kw_switch:
            return switch_statement();
        case Tok::kw_case:
            return case_statement();
        case Tok::kw_default:
            return default_statement();
        case Tok::kw_goto:
        case Tok::kw_continue:
        case Tok::kw_break:
        case Tok::kw_return:
            return jump_statement();
        case Tok::kw_label:
            unsupported(here(), Refused::local_labels);
        case Tok::kw_asm:
            unsupported(here(), Refused::inline_assembler);
        case Tok::semicolon: {
            Stmt* empty = make_stmt(StmtKind::empty, here());
            advance();
            return empty;
        }
        case Tok::kw_else:
            syntax_error(here(), "'else' without an 'if' just before it (is a '{' or '}' missing, or a ';' too many?)");
        case Tok::ident:
            if (peek(1).kind == Tok::colon) return labelled_statement();
            misspelt_keyword();
            return expression_statement();
        default:
            return expression_statement();
    }
}

/// "retrun 0;", "whlie (x) {": a word that nobody declared where only a keyword can go on like this.
void Parser::misspelt_keyword() {
    const Ident* word = peek().ident;
    if (word->ordinary) return;
    std::size_t ahead = 1;
    if (peek(1).kind == Tok::lparen) {
        int depth = 0;
        do {
            const Tok k = peek(ahead).kind;
            depth += k == Tok::lparen ? 1 : k == Tok::rparen ? -1 : 0;
            ++ahead;
        } while (depth > 0 && ahead < 100 && peek(ahead).kind != Tok::eof);
    }
    switch (peek(ahead).kind) {
        case Tok::lbrace:
        case Tok::number:
        case Tok::str:
        case Tok::ident:
        case Tok::kw_return:
            break;
        case Tok::semicolon:
            if (ahead == 1) break;
            return;
        default:
            return;
    }
    Speller speller(word->text);
    for (const std::string_view known : {"return", "while", "for", "if", "else", "switch", "break", "continue", "goto", "do"})
        speller.offer(known);
    if (word->text == "elseif" || word->text == "elif" || word->text == "elsif")
        syntax_error(here(), fmt::format("'{}' is no word of C: write 'else if'", word->text));
    if (!speller.best().empty())
        syntax_error(here(), fmt::format("unknown word '{}'{}", word->text, speller.suggestion()));
}

/// block = "{" (declaration | statement)* "}"
Stmt* Parser::block(bool own_scope) {
    Stmt* made = make_stmt(StmtKind::block, here());
    const Span open = here();
    expect(Tok::lbrace, "here");
    made->parent = block_;
    made->vlas_before = block_ ? block_->vla_count : 0;
    block_ = made;
    if (own_scope) enter_scope();
    std::vector<Stmt*> items;
    block_items(items);
    if (own_scope) leave_scope();
    block_ = made->parent;
    made->end = here();
    expect_closing(Tok::rbrace, open, "at the end of the block");
    note_misplaced_brace(open, made->end);
    made->items = arena_.list(items);
    return made;
}

void Parser::block_items(std::vector<Stmt*>& items) {
    const std::size_t scopes = scope_starts_.size();
    Stmt* const own_block = block_;
    const int depth = depth_;
    while (!is(Tok::rbrace) && !is(Tok::eof)) {
        const std::size_t before = at_;
        try {
            block_item(items);
        } catch (const SyntaxError&) {
            if (session_.errors() >= kMaxErrors) throw;
            while (scope_starts_.size() > scopes) leave_scope();
            block_ = own_block;
            depth_ = depth;
            skip_to_recovery();
            if (at_ == before && !is(Tok::rbrace)) advance();
        }
    }
}

void Parser::block_item(std::vector<Stmt*>& items) {
    if (is(Tok::kw_static_assert)) return static_assert_declaration();
    const bool is_label = is(Tok::ident) && peek(1).kind == Tok::colon;
    if (is(Tok::kw_extension) && starts_type(peek(1))) advance();
    item_start_ = at_;
    if (!is_label && (starts_type() || looks_like_unknown_type())) {
        DeclSpec spec = declaration_specifiers(true);
        return declaration(spec, &items);
    }
    items.push_back(statement());
}

void Parser::check_assigned_condition(const Node* node) {
    if (node->kind == NodeKind::assign && !node->parenthesised)
        warn(node->span, "-Wparentheses",
             "suggest parentheses around assignment used as truth value; did you mean '=='?");
}

Node* Parser::condition(std::string_view of) {
    const Span open = here();
    expect(Tok::lparen, fmt::format("after '{}'", of));
    Node* node = expression();
    check_assigned_condition(node);
    node = scalar_condition(node, "a condition");
    expect_closing(Tok::rparen, open, "after the condition");
    return node;
}

/// Whoever walks a chain goes one call deeper for each: they must fit the stack, also where its frames are guarded.
constexpr int kMostElseIfs = 5'000;

/// if = "if" "(" expression ")" statement ("else" statement)?
Stmt* Parser::if_statement() {
    Stmt* made = make_stmt(StmtKind::if_, here());
    advance();
    made->expr = condition("if");
    const Span body = here();
    made->body = statement();
    if (!is(Tok::kw_else)) {
        check_empty_body(made->body, "an 'if'");
        check_indentation("if", made->span, made->body, body);
        if (made->body->kind == StmtKind::if_ && made->body->otherwise)
            warn(made->span, "-Wdangling-else", "suggest explicit braces to avoid ambiguous 'else'");
    }
    // A chain of else-ifs is a list, not a nesting: it may be long.
    const Span else_span = here();
    if (!eat(Tok::kw_else)) return made;
    Restored<int> chain(else_chain_);
    if (++else_chain_ > kMostElseIfs) session_.fatal(here(), "this chain of else-ifs is too long");
    if (is(Tok::kw_if)) {
        made->otherwise = if_statement();
        return made;
    }
    const Span otherwise = here();
    made->otherwise = statement();
    check_empty_body(made->otherwise, "an 'else'");
    check_indentation("else", else_span, made->otherwise, otherwise);
    return made;
}

Stmt* Parser::loop_body() {
    Restored<int> loops(loops_), breakables(breakables_);
    ++loops_;
    ++breakables_;
    return statement();
}

Stmt* Parser::while_statement() {
    Stmt* made = make_stmt(StmtKind::while_, here());
    advance();
    made->expr = condition("while");
    const Span body = here();
    made->body = loop_body();
    check_indentation("while", made->span, made->body, body);
    return made;
}

Stmt* Parser::do_statement() {
    Stmt* made = make_stmt(StmtKind::do_, here());
    advance();
    made->body = loop_body();
    check_empty_body(made->body, "'do'");
    if (!eat(Tok::kw_while))
        syntax_error(here(), fmt::format("expected 'while' after the body of 'do', found {}", found()));
    made->expr = condition("while");
    expect_semicolon("after 'do ... while'");
    return made;
}

/// for = "for" "(" (declaration | expression? ";") expression? ";" expression? ")" statement
Stmt* Parser::for_statement() {
    Stmt* made = make_stmt(StmtKind::for_, here());
    advance();
    const Span open = here();
    expect(Tok::lparen, "after 'for'");
    enter_scope();
    std::vector<Stmt*> items;
    if (starts_type()) {
        DeclSpec spec = declaration_specifiers(true);
        declaration(spec, &items);
    } else if (!eat(Tok::semicolon)) {
        Stmt* first = make_stmt(StmtKind::expr, here());
        first->expr = discarded(expression());
        check_unused_value(first->expr);
        expect_semicolon("after the first part of 'for'");
        items.push_back(first);
    }
    if (!is(Tok::semicolon)) {
        Node* node = expression();
        check_assigned_condition(node);
        made->expr = scalar_condition(node, "a condition");
    }
    expect_semicolon("after the condition of 'for'");
    if (!is(Tok::rparen)) {
        made->increment = discarded(expression());
        check_unused_value(made->increment);
    }
    expect_closing(Tok::rparen, open, "after the parts of 'for'");
    const Span body = here();
    made->body = loop_body();
    check_indentation("for", made->span, made->body, body);
    leave_scope();
    made->items = arena_.list(items);
    return made;
}

/// The cases in it are collected in `cases`; nobody may know of them when it ends with a syntax error.
Stmt* Parser::switch_body(Stmt* owner, std::vector<Case>& cases, Type* type) {
    struct Open {
        Parser& parser;
        ~Open() {
            parser.switches_.pop_back();
            parser.switch_cases_.pop_back();
            parser.switch_types_.pop_back();
        }
    };
    switches_.push_back(owner);
    switch_cases_.push_back(&cases);
    switch_types_.push_back(type);
    const Open open{*this};
    Restored<int> breakables(breakables_);
    ++breakables_;
    return statement();
}

Stmt* Parser::switch_statement() {
    Stmt* made = make_stmt(StmtKind::switch_, here());
    made->parent = block_;
    made->vla_count = block_ ? block_->vla_count : 0;
    advance();
    const Span open = here();
    expect(Tok::lparen, "after 'switch'");
    Node* value = promote(expression());
    expect_closing(Tok::rparen, open, "after the value of 'switch'");
    if (!is_integer(value->type) && !is_error(value->type)) {
        error(value->span, fmt::format("'switch' needs an integer, not '{}'", type_name(value->type)));
        value = error_node(value->span);
    }
    made->expr = value;
    std::vector<Case> cases;
    made->body = switch_body(made, cases, value->type);
    finish_switch(made, cases, value->type);
    return made;
}

void Parser::finish_switch(Stmt* node, std::vector<Case>& cases, const Type* type) {
    const bool is_u = is_unsigned(type);
    auto less = [&](std::int64_t a, std::int64_t b) {
        return is_u ? static_cast<std::uint64_t>(a) < static_cast<std::uint64_t>(b) : a < b;
    };
    std::stable_sort(cases.begin(), cases.end(),
                     [&](const Case& a, const Case& b) { return less(a.low, b.low); });
    for (std::size_t i = 1; i < cases.size(); ++i) {
        if (less(cases[i - 1].high, cases[i].low)) continue;
        error(cases[i].span, fmt::format("duplicate case value {}", cases[i].low));
        session_.note(cases[i - 1].span, "it was used here before");
    }
    node->cases = arena_.list(cases);
    const Node* value = node->expr;
    while (value->kind == NodeKind::cast && value->is_implicit) value = value->lhs;
    if (node->default_case || value->type->kind != TypeKind::enum_) return;
    for (const Enumerator& each : value->type->enumeration->enumerators) {
        const std::int64_t wanted = canonical(each.value, type);
        const auto covers = [&](const Case& one) { return !less(wanted, one.low) && !less(one.high, wanted); };
        const auto after = std::ranges::partition_point(cases, [&](const Case& one) { return less(one.high, wanted); });
        if (after == cases.end() || !covers(*after))
            warn(node->span, "-Wswitch", fmt::format("enumeration value '{}' not handled in switch", each.name->text));
    }
}

/// case = "case" constant ("..." constant)? ":" statement
Stmt* Parser::case_statement() {
    const Span span = here();
    const bool falls_through = peek().has(Token::falls_through);
    advance();
    if (switches_.empty()) syntax_error(span, "'case' outside of a 'switch'");
    Type* type = switch_types_.back();
    Case one;
    one.low = canonical(constant_expression("a case value"), type);
    one.high = eat(Tok::ellipsis) ? canonical(constant_expression("a case value"), type) : one.low;
    one.span = span;
    expect(Tok::colon, "after the case value");
    Stmt* made = make_stmt(StmtKind::case_, span);
    made->falls_through = falls_through;
    made->parent = block_;
    made->vla_count = block_ ? block_->vla_count : 0;
    one.statement = made;
    switch_cases_.back()->push_back(one);
    if (is(Tok::rbrace)) {  // as a label at the end of a block: an error in C11, accepted since C23
        made->body = make_stmt(StmtKind::empty, here());
        return made;
    }
    // A row of cases is a list, not a nesting.
    made->body = is(Tok::kw_case) ? case_statement()
                 : starts_type()  ? make_stmt(StmtKind::empty, here())
                                  : statement();
    return made;
}

Stmt* Parser::default_statement() {
    Stmt* made = make_stmt(StmtKind::case_, here());
    made->falls_through = peek().has(Token::falls_through);
    advance();
    if (switches_.empty()) syntax_error(made->span, "'default' outside of a 'switch'");
    expect(Tok::colon, "after 'default'");
    made->parent = block_;
    made->vla_count = block_ ? block_->vla_count : 0;
    if (switches_.back()->default_case) error(made->span, "this 'switch' has a 'default' already");
    switches_.back()->default_case = made;
    made->body = is(Tok::rbrace) || starts_type() ? make_stmt(StmtKind::empty, here()) : statement();
    return made;
}

Stmt* Parser::jump_statement() {
    const Span span = here();
    switch (kind()) {
        case Tok::kw_goto:
            return goto_statement();
        case Tok::kw_return:
            return return_statement();
        case Tok::kw_break: {
            advance();
            if (breakables_ == 0) error(span, "'break' outside of a loop or 'switch'");
            Stmt* made = make_stmt(StmtKind::break_, span);
            made->parent = block_;
            expect_semicolon("after 'break'");
            return made;
        }
        default: {  // continue is left
            advance();
            if (loops_ == 0) error(span, "'continue' outside of a loop");
            Stmt* made = make_stmt(StmtKind::continue_, span);
            made->parent = block_;
            expect_semicolon("after 'continue'");
            return made;
        }
    }
}

Stmt* Parser::return_statement() {
    Stmt* made = make_stmt(StmtKind::return_, here());
    made->parent = block_;
    advance();
    Type* result = function_->type->base;
    if (!is(Tok::semicolon)) {
        Node* value = expression();
        made->span = join(made->span, value->span);
        if (is_void(result)) {
            if (!is_void(value->type))
                warn(value->span, "-Wreturn-type", "a function of type void returns a value");
            made->expr = explicit_cast(value, types_.void_, value->span);
        } else {
            made->expr = convert_assigned(value, result, value->span, "the returned value");
            check_returned_address(made->expr);
        }
    } else if (!is_void(result)) {
        warn(made->span, "-Wreturn-type",
             fmt::format("'return' without a value in a function of type '{}'", type_name(result)));
    }
    expect_semicolon("after the return statement");
    return made;
}

Label* Parser::label_named(Ident* name, Span span) {
    Label*& label = labels_[name];
    if (!label) {
        label = arena_.make<Label>();
        label->name = name;
        label->first_use = span;
        label_list_.push_back(label);
    }
    return label;
}

Stmt* Parser::goto_statement() {
    Stmt* made = make_stmt(StmtKind::goto_, here());
    advance();
    if (is(Tok::star)) unsupported(here(), Refused::computed_goto);
    if (!is(Tok::ident))
        syntax_error(here(), fmt::format("expected a label after 'goto', found {}", found()));
    made->label = label_named(peek().ident, here());
    made->label->used = true;
    made->parent = block_;
    made->vla_count = block_ ? block_->vla_count : 0;
    advance();
    expect_semicolon("after 'goto'");
    return made;
}

Stmt* Parser::labelled_statement() {
    Stmt* made = make_stmt(StmtKind::label, here());
    Label* label = label_named(peek().ident, here());
    if (label->statement) {
        error(here(), fmt::format("the label '{}' is defined twice", label->name->text));
        note_before(label->statement->span);
    }
    label->statement = made;
    label->block = block_;
    label->vlas_before = block_ ? block_->vla_count : 0;
    made->label = label;
    advance();
    advance();  // the colon
    Attributes given;
    attributes(given);
    label->may_be_unused = given.is_unused;
    made->body = is(Tok::rbrace) || starts_type() ? make_stmt(StmtKind::empty, here()) : statement();
    return made;
}

void Parser::finish_labels() {
    for (const Label* label : label_list_) {
        if (label->statement) continue;
        Speller speller(label->name->text);
        for (const Label* other : label_list_)
            if (other->statement) speller.offer(other->name->text);
        error(label->first_use, fmt::format("the label '{}' is not defined in this function{}", label->name->text,
                                            speller.suggestion()));
    }
}

Stmt* Parser::expression_statement() {
    Stmt* made = make_stmt(StmtKind::expr, here());
    made->expr = discarded(expression());
    made->span = made->expr->span;
    check_unused_value(made->expr);
    expect_semicolon("after the expression");
    return made;
}

}  // namespace ipclab::cc
