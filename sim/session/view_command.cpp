// `ipclab view`: the window is a program of its own, so that this one needs no display.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/session/commands.h"
#include "sim/session/report.h"

namespace ipclab::session {

int view_command(const std::vector<std::string>& words) {
    std::error_code code;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", code);
    const std::string window = (self.parent_path() / "ipclab-view").string();
    std::vector<std::string> texts{window};
    texts.insert(texts.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    for (std::string& text : texts) arguments.push_back(text.data());
    arguments.push_back(nullptr);
    execv(window.c_str(), arguments.data());
    if (errno == ENOENT)
        complain(
            fmt::format("the window is not there: {} has not been built (./run --build-only builds it). "
                        "In the terminal: ipclab run FILE.c, ipclab lesson NAME",
                        window));
    else
        complain(fmt::format("{}: {}", window, std::strerror(errno)));
    return kExitUsage;
}

}  // namespace ipclab::session
