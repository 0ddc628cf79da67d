#include "kernel/cpu_timer.h"

#include "kernel/processes.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

namespace {

/// True: it was due, and is set anew.
bool expire(CpuTimer& timer, Time now) {
    if (now < timer.at_ns) return false;
    // Expirations that were missed do not pile up.
    timer.at_ns = timer.interval_ns == 0
                      ? kNever
                      : timer.at_ns + ((now - timer.at_ns) / timer.interval_ns + 1) * timer.interval_ns;
    return true;
}

}  // namespace

void expire_cpu_timers(Kernel& kernel, Tid tid, Trace* trace) {
    const Task* task = kernel.tasks.find(tid);
    if (!task) return;
    const Pid pid = task->process;
    const Process& process = kernel.processes[pid];
    const CpuTimers& timers = *process.cpu_timers;
    const Time now = cpu_time_of(kernel, process);
    if (process.is_zombie || now < timers.earliest_ns()) return;
    CpuTimers changed = timers;
    const bool virtual_due = expire(changed.user, now), prof_due = expire(changed.profile, now);
    // getrlimit(2): SIGXCPU at the soft limit and every second from then on, SIGKILL at the hard one.
    const bool is_over = now >= changed.hard_limit_ns, warns = now >= changed.warn_at_ns;
    if (warns) changed.warn_at_ns += kSecond;
    kernel.processes.write(pid).cpu_timers.write() = changed;
    const auto send = [&](int signal) {
        send_to_process(kernel, pid, {.signal = signal, .code = kSiKernel}, trace);
    };
    if (virtual_due) send(kSigVtalrm);
    if (prof_due) send(kSigProf);
    if (is_over)
        send(kSigKill);
    else if (warns)
        send(kSigXcpu);
}

}  // namespace ipclab::kernel
