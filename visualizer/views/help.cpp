// The keys, over everything.
#include <algorithm>
#include <iterator>

#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

struct Key {
    const char* keys;
    const char* what;
};

constexpr Key kMove[] = {{"Space", "run, pause"},
                         {"Right, Left", "one system call on, back"},
                         {"Down, Up", "one source line on, back"},
                         {"I, Shift+I", "one instruction on, back"},
                         {"B", "run until something blocks"},
                         {"Home, End", "to the start, to the end"},
                         {"+, −", "faster, slower"},
                         {"S", "be the scheduler, or hand it back"},
                         {"1 to 9, U", "who goes next; take that back"},
                         {"Esc", "stop what is running; close this"}};
constexpr Key kSee[] = {{"T", "light, dark"},
                        {"Ctrl and + − 0", "larger, smaller, as the display says"},
                        {"E", "timeline by event, by time"},
                        {"Tab", "next source file"},
                        {"L, C", "lesson, system calls"},
                        {"X", "every schedule: explore; enough"},
                        {"F, Shift+F", "next outcome or finding; back"},
                        {"Enter", "to where it happens"},
                        {"N, P", "lesson: run the step or on; back"},
                        {"1 to 9", "answer the lesson's question"},
                        {"?, F1", "these keys"},
                        {"Ctrl+Q", "quit"}};
constexpr Key kMouse[] = {{"click a call", "go to where it happened"},
                          {"click a lane", "go to that moment"},
                          {"click a card", "you schedule: it goes next (or a name at the lanes)"},
                          {"click a finding", "its schedule, from its first step"},
                          {"wheel on lanes", "zoom"},
                          {"right drag", "move along the lanes"},
                          {"point at code", "value of a variable"},
                          {"drag edges", "size of the panels"}};

float draw_column(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, const char* title, const Key* keys,
                  std::size_t count) {
    const float line = ui.px(24), key_width = ui.px(128);
    draw_text(draw, ui.fonts.bold, at, ui.theme.text, title);
    float y = at.y + ui.px(28);
    for (std::size_t i = 0; i < count; ++i) {
        draw_text(draw, ui.fonts.mono_small, {at.x, y}, ui.theme.accent, keys[i].keys, key_width - ui.px(6));
        draw_text(draw, ui.fonts.text, {at.x + key_width, y - ui.px(2)}, ui.theme.text, keys[i].what,
                  width - key_width);
        y += line;
    }
    return y;
}

}  // namespace

void draw_help(const Ui& ui) {
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    ImDrawList* draw = ImGui::GetForegroundDrawList();
    draw->AddRectFilled({0, 0}, screen, faded(IM_COL32_BLACK, 0.45f));
    const bool is_wide = screen.x > ui.px(820);
    const float column = ui.px(370);
    const ImVec2 size{std::min(screen.x - ui.px(20), is_wide ? 2 * column + ui.px(40) : column + ui.px(40)),
                      std::min(screen.y - ui.px(20), is_wide ? ui.px(610) : ui.px(830))};
    const ImVec2 at{std::round((screen.x - size.x) / 2), std::round((screen.y - size.y) / 2)};
    draw->AddRectFilled(at, {at.x + size.x, at.y + size.y}, ui.theme.panel, ui.px(8));
    draw->AddRect(at, {at.x + size.x, at.y + size.y}, ui.theme.line_strong, ui.px(8));
    draw->PushClipRect(at, {at.x + size.x, at.y + size.y}, true);
    const float left = at.x + ui.px(26);
    float y = at.y + ui.px(24);
    const float end = draw_column(ui, draw, {left, y}, column - ui.px(20), "Moving", kMove, std::size(kMove));
    const ImVec2 second = is_wide ? ImVec2{left + column, y} : ImVec2{left, end + ui.px(12)};
    const float end_see = draw_column(ui, draw, second, column - ui.px(30), "Seeing", kSee, std::size(kSee));
    y = std::max(end, end_see) + ui.px(14);
    draw_column(ui, draw, {left, y}, size.x - ui.px(60), "Mouse", kMouse, std::size(kMouse));
    draw->PopClipRect();
}

}  // namespace ipclab::visualizer
