#include "sim/explore/mover.h"

#include <algorithm>

#include "kernel/assert.h"

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
        observer_.begin(machine, task, goes_on);
        goes_on = false;
        const Step step = engine::step(machine, Choice::run(task, kernel::CpuId{0}, kMostInstructions),
                                       nullptr, engine::Begin::fresh, vm::StopAt::watched, &observer_);
        if (schedule_ && (step.instructions > 0 || step.end != Step::End::budget))
            engine::add_step(*schedule_, task, step.instructions);
        report.is_mistaken |= step.is_mistaken;
        report.has_fault |= step.end == Step::End::fault;
        for (std::int32_t id = last_id + 1; id <= kernel.last_pid; ++id)
            if (kernel.tasks.contains(Tid{id})) sharing_.note_creation(task, Tid{id});
        const kernel::Task* self = kernel.tasks.find(task);
        if (!self || self->state == kernel::TaskState::zombie) {
            const kernel::Process* process = kernel.processes.find(kernel::Pid{task.value});
            report.has_core |= process && process->is_zombie && leaves_core(process->wait_status);
            break;
        }
        if (self->state != kernel::TaskState::ready && self->state != kernel::TaskState::running) break;
        if (step.end == Step::End::budget) {
            after = observer_.standing();
            if (step.instructions >= kMostInstructions) after = {};
            break;
        }
    }
    const auto at = std::lower_bound(state.standings.begin(), state.standings.end(), task,
                                     [](const auto& each, Tid wanted) { return each.first < wanted; });
    if (at != state.standings.end() && at->first == task)
        at->second = after;
    else
        state.standings.insert(at, {task, after});
}

}  // namespace ipclab::explore
