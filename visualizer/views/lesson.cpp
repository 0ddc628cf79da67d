// The lesson panel: narration, a prediction, and what running the step showed.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/lesson/goal.h"
#include "visualizer/model/text.h"
#include "visualizer/views/document.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

void heading(const Ui& ui, std::string_view text) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - ui.px(6);
    const float height =
        draw_wrapped(ImGui::GetWindowDrawList(), ui.fonts.title, at, ui.theme.text, text, width, 3);
    ImGui::Dummy({width, height + ui.px(4)});
}

void label(const Ui& ui, ImFont* font, ImU32 colour, std::string_view text, float below = 4) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - ui.px(6);
    const float height = draw_wrapped(ImGui::GetWindowDrawList(), font, at, colour, text, width, 8);
    ImGui::Dummy({width, height + ui.px(below)});
}

/// One possible answer: a button with its number; after the run, right and wrong are shown by sign and colour.
void choice(const Ui& ui, const lesson::Prediction& predict, std::size_t index,
            const LessonPlay::StepState& state) {
    const Theme& t = ui.theme;
    const bool is_chosen = state.answer == index, is_shown = state.result.has_value();
    const bool is_right = index == predict.answer;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - ui.px(6), inner = ui.px(30);
    const std::string text = printable(predict.choices[index]);
    const float height =
        draw_wrapped(nullptr, ui.fonts.text, {}, 0, text, width - inner - ui.px(28), 5) + ui.px(8);
    ImGui::PushID(static_cast<int>(index));
    const bool clicked = ImGui::InvisibleButton("choice", {std::max(width, 1.0f), height});
    ImGui::PopID();
    if (clicked) ui.send(command::LessonAnswer{index});
    ImU32 fill = t.raised, border = t.line;
    if (!state.answer && ImGui::IsItemHovered()) fill = mixed(t.raised, t.accent, 0.16f);
    if (is_chosen) fill = faded(t.accent, 0.16f), border = t.accent;
    if (is_shown && is_right) fill = t.good_soft, border = t.good;
    if (is_shown && is_chosen && !is_right) fill = t.bad_soft, border = t.bad;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + width, at.y + height};
    draw->AddRectFilled(at, end, fill, ui.px(4));
    draw->AddRect(at, end, border, ui.px(4));
    draw_text(draw, ui.fonts.mono_small, {at.x + ui.px(10), at.y + ui.px(6)}, t.muted,
              fmt::format("{}", index + 1));
    draw_wrapped(draw, ui.fonts.text, {at.x + inner, at.y + ui.px(4)}, t.text, text,
                 width - inner - ui.px(28), 5);
    if (is_shown && (is_right || is_chosen))
        draw_text(draw, ui.fonts.bold, {end.x - ui.px(12), at.y + ui.px(4)}, is_right ? t.good : t.bad,
                  is_right ? "✓" : "✗", 0, Align::right);
    ImGui::Dummy({1, ui.px(2)});
}

void draw_prediction(const Ui& ui, const lesson::Prediction& predict, const LessonPlay::StepState& state) {
    label(ui, ui.fonts.bold, ui.theme.accent, "What do you expect?", 2);
    label(ui, ui.fonts.text, ui.theme.text, printable(predict.question));
    for (std::size_t i = 0; i < predict.choices.size(); ++i) choice(ui, predict, i, state);
    if (state.result && !predict.why.empty())
        label(ui, ui.fonts.text, ui.theme.text, printable(predict.why), 8);
}

void draw_result(const Ui& ui, const lesson::StepResult& result) {
    const Theme& t = ui.theme;
    if (!result.reached) label(ui, ui.fonts.text, t.bad, "Not reached: " + printable(result.problem), 6);
    for (const lesson::Checked& checked : result.checked) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const bool holds = checked.verdict.holds;
        ImDrawList* draw = ImGui::GetWindowDrawList();
        draw_text(draw, ui.fonts.bold, at, holds ? t.good : t.bad, holds ? "✓" : "✗");
        std::string text = printable(checked.expectation->condition.text);
        if (!holds) text += ": " + printable(checked.verdict.found);
        const float width = ImGui::GetContentRegionAvail().x - ui.px(28);
        const float height = draw_wrapped(draw, ui.fonts.text, {at.x + ui.px(20), at.y},
                                          holds ? t.text : t.bad, text, width, 4);
        ImGui::Dummy({width, height + ui.px(3)});
    }
    ImGui::Dummy({1, ui.px(4)});
}

