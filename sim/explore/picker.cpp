#include "sim/explore/picker.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "kernel/futex.h"
#include "kernel/syscalls.h"
#include "sim/engine/address_names.h"
#include "sim/engine/waiting_stores.h"
#include "sim/explore/findings.h"
#include "sim/trace/format.h"

namespace ipclab::explore {

using engine::Machine;
using kernel::Tid;

namespace {

/// What tasks share shows early, mostly; what does not is found out on the way.
constexpr std::uint64_t kStatesToLearnFrom = 5'000;
constexpr std::uint32_t kMostInstructions = 1'000'000;

/// It sleeps, and a spurious wake-up is among the choices (--set spurious_percent).
bool may_wake(const Machine& machine, Tid task) {
    const kernel::Task* found = machine.kernel.tasks.find(task);
    return found && kernel::may_wake_spuriously(machine.kernel, *found);
}

std::string describe_access(const Machine& machine, Tid task, const Standing::Access& access) {
    const std::string name =
        engine::name_of_address(machine, machine.kernel.tasks[task].process, access.address);
    const std::string value = value_at(machine, task, access);
    return fmt::format(
        "{}{} {}{}", access.writes ? "writes" : "reads", access.is_atomic ? " (atomically)" : "",
        name.empty() ? fmt::format("{} bytes at {:#x}", access.place.bytes, access.address) : name,
        value.empty() ? "" : fmt::format(", now {}", value));
}

/// The function of the library in which the program is; empty where it is in none.
std::string_view library_function(const Machine& machine, Tid task) {
    const vm::Context* context = machine.contexts.find(task);
    if (!context) return {};
    const vm::Program& program = machine.program_of(task);
    const int own = vm::user_frame(program, *context);
    const auto callee = static_cast<std::size_t>(own + 1);
    return own < 0 || callee >= context->frames.size()
               ? std::string_view{}
               : std::string_view(program.functions[context->frames[callee].function].name);
}

/// "pthread_create: mprotect(...)": what a program asks for, before what the library does for it.
std::string with_function(std::string_view function, std::string what) {
    constexpr std::size_t kMost = 50;
    if (function.empty() || what.starts_with(fmt::format("{}(", function))) return what;
    if (const std::size_t arguments = what.find('('); what.size() > kMost && what.ends_with(')'))
        what = what.substr(0, arguments) + "(...)";
    return fmt::format("{}: {}", function, what);
}

}  // namespace

Picker::Picker(Machine initial) {
    explore::can_reach(
        untimed(std::move(initial)), sharing_, [](const Machine&) { return false; }, kStatesToLearnFrom);
}

Machine with_shared_places(Machine initial) {
    if (!initial.buffered) return initial;
    Machine untimed = initial;
    untimed.kernel.costs = kernel::Costs::none();
    Sharing sharing;
    explore::can_reach(
        untimed, sharing, [](const Machine&) { return false; }, kStatesToLearnFrom);
    initial.buffered = std::make_shared<const vm::SharedPlaces>(sharing.buffered());
    return initial;
}

Machine Picker::untimed(Machine machine) {
    machine.kernel.costs = kernel::Costs::none();
    return machine;
}

Moves Picker::settle(const Machine& machine) {
    Moves made;
    Mover mover(sharing_, false);
    mover.record(&made.stretches);
    mover.record_choices(&made.choices);
    State state = state_of(machine);
    mover.settle(state);
    return made;
}

Moves Picker::move(const Machine& machine, Actor actor) {
    Moves made;
    Mover mover(sharing_, false);
    State state = state_of(machine);
    mover.record(&made.stretches);
    mover.record_choices(&made.choices);
    mover.settle(state);
    const bool can_move = is_drain(actor) ? engine::has_waiting_stores(state.machine, task_of(actor))
                          : actor ? engine::can_run(state.machine, actor) || may_wake(state.machine, actor)
                                  : kernel::next_deadline(state.machine.kernel) != kernel::kNever;
    if (can_move) mover.move(state, actor);
    return made;
}

Candidate Picker::describe(const State& state, Tid task) {
    const Machine& machine = state.machine;
    Candidate found{task, who(machine, task), where(machine, task), {}, false};
    found.where.erase(0, found.where.rfind('/') + 1);
    const std::string_view function = library_function(machine, task);
    const Standing* standing = state.standing(task);
    if (standing && standing->before == Standing::Before::memory) {
        // Of an atomic instruction the other access is where its result goes, on the task's own stack.
        const auto all = std::span(standing->accesses).first(standing->count);
        const bool is_atomic = std::ranges::any_of(all, &Standing::Access::is_atomic);
        for (const Standing::Access& each : all)
            if (each.is_atomic == is_atomic)
                found.what += (found.what.empty() ? "" : ", ") + describe_access(machine, task, each);
        found.what = with_function(function, std::move(found.what));
        return found;
    }
    const kernel::Task& self = machine.kernel.tasks[task];
    if (kernel::has_deliverable_signal(machine.kernel, task)) {
        found.what = "acts on a signal";
    } else if (self.call) {
        found.what = fmt::format("goes on in {}", kernel::linux_syscall_name(self.call->number));
    }
    // What happens is found out by letting it happen to a copy.
    Machine copy = machine;
    kernel::Trace trace;
    engine::step(copy, engine::Choice::run(task, kernel::CpuId{0}, kMostInstructions), &trace);
    for (const kernel::Event& event : trace.events) {
        if (event.task != task) continue;
        if (event.kind == kernel::EventKind::signal_delivered)
            found.what = fmt::format("acts on {}", kernel::signal_name(event.number));
        if (event.kind != kernel::EventKind::syscall && event.kind != kernel::EventKind::blocked) continue;
        found.would_sleep = event.kind == kernel::EventKind::blocked;
        if (!found.what.empty()) break;
        std::string call = trace::format_call(trace, event);
        // Not what comes out: that would be telling.
        if (const std::size_t end = call.rfind(found.would_sleep ? " <unfinished" : " = "); end != call.npos)
            call.resize(end);
        call.resize(std::min(call.find_last_not_of(", ") + 1, call.size()));
        if (!call.ends_with(')')) call += ", ...)";
        found.what = with_function(function, std::move(call));
        break;
    }
    if (found.what.empty())
        for (const kernel::Event& event : trace.events)
            if (event.task == task && event.kind == kernel::EventKind::exited) found.what = "ends";
    if (found.what.empty()) found.what = "goes on";
    return found;
}

Candidate Picker::describe_drain(const Machine& machine, Tid task) {
    const std::string store = engine::describe_stores(machine, task).front();
    return {drain_of(task), "store of " + who(machine, task), {}, store + " reaches memory", false};
}

std::vector<Candidate> Picker::candidates(const Machine& machine) {
    Mover mover(sharing_, false);
    State state = state_of(machine);
    mover.settle(state);
    std::vector<Candidate> found;
    for (const Tid task : engine::runnable(state.machine))
        if (!Mover::waits_for_stores(state.machine, task)) found.push_back(describe(state, task));
    for (const auto& [tid, task] : state.machine.kernel.tasks)
        if (engine::has_waiting_stores(state.machine, tid))
            found.push_back(describe_drain(state.machine, tid));
    for (const auto& [tid, task] : state.machine.kernel.tasks)
        if (may_wake(state.machine, tid))
            found.push_back({tid, who(state.machine, tid), {}, "wakes up for no reason", false});
    if (kernel::next_deadline(state.machine.kernel) != kernel::kNever)
        found.push_back({{}, "time", "", "passes to the next deadline", false});
    return found;
}

}  // namespace ipclab::explore
