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
#include "sim/engine/address_names.h"
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

/// A task reads what another one has written, but whose store still waits in that one's buffer.
struct StaleRead {
    std::size_t when = 0;  ///< events before it
    Tid reader{}, writer{};
    Machine before;  ///< where the reader stands before it
    std::string name, where;
};

/// Makes the steps of a schedule and notes the wake-ups and the stale reads on the way.
class Replay final : public vm::Watch {
  public:
    explicit Replay(const Machine& initial) : machine(initial) {}

    bool run(const engine::Stretches& schedule) {
        const auto choices = engine::schedule_of(machine, schedule);
        if (!choices) return false;
        for (const Choice& choice : *choices) {
            task_ = choice.task;
            make(choice);
            look_at_events();
        }
        return true;
    }

    bool stops_before(std::span<const kernel::MemoryAccess> accesses) override {
        look_at_condition();
        return machine.buffered && is_stale(accesses);
    }
    bool stops_before_call(std::uint64_t, const std::array<std::uint64_t, 6>&) override { return false; }
    void kernel_accesses(const kernel::MemoryAccess&) override {}

    Machine machine;
    kernel::Trace trace;
    std::vector<WakeUp> wakeups;
    std::vector<StaleRead> stale;
    /// Signals that were sent to a process while the same one waited there already: signal(7), "standard signals do not
    /// queue".
    std::set<std::pair<kernel::Pid, int>> merged;

  private:
    void make(Choice choice) {
        for (engine::Begin begin = engine::Begin::fresh;; begin = engine::Begin::continued) {
            const std::size_t noted = stale.size();
            resumes = begin == engine::Begin::continued;
            const engine::Step done = engine::step(machine, choice, &trace, begin, vm::StopAt::watched, this);
            if (stale.size() == noted) return;
            choice.budget -= static_cast<std::uint32_t>(done.instructions);
            stale.back().before = machine;
            stale.back().where = where(machine, task_);
        }
    }
    /// Notes it.
    bool is_stale(std::span<const kernel::MemoryAccess> accesses) {
        if (std::exchange(resumes, false)) return false;  // it is the read that was noted last
        const kernel::Pid pid = machine.kernel.tasks[task_].process;
        const kernel::SpaceId space = machine.kernel.processes[pid].space;
        for (const kernel::MemoryAccess& access : accesses) {
            if (access.writes) continue;
            const vm::Place place =
                vm::place_of(machine.kernel.spaces[space], space, access.address, access.bytes);
            const auto waits_in = [&](const vm::Context& context) {
                return std::ranges::any_of(
                    context.stores, [&](const vm::WaitingStore& each) { return each.place.overlaps(place); });
            };
            if (waits_in(*machine.contexts.find(task_))) continue;
            for (const auto& [tid, context] : machine.contexts) {
                if (tid == task_ || !waits_in(*context)) continue;
                const std::string name = engine::name_of_address(machine, pid, access.address);
                stale.push_back({trace.events.size(), task_, tid, Machine{},
                                 name.empty() ? fmt::format("{:#x}", access.address) : name, ""});
                return true;
            }
        }
        return false;
    }
    void look_at_condition() {
        const vm::Context& context = *machine.contexts.find(task_);
        const vm::Program& program = machine.program_of(task_);
        const auto callee = static_cast<std::size_t>(vm::user_frame(program, context) + 1);
        // Its first access asks whether anybody sleeps.
        if (callee >= context.frames.size() ||
            !wakes_sleepers_of_condition(program.functions[context.frames[callee].function].name)) {
            is_in_call_ = false;
            return;
        }
        if (std::exchange(is_in_call_, true)) return;
        const vm::Frame& frame = context.frames[callee];
        const std::uint64_t condition = context.registers[frame.register_base + 1];
        if (nobody_sleeps_on(condition)) note(program.functions[frame.function].name, condition, 0);
    }
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

/// What has been written reaches memory, and what will be written does at once: one of the orders that there can be.
void empty_buffers(Machine& machine) {
    if (!std::exchange(machine.buffered, nullptr)) return;
    std::vector<Tid> tasks;
    for (const auto& [tid, context] : machine.contexts) tasks.push_back(tid);
    for (const Tid tid : tasks)
        while (engine::has_waiting_stores(machine, tid)) engine::step(machine, Choice::drain(tid), nullptr);
}

/// A sleeping task, and what it sleeps in.
struct Sleeper {
    Tid tid{};
    std::uint64_t call = 0, address = 0;  ///< of a signal 0

