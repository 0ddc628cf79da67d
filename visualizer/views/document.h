// Narration in the window.
#pragma once

#include "sim/lesson/markdown.h"
#include "visualizer/views/ui.h"

namespace ipclab::visualizer {

/// Draws the document at the cursor, as wide as the panel, and leaves the cursor below it.
void draw_document(const Ui& ui, const lesson::Document& document);

}  // namespace ipclab::visualizer
