// The log of system calls, as strace prints them. Clicking a row goes there.
#include <fmt/format.h>

#include <algorithm>

#include "sim/trace/format.h"
#include "visualizer/model/text.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

void row_tooltip(const Ui& ui, const kernel::Event& event) {
    if (!begin_tooltip(ui)) return;
    ImGui::PushTextWrapPos(ui.px(560));
    {
        WithFont font(ui.fonts.mono_small);
        ImGui::TextUnformatted(printable(trace::format_event(ui.player.trace(), event, 400)).c_str());
    }
    ImGui::PopTextWrapPos();
    if (event.start_ns != 0 && event.kind == kernel::EventKind::syscall)
        ImGui::TextDisabled("%s, for %s", time_text(event.start_ns).c_str(),
                            time_text(event.time_ns - event.start_ns).c_str());
    else
        ImGui::TextDisabled("%s", time_text(event.time_ns).c_str());
    if (event.source.line != 0) ImGui::TextDisabled("line %u", event.source.line);
    end_tooltip();
}

/// A call and its result; where both have no room, the arguments are cut, because the result tells more.
void draw_call(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, ImU32 colour, std::string_view text) {
    ImFont* font = ui.fonts.mono_small;
    std::size_t end = text.rfind(") = ");
    if (const std::size_t unfinished = text.rfind(" <unfinished"); unfinished != std::string_view::npos)
        end = unfinished;
    const std::string_view result = end == std::string_view::npos ? "" : text.substr(end);
    const float result_width = std::min(text_width(font, result), width * 0.6f);
    const float used = draw_text(draw, font, at, colour, text.substr(0, text.size() - result.size()),
                                 std::max(1.0f, width - result_width));
    if (!result.empty()) draw_text(draw, font, {at.x + used, at.y}, colour, result, width - used);
}

void draw_row(const Ui& ui, std::size_t row, std::size_t happened, float height, float pid_width) {
    const Player& player = ui.player;
    const Theme& t = ui.theme;
    const std::size_t index = player.rows().event(row);
    const kernel::Event& event = player.trace().events[index];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    ImGui::PushID(static_cast<int>(row));
    if (ImGui::InvisibleButton("row", {std::max(1.0f, width), height})) ui.send(command::SeekEvent{index});
    const bool hovered = ImGui::IsItemHovered();
    ImGui::PopID();
    const bool is_current = row + 1 == happened, is_future = row >= happened;
    if (is_current) draw->AddRectFilled(at, {at.x + width, at.y + height}, faded(t.accent, 0.16f), ui.px(3));
    if (hovered) draw->AddRectFilled(at, {at.x + width, at.y + height}, faded(t.accent, 0.1f), ui.px(3));

    const ImU32 colour = ui.task_colour(event.task);
    const float alpha = is_future ? 0.42f : 1.0f;
    const std::string pid = fmt::format("{}", event.task.value);
    const float chip_height = std::round(font_size(ui.fonts.mono_small) + ui.px(3));
    const float chip_y = at.y + (height - chip_height) / 2;
    draw->AddRectFilled({at.x + ui.px(3), chip_y}, {at.x + ui.px(3) + pid_width, chip_y + chip_height},
                        faded(colour, alpha), ui.px(3));
    draw_text(draw, ui.fonts.mono_small, {at.x + ui.px(3) + pid_width / 2, chip_y + ui.px(1)},
              faded(t.on_process, is_future ? 0.8f : 1), pid, 0, Align::centre);
    const float x = at.x + pid_width + ui.px(11);
    const bool is_failed =
        event.kind == kernel::EventKind::syscall && event.result < 0 && event.result >= -4095;
    const bool waits = event.kind == kernel::EventKind::blocked;
    const bool other = event.kind != kernel::EventKind::syscall && !waits;
    const ImU32 text_colour = is_failed ? t.bad : waits ? t.warn : other ? t.muted : t.text;
    draw_call(ui, draw, {x, at.y + (height - font_size(ui.fonts.mono_small)) / 2},
              at.x + width - x - ui.px(4), faded(text_colour, alpha),
              player.pipes().familiar(printable(trace::format_event(player.trace(), event, 24))));
    if (hovered) {
        ui.hover(event.process);
        row_tooltip(ui, event);
    }
}

}  // namespace

void draw_log(const Ui& ui) {
    const Player& player = ui.player;
    if (!player.is_open()) return;
    const std::size_t happened = player.rows().rows_before(player.position());
    const std::size_t rows = player.shows_future() ? player.rows().size() : happened;
    if (rows == 0) return empty_state(ui, "No system call yet. Step with the Right key.");
    const float height = std::round(font_size(ui.fonts.mono_small) * 1.6f);
    std::int32_t widest = 0;
    for (const Lane& lane : player.lanes().lanes()) widest = std::max(widest, lane.tid.value);
    const float pid_width = text_width(ui.fonts.mono_small, fmt::format("{}", widest)) + ui.px(8);

    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGui::BeginChild("rows", {0, 0}, false);
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(std::min<std::size_t>(rows, INT32_MAX)), height);
    while (clipper.Step())
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
            draw_row(ui, static_cast<std::size_t>(i), happened, height, pid_width);
    if (ui.state.scrolled_log != player.revision()) {
        ui.state.scrolled_log = player.revision();
        const float y = height * static_cast<float>(happened), view = ImGui::GetWindowHeight();
        if (y < ImGui::GetScrollY() + height || y > ImGui::GetScrollY() + view - height)
            ImGui::SetScrollY(std::max(0.0f, y - view * 0.6f));
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
}

}  // namespace ipclab::visualizer
