// Fonts: real ones from the system's packages (Inter for text, JetBrains Mono for code), else DejaVu, else Dear
// ImGui's own bitmap font. Built anew at the exact pixel size whenever the scale changes, so that text is crisp.
#pragma once

#include <string>

#include "imgui.h"

namespace ipclab::visualizer {

struct Fonts {
    ImFont* text = nullptr;
    ImFont* bold = nullptr;
    ImFont* small = nullptr;
    ImFont* title = nullptr;
    ImFont* mono = nullptr;
    ImFont* mono_small = nullptr;
};

/// Fills the context's font atlas for this scale (1 = 96 dpi). The atlas's texture must then be made anew.
Fonts build_fonts(float scale);

/// The file with that name below the standard font directories ($XDG_DATA_HOME/fonts, ~/.fonts,
/// $XDG_DATA_DIRS/fonts), or "".
std::string find_font(const std::string& file_name);

}  // namespace ipclab::visualizer
