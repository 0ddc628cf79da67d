// -Wformat: the conversions of printf and scanf against the arguments (C11 7.21.6.1, 7.21.6.2; man 3 printf, scanf).
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

enum class Length : std::uint8_t { none, hh, h, l, ll, j, z, t, L };

/// One conversion as written, from behind its '%'.
struct Conversion {
    char letter = 0;
    Length length = Length::none;
    std::string text;         ///< with its '%'
    int stars = 0;            ///< arguments that give width and precision
    bool suppressed = false;  ///< scanf: "%*d"
    bool allocates = false;   ///< scanf: "%ms"
    bool positional = false;  ///< "%1$d"
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Length take_length(std::string_view text, std::size_t& at) {
    if (at >= text.size()) return Length::none;
    const bool twice = at + 1 < text.size() && text[at + 1] == text[at];
    switch (text[at]) {
        case 'h':
            at += twice ? 2 : 1;
            return twice ? Length::hh : Length::h;
        case 'l':
            at += twice ? 2 : 1;
            return twice ? Length::ll : Length::l;
        case 'q':
            ++at;
            return Length::ll;
        case 'j':
            ++at;
            return Length::j;
        case 'z':
            ++at;
            return Length::z;
        case 't':
            ++at;
            return Length::t;
        case 'L':
            ++at;
            return Length::L;
        default:
            return Length::none;
    }
}

/// Reads a conversion; `at` stands behind the '%' and is moved behind the letter, which is 0 at the end of the text.
Conversion read_conversion(std::string_view text, std::size_t& at, bool scanf) {
    Conversion out;
    const std::size_t start = at;
    auto digits = [&] {
        while (at < text.size() && is_digit(text[at])) ++at;
    };
    auto number = [&] {
        if (at < text.size() && text[at] == '*') {
            ++at;
            ++out.stars;
        }
        digits();
        if (at < text.size() && text[at] == '$') out.positional = true, ++at;
    };
    if (scanf) {
        if (at < text.size() && text[at] == '*') out.suppressed = true, ++at;
        digits();
        if (at < text.size() && text[at] == '$') out.positional = true, ++at;
        digits();
        if (at < text.size() && text[at] == 'm') out.allocates = true, ++at;
    } else {
        number();
        while (at < text.size() && std::string_view("-+ #0'I").find(text[at]) != std::string_view::npos) ++at;
        number();
        if (at < text.size() && text[at] == '.') {
            ++at;
            number();
        }
    }
    out.length = take_length(text, at);
    if (at < text.size()) out.letter = text[at++];
    if (scanf && out.letter == '[') {  // up to the closing bracket, which may come first itself
        if (at < text.size() && text[at] == '^') ++at;
        if (at < text.size() && text[at] == ']') ++at;
        while (at < text.size() && text[at] != ']') ++at;
        if (at < text.size()) ++at;
    }
    out.text = fmt::format("%{}", text.substr(start, at - start));
    return out;
}

/// The kind of integer that a length stands for; signedness does not count, as in gcc -Wall.
TypeKind integer_kind(Length length, bool promoted) {
    switch (length) {
        case Length::hh:
            return promoted ? TypeKind::int_ : TypeKind::schar;
        case Length::h:
            return promoted ? TypeKind::int_ : TypeKind::short_;
        case Length::l:
        case Length::j:
        case Length::z:
        case Length::t:
            return TypeKind::long_;
        case Length::ll:
        case Length::L:
            return TypeKind::llong;
        case Length::none:
            break;
    }
    return TypeKind::int_;
}

std::string_view kind_name(TypeKind kind) {
    switch (kind) {
        case TypeKind::schar:
            return "char";
        case TypeKind::short_:
            return "short";
        case TypeKind::int_:
            return "int";
        case TypeKind::long_:
            return "long";
        case TypeKind::llong:
            return "long long";
        case TypeKind::float_:
            return "float";
        case TypeKind::double_:
            return "double";
        case TypeKind::ldouble:
            return "long double";
        default:
            return "void";  // of %p
    }
}

/// The signed (and not plain) integer type of the same rank.
TypeKind signed_kind(const Type* type) {
    switch (type->kind) {
        case TypeKind::enum_:
            return signed_kind(type->base);
        case TypeKind::char_:
        case TypeKind::uchar:
            return TypeKind::schar;
        case TypeKind::ushort:
            return TypeKind::short_;
        case TypeKind::uint:
            return TypeKind::int_;
        case TypeKind::ulong:
            return TypeKind::long_;
        case TypeKind::ullong:
            return TypeKind::llong;
        default:
            return type->kind;
    }
}

/// What a conversion takes: a type, or a pointer to it where `pointers` > 0.
struct Wanted {
    TypeKind kind = TypeKind::int_;
    int pointers = 0;
};

/// Nothing where there is no such conversion.
std::optional<Wanted> printf_wants(const Conversion& c) {
    switch (c.letter) {
        case 'd':
        case 'i':
        case 'o':
        case 'u':
        case 'x':
        case 'X':
            return Wanted{integer_kind(c.length, true), 0};
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
        case 'a':
        case 'A':
            return Wanted{c.length == Length::L ? TypeKind::ldouble : TypeKind::double_, 0};
        case 'c':
            return Wanted{TypeKind::int_, 0};
        case 's':
            return Wanted{c.length == Length::l ? TypeKind::int_ : TypeKind::schar, 1};
        case 'p':
            return Wanted{TypeKind::void_, 1};
        case 'n':
            return Wanted{integer_kind(c.length, false), 1};
        default:
            return std::nullopt;
    }
}

std::optional<Wanted> scanf_wants(const Conversion& c) {
    switch (c.letter) {
        case 'd':
        case 'i':
        case 'o':
        case 'u':
        case 'x':
        case 'X':
        case 'n':
            return Wanted{integer_kind(c.length, false), 1};
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
        case 'a':
        case 'A':
            return Wanted{c.length == Length::L   ? TypeKind::ldouble
                          : c.length == Length::l ? TypeKind::double_
                                                  : TypeKind::float_,
                          1};
        case 'c':
        case 's':
        case '[':
            return Wanted{c.length == Length::l ? TypeKind::int_ : TypeKind::schar, c.allocates ? 2 : 1};
        case 'p':
            return Wanted{TypeKind::void_, 2};
        default:
            return std::nullopt;
    }
}

bool fits(const Wanted& wanted, const Type* type) {
    if (is_error(type)) return true;
    for (int i = 0; i < wanted.pointers; ++i) {
        if (!is_pointer(type)) return false;
        type = type->base;
    }
    if (wanted.kind == TypeKind::void_) return true;  // %p takes every pointer
    return signed_kind(type) == wanted.kind;
}

std::string wanted_name(const Wanted& wanted, char letter) {
    const bool is_u = std::string_view("ouxX").find(letter) != std::string_view::npos;
    std::string out = fmt::format("{}{}", is_u ? "unsigned " : "", kind_name(wanted.kind));
    if (wanted.pointers)
        out += fmt::format(" {}", std::string(static_cast<std::size_t>(wanted.pointers), '*'));
    return out;
}

/// "%ld" where a long was given to "%d"; nothing where no conversion of this letter takes the type.
std::string better_conversion(const Conversion& c, const Type* type, bool scanf) {
    constexpr std::pair<std::string_view, Length> lengths[] = {{"", Length::none}, {"l", Length::l},
                                                               {"ll", Length::ll}, {"h", Length::h},
                                                               {"hh", Length::hh}, {"L", Length::L}};
    std::string letters(1, c.letter);
    const Type* value = scanf && is_pointer(type) ? type->base : type;
    if (is_floating(value))
        letters += "f";
    else if (is_integer(value) && !(scanf && value->kind == TypeKind::char_))
        letters += is_unsigned(value) ? "u" : "d";
    else if (is_pointer(type) && type->base->unqualified->kind == TypeKind::char_)
        letters += "s";
    else if (is_pointer(type) && !scanf)
        letters += "p";
    for (char letter : letters)
        for (const auto& [text, length] : lengths) {
            Conversion other = c;
            other.letter = letter;
            other.length = length;
            if (text.starts_with('h') && !scanf) continue;
            if ((length != Length::none && (letter == 'c' || letter == 's' || letter == 'p')) ||
                (length == Length::L && letters.find('f') == std::string::npos))
                continue;
            const auto wanted = scanf ? scanf_wants(other) : printf_wants(other);
            if (wanted && fits(*wanted, type)) return fmt::format("; use '%{}{}'", text, letter);
        }
    return "";
}

/// Up to the first character that would disturb a message.
std::string_view printable(std::string_view text) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    return text.substr(0, static_cast<std::size_t>(std::ranges::find_if(text, is_control) - text.begin()));
}

}  // namespace

