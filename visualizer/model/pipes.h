// The pipes of a run, numbered in the order of their making as a person counts them: the kernel's "pipe 26" is "pipe 1".
// An index over the trace: grows in portions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/event.h"

namespace ipclab::visualizer {

/// What went through a pipe in all of the trace that has been seen.
struct PipeTotal {
    kernel::PipeId id{};
    std::size_t made_by = 0;  ///< index of the event that made it
    std::uint64_t written_bytes = 0, read_bytes = 0;
    bool operator==(const PipeTotal&) const = default;
};

class PipeIndex {
  public:
    /// Looks at no more than `max_events` further events; true where all have been seen.
    bool update(const kernel::Trace& trace, std::size_t max_events = SIZE_MAX);
    void clear() { *this = {}; }

    const std::vector<PipeTotal>& pipes() const { return pipes_; }  ///< pipes()[0] is "pipe 1"
    /// "pipe 1"; "pipe 26" for one that the trace has not made.
    std::string name(kernel::PipeId pipe) const;
    /// A text about the run with the kernel's names of pipes replaced by these.
    std::string familiar(std::string_view text) const;

  private:
    std::vector<PipeTotal> pipes_;
    std::map<kernel::PipeId, std::size_t> order_;
    std::size_t seen_ = 0;
};

}  // namespace ipclab::visualizer
