#include "sim/cc/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "kernel/assert.h"
#include "sim/cc/warnings.h"

namespace ipclab::cc {

namespace {

/// Takes out every backslash-newline, remembering where a physical line began.
void splice_lines(File& file) {
    const std::string& text = file.text;
    std::size_t from = 0;
    for (std::size_t at = text.find('\\'); at != std::string::npos; at = text.find('\\', at + 1)) {
        std::size_t end = at + 1;
        while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) end++;
        if (end >= text.size() || text[end] != '\n') continue;
        file.spliced.append(text, from, at - from);
        file.splices.push_back(static_cast<std::uint32_t>(file.spliced.size()));
        from = end + 1;
        at = end;
    }
    if (!file.splices.empty()) file.spliced.append(text, from);
}

}  // namespace

std::uint16_t Session::add_file(std::string name, std::string text, bool is_library) {
    bool too_large = text.size() > kMaxSourceBytes;
    bool too_many = files_.size() >= 0xffff;
    if (too_many) fatal({}, "too many source files");
    File& added = files_.emplace_back();
    added.name = std::move(name);
    if (!too_large) added.text = std::move(text);
    added.is_library = is_library;
    std::uint16_t id = static_cast<std::uint16_t>(files_.size() - 1);
    if (too_large) fatal({id, 0, 0, 0}, "the file is too large");
    splice_lines(added);
    return id;
}

int Session::find_file(std::string_view name, bool is_library) const {
    for (std::size_t i = 0; i < files_.size(); i++) {
        if (files_[i].is_library == is_library && files_[i].name == name) return static_cast<int>(i);
    }
    return -1;
}

std::string_view Session::line_text(Span span) {
    if (span.line == 0 || span.file >= files_.size()) return {};
    File& in = files_[span.file];
    if (in.line_starts.empty()) {
        in.line_starts.push_back(0);
        for (std::size_t i = 0; i < in.text.size(); i++) {
            if (in.text[i] == '\n') in.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
        }
    }
    if (span.line > in.line_starts.size()) return {};
    std::size_t begin = in.line_starts[span.line - 1];
    std::size_t end = std::min(in.text.find('\n', begin), in.text.size());
    if (end > begin && in.text[end - 1] == '\r') end--;
    return std::string_view(in.text).substr(begin, std::min<std::size_t>(end - begin, 400));
}

void Session::add(Severity severity, Span span, std::string message, const char* option) {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    if (span.file < files_.size()) diagnostic.file = files_[span.file].name;
    diagnostic.line = span.line;
    diagnostic.column = span.column;
    diagnostic.end_column = std::max<std::uint32_t>(span.end_column, span.column);
    diagnostic.message = std::move(message);
    diagnostic.source_line = std::string(line_text(span));
    diagnostic.option = option;
    // A header that two translation units include is reported once.
    last_dropped_ = severity != Severity::note &&
                    std::find(diagnostics_.begin(), diagnostics_.end(), diagnostic) != diagnostics_.end();
    if (!last_dropped_) diagnostics_.push_back(std::move(diagnostic));
}

void Session::error(Span span, std::string message) {
    add(Severity::error, span, std::move(message), "");
    if (last_dropped_) return;
    if (++errors_ >= kMaxErrors) {
        add(Severity::error, {span.file, 0, 0, 0},
            fmt::format("too many errors, stopping after {}", kMaxErrors), "");
        throw Abandon{};
    }
}

void Session::warning(Span span, const char* option, std::string message) {
    last_dropped_ = true;
    if (options.warnings == WarningLevel::none || is_library(span) || warnings_ >= kMaxWarnings) return;
    const WarningKind* kind = find_warning(option);
    IPCLAB_ASSERT(kind || !*option);  // every warning's name is in the table
    if (kind && kind->level > options.warnings) return;
    add(Severity::warning, span, std::move(message), option);
    if (!last_dropped_) warnings_++;
}

void Session::note(Span span, std::string message) {
    if (!last_dropped_) add(Severity::note, span, std::move(message), "");
}

std::vector<Diagnostic> Session::take_diagnostics() {
    struct Group {
        std::size_t file, line, column, first, count;
    };
    std::vector<Group> groups;
    std::vector<std::string_view> files;
    for (std::size_t i = 0; i < diagnostics_.size(); ++i) {
        const Diagnostic& one = diagnostics_[i];
        if (one.severity == Severity::note && !groups.empty()) {
            ++groups.back().count;
            continue;
        }
        const auto file = std::ranges::find(files, one.file);
        const auto number = static_cast<std::size_t>(file - files.begin());
        if (file == files.end()) files.push_back(one.file);
        // What is about the whole file, as "too many errors", stays where it is: last.
        groups.push_back({number, one.line ? one.line : SIZE_MAX, one.column, i, 1});
    }
    std::ranges::stable_sort(groups, {}, [](const Group& g) { return std::tuple(g.file, g.line, g.column); });
    std::vector<Diagnostic> ordered;
    for (const Group& group : groups)
        for (std::size_t i = 0; i < group.count; ++i) ordered.push_back(diagnostics_[group.first + i]);
    diagnostics_.clear();
    return ordered;
}

void Session::fatal(Span span, std::string message) {
    add(Severity::error, span, std::move(message), "");
    errors_++;
    throw Abandon{};
}

}  // namespace ipclab::cc
