// The preprocessor (C11 6.10): a source file to the tokens that the parser sees.
//
// Macro expansion works on a stack of token lists, as GNU cpp does: the list on top is read first; a macro is disabled
// while its expansion is on the stack, and a name met while disabled is marked never to be expanded (6.10.3.4p2).
// Tokens from a macro's body take the place of the macro's use, tokens of its arguments keep their own, so that every
// token points into the text that the user sees.
#pragma once

#include <string>
#include <vector>

#include "sim/cc/lexer.h"

namespace ipclab::cc {

struct Macro {
    enum class Kind : std::uint8_t { object, function, line, file, counter, pragma };
    Ident* name = nullptr;
    Kind kind = Kind::object;
    bool variadic = false;
    bool disabled = false;
    Span span;
    List<Ident*> parameters;
    List<Token> body;
};

/// #pragma pack: from this token on, structures are packed to `bytes` (0: not).
struct PackChange {
    std::uint32_t token = 0;
    std::uint32_t bytes = 0;
};

class Preprocessor {
  public:
    Preprocessor(Session& session, Arena& arena, Interner& interner);

    /// Reads the file and all that it includes; the last token is Tok::eof.
    std::vector<Token> run(std::uint16_t main_file);
    const std::vector<PackChange>& pack_changes() const { return pack_changes_; }
    const std::vector<Macro*>& macros() const { return macros_; }

  private:
    struct Context {
        const Token *at, *end;
        Macro* macro;
        bool barrier;  ///< the end of a macro argument: do not read past
    };
    struct Condition {
        Span span;
        bool taken, seen_else;
    };
    enum class Guard : std::uint8_t { at_start, inside, after, none };
    struct Include {
        Lexer lexer;
        std::vector<Condition> conditions;
        Guard guard_state = Guard::at_start;
        Ident* guard = nullptr;
        std::int64_t line_delta = 0;
        std::string_view presumed_name;
    };
    struct FileState {
        Ident* guard = nullptr;
        bool once = false;
    };

    Token raw_next();
    Token next();
    void push(const std::vector<Token>& tokens, Macro* macro, bool barrier);
    void unget(const Token& token);
    bool is_stray(const Token& token);

    // macros.cpp
    bool expand(Macro* macro, const Token& name);
    bool collect_arguments(Macro* macro, const Token& name, std::vector<std::vector<Token>>& arguments);
    std::vector<Token> expand_fully(const std::vector<Token>& tokens);
    std::vector<Token> substitute(Macro* macro, const Token& name, std::vector<std::vector<Token>>& arguments);
    Token paste(const Token& left, const Token& right, Span span);
    Token stringify(const std::vector<Token>& tokens, Span span);
    Token builtin(Macro* macro, const Token& name);
    std::string_view made_text(const std::string& text, Span span);

    // directives.cpp
    void directive(const Token& hash);
    void define();
    void undefine();
    void include(Span span, bool next);
    void enter(std::uint16_t file);
    void conditional(const Token& name);
    void skip_group();
    void end_condition();
    void line_directive(Span span);
    void pragma(const std::vector<Token>& line);
    void pragma_operator(const Token& name);
    void pragma_pack(const std::vector<Token>& line);
    Token directive_token();
    std::vector<Token> rest_of_line();
    std::string text_of_line();
    bool evaluate_condition(Span span);
    std::vector<Token> replace_defined(const std::vector<Token>& line);
    bool can_include(std::string_view name, bool angled);
    int find_include(std::string_view name, bool angled, bool next);

    Session& session_;
    Arena& arena_;
    Interner& interner_;
    std::vector<Context> contexts_;
    std::vector<Include> includes_;
    std::vector<FileState> files_;
    std::vector<Macro*> macros_;
    std::vector<PackChange> pack_changes_;
    std::vector<std::uint32_t> pack_stack_;
    std::uint32_t pack_ = 0;
    std::size_t output_count_ = 0;
    std::size_t expanded_ = 0;   ///< tokens made by macros so far
    std::size_t include_count_ = 0, included_bytes_ = 0;
    int depth_ = 0;
    std::int64_t counter_ = 0;
    Ident *va_args_, *defined_, *has_include_;
};

/// Value of an #if line whose macros have been expanded (6.10.1p4); nothing where it was wrong, which has been reported.
bool evaluate_preprocessor_expression(Session& session, const std::vector<Token>& tokens, Span line);

}  // namespace ipclab::cc
