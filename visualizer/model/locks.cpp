// The pictures of mutexes, condition variables, semaphores and their like.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/processes.h"
#include "sim/engine/locks.h"
#include "visualizer/model/objects.h"
#include "visualizer/model/text.h"

namespace ipclab::visualizer {

namespace {

using engine::Lock;
using kernel::Tid;

/// "thread 4", "process 3", "threads 4 and 5": where a process has several threads, they are meant.
std::string who(const kernel::Kernel& kernel, const std::vector<Tid>& tasks) {
    const kernel::Task* first = kernel.tasks.find(tasks.front());
    const bool is_process = first && kernel::threads_of(kernel, first->process).size() == 1;
    std::string text = fmt::format("{}{} ", is_process ? "process" : "thread",
                                   tasks.size() == 1 ? ""
                                   : is_process      ? "es"
                                                     : "s");
    for (std::size_t i = 0; i < tasks.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 < tasks.size() ? ", " : " and ", tasks[i].value);
    return text;
}

std::string state_text(const kernel::Kernel& kernel, const Lock& lock) {
    switch (lock.kind) {
        case Lock::Kind::mutex:
            return lock.holder ? "held by " + who(kernel, {lock.holder}) : "free";
        case Lock::Kind::condition:
            return "nobody waits";
        case Lock::Kind::readers_writer:
            if (lock.holder) return "written by " + who(kernel, {lock.holder});
            return lock.value ? counted(lock.value, "reader") : "free";
        case Lock::Kind::barrier:
            return fmt::format("{} of {} have come", lock.value, lock.wanted);
        case Lock::Kind::semaphore:
            return fmt::format("value {}", lock.value);
    }
    return "";
}

/// "held by thread 3; threads 4 and 5 wait"
std::string row_text(const kernel::Kernel& kernel, const Lock& lock) {
    if (lock.waiters.empty()) return state_text(kernel, lock);
    const std::string waiters = who(kernel, lock.waiters) + (lock.waiters.size() == 1 ? " waits" : " wait");
    // A condition variable is nothing but those who wait.
    return lock.kind == Lock::Kind::condition ? waiters
                                              : fmt::format("{}; {}", state_text(kernel, lock), waiters);
}

/// "3 semaphores, 1 mutex": in the order in which the kinds come.
std::string summary_of(const std::vector<const Lock*>& locks) {
    std::vector<std::pair<Lock::Kind, std::size_t>> counts;
    for (const Lock* lock : locks) {
        const auto found = std::ranges::find(counts, lock->kind, &std::pair<Lock::Kind, std::size_t>::first);
        if (found == counts.end())
            counts.emplace_back(lock->kind, 1);
        else
            ++found->second;
    }
    std::string text;
    for (const auto& [kind, count] : counts) {
        std::string plural = counted(count, name(kind));
        if (count > 1 && kind == Lock::Kind::mutex) plural.insert(plural.size() - 1, "e");
        text += (text.empty() ? "" : ", ") + plural;
    }
    return text;
}

ObjectPicture picture_of(const kernel::Kernel& kernel, const std::vector<const Lock*>& locks) {
    ObjectPicture picture;
    const Lock& first = *locks.front();
    const kernel::Process& process = kernel.processes[first.process];
    picture.object = first.is_shared ? kernel::ObjectRef{} : ref(process.space);
    picture.title = first.is_shared
                        ? "locks in shared memory"
                        : fmt::format("locks of {} ({})", printable(process.name), first.process.value);
    picture.summary = summary_of(locks);
    const std::size_t shown = std::min(locks.size(), kObjectRows);
    for (std::size_t i = 0; i < shown; ++i) {
        const Lock& lock = *locks[i];
        picture.rows.push_back({.label = printable(lock.name),
                                .text = row_text(kernel, lock),
                                .thread = lock.holder,
                                .is_waited_for = !lock.waiters.empty()});
    }
    picture.more_rows = locks.size() - shown;
    return picture;
}

}  // namespace

std::vector<ObjectPicture> lock_pictures(const engine::Machine& machine) {
    const std::vector<Lock> locks = engine::locks(machine);
    std::vector<ObjectPicture> pictures;
    const auto add = [&](auto belongs) {
        std::vector<const Lock*> some;
        for (const Lock& lock : locks)
            if (belongs(lock)) some.push_back(&lock);
        if (!some.empty()) pictures.push_back(picture_of(machine.kernel, some));
    };
    add([](const Lock& lock) { return lock.is_shared; });
    for (const auto& entry : machine.kernel.processes)
        add([&](const Lock& lock) { return !lock.is_shared && lock.process == entry.first; });
    return pictures;
}

}  // namespace ipclab::visualizer
