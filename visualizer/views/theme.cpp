#include "visualizer/views/theme.h"

#include <cmath>

namespace ipclab::visualizer {

namespace {

constexpr ImU32 rgb(std::uint32_t hex) {
    return IM_COL32(hex >> 16 & 0xff, hex >> 8 & 0xff, hex & 0xff, 0xff);
}

Theme make_light() {
    Theme t;
    t.background = rgb(0xf1f3f5);
    t.panel = rgb(0xffffff);
    t.raised = rgb(0xf6f7f9);
    t.line = rgb(0xdfe3e8);
    t.line_strong = rgb(0xb9c1cb);
    t.text = rgb(0x1a1f26);
    t.muted = rgb(0x57616e);
    t.faint = rgb(0x939daa);
    t.accent = rgb(0x1f5fbf);
    t.on_accent = rgb(0xffffff);
    t.good = rgb(0x1a7f4b);
    t.warn = rgb(0x9a5b00);
    t.bad = rgb(0xb3261e);
    t.good_soft = rgb(0xdcf3e6);
    t.warn_soft = rgb(0xffefd0);
    t.bad_soft = rgb(0xfde3e0);
    t.lane_ready = rgb(0xc3cad3);
    t.lane_blocked = rgb(0xf0b35a);
    t.lane_zombie = rgb(0xd9dde3);
    t.lane_stopped = rgb(0xc9a0b8);
    const ImU32 tokens[8] = {rgb(0x1a1f26), rgb(0x7a2fa0), rgb(0x0b6b74), rgb(0x9b4a00),
                             rgb(0x2c6e2f), rgb(0x6b7684), rgb(0x8a4b67), rgb(0x1d4f9e)};
    const ImU32 processes[8] = {rgb(0x0f69b4), rgb(0xc8500a), rgb(0x00805a), rgb(0xb0437f),
                                rgb(0x8a6d00), rgb(0x2a8fa8), rgb(0x6a4fc0), rgb(0x7a5138)};
    for (int i = 0; i < 8; ++i) t.tokens[i] = tokens[i], t.processes[i] = processes[i];
    t.on_process = rgb(0xffffff);
    t.lane_running = t.text;
    return t;
}

Theme make_dark() {
    Theme t;
    t.is_dark = true;
    t.background = rgb(0x14171b);
    t.panel = rgb(0x1c2025);
    t.raised = rgb(0x252a31);
    t.line = rgb(0x323842);
    t.line_strong = rgb(0x4f5866);
    t.text = rgb(0xe8ebef);
    t.muted = rgb(0xa3adba);
    t.faint = rgb(0x6d7785);
    t.accent = rgb(0x6db3ff);
    t.on_accent = rgb(0x0c1a2b);
    t.good = rgb(0x62d193);
    t.warn = rgb(0xf5c063);
    t.bad = rgb(0xff8f85);
    t.good_soft = rgb(0x1d3a2b);
    t.warn_soft = rgb(0x43341a);
    t.bad_soft = rgb(0x4a2523);
    t.lane_ready = rgb(0x4c5562);
    t.lane_blocked = rgb(0xb87f2c);
    t.lane_zombie = rgb(0x343b45);
    t.lane_stopped = rgb(0x7d5a6e);
    const ImU32 tokens[8] = {rgb(0xe8ebef), rgb(0xd3a4f0), rgb(0x6fd3dc), rgb(0xf2b880),
                             rgb(0x9fd89a), rgb(0x8b96a5), rgb(0xf0a6c3), rgb(0x93c2ff)};
    const ImU32 processes[8] = {rgb(0x5eb1ff), rgb(0xff9a52), rgb(0x3ed3a3), rgb(0xf291c3),
                                rgb(0xe6cf4d), rgb(0x6fdcf2), rgb(0xb8a2ff), rgb(0xd3a88a)};
    for (int i = 0; i < 8; ++i) t.tokens[i] = tokens[i], t.processes[i] = processes[i];
    t.on_process = rgb(0x10151b);
    t.lane_running = t.text;
    return t;
}

ImVec4 vec(ImU32 colour) {
    return ImGui::ColorConvertU32ToFloat4(colour);
}

}  // namespace

const Theme& theme_light() {
    static const Theme theme = make_light();
    return theme;
}

const Theme& theme_dark() {
    static const Theme theme = make_dark();
    return theme;
}

ImU32 faded(ImU32 colour, float alpha) {
    const auto own = static_cast<float>(colour >> IM_COL32_A_SHIFT & 0xff);
    return (colour & ~IM_COL32_A_MASK) | static_cast<ImU32>(std::lround(own * alpha)) << IM_COL32_A_SHIFT;
}

ImU32 mixed(ImU32 a, ImU32 b, float t) {
    ImU32 out = 0;
    for (const int shift : {0, 8, 16, 24}) {
        const auto from = static_cast<float>(a >> shift & 0xff), to = static_cast<float>(b >> shift & 0xff);
        out |= static_cast<ImU32>(std::lround(from + (to - from) * t)) << shift;
    }
    return out;
}

void apply(const Theme& theme, float scale) {
    ImGuiStyle style;
    style.WindowPadding = {10, 8};
    style.FramePadding = {8, 4};
    style.ItemSpacing = {8, 5};
    style.ItemInnerSpacing = {6, 4};
    style.CellPadding = {6, 2};
    style.ScrollbarSize = 11;
    style.ScrollbarRounding = 6;
    style.GrabRounding = 4;
    style.GrabMinSize = 10;
    style.FrameRounding = 4;
    style.PopupRounding = 6;
    style.WindowRounding = 0;
    style.ChildRounding = 0;
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.PopupBorderSize = 1;
    style.FrameBorderSize = 0;
    style.AntiAliasedLinesUseTex = false;
    style.ScaleAllSizes(scale);

    ImVec4* c = style.Colors;
    c[ImGuiCol_Text] = vec(theme.text);
    c[ImGuiCol_TextDisabled] = vec(theme.muted);
    c[ImGuiCol_WindowBg] = vec(theme.background);
    c[ImGuiCol_ChildBg] = vec(theme.panel);
    c[ImGuiCol_PopupBg] = vec(theme.is_dark ? theme.raised : theme.panel);
    c[ImGuiCol_Border] = vec(theme.line_strong);
    c[ImGuiCol_BorderShadow] = {};
    c[ImGuiCol_FrameBg] = vec(theme.raised);
    c[ImGuiCol_FrameBgHovered] = vec(mixed(theme.raised, theme.accent, 0.12f));
    c[ImGuiCol_FrameBgActive] = vec(mixed(theme.raised, theme.accent, 0.2f));
    c[ImGuiCol_ScrollbarBg] = {};
    c[ImGuiCol_ScrollbarGrab] = vec(faded(theme.line_strong, 0.8f));
    c[ImGuiCol_ScrollbarGrabHovered] = vec(theme.faint);
    c[ImGuiCol_ScrollbarGrabActive] = vec(theme.muted);
    c[ImGuiCol_CheckMark] = vec(theme.accent);
    c[ImGuiCol_SliderGrab] = vec(theme.accent);
    c[ImGuiCol_SliderGrabActive] = vec(theme.accent);
    c[ImGuiCol_Button] = vec(theme.raised);
    c[ImGuiCol_ButtonHovered] = vec(mixed(theme.raised, theme.accent, 0.18f));
    c[ImGuiCol_ButtonActive] = vec(mixed(theme.raised, theme.accent, 0.34f));
    c[ImGuiCol_Header] = vec(faded(theme.accent, 0.16f));
    c[ImGuiCol_HeaderHovered] = vec(faded(theme.accent, 0.12f));
    c[ImGuiCol_HeaderActive] = vec(faded(theme.accent, 0.24f));
    c[ImGuiCol_Separator] = vec(theme.line);
    c[ImGuiCol_TableBorderLight] = vec(theme.line);
    c[ImGuiCol_TableBorderStrong] = vec(theme.line);
    c[ImGuiCol_TextSelectedBg] = vec(faded(theme.accent, 0.35f));
    c[ImGuiCol_NavHighlight] = vec(theme.accent);
    c[ImGuiCol_ModalWindowDimBg] = vec(faded(IM_COL32_BLACK, 0.45f));
    ImGui::GetStyle() = style;
}

}  // namespace ipclab::visualizer
