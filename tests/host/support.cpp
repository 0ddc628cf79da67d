#include "tests/host/support.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "kernel/syscalls.h"

namespace ipclab::host::test {

namespace fs = std::filesystem;
using kernel::Event;
using kernel::EventKind;

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
    const char* parent = std::getenv("TMPDIR");
    for (const auto& entry : fs::directory_iterator(parent != nullptr ? parent : "/tmp", failure)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with("ipclab-build-") && !name.starts_with("ipclab-run-") &&
            !name.starts_with("ipclab-bin-"))
            continue;
        // Of other runs on this machine, perhaps: only what changed after this process started is ours.
        const auto started = fs::last_write_time("/proc/self", failure);
        if (fs::last_write_time(entry.path(), failure) >= started) found += "directory " + name + "\n";
    }
    return found;
}

}  // namespace ipclab::host::test
