// What the timeline remembers between frames: the axis, and what part of each run is in view.
#pragma once

#include <cstdint>

namespace ipclab::visualizer {

struct TimelineState {
    bool by_time = false;  ///< the axis counts nanoseconds; else events, each with the same room
    struct View {
        double from = 0, to = 0;  ///< in units of the axis; equal: all of the run
    } simulated, real;
    std::uint64_t followed_revision = 0;  ///< of the position that the view has followed
};

}  // namespace ipclab::visualizer
