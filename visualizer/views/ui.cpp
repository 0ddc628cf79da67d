#include "visualizer/views/ui.h"

#include <algorithm>

#include <fmt/format.h>

namespace ipclab::visualizer {

float font_size(const ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
    return font->LegacySize;
#else
    return font->FontSize;
#endif
}

namespace {

ImVec2 measure(ImFont* font, std::string_view text) {
    return font->CalcTextSizeA(font_size(font), FLT_MAX, 0, text.data(), text.data() + text.size());
}

/// Bytes of the longest beginning that is no wider than `width`, ending at a character's boundary.
std::size_t fitting(ImFont* font, std::string_view text, float width) {
    const char* rest = nullptr;
    font->CalcTextSizeA(font_size(font), width, 0, text.data(), text.data() + text.size(), &rest);
    return rest ? static_cast<std::size_t>(rest - text.data()) : text.size();
}

}  // namespace

float text_width(ImFont* font, std::string_view text) {
    return text.empty() ? 0 : measure(font, text).x;
}

float draw_text(ImDrawList* draw, ImFont* font, ImVec2 at, ImU32 colour, std::string_view text,
                float max_width, Align align) {
    if (text.empty()) return 0;
    float width = measure(font, text).x;
    std::string cut;
    if (max_width > 0 && width > max_width + 0.5f) {
        const float dots = text_width(font, "…");
        cut = std::string(text.substr(0, max_width > dots ? fitting(font, text, max_width - dots) : 0));
        while (!cut.empty() && cut.back() == ' ') cut.pop_back();
        cut += "…";
        text = cut;
        width = measure(font, text).x;
    }
    if (align == Align::right) at.x -= width;
    if (align == Align::centre) at.x -= width / 2;
    at = {std::round(at.x), std::round(at.y)};
    draw->AddText(font, font_size(font), at, colour, text.data(), text.data() + text.size());
    return width;
}

float draw_wrapped(ImDrawList* draw, ImFont* font, ImVec2 at, ImU32 colour, std::string_view text,
                   float width, int max_lines) {
    const float line_height = std::round(font_size(font) * 1.28f);
    float height = 0;
    for (int line = 0; !text.empty() && line < max_lines; ++line) {
        const bool is_last = line + 1 == max_lines;
        std::size_t end = std::max<std::size_t>(1, fitting(font, text, width));
        if (end < text.size() && !is_last) {
            const std::size_t space = text.rfind(' ', end);
            if (space != std::string_view::npos && space > 0) end = space;
        }
        const std::string_view shown = is_last ? text : text.substr(0, end);
        if (draw) draw_text(draw, font, {at.x, at.y + height}, colour, shown, width);
        height += line_height;
        text.remove_prefix(end);
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    }
    return height;
}

float pill_height(const Ui& ui) {
    return std::round(font_size(ui.fonts.small) + ui.px(5));
}

float pill_width(const Ui& ui, std::string_view text) {
    return std::ceil(text_width(ui.fonts.small, text)) + ui.px(14);
}

float draw_pill(ImDrawList* draw, const Ui& ui, ImVec2 at, std::string_view text, ImU32 fill, ImU32 colour,
                ImU32 border) {
    const float width = pill_width(ui, text), height = pill_height(ui);
    const ImVec2 end{at.x + width, at.y + height};
    if (fill) draw->AddRectFilled(at, end, fill, height / 2);
    if (border) draw->AddRect(at, end, border, height / 2);
    draw_text(draw, ui.fonts.small, {at.x + ui.px(7), at.y + ui.px(2)}, colour, text);
    return width;
}

float task_chip_width(const Ui& ui, kernel::Tid task) {
    return std::ceil(text_width(ui.fonts.mono_small, fmt::format("{}", task.value))) + ui.px(8);
}

float draw_task_chip(ImDrawList* draw, const Ui& ui, ImVec2 at, kernel::Tid task, kernel::Pid process) {
    const std::string text = fmt::format("{}", task.value);
    const float width = task_chip_width(ui, task);
    const float height = std::round(font_size(ui.fonts.mono_small) + ui.px(3));
    const ImVec2 end{at.x + width, at.y + height};
    draw->AddRectFilled(at, end, ui.task_colour(task), ui.px(3));
    draw_text(draw, ui.fonts.mono_small, {at.x + ui.px(4), at.y + ui.px(1)}, ui.theme.on_process, text);
    if (ImGui::IsMouseHoveringRect(at, end)) ui.hover(process);
    return width;
}

float process_chip_width(const Ui& ui, kernel::Pid process) {
    return task_chip_width(ui, kernel::Tid{process.value});
}

float draw_process_chip(ImDrawList* draw, const Ui& ui, ImVec2 at, kernel::Pid process) {
    return draw_task_chip(draw, ui, at, kernel::Tid{process.value}, process);
}

void panel_title(const Ui& ui, const char* title, std::string_view right) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = std::round(font_size(ui.fonts.bold) * 1.5f);
    const float title_width = draw_text(draw, ui.fonts.bold, at, ui.theme.text, title, width);
    if (!right.empty() && width > title_width + ui.px(30))
        draw_text(draw, ui.fonts.small, {at.x + width, at.y + ui.px(2)}, ui.theme.muted, right,
                  width - title_width - ui.px(16), Align::right);
    ImGui::Dummy({width, height});
}

