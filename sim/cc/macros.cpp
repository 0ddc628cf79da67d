// Macro expansion (C11 6.10.3).
#include <fmt/format.h>

#include "sim/cc/preprocess.h"

namespace ipclab::cc {

namespace {

constexpr std::size_t kMaxExpansion = 2'000'000;
constexpr std::size_t kMaxTokenBytes = 1 << 20;

/// A token as it was written.
std::string spell(const Token& token) {
    std::string_view prefix = token.has(Token::wide) ? "L" : "";
    if (token.kind == Tok::str) return fmt::format("{}\"{}\"", prefix, token.text());
    if (token.kind == Tok::chr) return fmt::format("{}'{}'", prefix, token.text());
    return std::string(token.text());
}

}  // namespace

Token Preprocessor::builtin(Macro* macro, const Token& name) {
    Token token = name;
    const Include& in = includes_.back();
    std::string text;
    if (macro->kind == Macro::Kind::line) {
        text = std::to_string(static_cast<std::int64_t>(name.span.line) + in.line_delta);
    } else if (macro->kind == Macro::Kind::counter) {
        text = std::to_string(counter_++);
    } else {
        for (char c : in.presumed_name.empty() ? std::string_view(session_.file(name.span.file).name) : in.presumed_name) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
    }
    token.kind = macro->kind == Macro::Kind::file ? Tok::str : Tok::number;
    token.chars = arena_.text(text).data();
    token.length = static_cast<std::uint32_t>(text.size());
    return token;
}

/// Replaces the macro's name, which has been read, by its expansion; false where it is not a use of the macro.
bool Preprocessor::expand(Macro* macro, const Token& name) {
    if (macro->kind == Macro::Kind::pragma) {
        pragma_operator(name);
        return true;
    }
    if (macro->kind >= Macro::Kind::line) {
        unget(builtin(macro, name));
        return true;
    }
    std::vector<std::vector<Token>> arguments;
    if (macro->kind == Macro::Kind::function) {
        Token open = raw_next();
        if (open.kind != Tok::lparen) {
            if (open.kind != Tok::eof) unget(open);
            return false;  // 6.10.3p10: without a parenthesis the name stands for itself
        }
        if (!collect_arguments(macro, name, arguments)) return true;
    }
    std::vector<Token> result = substitute(macro, name, arguments);
    expanded_ += result.size() + 1;
    if (expanded_ > kMaxExpansion) {
        session_.fatal(name.span, fmt::format("the expansion of macro '{}' is too large", name.text()));
    }
    if (!result.empty()) {
        constexpr std::uint8_t kPlace = Token::bol | Token::space;
        result[0].flags = static_cast<std::uint8_t>((result[0].flags & ~kPlace) | (name.flags & kPlace));
    }
    push(result, macro, false);
    return true;
}

bool Preprocessor::collect_arguments(Macro* macro, const Token& name, std::vector<std::vector<Token>>& arguments) {
    std::size_t wanted = macro->parameters.size();
    arguments.emplace_back();
    for (int nesting = 0;;) {
        Token token = raw_next();
        if (token.kind == Tok::eof) {
            session_.error(name.span, fmt::format("unterminated argument list invoking macro '{}'", name.text()));
            return false;
        }
        if (token.kind == Tok::lparen) nesting++;
        if (token.kind == Tok::rparen && nesting-- == 0) break;
        bool last_takes_all = macro->variadic && arguments.size() == wanted;
        if (token.kind == Tok::comma && nesting == 0 && !last_takes_all) {
            arguments.emplace_back();
            continue;
        }
        // A line's end inside the argument list is white space (6.10.3p10).
        if (token.has(Token::bol)) token.flags = static_cast<std::uint8_t>((token.flags & ~Token::bol) | Token::space);
        // A name that must not be expanded now must not be later either.
        if (token.kind == Tok::ident && token.ident->macro && token.ident->macro->disabled) token.flags |= Token::no_expand;
        arguments.back().push_back(token);
        if (++expanded_ > kMaxExpansion) session_.fatal(name.span, "macro arguments are too large");
    }
    if (wanted == 0 && arguments.size() == 1 && arguments[0].empty()) arguments.clear();
    if (macro->variadic && arguments.size() + 1 == wanted) arguments.emplace_back();
    if (arguments.size() != wanted) {
        session_.error(name.span, fmt::format("macro '{}' {} {} argument{}, but {} {} given", name.text(),
                                              macro->variadic ? "requires at least" : "takes",
                                              wanted - (macro->variadic ? 1 : 0), wanted == 1 ? "" : "s", arguments.size(),
                                              arguments.size() == 1 ? "is" : "are"));
        session_.note(macro->span, fmt::format("macro '{}' defined here", name.text()));
        return false;
    }
    return true;
}

std::vector<Token> Preprocessor::expand_fully(const std::vector<Token>& tokens) {
    bool plain = true;
    for (const Token& token : tokens) plain = plain && (token.kind != Tok::ident || !token.ident->macro);
    if (plain) return tokens;
    if (++depth_ > kMaxNesting) session_.fatal(tokens[0].span, "macro arguments are nested too deeply");
    push(tokens, nullptr, true);
    std::vector<Token> result;
    for (Token token = next(); token.kind != Tok::eof; token = next()) result.push_back(token);
    contexts_.pop_back();
    depth_--;
    return result;
}

std::vector<Token> Preprocessor::substitute(Macro* macro, const Token& name, std::vector<std::vector<Token>>& arguments) {
    const List<Token>& body = macro->body;
    std::vector<std::vector<Token>> expanded(arguments.size());
    std::vector<bool> is_expanded(arguments.size());
    std::vector<Token> out;
    auto pastes_next = [&](std::size_t i) { return i + 1 < body.size() && body[i + 1].kind == Tok::hash_hash; };
    // Appends an operand; the first of its tokens is joined to the last one of `out` where a ## stands between them.
    auto append = [&](const std::vector<Token>& tokens, const Token& origin, bool paste_first) {
        std::size_t from = 0;
        if (paste_first && !out.empty()) {
            Token placemarker;
            placemarker.kind = Tok::placemarker;
            out.back() = paste(out.back(), tokens.empty() ? placemarker : tokens[0], name.span);
            from = 1;
        }
        std::size_t first = out.size();
        for (std::size_t i = from; i < tokens.size(); i++) out.push_back(tokens[i]);
        if (from == 0 && out.size() > first) {
            out[first].flags = static_cast<std::uint8_t>((out[first].flags & ~Token::space) | (origin.flags & Token::space));
        }
    };
    bool paste_next = false;
    for (std::size_t i = 0; i < body.size(); i++) {
        Token token = body[i];
        bool paste_this = paste_next;
        paste_next = false;
        if (token.kind == Tok::hash_hash && i > 0 && i + 1 < body.size()) {
            // GNU: in `, ## __VA_ARGS__` the comma goes where there are no variable arguments, else nothing is pasted.
            const Token& after = body[i + 1];
            if (macro->variadic && body[i - 1].kind == Tok::comma && after.kind == Tok::macro_param &&
                after.length + 1 == macro->parameters.size()) {
                if (arguments[after.length].empty() && !out.empty()) out.pop_back();
                append(arguments[after.length].empty() ? arguments[after.length]
                                                       : (expanded[after.length] = expand_fully(arguments[after.length])),
                       after, false);
                i++;
                continue;
            }
            paste_next = true;
            continue;
        }
        if (token.kind == Tok::hash && macro->kind == Macro::Kind::function && i + 1 < body.size() &&
            body[i + 1].kind == Tok::macro_param) {
            Token text = stringify(arguments[body[++i].length], name.span);
            text.flags = token.flags;
            append({text}, token, paste_this);
            continue;
        }
        if (token.kind == Tok::macro_param) {
            std::size_t n = token.length;
            if (paste_this || pastes_next(i)) {
                std::vector<Token> raw = arguments[n];
                if (raw.empty() && !paste_this) {
                    Token placemarker;
                    placemarker.kind = Tok::placemarker;
                    raw.push_back(placemarker);
                }
                append(raw, token, paste_this);
                continue;
            }
            if (!is_expanded[n]) expanded[n] = expand_fully(arguments[n]), is_expanded[n] = true;
            append(expanded[n], token, false);
        } else {
            token.span = name.span;
            append({token}, token, paste_this);
        }
        if (expanded_ + out.size() > kMaxExpansion) session_.fatal(name.span, "the expansion of a macro is too large");
    }
    return out;
}

Token Preprocessor::paste(const Token& left, const Token& right, Span span) {
    if (right.kind == Tok::placemarker) return left;
    if (left.kind == Tok::placemarker) return right;
    std::string_view text = made_text(spell(left) + spell(right), span);
    Lexer lexer(session_, interner_, text, span);
    Token token = lexer.next();
    token.span = span;
    token.flags = left.flags & (Token::space | Token::bol);
    if (!lexer.at_end() || token.kind == Tok::eof) {
        session_.error(span, fmt::format("pasting formed '{}', which is not a token", text));
    }
    return token;
}

/// 6.10.3.2: white space between tokens becomes one space; quotes and backslashes of literals are escaped.
Token Preprocessor::stringify(const std::vector<Token>& tokens, Span span) {
    std::string text;
    for (const Token& token : tokens) {
        if (!text.empty() && token.has(Token::space)) text += ' ';
        std::string spelled = spell(token);
        bool literal = token.kind == Tok::str || token.kind == Tok::chr;
        for (char c : spelled) {
            if (c == '"' || (literal && c == '\\')) text += '\\';
            text += c;
        }
        if (text.size() > kMaxTokenBytes) break;
    }
    Token token;
    token.kind = Tok::str;
    token.span = span;
    token.chars = made_text(text, span).data();
    token.length = static_cast<std::uint32_t>(text.size());
    return token;
}

/// The text of a token that ## or # makes: it can double with each macro.
std::string_view Preprocessor::made_text(const std::string& text, Span span) {
    expanded_ += text.size() / sizeof(Token);
    if (text.size() > kMaxTokenBytes || expanded_ > kMaxExpansion)
        session_.fatal(span, "the expansion of a macro is too large");
    return arena_.text(text);
}

}  // namespace ipclab::cc
