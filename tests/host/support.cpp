#include "tests/host/support.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "kernel/syscalls.h"

namespace ipclab::host::test {

namespace fs = std::filesystem;
using kernel::Event;
using kernel::EventKind;

namespace {

/// Temporary files of these tests have a place of their own: other runs on this machine leave theirs elsewhere.
struct OwnTemporaryFiles {
    OwnTemporaryFiles() {
        if (mkdtemp(name.data()) == nullptr) std::abort();
        chmod(name.c_str(), 0711);  // the sandbox is another user
        setenv("TMPDIR", name.c_str(), 1);
    }
    ~OwnTemporaryFiles() {
        std::error_code ignored;
        fs::remove_all(name, ignored);
    }
    std::string name = (fs::temp_directory_path() / "ipclab-test-XXXXXX").string();
} own_temporary_files;

}  // namespace

const Availability& machine() {
    static const Availability found = check_availability();
    return found;
}

RealRequest request_for(std::string text) {
    RealRequest request;
    request.build.programs = {{"prog", {{"prog.c", std::move(text)}}, {}}};
    return request;
}

RealResult run_text(std::string text, RunMode mode) {
    RealRequest request = request_for(std::move(text));
    request.mode = mode;
    return run_real(request);
}

std::string calls_of(const kernel::Trace& trace, int task) {
    std::string text;
    bool blocked = false;
    for (const Event& event : trace.events) {
        if (event.task.value != task) continue;
        if (event.kind == EventKind::blocked) blocked = true;
        if (event.kind != EventKind::syscall) continue;
        if (event.number == SYS_set_robust_list) continue;  // glibc's start of a process or thread
        if (!text.empty()) text += ' ';
        text += kernel::linux_syscall_name(event.number);
        if (blocked) text += '!';
        blocked = false;
    }
    return text;
}

std::string kinds_of(const kernel::Trace& trace, int task) {
    std::string text;
    for (const Event& event : trace.events) {
        if (event.task.value != task || event.kind == EventKind::syscall ||
            event.kind == EventKind::blocked || event.kind == EventKind::woken)
            continue;
        if (!text.empty()) text += ' ';
        text += kernel::name(event.kind);
    }
    return text;
}

const Event* find_event(const kernel::Trace& trace, EventKind kind, int task, int number) {
    for (const Event& event : trace.events)
        if (event.kind == kind && event.task.value == task && (number < 0 || event.number == number))
            return &event;
    return nullptr;
}

std::string leftovers() {
    std::string found;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator("/proc", failure)) {
        const std::string pid = entry.path().filename();
        if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream status(entry.path() / "status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("PPid:") && std::stoi(line.substr(5)) == getpid())
                found += "process " + pid + "\n";
    }
    for (const auto& entry : fs::directory_iterator(std::getenv("TMPDIR"), failure))
        found += "directory " + entry.path().filename().string() + "\n";
    return found;
}

}  // namespace ipclab::host::test
