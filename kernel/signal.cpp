// Signals from generation to delivery.
//
//   send_to_*()  generation: drops what is ignored, coalesces, queues, wakes the target
//   (pending)    in Task::pending or Process::pending until the task is about to go on in user mode
//   take_signal() delivery: carries out a default action, or hands out a handler to call
#include "kernel/signals.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/emit.h"
#include "kernel/processes.h"
#include "kernel/timer_signals.h"

namespace ipclab::kernel {

namespace {

constexpr SignalMask kStopSignals =
    signal_bit(kSigStop) | signal_bit(kSigTstp) | signal_bit(kSigTtin) | signal_bit(kSigTtou);
/// kernel/signal.c, SYNCHRONOUS_MASK: faults of the task's own come before everything else.
constexpr SignalMask kSynchronous = signal_bit(kSigSegv) | signal_bit(kSigBus) | signal_bit(kSigIll) |
                                    signal_bit(kSigTrap) | signal_bit(kSigFpe) | signal_bit(kSigSys);

bool is_standard(int signal) {
    return signal < kSigRtMin;
}

const SignalActionEntry& action_of(const Process& process, int signal) {
    return (*process.actions)[static_cast<std::size_t>(signal)];
}

bool would_ignore(const Process& process, int signal) {
    const std::uint64_t handler = action_of(process, signal).handler;
    if (handler == kSigIgn) return true;
    if (handler != kSigDfl) return false;
    const DefaultAction action = default_action(signal);
    return action == DefaultAction::ignore || action == DefaultAction::resume;
}

bool would_kill(const Process& process, int signal) {
    if (action_of(process, signal).handler != kSigDfl) return false;
    const DefaultAction action = default_action(signal);
    return action == DefaultAction::terminate || action == DefaultAction::core;
}

void discard(PendingSignals& pending, SignalMask signals) {
    if ((pending.set & signals) == 0) return;
    pending.set &= ~signals;
    std::erase_if(pending.queue,
                  [&](const SignalInfo& info) { return (signal_bit(info.signal) & signals) != 0; });
}

void queue(PendingSignals& pending, const SignalInfo& info, std::size_t limit) {
    const SignalMask bit = signal_bit(info.signal);
    // signal(7): of a standard signal that is already pending no second instance is kept.
    // The signal of a timer is set aside for it, and there is at most one of each timer.
    const bool is_own = info.code == kSiTimer;
    if (is_standard(info.signal) && (pending.set & bit) && !is_own) return;
    // kernel/signal.c: over RLIMIT_SIGPENDING kill() still marks the signal, without its information.
    if (is_standard(info.signal) || is_own || pending.queue.size() < limit) pending.queue.push_back(info);
    pending.set |= bit;
}

SignalInfo dequeue(PendingSignals& pending, int signal) {
    auto found = std::find_if(pending.queue.begin(), pending.queue.end(),
                              [&](const SignalInfo& info) { return info.signal == signal; });
    SignalInfo info{.signal = signal};
    if (found != pending.queue.end()) {
        info = *found;
        pending.queue.erase(found);
    }
    const bool more = std::any_of(pending.queue.begin(), pending.queue.end(),
                                  [&](const SignalInfo& other) { return other.signal == signal; });
    if (!more) pending.set &= ~signal_bit(signal);
    return info;
}

/// signal(7): several pending standard signals are delivered lowest first; faults before them.
int first_of(SignalMask set) {
    if (set & kSynchronous) set &= kSynchronous;
    for (int signal = 1; signal <= kSignals; ++signal)
        if (set & signal_bit(signal)) return signal;
    return 0;
}

struct Place {
    int signal = 0;
    bool of_task = false;
};

Place first_pending(const Task& task, const Process& process) {
    if (const SignalMask own = task.pending.set & ~task.blocked_signals) return {first_of(own), true};
    return {first_of(process.pending.set & ~task.blocked_signals), false};
}

void emit_sent(const Kernel& kernel, Tid task, Pid process, const SignalInfo& info, Trace* trace) {
    if (!trace) return;
    Event event = event_now(kernel, EventKind::signal_sent, task);
    event.process = process;
    event.number = static_cast<std::uint16_t>(info.signal);
    const bool is_from_kernel = info.code == kSiKernel || info.code == kSiTimer;
    event.other = is_from_kernel ? 0 : info.sender.value;
    trace->add(event);
}

void emit_delivered(const Kernel& kernel, Tid task, const SignalInfo& info, SignalAction action,
                    Trace* trace) {
    if (!trace) return;
    Event event = event_now(kernel, EventKind::signal_delivered, task);
    event.number = static_cast<std::uint16_t>(info.signal);
    event.result = static_cast<std::int64_t>(action);
    trace->add(event);
    trace->add_payload(0, siginfo_bytes(info), sizeof(siginfo_bytes(info)));
}

/// SIGCONT resumes a stopped process whether or not it is caught, ignored or blocked (signal(7)).
void resume_stopped(Kernel& kernel, Pid pid, Trace* trace) {
    bool was_stopped = false;
    for (Tid tid : threads_of(kernel, pid)) {
        if (kernel.tasks[tid].state != TaskState::stopped) continue;
        make_ready(kernel, kernel.tasks.write(tid));
        was_stopped = true;
    }
    if (!was_stopped) return;
    Process& process = kernel.processes.write(pid);
    process.stop_unreported = false;
    process.continue_unreported = true;
    tell_parent_of_stop(kernel, pid, kCldContinued, kSigCont, trace);
}

/// sigtimedwait(2): the signals that it waits for are blocked, and wake it all the same.
bool is_awaited(const Task& task, int signal) {
    return task.state == TaskState::blocked &&
           std::any_of(task.waits.begin(), task.waits.end(), [&](const WaitPoint& point) {
               return point.what == WaitFor::signal && (point.key & signal_bit(signal));
           });
}

/// kernel/signal.c, wants_signal(): whether this thread will see to a signal that is now generated.
bool wants(const Kernel& kernel, Tid tid, int signal) {
    const Task& task = kernel.tasks[tid];
    if (is_awaited(task, signal)) return true;
    if (task.blocked_signals & signal_bit(signal)) return false;
    if (signal == kSigKill) return true;
    if (task.state == TaskState::stopped) return false;
    return task.state == TaskState::running || !has_deliverable_signal(kernel, tid);
}

/// kernel/signal.c, complete_signal(): of a process the first thread where it wants the signal, else another one; none:
/// it stays pending until somebody looks.
Tid taker_of(const Kernel& kernel, Pid pid, int signal) {
    for (Tid tid : threads_of(kernel, pid))
        if (wants(kernel, tid, signal)) return tid;
    return {};
}

void wake_sleeper(Kernel& kernel, Tid tid, Pid sender, Trace* trace) {
    const Tid by{sender.value};
    wake_task(kernel, tid, {}, kernel.tasks.contains(by) ? by : Tid{}, trace);
}

/// A fatal signal has been generated: every thread comes to see it.
void doom(Kernel& kernel, Pid pid, const SignalInfo& info, Trace* trace) {
    kernel.processes.write(pid).death_cause = info.signal;
    for (Tid tid : threads_of(kernel, pid)) {
        const TaskState state = kernel.tasks[tid].state;
        if (state == TaskState::blocked)
            wake_sleeper(kernel, tid, info.sender, trace);
        else if (state == TaskState::stopped)
            make_ready(kernel, kernel.tasks.write(tid));
    }
}

/// kernel/signal.c, signalfd_notify(): who waits at a signalfd looks again, whatever the signal. One that coalesces tells
/// nobody.
void notify_signalfds(Kernel& kernel, Pid pid, Tid only, const SignalInfo& info, Trace* trace) {
    if (kernel.event_fds->signal_sets.empty()) return;
    const PendingSignals& pending = only ? kernel.tasks[only].pending : kernel.processes[pid].pending;
    if (is_standard(info.signal) && (pending.set & signal_bit(info.signal))) return;
    wake(kernel, ref(pid), WaitFor::signal, Wake::all,
         kernel.tasks.contains(Tid{info.sender.value}) ? Tid{info.sender.value} : Tid{}, trace);
}

/// `only`: directed at this thread; none: at the process.
void generate(Kernel& kernel, Pid pid, Tid only, const SignalInfo& info, Trace* trace) {
    const int signal = info.signal;
    const Tid shown = only ? only : Tid{pid.value};
    emit_sent(kernel, shown, pid, info, trace);
    if (kernel.processes[pid].is_zombie || kernel.processes[pid].death_cause != 0) return;
    const SignalMask bit = signal_bit(signal);
    if ((bit & kStopSignals) || signal == kSigCont) {
        // POSIX, 2.4.1: a stop signal discards pending SIGCONT, SIGCONT discards pending stop signals.
        const SignalMask gone = signal == kSigCont ? kStopSignals : signal_bit(kSigCont);
        discard(kernel.processes.write(pid).pending, gone);
        for (Tid tid : threads_of(kernel, pid)) discard(kernel.tasks.write(tid).pending, gone);
        if (signal == kSigCont) resume_stopped(kernel, pid, trace);
    }
    if (kernel.tasks[shown].state == TaskState::zombie && only) return;
    if (is_dropped(kernel, shown, signal)) return;
    notify_signalfds(kernel, pid, only, info, trace);
    const Tid taker = only ? (wants(kernel, only, signal) ? only : Tid{}) : taker_of(kernel, pid, signal);
    queue(only ? kernel.tasks.write(only).pending : kernel.processes.write(pid).pending, info,
          kernel.processes[pid].resource_limits->soft(Resource::pending_signals));
    if (!taker) return;
    const bool is_blocked = (kernel.tasks[taker].blocked_signals & bit) != 0;
    // kernel/signal.c, complete_signal(): a fatal signal decides the process's end when it is generated,
    // where the task has no other signal to look at yet.
    if (!is_blocked && would_kill(kernel.processes[pid], signal) &&
        default_action(signal) == DefaultAction::terminate)
        return doom(kernel, pid, info, trace);
    if (kernel.tasks[taker].state == TaskState::blocked) wake_sleeper(kernel, taker, info.sender, trace);
}

void stop(Kernel& kernel, Pid pid, int signal, Trace* trace) {
    for (Tid tid : threads_of(kernel, pid)) {
        Task& task = kernel.tasks.write(tid);
        take_off(kernel, task, TaskState::stopped);
        task.waits.clear();
    }
    Process& process = kernel.processes.write(pid);
    process.stop_signal = signal;
    process.stop_unreported = true;
    process.continue_unreported = false;
    tell_parent_of_stop(kernel, pid, kCldStopped, signal, trace);
}

void die(Kernel& kernel, Tid tid, int signal, Trace* trace) {
    const Task& task = kernel.tasks[tid];
    SignalInfo info{.signal = signal};
    for (const PendingSignals* pending : {&kernel.processes[task.process].pending, &task.pending})
        for (const SignalInfo& queued : pending->queue)
            if (queued.signal == signal) info = queued;
    const bool core = default_action(signal) == DefaultAction::core;
    emit_delivered(kernel, tid, info, core ? SignalAction::dumped_core : SignalAction::terminated, trace);
    // core(5): RLIMIT_CORE is 0, so no core file is written and WCOREDUMP says so.
    end_process(kernel, kernel.tasks[tid].process, signal, signal, trace);
}

SignalMask mask_while_handling(const SignalActionEntry& action, int signal, SignalMask now) {
    // sigaction(2): the signal itself is blocked as well, unless SA_NODEFER says otherwise.
    if (!(action.flags & kSaNoDefer)) now |= signal_bit(signal);
    return (now | action.mask) & ~kUnblockable;
}

HandlerCall call_handler(Kernel& kernel, Tid tid, const SignalInfo& info, Trace* trace) {
    Task& task = kernel.tasks.write(tid);
    const SignalActionEntry action = action_of(kernel.processes[task.process], info.signal);
    emit_delivered(kernel, tid, info, SignalAction::handled, trace);
    // sigaction(2): SA_RESETHAND restores the default on entry to the handler.
    if (action.flags & kSaResetHand)
        kernel.processes.write(task.process).actions.write()[static_cast<std::size_t>(info.signal)].handler =
            kSigDfl;
    // sigsuspend(2): the mask to return to is the one from before the call.
    const SignalMask restore = task.saved_mask.value_or(task.blocked_signals);
    task.saved_mask.reset();
    set_mask(kernel, tid, mask_while_handling(action, info.signal, task.blocked_signals), trace);
    // sigaltstack(2): used by actions with SA_ONSTACK only.
    const AlternateStack stack = action.flags & kSaOnStack ? task.alternate_stack : AlternateStack{};
    return {info.signal, action, info, restore, stack};
}

}  // namespace

DefaultAction default_action(int signal) {
    switch (signal) {
        case kSigChld:
        case kSigUrg:
        case kSigWinch:
            return DefaultAction::ignore;
        case kSigCont:
            return DefaultAction::resume;
        case kSigStop:
        case kSigTstp:
        case kSigTtin:
        case kSigTtou:
            return DefaultAction::stop;
        case kSigQuit:
        case kSigIll:
        case kSigTrap:
        case kSigAbrt:
        case kSigBus:
        case kSigFpe:
        case kSigSegv:
        case kSigXcpu:
        case kSigXfsz:
        case kSigSys:
            return DefaultAction::core;
        default:
            return DefaultAction::terminate;
    }
}

bool is_dropped(const Kernel& kernel, Tid tid, int signal) {
    // kernel/signal.c, sig_ignored(): an ignored signal is dropped at once, unless it is blocked.
    const Task& task = kernel.tasks[tid];
    return (task.blocked_signals & signal_bit(signal)) == 0 &&
           would_ignore(kernel.processes[task.process], signal);
}

void send_to_process(Kernel& kernel, Pid pid, const SignalInfo& info, Trace* trace) {
    if (pid == kInit || !kernel.processes.contains(pid)) return;  // init is not killed and handles nothing
    generate(kernel, pid, {}, info, trace);
}

void send_to_task(Kernel& kernel, Tid task, const SignalInfo& info, Trace* trace) {
    generate(kernel, kernel.tasks[task].process, task, info, trace);
}

bool has_deliverable_signal(const Kernel& kernel, Tid tid) {
    const Task& task = kernel.tasks[tid];
    if (task.state == TaskState::zombie) return false;
    return has_deliverable_signal(task, kernel.processes[task.process]) || (task.saved_mask && !task.call);
}

bool Call::is_interrupted() const {
    return has_deliverable_signal(*me, process_read());
}

std::optional<NextSignal> next_signal(const Kernel& kernel, Tid tid) {
    const Task& task = kernel.tasks[tid];
    const Process& process = kernel.processes[task.process];
    if (process.death_cause != 0) return NextSignal{process.death_cause, NextSignal::What::die, 0};
    const int signal = first_pending(task, process).signal;
    if (signal == 0) return std::nullopt;
    const SignalActionEntry& action = action_of(process, signal);
    if (would_ignore(process, signal)) return NextSignal{signal, NextSignal::What::ignore, 0};
    if (action.handler != kSigDfl) return NextSignal{signal, NextSignal::What::handle, action.flags};
    if (default_action(signal) != DefaultAction::stop) return NextSignal{signal, NextSignal::What::die, 0};
    // POSIX, 2.4.3: SIGTSTP, SIGTTIN and SIGTTOU do not stop a process of an orphaned process group.
    if (signal != kSigStop && is_orphaned_group(kernel, process.group))
        return NextSignal{signal, NextSignal::What::ignore, 0};
    return NextSignal{signal, NextSignal::What::stop, 0};
}

namespace {

/// The first pending signal of the task or its process is pending no more.
SignalInfo dequeue_first(Kernel& kernel, Tid tid, int signal) {
    const Pid pid = kernel.tasks[tid].process;
    const bool of_task = first_pending(kernel.tasks[tid], kernel.processes[pid]).of_task;
    SignalInfo info =
        dequeue(of_task ? kernel.tasks.write(tid).pending : kernel.processes.write(pid).pending, signal);
    timer_signal_taken(kernel, pid, info);
    return info;
}

}  // namespace

void take_without_handler(Kernel& kernel, Tid tid, const NextSignal& next, Trace* trace) {
    IPCLAB_ASSERT(next.what == NextSignal::What::stop || next.what == NextSignal::What::ignore);
    const SignalInfo info = dequeue_first(kernel, tid, next.signal);
    if (next.what == NextSignal::What::stop) {
        emit_delivered(kernel, tid, info, SignalAction::stopped, trace);
        stop(kernel, kernel.tasks[tid].process, next.signal, trace);
    } else {
        emit_delivered(kernel, tid, info,
                       next.signal == kSigCont ? SignalAction::continued : SignalAction::ignored, trace);
    }
}

std::optional<HandlerCall> take_signal(Kernel& kernel, Tid tid, Trace* trace) {
    while (auto next = next_signal(kernel, tid)) {
        switch (next->what) {
            case NextSignal::What::die:
                die(kernel, tid, next->signal, trace);
                return std::nullopt;
            case NextSignal::What::handle:
                return call_handler(kernel, tid, dequeue_first(kernel, tid, next->signal), trace);
            case NextSignal::What::stop:
                take_without_handler(kernel, tid, *next, trace);
                return std::nullopt;
            case NextSignal::What::ignore:
                take_without_handler(kernel, tid, *next, trace);
                break;
        }
    }
    Task& task = kernel.tasks.write(tid);
    if (task.saved_mask && !task.call) {
        task.blocked_signals = *task.saved_mask;
        task.saved_mask.reset();
    }
    return std::nullopt;
}

void raise_fault(Kernel& kernel, Tid tid, const SignalInfo& info, Trace* trace) {
    const Pid pid = kernel.tasks[tid].process;
    if (kernel.processes[pid].is_zombie) return;
    // kernel/signal.c, force_sig_info(): a fault that is blocked or ignored kills.
    const SignalMask bit = signal_bit(info.signal);
    const bool is_blocked = (kernel.tasks[tid].blocked_signals & bit) != 0;
    if (is_blocked || action_of(kernel.processes[pid], info.signal).handler == kSigIgn) {
        kernel.processes.write(pid).actions.write()[static_cast<std::size_t>(info.signal)].handler = kSigDfl;
        kernel.tasks.write(tid).blocked_signals &= ~bit;
    }
    send_to_task(kernel, tid, info, trace);
}

namespace {
Pid foreground_of_standard_terminal(const Kernel& kernel) {
    const TerminalId terminal = kernel.streams[standard_stream(0)].terminal;
    return terminal ? kernel.terminals[terminal].foreground_group : kFirst;
}
}  // namespace

Result<void> send_from_outside(Kernel& kernel, Pid pid, int signal, Trace* trace) {
    if (signal < 0 || signal > kSignals) return Errno::einval;
    auto send = [&](Pid target) {
        if (signal != 0) send_to_process(kernel, target, {.signal = signal}, trace);
    };
    if (pid.value > 0) {
        if (pid == kInit || !kernel.processes.contains(pid)) return Errno::esrch;
        send(pid);
        return {};
    }
    // The engine's process 0: the foreground group of the terminal, as a key like ^C reaches it (termios(3)).
    const Pid group =
        pid.value == 0 ? foreground_of_standard_terminal(kernel) : Pid{-std::int64_t{pid.value}};
    std::vector<Pid> members;
    for (const auto& [id, process] : kernel.processes)
        if (id != kInit && process->group == group) members.push_back(id);
    if (members.empty()) return Errno::esrch;
    for (Pid member : members) send(member);
    return {};
}

void return_from_handler(Kernel& kernel, Tid tid, SignalMask mask, int signal, Trace* trace) {
    set_mask(kernel, tid, mask, trace);
    if (!trace) return;
    Event event = event_now(kernel, EventKind::signal_returned, tid);
    event.number = static_cast<std::uint16_t>(signal);
    trace->add(event);
}

std::array<std::uint8_t, 128> siginfo_bytes(const SignalInfo& info) {
    std::array<std::uint8_t, 128> bytes{};
    auto put = [&](std::size_t at, const auto& value) { std::memcpy(&bytes[at], &value, sizeof value); };
    put(0, info.signal);
    put(8, info.code);
    if (info.code > 0 && info.code != kSiKernel && (signal_bit(info.signal) & kSynchronous)) {
        put(16, info.address);
        return bytes;
    }
    const bool is_timer = info.code == kSiTimer;
    put(16, is_timer ? info.timer : info.sender.value);
    put(20, is_timer ? info.overrun : info.sender_uid);
    if (info.signal == kSigChld && info.code > 0)
        put(24, info.status);
    else
        put(24, info.value);
    return bytes;
}

std::optional<SignalInfo> accept_signal(Kernel& kernel, Tid tid, SignalMask set) {
    const Pid pid = kernel.tasks[tid].process;
    std::optional<SignalInfo> info;
    // kernel/signal.c, dequeue_signal(): the task's own first.
    if (const SignalMask own = kernel.tasks[tid].pending.set & set)
        info = dequeue(kernel.tasks.write(tid).pending, first_of(own));
    else if (const SignalMask shared = kernel.processes[pid].pending.set & set)
        info = dequeue(kernel.processes.write(pid).pending, first_of(shared));
    if (info) timer_signal_taken(kernel, pid, *info);
    return info;
}

void set_mask(Kernel& kernel, Tid tid, SignalMask mask, Trace* trace) {
    kernel.tasks.write(tid).blocked_signals = mask & ~kUnblockable;
    find_takers(kernel, kernel.tasks[tid].process, trace);
}

void find_takers(Kernel& kernel, Pid pid, Trace* trace) {
    SignalMask untaken = kernel.processes[pid].pending.set;
    if (untaken == 0) return;
    const std::vector<Tid> threads = threads_of(kernel, pid);
    for (Tid tid : threads)
        if (kernel.tasks[tid].state != TaskState::blocked) untaken &= kernel.tasks[tid].blocked_signals;
    for (Tid tid : threads) {
        const Task& task = kernel.tasks[tid];
        if (task.state != TaskState::blocked || (untaken & ~task.blocked_signals) == 0) continue;
        untaken &= task.blocked_signals;
        wake_task(kernel, tid, {}, {}, trace);
    }
}

void discard_pending(Kernel& kernel, Pid pid, int signal) {
    timer_signals_ignored(kernel, pid, signal);
    discard(kernel.processes.write(pid).pending, signal_bit(signal));
    for (const auto& [tid, task] : kernel.tasks)
        if (task->process == pid && (task->pending.set & signal_bit(signal)))
            discard(kernel.tasks.write(tid).pending, signal_bit(signal));
}

void reset_handlers(Process& process) {
    SignalActions& actions = process.actions.write();
    for (SignalActionEntry& action : actions) {
        // execve(2): dispositions of caught signals are reset, ignored ones are left; masks and flags go.
        const bool stays_ignored = action.handler == kSigIgn;
        action = {};
        if (stays_ignored) action.handler = kSigIgn;
    }
}

bool is_orphaned_group(const Kernel& kernel, Pid group) {
    for (const auto& [pid, process] : kernel.processes) {
        if (process->group != group || process->is_zombie || pid == kInit) continue;
        const Process* parent = kernel.processes.find(process->parent);
        // The first process stands for a job of an interactive shell, whose part init plays; that of one that adopts
        // the shell's jobs, as a subreaper, where it is said to be one.
        if (parent && process->parent == kInit && pid != kFirst && !parent->is_subreaper) continue;
        if (parent && parent->group != group && parent->session == process->session) return false;
    }
    return true;
}

}  // namespace ipclab::kernel