void Parser::check_format(const Obj* function, const List<Node*>& arguments) {
    const FormatAttribute& format = function->format;
    const auto index = static_cast<std::size_t>(format.format_index - 1);
    if (format.kind == FormatAttribute::Kind::none || format.format_index < 1 || index >= arguments.size())
        return;
    const Node* text = without_implicit_casts(arguments[index]);
    if (text->kind != NodeKind::addr || text->lhs->kind != NodeKind::var || !text->lhs->object->is_string)
        return;
    if (format.first_index < 1) return;  // the arguments are in a va_list
    const std::string_view bytes = text->lhs->object->bytes;
    const std::string_view characters = bytes.substr(0, bytes.find('\0'));
    const auto first = static_cast<std::size_t>(format.first_index - 1);
    const bool scanf = format.kind == FormatAttribute::Kind::scanf;
    if (characters.empty() && !scanf) warn(text->span, "-Wformat-zero-length", "the format is empty");
    check_conversions(characters, text->span, arguments, first, scanf);
}

void Parser::check_conversions(std::string_view text, Span span, const List<Node*>& arguments,
                               std::size_t next, bool scanf) {
    auto take = [&](const std::string& of, const Wanted& wanted, const Conversion* conversion) {
        const std::string expected = wanted_name(wanted, conversion ? conversion->letter : '*');
        if (next >= arguments.size()) {
            warn(span, "-Wformat",
                 fmt::format("'{}' has no argument: it expects one of type '{}'", of, expected));
            return false;
        }
        const Node* argument = arguments[next++];
        if (!fits(wanted, argument->type))
            warn(argument->span, "-Wformat",
                 fmt::format("'{}' expects an argument of type '{}', but argument {} has type '{}'{}", of,
                             expected, next, type_name(argument->type),
                             scanf && is_arithmetic(argument->type) ? "; it needs an address: '&'"
                             : conversion ? better_conversion(*conversion, argument->type, scanf)
                                          : ""));
        return true;
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text[at++] != '%') continue;
        if (at >= text.size())
            return warn(span, "-Wformat", "a single '%' at the end of the format; '%%' prints one");
        const Conversion c = read_conversion(text, at, scanf);
        if (c.positional) return;  // %1$d: arguments in any order
        if (c.letter == '%') continue;
        if (c.letter == 0)
            return warn(span, "-Wformat", fmt::format("the conversion '{}' is not complete", c.text));
        for (int i = 0; i < c.stars; ++i)
            if (!take(fmt::format("*' in '{}", c.text), {}, nullptr)) return;
        if (!scanf && c.letter == 'm') continue;  // glibc: strerror(errno)
        const auto wanted = scanf ? scanf_wants(c) : printf_wants(c);
        if (!wanted)
            return warn(span, "-Wformat",
                        fmt::format("unknown conversion '{}' in the format", printable(c.text)));
        if (!c.suppressed && !take(c.text, *wanted, &c)) return;
    }
    if (next < arguments.size())
        warn(arguments[next]->span, "-Wformat-extra-args", "more arguments than the format has conversions");
}

}  // namespace ipclab::cc
