#include "sim/cc/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace ipclab::cc {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}
constexpr auto kWord = [] {
    std::array<bool, 256> table{};
    for (int c = 0; c < 256; c++) table[c] = is_word(static_cast<char>(c));
    return table;
}();

}  // namespace

std::string_view spelling(Tok kind) {
    switch (kind) {
#define P(name, text) \
    case Tok::name: return text;
        IPCLAB_PUNCTUATORS(P)
        IPCLAB_KEYWORDS(P)
#undef P
        case Tok::eof: return "end of file";
        case Tok::newline: return "end of line";
        case Tok::ident: return "identifier";
        case Tok::number: return "number";
        case Tok::chr: return "character constant";
        case Tok::str: return "string literal";
        case Tok::other:
        case Tok::macro_param:
        case Tok::placemarker: return "";
    }
    return "";
}

void define_keywords(Interner& interner) {
    auto define = [&](std::string_view text, Tok kind) {
        interner.intern(text)->keyword = static_cast<std::uint8_t>(kind);
    };
#define K(name, text) define(text, Tok::name);
    IPCLAB_KEYWORDS(K)
#undef K
    define("__alignof__", Tok::kw_alignof), define("__alignof", Tok::kw_alignof);
    define("__asm__", Tok::kw_asm), define("__asm", Tok::kw_asm);
    define("__attribute", Tok::kw_attribute);
    define("__const", Tok::kw_const), define("__const__", Tok::kw_const);
    define("__inline", Tok::kw_inline), define("__inline__", Tok::kw_inline);
    define("__restrict", Tok::kw_restrict), define("__restrict__", Tok::kw_restrict);
    define("__signed", Tok::kw_signed), define("__signed__", Tok::kw_signed);
    define("__typeof", Tok::kw_typeof), define("__typeof__", Tok::kw_typeof);
    define("__volatile", Tok::kw_volatile), define("__volatile__", Tok::kw_volatile);
    define("__complex__", Tok::kw_complex), define("__thread", Tok::kw_thread_local);
}

Lexer::Lexer(Session& session, Interner& interner, std::uint16_t file)
    : session_(session), interner_(interner), file_(file) {
    const File& source = session.file(file);
    begin_ = p_ = line_start_ = source.characters().data();
    end_ = begin_ + source.characters().size();
    splice_ = source.splices.data();
    splice_end_ = splice_ + source.splices.size();
    if (end_ - p_ >= 3 && std::string_view(p_, 3) == "\xef\xbb\xbf") p_ += 3, line_start_ = p_;
}

Lexer::Lexer(Session& session, Interner& interner, std::string_view text, Span place)
    : session_(session), interner_(interner), file_(place.file) {
    begin_ = p_ = line_start_ = text.data();
    end_ = begin_ + text.size();
    line_ = place.line;
    bol_ = false;
}

/// Counts the physical lines whose splices have been passed.
void Lexer::catch_up() {
    while (splice_ != splice_end_ && begin_ + *splice_ <= p_) {
        line_++;
        line_start_ = begin_ + *splice_++;
    }
}

namespace {

/// gcc(1), -Wimplicit-fallthrough=3: "fall through", "FALLTHRU", "falls through, intentionally" and the like.
bool says_fall_through(std::string_view comment) {
    if (comment.size() > 100) return false;
    std::string text;
    for (const char c : comment) text += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    std::string_view rest = text;
    const auto skip_any = [&](std::string_view characters) {
        rest.remove_prefix(std::min(rest.find_first_not_of(characters), rest.size()));
    };
    const auto skip = [&](std::string_view word) {
        if (!rest.starts_with(word)) return false;
        rest.remove_prefix(word.size());
        return true;
    };
    skip_any(" \t.!\n");
    if (skip("-") || skip("@")) return rest.starts_with("fallthrough") || rest.starts_with("fallthru");
    if (skip("else")) skip(","), skip_any(" ");
    if (skip("intentional")) skip("ly"), skip_any(" ");
    if (!skip("fall")) return false;
    skip("s");
    if (!skip(" ")) skip("-");
    if (!skip("through") && !skip("thru")) return false;
    skip_any(" \t.!\n");
    return rest.empty() || rest.starts_with("-") || rest.starts_with(",");
}

}  // namespace

