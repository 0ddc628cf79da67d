// The application: one window, its input, its layout; commands go from the views to the player.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "visualizer/model/exploration.h"
#include "visualizer/model/lesson_play.h"
#include "visualizer/model/player.h"
#include "visualizer/model/real_run.h"
#include "visualizer/platform.h"
#include "visualizer/settings.h"
#include "visualizer/views/ui.h"

namespace ipclab::visualizer {

struct WindowOptions {
    int width = 0, height = 0;  ///< 0: as remembered
    float scale = 0;            ///< 0: the display's
    std::optional<bool> is_dark;
    bool is_picture = false;  ///< rendered off the screen; nothing is remembered
};

class App {
  public:
    explicit App(WindowOptions options);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Empty, or why there can be no window.
    std::string open(const std::string& title);
    /// Until the window is closed.
    void run();
    /// Draws the present state once and writes it as PNG; empty, or what went wrong.
    std::string picture(const std::string& path);

    Player& player() { return player_; }
    RealRun& real() { return real_; }
    using NewMachine = std::function<void(const lesson::Lesson&, std::size_t setup)>;
    /// Called when another of a lesson's machines is shown, to start its real run.
    void on_new_machine(NewMachine started) { on_new_machine_ = std::move(started); }
    void open_lesson(lesson::Lesson lesson, LessonPlay::Compile compile);
    const LessonPlay& lesson() const { return lesson_; }
    /// As the keys N and P, and the answer keys.
    void advance_lesson(int direction);
    void answer_lesson(std::size_t choice) { lesson_.answer(choice); }

    /// As the key X: explores what is open, and shows the panel.
    void explore();
    /// For pictures: waits for the exploration, then shows one of its entries, from 0 (none: SIZE_MAX).
    void show_found(std::size_t entry);
    /// As the keys S and 1 to 9.
    void pick(const std::vector<std::size_t>& candidates);

  private:
    void follow_puzzle();
    void open_found(std::size_t entry);
    void frame(double seconds);
    void layout();
    void panel(const char* id, ImVec2 at, ImVec2 size, void (*draw)(const Ui&));
    void side_panel(ImVec2 at, ImVec2 size);
    void on_key(const SDL_KeyboardEvent& key);
    void carry_out();
    void rebuild_fonts();
    bool is_busy() const;
    float scale() const;
    Ui ui();

    WindowOptions options_;
    Settings settings_, saved_;
    Platform platform_;
    Player player_;
    RealRun real_;
    LessonPlay lesson_;
    Exploration exploration_;
    ReachQuestion reach_;
    std::size_t puzzle_page_ = SIZE_MAX;  // the lesson's page with a puzzle that is open
    std::uint64_t asked_revision_ = 0;    // where its goal was asked after
    NewMachine on_new_machine_;
    std::size_t shown_setup_ = SIZE_MAX;
    Fonts fonts_;
    float built_scale_ = 0;
    ViewState views_;
    std::vector<Command> commands_;
    double time_s_ = 0, last_input_s_ = 0;
    bool is_quitting_ = false, has_imgui_ = false;
};

}  // namespace ipclab::visualizer
