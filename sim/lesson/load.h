// Reads lessons: a folder with lesson.md and C files. What an author got wrong becomes diagnostics with the
// line, a caret and what to do; nothing is guessed and no key is ignored.
//
//   +++                                          TOML: what to run
//   title = "..."
//   programs = { talk = "talk.c" }
//   run = ["talk"]
//   +++
//   Narration in Markdown, up to the first heading of level two.
//   ## A step's title
//   Narration.
//   ```toml step                                 TOML: how far, what to look at, what to predict, what must
//   be true until = "child blocks in read" expect = ["pipe holds 0 bytes"]
//   ```
//   What there is to say afterwards.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cc/diagnostic.h"
#include "sim/lesson/lesson.h"

namespace ipclab::lesson {

struct LoadResult {
    std::optional<Lesson> lesson;  ///< nothing where there were errors
    std::vector<cc::Diagnostic> diagnostics;
};

/// Parses the text of a lesson.md; `file` names it in diagnostics. `exists` says whether the lesson's folder
/// has a file.
LoadResult parse_lesson(const std::string& file, std::string_view text,
                        const std::function<bool(const std::string& name)>& exists);

/// Reads a lesson's folder.
LoadResult load_lesson(const std::filesystem::path& folder);

/// All lessons below `lessons` (folders with a lesson.md), by their order; those with errors have none, only
/// diagnostics.
std::vector<LoadResult> load_lessons(const std::filesystem::path& lessons);

/// The folder of the lesson called `name`: its folder's name, with or without the number ("full-pipe" is
/// "02-full-pipe"), or its number. Nothing where there is none: then `error` says what there is.
std::optional<std::filesystem::path> find_lesson(const std::filesystem::path& lessons,
                                                 const std::string& name, std::string& error);

}  // namespace ipclab::lesson
