#include "visualizer/model/source.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "sim/vm/interpreter.h"
#include "visualizer/model/text.h"

namespace ipclab::visualizer {

namespace {

constexpr std::string_view kKeywords[] = {
    "break",     "case",           "const",        "continue", "default",  "do",      "else",
    "enum",      "extern",         "for",          "goto",     "if",       "inline",  "register",
    "restrict",  "return",         "sizeof",       "static",   "struct",   "switch",  "typedef",
    "union",     "volatile",       "while",        "_Alignas", "_Alignof", "_Atomic", "_Generic",
    "_Noreturn", "_Static_assert", "_Thread_local"};
constexpr std::string_view kTypes[] = {
    "void",         "char",     "short",    "int",      "long",     "float",    "double",
    "signed",       "unsigned", "_Bool",    "bool",     "size_t",   "ssize_t",  "pid_t",
    "off_t",        "mode_t",   "uid_t",    "gid_t",    "int8_t",   "int16_t",  "int32_t",
    "int64_t",      "uint8_t",  "uint16_t", "uint32_t", "uint64_t", "intptr_t", "uintptr_t",
    "sig_atomic_t", "FILE",     "time_t",   "clock_t",  "sigset_t", "va_list",  "ptrdiff_t"};

bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_word_start(c) || is_digit(c);
}

/// Colours one line; `in_comment` carries a block comment from line to line.
class LineColourer {
  public:
    LineColourer(std::string_view line, bool& in_comment) : line_(line), in_comment_(in_comment) {}

    std::vector<Piece> run() {
        const std::size_t first = line_.find_first_not_of(' ');
        const bool directive = !in_comment_ && first != std::string_view::npos && line_[first] == '#';
        while (at_ < line_.size()) {
            if (in_comment_)
                comment();
            else
                token(directive);
        }
        return std::move(pieces_);
    }

  private:
    void add(std::size_t end, Token token) {
        end = std::min(end, line_.size());
        if (!pieces_.empty() && pieces_.back().token == token)
            pieces_.back().end = static_cast<std::uint32_t>(end);
        else
            pieces_.push_back({static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end), token});
        at_ = end;
    }
    void comment() {
        const std::size_t close = line_.find("*/", at_);
        in_comment_ = close == std::string_view::npos;
        add(in_comment_ ? line_.size() : close + 2, Token::comment);
    }
    void quoted(char quote) {
        std::size_t end = at_ + 1;
        while (end < line_.size() && line_[end] != quote) end += line_[end] == '\\' ? 2 : 1;
        add(end + 1, Token::string);
    }
    void word(bool directive) {
        std::size_t end = at_;
        while (end < line_.size() && is_word(line_[end])) ++end;
        const std::string_view text = line_.substr(at_, end - at_);
        const std::size_t next = line_.find_first_not_of(' ', end);
        Token token = Token::text;
        if (directive)
            token = Token::directive;
        else if (std::ranges::find(kKeywords, text) != std::end(kKeywords))
            token = Token::keyword;
        else if (std::ranges::find(kTypes, text) != std::end(kTypes))
            token = Token::type;
        else if (next != std::string_view::npos && line_[next] == '(')
            token = Token::call;
        add(end, token);
    }
    void token(bool directive) {
        const char c = line_[at_];
        const std::string_view rest = line_.substr(at_);
        if (rest.starts_with("//")) return add(line_.size(), Token::comment);
        if (rest.starts_with("/*")) {
            in_comment_ = true;
            const std::size_t close = line_.find("*/", at_ + 2);
            in_comment_ = close == std::string_view::npos;
            return add(in_comment_ ? line_.size() : close + 2, Token::comment);
        }
        if (c == '"' || c == '\'') return quoted(c);
        if (directive && c == '<' && line_.find("include") < at_) {
            const std::size_t close = line_.find('>', at_);
            return add(close == std::string_view::npos ? line_.size() : close + 1, Token::string);
        }
        if (is_word_start(c)) return word(directive);
        if (is_digit(c)) {
            std::size_t end = at_;
            while (end < line_.size() && (is_word(line_[end]) || line_[end] == '.')) ++end;
            return add(end, Token::number);
        }
        add(at_ + 1, directive && c == '#' ? Token::directive : Token::text);
    }

    std::string_view line_;
    bool& in_comment_;
    std::size_t at_ = 0;
    std::vector<Piece> pieces_;
};

}  // namespace

std::size_t CodeLine::cells_before(std::size_t byte) const {
    const auto begins = [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) != 0x80; };
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size())), begins));
}

