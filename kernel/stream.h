// Streams: where toy processes meet the world outside. Standard input, output and error are what ipclab's own
// are: a terminal, a pipe or a file; stdio buffers differently on each, so fstat and isatty must tell the
// truth.
//
// What a process writes is kept (it is part of the outcome) and reported as an output event. Input arrives as
// a Choice: bytes, or end of file. Of a terminal (kernel/terminal.h) streams are the other end: they type, and show.
//
// A stream that is a file is an ordinary regular file without a name, which one can seek in: its input is all there at
// the start (BootOptions::input), and nobody waits for more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/types.h"

namespace ipclab::kernel {

enum class StreamKind : std::uint8_t { terminal, pipe, file };

struct Stream {
    StreamKind kind = StreamKind::terminal;
    std::string input;  ///< arrived and not yet read
    bool input_ended = false;
    MemoryId output{};  ///< all bytes written so far
    InodeId file{};     ///< kind file: what the descriptor is open on; gone with the last descriptor
    std::int32_t output_number = 1;  ///< 1: standard output, 2: standard error
    std::uint32_t capacity_slots =
        16;  ///< kind pipe: what F_SETPIPE_SZ has made of it; all that comes is kept all the same
    TerminalId terminal{};  ///< kind terminal: the standard one, whichever descriptors are on it
    bool operator==(const Stream&) const = default;
};

}  // namespace ipclab::kernel
