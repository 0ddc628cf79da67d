#include "sim/cc/preprocess.h"

#include <fmt/format.h>

#include "kernel/utf8.h"

namespace ipclab::cc {

namespace {

constexpr std::size_t kMaxTokens = 2'000'000;

// What programs for gcc 12 on x86-64 Linux test for.
constexpr const char* kPredefined = R"(
#define __IPCLAB__ 1
#define __STDC__ 1
#define __STDC_VERSION__ 201710L
#define __STDC_HOSTED__ 1
#define __STDC_NO_COMPLEX__ 1
#define __STDC_UTF_16__ 1
#define __STDC_UTF_32__ 1
#define __GNUC__ 12
#define __GNUC_MINOR__ 2
#define __GNUC_PATCHLEVEL__ 0
#define __GNUC_STDC_INLINE__ 1
#define __VERSION__ "12.2.0"
#define __DATE__ "Jan  1 2024"
#define __TIME__ "00:00:00"
#define __linux__ 1
#define __linux 1
#define linux 1
#define __unix__ 1
#define __unix 1
#define unix 1
#define __gnu_linux__ 1
#define __ELF__ 1
#define __x86_64__ 1
#define __x86_64 1
#define __amd64__ 1
#define __amd64 1
#define _LP64 1
#define __LP64__ 1
#define __CHAR_BIT__ 8
#define __BIGGEST_ALIGNMENT__ 16
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __ORDER_PDP_ENDIAN__ 3412
#define __BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __SIZEOF_SHORT__ 2
#define __SIZEOF_INT__ 4
#define __SIZEOF_LONG__ 8
#define __SIZEOF_LONG_LONG__ 8
#define __SIZEOF_POINTER__ 8
#define __SIZEOF_SIZE_T__ 8
#define __SIZEOF_PTRDIFF_T__ 8
#define __SIZEOF_WCHAR_T__ 4
#define __SIZEOF_WINT_T__ 4
#define __SIZEOF_FLOAT__ 4
#define __SIZEOF_DOUBLE__ 8
#define __SIZEOF_LONG_DOUBLE__ 16
#define __SCHAR_MAX__ 127
#define __SHRT_MAX__ 32767
#define __INT_MAX__ 2147483647
#define __LONG_MAX__ 9223372036854775807L
#define __LONG_LONG_MAX__ 9223372036854775807LL
#define __INTMAX_MAX__ 9223372036854775807L
#define __UINTMAX_MAX__ 18446744073709551615UL
#define __SIZE_MAX__ 18446744073709551615UL
#define __PTRDIFF_MAX__ 9223372036854775807L
#define __INTPTR_MAX__ 9223372036854775807L
#define __UINTPTR_MAX__ 18446744073709551615UL
#define __WCHAR_MAX__ 2147483647
#define __WCHAR_MIN__ (-2147483647 - 1)
#define __WINT_MAX__ 4294967295U
#define __SIG_ATOMIC_MAX__ 2147483647
#define __SIG_ATOMIC_MIN__ (-2147483647 - 1)
#define __SIZE_TYPE__ long unsigned int
#define __PTRDIFF_TYPE__ long int
#define __WCHAR_TYPE__ int
#define __WINT_TYPE__ unsigned int
#define __INTMAX_TYPE__ long int
#define __UINTMAX_TYPE__ long unsigned int
#define __INTPTR_TYPE__ long int
#define __UINTPTR_TYPE__ long unsigned int
#define __SIG_ATOMIC_TYPE__ int
#define __INT8_TYPE__ signed char
#define __INT16_TYPE__ short int
#define __INT32_TYPE__ int
#define __INT64_TYPE__ long int
#define __UINT8_TYPE__ unsigned char
#define __UINT16_TYPE__ short unsigned int
#define __UINT32_TYPE__ unsigned int
#define __UINT64_TYPE__ long unsigned int
#define __CHAR16_TYPE__ short unsigned int
#define __CHAR32_TYPE__ unsigned int
#define __FLT_MAX__ 3.40282346638528859811704183484516925e+38F
#define __FLT_MIN__ 1.17549435082228750796873653722224568e-38F
#define __FLT_EPSILON__ 1.19209289550781250000000000000000000e-7F
#define __FLT_DIG__ 6
#define __FLT_MANT_DIG__ 24
#define __FLT_RADIX__ 2
#define __FLT_MAX_EXP__ 128
#define __FLT_MIN_EXP__ (-125)
#define __DBL_MAX__ 1.79769313486231570814527423731704357e+308
#define __DBL_MIN__ 2.22507385850720138309023271733240406e-308
#define __DBL_EPSILON__ 2.22044604925031308084726333618164062e-16
#define __DBL_DIG__ 15
#define __DBL_MANT_DIG__ 53
#define __DBL_MAX_EXP__ 1024
#define __DBL_MIN_EXP__ (-1021)
#define __ATOMIC_RELAXED 0
#define __ATOMIC_CONSUME 1
#define __ATOMIC_ACQUIRE 2
#define __ATOMIC_RELEASE 3
#define __ATOMIC_ACQ_REL 4
#define __ATOMIC_SEQ_CST 5
#define __GCC_ATOMIC_BOOL_LOCK_FREE 2
#define __GCC_ATOMIC_CHAR_LOCK_FREE 2
#define __GCC_ATOMIC_SHORT_LOCK_FREE 2
#define __GCC_ATOMIC_INT_LOCK_FREE 2
#define __GCC_ATOMIC_LONG_LOCK_FREE 2
#define __GCC_ATOMIC_LLONG_LOCK_FREE 2
#define __GCC_ATOMIC_POINTER_LOCK_FREE 2
#define __GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
#define __GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
#define __GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
#define __GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1
#define __USER_LABEL_PREFIX__
)";

}  // namespace

