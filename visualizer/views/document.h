// Narration in the window.
#pragma once

#include "sim/lesson/markdown.h"
#include "visualizer/views/ui.h"

namespace ipclab::visualizer {

/// Draws the document at the cursor, as wide as the panel, and leaves the cursor below it.
/// `colour` 0: the theme's own.
void draw_document(const Ui& ui, const lesson::Document& document, ImU32 colour = 0);

}  // namespace ipclab::visualizer
