#include "sim/session/lock_step.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "kernel/processes.h"
#include "kernel/random.h"
#include "kernel/signals.h"
#include "sim/engine/object_state.h"

namespace ipclab::session {

using engine::Choice;
using host::Stand;
using kernel::Event;
using kernel::EventKind;
using kernel::TaskState;
using kernel::Tid;

namespace {

constexpr kernel::CpuId kCpu{0};
constexpr std::uint32_t kBudget = 100'000;  // instructions between two looks at timers

/// A turn that computes for so long is cut, so that others can do what it may be waiting for in a loop. Perhaps it waits
/// for time: from then on that passes, quickly.
constexpr std::uint64_t kLongestTurn = 2'000'000;
constexpr std::uint64_t kInstructionsPerStep = 500;  // a loop may make calls that are not compared
constexpr kernel::Time kSpinningInstructionPs = 100'000;
constexpr std::int64_t kCutAfterNs = 20'000'000;

/// Nothing but time and input come from outside of the tasks: both kernels are as quick as that.
constexpr std::int64_t kPatienceNs = 1'000'000'000;

std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

bool is_ready(const kernel::Task& task) {
    return task.state == TaskState::ready || task.state == TaskState::running;
}

bool is_doomed(const kernel::Kernel& kernel, const kernel::Task& task) {
    return task.state != TaskState::zombie && kernel.processes[task.process].death_cause != 0;
}

}  // namespace

Stand stand_of(const kernel::Task& task) {
    switch (task.state) {
        case TaskState::ready:
        case TaskState::running:
            return Stand::held;
        case TaskState::blocked:
            return Stand::asleep;
        case TaskState::stopped:
            return Stand::stopped;
        case TaskState::zombie:
            return Stand::ended;
    }
    return Stand::ended;
}

bool is_dying(const kernel::Kernel& kernel, const kernel::Task& task) {
    const kernel::Process* process = kernel.processes.find(task.process);
    return process != nullptr && task.state != TaskState::zombie &&
           (process->death_cause == kernel::kSigKill ||
            (process->pending.set & kernel::signal_bit(kernel::kSigKill)) != 0);
}

LockStep::LockStep(const Loaded& loaded, const LockStepOptions& options)
    : programs_(loaded.programs),
      first_(loaded.first),
      random_(options.seed),
      max_instructions_(options.max_instructions),
      max_ns_(options.max_ns),
      input_(options.input) {
    boot_.arguments = loaded.arguments;
    boot_.boot = options.boot;
    boot_.boot.costs = kernel::Costs::none();
    boot_.boot.limits.cpus = 1;
    if (boot_.boot.standard_streams[0] == kernel::StreamKind::file) {
        boot_.boot.input = std::exchange(input_, {});
        input_is_over_ = true;
    }
    machine_ = boot(&trace_);
    feed();
}

// ---- The simulated machine --------------------------------------------------------------------------------

/// Its init is that of the sandbox: of the program's session, so that groups of orphans stop and go on as there.
engine::Machine LockStep::boot(kernel::Trace* trace) const {
    engine::Machine machine = engine::make_machine(programs_, first_, boot_, trace);
    machine.kernel.processes.write(kernel::kInit).is_subreaper = true;
    return machine;
}

LockStep::Saved LockStep::save() const {
    return {machine_,      selector_, trace_.events.size(), trace_.payload.size(), schedule_.size(),
            instructions_, input_};
}

void LockStep::restore(const Saved& saved) {
    machine_ = saved.machine;
    selector_ = saved.selector;
    trace_.events.resize(saved.events);
    trace_.payload.resize(saved.payload_bytes);
    schedule_.resize(saved.choices);
    instructions_ = saved.instructions;
    input_ = saved.input;
    was_cut_ = saved.was_cut;
}

engine::Step LockStep::take(const Choice& choice) {
    schedule_.push_back(choice);
    const engine::Step done = engine::step(machine_, choice, &trace_);
    instructions_ += done.instructions;
    return done;
}

/// A pipe or a terminal holds only so much: the rest comes when it is wanted.
void LockStep::feed() {
    constexpr std::size_t kPiece = 32'768;
    while (!input_is_over_) {
        const std::string piece = input_.substr(0, kPiece);
        input_.erase(0, piece.size());
        input_is_over_ = piece.empty();
        take(Choice::input(piece));
        const auto& stream = machine_.kernel.streams[kernel::standard_stream(0)];
        if (stream.input.size() >= kPiece) return;
    }
}

LockStep::Noted LockStep::note_from(std::size_t first_event) {
    Noted noted;
    for (std::size_t i = first_event; i < trace_.events.size(); ++i) {
        const Event& event = trace_.events[i];
        selector_.note(event);
        if (selector_.selects(trace_, event) && !trace::is_quiet(trace::canonical_call(event)))
            noted.is_over = true;
        // The end of a call that fails for good comes before the signal is taken; the others end with that.
        if (event.kind == EventKind::syscall && trace::is_interruption(event.result) &&
            !kernel::always_fails_where_interrupted(event.number))
            noted.was_interrupted = true;
    }
    return noted;
}

/// Up to the end of its next call that is compared, or until it cannot go on.
void LockStep::play(Tid task) {
    kernel::Costs& costs = machine_.kernel.costs;
    costs.instruction_ps = std::exchange(was_cut_, false) ? kSpinningInstructionPs : 0;
    for (std::uint64_t computed = 0;;) {
        const std::size_t before = trace_.events.size();
        const engine::Step done = take(Choice::run(task, kCpu, kBudget));
        const auto [is_over, was_interrupted] = note_from(before);
        if (!engine::can_run(machine_, task)) {
            if (machine_.kernel.tasks.contains(task) && !input_is_over_) feed();
            return;
        }
        // A task that SIGKILL has reached does not come to the end of any call.
        if (is_over) {
            if (!is_dying(machine_.kernel, *machine_.kernel.tasks.find(task))) {
                if (was_interrupted) take_signal_of(task);
                return;
            }
            settle({});  // whoever got the same SIGKILL wakes before this one is gone
            if (!engine::can_run(machine_, task)) return;
        }
        if (instructions_ > max_instructions_) return;
        computed += done.instructions + kInstructionsPerStep;
        if (computed > kLongestTurn) {
            was_cut_ = true;
            return;
        }
    }
}

/// Tasks that were woken look at what they waited for: first those of `order`, then those that were woken first.
void LockStep::settle(const std::vector<Tid>& order) {
    for (;;) {
        const kernel::Task* best = nullptr;
        const auto place = [&](Tid task) {
            return std::find(order.begin(), order.end(), task) - order.begin();
        };
        for (const auto& [tid, task] : machine_.kernel.tasks) {
            if (!is_ready(*task) || !task->call || ends_with_another(*task)) continue;
            const auto key = [&](const kernel::Task& one) {
                return std::pair(place(one.tid), one.ready_order);
            };
            if (best == nullptr || key(*task) < key(*best)) best = &*task;
        }
        if (best == nullptr) return;
        const Tid task = best->tid;
        const std::size_t before = trace_.events.size();
        take(Choice::run(task, kCpu, 1));
        const Noted noted = note_from(before);
        if (noted.was_interrupted)
            take_signal_of(task);
        else if (task == turn_ && !noted.is_over && engine::can_run(machine_, task) &&
                 !machine_.kernel.tasks[task].call)
            play(
                task);  // its turn is not over: it has slept in a call that is not compared, until time has woken it
    }
}

/// A call that a handler interrupts: the signal is no longer pending when the task is held, so that another one of the
/// same kind makes the handler run once more.
void LockStep::take_signal_of(Tid task) {
    const kernel::Task* self = machine_.kernel.tasks.find(task);
    if (self == nullptr || !is_ready(*self) || self->call) return;
    const auto next = kernel::next_signal(machine_.kernel, task);
    if (next && next->what == kernel::NextSignal::What::handle) take(Choice::run(task, kCpu, 1));
}

/// Until some task can go on. False where there is no deadline that any waits for.
bool LockStep::pass_time() {
    constexpr int kMost = 1'000;
    for (int i = 0; i < kMost && kernel::next_deadline(machine_.kernel) != kernel::kNever; ++i) {
        const std::size_t ready = engine::runnable(machine_).size();
        const std::size_t events = trace_.events.size();
        take(Choice::advance_time());
        // A signal for a task that can go on anyway counts, too.
        if (engine::runnable(machine_).size() > ready || trace_.events.size() > events) return true;
    }
    return false;
}

// ---- Turns ------------------------------------------------------------------------------------------------

/// Of a process's threads one takes a fatal signal, and the others end with it. Until then they stand as they did: only
/// SIGKILL is told to all of a traced process at once. Which one it is, Linux decides: one that sleeps, where others are
/// held by the tracer (kernel/signal.c, complete_signal()); where all are held, whoever goes on first.
bool LockStep::ends_with_another(const kernel::Task& task) const {
    const kernel::Kernel& kernel = machine_.kernel;
    const kernel::Process& process = kernel.processes[task.process];
    if (!is_doomed(kernel, task) || process.death_cause == kernel::kSigKill) return false;
    const kernel::SignalMask signal = kernel::signal_bit(process.death_cause);
    const auto has_signal = [&](Tid thread) {
        const auto real = to_real_.find(thread);
        return real != to_real_.end() && with_signal_.contains(real->second);
    };
    if (has_signal(task.tid)) return false;
    bool is_another = (task.pending.set & signal) == 0 && (task.blocked_signals & signal) != 0;
    for (Tid thread : kernel::threads_of(kernel, task.process)) {
        const kernel::Task& other = *kernel.tasks.find(thread);
        is_another = is_another || has_signal(thread) ||
                     (thread != task.tid && (other.pending.set & signal & ~other.blocked_signals) != 0);
    }
    return is_another;
}

std::map<Tid, Stand> LockStep::expected() const {
    const kernel::Kernel& kernel = machine_.kernel;
    const auto stood = [&](Tid real) {
        const auto before = stood_.find(real);
        return before == stood_.end() ? Stand::held : before->second;
    };
    std::map<Tid, Stand> stands;
    std::set<kernel::Pid> woken;  // processes of which a sleeping thread will take the fatal signal
    for (const auto& [simulated, real] : to_real_) {
        const kernel::Task* task = kernel.tasks.find(simulated);
        if (task == nullptr)
            stands[real] = Stand::ended;
        else if (is_dying(kernel, *task))
            stands[real] = Stand::held;
        else if (!is_doomed(kernel, *task))
            stands[real] = stand_of(*task);
        else if (stood(real) == Stand::asleep && !woken.insert(task->process).second)
            stands[real] = Stand::asleep;
        else
            stands[real] = Stand::held;
    }
    return stands;
}

/// From here on nobody does more than die.
void LockStep::come_to_rest(End end) {
    at_rest_ = machine_;
    end_ = end;
}

/// Where nobody can go on any more.
LockStep::End LockStep::end_at_rest() const {
    const engine::Rest rest = engine::rest(machine_);
    return rest == engine::Rest::finished  ? End::together
           : rest == engine::Rest::stopped ? End::stopped
                                           : End::stuck;
}

std::optional<kernel::Pid> LockStep::first_living() const {
    for (const auto& [pid, process] : machine_.kernel.processes)
        if (pid != kernel::kInit && !process->is_zombie) return pid;
    return {};
}

/// From where the turn begins.
void LockStep::make_turn() {
    if (killed_)
        take(Choice::send_signal(*killed_, kernel::kSigKill));
    else if (!turn_)
        pass_time();
    else if (engine::can_run(machine_, *turn_))
        play(*turn_);
}

std::optional<host::Turn> LockStep::choose() {
    std::vector<Tid> ready;
    int most_urgent = at_rest_ ? 1 : 0;  // after the deadlock nobody does more than die
    for (const auto& [tid, task] : machine_.kernel.tasks) {
        if (!is_ready(*task)) continue;
        // Who is to die of a signal does so first, one after the other: the tracer, which holds them meanwhile, would
        // see what comes after the signal take its place. So would the signal that another one's death sends.
        const bool dies = is_doomed(machine_.kernel, *task);
        if (dies && ends_with_another(*task)) continue;
        const bool hears_of_death = machine_.kernel.processes[task->process].parent_death_signal != 0;
        const int urgency = dies ? 1 + (hears_of_death ? 1 : 0) : 0;
        if (urgency > most_urgent) ready.clear();
        most_urgent = std::max(most_urgent, urgency);
        if (urgency == most_urgent) ready.push_back(tid);
    }
    host::Turn turn;
    turn.patience_ns = kPatienceNs;
    const kernel::Time begin_ns = machine_.kernel.now_ns;
    if (ready.empty()) {
        before_ = save();
        turn_.reset();
        if (at_rest_ || !pass_time()) {
            if (!at_rest_) come_to_rest(end_at_rest());
            const auto next = first_living();
            if (next && next == killed_) {
                end_ = End::parted;
                const Tid first{next->value};
                parting_ = {first,
                            to_real_.at(first),
                            {},
                            {},
                            "after the deadlock a process that was killed does not end"};
                return {};
            }
            killed_ = next;
            if (!killed_) return {};
            turn.killed = kernel::Pid{to_real_.at(Tid{killed_->value}).value};
            make_turn();
        }
        turns_.push_back({before_.events, {}});
        settle({});
    } else {
        killed_.reset();
        const Tid chosen = ready[kernel::next_random(random_) % ready.size()];
        was_cut_ = was_cut_ && turn_ == chosen;
        turn_ = chosen;
        before_ = save();
        turns_.push_back({before_.events, chosen});
        turn.task = to_real_.at(*turn_);
        play(*turn_);
        if (instructions_ > max_instructions_ && !at_rest_) {
            restore(before_);
            turns_.pop_back();
            come_to_rest(End::too_long);
            return choose();
        }
        if (was_cut_) turn.cut_after_ns = kCutAfterNs;
        settle({});
    }
    turn.patience_ns += machine_.kernel.now_ns - begin_ns;
    turn.expected = expected();
    return turn;
}

std::optional<host::Turn> LockStep::next(const host::StandStill& now) {
    if (!has_begun_) {
        if (now.tasks.empty()) return {};
        has_begun_ = true;
        begun_ns_ = now_ns();
        const Tid simulated = machine_.kernel.tasks.begin()->first, real = now.tasks.front().task;
        to_real_[simulated] = real;
        to_simulated_[real] = simulated;
    } else if (!follow(now)) {
        end_ = End::parted;
        return {};
    }
    real_events_ = now.trace->events.size();
    stood_.clear();
    for (const host::StandingTask& real : now.tasks) stood_[real.task] = real.stand;
    if (max_ns_ > 0 && !at_rest_ && now_ns() - begun_ns_ > max_ns_) come_to_rest(End::too_late);
    return choose();
}

kernel::Trace LockStep::trace_with_turns() const {
    kernel::Trace trace = trace_;
    auto turn = turns_.begin();
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
        while (turn != turns_.end() && turn + 1 != turns_.end() && (turn + 1)->event <= i) ++turn;
        Event& event = trace.events[i];
        if (turn == turns_.end() || event.kind != EventKind::woken || event.other == 0) continue;
        event.other = turn->task == event.task ? 0 : turn->task.value;
    }
    return trace;
}

std::string LockStep::describe_before(std::size_t event, kernel::ObjectRef object) const {
    kernel::Trace trace;
    engine::Machine machine = boot(&trace);
    for (const Choice& choice : schedule_) {
        engine::Machine after = machine;
        engine::step(after, choice, &trace);
        if (trace.events.size() > event) break;
        machine = std::move(after);
    }
    const std::string state = engine::object_state(machine.kernel, object);
    return kernel::describe(machine.kernel, object) + (state.empty() ? "" : ": " + state);
}

}  // namespace ipclab::session
