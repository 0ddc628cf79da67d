// What the files of the stage share: boxes, heights, and the two kinds of pictures.
#pragma once

#include <vector>

#include "visualizer/model/stage.h"
#include "visualizer/views/ui.h"

namespace ipclab::visualizer {

/// How much is shown: where not everything fits, the pipes matter more than the last variable.
struct Level {
    std::size_t fds, locals;
    std::size_t ended;        ///< rows about processes that are gone
    std::size_t threads;      ///< of a process that has several
    bool is_compact = false;  ///< cards of three lines: who, what it does, its pipe ends
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
/// The least height of a pipe's picture; what it has more is used to show more of its bytes.
float stage_pipe_height(const Ui& ui, bool is_compact);
/// The greatest additional height that is at most `room` and can be used for `lines` lines of bytes.
float stage_pipe_extra(const Ui& ui, float room, int lines);
/// How many lines the bytes would fill in a box of that width.
int stage_pipe_lines(const Ui& ui, const PipePicture& pipe, float width);
/// From a pipe's top to the middle of its bytes, where its lines end.
float stage_front_middle(const Ui& ui, bool is_compact);
float compact_card_height(const Ui& ui);
/// Of the part that says what a process does, or each of its threads: `threads` are the most that it has had.
float stage_doing_height(const Ui& ui, std::size_t threads, int lines, Level level, float card_width);
/// Lines that a card needs to say why its process does not go on.
int why_lines(const Ui& ui, const Card& card, float width);

float stage_object_height(const Ui& ui, const ObjectPicture& object, bool is_compact);
void draw_object(const Ui& ui, ImDrawList* draw, const ObjectPicture& object, ImVec2 at, ImVec2 size,
                 bool is_compact);

/// Draws a card into its box and notes in the box where its descriptor rows are.
void draw_card(const Ui& ui, ImDrawList* draw, const Card& card, CardBox& box, Level level);
/// Where a person is the scheduler: the digits of those of its tasks that can go next. A click on one picks it; on the card,
/// where it is the only one.
void draw_picks(const Ui& ui, ImDrawList* draw, kernel::Pid process, const CardBox& box);
/// A table of processes that are gone (`awake`: what to call the time in which they were not blocked), at the cursor's place `at`; returns its height, with draw == null only measures.
float draw_ended(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, const char* title, const char* awake,
                 const std::vector<EndedProcess>& ended, std::size_t most_rows);
/// Draws a pipe; `motion`, where not null, is the move of bytes that is going on.
void draw_pipe(const Ui& ui, ImDrawList* draw, const PipePicture& pipe, const PipeBox& box, bool is_compact,
               const PipeMotion* motion);

}  // namespace ipclab::visualizer