void Lexer::skip_space(std::uint8_t& flags) {
    for (; p_ < end_;) {
        char c = *p_;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f') {
            p_++;
        } else if (c == '\n') {
            if (in_directive) return;
            p_++;
            catch_up();
            new_line();
            bol_ = true;
            continue;
        } else if (c == '/' && p_ + 1 < end_ && p_[1] == '/') {
            const char* text = p_ + 2;
            skip_line();
            if (says_fall_through({text, p_})) flags |= Token::falls_through;
        } else if (c == '/' && p_ + 1 < end_ && p_[1] == '*') {
            const char* text = p_ + 2;
            catch_up();
            Span at{file_, static_cast<std::uint16_t>(std::min<std::ptrdiff_t>(p_ - line_start_ + 1, 0xffff)), 0, line_};
            for (p_ += 2; p_ < end_ && !(*p_ == '*' && p_ + 1 < end_ && p_[1] == '/'); p_++) {
                if (*p_ == '\n') {
                    p_++;
                    catch_up();
                    new_line();
                    p_--;
                }
            }
            if (p_ >= end_) {
                at.end_column = static_cast<std::uint16_t>(at.column + 2);
                session_.error(at, "unterminated comment");
            } else {
                if (says_fall_through({text, p_})) flags |= Token::falls_through;
                p_ += 2;
            }
        } else {
            return;
        }
        flags |= Token::space;
    }
}

void Lexer::skip_line() {
    const void* newline = std::memchr(p_, '\n', static_cast<std::size_t>(end_ - p_));
    p_ = newline ? static_cast<const char*>(newline) : end_;
}

bool Lexer::skip_to_directive() {
    in_directive = false;
    for (;;) {
        std::uint8_t flags = 0;
        skip_space(flags);
        if (p_ >= end_) return false;
        if (bol_ && *p_ == '#') {
            p_++;
            bol_ = false;
            return true;
        }
        bol_ = false;
        // Strings and comments may hide a comment's start or end; nothing else matters here.
        while (p_ < end_ && *p_ != '\n' && !(*p_ == '/' && p_ + 1 < end_ && (p_[1] == '*' || p_[1] == '/'))) {
            char quote = *p_++;
            if (quote != '"' && quote != '\'') continue;
            while (p_ < end_ && *p_ != quote && *p_ != '\n') p_ += *p_ == '\\' && p_ + 1 < end_ && p_[1] != '\n' ? 2 : 1;
            if (p_ < end_ && *p_ == quote) p_++;
        }
    }
}

Token Lexer::quoted(Token token, char quote) {
    const char* start = p_;
    for (; p_ < end_ && *p_ != quote && *p_ != '\n'; p_++) {
        if (*p_ == '\\' && p_ + 1 < end_ && p_[1] != '\n') p_++;
    }
    token.chars = start;
    token.length = static_cast<std::uint32_t>(p_ - start);
    token.kind = quote == '"' ? Tok::str : Tok::chr;
    if (p_ < end_ && *p_ == quote) {
        p_++;
    } else {
        token.span.end_column = static_cast<std::uint16_t>(token.span.column + 1);
        session_.error(token.span, fmt::format("missing terminating {} character", quote));
    }
    return token;
}

Token Lexer::next() {
    Token token;
    skip_space(token.flags);
    if (splice_ != splice_end_) catch_up();
    if (bol_) token.flags |= Token::bol;
    token.span = {file_, static_cast<std::uint16_t>(std::min<std::ptrdiff_t>(p_ - line_start_ + 1, 0xffff)), 0, line_};
    const char* start = p_;
    auto finish = [&] {
        token.span.end_column =
            static_cast<std::uint16_t>(std::min<std::size_t>(token.span.column + static_cast<std::size_t>(p_ - start), 0xffff));
    };
    if (p_ >= end_ || (in_directive && *p_ == '\n')) {
        token.kind = in_directive ? Tok::newline : Tok::eof;
        finish();
        return token;
    }
    bol_ = false;
    char c = *p_;
    if (kWord[static_cast<unsigned char>(c)] && !is_digit(c)) {
        std::uint64_t hash = Interner::kSeed;
        while (p_ < end_ && kWord[static_cast<unsigned char>(*p_)]) hash = Interner::mix(hash, *p_++);
        std::string_view text(start, static_cast<std::size_t>(p_ - start));
        if (p_ < end_ && (*p_ == '"' || *p_ == '\'') && (text == "L" || text == "u" || text == "U" || text == "u8")) {
            if (text != "u8") token.flags |= Token::wide;
            char quote = *p_++;
            token = quoted(token, quote);
            finish();
            return token;
        }
        token.kind = Tok::ident;
        token.ident = interner_.intern(text, hash, false);
    } else if (is_digit(c) || (c == '.' && p_ + 1 < end_ && is_digit(p_[1]))) {
        for (p_++; p_ < end_ && (kWord[static_cast<unsigned char>(*p_)] || *p_ == '.' ||
                                 ((*p_ == '+' || *p_ == '-') && std::string_view("eEpP").find(p_[-1]) != std::string_view::npos));) {
            p_++;
        }
        token.kind = Tok::number;
        token.chars = start;
        token.length = static_cast<std::uint32_t>(p_ - start);
    } else if (c == '"' || c == '\'') {
        p_++;
        token = quoted(token, c);
    } else {
        token.kind = punctuator();
        if (token.kind == Tok::other) token.chars = start, token.length = 1;
    }
    finish();
    return token;
}

