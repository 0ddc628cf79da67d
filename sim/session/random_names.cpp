#include "sim/session/random_names.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "kernel/syscalls.h"

namespace ipclab::session {

namespace {

constexpr std::size_t kLetters = 6;
constexpr std::string_view kHidden = "XXXXXX";

using Names = std::set<std::string, std::less<>>;

/// Uses each path of the trace, with the call that has it.
template <class Use>
void for_each_path(const kernel::Trace& trace, Use use) {
    for (const kernel::Event& event : trace.events) {
        if (event.kind != kernel::EventKind::syscall && event.kind != kernel::EventKind::blocked) continue;
        const kernel::SyscallSpec* spec = kernel::syscall_spec(std::uint64_t{event.number});
        if (!spec) continue;
        for (const kernel::PayloadItem& item : trace.items(event))
            if (item.argument < spec->argument_count &&
                spec->args[item.argument].kind == kernel::ArgKind::path)
                use(event, item);
    }
}

std::string_view last_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

/// Whether mkstemp() or mkdtemp(), which have fixed modes, or sem_open(), which takes its caller's, would have made this so.
bool may_be_invented(const kernel::Event& event, std::string_view path) {
    constexpr std::uint64_t kAsMkstemp = 02 | 0100 | 0200, kFlagBits = 0100303;  // O_RDWR, O_CREAT, O_EXCL
    constexpr std::string_view kSemaphore = "/dev/shm/sem.";
    const auto is_number = [&](kernel::Sys number) {
        return event.kind == kernel::EventKind::syscall && event.number == static_cast<std::uint16_t>(number);
    };
    const bool is_semaphore = path.starts_with(kSemaphore) && path.size() == kSemaphore.size() + kLetters;
    const bool creates =
        event.result >= 0 && ((is_number(kernel::Sys::openat) && (event.args[2] & kFlagBits) == kAsMkstemp &&
                               (event.args[3] == 0600 || is_semaphore)) ||
                              (is_number(kernel::Sys::mkdir) && event.args[1] == 0700));
    const std::string_view name = last_name(path);
    return creates && name.size() >= kLetters && std::all_of(name.end() - kLetters, name.end(), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0;
           });
}

/// Names that may have been invented, by what they have before the six letters.
std::map<std::string, Names> candidates(const kernel::Trace& trace) {
    std::map<std::string, Names> names;
    for_each_path(trace, [&](const kernel::Event& event, const kernel::PayloadItem& item) {
        const std::string_view name = last_name(item.text());
        if (may_be_invented(event, item.text()))
            names[std::string(name.substr(0, name.size() - kLetters))].insert(std::string(name));
    });
    return names;
}

/// Those of one run that the other has not, where that has others of the same beginning.
Names invented(const std::map<std::string, Names>& one, const std::map<std::string, Names>& other) {
    Names names;
    for (const auto& [begin, own] : one) {
        const auto theirs = other.find(begin);
        if (theirs == other.end() || std::ranges::includes(own, theirs->second)) continue;
        std::ranges::set_difference(own, theirs->second, std::inserter(names, names.end()));
    }
    return names;
}

/// Calls with the place of each invented name's letters in a path.
template <class Use>
void for_each_invented(std::string_view path, const Names& names, Use use) {
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        if (names.contains(path.substr(begin, end - begin))) use(end - kLetters);
        begin = end + 1;
    }
}

void hide(NamedRun run, const Names& names) {
    // sem_open() asks for the name before it makes the file.
    for_each_path(run.trace, [&](const kernel::Event&, const kernel::PayloadItem& item) {
        const auto begin = item.bytes.data() - run.trace.payload.data();
        for_each_invented(item.text(), names, [&](std::size_t letters) {
            std::ranges::copy(kHidden,
                              run.trace.payload.begin() + begin + static_cast<std::ptrdiff_t>(letters));
        });
    });
    for (trace::LeftObject& object : run.left.objects)
        for_each_invented(std::string(object.name), names,
                          [&](std::size_t letters) { object.name.replace(letters, kLetters, kHidden); });
    // They stood in the order of the names that were invented.
    std::ranges::stable_sort(run.left.objects, {}, &trace::LeftObject::name);
}

}  // namespace

void hide_random_names(NamedRun one, NamedRun other) {
    const auto left = candidates(one.trace), right = candidates(other.trace);
    hide(one, invented(left, right));
    hide(other, invented(right, left));
}

}  // namespace ipclab::session
