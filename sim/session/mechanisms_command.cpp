// `ipclab mechanisms`: the table of sim/session/mechanisms.def.
#include "sim/session/mechanisms.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "sim/session/commands.h"

namespace ipclab::session {

namespace {

constexpr Mechanism kMechanisms[] = {
#define MECHANISM(name, page, calls, tests, lessons) {name, page, calls, tests, lessons},
#include "sim/session/mechanisms.def"
#undef MECHANISM
};

}  // namespace

std::span<const Mechanism> mechanisms() {
    return kMechanisms;
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) found.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return found;
}

const Mechanism* mechanism_of(std::string_view call, kernel::ObjectKind object) {
    using kernel::ObjectKind;
    // read(2) and its like are in the row of pipes; what they are applied to may be something else.
    constexpr std::pair<ObjectKind, std::string_view> kRows[] = {
        {ObjectKind::pipe, "pipes"},
        {ObjectKind::socket, "sockets"},
        {ObjectKind::inode, "files and names"},
        {ObjectKind::stream, "terminals, job control"},
        {ObjectKind::terminal, "terminals, job control"},
        {ObjectKind::pty_master, "terminals, job control"},
        {ObjectKind::eventfd, "event descriptors"},
        {ObjectKind::timerfd, "event descriptors"},
        {ObjectKind::signalfd, "event descriptors"},
        {ObjectKind::epoll, "epoll"},
        {ObjectKind::inotify, "inotify"},
    };
    const Mechanism* first = nullptr;
    bool transfers = false;
    for (const Mechanism& each : mechanisms()) {
        const auto calls = words(each.calls);
        if (std::find(calls.begin(), calls.end(), call) == calls.end()) continue;
        transfers = transfers || (first == nullptr && each.name == "pipes");
        if (first == nullptr) first = &each;
    }
    if (!transfers) return first;
    for (const auto& [kind, name] : kRows)
        if (kind == object)
            for (const Mechanism& each : mechanisms())
                if (each.name == name) return &each;
    return first;
}

std::string mechanisms_page() {
    std::string page =
        "| mechanism | man page | system calls | tests | lessons |\n"
        "| --- | --- | --- | --- | --- |\n";
    for (const Mechanism& each : mechanisms())
        page += fmt::format("| {} | {} | {} | {} | {} |\n", each.name, each.page,
                            fmt::join(words(each.calls), ", "), fmt::join(words(each.tests), ", "),
                            fmt::join(words(each.lessons), ", "));
    return page;
}

int mechanisms_command(const CommonOptions&) {
    fmt::print("{}", mechanisms_page());
    return 0;
}

}  // namespace ipclab::session
