// Warnings about what a program's layout pretends: empty bodies, indentation, an else of another if.
#include <fmt/format.h>

#include "sim/cc/parser.h"

namespace ipclab::cc {

/// Where a line's character stands on a screen: tabs are eight columns wide.
std::size_t Parser::screen_column(Span span) {
    const std::string_view line = session_.line_text(span);
    std::size_t column = 0;
    for (std::size_t i = 0; i + 1 < span.column && i < line.size(); ++i)
        column = line[i] == '\t' ? (column / 8 + 1) * 8 : column + 1;
    return column;
}

/// Whether nothing but space stands before it.
bool Parser::begins_its_line(Span span) {
    const std::string_view before = session_.line_text(span).substr(0, span.column - 1);
    return before.find_first_not_of(" \t") == std::string_view::npos;
}

/// The column of the first character of its line that is not space.
std::size_t Parser::indentation(Span span) {
    const std::size_t first = session_.line_text(span).find_first_not_of(" \t");
    if (first == std::string_view::npos) return 0;
    span.column = static_cast<std::uint16_t>(first + 1);
    return screen_column(span);
}

/// -Wmisleading-indentation: the statement that comes next, behind a body without braces, looks as if it were guarded.
void Parser::check_indentation(std::string_view guard, Span guard_span, const Stmt* body, Span body_span) {
    const Span next = here();
    if (body->kind == StmtKind::block || is(Tok::rbrace) || is(Tok::eof) || is(Tok::semicolon) ||
        is(Tok::kw_else) || is(Tok::kw_case) || is(Tok::kw_default))
        return;
    if (guard_span.file != next.file || body_span.file != next.file || session_.is_library(next)) return;
    const bool is_label = is(Tok::ident) && peek(1).kind == Tok::colon;
    if (is_label) return;
    bool misleads = false;
    if (body->kind == StmtKind::empty)  // 'while (condition);', and the next line looks like its body
        misleads = body_span.line == guard_span.line && next.line > body_span.line && begins_its_line(next) &&
                   screen_column(next) > indentation(guard_span);
    else if (body_span.line == next.line)
        misleads =
            guard_span.line == next.line && next.column > body_span.column && begins_its_line(guard_span);
    else if (body_span.line > guard_span.line && next.line > body_span.line && begins_its_line(body_span) &&
             begins_its_line(next)) {
        const std::size_t column = screen_column(next);
        misleads = column == screen_column(body_span) && column > indentation(guard_span);
    }
    if (!misleads) return;
    warn(guard_span, "-Wmisleading-indentation", fmt::format("this '{}' clause does not guard...", guard));
    session_.note(next,
                  fmt::format("...this statement, but the latter is misleadingly indented as if it were "
                              "guarded by the '{}'",
                              guard));
}

/// A '}' that is indented less than the line of its '{' closes, as it seems, the wrong one: a function's first of these
/// is told where one is missing at the end.
void Parser::note_misplaced_brace(Span open, Span close) {
    if (misplaced_close_.line != 0 || open.file != close.file || !begins_its_line(close)) return;
    if (screen_column(close) >= indentation(open)) return;
    misplaced_open_ = open;
    misplaced_close_ = close;
}

void Parser::tell_misplaced_brace() {
    if (misplaced_close_.line != 0)
        session_.note(misplaced_close_,
                      fmt::format("this '}}' closes the '{{' of line {}, but is indented as if it "
                                  "closed one further out: is a '}}' missing before it?",
                                  misplaced_open_.line));
}

void Parser::check_empty_body(const Stmt* body, std::string_view what) {
    if (body->kind != StmtKind::empty || body->span.end_column == 0) return;
    warn(body->span, "-Wempty-body", fmt::format("suggest braces around empty body in {} statement", what));
}

}  // namespace ipclab::cc
