#include "sim/explore/mover.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/processes.h"

namespace ipclab::explore {

using engine::Choice;
using engine::Machine;
using engine::Step;
using kernel::Tid;

namespace {

// A task that goes on for so long without coming to a place to stop at stops anyway: it may never come to one.
constexpr std::uint32_t kMostInstructions = 1'000'000;
constexpr int kMostSteps = 2'000;

/// Signals that end a process by a mistake of its own, and leave a core (signal(7)).
bool leaves_core(std::int32_t wait_status) {
    switch (wait_status & 0x7f) {
        case kernel::kSigAbrt:
        case kernel::kSigSegv:
        case kernel::kSigBus:
        case kernel::kSigFpe:
        case kernel::kSigIll:
        case kernel::kSigTrap:
        case kernel::kSigSys:
            return true;
        default:
            return false;
    }
}

/// futex(2), as pthread_join() calls it: sleeps until another thread of the process has ended, whose id the kernel then
/// clears.
bool waits_for_thread(const kernel::Kernel& kernel, const kernel::Task& task,
                      const std::array<std::uint64_t, 6>& args) {
    constexpr std::uint64_t kCommand = 0x7f, kWait = 0, kWaitBitset = 9;
    const std::uint64_t command = args[1] & kCommand;
    if ((command != kWait && command != kWaitBitset) || args[3] != 0) return false;
    bool is_of_thread = false;
    for (const auto& [tid, other] : kernel.tasks) {
        if (other->process != task.process || tid == task.tid) continue;
        if (other->call && other->call->args[0] == args[0])
            return false;  // somebody else may wait for the same
        is_of_thread |= other->state != kernel::TaskState::zombie && other->clear_child_tid == args[0];
    }
    std::array<std::uint8_t, 4> word{};
    if (!is_of_thread ||
        !kernel.spaces[kernel.processes[task.process].space].peek(args[0], word, kernel.memory))
        return false;
    std::uint32_t value = 0;
    std::memcpy(&value, word.data(), sizeof value);
    return value == static_cast<std::uint32_t>(args[2]);
}

/// Whether the task stands before a call in which it sleeps until children or threads have ended that nobody else waits
/// for: whether it goes to sleep now or comes only when they have ended makes no difference to anybody.
bool sleeps_alone(const Machine& machine, Tid tid, const Standing& standing) {
    const kernel::Kernel& kernel = machine.kernel;
    if (standing.before != Standing::Before::call || !engine::can_run(machine, tid)) return false;
    const kernel::Task& task = kernel.tasks[tid];
    if (task.call) return false;
    if (standing.number == static_cast<std::uint64_t>(kernel::Sys::wait4)) {
        if (standing.args[2] != 0) return false;  // WNOHANG and the like
        for (const auto& [other, each] : kernel.tasks)
            if (other != tid && each->process == task.process) return false;
        bool has_children = false;
        for (const auto& [pid, process] : kernel.processes) {
            if (process->parent != task.process) continue;
            if (process->is_zombie) return false;
            has_children = true;
        }
        return has_children;
    }
    if (standing.number == static_cast<std::uint64_t>(kernel::Sys::futex))
        return waits_for_thread(kernel, task, standing.args);
    return false;
}

std::ptrdiff_t handlers_of(const Machine& machine, Tid task) {
    const vm::Context* context = machine.contexts.find(task);
    if (!context) return 0;
    return std::count_if(context->frames.begin(), context->frames.end(), [](const vm::Frame& frame) {
        return frame.kind == vm::Frame::Kind::signal_handler;
    });
}

/// Names a place in the code of a task's program.
std::uint64_t place_of(const Machine& machine, Tid task, std::uint32_t function, std::uint32_t pc) {
    const auto program = static_cast<std::uint64_t>(
        machine.kernel.processes[machine.kernel.tasks[task].process].program.value);
    return program << 56 | std::uint64_t{function} << 32 | pc;
}

/// What a step has explained: in its context one more mistake is noted than the `told` ones, or more, or it is a fault.
void report_mistakes(const Machine& machine, Tid task, std::size_t told, bool is_fault, MoveReport& report) {
    const vm::Context* context = machine.contexts.find(task);
    if (!context) return report.mistakes.push_back(0);
    if (is_fault) {
        const vm::Frame& frame = context->frames.back();
        return report.faults.push_back(place_of(machine, task, frame.function, frame.pc));
    }
    // They are sorted: all are named, the new ones among them.
    if (context->reported.size() > told)
        report.mistakes.insert(report.mistakes.end(), context->reported.begin(), context->reported.end());
    else
        report.mistakes.push_back(0);
}

}  // namespace

const Standing* State::standing(Tid task) const {
    const auto found = std::lower_bound(standings.begin(), standings.end(), task,
                                        [](const auto& each, Tid wanted) { return each.first < wanted; });
    return found != standings.end() && found->first == task ? &found->second : nullptr;
}

void Mover::actors(const Machine& machine, Actor first, std::vector<Actor>& found) const {
    found.clear();
    for (const auto& [tid, task] : machine.kernel.tasks)
        if (task->state == kernel::TaskState::ready || task->state == kernel::TaskState::running)
            found.push_back(tid);
    if (kernel::next_deadline(machine.kernel) != kernel::kNever) found.push_back(Actor{});
    if (const auto at = std::find(found.begin(), found.end(), first); at != found.end())
        std::rotate(found.begin(), at, at + 1);
}

MoveReport Mover::settle(State& state) {
    MoveReport report;
    settle(state, report);
    return report;
}

MoveReport Mover::move(State& state, Actor actor) {
    MoveReport report;
    if (actor) {
        run(state, actor, report);
    } else {
        engine::step(state.machine, Choice::advance_time(), nullptr);
        if (schedule_) engine::add_step(*schedule_, {}, 0);
    }
    settle(state, report);
    return report;
}

/// New tasks go to their first place to stop at; those of tasks that are gone are forgotten.
void Mover::settle(State& state, MoveReport& report) {
    const auto& tasks = state.machine.kernel.tasks;
    std::erase_if(state.standings, [&](const auto& each) { return !tasks.contains(each.first); });
    for (bool is_settled = false; !is_settled;) {
        is_settled = true;
        for (const auto& [tid, task] : tasks) {
            if (state.standing(tid)) continue;
            if (task->state != kernel::TaskState::ready && task->state != kernel::TaskState::running)
                continue;
            run(state, tid, report);
            is_settled = false;
            break;
        }
    }
    if (sees_all_ || sharing_.has_signals()) return;
    for (const auto& [tid, standing] : std::vector(state.standings))
        if (sleeps_alone(state.machine, tid, standing)) run(state, tid, report);
}

void Mover::run(State& state, Tid task, MoveReport& report) {
    Machine& machine = state.machine;
    kernel::Kernel& kernel = machine.kernel;
    const Standing* before = state.standing(task);
    bool goes_on = before && before->before != Standing::Before::none && !kernel.tasks[task].call &&
                   !kernel::has_deliverable_signal(kernel, task);
    Standing after;
    for (int steps = 0; steps < kMostSteps; ++steps) {
        const std::int32_t last_id = kernel.last_pid;
        const kernel::Pid pid = kernel.tasks[task].process;
        const std::string name = kernel.processes[pid].name;
        const std::size_t told = machine.contexts.find(task)->reported.size();
        const std::ptrdiff_t handlers = sharing_.has_signals() ? handlers_of(machine, task) : 0;
        observer_.begin(machine, task, goes_on);
        goes_on = false;
        const Step step = engine::step(machine, Choice::run(task, kernel::CpuId{0}, kMostInstructions),
                                       nullptr, engine::Begin::fresh, vm::StopAt::watched, &observer_);
        if (handlers > 0 && step.end != Step::End::signal && handlers_of(machine, task) < handlers)
            has_left_handler_ = true;
        if (schedule_ && (step.instructions > 0 || step.end != Step::End::budget))
            engine::add_step(*schedule_, task, step.instructions);
        if (step.is_mistaken) report_mistakes(machine, task, told, step.end == Step::End::fault, report);
        for (std::int32_t id = last_id + 1; id <= kernel.last_pid; ++id)
            if (kernel.tasks.contains(Tid{id})) sharing_.note_creation(task, Tid{id});
        const kernel::Task* self = kernel.tasks.find(task);
        if (!self || self->state == kernel::TaskState::zombie) {
            const kernel::Process* process = kernel.processes.find(pid);
            // The first one is reaped at once.
            const std::int32_t status = process && process->is_zombie ? process->wait_status
                                        : pid == kernel::kFirst       ? kernel.first_wait_status.value_or(0)
                                                                      : 0;
            if (leaves_core(status) && report.faults.empty())
                report.cores.push_back({pid, name, status & 0x7f});
            break;
        }
        if (self->state != kernel::TaskState::ready && self->state != kernel::TaskState::running) break;
        if (step.end == Step::End::budget) {
            after = observer_.standing();
            if (step.instructions >= kMostInstructions) after = {};
            break;
        }
    }
    for (const Unwaited& each : observer_.unwaited()) report.unwaited.push_back(each);
    observer_.unwaited().clear();
    const auto at = std::lower_bound(state.standings.begin(), state.standings.end(), task,
                                     [](const auto& each, Tid wanted) { return each.first < wanted; });
    if (at != state.standings.end() && at->first == task)
        at->second = after;
    else
        state.standings.insert(at, {task, after});
}

}  // namespace ipclab::explore