void empty_state(const Ui& ui, std::string_view text) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float width = std::min(space.x - ui.px(16), ui.px(420));
    if (width < ui.px(40)) return;
    const float height = draw_wrapped(nullptr, ui.fonts.text, {}, 0, text, width, 6);
    const ImVec2 place{at.x + (space.x - std::min(width, text_width(ui.fonts.text, text))) / 2,
                       at.y + std::max(ui.px(8), (space.y - height) * 0.42f)};
    draw_wrapped(ImGui::GetWindowDrawList(), ui.fonts.text, place, ui.theme.muted, text, width, 6);
}

bool tab_button(const Ui& ui, const char* label, bool is_selected) {
    WithFont font(is_selected ? ui.fonts.bold : ui.fonts.text);
    const ImVec2 size{text_width(ui.fonts.bold, label) + ui.px(4),
                      std::round(font_size(ui.fonts.bold) * 1.5f)};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(label, size);
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw_text(draw, is_selected ? ui.fonts.bold : ui.fonts.text, at,
              is_selected || hovered ? ui.theme.text : ui.theme.muted, label);
    if (is_selected)
        draw->AddRectFilled({at.x, at.y + size.y - ui.px(2)},
                            {at.x + text_width(ui.fonts.bold, label), at.y + size.y}, ui.theme.accent);
    return clicked;
}

bool begin_tooltip(const Ui& ui) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ui.px(10), ui.px(7)));
    ImGui::BeginTooltip();
    return true;
}

void end_tooltip() {
    ImGui::EndTooltip();
    ImGui::PopStyleVar();
}

bool splitter(const Ui& ui, const char* id, ImVec2 at, ImVec2 size, bool is_vertical, float extent,
              float& ratio, float low, float high) {
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton(id, size);
    const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
    if (active || hovered) {
        ImGui::SetMouseCursor(is_vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
        ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + size.x, at.y + size.y},
                                                  faded(ui.theme.accent, active ? 0.7f : 0.35f));
    }
    // The bar stays under the place where it was taken hold of.
    const auto along = [&](ImVec2 place) { return is_vertical ? place.x : place.y; };
    static float grip = 0;
    if (ImGui::IsItemActivated()) grip = along(ImGui::GetIO().MousePos) - along(at);
    if (active && extent > 0) {
        const float moved = along(ImGui::GetIO().MousePos) - grip - along(at);
        ratio = std::clamp(ratio + moved / extent, low, high);
    }
    return active;
}

}  // namespace ipclab::visualizer