Preprocessor::Preprocessor(Session& session, Arena& arena, Interner& interner)
    : session_(session), arena_(arena), interner_(interner) {
    va_args_ = interner.intern("__VA_ARGS__");
    defined_ = interner.intern("defined");
    has_include_ = interner.intern("__has_include");
    for (auto [name, kind] : {std::pair{"__LINE__", Macro::Kind::line}, std::pair{"__FILE__", Macro::Kind::file},
                              std::pair{"__COUNTER__", Macro::Kind::counter},
                              std::pair{"_Pragma", Macro::Kind::pragma}}) {
        Macro* macro = arena.make<Macro>();
        macro->name = interner.intern(name);
        macro->kind = kind;
        macro->name->macro = macro;
    }
}

void Preprocessor::push(const std::vector<Token>& tokens, Macro* macro, bool barrier) {
    List<Token> list = arena_.list(tokens);
    contexts_.push_back({list.begin(), list.end(), macro, barrier});
    if (macro) macro->disabled = true;
}

void Preprocessor::unget(const Token& token) {
    Token* copy = arena_.make<Token>(token);
    contexts_.push_back({copy, copy + 1, nullptr, false});
}

/// The next token before macro expansion, with directives obeyed. Tok::eof at a barrier.
Token Preprocessor::raw_next() {
    for (;;) {
        while (!contexts_.empty()) {
            Context& top = contexts_.back();
            if (top.at != top.end) return *top.at++;
            if (top.barrier) return Token{};
            if (top.macro) top.macro->disabled = false;
            contexts_.pop_back();
        }
        Include& in = includes_.back();
        Token token = in.lexer.next();
        if (token.kind == Tok::hash && token.has(Token::bol)) {
            directive(token);
            continue;
        }
        if (token.kind != Tok::eof) {
            if (in.conditions.empty()) in.guard_state = Guard::none;
            return token;
        }
        for (const Condition& open : in.conditions) session_.error(open.span, "unterminated conditional directive");
        if (in.guard_state == Guard::after) files_[in.lexer.file()].guard = in.guard;
        if (includes_.size() == 1) return token;
        includes_.pop_back();
    }
}

Token Preprocessor::next() {
    for (;;) {
        Token token = raw_next();
        if (token.kind != Tok::ident || !token.ident->macro || token.has(Token::no_expand)) return token;
        if (token.ident->macro->disabled) {
            token.flags |= Token::no_expand;
            return token;
        }
        if (!expand(token.ident->macro, token)) return token;
    }
}

namespace {

/// Where the text stops to be UTF-8; npos: nowhere.
std::size_t first_wrong_byte(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (static_cast<unsigned char>(text[i]) < 0x80) continue;
        const std::size_t length = kernel::utf8_length(text.substr(i));
        if (length == 0) return i;
        i += length - 1;
    }
    return std::string_view::npos;
}

}  // namespace

/// Characters that no token of C begins with, and quotes of a word processor, which look like letters to the lexer.
bool Preprocessor::is_stray(const Token& token) {
    if (token.kind == Tok::other || token.kind == Tok::hash || token.kind == Tok::hash_hash) {
        session_.error(token.span, fmt::format("stray '{}' in the program", token.text()));
        return true;
    }
    if (token.kind != Tok::ident) return false;
    if (const std::size_t at = first_wrong_byte(token.text()); at != std::string_view::npos) {
        session_.error(token.span, fmt::format("byte {:#x} does not belong here: this is not text in UTF-8",
                                               static_cast<unsigned char>(token.text()[at])));
        return true;
    }
    if (static_cast<unsigned char>(token.text()[0]) < 0x80) return false;
    const std::string_view first = token.text().substr(0, 3);
    const bool is_double = first == "\xe2\x80\x9c" || first == "\xe2\x80\x9d";
    if (!is_double && first != "\xe2\x80\x98" && first != "\xe2\x80\x99") return false;
    session_.error(token.span, fmt::format("a typographic quotation mark: C needs a plain {}", is_double ? '"' : '\''));
    return true;
}

std::vector<Token> Preprocessor::run(std::uint16_t main_file) {
    std::string prelude = kPredefined;
    for (const std::string& option : session_.options.defines) {
        std::size_t equals = option.find('=');
        std::string value = equals == std::string::npos ? "1" : option.substr(equals + 1);
        for (char& c : value) {
            if (c == '\n') c = ' ';
        }
        prelude += fmt::format("#define {} {}\n", option.substr(0, equals), value);
    }
    int built_in = session_.find_file("<built-in>", true);
    if (built_in < 0) built_in = session_.add_file("<built-in>", prelude, true);

    std::vector<Token> tokens;
    tokens.reserve(session_.file(main_file).text.size() / 4 + 1024);
    for (std::uint16_t file : {static_cast<std::uint16_t>(built_in), main_file}) {
        enter(file);
        for (;;) {
            Token token = next();
            if (token.kind == Tok::eof) {
                if (file == main_file) tokens.push_back(token);
                break;
            }
            if (token.kind == Tok::ident && token.ident->keyword) token.kind = static_cast<Tok>(token.ident->keyword);
            if (token.kind == Tok::placemarker || is_stray(token)) continue;
            tokens.push_back(token);
            output_count_ = tokens.size();
            if (output_count_ > kMaxTokens) session_.fatal(token.span, "the source is too large after preprocessing");
        }
        includes_.clear();
    }
    return tokens;
}

}  // namespace ipclab::cc
