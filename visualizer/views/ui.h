// What every panel gets and the few widgets that they share. Lengths are in pixels; px(n) scales n units of 96 dpi.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imgui.h"
#include "visualizer/model/commands.h"
#include "visualizer/model/exploration.h"
#include "visualizer/model/lesson_play.h"
#include "visualizer/model/player.h"
#include "visualizer/model/real_run.h"
#include "visualizer/views/fonts.h"
#include "visualizer/views/stage_state.h"
#include "visualizer/views/theme.h"
#include "visualizer/views/timeline_state.h"

namespace ipclab::visualizer {

/// State of the views themselves, kept between frames: what is hovered, selected, scrolled.
struct ViewState {
    kernel::Pid hovered{};       ///< process under the mouse anywhere: every panel shows it
    kernel::Pid next_hovered{};  ///< collected during this frame
    int shown_file = 0;
    bool follow_source = true;
    std::uint64_t followed_revision = UINT64_MAX;
    std::uint64_t scrolled_source = UINT64_MAX, scrolled_log = UINT64_MAX, scrolled_output = UINT64_MAX;
    bool show_help = false;
    enum class Side : std::uint8_t { lesson, calls, schedules } side = Side::lesson;
    std::size_t shown_entry = SIZE_MAX;  ///< of the exploration: the one whose schedule is on the stage
    std::size_t lesson_page = SIZE_MAX;  ///< that the lesson panel shows: another one begins at its top
    bool lesson_was_played = false, lesson_to_result = false;
    StageState stage;
    TimelineState timeline;
};

/// Passed to every panel: const model, theme and fonts in; commands out.
struct Ui {
    const Player& player;
    const RealRun& real;
    const LessonPlay& lesson;
    const Exploration& exploration;
    const ReachQuestion& reach;
    const Theme& theme;
    const Fonts& fonts;
    float scale = 1;
    bool is_still = false;  ///< a picture: no animation, no blinking
    double time_s = 0;
    ViewState& state;
    std::vector<Command>& commands;

    float px(float units) const { return std::round(units * scale); }
    void send(Command command) const { commands.push_back(std::move(command)); }
    ImU32 process_colour(kernel::Pid process) const { return theme.process(player.order_of(process)); }
    /// A process's first thread has its process's colour, every other one its own.
    ImU32 task_colour(kernel::Tid task) const { return theme.process(player.order_of(task)); }
    bool is_hovered(kernel::Pid process) const { return state.hovered == process; }
    void hover(kernel::Pid process) const { state.next_hovered = process; }
};

enum class Align : std::uint8_t { left, right, centre };

/// Width of a text in pixels.
float text_width(ImFont* font, std::string_view text);
/// Draws one line of text, cut with "…" where it is wider than max_width (0: never). Returns its width.
float draw_text(ImDrawList* draw, ImFont* font, ImVec2 at, ImU32 colour, std::string_view text,
                float max_width = 0, Align align = Align::left);
/// Draws text in lines of at most `width`, at most max_lines of them (the last one cut with "…"). Returns the height;
/// with draw == null only measures.
float draw_wrapped(ImDrawList* draw, ImFont* font, ImVec2 at, ImU32 colour, std::string_view text,
                   float width, int max_lines);
/// A rounded label; returns its width. `at` is its top left corner; its height is pill_height().
float draw_pill(ImDrawList* draw, const Ui& ui, ImVec2 at, std::string_view text, ImU32 fill, ImU32 colour,
                ImU32 border = 0);
float pill_width(const Ui& ui, std::string_view text);
float pill_height(const Ui& ui);
/// A process's mark: its pid in its colour. Hovering it marks the process everywhere. Returns its width.
float draw_task_chip(ImDrawList* draw, const Ui& ui, ImVec2 at, kernel::Tid task, kernel::Pid process);
float task_chip_width(const Ui& ui, kernel::Tid task);
/// Of its first thread.
float draw_process_chip(ImDrawList* draw, const Ui& ui, ImVec2 at, kernel::Pid process);
float process_chip_width(const Ui& ui, kernel::Pid process);

/// Headline of a panel, drawn at the cursor; leaves the cursor below it.
void panel_title(const Ui& ui, const char* title, std::string_view right = {});
/// Grey sentence in the middle of the panel: what will be seen here.
void empty_state(const Ui& ui, std::string_view text);

/// A plain text button that looks like a tab; true when clicked.
bool tab_button(const Ui& ui, const char* label, bool is_selected);

/// A tooltip with the theme's padding; call end_tooltip() where it returned true.
bool begin_tooltip(const Ui& ui);
void end_tooltip();

/// A bar between two panels that can be dragged; changes `ratio` (of `extent`, the length that both share).
/// True while it is dragged.
bool splitter(const Ui& ui, const char* id, ImVec2 at, ImVec2 size, bool is_vertical, float extent,
              float& ratio, float low, float high);

/// Pushes a font for as long as the object lives.
class WithFont {
  public:
    explicit WithFont(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
        ImGui::PushFont(font, font->LegacySize);
#else
        ImGui::PushFont(font);
#endif
    }
    ~WithFont() {
        ImGui::PopFont();
    }
    WithFont(const WithFont&) = delete;
    WithFont& operator=(const WithFont&) = delete;
};
float font_size(const ImFont* font);

}  // namespace ipclab::visualizer
