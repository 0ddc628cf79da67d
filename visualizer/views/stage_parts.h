// What the files of the stage share: boxes, heights, and the two kinds of pictures.
#pragma once

#include <vector>

#include "visualizer/model/stage.h"
#include "visualizer/views/ui.h"

namespace ipclab::visualizer {

/// How much of a card is shown: where not everything fits, the pipes matter more than the last variable.
struct Level {
    std::size_t fds, locals;
};
struct CardBox {
    ImVec2 at{}, size{};
    std::vector<float> fd_y;  ///< middle of each descriptor row; rows that are not shown: the last one's
};

struct PipeBox {
    ImVec2 at{}, size{};
};

/// How long bytes are on their way from one place to the next.
inline constexpr double kMotionSeconds = 0.3;

float stage_row_height(const Ui& ui);
float stage_line_height(const Ui& ui);
float stage_pipe_height(const Ui& ui);
/// Lines that a card needs to say why its process does not go on.
int why_lines(const Ui& ui, const Card& card, float width);

/// Draws a card into its box and notes in the box where its descriptor rows are.
void draw_card(const Ui& ui, ImDrawList* draw, const Card& card, CardBox& box, Level level);
/// Draws a pipe; `motion`, where not null, is the move of bytes that is going on.
void draw_pipe(const Ui& ui, ImDrawList* draw, const PipePicture& pipe, const PipeBox& box,
               const PipeMotion* motion);

}  // namespace ipclab::visualizer
