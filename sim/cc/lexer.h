// Characters to tokens (C11 6.4). Knows nothing of macros.
#pragma once

#include "sim/cc/source.h"
#include "sim/cc/token.h"

namespace ipclab::cc {

class Lexer {
  public:
    Lexer(Session& session, Interner& interner, std::uint16_t file);
    /// Of text made by ## in a macro: every token gets this place.
    Lexer(Session& session, Interner& interner, std::string_view text, Span place);

    /// The next token. Inside a directive, Tok::newline at the end of its line (which is not consumed).
    Token next();
    /// The `<...>` or `"..."` of an #include; kind `other` where there is none. Text without the quotes.
    Token header_name();
    /// Skips the rest of the line, up to its newline.
    void skip_line();
    /// For groups that #if leaves out: goes to the next line whose first token is `#`, past it; false at the end.
    bool skip_to_directive();

    bool in_directive = false;
    std::uint16_t file() const { return file_; }
    bool at_end() const { return p_ >= end_; }

  private:
    void skip_space(std::uint8_t& flags);
    void new_line() { line_++, line_start_ = p_; }
    void catch_up();
    Token quoted(Token token, char quote);
    Tok punctuator();
    bool eat(char c) { return p_ < end_ && *p_ == c && (p_++, true); }

    Session& session_;
    Interner& interner_;
    std::uint16_t file_;
    const char *begin_, *p_, *end_, *line_start_;
    const std::uint32_t *splice_ = nullptr, *splice_end_ = nullptr;
    std::uint32_t line_ = 1;
    bool bol_ = true;
};

/// Marks the reserved words in a fresh table of names.
void define_keywords(Interner& interner);

}  // namespace ipclab::cc
