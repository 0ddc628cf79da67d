#include "visualizer/app.h"

#include <SDL_opengl.h>

#include <algorithm>
#include <cmath>

#include "imgui_impl_opengl3.h"
#if __has_include("imgui_impl_sdl2.h")
#include "imgui_impl_sdl2.h"
#else
#include "imgui_impl_sdl.h"
#endif
#include "sim/lesson/goal.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

App::App(WindowOptions options) : options_(options) {
    if (!options_.is_picture) settings_ = load_settings();
    if (options_.width > 0) settings_.width = options_.width;
    if (options_.height > 0) settings_.height = options_.height;
    if (options_.is_dark) settings_.is_dark = *options_.is_dark;
    saved_ = settings_;
}

App::~App() {
    if (!options_.is_picture && settings_ != saved_) save_settings(settings_);
    if (!has_imgui_) return;
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplSDL2_Shutdown();
    ImGui::DestroyContext();
}

std::string App::open(const std::string& title) {
    const auto where = options_.is_picture ? Platform::Where::offscreen : Platform::Where::screen;
    if (std::string error = platform_.open(where, title, settings_.width, settings_.height); !error.empty())
        return error;
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    has_imgui_ = true;
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    if (!ImGui_ImplSDL2_InitForOpenGL(platform_.window(), platform_.context()))
        return "Dear ImGui cannot use this window";
    if (!ImGui_ImplOpenGL3_Init("#version 150")) return "Dear ImGui cannot use this OpenGL context";
    return {};
}

float App::scale() const {
    const float display = options_.scale > 0 ? options_.scale : platform_.display_scale();
    return std::clamp(display * std::pow(1.1f, static_cast<float>(settings_.zoom)), 0.5f, 6.0f);
}