Tok Lexer::punctuator() {
    switch (*p_++) {
        case '(': return Tok::lparen;
        case ')': return Tok::rparen;
        case '[': return Tok::lbracket;
        case ']': return Tok::rbracket;
        case '{': return Tok::lbrace;
        case '}': return Tok::rbrace;
        case '~': return Tok::tilde;
        case '?': return Tok::question;
        case ';': return Tok::semicolon;
        case ',': return Tok::comma;
        case '.':
            if (p_ + 1 < end_ && p_[0] == '.' && p_[1] == '.') return p_ += 2, Tok::ellipsis;
            return Tok::dot;
        case '-': return eat('>') ? Tok::arrow : eat('-') ? Tok::minus_minus : eat('=') ? Tok::minus_assign : Tok::minus;
        case '+': return eat('+') ? Tok::plus_plus : eat('=') ? Tok::plus_assign : Tok::plus;
        case '&': return eat('&') ? Tok::amp_amp : eat('=') ? Tok::amp_assign : Tok::amp;
        case '*': return eat('=') ? Tok::star_assign : Tok::star;
        case '!': return eat('=') ? Tok::not_equal : Tok::bang;
        case '/': return eat('=') ? Tok::slash_assign : Tok::slash;
        case '%': return eat('=') ? Tok::percent_assign : eat('>') ? Tok::rbrace : eat(':') ? Tok::hash : Tok::percent;
        case '<':
            if (eat('<')) return eat('=') ? Tok::shl_assign : Tok::shl;
            return eat('=') ? Tok::less_equal : eat(':') ? Tok::lbracket : eat('%') ? Tok::lbrace : Tok::less;
        case '>':
            if (eat('>')) return eat('=') ? Tok::shr_assign : Tok::shr;
            return eat('=') ? Tok::greater_equal : Tok::greater;
        case '=': return eat('=') ? Tok::equal : Tok::assign;
        case '^': return eat('=') ? Tok::caret_assign : Tok::caret;
        case '|': return eat('|') ? Tok::pipe_pipe : eat('=') ? Tok::pipe_assign : Tok::pipe;
        case ':': return eat('>') ? Tok::rbracket : Tok::colon;
        case '#': return eat('#') ? Tok::hash_hash : Tok::hash;
        default: return Tok::other;
    }
}

Token Lexer::header_name() {
    Token token;
    skip_space(token.flags);
    token.span = {file_, static_cast<std::uint16_t>(std::min<std::ptrdiff_t>(p_ - line_start_ + 1, 0xffff)), 0, line_};
    token.kind = Tok::other;
    if (p_ >= end_ || (*p_ != '<' && *p_ != '"')) return token;
    char close = *p_ == '<' ? '>' : '"';
    const char* start = p_ + 1;
    const char* at = start;
    while (at < end_ && *at != close && *at != '\n') at++;
    if (at >= end_ || *at != close) return token;
    token.kind = close == '>' ? Tok::less : Tok::str;
    token.chars = start;
    token.length = static_cast<std::uint32_t>(at - start);
    p_ = at + 1;
    token.span.end_column = static_cast<std::uint16_t>(std::min<std::size_t>(token.span.column + token.length + 2, 0xffff));
    return token;
}

}  // namespace ipclab::cc
