// What the stage remembers between frames: heights that cards have had (so that they do not jump while stepping)
// and the bytes that are moving.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "visualizer/model/stage.h"

namespace ipclab::visualizer {

struct PipeMotion {
    PipePicture before, now;
    double begin_s = -1;  ///< when the move began; negative: at rest
};

struct StageState {
    struct Rows {
        std::size_t fds = 0, locals = 0, threads = 0;
        int why_lines = 0;
    };
    std::map<kernel::Pid, Rows> rows;
    std::map<kernel::PipeId, PipeMotion> pipes;
    std::map<kernel::PipeId, int> pipe_lines;  ///< most lines that its bytes have needed
    std::uint64_t revision = UINT64_MAX;
};

}  // namespace ipclab::visualizer