void App::rebuild_fonts() {
    if (built_scale_ == scale()) return;
    built_scale_ = scale();
#if IMGUI_VERSION_NUM < 19200
    ImGui_ImplOpenGL3_DestroyFontsTexture();
#endif
    fonts_ = build_fonts(built_scale_);
    ImGui::GetIO().FontDefault = fonts_.text;
#if IMGUI_VERSION_NUM < 19200
    ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

Ui App::ui() {
    return {player_,      real_,        lesson_,
            exploration_, reach_,       settings_.is_dark ? theme_dark() : theme_light(),
            fonts_,       built_scale_, options_.is_picture,
            time_s_,      views_,       commands_};
}

// ---- Layout

void App::panel(const char* id, ImVec2 at, ImVec2 size, void (*draw)(const Ui&)) {
    if (size.x < 8 || size.y < 8) return;
    ImGui::SetCursorScreenPos(at);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        ImVec2(std::round(12 * built_scale_), std::round(7 * built_scale_)));
    ImGui::BeginChild(id, size, false,
                      ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoScrollbar |
                          ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    draw(ui());
    ImGui::EndChild();
}

void App::layout() {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const Ui u = ui();
    const float gap = u.px(6);
    const float top = u.px(46);
    panel("transport", {0, 0}, {size.x, top}, [](const Ui& x) { draw_transport(x); });

    // What does not fit a small window is left out: the side panel first, then the timeline.
    const bool has_side = player_.is_open() && size.x > u.px(860);
    const bool has_timeline = player_.is_open() && size.y > u.px(430);
    const bool has_source = size.x > u.px(520) && player_.is_open();
    const float timeline_height =
        has_timeline ? std::round(std::min(size.y * settings_.timeline_ratio, visualizer::timeline_height(u)))
                     : 0;
    const float body_top = top + gap;
    const float body_bottom = has_timeline ? size.y - timeline_height - gap : size.y;
    const float body = std::max(1.0f, body_bottom - body_top);
    const float source_width = has_source ? std::round(size.x * settings_.source_ratio) : 0;
    const float side_width = has_side ? std::round(size.x * settings_.side_ratio) : 0;
    const float stage_left = has_source ? source_width + gap : 0;
    const float stage_right = has_side ? size.x - side_width - gap : size.x;

    if (has_source) {
        const float output_height = std::round(body * settings_.output_ratio);
        panel("source", {0, body_top}, {source_width, body - output_height - gap}, draw_source);
        panel("output", {0, body_bottom - output_height}, {source_width, output_height}, draw_output);
        float ratio = 1 - settings_.output_ratio;
        splitter(u, "split output", {0, body_bottom - output_height - gap}, {source_width, gap}, false, body,
                 ratio, 0.2f, 0.9f);
        settings_.output_ratio = 1 - ratio;
        splitter(u, "split source", {source_width, body_top}, {gap, body}, true, size.x,
                 settings_.source_ratio, 0.12f, 0.5f);
    }
    panel("stage", {stage_left, body_top}, {std::max(1.0f, stage_right - stage_left), body},
          player_.is_open() || player_.compiled().ok() ? draw_stage : draw_diagnostics);
    if (has_side) {
        side_panel({stage_right + gap, body_top}, {side_width, body});
        float ratio = 1 - settings_.side_ratio;
        splitter(u, "split side", {stage_right, body_top}, {gap, body}, true, size.x, ratio, 0.5f, 0.88f);
        settings_.side_ratio = 1 - ratio;
    }
    if (has_timeline) {
        panel("timeline", {0, size.y - timeline_height}, {size.x, timeline_height}, draw_timeline);
        float ratio = 1 - timeline_height / size.y;
        if (splitter(u, "split timeline", {0, size.y - timeline_height - gap}, {size.x, gap}, false, size.y,
                     ratio, 0.4f, 0.9f))
            settings_.timeline_ratio = 1 - ratio;
    }
}

void App::side_panel(ImVec2 at, ImVec2 size) {
    panel("side", at, size, [](const Ui& u) {
        using Side = ViewState::Side;
        Side& side = u.state.side;
        if (!u.lesson.is_open() && side == Side::lesson) side = Side::calls;
        const auto tab = [&](const char* label, Side which) {
            if (tab_button(u, label, side == which)) side = which;
            ImGui::SameLine(0, u.px(12));
        };
        if (u.lesson.is_open()) tab("Lesson", Side::lesson);
        tab("System calls", Side::calls);
        tab("Schedules", Side::schedules);
        ImGui::NewLine();
        switch (side) {
            case Side::lesson:
                return draw_lesson(u);
            case Side::calls:
                return draw_log(u);
            case Side::schedules:
                return draw_schedules(u);
        }
    });
}

// ---- Input

void App::on_key(const SDL_KeyboardEvent& key) {
    using namespace command;
    const bool control = (key.keysym.mod & KMOD_CTRL) != 0, shift = (key.keysym.mod & KMOD_SHIFT) != 0;
    const auto send = [&](Command command) { commands_.push_back(std::move(command)); };
    if (control) {
        switch (key.keysym.sym) {
            case SDLK_PLUS:
            case SDLK_EQUALS:
            case SDLK_KP_PLUS:
                return send(Zoom{+1});
            case SDLK_MINUS:
            case SDLK_KP_MINUS:
                return send(Zoom{-1});
            case SDLK_0:
            case SDLK_KP_0:
                return send(Zoom{0});
            case SDLK_q:
            case SDLK_w:
                return send(Quit{});
            default:
                return;
        }
    }
    if (ImGui::GetIO().WantTextInput) return;
    switch (key.keysym.sym) {
        case SDLK_SPACE:
            return send(player_.is_running() ? Command{Pause{}} : Command{Run{}});
        case SDLK_RIGHT:
            return send(Step{Unit::call});
        case SDLK_LEFT:
            return send(StepBack{Unit::call});
        case SDLK_DOWN:
            return send(Step{Unit::line});
        case SDLK_UP:
            return send(StepBack{Unit::line});
        case SDLK_i:
            return send(shift ? Command{StepBack{Unit::instruction}} : Command{Step{Unit::instruction}});
        case SDLK_b:
            return send(RunUntilBlocked{});
        case SDLK_HOME:
            return send(SeekStart{});
        case SDLK_END:
            return send(SeekEnd{});
        case SDLK_PLUS:
        case SDLK_EQUALS:
        case SDLK_KP_PLUS:
            return send(ChangeSpeed{+1});
        case SDLK_MINUS:
        case SDLK_KP_MINUS:
            return send(ChangeSpeed{-1});
        case SDLK_t:
            return send(ToggleTheme{});
        case SDLK_e:
            views_.timeline.by_time = !views_.timeline.by_time;
            views_.timeline.simulated = views_.timeline.real = {};
            return;
        case SDLK_TAB:
            if (const int files = static_cast<int>(player_.files().size()); files > 0)
                views_.shown_file = (views_.shown_file + (shift ? files - 1 : 1)) % files;
            return;
        case SDLK_n:
            return send(LessonStep{+1});
        case SDLK_p:
            return send(LessonStep{-1});
        case SDLK_l:
            views_.side = ViewState::Side::lesson;
            return;
        case SDLK_c:
            views_.side = ViewState::Side::calls;
            return;
        case SDLK_s:
            if (views_.side != ViewState::Side::lesson) views_.side = ViewState::Side::schedules;
            return send(BeScheduler{!player_.is_scheduler()});
        case SDLK_RETURN:
            return send(SeekFound{});
        case SDLK_u:
        case SDLK_BACKSPACE:
            return send(UndoPick{});
        case SDLK_x:
            if (views_.side != ViewState::Side::schedules) {
                views_.side = ViewState::Side::schedules;
                if (exploration_.state() != Exploration::State::idle) return;
            }
            return send(Explore{exploration_.state() == Exploration::State::running});
        case SDLK_f:
            if (const std::size_t count = exploration_.entries().size(); count > 0) {
                const std::size_t now = views_.shown_entry;
                views_.side = ViewState::Side::schedules;
                send(ShowFound{shift ? (now == SIZE_MAX || now == 0 ? count : now) - 1
                                     : (now == SIZE_MAX ? 0 : (now + 1) % count)});
            }
            return;
        case SDLK_QUESTION:
        case SDLK_F1:
        case SDLK_h:
            return send(ToggleHelp{});
        case SDLK_SLASH:
            if (shift) send(ToggleHelp{});
            return;
        case SDLK_1:
        case SDLK_2:
        case SDLK_3:
        case SDLK_4:
        case SDLK_5:
        case SDLK_6:
        case SDLK_7:
        case SDLK_8:
        case SDLK_9:
            if (const auto number = static_cast<std::size_t>(key.keysym.sym - SDLK_1); player_.is_scheduler())
                return send(Pick{number});
            else
                return send(LessonAnswer{number});
        case SDLK_ESCAPE:
            if (views_.show_help) return send(ToggleHelp{});
            return send(Pause{});
        default:
            return;
    }
}

void App::carry_out() {
    // A slider that is dragged sends many places a frame: the last one counts.
    for (const Command& command : std::exchange(commands_, {})) {
        if (player_.apply(command)) continue;
        if (const auto* step = std::get_if<command::LessonStep>(&command); step && lesson_.is_open())
            advance_lesson(step->steps);
        if (const auto* change = std::get_if<command::Explore>(&command))
            change->stops ? exploration_.stop() : explore();
        if (const auto* found = std::get_if<command::ShowFound>(&command)) open_found(found->entry);
        if (const auto* answer = std::get_if<command::LessonAnswer>(&command)) lesson_.answer(answer->answer);
        if (std::holds_alternative<command::ToggleTheme>(command)) settings_.is_dark = !settings_.is_dark;
        if (std::holds_alternative<command::ToggleHelp>(command)) views_.show_help = !views_.show_help;
        if (std::holds_alternative<command::Quit>(command)) is_quitting_ = true;
        if (const auto* zoom = std::get_if<command::Zoom>(&command))
            settings_.zoom = zoom->steps == 0 ? 0 : std::clamp(settings_.zoom + zoom->steps, -5, 20);
    }
}

void App::explore() {
    views_.side = ViewState::Side::schedules;
    views_.shown_entry = SIZE_MAX;
    if (player_.is_open() && exploration_.state() != Exploration::State::running)
        exploration_.start(player_.machine_to_explore(nullptr));
}

void App::open_found(std::size_t entry) {
    if (entry >= exploration_.entries().size()) return;
    views_.shown_entry = entry;
    views_.stage = {};
    player_.replay(exploration_.entries()[entry].schedule, exploration_.result().buffered);
}

void App::show_found(std::size_t entry) {
    exploration_.wait();
    open_found(entry);
}

void App::pick(const std::vector<std::size_t>& candidates) {
    if (!player_.is_scheduler()) player_.apply(command::BeScheduler{true});
    player_.settle();
    for (const std::size_t candidate : candidates) {
        player_.apply(command::Pick{candidate});
        player_.settle();
    }
    follow_puzzle();
    reach_.wait();
}

/// On a puzzle's page a person decides who goes next; whether the goal is reached is looked at after each move, and whether
/// it still can be.
void App::follow_puzzle() {
    const lesson::LessonStep* step = lesson_.is_open() ? lesson_.step() : nullptr;
    if (!step || !step->is_puzzle() || lesson_.state().result || !player_.is_open()) {
        puzzle_page_ = SIZE_MAX;
        return;
    }
    if (player_.goal() == Player::Goal::place) return;
    if (puzzle_page_ != lesson_.page()) {
        puzzle_page_ = lesson_.page();
        player_.apply(command::BeScheduler{true});
    } else if (asked_revision_ == player_.revision()) {
        return;
    }
    asked_revision_ = player_.revision();
    lesson_.look_at_puzzle(player_.machine());
    const lesson::Setup& setup = lesson_.lesson().setups[step->setup];
    reach_.ask(player_.timeline().start(), player_.machine(),
               [setup, goal = step->goal](const engine::Machine& machine) {
                   return lesson::is_reached(setup, goal, machine);
               });
}

void App::open_lesson(lesson::Lesson lesson, LessonPlay::Compile compile) {
    lesson_.open(std::move(lesson), std::move(compile), player_);
    advance_lesson(0);
}

void App::advance_lesson(int direction) {
    if (direction != 0) lesson_.advance(direction, player_);
    views_.stage = {};
    if (lesson_.setup() == shown_setup_) return;
    shown_setup_ = lesson_.setup();
    exploration_.clear();
    views_.shown_entry = SIZE_MAX;
    if (on_new_machine_) on_new_machine_(lesson_.lesson(), shown_setup_);
}

// ---- Frames

void App::frame(double seconds) {
    time_s_ += seconds;
    rebuild_fonts();
    apply(ui().theme, built_scale_);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplSDL2_NewFrame();
    ImGuiIO& io = ImGui::GetIO();
    if (options_.is_picture) {
        io.DeltaTime = 1.0f / 60;
        io.MousePos = {-FLT_MAX, -FLT_MAX};
        int width = 0, height = 0;
        platform_.drawable_size(width, height);
        io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
        io.DisplayFramebufferScale = {1, 1};
    } else if (io.DisplayFramebufferScale.x > 1) {
        // High density (Wayland, macOS): draw in pixels; the mouse comes in the window's units.
        const ImVec2 density = io.DisplayFramebufferScale;
        io.DisplaySize = {io.DisplaySize.x * density.x, io.DisplaySize.y * density.y};
        io.DisplayFramebufferScale = {1, 1};
        if (io.MousePos.x > -FLT_MAX / 2)
            io.MousePos = {io.MousePos.x * density.x, io.MousePos.y * density.y};
    }
    ImGui::NewFrame();
    views_.next_hovered = {};
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(io.DisplaySize);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::Begin("ipclab", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse |
                     ImGuiWindowFlags_NoNav);
    ImGui::PopStyleVar();
    layout();
    ImGui::End();
    if (views_.show_help) draw_help(ui());
    views_.hovered = views_.next_hovered;
    ImGui::Render();
    glViewport(0, 0, static_cast<int>(io.DisplaySize.x), static_cast<int>(io.DisplaySize.y));
    const ImVec4 back = ImGui::ColorConvertU32ToFloat4(ui().theme.background);
    glClearColor(back.x, back.y, back.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

bool App::is_busy() const {
    return player_.is_running() || real_.state() == RealRun::State::running ||
           exploration_.state() == Exploration::State::running || reach_.is_asking() ||
           time_s_ - last_input_s_ < 0.5;
}

void App::run() {
    std::uint64_t last = SDL_GetPerformanceCounter();
    while (!is_quitting_) {
        // At rest the window costs nothing: it waits for input, and looks around some times a second.
        SDL_Event event;
        bool has_event = is_busy() ? SDL_PollEvent(&event) != 0 : SDL_WaitEventTimeout(&event, 250) != 0;
        while (has_event) {
            last_input_s_ = time_s_;
            ImGui_ImplSDL2_ProcessEvent(&event);
            if (event.type == SDL_QUIT) is_quitting_ = true;
            if (event.type == SDL_KEYDOWN) on_key(event.key);
            if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
                settings_.width = event.window.data1;
                settings_.height = event.window.data2;
            }
            has_event = SDL_PollEvent(&event) != 0;
        }
        const std::uint64_t now = SDL_GetPerformanceCounter();
        const double seconds = std::min(
            0.25, static_cast<double>(now - last) / static_cast<double>(SDL_GetPerformanceFrequency()));
        last = now;
        const std::uint64_t revision = player_.revision();
        carry_out();
        player_.tick(seconds, 10);
        if (player_.revision() != revision) last_input_s_ = time_s_;
        real_.tick();
        exploration_.tick();
        follow_puzzle();
        reach_.tick();
        frame(seconds);
        SDL_GL_SwapWindow(platform_.window());
    }
}

std::string App::picture(const std::string& path) {
    real_.wait();
    player_.settle();
    exploration_.wait();
    follow_puzzle();
    reach_.wait();
    player_.settle();
    // Some frames until scrolling and sizes have settled.
    for (int i = 0; i < 4; ++i) frame(1.0 / 60);
    return platform_.save_png(path);
}

}  // namespace ipclab::visualizer
