// One numbering of source files for a run of several programs. In an event SourceLine::file counts the files of the
// program that the process runs; whatever shows lines of a whole run wants one list.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/event.h"
#include "sim/trace/compare.h"

namespace ipclab::session {

class SourceLines {
  public:
    struct Program {
        std::string name;  ///< as in /bin/NAME
        std::vector<trace::SourceText> files;
    };

    SourceLines() = default;
    /// `first`: the program that the run starts with.
    explicit SourceLines(std::vector<Program> programs, std::size_t first = 0);

    /// Renumbers the files of the events of a run; given in pieces or at once, each event once. Lines of programs
    /// that are not known become unknown.
    void renumber(kernel::Trace& trace);

    /// By the new numbers.
    const std::vector<trace::SourceText>& files() const { return files_; }
    /// For display: without folders, where that is clear.
    std::vector<std::string> names() const;

  private:
    struct Range {
        std::uint32_t begin = 0, count = 0;
    };
    Range range_of(std::int32_t process) const;

    std::vector<trace::SourceText> files_;
    std::unordered_map<std::string, Range> ranges_;
    Range first_;
    std::unordered_map<std::int32_t, Range> processes_, replaced_;  // by process: now, before its last execve
};

}  // namespace ipclab::session
