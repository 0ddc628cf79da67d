// What is below a process, by /proc: each thread lists its children, and a pid namespace's init has every
// process of it below it, also those that made themselves daemons.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "sim/host/command.h"
#include "sim/host/process_tree.h"

namespace ipclab::host {

namespace {

std::string_view read_small(const char* path, std::array<char, 65536>& buffer) {
    UniqueFd file(open(path, O_RDONLY | O_CLOEXEC));
    if (!file) return {};
    const ssize_t bytes = read(file.get(), buffer.data(), buffer.size());
    return bytes > 0 ? std::string_view(buffer.data(), static_cast<std::size_t>(bytes)) : std::string_view{};
}

/// The next number of a list separated by blanks; false at its end.
bool take_number(std::string_view& text, std::int64_t& number) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

/// Calls use(path) for the directory of each task of a process; false: there is no such process.
template <class Use>
bool for_each_task(pid_t process, Use use) {
    char path[80];
    std::snprintf(path, sizeof path, "/proc/%d/task", process);
    std::error_code failure;
    std::filesystem::directory_iterator tasks(path, failure);
    if (failure) return false;
    for (; !failure && tasks != std::filesystem::directory_iterator(); tasks.increment(failure))
        use(tasks->path().string());
    return true;
}

thread_local std::array<char, 65536> buffer;

void add_children(const std::string& task_directory, std::vector<pid_t>& children) {
    std::string_view list = read_small((task_directory + "/children").c_str(), buffer);
    for (std::int64_t child = 0; take_number(list, child);) children.push_back(static_cast<pid_t>(child));
}

}  // namespace

std::vector<pid_t> children_of(pid_t process) {
    std::vector<pid_t> children;
    for_each_task(process, [&](const std::string& directory) { add_children(directory, children); });
    return children;
}

Usage measure_tree(pid_t root) {
    constexpr std::size_t kMostProcesses = 100'000;
    static const auto page_bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    Usage usage;
    std::vector<pid_t> pending{root};
    char path[80];
    while (!pending.empty() && usage.processes.size() < kMostProcesses) {
        const pid_t process = pending.back();
        pending.pop_back();
        const bool is_there = for_each_task(process, [&](const std::string& directory) {
            if (process != root) ++usage.tasks;
            add_children(directory, pending);
        });
        if (!is_there) continue;
        if (process != root) usage.processes.push_back(process);
        std::snprintf(path, sizeof path, "/proc/%d/statm", process);
        std::string_view numbers = read_small(path, buffer);
        std::int64_t total = 0, resident = 0, shared = 0;
        if (take_number(numbers, total) && take_number(numbers, resident) && take_number(numbers, shared) &&
            resident > shared)
            usage.resident_bytes += static_cast<std::uint64_t>(resident - shared) * page_bytes;
    }
    return usage;
}

}  // namespace ipclab::host