void draw_puzzle(const Ui& ui, const lesson::LessonStep& step) {
    const Theme& t = ui.theme;
    label(ui, ui.fonts.bold, t.accent, "Bring it about that", 2);
    label(ui, ui.fonts.text, t.text, printable(lesson::text_of(step.goal)) + ".");
    if (ui.lesson.state().result) return label(ui, ui.fonts.bold, t.good, "✓ Solved", 6);
    const auto& answer = ui.reach.answer();
    if (!answer || ui.reach.is_asking())
        label(ui, ui.fonts.small, t.muted, "looking whether it can still be reached …", 6);
    else if (answer->answer == explore::Reach::yes)
        label(ui, ui.fonts.small, t.good, "It can still be reached from here.", 6);
    else if (answer->answer == explore::Reach::no)
        label(
            ui, ui.fonts.small, t.bad,
            fmt::format("It cannot be reached any more: all {} states from here were looked at. U goes back.",
                        answer->states),
            6);
    else
        label(ui, ui.fonts.small, t.warn,
              fmt::format("Not known: not within {} states from here.", answer->states), 6);
    if (ui.player.is_scheduler()) draw_candidates(ui);
}

void draw_page(const Ui& ui) {
    const LessonPlay& play = ui.lesson;
    const lesson::LessonStep* step = play.step();
    if (!step) {
        heading(ui, printable(play.lesson().title));
        if (!play.lesson().summary.empty())
            draw_document(ui, lesson::parse_markdown(play.lesson().summary), ui.theme.muted);
        return draw_document(ui, play.lesson().introduction);
    }
    heading(ui, printable(step->title));
    draw_document(ui, step->before);
    if (step->predict) draw_prediction(ui, *step->predict, play.state());
    if (step->is_puzzle()) draw_puzzle(ui, *step);
    if (!play.state().result) return;
    // What was found is told once the run has come to its end on the screen.
    if (ui.player.goal() == Player::Goal::place) return label(ui, ui.fonts.text, ui.theme.muted, "running …");
    if (std::exchange(ui.state.lesson_to_result, false)) ImGui::SetScrollHereY(0.2f);
    draw_result(ui, *play.state().result);
    draw_document(ui, step->after);
    if (play.page() + 1 == play.pages()) {
        const auto [made, right] = play.score();
        if (made > 0)
            label(ui, ui.fonts.bold, ui.theme.text,
                  fmt::format("{} of {} predictions were right.", right, made));
    }
}

bool foot_button(const Ui& ui, const char* text, ImVec2 size, bool primary, bool enabled) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(text, size) && enabled;
    const Theme& t = ui.theme;
    ImU32 fill = primary && enabled ? t.accent : t.raised;
    if (enabled && ImGui::IsItemHovered()) fill = mixed(fill, primary ? t.text : t.accent, 0.18f);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, {at.x + size.x, at.y + size.y}, fill, ui.px(5));
    const ImU32 colour = !enabled ? t.faint : primary ? t.on_accent : t.text;
    draw_text(draw, primary ? ui.fonts.bold : ui.fonts.text,
              {at.x + size.x / 2, at.y + (size.y - font_size(ui.fonts.text)) / 2 - ui.px(1)}, colour, text,
              size.x - ui.px(8), Align::centre);
    return clicked;
}

void draw_foot(const Ui& ui, float height) {
    const LessonPlay& play = ui.lesson;
    const float width = ImGui::GetContentRegionAvail().x, button = height - ui.px(8);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    // One mark a page: filled up to here.
    const float pitch = width / static_cast<float>(play.pages());
    for (std::size_t i = 0; i < play.pages(); ++i) {
        const float x = at.x + pitch * static_cast<float>(i);
        draw->AddRectFilled({x, at.y}, {x + pitch - ui.px(2), at.y + ui.px(3)},
                            i <= play.page() ? ui.theme.accent : ui.theme.line);
    }
    ImGui::SetCursorScreenPos({at.x, at.y + ui.px(8)});
    if (foot_button(ui, "Back", {ui.px(64), button}, false, play.has_previous()))
        ui.send(command::LessonStep{-1});
    ImGui::SameLine(0, ui.px(6));
    const bool is_playing = ui.player.goal() == Player::Goal::place;
    const char* text = play.wants_answer() ? "Choose an answer"
                       : play.can_run()
                           ? (play.step() && play.step()->is_puzzle() ? "Show a solution" : "Run this step")
                       : play.has_next() ? "Next"
                                         : "The end";
    const bool enabled = !play.wants_answer() && (play.can_run() || play.has_next()) && !is_playing;
    if (foot_button(ui, text, {std::max(ui.px(40), width - ui.px(70)), button}, true, enabled))
        ui.send(command::LessonStep{+1});
}

}  // namespace

void draw_lesson(const Ui& ui) {
    if (!ui.lesson.is_open()) return;
    const float foot = ui.px(42);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("page", {0, -foot}, false);
    ViewState& state = ui.state;
    const bool was_played = ui.lesson.state().result.has_value() && ui.player.goal() != Player::Goal::place;
    if (state.lesson_page != ui.lesson.page()) {
        ImGui::SetScrollY(0);
        state.lesson_page = ui.lesson.page();
    } else if (was_played && !state.lesson_was_played) {
        state.lesson_to_result = true;
    }
    state.lesson_was_played = was_played;
    draw_page(ui);
    ImGui::EndChild();
    ImGui::PopStyleColor();
    draw_foot(ui, foot);
}

}  // namespace ipclab::visualizer
