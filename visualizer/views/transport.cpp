// The bar at the top: what is open, moving through its run, and where we are.
#include <fmt/format.h>

#include <algorithm>

#include "visualizer/model/text.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

enum class Icon : std::uint8_t {
    to_start,
    back_line,
    back_call,
    run,
    again,
    pause,
    call,
    line,
    instruction,
    until_blocked,
    to_end,
    theme,
    help
};

void triangle(ImDrawList* draw, ImVec2 centre, float size, float direction, ImU32 colour) {
    draw->AddTriangleFilled({centre.x - direction * size * 0.5f, centre.y - size * 0.62f},
                            {centre.x - direction * size * 0.5f, centre.y + size * 0.62f},
                            {centre.x + direction * size * 0.6f, centre.y}, colour);
}

void bar(ImDrawList* draw, ImVec2 centre, float width, float height, ImU32 colour) {
    draw->AddRectFilled({centre.x - width / 2, centre.y - height / 2},
                        {centre.x + width / 2, centre.y + height / 2}, colour);
}

void draw_icon(ImDrawList* draw, const Ui& ui, Icon icon, ImVec2 c, ImU32 colour) {
    const float s = ui.px(9), thin = std::max(1.0f, ui.px(2));
    switch (icon) {
        case Icon::to_start:
            triangle(draw, {c.x + s * 0.2f, c.y}, s, -1, colour);
            return bar(draw, {c.x - s * 0.62f, c.y}, thin, s * 1.25f, colour);
        case Icon::to_end:
            triangle(draw, {c.x - s * 0.2f, c.y}, s, 1, colour);
            return bar(draw, {c.x + s * 0.62f, c.y}, thin, s * 1.25f, colour);
        case Icon::back_call:
            return triangle(draw, c, s, -1, colour);
        case Icon::call:
            return triangle(draw, c, s, 1, colour);
        case Icon::run:
            return triangle(draw, c, s * 1.25f, 1, colour);
        case Icon::again:
            draw_text(draw, ui.fonts.title, {c.x, c.y - font_size(ui.fonts.title) * 0.56f}, colour, "↻", 0,
                      Align::centre);
            return;
        case Icon::pause:
            bar(draw, {c.x - s * 0.35f, c.y}, s * 0.36f, s * 1.3f, colour);
            return bar(draw, {c.x + s * 0.35f, c.y}, s * 0.36f, s * 1.3f, colour);
        case Icon::line:
        case Icon::back_line: {
            // An arrow into lines of text.
            const float d = icon == Icon::line ? 1.0f : -1.0f;
            for (const float y : {-0.6f, 0.0f, 0.6f})
                bar(draw, {c.x + d * s * 0.5f, c.y + y * s}, s * 0.8f, thin, colour);
            return triangle(draw, {c.x - d * s * 0.55f, c.y}, s * 0.62f, d, colour);
        }
        case Icon::instruction:
            triangle(draw, {c.x + s * 0.35f, c.y}, s * 0.7f, 1, colour);
            return draw->AddCircleFilled({c.x - s * 0.55f, c.y}, s * 0.24f, colour);
        case Icon::until_blocked:
            triangle(draw, {c.x - s * 0.4f, c.y}, s * 0.9f, 1, colour);
            return draw->AddRectFilled({c.x + s * 0.25f, c.y - s * 0.38f}, {c.x + s, c.y + s * 0.38f}, colour,
                                       ui.px(1));
        case Icon::theme:
            draw->AddCircle(c, s * 0.62f, colour, 24, std::max(1.0f, ui.px(1.5f)));
            draw->PathArcTo(c, s * 0.62f, -1.5708f, 1.5708f, 16);
            return draw->PathFillConvex(colour);
        case Icon::help:
            draw_text(draw, ui.fonts.bold, {c.x, c.y - font_size(ui.fonts.bold) * 0.55f}, colour, "?", 0,
                      Align::centre);
            return;
    }
}

