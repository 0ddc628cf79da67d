// The panels, one file each. Each draws into the current ImGui child window, all of it.
#pragma once

#include "visualizer/views/ui.h"

namespace ipclab::visualizer {

void draw_transport(const Ui& ui);  // transport.cpp: title, step, run, speed, scrub
void draw_source(const Ui& ui);     // source.cpp
void draw_stage(const Ui& ui);      // stage.cpp: processes, pipes and the lines between them
void draw_output(const Ui& ui);     // output.cpp: what was written; a line for typing
void draw_timeline(const Ui& ui);   // timeline.cpp: lanes of both runs
/// The height at which the timeline shows all its lanes.
float timeline_height(const Ui& ui);
void draw_log(const Ui& ui);          // log.cpp: system calls
void draw_schedules(const Ui& ui);    // schedules.cpp: who goes next, by hand; what all schedules lead to
void draw_candidates(const Ui& ui);   // schedules.cpp: those who can go next, to be picked
void draw_lesson(const Ui& ui);       // lesson.cpp: narration, predictions, what was expected
void draw_help(const Ui& ui);         // help.cpp: the keys, over everything
void draw_diagnostics(const Ui& ui);  // diagnostics.cpp: what the compiler said, instead of a stage

}  // namespace ipclab::visualizer
