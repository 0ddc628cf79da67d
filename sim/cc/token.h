// Tokens: what the lexer makes of characters and the preprocessor of tokens.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/cc/arena.h"
#include "sim/vm/program.h"

namespace ipclab::cc {

using Span = vm::SourceSpan;

/// From the start of `a` to the end of `b` where both are on one line, else `a`.
inline Span join(Span a, Span b) {
    if (a.file == b.file && a.line == b.line && b.end_column > a.column) a.end_column = b.end_column;
    return a;
}

// clang-format off
#define IPCLAB_PUNCTUATORS(P) \
    P(lparen, "(") P(rparen, ")") P(lbracket, "[") P(rbracket, "]") P(lbrace, "{") P(rbrace, "}") P(dot, ".") \
    P(arrow, "->") P(plus_plus, "++") P(minus_minus, "--") P(amp, "&") P(star, "*") P(plus, "+") P(minus, "-") \
    P(tilde, "~") P(bang, "!") P(slash, "/") P(percent, "%") P(shl, "<<") P(shr, ">>") P(less, "<") P(greater, ">") \
    P(less_equal, "<=") P(greater_equal, ">=") P(equal, "==") P(not_equal, "!=") P(caret, "^") P(pipe, "|") \
    P(amp_amp, "&&") P(pipe_pipe, "||") P(question, "?") P(colon, ":") P(semicolon, ";") P(ellipsis, "...") \
    P(assign, "=") P(star_assign, "*=") P(slash_assign, "/=") P(percent_assign, "%=") P(plus_assign, "+=") \
    P(minus_assign, "-=") P(shl_assign, "<<=") P(shr_assign, ">>=") P(amp_assign, "&=") P(caret_assign, "^=") \
    P(pipe_assign, "|=") P(comma, ",") P(hash, "#") P(hash_hash, "##")

// Words of C11 and GNU C; several spellings may share a token.
#define IPCLAB_KEYWORDS(K) \
    K(kw_auto, "auto") K(kw_break, "break") K(kw_case, "case") K(kw_char, "char") K(kw_const, "const") \
    K(kw_continue, "continue") K(kw_default, "default") K(kw_do, "do") K(kw_double, "double") K(kw_else, "else") \
    K(kw_enum, "enum") K(kw_extern, "extern") K(kw_float, "float") K(kw_for, "for") K(kw_goto, "goto") K(kw_if, "if") \
    K(kw_inline, "inline") K(kw_int, "int") K(kw_long, "long") K(kw_register, "register") K(kw_restrict, "restrict") \
    K(kw_return, "return") K(kw_short, "short") K(kw_signed, "signed") K(kw_sizeof, "sizeof") K(kw_static, "static") \
    K(kw_struct, "struct") K(kw_switch, "switch") K(kw_typedef, "typedef") K(kw_union, "union") \
    K(kw_unsigned, "unsigned") K(kw_void, "void") K(kw_volatile, "volatile") K(kw_while, "while") \
    K(kw_alignas, "_Alignas") K(kw_alignof, "_Alignof") K(kw_atomic, "_Atomic") K(kw_bool, "_Bool") \
    K(kw_complex, "_Complex") K(kw_generic, "_Generic") K(kw_imaginary, "_Imaginary") K(kw_noreturn, "_Noreturn") \
    K(kw_static_assert, "_Static_assert") K(kw_thread_local, "_Thread_local") K(kw_asm, "asm") K(kw_typeof, "typeof") \
    K(kw_attribute, "__attribute__") K(kw_extension, "__extension__") K(kw_int128, "__int128") \
    K(kw_auto_type, "__auto_type") K(kw_builtin_offsetof, "__builtin_offsetof") K(kw_builtin_va_arg, "__builtin_va_arg") \
    K(kw_builtin_types_compatible, "__builtin_types_compatible_p") K(kw_builtin_va_list, "__builtin_va_list") \
    K(kw_label, "__label__") K(kw_builtin_choose_expr, "__builtin_choose_expr")
// clang-format on

enum class Tok : std::uint8_t {
    eof,
    newline,      ///< end of a directive's line
    ident,
    number,       ///< a preprocessing number, not yet converted
    chr,
    str,
    other,        ///< a stray character
    macro_param,  ///< in a macro's body: parameter number `length`
    placemarker,  ///< an empty operand of ## (C11 6.10.3.3p2)
#define P(name, text) name,
    IPCLAB_PUNCTUATORS(P)
#undef P
#define K(name, text) name,
    IPCLAB_KEYWORDS(K)
#undef K
};

std::string_view spelling(Tok kind);

struct Token {
    enum Flag : std::uint8_t { bol = 1, space = 2, no_expand = 4, wide = 8, pasted = 16,
                               falls_through = 32 };  ///< behind a comment that says so
    Tok kind = Tok::eof;
    std::uint8_t flags = 0;
    Span span;
    std::uint32_t length = 0;
    union {
        const char* chars = nullptr;  ///< number, chr, str, other: `length` bytes
        Ident* ident;                 ///< ident and keywords
    };

    bool has(Flag flag) const { return flags & flag; }
    std::string_view text() const {
        if (kind == Tok::ident || kind >= Tok::kw_auto) return ident->text;
        if (kind >= Tok::lparen) return spelling(kind);
        return {chars ? chars : "", chars ? length : 0};
    }
};

}  // namespace ipclab::cc
