// Colours. Two themes, light and dark: calm surfaces, text at a contrast of 7:1 or better (4.5:1 for the muted kind),
// and colours for processes that people with colour blindness can tell apart (after Okabe and Ito), the same in
// every panel. A process is never told by its colour alone: its pid stands beside it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "imgui.h"
#include "visualizer/model/lanes.h"
#include "visualizer/model/source.h"

namespace ipclab::visualizer {

struct Theme {
    bool is_dark = false;
    ImU32 background = 0, panel = 0, raised = 0, line = 0, line_strong = 0;
    ImU32 text = 0, muted = 0, faint = 0;
    ImU32 accent = 0, on_accent = 0;
    ImU32 good = 0, warn = 0, bad = 0;                 ///< as text or thin lines on `panel`
    ImU32 warn_soft = 0, bad_soft = 0, good_soft = 0;  ///< as fills behind text
    ImU32 lane_running = 0, lane_ready = 0, lane_blocked = 0, lane_zombie = 0, lane_stopped = 0;
    ImU32 tokens[8] = {};  ///< by Token
    ImU32 processes[8] = {};
    ImU32 on_process = 0;  ///< text on a fill of a process's colour

    ImU32 process(std::size_t order) const { return order == SIZE_MAX ? muted : processes[order % 8]; }
    ImU32 token(Token token) const { return tokens[static_cast<std::size_t>(token)]; }
};

const Theme& theme_light();
const Theme& theme_dark();

/// The same colour, `alpha` from 0 to 1 of its own.
ImU32 faded(ImU32 colour, float alpha);
/// From a to b by t in 0..1.
ImU32 mixed(ImU32 a, ImU32 b, float t);

/// Gives Dear ImGui's own widgets the theme's colours and sizes, in pixels at `scale`.
void apply(const Theme& theme, float scale);

}  // namespace ipclab::visualizer
