// Preprocessing directives (C11 6.10): #include, #define, the conditional groups and the rest.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kernel/syscalls.h"
#include "sim/cc/language.h"
#include "sim/cc/preprocess.h"
#include "sim/cc/spell.h"
#include "sim/libc/embedded.h"

namespace ipclab::cc {

namespace {

constexpr std::size_t kMaxIncludeDepth = 200;  // as gcc
constexpr std::size_t kMaxIncludes = 20'000;
constexpr std::size_t kMaxIncludedBytes = 64 << 20;
constexpr std::string_view kDirectives[] = {"define", "undef", "include", "if", "ifdef", "ifndef", "elif",
                                            "else", "endif", "error", "warning", "line", "pragma"};

const libc::EmbeddedFile* find_embedded(std::span<const libc::EmbeddedFile> files, std::string_view name) {
    auto found = std::lower_bound(files.begin(), files.end(), name,
                                  [](const libc::EmbeddedFile& file, std::string_view n) { return file.name < n; });
    return found != files.end() && found->name == name ? &*found : nullptr;
}

/// System calls that the rest of a file makes and that are not simulated: "mount, umount2".
std::string missing_calls(Lexer lexer) {
    constexpr std::size_t kMost = 5;
    std::vector<std::string> names;
    lexer.skip_line();
    lexer.in_directive = false;
    Token before = lexer.next();
    while (before.kind != Tok::eof && names.size() < kMost) {
        const Token token = lexer.next();
        std::string name(before.text());
        if (token.kind == Tok::lparen && kernel::is_linux_syscall(name) && !kernel::syscall_spec(name) &&
            std::ranges::find(names, name) == names.end())
            names.push_back(std::move(name));
        before = token;
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

Token Preprocessor::directive_token() { return includes_.back().lexer.next(); }

std::vector<Token> Preprocessor::rest_of_line() {
    std::vector<Token> line;
    for (Token t = directive_token(); t.kind != Tok::newline; t = directive_token()) line.push_back(t);
    return line;
}

std::string Preprocessor::text_of_line() {
    std::string text;
    for (const Token& token : rest_of_line()) {
        if (!text.empty() && token.has(Token::space)) text += ' ';
        text += token.kind == Tok::str ? fmt::format("\"{}\"", token.text()) : std::string(token.text());
    }
    return text;
}

/// The `#` has been read. Leaves the lexer at the end of the directive's line.
void Preprocessor::directive(const Token& hash) {
    std::size_t level = includes_.size();
    includes_.back().lexer.in_directive = true;
    Token name = directive_token();
    std::string_view text = name.kind == Tok::ident ? name.text() : std::string_view();
    auto& state = includes_.back().guard_state;
    bool outside = includes_.back().conditions.empty();
    if (outside && name.kind != Tok::newline && !(text == "ifndef" && state == Guard::at_start)) state = Guard::none;
    if (name.kind == Tok::newline) {
        // 6.10.7: the null directive
    } else if (text == "define") {
        define();
    } else if (text == "undef") {
        undefine();
    } else if (text == "include" || text == "include_next") {
        include(join(hash.span, name.span), text == "include_next");
    } else if (text == "if" || text == "ifdef" || text == "ifndef") {
        conditional(name);
    } else if (text == "elif" || text == "else") {
        auto& conditions = includes_.back().conditions;
        if (conditions.empty() || conditions.back().seen_else) {
            session_.error(name.span, fmt::format("#{} without #if", text));
        } else {
            // The group before was taken, so this one and those after it are not.
            if (conditions.size() == 1) state = Guard::none;
            conditions.back().seen_else = text == "else";
            includes_.back().lexer.skip_line();
            skip_group();
        }
    } else if (text == "endif") {
        if (includes_.back().conditions.empty()) {
            session_.error(name.span, "#endif without #if");
        } else {
            end_condition();
        }
    } else if (text == "error") {
        session_.error(join(hash.span, name.span), fmt::format("#error {}", text_of_line()));
    } else if (text == "warning") {
        session_.warning(join(hash.span, name.span), "-Wcpp", fmt::format("#warning {}", text_of_line()));
    } else if (text == "line") {
        line_directive(name.span);
    } else if (text == "pragma") {
        pragma(rest_of_line());
    } else if (text == "import") {
        session_.error(name.span, "#import is not supported by ipclab");
    } else if (name.kind != Tok::number && text != "ident" && text != "sccs") {
        Speller speller(name.text());
        for (std::string_view known : kDirectives) speller.offer(known);
        session_.error(name.span, fmt::format("invalid preprocessing directive #{}{}", name.text(), speller.suggestion()));
    }
    // An #include has put another file on top.
    Include& in = includes_[level - 1];
    in.lexer.skip_line();
    in.lexer.in_directive = false;
}

void Preprocessor::define() {
    Token name = directive_token();
    if (name.kind != Tok::ident) {
        session_.error(name.span, "macro names must be identifiers");
        return;
    }
    if (name.ident == defined_) {
        session_.error(name.span, "'defined' cannot be used as a macro name");
        return;
    }
    Macro* macro = arena_.make<Macro>();
    macro->name = name.ident;
    macro->span = name.span;
    std::vector<Ident*> parameters;
    Token token = directive_token();
    if (token.kind == Tok::lparen && !token.has(Token::space)) {
        macro->kind = Macro::Kind::function;
        for (token = directive_token(); token.kind != Tok::rparen;) {
            if (token.kind == Tok::ellipsis) {
                parameters.push_back(va_args_);
                macro->variadic = true;
                token = directive_token();
            } else if (token.kind == Tok::ident) {
                if (std::find(parameters.begin(), parameters.end(), token.ident) != parameters.end()) {
                    session_.error(token.span, fmt::format("duplicate macro parameter '{}'", token.text()));
                    return;
                }
                parameters.push_back(token.ident);
                token = directive_token();
                if (token.kind == Tok::ellipsis) {
                    macro->variadic = true;
                    token = directive_token();
                }
            } else {
                session_.error(token.span, "expected a parameter name in macro parameter list");
                return;
            }
            if (token.kind == Tok::comma && !macro->variadic) {
                token = directive_token();
                if (token.kind != Tok::rparen) continue;
            }
            if (token.kind != Tok::rparen) {
                session_.error(token.span, "expected ',' or ')' in macro parameter list");
                return;
            }
        }
        token = directive_token();
    }
    std::vector<Token> body;
    for (; token.kind != Tok::newline; token = directive_token()) {
        if (token.kind == Tok::ident && macro->kind == Macro::Kind::function) {
            auto found = std::find(parameters.begin(), parameters.end(), token.ident);
            if (found != parameters.end()) {
                token.kind = Tok::macro_param;
                token.length = static_cast<std::uint32_t>(found - parameters.begin());
            }
        }
        body.push_back(token);
    }
    if (!body.empty() && (body.front().kind == Tok::hash_hash || body.back().kind == Tok::hash_hash)) {
        session_.error(macro->span, "'##' cannot appear at either end of a macro expansion");
        return;
    }
    for (std::size_t i = 0; macro->kind == Macro::Kind::function && i < body.size(); i++) {
        if (body[i].kind == Tok::hash && (i + 1 == body.size() || body[i + 1].kind != Tok::macro_param)) {
            session_.error(body[i].span, "'#' is not followed by a macro parameter");
            return;
        }
    }
    macro->parameters = arena_.list(parameters);
    macro->body = arena_.list(body);
    if (const Macro* old = name.ident->macro) {
        auto same = [](const Token& a, const Token& b) {
            return a.kind == b.kind && (a.kind == Tok::macro_param ? a.length == b.length : a.text() == b.text());
        };
        bool equal = old->kind == macro->kind && old->parameters.size() == macro->parameters.size() &&
                     std::equal(old->body.begin(), old->body.end(), macro->body.begin(), macro->body.end(), same);
        if (!equal && !session_.is_library(name.span)) {
            session_.warning(name.span, "", fmt::format("'{}' redefined", name.text()));
            session_.note(old->span, "this is the location of the previous definition");
        }
    } else {
        macros_.push_back(macro);
    }
    name.ident->macro = macro;
}

void Preprocessor::undefine() {
    Token name = directive_token();
    if (name.kind != Tok::ident) {
        session_.error(name.span, "macro names must be identifiers");
        return;
    }
    name.ident->macro = nullptr;
}

/// The id of the file that the name means here; -1 where there is none. `next`: not one of the program's own, which stand
/// before our headers.
int Preprocessor::find_include(std::string_view name, bool angled, bool next) {
    const File& includer = session_.file(includes_.back().lexer.file());
    bool in_library = includer.is_library;
    if (!next && (!angled || !find_embedded(libc::headers(), name)) && !in_library && session_.options.include) {
        if (auto found = session_.options.include(std::string(name), includer.name)) {
            int id = session_.find_file(found->name, false);
            return id >= 0 ? id : session_.add_file(found->name, std::move(found->text), false);
        }
    }
    const libc::EmbeddedFile* file = find_embedded(libc::headers(), name);
    if (!file && in_library) {
        std::string sibling = includer.name.substr(1, includer.name.size() - 2);  // "<stdio/printf.c>"
        sibling = sibling.substr(0, sibling.rfind('/') + 1) + std::string(name);
        file = find_embedded(libc::sources(), sibling);
        if (!file) file = find_embedded(libc::headers(), sibling);
        if (!file) file = find_embedded(libc::sources(), name);
    }
    if (!file) return -1;
    std::string shown = fmt::format("<{}>", file->name);
    int id = session_.find_file(shown, true);
    return id >= 0 ? id : session_.add_file(shown, std::string(file->text), true);
}

/// #include, and GNU C's #include_next, by which a header of the program's own reaches ours of the same name.
void Preprocessor::include(Span span, bool next) {
    Token name = includes_.back().lexer.header_name();
    if (name.kind == Tok::other) {
        // 6.10.2p4: anything else is expanded first.
        std::vector<Token> line = expand_fully(rest_of_line());
        if (!line.empty() && line[0].kind == Tok::str) {
            name = line[0];
        } else if (line.size() >= 2 && line[0].kind == Tok::less &&
                   std::ranges::find(line, Tok::greater, &Token::kind) != line.end()) {
            std::string text;
            for (std::size_t i = 1; i < line.size() && line[i].kind != Tok::greater; i++) text += line[i].text();
            std::string_view kept = arena_.text(text);
            name = line[0];
            name.chars = kept.data();
            name.length = static_cast<std::uint32_t>(kept.size());
        } else {
            session_.error(span, "#include expects \"FILENAME\" or <FILENAME>");
            return;
        }
    }
    std::string_view file_name(name.chars, name.length);
    bool angled = name.kind == Tok::less || next;
    int id = find_include(file_name, angled, next);
    if (id < 0) {
        const auto refused = std::ranges::find(refused_headers(), file_name, &RefusedHeader::name);
        if (angled && refused != refused_headers().end())
            session_.fatal(name.span, fmt::format("ipclab does not have '{}': {}", file_name, refused->what));
        Speller speller(file_name);
        for (const libc::EmbeddedFile& header : libc::headers()) speller.offer(header.name);
        const std::string calls = angled ? missing_calls(includes_.back().lexer) : "";
        session_.fatal(
            name.span,
            calls.empty()
                ? fmt::format("'{}' file not found{}{}", file_name, angled ? " among ipclab's headers" : "",
                              speller.suggestion())
                : fmt::format("'{}' file not found among ipclab's headers; the simulated kernel does not have "
                              "these system calls that the program makes: {}",
                              file_name, calls));
    }
    if (static_cast<std::size_t>(id) < files_.size()) {
        const FileState& state = files_[static_cast<std::size_t>(id)];
        if (state.once || (state.guard && state.guard->macro)) return;
    }
    if (includes_.size() > kMaxIncludeDepth) session_.fatal(name.span, "#include nested too deeply");
    included_bytes_ += session_.file(static_cast<std::uint16_t>(id)).text.size();
    if (++include_count_ > kMaxIncludes || included_bytes_ > kMaxIncludedBytes)
        session_.fatal(name.span, "the included files are too many or too large together");
    includes_.back().lexer.skip_line();
    includes_.back().lexer.in_directive = false;
    enter(static_cast<std::uint16_t>(id));
}

void Preprocessor::enter(std::uint16_t file) {
    if (files_.size() <= file) files_.resize(file + 1u);
    includes_.push_back({Lexer(session_, interner_, file), {}, Guard::at_start, nullptr, 0, {}});
}

/// #if, #ifdef, #ifndef.
void Preprocessor::conditional(const Token& name) {
    bool value = false;
    Include& in = includes_.back();
    if (name.text() == "if") {
        value = evaluate_condition(name.span);
    } else {
        Token macro = directive_token();
        if (macro.kind != Tok::ident) {
            session_.error(macro.span, fmt::format("#{} expects a macro name", name.text()));
        } else {
            value = (macro.ident->macro || macro.ident == has_include_) == (name.text() == "ifdef");
            if (name.text() == "ifndef" && in.guard_state == Guard::at_start && in.conditions.empty()) {
                in.guard_state = Guard::inside;
                in.guard = macro.ident;
            }
        }
    }
    in.conditions.push_back({name.span, value, false});
    if (in.conditions.size() > 10'000) session_.fatal(name.span, "conditional directives nested too deeply");
    in.lexer.skip_line();
    if (!value) skip_group();
}

void Preprocessor::end_condition() {
    Include& in = includes_.back();
    in.conditions.pop_back();
    if (in.conditions.empty() && in.guard_state == Guard::inside) in.guard_state = Guard::after;
}

/// Skips groups until one is to be read or the #endif has been passed.
void Preprocessor::skip_group() {
    Include& in = includes_.back();
    std::size_t nesting = 0;
    while (in.lexer.skip_to_directive()) {
        in.lexer.in_directive = true;
        Token name = in.lexer.next();
        std::string_view text = name.kind == Tok::ident ? name.text() : std::string_view();
        if (text == "if" || text == "ifdef" || text == "ifndef") {
            nesting++;
        } else if (text == "endif") {
            if (nesting == 0) {
                end_condition();
                return;
            }
            nesting--;
        } else if (nesting == 0 && (text == "else" || text == "elif")) {
            Condition& condition = in.conditions.back();
            if (in.conditions.size() == 1) in.guard_state = Guard::none;
            if (condition.seen_else) session_.error(name.span, fmt::format("#{} after #else", text));
            if (text == "else") condition.seen_else = true;
            if (!condition.taken && (text == "else" || evaluate_condition(name.span))) {
                condition.taken = true;
                return;
            }
        }
        in.lexer.skip_line();
    }
}

std::vector<Token> Preprocessor::replace_defined(const std::vector<Token>& line) {
    std::vector<Token> out;
    for (std::size_t i = 0; i < line.size(); i++) {
        Token token = line[i];
        if (token.kind != Tok::ident || (token.ident != defined_ && token.ident != has_include_)) {
            out.push_back(token);
            continue;
        }
        bool parenthesised = i + 1 < line.size() && line[i + 1].kind == Tok::lparen;
        std::size_t at = i + (parenthesised ? 2 : 1);
        bool value = false;
        if (token.ident == defined_) {
            if (at >= line.size() || line[at].kind != Tok::ident ||
                (parenthesised && (at + 1 >= line.size() || line[at + 1].kind != Tok::rparen))) {
                session_.error(token.span, "operator 'defined' expects a macro name");
                return {};
            }
            value = line[at].ident->macro || line[at].ident == has_include_;
            i = at + (parenthesised ? 1 : 0);
        } else {
            std::string name;
            bool angled = at < line.size() && line[at].kind == Tok::less;
            if (at < line.size() && line[at].kind == Tok::str) name = line[at].text();
            for (at += angled ? 1 : 0; at < line.size() && line[at].kind != Tok::rparen; at++) {
                if (angled && line[at].kind != Tok::greater) name += line[at].text();
            }
            value = find_include(name, angled, false) >= 0;
            i = at;
        }
        token.kind = Tok::number;
        token.chars = value ? "1" : "0";
        token.length = 1;
        out.push_back(token);
    }
    return out;
}

bool Preprocessor::evaluate_condition(Span span) {
    std::vector<Token> line = rest_of_line();
    if (line.empty()) {
        session_.error(span, "#if with no expression");
        return false;
    }
    line = expand_fully(replace_defined(line));
    return evaluate_preprocessor_expression(session_, line, span);
}

void Preprocessor::line_directive(Span span) {
    std::vector<Token> line = expand_fully(rest_of_line());
    std::int64_t number = 0;
    bool valid = !line.empty() && line[0].kind == Tok::number && line[0].length < 10;
    for (std::uint32_t i = 0; valid && i < line[0].length; i++) {
        valid = line[0].chars[i] >= '0' && line[0].chars[i] <= '9';
        number = number * 10 + (line[0].chars[i] - '0');
    }
    if (!valid) {
        session_.error(span, "#line expects a line number");
        return;
    }
    Include& in = includes_.back();
    in.line_delta = number - static_cast<std::int64_t>(span.line) - 1;
    if (line.size() > 1 && line[1].kind == Tok::str) in.presumed_name = line[1].text();
}

void Preprocessor::pragma(const std::vector<Token>& line) {
    if (line.empty() || line[0].kind != Tok::ident) return;
    if (line[0].text() == "once") {
        files_[includes_.back().lexer.file()].once = true;
    } else if (line[0].text() == "pack") {
        pragma_pack(line);
    }
}

/// 6.10.9: _Pragma("..."), which macros can make.
void Preprocessor::pragma_operator(const Token& name) {
    const Token open = raw_next();
    const Token literal = open.kind == Tok::lparen ? raw_next() : open;
    const Token close = literal.kind == Tok::str ? raw_next() : literal;
    if (close.kind != Tok::rparen || literal.kind != Tok::str) {
        session_.error(name.span, "_Pragma expects a string in parentheses");
        return;
    }
    std::string text;
    for (std::size_t i = 0; i < literal.text().size(); ++i) {
        const char c = literal.text()[i], after = i + 1 < literal.text().size() ? literal.text()[i + 1] : ' ';
        if (c != '\\' || (after != '"' && after != '\\'))
            text += c;
        else
            text += literal.text()[++i];
    }
    Lexer lexer(session_, interner_, arena_.text(text), name.span);
    std::vector<Token> line;
    for (Token token = lexer.next(); token.kind != Tok::eof; token = lexer.next()) line.push_back(token);
    pragma(line);
}

/// #pragma pack(), pack(n), pack(push[, n]), pack(pop)
void Preprocessor::pragma_pack(const std::vector<Token>& line) {
    if (line.size() <= 3) pack_ = 0;
    for (const Token& token : line) {
        if (token.kind == Tok::ident && token.text() == "push") pack_stack_.push_back(pack_);
        if (token.kind == Tok::ident && token.text() == "pop") {
            pack_ = pack_stack_.empty() ? 0 : pack_stack_.back();
            if (!pack_stack_.empty()) pack_stack_.pop_back();
        }
        if (token.kind == Tok::number) {
            if (token.length != 1 ||
                std::string_view("1248").find(token.chars[0]) == std::string_view::npos) {
                session_.error(token.span, "#pragma pack expects 1, 2, 4 or 8");
                return;
            }
            pack_ = static_cast<std::uint32_t>(token.chars[0] - '0');
        }
    }
    pack_changes_.push_back({static_cast<std::uint32_t>(output_count_), pack_});
}

}  // namespace ipclab::cc
