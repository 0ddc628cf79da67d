// Lessons and their puzzles, for the commands that play them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sim/lesson/lesson.h"
#include "sim/lesson/play.h"

namespace ipclab::session {

/// A lesson by its name, or by the path of its folder or its lesson.md. Nothing, and a sentence, where there is none.
std::optional<std::filesystem::path> find_lesson_folder(const std::string& name, std::string& error);

/// Compiles the programs of a lesson's setups; what is wrong with them is said.
lesson::TimelineFactory timeline_factory(const lesson::Lesson& lesson);

/// A person solves a puzzle in the terminal, from where the timeline stands. Whether it is solved.
bool play_in_prompt(const lesson::Lesson& lesson, const lesson::LessonStep& step, engine::Timeline& timeline);

}  // namespace ipclab::session
