#include "sim/cc/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

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

/// The line under the source: tabs stay tabs, so that the caret stands below its character.
std::string marker(const Diagnostic& diagnostic) {
    std::string under;
    std::size_t column = diagnostic.column - 1;
    for (std::size_t i = 0; i < column; i++) {
        // A UTF-8 continuation byte takes no column of its own.
        bool continuation = (static_cast<unsigned char>(diagnostic.source_line[i]) & 0xc0) == 0x80;
        if (!continuation) under += diagnostic.source_line[i] == '\t' ? '\t' : ' ';
    }
    under += '^';
    std::size_t end = std::min<std::size_t>(diagnostic.end_column, diagnostic.source_line.size() + 1);
    for (std::size_t i = column + 1; i + 1 < end; i++) {
        if ((static_cast<unsigned char>(diagnostic.source_line[i]) & 0xc0) != 0x80) under += '~';
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
        out += fmt::format("{:>{}} | {}\n", number, width, diagnostic.source_line);
        out += fmt::format("{:>{}} | {}{}{}\n", "", width, paint.caret, marker(diagnostic), paint.off);
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
