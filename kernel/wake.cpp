// Sleeping and waking: wait points, deadlines and timers.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/epoll.h"
#include "kernel/files.h"
#include "kernel/futex.h"
#include "kernel/signals.h"
#include "kernel/sockets.h"
#include "kernel/terminal_lock.h"
#include "kernel/timer_signals.h"
#include "kernel/timerfd.h"

namespace ipclab::kernel {

namespace {

const WaitPoint* waits_for(const Task& task, ObjectRef object, WaitFor what) {
    if (task.state != TaskState::blocked) return nullptr;
    for (const WaitPoint& point : task.waits)
        if (point.object == object && point.what == what) return &point;
    return nullptr;
}

Time deadline_of(const Task& task) {
    return task.state == TaskState::blocked && task.call ? task.call->deadline_ns : kNever;
}

}  // namespace

void wake(Kernel& kernel, ObjectRef object, WaitFor what, Wake how, Tid by, Trace* trace) {
    // fs/eventpoll.c, ep_poll(): who waits for events goes before those who do already, whoever waits for anything else
    // behind them.
    const bool is_newest_first = object.kind == ObjectKind::epoll;
    Tid first{};
    std::uint64_t first_order = 0;
    bool others = false;
    for (const auto& [tid, task] : kernel.tasks) {
        const WaitPoint* point = waits_for(*task, object, what);
        if (!point) continue;
        if (how == Wake::all || !point->is_exclusive) {
            others = true;
        } else if (!first || (task->wait_order > first_order) == is_newest_first) {
            first = tid;
            first_order = task->wait_order;
        }
    }
    const bool is_taken = !kernel.event_fds->epolls.empty() &&
                          tell_epolls(kernel, object, what, how, first ? first_order : UINT64_MAX, by, trace);
    if (others) {
        for (Tid tid : waiters(kernel, object, what)) {
            if (how == Wake::one && waits_for(kernel.tasks[tid], object, what)->is_exclusive) continue;
            wake_task(kernel, tid, object, by, trace);
        }
    }
    if (first && !is_taken && waits_for(kernel.tasks[first], object, what))
        wake_task(kernel, first, object, by, trace);
}

void wake_task(Kernel& kernel, Tid tid, ObjectRef object, Tid by, Trace* trace) {
    Task& task = kernel.tasks.write(tid);
    if (object.kind == ObjectKind::none && !task.waits.empty()) object = task.waits.front().object;
    make_ready(kernel, task);
    if (!trace) return;
    Event& event = emit(kernel, EventKind::woken, tid, *trace);
    event.object = object;
    event.other = by.value;
    add_object_name(kernel, object, *trace);
}

std::vector<Tid> waiters(const Kernel& kernel, ObjectRef object, WaitFor what) {
    std::vector<Tid> found;
    for (const auto& [tid, task] : kernel.tasks)
        if (waits_for(*task, object, what)) found.push_back(tid);
    std::stable_sort(found.begin(), found.end(),
                     [&](Tid a, Tid b) { return kernel.tasks[a].wait_order < kernel.tasks[b].wait_order; });
    return found;
}

void leave_call(Kernel& kernel, Tid task, Trace* trace) {
    unlock_terminals(kernel, task, trace);
    give_up_accepting(kernel, task);
}

void forget_waits(Kernel& kernel, Tid task, Trace* trace) {
    forget_waiter(kernel, task);
    forget_parcels(kernel, task);
    forget_lock_wish(kernel, task, trace);
    give_up_opening(kernel, task, trace);
    leave_call(kernel, task, trace);
    forget_inherited_lock(kernel, task);
}

namespace {

/// Of all but packets and TCP's timers.
Time earliest_but_network(const Kernel& kernel) {
    Time next = kNever;
    for (const auto& [tid, task] : kernel.tasks) next = std::min(next, deadline_of(*task));
    for (const auto& [pid, process] : kernel.processes)
        if (!process->is_zombie)
            next = std::min({next, process->alarm_at_ns, process->timers->earliest_ns()});
    return std::min(next, earliest_timerfd(kernel));
}

}  // namespace

Time earliest_timer(const Kernel& kernel) {
    const Time next = std::min(earliest_but_network(kernel), earliest_of_network(kernel));
    // In 237 years the nanoseconds of the time of day would not fit any more: what is due then never comes.
    constexpr Time kYear = 366 * 86'400 * kSecond, kLatest = kNever - kBootEpochSeconds * kSecond - kYear;
    return next > kLatest ? kNever : next;
}

Time next_deadline(const Kernel& kernel) {
    return kernel.timers.at_ns == kNever ? kNever : earliest_timer(kernel);
}

void expire_timers(Kernel& kernel, Trace* trace) {
    const bool is_instant = is_link_instant(kernel);
    while (kernel.timers.at_ns <= kernel.now_ns) {
        // The earliest first; at the same time alarms before timers before timerfds before packets before sleepers, then the lowest id: one order, always.
        const Time due = kernel.timers.at_ns =
            is_instant ? earliest_but_network(kernel) : earliest_timer(kernel);
        if (due > kernel.now_ns) break;
        Pid ringing{}, timing{};
        for (const auto& [pid, process] : kernel.processes) {
            if (process->is_zombie) continue;
            if (!ringing && process->alarm_at_ns == due) ringing = pid;
            if (!timing && process->timers->earliest_ns() == due) timing = pid;
        }
        if (ringing) {
            Process& process = kernel.processes.write(ringing);
            process.alarm_at_ns = kNever;
            if (process.alarm_interval_ns > 0) {
                // Expirations that were missed do not pile up: SIGALRM coalesces anyway.
                const Time missed = (kernel.now_ns - due) / process.alarm_interval_ns;
                process.alarm_at_ns = due + (missed + 1) * process.alarm_interval_ns;
            }
            send_to_process(kernel, ringing, {.signal = kSigAlrm, .code = kSiKernel}, trace);
            continue;
        }
        if (timing) {
            expire_posix_timer(kernel, timing, trace);
            continue;
        }
        if (expire_timerfd(kernel, due, trace)) continue;
        if (!is_instant && expire_network(kernel, due, trace)) continue;
        Tid sleeper{};
        for (const auto& [tid, task] : kernel.tasks)
            if (deadline_of(*task) == due &&
                (!sleeper || task->wait_order < kernel.tasks[sleeper].wait_order))
                sleeper = tid;
        kernel.tasks.write(sleeper).wake_by_timeout = true;
        wake_task(kernel, sleeper, {ObjectKind::clock, 0}, {}, trace);
    }
    if (is_instant) arm_timer(kernel, earliest_of_network(kernel));
}

void expire_next(Kernel& kernel, Trace* trace) {
    const bool is_of_network = is_link_instant(kernel) && earliest_but_network(kernel) > kernel.now_ns;
    expire_timers(kernel, trace);
    if (!is_of_network) return;
    expire_network(kernel, earliest_of_network(kernel), trace);
    kernel.timers.at_ns = earliest_timer(kernel);
}

void Call::wake(ObjectRef what_object, WaitFor what, Wake how) {
    kernel::wake(kernel, what_object, what, how, task, trace);
}

}  // namespace ipclab::kernel