    bool sleeps(const Machine& machine) const {
        const kernel::Task* now = machine.kernel.tasks.find(tid);
        return now && now->state == kernel::TaskState::blocked && now->call && now->call->number == call &&
               (address == 0 || now->call->args[0] == address);
    }
};

/// Whether the task is somewhere else, or gone, when everybody has gone on for as long as they could.
bool goes_on(Machine machine, const Sleeper& sleeper) {
    empty_buffers(machine);
    constexpr int kMostSteps = 10'000;
    constexpr std::uint32_t kSlice = 100'000;
    for (int steps = 0; steps < kMostSteps; ++steps) {
        const std::vector<Tid> ready = engine::runnable(machine);
        if (ready.empty()) break;
        for (const Tid each : ready)
            if (engine::can_run(machine, each))
                engine::step(machine, Choice::run(each, kernel::CpuId{0}, kSlice), nullptr);
        const kernel::Task* now = machine.kernel.tasks.find(sleeper.tid);
        if (!now || now->state == kernel::TaskState::zombie) return true;
    }
    return !sleeper.sleeps(machine);
}

/// Whether the task goes on if it is woken now, rather than to sleep again.
bool would_go_on(Machine machine, const Sleeper& sleeper, int signal) {
    if (signal != 0) {
        const kernel::Pid process = machine.kernel.tasks[sleeper.tid].process;
        engine::step(machine, Choice::send_signal(process, signal), nullptr);
    } else {
        machine.kernel.limits.spurious_wakeups = 1;
        engine::step(machine, Choice::wake_spuriously(sleeper.tid), nullptr);
        machine.kernel.limits.spurious_wakeups = 0;
    }
    return goes_on(std::move(machine), sleeper);
}

/// Whether it decides over the sleeper that the read came before the store had reached memory: from there on all go the same
/// way, but for that.
bool decides(const StaleRead& read, const Sleeper& sleeper) {
    Machine fresh = read.before;
    empty_buffers(fresh);
    Machine stale = read.before;
    engine::step(stale, Choice::run(read.reader, kernel::CpuId{0}, 1), nullptr, engine::Begin::continued);
    engine::step(fresh, Choice::run(read.reader, kernel::CpuId{0}, 1), nullptr, engine::Begin::continued);
    return !goes_on(std::move(stale), sleeper) && goes_on(std::move(fresh), sleeper);
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
        const Sleeper sleeper{tid, task->call->number, is_signal ? 0 : task->call->args[0]};
        const auto lost =
            std::find_if(replay.wakeups.rbegin(), replay.wakeups.rend(), [&](const WakeUp& each) {
                return each.when < slept && (is_signal ? each.signal != 0 && each.task == sleeper.tid
                                                       : each.signal == 0 && each.address == sleeper.address);
            });
        const bool is_lost = lost != replay.wakeups.rend() && would_go_on(machine, sleeper, lost->signal);
        const auto stale =
            is_lost || is_signal
                ? replay.stale.rend()
                : std::find_if(replay.stale.rbegin(), replay.stale.rend(), [&](const StaleRead& each) {
                      return each.when < slept && decides(each, sleeper);
                  });
        if (!is_lost && (stale == replay.stale.rend() || !would_go_on(machine, sleeper, 0))) continue;
        Finding made = deadlock;
        made.kind = FindingKind::lost_wakeup;
        made.sentences.clear();
        made.sentences.push_back(
            fmt::format("{} at {} sleeps for ever: {}", who(machine, tid), where(machine, tid), waits));
        if (!is_lost) {
            made.sentences.push_back(fmt::format(
                "{} at {} read {} while what {} had stored there was still waiting in its store buffer: it "
                "saw the value from before, and {}",
                who(stale->before, stale->reader), stale->where, stale->name,
                who(stale->before, stale->writer),
                stale->reader == tid ? "went to sleep" : "so nobody wakes " + who(machine, tid)));
            made.sentences.push_back(
                "who goes to sleep says so, then looks for work; who brings work says so, then looks for "
                "sleepers: between their store and their load both need a fence, "
                "atomic_thread_fence(memory_order_seq_cst)");
        } else if (is_signal && replay.merged.contains({task->process, lost->signal})) {
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
    std::vector<Finding> found;
    for (const Finding& each : result.findings)
        if (each.kind == FindingKind::deadlock || each.kind == FindingKind::partial_deadlock)
            look_for_lost(initial, each, found);
    std::ranges::move(found, std::back_inserter(result.findings));
}

}  // namespace ipclab::explore
