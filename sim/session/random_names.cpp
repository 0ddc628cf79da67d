#include "sim/session/random_names.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "kernel/syscalls.h"

namespace ipclab::session {

namespace {

constexpr std::size_t kLetters = 6;
constexpr std::string_view kHidden = "XXXXXX";

/// Of a path, each name that was invented.
void hide_names(std::string& path, const std::set<std::string, std::less<>>& names) {
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        if (names.contains(path.substr(begin, end - begin))) path.replace(end - kLetters, kLetters, kHidden);
        begin = end + 1;
    }
}

}  // namespace

void hide_random_names(kernel::Trace& trace, trace::LeftBehind& left) {
    constexpr std::uint64_t kAsMkstemp = 02 | 0100 | 0200, kFlagBits = 0100303;  // O_RDWR, O_CREAT, O_EXCL
    const auto is_number = [](const kernel::Event& event, kernel::Sys number) {
        return event.kind == kernel::EventKind::syscall && event.number == static_cast<std::uint16_t>(number);
    };
    std::set<std::string, std::less<>> invented, invented_names;
    const auto is_invented = [&](std::string_view path) {
        // The name itself, or something inside a directory of that name.
        for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
             end = path.rfind('/', end - 1))
            if (invented.contains(path.substr(0, end))) return end;
        return std::size_t{0};
    };
    const auto for_each_path = [&](auto&& use) {
        for (const kernel::Event& event : trace.events) {
            if (event.kind != kernel::EventKind::syscall && event.kind != kernel::EventKind::blocked)
                continue;
            const kernel::SyscallSpec* spec = kernel::syscall_spec(std::uint64_t{event.number});
            if (!spec) continue;
            for (const kernel::PayloadItem& item : trace.items(event))
                if (item.argument < spec->argument_count &&
                    spec->args[item.argument].kind == kernel::ArgKind::path)
                    use(event, item);
        }
    };
    for_each_path([&](const kernel::Event& event, const kernel::PayloadItem& item) {
        const std::string_view path = item.text();
        const std::string_view name = path.substr(path.rfind('/') + 1);
        // mkstemp() and mkdtemp() have fixed modes; sem_open() takes its caller's.
        constexpr std::string_view kSemaphore = "/dev/shm/sem.";
        const bool is_semaphore = path.starts_with(kSemaphore) && path.size() == kSemaphore.size() + kLetters;
        const bool creates =
            event.result >= 0 &&
            ((is_number(event, kernel::Sys::openat) && (event.args[2] & kFlagBits) == kAsMkstemp &&
              (event.args[3] == 0600 || is_semaphore)) ||
             (is_number(event, kernel::Sys::mkdir) && event.args[1] == 0700));
        const bool has_letters =
            name.size() >= kLetters && std::all_of(name.end() - kLetters, name.end(), [](char c) {
                return std::isalnum(static_cast<unsigned char>(c)) != 0;
            });
        if (!creates || !has_letters) return;
        invented.insert(std::string(path));
        invented_names.insert(std::string(name));
    });
    // sem_open() asks for the name before it makes the file.
    for_each_path([&](const kernel::Event&, const kernel::PayloadItem& item) {
        const std::size_t end = is_invented(item.text());
        if (end == 0) return;
        const auto at =
            item.bytes.data() - trace.payload.data() + static_cast<std::ptrdiff_t>(end - kLetters);
        std::copy(kHidden.begin(), kHidden.end(), trace.payload.begin() + at);
    });
    for (trace::LeftObject& object : left.objects) hide_names(object.name, invented_names);
}

}  // namespace ipclab::session