bool icon_button(const Ui& ui, Icon icon, const char* id, const char* what, const char* key,
                 bool enabled = true, bool primary = false) {
    const ImVec2 size{ui.px(primary ? 40 : 32), ui.px(30)};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(id, size) && enabled;
    const bool hovered = ImGui::IsItemHovered(), held = ImGui::IsItemActive();
    const Theme& t = ui.theme;
    ImU32 fill = primary && enabled ? t.accent : t.raised;
    if (hovered && enabled) fill = mixed(fill, primary ? t.text : t.accent, held ? 0.34f : 0.18f);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, {at.x + size.x, at.y + size.y}, fill, ui.px(5));
    ImU32 colour = primary && enabled ? t.on_accent : t.text;
    if (!enabled) colour = faded(t.faint, 0.6f);
    draw_icon(draw, ui, icon, {std::round(at.x + size.x / 2), std::round(at.y + size.y / 2)}, colour);
    if (hovered && begin_tooltip(ui)) {
        ImGui::TextUnformatted(what);
        ImGui::SameLine();
        ImGui::TextDisabled("%s", key);
        end_tooltip();
    }
    return clicked;
}

/// A slider over the events: what has happened is filled; what is recorded beyond is a paler track.
void scrub(const Ui& ui, float width) {
    const Player& player = ui.player;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = ui.px(30), radius = ui.px(7);
    ImGui::InvisibleButton("scrub", {std::max(width, 1.0f), height});
    const std::size_t recorded = std::max<std::size_t>(1, player.recorded());
    const float left = at.x + radius, length = std::max(1.0f, width - 2 * radius);
    const float middle = std::round(at.y + height / 2), thickness = ui.px(2);
    const float x = left + length * static_cast<float>(static_cast<double>(player.position()) /
                                                       static_cast<double>(recorded));
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Theme& t = ui.theme;
    draw->AddRectFilled({left, middle - thickness}, {left + length, middle + thickness}, t.line, thickness);
    draw->AddRectFilled({left, middle - thickness}, {x, middle + thickness}, t.accent, thickness);
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    draw->AddCircleFilled({x, middle}, active || hovered ? radius : radius * 0.85f, t.accent, 24);
    draw->AddCircleFilled({x, middle}, radius * 0.35f, t.panel, 16);
    if (!player.is_open() || !(hovered || active)) return;
    const float mouse = std::clamp((ImGui::GetIO().MousePos.x - left) / length, 0.0f, 1.0f);
    const auto count = static_cast<std::size_t>(
        std::lround(static_cast<double>(mouse) * static_cast<double>(player.recorded())));
    if (active && count != player.position())
        ui.send(count == 0 ? Command{command::SeekStart{}} : Command{command::SeekEvent{count - 1}});
    if (count > 0 && count <= player.recorded() && begin_tooltip(ui)) {
        const kernel::Event& event = player.trace().events[count - 1];
        ImGui::Text("event %s of %s", with_commas(count).c_str(), with_commas(player.recorded()).c_str());
        ImGui::TextDisabled("%s", time_text(event.time_ns).c_str());
        end_tooltip();
    }
}

std::string speed_text(int speed) {
    return speed == 0 ? std::string("fastest") : fmt::format("{} calls/s", speed);
}

}  // namespace

