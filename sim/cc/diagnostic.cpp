#include "sim/cc/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/utf8.h"

namespace ipclab::cc {

namespace {

struct Colours {
    std::string_view bold, error, warning, note, caret, off;
};
constexpr Colours kPlain{};
constexpr Colours kAnsi{"\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;36m", "\033[1;32m", "\033[0m"};

std::string_view word(Severity severity) {
    switch (severity) {
        case Severity::note: return "note";
        case Severity::warning: return "warning";
        case Severity::error: return "error";
    }
    return "";
}

/// Byte for byte what a terminal can show: nothing in a source moves the cursor or changes colours.
std::string shown(const std::string& line) {
    std::string text;
    while (text.size() < line.size()) {
        const std::string_view rest = std::string_view(line).substr(text.size());
        const bool is_control = rest.size() > 1 && rest >= "\xc2\x80" && rest < "\xc2\xa0";  // U+0080 to U+009F
        const std::size_t letter = is_control ? 0 : kernel::utf8_length(rest);
        const bool is_plain = rest[0] == '\t' || (rest[0] >= ' ' && rest[0] < 0x7f);
        text += letter > 0 ? rest.substr(0, letter) : is_plain ? rest.substr(0, 1) : "?";
    }
    return text;
}

/// The line under the source: tabs stay tabs, so that the caret stands below its character.
std::string marker(const Diagnostic& diagnostic, const std::string& line) {
    std::string under;
    std::size_t column = diagnostic.column - 1;
    for (std::size_t i = 0; i < column; i++) {
        // A UTF-8 continuation byte takes no column of its own.
        bool continuation = (static_cast<unsigned char>(line[i]) & 0xc0) == 0x80;
        if (!continuation) under += line[i] == '\t' ? '\t' : ' ';
    }
    under += '^';
    std::size_t end = std::min<std::size_t>(diagnostic.end_column, line.size() + 1);
    for (std::size_t i = column + 1; i + 1 < end; i++) {
        if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80) under += '~';
    }
    return under;
}

}  // namespace

std::string format(const Diagnostic& diagnostic, bool colour) {
    const Colours& paint = colour ? kAnsi : kPlain;
    std::string_view tint = diagnostic.severity == Severity::error     ? paint.error
                            : diagnostic.severity == Severity::warning ? paint.warning
                                                                       : paint.note;
    std::string place = diagnostic.file;
    if (diagnostic.line) place += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
    std::string out = fmt::format("{}{}{}{}{}{}:{} {}{}{}", paint.bold, place, place.empty() ? "" : ": ", paint.off, tint,
                                  word(diagnostic.severity), paint.off, paint.bold, diagnostic.message, paint.off);
    if (!diagnostic.option.empty()) out += fmt::format(" [{}{}{}]", tint, diagnostic.option, paint.off);
    out += '\n';
    if (diagnostic.line && diagnostic.column && diagnostic.column <= diagnostic.source_line.size() + 1) {
        std::string number = std::to_string(diagnostic.line);
        std::size_t width = std::max<std::size_t>(number.size(), 5);
        const std::string line = shown(diagnostic.source_line);
        out += fmt::format("{:>{}} | {}\n", number, width, line);
        out += fmt::format("{:>{}} | {}{}{}\n", "", width, paint.caret, marker(diagnostic, line), paint.off);
    }
    return out;
}

std::string format(const std::vector<Diagnostic>& diagnostics, bool colour) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics) out += format(diagnostic, colour);
    return out;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& d) { return d.severity == Severity::error; });
}

}  // namespace ipclab::cc