std::size_t CodeLine::byte_of(std::size_t cell) const {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<std::uint8_t>(text[i]) & 0xc0) == 0x80) continue;
        if (cell-- == 0) return i;
    }
    return text.size();
}

std::size_t CodeLine::column_of(std::uint32_t column) const {
    const std::size_t bytes = column > 0 ? column - 1 : 0;
    if (raw.empty()) return cells_before(bytes);
    const CodeLine before{printable(std::string_view(raw).substr(0, bytes), 8), {}, {}};
    return before.cells_before(before.text.size());
}

std::vector<CodeLine> colour_c(std::string_view text) {
    std::vector<CodeLine> lines;
    bool in_comment = false;
    while (!text.empty()) {
        const std::size_t newline = text.find('\n');
        std::string_view raw = text.substr(0, newline);
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        if (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
        CodeLine line{printable(raw, 8), {}, {}};
        if (line.text != raw) line.raw = raw;
        line.pieces = LineColourer(line.text, in_comment).run();
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<CodeFile> code_files(const engine::Machine& machine) {
    std::vector<CodeFile> found;
    std::vector<const std::string*> texts;
    if (!machine.programs) return found;
    for (std::size_t p = 0; p < machine.programs->size(); ++p) {
        const vm::Program& program = *(*machine.programs)[p];
        for (std::size_t f = 0; f < program.files.size(); ++f) {
            const vm::SourceFile& file = program.files[f];
            if (file.is_library) continue;
            bool is_known = false;
            for (std::size_t i = 0; i < found.size(); ++i)
                is_known = is_known || (found[i].name == file.name && *texts[i] == file.text);
            if (is_known) continue;
            found.push_back({kernel::ProgramId{static_cast<std::int64_t>(p) + 1},
                             static_cast<std::uint32_t>(f), file.name, colour_c(file.text)});
            texts.push_back(&file.text);
        }
    }
    return found;
}

namespace {

/// The user's file in which the task stands, by name; the span says where.
const vm::SourceFile* place_of(const engine::Machine& machine, kernel::Tid tid, vm::SourceSpan& span,
                               bool& in_library) {
    const vm::Context* context = machine.contexts.find(tid);
    if (!context || context->frames.empty()) return nullptr;
    const vm::Program& program = machine.program_of(tid);
    const int depth = vm::user_frame(program, *context);
    if (depth < 0) return nullptr;
    span = vm::current_span(program, *context, true);
    in_library = static_cast<std::size_t>(depth) + 1 < context->frames.size();
    if (span.line == 0 || span.file >= program.files.size() || program.files[span.file].is_library)
        return nullptr;
    return &program.files[span.file];
}

bool is_file(const engine::Machine& machine, const CodeFile& code, const vm::SourceFile& file) {
    const auto program = static_cast<std::size_t>(code.program.value) - 1;
    const vm::SourceFile& own = (*machine.programs)[program]->files[code.file];
    return &own == &file || (own.name == file.name && own.text == file.text);
}

}  // namespace

std::vector<SourceMark> source_marks(const engine::Machine& machine, const CodeFile& code) {
    std::vector<SourceMark> marks;
    for (const auto& [tid, task] : machine.kernel.tasks) {
        vm::SourceSpan span;
        bool in_library = false;
        const vm::SourceFile* file = place_of(machine, tid, span, in_library);
        if (!file || !is_file(machine, code, *file)) continue;
        marks.push_back({tid, task->process, span.line, span.column, span.end_column,
                         task->state == kernel::TaskState::running, in_library});
    }
    std::ranges::sort(marks, {}, [](const SourceMark& m) { return std::tuple(m.line, m.task); });
    return marks;
}

int file_of_task(const engine::Machine& machine, const std::vector<CodeFile>& files, kernel::Tid task) {
    vm::SourceSpan span;
    bool in_library = false;
    const vm::SourceFile* file = place_of(machine, task, span, in_library);
    if (!file) return -1;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (is_file(machine, files[i], *file)) return static_cast<int>(i);
    return -1;
}

std::string_view identifier_at(std::string_view line, std::size_t byte) {
    if (byte >= line.size() || !is_word(line[byte])) return {};
    std::size_t begin = byte, end = byte;
    while (begin > 0 && is_word(line[begin - 1])) --begin;
    while (end < line.size() && is_word(line[end])) ++end;
    return is_digit(line[begin]) ? std::string_view{} : line.substr(begin, end - begin);
}

}  // namespace ipclab::visualizer
