// `ipclab lessons`: what there is to learn.
#include <fmt/format.h>

#include "sim/cc/diagnostic.h"
#include "sim/lesson/load.h"
#include "sim/session/commands.h"
#include "sim/session/report.h"
#include "sim/session/request.h"

namespace ipclab::session {

int lessons_command(const CommonOptions& options) {
    const auto folder = lessons_directory();
    if (folder.empty()) {
        complain("the folder lessons was not found; set IPCLAB_LESSONS to it");
        return kExitUsage;
    }
    int status = 0;
    for (const lesson::LoadResult& loaded : lesson::load_lessons(folder)) {
        if (!loaded.lesson) {
            fmt::print(stderr, "{}", cc::format(loaded.diagnostics));
            status = 1;
            continue;
        }
        if (options.first) {
            fmt::print("{}\n", loaded.lesson->name);
            return 0;
        }
        fmt::print("{:<16} {}\n", loaded.lesson->name, loaded.lesson->title);
        if (!loaded.lesson->summary.empty()) fmt::print("{:<16} {}\n", "", loaded.lesson->summary);
    }
    return status;
}

}  // namespace ipclab::session
