#include "tests/support/native.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace ipclab::testing {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void run_child(std::vector<std::string> argv, const std::string& directory,
                            const std::string& path, const std::string& input_file, int out, int err) {
    setpgid(0, 0);
    for (int sig : {SIGPIPE, SIGINT, SIGQUIT, SIGCHLD}) signal(sig, SIG_DFL);
    const int in = open(input_file.c_str(), O_RDONLY | O_CLOEXEC);
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);  // whatever we were started with
    if (chdir(directory.c_str()) != 0) _exit(126);
    std::vector<std::string> variables = {"PATH=" + path, "HOME=/", "LC_ALL=C"};
    std::vector<char*> arguments, environment;
    for (auto& text : argv) arguments.push_back(text.data());
    for (auto& text : variables) environment.push_back(text.data());
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
    execve(arguments[0], arguments.data(), environment.data());
    _exit(127);
}

// Reads what is there; returns whether the other end is still open.
bool drain(int fd, std::string& into) {
    char buffer[16384];
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got > 0) into.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "ipclab-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void TemporaryDirectory::write(const std::string& name, const std::string& text) const {
    std::ofstream(fs::path(path_) / name, std::ios::binary) << text;
}

NativeResult run_native(const std::vector<std::string>& argv, const std::string& directory,
                        const std::string& path, const std::string& input, int deadline_s) {
    TemporaryDirectory own;
    own.write("input", input);
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    const pid_t pid = fork();
    if (pid == 0) run_child(argv, directory, path, own.path() + "/input", out[1], err[1]);
    setpgid(pid, pid);
    close(out[1]);
    close(err[1]);

    NativeResult result;
    const auto deadline = Clock::now() + std::chrono::seconds(deadline_s);
    pollfd fds[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
    bool late = false;
    while (!late && (fds[0].fd >= 0 || fds[1].fd >= 0)) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        late = left <= 0 || poll(fds, 2, static_cast<int>(left)) == 0;
        if (!late && fds[0].revents != 0 && !drain(out[0], result.out)) fds[0].fd = -1;
        if (!late && fds[1].revents != 0 && !drain(err[0], result.err)) fds[1].fd = -1;
    }
    // Whatever is left of the group goes: a program that is late, or children that outlived a finished one.
    if (late) kill(-pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    kill(-pid, SIGKILL);
    close(out[0]);
    close(err[0]);
    result.status = late ? -1 : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

const std::string& toy_programs() {
    static const TemporaryDirectory directory;
    static const bool built = [] {
        std::vector<fs::path> sources;
        for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/lessons/bin")) {
            if (entry.path().extension() == ".c") sources.push_back(entry.path());
        }
        std::sort(sources.begin(), sources.end());
        for (const auto& source : sources) {
            const auto result = run_native({"/usr/bin/cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1",
                                            "-o", source.stem().string(), source.string()},
                                           directory.path(), "/usr/bin:/bin", "", 60);
            if (result.status != 0) throw std::runtime_error(result.err);
        }
        return true;
    }();
    (void)built;
    return directory.path();
}

}  // namespace ipclab::testing