void draw_transport(const Ui& ui) {
    const Player& player = ui.player;
    const bool open = player.is_open();
    const bool at_start = !open || player.timeline().at_start();
    const bool at_end = !open || player.at_end();
    const float full = ImGui::GetContentRegionAvail().x;
    const float y = ImGui::GetCursorPosY();
    ImDrawList* draw = ImGui::GetWindowDrawList();

    const float title_room = std::clamp(full * 0.17f, ui.px(60), ui.px(300));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (full > ui.px(760)) {
        const float width = draw_text(draw, ui.fonts.title, {at.x, at.y + ui.px(4)}, ui.theme.text,
                                      player.title().empty() ? "ipclab" : player.title(), title_room);
        ImGui::Dummy({width + ui.px(10), ui.px(30)});
        ImGui::SameLine(0, 0);
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(ui.px(4), 0));
    using command::Unit;
    if (icon_button(ui, Icon::to_start, "start", "To the start", "Home", !at_start))
        ui.send(command::SeekStart{});
    ImGui::SameLine();
    if (icon_button(ui, Icon::back_line, "back line", "Back one line", "Up", !at_start))
        ui.send(command::StepBack{Unit::line});
    ImGui::SameLine();
    if (icon_button(ui, Icon::back_call, "back call", "Back one system call", "Left", !at_start))
        ui.send(command::StepBack{Unit::call});
    ImGui::SameLine();
    if (player.is_running()) {
        if (icon_button(ui, Icon::pause, "pause", "Pause", "Space", true, true)) ui.send(command::Pause{});
    } else if (icon_button(ui, at_end && open ? Icon::again : Icon::run, "run",
                           at_end && open ? "Run once more from the start" : "Run", "Space", open, true)) {
        ui.send(command::Run{});
    }
    ImGui::SameLine();
    if (icon_button(ui, Icon::call, "call", "One system call", "Right", !at_end))
        ui.send(command::Step{Unit::call});
    ImGui::SameLine();
    if (icon_button(ui, Icon::line, "line", "One line", "Down", !at_end)) ui.send(command::Step{Unit::line});
    ImGui::SameLine();
    if (icon_button(ui, Icon::instruction, "instruction", "One instruction", "I", !at_end))
        ui.send(command::Step{Unit::instruction});
    ImGui::SameLine();
    if (icon_button(ui, Icon::until_blocked, "blocked", "Until something blocks", "B", !at_end))
        ui.send(command::RunUntilBlocked{});
    ImGui::SameLine();
    if (icon_button(ui, Icon::to_end, "end", "To the end", "End", !at_end)) ui.send(command::SeekEnd{});
    ImGui::SameLine(0, ui.px(12));

    // Speed: slower and faster around the figure.
    const auto plain = [&](const char* label, const char* tip) {
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const bool clicked = ImGui::InvisibleButton(tip, {ui.px(20), ui.px(30)});
        const bool hovered = ImGui::IsItemHovered();
        draw_text(draw, ui.fonts.bold, {place.x + ui.px(10), place.y + ui.px(6)},
                  hovered ? ui.theme.accent : ui.theme.muted, label, 0, Align::centre);
        if (hovered && begin_tooltip(ui)) {
            ImGui::TextUnformatted(tip);
            ImGui::SameLine();
            ImGui::TextDisabled("%s", label);
            end_tooltip();
        }
        return clicked;
    };
    if (plain("−", "Slower")) ui.send(command::ChangeSpeed{-1});
    ImGui::SameLine(0, 0);
    const float speed_width = ui.px(78);
    const ImVec2 speed_at = ImGui::GetCursorScreenPos();
    draw_text(draw, ui.fonts.small, {speed_at.x + speed_width / 2, speed_at.y + ui.px(8)}, ui.theme.text,
              speed_text(player.speed()), 0, Align::centre);
    ImGui::Dummy({speed_width, ui.px(30)});
    ImGui::SameLine(0, 0);
    if (plain("+", "Faster")) ui.send(command::ChangeSpeed{+1});
    ImGui::SameLine(0, ui.px(10));

    const std::string where = open ? fmt::format("event {} of {}  ·  {}", with_commas(player.position()),
                                                 with_commas(player.recorded()), time_text(player.now_ns()))
                                   : std::string{};
    // Room for the widest position, so that the slider does not move while playing.
    const float where_width = open ? text_width(ui.fonts.small, fmt::format("event {0} of {0}  ·  000.0 ms",
                                                                            with_commas(player.recorded()))) +
                                         ui.px(8)
                                   : 0;
    const float tools = ui.px(2 * 32 + 8);
    const float room =
        full - (ImGui::GetCursorPosX() - ImGui::GetStyle().WindowPadding.x) - where_width - tools - ui.px(10);
    if (room > ui.px(60)) {
        scrub(ui, room);
        ImGui::SameLine(0, ui.px(6));
        const ImVec2 place = ImGui::GetCursorScreenPos();
        draw_text(draw, ui.fonts.small, {place.x, place.y + ui.px(8)}, ui.theme.muted, where);
        ImGui::Dummy({where_width, ui.px(30)});
        ImGui::SameLine(0, 0);
    }
    ImGui::SetCursorPos({ImGui::GetStyle().WindowPadding.x + full - tools + ui.px(4), y});
    if (icon_button(ui, Icon::theme, "theme", ui.theme.is_dark ? "Light colours" : "Dark colours", "T"))
        ui.send(command::ToggleTheme{});
    ImGui::SameLine();
    if (icon_button(ui, Icon::help, "help", "Keys", "?")) ui.send(command::ToggleHelp{});
    ImGui::PopStyleVar();
}

}  // namespace ipclab::visualizer
