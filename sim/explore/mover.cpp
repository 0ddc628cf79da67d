#include "sim/explore/mover.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/futex.h"
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

/// futex(2): FUTEX_WAIT or FUTEX_WAIT_BITSET without a time-out.
bool is_untimed_wait(const kernel::Task& task) {
    constexpr std::uint64_t kCommand = 0x7f, kWait = 0, kWaitBitset = 9;
    if (!task.call || task.call->number != static_cast<std::uint64_t>(kernel::Sys::futex)) return false;
    const std::uint64_t command = task.call->args[1] & kCommand;
    return (command == kWait || command == kWaitBitset) && task.call->args[3] == 0;
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

State state_of(const Machine& machine) {
    State state{machine, {}};
    for (const auto& [tid, task] : machine.kernel.tasks)
        if (engine::can_run(machine, tid) &&
            (task->call || kernel::has_deliverable_signal(machine.kernel, tid)))
            state.standings.push_back({tid, {}});
    return state;
}

bool Mover::may_go_on_alone(const Standing& standing) {
    if (standing.before == Standing::Before::memory) return standing.may_come_now;
    if (standing.before == Standing::Before::none) return true;
    if (standing.before == Standing::Before::request) return false;
    const auto call = static_cast<kernel::Sys>(standing.number);
    return call == kernel::Sys::wait4 || call == kernel::Sys::futex || call == kernel::Sys::exit_group ||
           standing.reads_alone;
}

bool Mover::goes_on_alone(const kernel::Kernel& kernel, Tid tid, const Standing& standing) const {
    if (!may_go_on_alone(standing) || !kernel.tasks.contains(tid)) return false;
    const kernel::Task& task = kernel.tasks[tid];
    if (task.state != kernel::TaskState::ready && task.state != kernel::TaskState::running) return false;
    if (task.call)
        return task.call->number == static_cast<std::uint64_t>(kernel::Sys::wait4) &&
               waits_alone(kernel, task, task.call->args);
    if (standing.before == Standing::Before::none) return false;
    if (standing.may_come_now) return !sharing_.tries_locks();
    switch (static_cast<kernel::Sys>(standing.number)) {
        case kernel::Sys::futex:
            return waits_for_thread(kernel, task, standing.args);
        case kernel::Sys::wait4:
            return waits_alone(kernel, task, standing.args);
        case kernel::Sys::exit_group:
            return ends_alone(kernel, task);
        default:
            return finds_all(kernel, task, standing.args);
    }
}

/// wait4(), by the only thread of a process: it would sleep, or no other child can end that would make a difference.
bool Mover::waits_alone(const kernel::Kernel& kernel, const kernel::Task& task,
                        const std::array<std::uint64_t, 6>& args) const {
    if (args[2] != 0) return false;  // WNOHANG and the like
    for (const auto& [other, each] : kernel.tasks)
        if (other != task.tid && each->process == task.process) return false;
    std::size_t living = 0, ended = 0;
    for (const auto& [pid, process] : kernel.processes)
        if (process->parent == task.process) ++(process->is_zombie ? ended : living);
    if (ended == 0) return living > 0 && !task.call;
    return !sharing_.names_processes() && static_cast<std::int32_t>(args[0]) == -1 &&
           (living == 0 || !sharing_.tells_children_apart());
}

/// exit_group(): nobody notices but a parent who waits for any child, and readers who wait for the end of a pipe.
bool Mover::ends_alone(const kernel::Kernel& kernel, const kernel::Task& task) const {
    if (sharing_.has_other_calls() || sharing_.names_processes() || sharing_.tells_children_apart())
        return false;
    const kernel::Process& process = kernel.processes[task.process];
    if (task.robust_list != 0 || process.held || task.process == kernel::kFirst) return false;
    for (const auto& [tid, each] : kernel.tasks)
        if (tid != task.tid &&
            (each->process == task.process || kernel.processes[each->process].space == process.space))
            return false;
    for (const auto& [pid, each] : kernel.processes)
        if (each->parent == task.process) return false;
    return std::all_of(process.fds->entries().begin(), process.fds->entries().end(),
                       [&](const kernel::FdEntry& entry) {
                           if (!entry.file) return true;
                           switch (kernel.files[entry.file].kind) {
                               case kernel::FileKind::regular:
                               case kernel::FileKind::stream:
                               case kernel::FileKind::pipe_write:
                                   return true;
                               case kernel::FileKind::pipe_read:
                                   return !sharing_.loses_readers();
                               default:
                                   return false;
                           }
                       });
}

/// read(), from a pipe that nobody else reads from, with all bytes there that are asked for: what is written later comes
/// behind them.
bool Mover::finds_all(const kernel::Kernel& kernel, const kernel::Task& task,
                      const std::array<std::uint64_t, 6>& args) const {
    if (sharing_.has_other_calls()) return false;
    const kernel::FdEntry* entry = kernel.processes[task.process].fds->find(static_cast<kernel::Fd>(args[0]));
    const kernel::File* file = entry ? kernel.files.find(entry->file) : nullptr;
    return file && file->kind == kernel::FileKind::pipe_read && args[2] > 0 &&
           kernel.pipes[file->pipe()].size_bytes() >= args[2];
}

MoveReport Mover::settle(State& state) {
    MoveReport report;
    settle(state, report);
    go_on_alone(state, report);
    return report;
}

MoveReport Mover::move(State& state, Actor actor) {
    MoveReport report;
    step(state, actor, report);
    go_on_alone(state, report);
    return report;
}

void Mover::step(State& state, Actor actor, MoveReport& report) {
    told_child_ = {};
    if (is_drain(actor)) {
        drain(state.machine, task_of(actor));
        drain_unnoticed(state.machine, task_of(actor));
    } else if (engine::chooses_fate(actor)) {
        engine::choose_fate(state.machine, actor, choices_, nullptr);
        if (schedule_) engine::add_step(*schedule_, actor, 0);
    } else if (is_refused(actor)) {
        const Tid task = task_of(actor);
        engine::step(state.machine, Choice::fail(task), nullptr);
        if (schedule_) engine::add_refusal(*schedule_, task);
        if (choices_) choices_->push_back(Choice::fail(task));
        run(state, task, report);
    } else if (actor) {
        if (!engine::can_run(state.machine, actor)) {
            engine::step(state.machine, Choice::wake_spuriously(actor), nullptr);
            if (choices_) choices_->push_back(Choice::wake_spuriously(actor));
        }
        run(state, actor, report);
    } else {
        engine::step(state.machine, Choice::advance_time(), nullptr);
        if (schedule_) engine::add_step(*schedule_, {}, 0);
        if (choices_) choices_->push_back(Choice::advance_time());
    }
    settle(state, report);
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

void Mover::go_on_alone(State& state, MoveReport& report) {
    if (sees_all_ || sharing_.has_signals() || sharing_.has_endless_moves()) return;
    int steps = 0;
    for (bool is_moving = true; is_moving;) {
        is_moving = false;
        for (const auto& [tid, before] : std::vector(state.standings))
            for (const Standing* now = state.standing(tid);
                 now && !engine::has_waiting_stores(state.machine, tid) &&
                 goes_on_alone(state.machine.kernel, tid, *now);
                 now = state.standing(tid)) {
                if (++steps > kMostStepsAlone) return sharing_.learn_of_endless_moves();
                step(state, tid, report);
                is_moving = true;
            }
    }
}

bool Mover::waits_for_stores(const Machine& machine, Tid task) {
    return engine::has_waiting_stores(machine, task) && !machine.kernel.tasks[task].call &&
           !kernel::has_deliverable_signal(machine.kernel, task) &&
           vm::waits_for_buffer(machine.program_of(task), *machine.contexts.find(task));
}

void Mover::drain(Machine& machine, Tid task) {
    engine::step(machine, Choice::drain(task), nullptr);
    if (schedule_) engine::add_drain(*schedule_, task);
    if (choices_) choices_->push_back(Choice::drain(task));
}

/// The oldest stores reach memory where nobody can notice when.
void Mover::drain_unnoticed(Machine& machine, Tid task) {
    if (sees_all_ || !machine.buffered) return;
    while (engine::has_waiting_stores(machine, task) &&
           !sharing_.can_notice(machine.contexts.find(task)->stores.front().place, task,
                                sharing_.others_of(machine, task)))
        drain(machine, task);
}

/// Whom a parent that has waited for any child is told of; another one, where that is wanted.
void Mover::look_at_wait(Machine& machine, Tid task, bool was_in_wait) {
    if (!was_in_wait && observer_.last_call() != kernel::Sys::wait4) return;
    const vm::Context* context = machine.contexts.find(task);
    if (!context || context->frames.empty()) return;
    const vm::Frame& frame = context->frames.back();
    const vm::Instruction& at = machine.program_of(task).functions[frame.function].code[frame.pc - 1];
    const std::size_t result = frame.register_base + at.a;
    const auto told = static_cast<std::int64_t>(context->registers[result]);
    if (told <= 0) return;
    told_child_ = Tid{told};
    if (other_child_)
        machine.contexts.write(task).registers[result] = static_cast<std::uint64_t>(other_child_.value);
}

void Mover::run(State& state, Tid task, MoveReport& report) {
    Machine& machine = state.machine;
    kernel::Kernel& kernel = machine.kernel;
    const Standing* before = state.standing(task);
    bool goes_on = before && before->before != Standing::Before::none && !kernel.tasks[task].call &&
                   !kernel::has_deliverable_signal(kernel, task);
    const bool stands_before_read = goes_on && before->before == Standing::Before::call &&
                                    before->number == static_cast<std::uint64_t>(kernel::Sys::read);
    observer_.begin_move(machine, task, goes_on || kernel.tasks[task].call,
                         before ? before->held : LocksHeld{});
    Standing after;
    for (int steps = 0; steps < kMostSteps; ++steps) {
        const std::int32_t last_id = kernel.last_pid;
        const kernel::Pid pid = kernel.tasks[task].process;
        const std::string name = kernel.processes[pid].name;
        const std::size_t told = machine.contexts.find(task)->reported.size();
        const std::ptrdiff_t handlers = sharing_.has_signals() ? handlers_of(machine, task) : 0;
        const auto& pending = kernel.tasks[task].call;
        const bool was_in_wait = pending && pending->number == static_cast<std::uint64_t>(kernel::Sys::wait4);
        observer_.begin(machine, task, goes_on);
        goes_on = false;
        const Step step = engine::step(machine, Choice::run(task, kernel::CpuId{0}, kMostInstructions),
                                       nullptr, engine::Begin::fresh, vm::StopAt::watched, &observer_);
        if (handlers > 0 && step.end != Step::End::signal && step.instructions > 0 &&
            handlers_of(machine, task) < handlers)
            has_left_handler_ = true;
        instructions_ += step.instructions;
        if (step.instructions > 0 || step.end != Step::End::budget) {
            if (schedule_) engine::add_step(*schedule_, task, step.instructions);
            if (choices_)
                choices_->push_back(Choice::run(task, kernel::CpuId{0},
                                                step.end == Step::End::budget
                                                    ? static_cast<std::uint32_t>(step.instructions)
                                                    : kMostInstructions));
        }
        if (step.end == Step::End::call) look_at_wait(machine, task, was_in_wait);
        if (step.is_mistaken) report_mistakes(machine, task, told, step.end == Step::End::fault, report);
        for (std::int32_t id = last_id + 1; id <= kernel.last_pid; ++id)
            if (kernel.tasks.contains(Tid{id}))
                sharing_.note_creation(task, Tid{id},
                                       kernel.tasks[Tid{id}].process.value == id ? Sharing::Creation::process
                                                                                 : Sharing::Creation::thread);
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
        if (self->state != kernel::TaskState::ready && self->state != kernel::TaskState::running) {
            // An empty pipe keeps a reader waiting as a lock does. But who sleeps keeps what another thread may close.
            const bool waits_for_bytes = steps == 0 && stands_before_read && !sharing_.has_other_calls() &&
                                         kernel::threads_of(kernel, self->process).size() == 1;
            report.only_sleeps =
                (!sees_all_ && waits_for_bytes) || (observer_.is_in_section() && is_untimed_wait(*self));
            break;
        }
        if (step.end == Step::End::budget) {
            after = observer_.standing();
            if (step.instructions >= kMostInstructions) after = {};
            break;
        }
    }
    drain_unnoticed(machine, task);
    if (const kernel::Task* self = kernel.tasks.find(task); self && machine.contexts.contains(task))
        after.held = observer_.end_move(self->state == kernel::TaskState::blocked);
    for (const Unwaited& each : observer_.unwaited()) report.unwaited.push_back(each);
    observer_.unwaited().clear();
    const auto at = std::lower_bound(state.standings.begin(), state.standings.end(), task,
                                     [](const auto& each, Tid wanted) { return each.first < wanted; });
    if (at != state.standings.end() && at->first == task)
        at->second = after;
    else
        state.standings.insert(at, {task, after});
}

engine::Stretches schedule_of(const Machine& initial, Mover& mover, const Path& path) {
    engine::Stretches schedule;
    State state = state_of(initial);
    mover.record(&schedule);
    mover.settle(state);
    for (const Actor actor : path) mover.move(state, actor);
    mover.record(nullptr);
    return schedule;
}

}  // namespace ipclab::explore
