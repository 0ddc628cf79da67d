#include "sim/explore/lost_wakeup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "kernel/event.h"
#include "kernel/futex.h"
#include "kernel/syscalls.h"
#include "sim/engine/waits.h"
#include "sim/explore/findings.h"

namespace ipclab::explore {

namespace {

using engine::Choice;
using engine::Machine;
using kernel::EventKind;
using kernel::FutexCommand;
using kernel::Sys;
using kernel::Tid;

/// Something that wakes who sleeps, and woke nobody, or a signal that was handled.
struct WakeUp {
    std::size_t when = 0;       ///< events before it
    Tid task{};                 ///< who called; of a signal: whom it came to
    std::uint64_t address = 0;  ///< of what somebody may sleep on; of a signal 0
    int signal = 0;
    std::string function, who, where;
};

bool wakes_sleepers_of_condition(std::string_view function) {
    return function == "pthread_cond_signal" || function == "pthread_cond_broadcast" ||
           function == "cnd_signal" || function == "cnd_broadcast";
}

/// Makes the steps of a schedule and notes the wake-ups on the way.
class Replay final : public vm::Watch {
  public:
    explicit Replay(const Machine& initial) : machine(initial) {}

    bool run(const engine::Stretches& schedule) {
        const auto choices = engine::schedule_of(machine, schedule);
        if (!choices) return false;
        for (const Choice& choice : *choices) {
            task_ = choice.task;
            engine::step(machine, choice, &trace, engine::Begin::fresh, vm::StopAt::watched, this);
            look_at_events();
        }
        return true;
    }

    bool stops_before(std::span<const kernel::MemoryAccess>) override {
        const vm::Context& context = *machine.contexts.find(task_);
        const vm::Program& program = machine.program_of(task_);
        const auto callee = static_cast<std::size_t>(vm::user_frame(program, context) + 1);
        // Its first access asks whether anybody sleeps.
        if (callee >= context.frames.size() ||
            !wakes_sleepers_of_condition(program.functions[context.frames[callee].function].name)) {
            is_in_call_ = false;
            return false;
        }
        if (std::exchange(is_in_call_, true)) return false;
        const vm::Frame& frame = context.frames[callee];
        const std::uint64_t condition = context.registers[frame.register_base + 1];
        if (nobody_sleeps_on(condition)) note(program.functions[frame.function].name, condition, 0);
        return false;
    }
    bool stops_before_call(std::uint64_t, const std::array<std::uint64_t, 6>&) override { return false; }
    void kernel_accesses(const kernel::MemoryAccess&) override {}

    Machine machine;
    kernel::Trace trace;
    std::vector<WakeUp> wakeups;
    /// Signals that were sent to a process while the same one waited there already: signal(7), "standard signals do not
    /// queue".
    std::set<std::pair<kernel::Pid, int>> merged;

  private:
    bool nobody_sleeps_on(std::uint64_t address) const {
        return std::ranges::none_of(machine.kernel.tasks, [&](const auto& entry) {
            return entry.second->state == kernel::TaskState::blocked && entry.second->call &&
                   entry.second->call->number == static_cast<std::uint64_t>(Sys::futex) &&
                   entry.second->call->args[0] == address;
        });
    }
    void note(std::string_view function, std::uint64_t address, int signal) {
        wakeups.push_back({trace.events.size(), task_, address, signal, std::string(function),
                           who(machine, task_), where(machine, task_)});
    }
    void note_merged(const kernel::Event& event) {
        const std::pair<kernel::Pid, int> which{event.process, event.number};
        if (event.kind == EventKind::signal_sent && !waiting_.insert(which).second) merged.insert(which);
        if (event.kind == EventKind::signal_delivered) waiting_.erase(which);
    }
    void look_at_events() {
        for (; seen_ < trace.events.size(); ++seen_) {
            const kernel::Event& event = trace.events[seen_];
            if (event.number < kernel::kSigRtMin) note_merged(event);
            if (event.task != task_) continue;
            if (event.kind == EventKind::signal_delivered &&
                event.result == static_cast<std::int64_t>(kernel::SignalAction::handled)) {
                note("", 0, event.number);
            } else if (event.kind == EventKind::syscall &&
                       event.number == static_cast<std::uint16_t>(Sys::futex) && event.result == 0) {
                const FutexCommand command = kernel::futex_command(event.args[1]);
                if (machine.kernel.tasks.contains(task_) &&
                    (command == FutexCommand::wake || command == FutexCommand::wake_bitset))
                    note("futex(FUTEX_WAKE)", event.args[0], 0);
            }
        }
    }

