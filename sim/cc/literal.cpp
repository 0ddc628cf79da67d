#include "sim/cc/literal.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>

namespace ipclab::cc {

namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

void append_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 63));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 63));
        out += static_cast<char>(0x80 | (c & 63));
    } else {
        out += static_cast<char>(0xf0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 63));
        out += static_cast<char>(0x80 | (c >> 6 & 63));
        out += static_cast<char>(0x80 | (c & 63));
    }
}

NumberLiteral parse_floating(std::string_view text) {
    NumberLiteral number;
    std::string buffer(text);
    char* end = nullptr;
    number.real = std::strtod(buffer.c_str(), &end);
    std::string_view suffix = text.substr(static_cast<std::size_t>(end - buffer.c_str()));
    if (suffix == "f" || suffix == "F") {
        number.is_float = true;
        number.real = std::strtof(buffer.c_str(), &end);
    } else if (suffix == "l" || suffix == "L") {
        number.is_long_double = true;
        number.real = std::strtold(buffer.c_str(), &end);
    } else if (!suffix.empty()) {
        number.error = fmt::format("invalid suffix '{}' on floating constant", suffix);
        return number;
    }
    number.kind = NumberLiteral::Kind::floating;
    return number;
}

}  // namespace

NumberLiteral parse_number(std::string_view text) {
    bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    if (text.find('.') != std::string_view::npos || text.find_first_of(hex ? "pP" : "eE") != std::string_view::npos) {
        return parse_floating(text);
    }
    NumberLiteral number;
    unsigned base = 10;
    std::size_t at = 0;
    if (hex) {
        base = 16, at = 2;
    } else if (text.size() > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B')) {
        base = 2, at = 2;  // GNU
    } else if (text[0] == '0') {
        base = 8;
    }
    number.decimal = base == 10;
    bool overflow = false;
    std::size_t first = at;
    for (; at < text.size() && static_cast<unsigned>(digit_of(text[at])) < (base == 8 ? 10u : base); at++) {
        unsigned digit = static_cast<unsigned>(digit_of(text[at]));
        if (digit >= base) {
            number.error = fmt::format("invalid digit '{}' in octal constant", text[at]);
            return number;
        }
        overflow = overflow || number.value > (~0ull - digit) / base;
        number.value = number.value * base + digit;
    }
    std::string_view suffix = text.substr(at);
    for (std::size_t i = 0; i < suffix.size(); i++) {
        char c = suffix[i];
        if ((c == 'u' || c == 'U') && !number.is_unsigned) {
            number.is_unsigned = true;
        } else if ((c == 'l' || c == 'L') && number.longs == 0) {
            number.longs = 1;
            if (i + 1 < suffix.size() && suffix[i + 1] == c) number.longs = 2, i++;
        } else {
            number.error = fmt::format("invalid suffix '{}' on integer constant", suffix);
            return number;
        }
    }
    if (first == at) {
        number.error = fmt::format("invalid number '{}'", text);
    } else if (overflow) {
        number.error = "integer constant is too large for its type";
    } else {
        number.kind = NumberLiteral::Kind::integer;
    }
    return number;
}

std::string decode_escapes(std::string_view raw, std::string& error) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size();) {
        char c = raw[i++];
        if (c != '\\' || i >= raw.size()) {
            out += c;
            continue;
        }
        c = raw[i++];
        switch (c) {
            case 'a': out += '\a'; break;
            case 'b': out += '\b'; break;
            case 'e': out += '\033'; break;  // GNU
            case 'f': out += '\f'; break;
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case 'v': out += '\v'; break;
            case 'x': {
                unsigned value = 0;
                std::size_t start = i;
                for (; i < raw.size() && digit_of(raw[i]) < 16; i++) {
                    value = value << 4 | static_cast<unsigned>(digit_of(raw[i]));
                    if (value > 0xff) error = "hex escape sequence out of range", value &= 0xff;
                }
                if (i == start) error = "\\x used with no following hex digits";
                out += static_cast<char>(value);
                break;
            }
            case 'u':
            case 'U': {
                std::uint32_t value = 0;
                std::size_t want = c == 'u' ? 4 : 8, got = 0;
                for (; got < want && i < raw.size() && digit_of(raw[i]) < 16; i++, got++) {
                    value = value << 4 | static_cast<std::uint32_t>(digit_of(raw[i]));
                }
                if (got != want || value > 0x10ffff) error = "incomplete or invalid universal character name";
                append_utf8(out, value & 0x1fffff);
                break;
            }
            default:
                if (c >= '0' && c <= '7') {
                    unsigned value = static_cast<unsigned>(c - '0');
                    for (int n = 0; n < 2 && i < raw.size() && raw[i] >= '0' && raw[i] <= '7'; n++, i++) {
                        value = value * 8 + static_cast<unsigned>(raw[i] - '0');
                    }
                    if (value > 0xff) error = "octal escape sequence out of range";
                    out += static_cast<char>(value);
                } else {
                    if (std::string_view("\\'\"?%").find(c) == std::string_view::npos) {
                        error = fmt::format("unknown escape sequence '\\{}'", c);
                    }
                    out += c;
                }
        }
    }
    return out;
}

std::int64_t character_value(std::string_view raw, std::string& error) {
    std::string bytes = decode_escapes(raw, error);
    if (bytes.empty()) error = "empty character constant";
    if (bytes.size() == 1) return static_cast<signed char>(bytes[0]);
    std::uint32_t value = 0;
    for (char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int32_t>(value);
}

}  // namespace ipclab::cc
