// GNU C's attributes. What only helps an optimiser or a checker is ignored; what would change a program's meaning is
// obeyed or refused.
#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

/// "noreturn" of "__noreturn__".
std::string_view plain(std::string_view name) {
    if (name.size() > 4 && name.starts_with("__") && name.ends_with("__"))
        return name.substr(2, name.size() - 4);
    return name;
}

}  // namespace

/// attributes = ("__attribute__" "(" "(" attribute ("," attribute)* ")" ")")*
void Parser::attributes(Attributes& out) {
    while (is(Tok::kw_attribute)) {
        advance();
        const Span open = here();
        expect(Tok::lparen, "after '__attribute__'");
        expect(Tok::lparen, "after '__attribute__(': attributes have two parentheses");
        do attribute(out);
        while (eat(Tok::comma));
        expect_closing(Tok::rparen, open, "after the attribute");
        expect_closing(Tok::rparen, open, "after the attribute");
    }
}

/// attribute = word ("(" arguments ")")?
void Parser::attribute(Attributes& out) {
    if (!is(Tok::ident) && kind() < Tok::kw_auto) return;  // an empty one
    const std::string_view name = plain(peek().text());
    const Span span = here();
    advance();
    if (std::ranges::binary_search(refused_attributes(), name))
        unsupported(span, fmt::format("the attribute '{}'", name));
    if (!std::ranges::binary_search(accepted_attributes(), name) &&
        !std::ranges::binary_search(obeyed_attributes(), name))
        warn(span, "-Wattributes", fmt::format("'{}' attribute directive ignored", name));
    const bool has_arguments = is(Tok::lparen) && peek(1).kind != Tok::rparen;
    const Span open = here();
    if (name == "format" && has_arguments) return format_attribute(out);
    if (name == "packed") out.packed = true;
    if (name == "noreturn") out.is_noreturn = true;
    if (name == "warn_unused_result") out.warn_unused_result = true;
    if (name == "no_sanitize_address" || name == "no_sanitize") out.is_trusted = true;
    if (name == "weak") out.is_weak = true;
    if (name == "unused" || name == "used") out.is_unused = true;
    if (name == "fallthrough") out.falls_through = true;
    if (name == "constructor") out.is_constructor = true;
    if (name == "destructor") out.is_destructor = true;
    const bool is_startup = name == "constructor" || name == "destructor";
    if (name == "aligned" && !has_arguments)
        out.aligned = std::max(out.aligned, 16u);  // __BIGGEST_ALIGNMENT__
    if ((name == "aligned" || is_startup) && has_arguments) {
        advance();
        if (name == "aligned" && starts_type()) {
            out.aligned = std::max(out.aligned, align_of(type_name_()));
        } else {
            const std::int64_t value = constant_expression(fmt::format("the argument of '{}'", name));
            if (name == "aligned")
                out.aligned = std::max(out.aligned, checked_alignment(value, open));
            else
                out.priority = static_cast<int>(std::clamp<std::int64_t>(value, 0, 65535));
        }
        expect_closing(Tok::rparen, open, "after the argument");
        return;
    }
    if (is(Tok::lparen)) skip_balanced();
}

/// format(printf | scanf | ..., format-index, first-index)
void Parser::format_attribute(Attributes& out) {
    const Span open = here();
    advance();
    const std::string_view archetype = plain(peek().text());
    advance();
    FormatAttribute format;
    if (archetype == "printf" || archetype == "gnu_printf") format.kind = FormatAttribute::Kind::printf;
    if (archetype == "scanf" || archetype == "gnu_scanf") format.kind = FormatAttribute::Kind::scanf;
    auto index = [&] {
        expect(Tok::comma, "in the attribute 'format'");
        const Span span = here();
        const std::int64_t value = constant_expression("a parameter's number");
        if (value < 0 || value > 1000) error(span, fmt::format("there is no parameter {}", value));
        return static_cast<int>(std::clamp<std::int64_t>(value, 0, 1000));
    };
    format.format_index = index();
    format.first_index = index();
    expect_closing(Tok::rparen, open, "after the attribute's arguments");
    if (format.kind != FormatAttribute::Kind::none && format.format_index > 0) out.format = format;
}

}  // namespace ipclab::cc
