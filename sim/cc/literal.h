// Constants as written in the source (C11 6.4.4, 6.4.5): numbers, characters, the bytes of strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ipclab::cc {

struct NumberLiteral {
    enum class Kind : std::uint8_t { integer, floating, invalid };
    Kind kind = Kind::invalid;
    std::uint64_t value = 0;
    long double real = 0;        ///< rounded to its type
    bool decimal = true;         ///< decimal constants never become unsigned by their size (6.4.4.1p5)
    bool is_unsigned = false;    ///< suffix u
    int longs = 0;               ///< 0, 1 (l) or 2 (ll)
    bool is_float = false;       ///< suffix f
    bool is_long_double = false;
    std::string error;
};

NumberLiteral parse_number(std::string_view text);

/// The bytes between the quotes, escapes resolved. Messages of what is wrong are put in `error` (the last one wins).
std::string decode_escapes(std::string_view raw, std::string& error);

/// The int value of a character constant: of several characters as gcc has it, each one a byte further up.
std::int64_t character_value(std::string_view raw, std::string& error);

}  // namespace ipclab::cc
