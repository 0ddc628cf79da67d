#include "sim/host/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>

namespace ipclab::host {

namespace {

constexpr std::size_t kMaxOutputBytes = 1 << 20;

/// The environment of this process, with messages in English.
std::vector<std::string> english_environment() {
    std::vector<std::string> entries;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (!text.starts_with("LC_") && !text.starts_with("LANG")) entries.emplace_back(text);
    }
    entries.emplace_back("LC_ALL=C");
    return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

[[noreturn]] void become_tool(int output, int start_report, const char* directory, char** argv, char** envp) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int signal_number : {SIGPIPE, SIGINT, SIGQUIT, SIGCHLD}) signal(signal_number, SIG_DFL);
    // A source may ask for more than the machine has (an array of terabytes, an endless include).
    const rlimit memory{4ull << 30, 4ull << 30}, file{256 << 20, 256 << 20}, core{0, 0};
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_FSIZE, &file);
    setrlimit(RLIMIT_CORE, &core);
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(output, 1);
    dup2(output, 2);
    if (*directory == '\0' || chdir(directory) == 0) execvpe(argv[0], argv, envp);
    const int error = errno;
    [[maybe_unused]] const ssize_t written = write(start_report, &error, sizeof error);
    _exit(127);
}

}  // namespace

std::int64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void UniqueFd::reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
}

CommandResult run_command(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                          std::int64_t timeout_ns) {
    CommandResult result;
    int output[2], report[2];
    if (pipe2(output, O_CLOEXEC) != 0) return result.start_error = errno, result;
    UniqueFd output_read(output[0]), output_write(output[1]);
    if (pipe2(report, O_CLOEXEC) != 0) return result.start_error = errno, result;
    UniqueFd report_read(report[0]), report_write(report[1]);

    std::vector<std::string> argument_texts = arguments, environment_texts = english_environment();
    // A tool that is killed leaves its temporary files: they have to go with the directory.
    if (!directory.empty()) {
        std::erase_if(environment_texts,
                      [](const std::string& entry) { return entry.starts_with("TMPDIR="); });
        environment_texts.push_back("TMPDIR=" + directory.string());
    }
    std::vector<char*> argv = pointers_to(argument_texts), envp = pointers_to(environment_texts);
    const std::string directory_text = directory.string();
    const std::int64_t deadline = monotonic_ns() + timeout_ns;
    const pid_t child = fork();
    if (child < 0) return result.start_error = errno, result;
    if (child == 0)
        become_tool(output_write.get(), report_write.get(), directory_text.c_str(), argv.data(), envp.data());
    output_write.reset();
    report_write.reset();
    if (read(report_read.get(), &result.start_error, sizeof result.start_error) != sizeof result.start_error)
        result.start_error = 0;

    for (;;) {
        const std::int64_t left_ns = deadline - monotonic_ns();
        if (left_ns <= 0) {
            result.timed_out = true;
            break;
        }
        pollfd waiting{output_read.get(), POLLIN, 0};
        const int ready =
            poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left_ns / 1'000'000 + 1, 1000)));
        if (ready <= 0) continue;
        char buffer[16384];
        const ssize_t bytes = read(output_read.get(), buffer, sizeof buffer);
        if (bytes <= 0) break;
        const std::size_t room = kMaxOutputBytes - result.output.size();
        result.output.append(buffer, std::min(room, static_cast<std::size_t>(bytes)));
    }
    if (result.timed_out) kill(-child, SIGKILL);
    // The tool closed its output, or it is dead: it ends at once, or it is made to.
    siginfo_t ended{};
    while (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT | WNOHANG) == 0 &&
           ended.si_pid == 0) {
        if (monotonic_ns() >= deadline) {
            result.timed_out = true;
            kill(-child, SIGKILL);
            break;
        }
        poll(nullptr, 0, 1);
    }
    // Not yet reaped, so the group's number is still ours: its own children go too.
    kill(-child, SIGKILL);
    while (waitpid(child, &result.wait_status, 0) < 0 && errno == EINTR) {
    }
    return result;
}

TempDir::TempDir(std::string_view what) {
    const char* base = std::getenv("TMPDIR");
    for (const std::string& parent : {std::string(base != nullptr ? base : ""), std::string("/tmp")}) {
        if (parent.empty()) continue;
        std::string name = parent + "/ipclab-" + std::string(what) + "-XXXXXX";
        if (mkdtemp(name.data()) != nullptr) {
            path_ = name;
            return;
        }
    }
}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
    if (this != &other) {
        remove();
        path_ = std::move(other.path_);
        other.path_.clear();
    }
    return *this;
}

TempDir::~TempDir() {
    remove();
}

void TempDir::remove() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    path_.clear();
}

bool write_file(const std::filesystem::path& path, std::string_view content, unsigned mode) {
    UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!file) return false;
    while (!content.empty()) {
        const ssize_t bytes = write(file.get(), content.data(), content.size());
        if (bytes < 0 && errno == EINTR) continue;
        if (bytes <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(bytes));
    }
    return fchmod(file.get(), mode) == 0;
}

}  // namespace ipclab::host
