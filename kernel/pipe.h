// Pipes, as pipe(7) and Linux's fs/pipe.c have them: a ring of page slots, each with a length of its own. A
// write first fills up the last slot (merging), then takes new slots; writes of at most PIPE_BUF bytes are
// atomic. Who holds which end is derived from the descriptor tables, never counted by hand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/cow.h"
#include "kernel/fd_table.h"
#include "kernel/limits.h"
#include "kernel/page_piece.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// Bytes in a slot that one task wrote: so that a picture can colour them by writer.
struct PipeRun {
    std::uint32_t bytes = 0;
    Pid writer{};
    bool operator==(const PipeRun&) const = default;
};

struct PipeSlot {
    std::string bytes;  ///< not yet read
    /// Bytes of the page, or of the run of pages, up to the last one here, read ones included: merging ends at a page.
    std::uint32_t used = 0;
    bool is_packet = false;     ///< O_DIRECT: never merged
    bool is_shared = false;     ///< splice(2): another one's page, or also another one's; never merged
    Fragment fragment;          ///< in which the bytes lie
    std::vector<PipeRun> runs;  ///< who wrote `bytes`, in order
    bool operator==(const PipeSlot&) const = default;
};

/// An emptied slot, kept for the next write so that small messages allocate nothing (as Linux keeps
/// tmp_page). Not state: it never makes two pipes different.
struct SpareSlot {
    std::vector<Cow<PipeSlot>> slot;  ///< at most one
    bool operator==(const SpareSlot&) const { return true; }
};

/// Who closed the last read end, and where. For explanations only, so it never makes two pipes different.
struct LastReader {
    Pid process{};  ///< none: somebody can read
    Origin closed{};
    bool operator==(const LastReader&) const { return true; }
};

struct Pipe {
    std::uint32_t capacity_slots = 16;
    std::uint32_t slot_bytes = kPageSize;  ///< less only where a run asks for it (limits.def)
    std::vector<Cow<PipeSlot>> slots;      ///< in use, oldest first
    SpareSlot spare;
    LastReader last_reader;
    std::uint64_t bytes_written = 0, bytes_read = 0;  ///< since its creation: positions in the stream
    /// How often each end has been opened. An open(2) that waits sees from the other end's number that somebody came,
    /// even if he is gone again.
    std::uint32_t reader_opens = 0, writer_opens = 0;
    bool operator==(const Pipe&) const = default;

    std::uint64_t size_bytes() const { return bytes_written - bytes_read; }
    /// No slot is free: a write that cannot be merged must wait.
    bool is_full() const { return slots.size() >= capacity_slots; }
    std::uint64_t capacity_bytes() const { return std::uint64_t{capacity_slots} * slot_bytes; }
};

}  // namespace ipclab::kernel
