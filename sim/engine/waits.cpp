#include "sim/engine/waits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "kernel/futex.h"
#include "kernel/processes.h"
#include "kernel/syscalls.h"
#include "sim/engine/address_names.h"

namespace ipclab::engine {

namespace {

using kernel::Kernel;
using kernel::Pid;
using kernel::Tid;

/// A synchronisation object of the C library, by the function that waits for it: where in the object its futex word and
/// the thread id of its holder are (sim/libc/include/bits/pthreadtypes.h).
struct LockKind {
    std::string_view function, noun;
    std::uint64_t word = 0;
    std::optional<std::uint64_t> holder;
};
constexpr LockKind kKinds[] = {
    {"pthread_mutex_", "mutex", 0, 8},
    {"mtx_", "mutex", 0, 8},
    {"pthread_cond_", "condition variable", 0, std::nullopt},
    {"cnd_", "condition variable", 0, std::nullopt},
    {"pthread_rwlock_", "readers-writer lock", 0, 8},
    {"pthread_barrier_", "barrier", 0, std::nullopt},
    {"pthread_once", "initialisation by", 0, std::nullopt},
    {"sem_", "semaphore", 0, std::nullopt},
};

/// What a task sleeps on in the C library.
struct LockWait {
    const LockKind* kind = nullptr;
    std::string function;
    std::uint64_t address = 0;  ///< of the object
    Tid holder{};
};

bool waits_for_futex(const kernel::Task& task) {
    return task.state == kernel::TaskState::blocked && task.call && !task.waits.empty() &&
           task.waits.front().what == kernel::WaitFor::futex;
}

std::uint32_t word_at(const Machine& machine, Pid process, std::uint64_t address) {
    std::array<std::uint8_t, 4> bytes{};
    const kernel::AddressSpace& space = machine.kernel.spaces[machine.kernel.processes[process].space];
    if (!space.peek(address, bytes, machine.kernel.memory)) return 0;
    return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
           std::uint32_t{bytes[3]} << 24;
}

std::optional<LockWait> lock_wait(const Machine& machine, Tid tid) {
    const kernel::Task& task = machine.kernel.tasks[tid];
    if (!waits_for_futex(task)) return std::nullopt;
    const std::string_view function = called_function(machine, tid);
    for (const LockKind& kind : kKinds) {
        if (!function.starts_with(kind.function)) continue;
        LockWait wait{&kind, std::string(function), task.call->args[0] - kind.word, {}};
        if (kind.holder)
            wait.holder =
                Tid{static_cast<std::int32_t>(word_at(machine, task.process, wait.address + *kind.holder))};
        return wait;
    }
    return std::nullopt;
}

std::string holder_of(const Machine& machine, const LockWait& wait) {
    if (wait.holder.value <= 0) return {};
    const kernel::Task* holder = machine.kernel.tasks.find(wait.holder);
    if (!holder || holder->state == kernel::TaskState::zombie)
        return fmt::format(", held by thread {}, which has ended", wait.holder.value);
    return fmt::format(", held by thread {}", wait.holder.value);
}

/// "the mutex 'm' (global)"
std::string object_of(const Machine& machine, Tid task, const LockWait& wait) {
    const std::string name = name_of_address(machine, machine.kernel.tasks[task].process, wait.address);
    if (name.empty()) return fmt::format("the {} at {:#x}", wait.kind->noun, wait.address);
    return fmt::format("the {} {}", wait.kind->noun, name);
}

/// The circle of waiting threads that this one is in and is the first of; empty where there is none.
std::vector<Tid> circle_from(const Machine& machine, Tid first) {
    std::vector<Tid> circle;
    for (Tid tid = first;;) {
        circle.push_back(tid);
        const auto wait = lock_wait(machine, tid);
        if (!wait || wait->holder.value <= 0 || !machine.kernel.tasks.contains(wait->holder)) return {};
        tid = wait->holder;
        if (tid == first) return circle;
        // Told once, from its lowest thread.
        if (tid < first || std::find(circle.begin(), circle.end(), tid) != circle.end()) return {};
    }
}

/// "program (3)"
std::string name_of(const Machine& machine, Tid tid) {
    return fmt::format("{} ({})", machine.kernel.processes[machine.kernel.tasks[tid].process].name,
                       tid.value);
}

/// "program.c:12"; empty where the task has ended or is not yet in its program.
std::string place_of(const Machine& machine, Tid tid) {
    const vm::Context* context = machine.contexts.find(tid);
    if (!context || context->frames.empty()) return {};
    const vm::Program& program = machine.program_of(tid);
    const vm::SourceSpan at = vm::current_span(program, *context, true);
    return at.line == 0 ? std::string{} : fmt::format("{}:{}", program.files[at.file].name, at.line);
}

}  // namespace

std::string_view called_function(const Machine& machine, Tid task) {
    const vm::Context* context = machine.contexts.find(task);
    if (!context) return {};
    const vm::Program& program = machine.program_of(task);
    const auto callee = static_cast<std::size_t>(vm::user_frame(program, *context) + 1);
    return callee < context->frames.size() ? program.functions[context->frames[callee].function].name
                                           : std::string_view{};
}

std::optional<FutexWait> futex_wait(const Machine& machine, Tid tid) {
    const kernel::Task* task = machine.kernel.tasks.find(tid);
    if (!task || !waits_for_futex(*task)) return {};
    if (const auto wait = lock_wait(machine, tid))
        return FutexWait{std::string(wait->function),
                         object_of(machine, tid, *wait) + holder_of(machine, *wait)};
    const std::string_view function = called_function(machine, tid);
    if (function.find("join") != std::string_view::npos)
        return FutexWait{std::string(function), fmt::format("thread {} to end", task->call->args[2])};
    const std::string name = name_of_address(machine, task->process, task->call->args[0]);
    if (name.empty()) return {};
    return FutexWait{"futex", "a wake-up at " + name};
}

std::string describe_wait(const Machine& machine, Tid tid) {
    const auto wait = futex_wait(machine, tid);
    return wait ? fmt::format("blocked in {}: waits for {}", wait->function, wait->what)
                : kernel::describe_wait(machine.kernel, tid);
}

std::vector<Wait> waits(const Machine& machine) {
    const Kernel& kernel = machine.kernel;
    std::vector<Wait> found;
    for (const auto& [tid, task] : kernel.tasks) {
        if (task->state != kernel::TaskState::blocked) continue;
        Wait wait{tid, {}, {}};
        const auto add = [&](Tid whom) {
            if (kernel.tasks.contains(whom) && std::ranges::find(wait.whom, whom) == wait.whom.end())
                wait.whom.push_back(whom);
        };
        if (const auto lock = lock_wait(machine, tid)) {
            wait.object = object_of(machine, tid, *lock).substr(4);  // without "the "
            add(lock->holder);
        } else if (waits_for_futex(*task)) {
            const bool joins = called_function(machine, tid).find("join") != std::string_view::npos;
            wait.object = joins ? "the end of a thread" : "a futex";
            if (joins) add(Tid{static_cast<std::int32_t>(task->call->args[2])});
        } else if (task->call && (task->call->number == static_cast<std::uint64_t>(kernel::Sys::wait4) ||
                                  task->call->number == static_cast<std::uint64_t>(kernel::Sys::waitid))) {
            wait.object = "children";
            for (const auto& [pid, process] : kernel.processes)
                if (process->parent == task->process && !process->is_zombie) add(Tid{pid.value});
        }
        for (const kernel::WaitPoint& point : task->waits) {
            if (wait.object.empty()) wait.object = kernel::describe(kernel, point.object);
            if (point.object.kind != kernel::ObjectKind::pipe) continue;
            const auto end = point.what == kernel::WaitFor::readable ? kernel::FileKind::pipe_write
                                                                     : kernel::FileKind::pipe_read;
            for (const kernel::FileId file : kernel::pipe_ends(kernel, kernel::PipeId{point.object.id}, end))
                for (const kernel::Holder& holder : kernel::holders(kernel, file))
                    add(Tid{holder.process.value});
        }
        found.push_back(std::move(wait));
    }
    return found;
}

std::vector<std::string> explain_endless(const Machine& machine) {
    std::vector<std::string> sentences;
    for (const auto& [tid, task] : machine.kernel.tasks) {
        const std::string place = place_of(machine, tid);
        if (place.empty()) continue;
        sentences.push_back(fmt::format("{} is at {}", name_of(machine, tid), place));
        if (task->state == kernel::TaskState::blocked) sentences.back() += ", " + describe_wait(machine, tid);
    }
    return sentences;
}

std::vector<std::string> explain_stuck(const Machine& machine) {
    std::vector<std::string> sentences;
    bool waits_for_end = false;
    for (const auto& [tid, task] : machine.kernel.tasks)
        if (task->state == kernel::TaskState::blocked) {
            const std::string ends = open_ends(machine, *task);
            waits_for_end |= ends.find("write end") != std::string::npos;
            const std::string place = place_of(machine, tid);
            sentences.push_back(fmt::format("{}{}{} is {}{}", name_of(machine, tid),
                                            place.empty() ? "" : " at ", place, describe_wait(machine, tid),
                                            ends));
        }
    if (waits_for_end)  // pipe(7)
        sentences.push_back(
            "a read from an empty pipe returns 0 only when no write end of it is open: each process "
            "closes those that it does not write to");
    for (const auto& [tid, task] : machine.kernel.tasks) {
        const std::vector<Tid> circle = circle_from(machine, tid);
        if (circle.empty()) continue;
        std::string text = "deadlock: ";
        for (std::size_t i = 0; i < circle.size(); ++i) {
            const auto wait = lock_wait(machine, circle[i]);
            text +=
                fmt::format("{}thread {} waits for {}, which {} holds", i ? "; " : "", circle[i].value,
                            object_of(machine, circle[i], *wait),
                            wait->holder == circle[i] ? "it" : fmt::format("thread {}", wait->holder.value));
            if (wait->holder == circle[i]) text += " itself";
        }
        sentences.push_back(text);
    }
    return sentences;
}

}  // namespace ipclab::engine
