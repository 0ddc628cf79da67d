// The source pane's model: C text split into lines and coloured pieces, and the marks of the tasks that stand there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::visualizer {

enum class Token : std::uint8_t { text, keyword, type, number, string, comment, directive, call };

struct Piece {
    std::uint32_t begin = 0, end = 0;  ///< bytes in the line
    Token token = Token::text;
    bool operator==(const Piece&) const = default;
};

struct CodeLine {
    std::string text;  ///< printable, tabs expanded to 8
    std::vector<Piece> pieces;
    std::string raw;  ///< as it stands in the file, where that differs from `text`
    bool operator==(const CodeLine&) const = default;

    /// Character cells that the first `byte` bytes of `text` take.
    std::size_t cells_before(std::size_t byte) const;
    /// The byte of `text` at which a cell's character begins; text.size() past the end.
    std::size_t byte_of(std::size_t cell) const;
    /// The cell of a column of the file (from 1, in bytes, as diagnostics count).
    std::size_t column_of(std::uint32_t column) const;
};

/// Splits C source into lines and colours them: lexically only, so that unfinished and wrong programs are
/// coloured too. Time linear in the text.
std::vector<CodeLine> colour_c(std::string_view text);

/// A file of a program as the source pane shows it.
struct CodeFile {
    kernel::ProgramId program{};
    std::uint32_t file = 0;  ///< index into Program::files
    std::string name;
    std::vector<CodeLine> lines;
};
/// The files that the user wrote, of all programs, each once (programs that share a file by name and text too).
std::vector<CodeFile> code_files(const engine::Machine& machine);

/// Where a task stands in one file.
struct SourceMark {
    kernel::Tid task{};
    kernel::Pid process{};
    std::uint32_t line = 0;                    ///< from 1
    std::uint32_t column = 0, end_column = 0;  ///< of the expression; 0: unknown
    bool is_running = false;
    bool in_library = false;  ///< inside a library call made from this line
    bool operator==(const SourceMark&) const = default;
};
/// The marks in `file`, by line, then by task.
std::vector<SourceMark> source_marks(const engine::Machine& machine, const CodeFile& file);

/// The file in which the task stands, as an index into `files`; -1 where it is in none of them.
int file_of_task(const engine::Machine& machine, const std::vector<CodeFile>& files, kernel::Tid task);

/// Identifier around a byte of a line, empty where there is none: for showing its value.
std::string_view identifier_at(std::string_view line, std::size_t byte);

}  // namespace ipclab::visualizer