    Tid task_{};
    std::set<std::pair<kernel::Pid, int>> waiting_;
    bool is_in_call_ = false;
    std::size_t seen_ = 0;
};

bool is_call(const kernel::Task& task, Sys call) {
    return task.call && task.call->number == static_cast<std::uint64_t>(call);
}
bool waits_for_signal(const kernel::Task& task) {
    return is_call(task, Sys::pause) || is_call(task, Sys::rt_sigsuspend);
}
/// By its own futex, or that of a condition variable: what is remembered nowhere else.
bool waits_for_wake(const kernel::Task& task, std::string_view waits) {
    if (!is_call(task, Sys::futex)) return false;
    const FutexCommand command = kernel::futex_command(task.call->args[1]);
    if (command != FutexCommand::wait && command != FutexCommand::wait_bitset) return false;
    return waits.find("condition variable") != std::string_view::npos ||
           waits.find("blocked in futex") != std::string_view::npos;
}

/// Whether the task goes on if it is woken now, rather than to sleep again.
bool would_go_on(Machine machine, Tid sleeper, int signal) {
    const kernel::Task& task = machine.kernel.tasks[sleeper];
    const std::uint64_t number = task.call->number, address = task.call->args[0];
    if (signal != 0) {
        engine::step(machine, Choice::send_signal(task.process, signal), nullptr);
    } else {
        machine.kernel.limits.spurious_wakeups = 1;
        engine::step(machine, Choice::wake_spuriously(sleeper), nullptr);
        machine.kernel.limits.spurious_wakeups = 0;
    }
    constexpr int kMostSteps = 10'000;
    constexpr std::uint32_t kSlice = 100'000;
    for (int steps = 0; steps < kMostSteps; ++steps) {
        const std::vector<Tid> ready = engine::runnable(machine);
        if (ready.empty()) break;
        for (const Tid each : ready)
            if (engine::can_run(machine, each))
                engine::step(machine, Choice::run(each, kernel::CpuId{0}, kSlice), nullptr);
        const kernel::Task* now = machine.kernel.tasks.find(sleeper);
        if (!now || now->state == kernel::TaskState::zombie) return true;
    }
    const kernel::Task* now = machine.kernel.tasks.find(sleeper);
    return !now || now->state != kernel::TaskState::blocked || !now->call || now->call->number != number ||
           (signal == 0 && now->call->args[0] != address);
}

/// Of one deadlock.
void look_for_lost(const Machine& initial, const Finding& deadlock, std::vector<Finding>& found) {
    Replay replay(initial);
    if (!replay.run(deadlock.schedule)) return;
    const Machine& machine = replay.machine;
    for (const auto& [tid, task] : machine.kernel.tasks) {
        if (task->state != kernel::TaskState::blocked || !task->call) continue;
        const std::string waits = engine::describe_wait(machine, tid);
        const bool is_signal = waits_for_signal(*task);
        if (!is_signal && !waits_for_wake(*task, waits)) continue;
        std::size_t slept = replay.trace.events.size();
        while (slept > 0 && !(replay.trace.events[slept - 1].kind == EventKind::blocked &&
                              replay.trace.events[slept - 1].task == tid))
            --slept;
        const auto lost = std::find_if(
            replay.wakeups.rbegin(), replay.wakeups.rend(), [&, tid = tid, &task = task](const WakeUp& each) {
                return each.when < slept &&
                       (is_signal ? each.signal != 0 && each.task == tid
                                  : each.signal == 0 && each.address == task->call->args[0]);
            });
        if (lost == replay.wakeups.rend() || !would_go_on(machine, tid, lost->signal)) continue;
        Finding made = deadlock;
        made.kind = FindingKind::lost_wakeup;
        made.sentences.clear();
        made.sentences.push_back(
            fmt::format("{} at {} sleeps for ever: {}", who(machine, tid), where(machine, tid), waits));
        if (is_signal && replay.merged.contains({task->process, lost->signal})) {
            made.sentences.push_back(fmt::format(
                "{} came again while it was waiting to be handled, and its handler ran once for both: "
                "such a signal is not counted",
                kernel::signal_name(lost->signal)));
            made.sentences.push_back(
                lost->signal == kernel::kSigChld
                    ? "a handler of SIGCHLD waits for all children that have ended: while (waitpid(-1, NULL, "
                      "WNOHANG) > 0)"
                    : "take a signal for \"look again\", not for a count; what has to be counted goes "
                      "through a "
                      "pipe, a semaphore, or signals from SIGRTMIN on, which queue");
        } else if (is_signal) {
            made.sentences.push_back(fmt::format(
                "{} came before that, and its handler ran (at {}): only the next one would wake it",
                kernel::signal_name(lost->signal), lost->where));
            made.sentences.push_back(
                "block the signal, look whether it has come, and sleep with sigsuspend(), which lets it in "
                "and sleeps in one step");
        } else {
            made.sentences.push_back(fmt::format(
                "{} at {} called {} before that, when nobody slept there: it is remembered nowhere",
                lost->who, lost->where, lost->function));
            made.sentences.push_back(
                waits.find("condition") != std::string::npos
                    ? "look at what is waited for while holding the mutex, right before sleeping: while "
                      "(!it) pthread_cond_wait(...); and set it while holding the mutex, too"
                    : "futex(FUTEX_WAIT) is given the value that was looked at, and sleeps only while it is "
                      "still that: change the value before FUTEX_WAKE");
        }
        found.push_back(std::move(made));
    }
}

}  // namespace

void add_lost_wakeups(const Machine& initial, Result& result) {
    if (initial.buffered) return;  // stores would have to reach memory as they did
    std::vector<Finding> found;
    for (const Finding& each : result.findings)
        if (each.kind == FindingKind::deadlock || each.kind == FindingKind::partial_deadlock)
            look_for_lost(initial, each, found);
    std::ranges::move(found, std::back_inserter(result.findings));
}

}  // namespace ipclab::explore
