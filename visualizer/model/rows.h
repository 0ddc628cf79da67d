// The system-call log: which events are rows of it. Only an index: a row's text is made when it is seen, so that a
// million of them scroll smoothly.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/event.h"

namespace ipclab::visualizer {

/// Whether an event is a row of the log. What a row of another kind says already is left out (a fork is the
/// return of its call), and so are the scheduler's switches and wake-ups, which the lanes show.
bool is_log_row(const kernel::Event& event);

class LogRows {
  public:
    /// Looks at no more than `max_events` further events; true where all have been seen.
    bool update(const kernel::Trace& trace, std::size_t max_events = SIZE_MAX);
    void clear() { *this = {}; }
    std::size_t size() const { return rows_.size(); }
    /// Index of the event that a row shows.
    std::size_t event(std::size_t row) const { return rows_[row]; }
    /// How many rows show events before `event_count`.
    std::size_t rows_before(std::size_t event_count) const;
    /// The last event before `event_count` that explains something to the learner; SIZE_MAX where there is none.
    std::size_t explained_before(std::size_t event_count) const;

  private:
    std::vector<std::uint32_t> rows_, explained_;
    std::size_t seen_ = 0;
};

}  // namespace ipclab::visualizer
