#include "sim/engine/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/utf8.h"

namespace ipclab::engine {

std::string byte_text(std::uint8_t byte) {
    switch (byte) {
        case '\n':
            return "\\n";
        case '\t':
            return "\\t";
        case '\r':
            return "\\r";
        case '\0':
            return "\\0";
        default:
            break;
    }
    if (byte >= 0x20 && byte < 0x7f) return std::string(1, static_cast<char>(byte));
    return fmt::format("\\x{:02x}", byte);
}

std::string printable(std::string_view bytes, unsigned tab) {
    std::string out;
    out.reserve(bytes.size());
    std::size_t column = 0;
    while (!bytes.empty()) {
        std::size_t length = std::max<std::size_t>(kernel::utf8_length(bytes), 1);
        const auto first = static_cast<std::uint8_t>(bytes[0]);
        // U+0080..U+009F are control characters too.
        const bool is_c1 = length == 2 && first == 0xc2 && static_cast<std::uint8_t>(bytes[1]) < 0xa0;
        if (first == '\t' && tab > 0) {
            const std::size_t spaces = tab - column % tab;
            out.append(spaces, ' ');
            column += spaces;
            length = 1;
        } else if (length > 1 && !is_c1) {
            out.append(bytes.substr(0, length));
            ++column;
        } else {
            const std::string shown = byte_text(first);
            out += shown;
            column += shown.size();
            length = 1;
        }
        bytes.remove_prefix(length);
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return std::string(text);
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "…";
}

std::string with_commas(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

std::string counted(std::size_t count, std::string_view one) {
    return fmt::format("{} {}{}", with_commas(count), one, count == 1 ? "" : "s");
}

std::string time_text(kernel::Time time_ns) {
    if (time_ns < 0) return "-" + time_text(-time_ns);
    if (time_ns < kernel::kMicrosecond) return fmt::format("{} ns", time_ns);
    const auto value = static_cast<double>(time_ns);
    // What would be rounded up to 1000 of a unit is 1 of the next.
    const auto scaled = [&](double unit_ns, const char* unit) {
        const double number = value / unit_ns;
        const int decimals = number < 9.9995 ? 3 : number < 99.995 ? 2 : 1;
        return fmt::format("{:.{}f} {}", number, decimals, unit);
    };
    if (value < 999.95e3) return scaled(1e3, "µs");
    if (value < 999.95e6) return scaled(1e6, "ms");
    return scaled(1e9, "s");
}

}  // namespace ipclab::engine
