// What the toy processes wrote to standard output and standard error, as lines of pieces, each with its writer.
// An index over the trace's output events: grows in portions, and the text up to any event is a prefix of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/event.h"

namespace ipclab::visualizer {

/// A piece of one line that one write made.
struct OutputPiece {
    std::uint32_t event = 0;
    std::uint32_t begin = 0;  ///< bytes, in Trace::payload
    std::uint32_t bytes = 0;  ///< without the line's end
    kernel::Pid writer{};
    bool is_error = false;   ///< standard error
    bool is_input = false;   ///< typed, not written
    bool ends_line = false;  ///< a newline follows
    std::uint32_t missing =
        0;  ///< bytes of the write that the trace did not keep; they belong behind this piece
};

class OutputLines {
  public:
    /// A line longer than this is broken: a program that writes gigabytes without a newline must still scroll.
    static constexpr std::uint32_t kMaxLineBytes = 400;

    bool update(const kernel::Trace& trace, std::size_t max_events = SIZE_MAX);
    void clear() { *this = {}; }

    /// Lines that the events before `event_count` wrote; the last one may be unfinished.
    std::size_t lines_before(std::size_t event_count) const;
    /// The pieces of a line that were written before `event_count`.
    std::vector<OutputPiece> line(std::size_t index, std::size_t event_count) const;
    static std::string_view text(const OutputPiece& piece, const kernel::Trace& trace);

  private:
    void add(const kernel::Event& event, std::uint32_t index, const kernel::PayloadItem& item,
             const kernel::Trace& trace);
    std::vector<OutputPiece> pieces_;
    std::vector<std::size_t> lines_;  // index of each line's first piece
    bool at_line_start_ = true;
    std::uint32_t line_bytes_ = 0;
    std::size_t seen_ = 0;
};

}  // namespace ipclab::visualizer
