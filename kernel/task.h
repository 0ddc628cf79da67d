// Tasks and processes: what Linux keeps in task_struct, as plain values.
//
//            fork/clone                  picked by the scheduler
//   (none) -----------> ready <---------------------------------> running
//                         ^       quantum over, preempted, yield     |
//                   woken |                                          | a call must wait
//                         +---------------- blocked <----------------+
//                         |                                          | exit, fatal signal
//   SIGCONT               |                                          v
//   stopped --------------+                                       zombie ---> (gone: reaped by the parent)
//   (SIGSTOP from any state; a blocked task that is stopped keeps its call)
//
// Threads: a process is a thread group (clone(2)): its tasks are those with Task::process == pid, and the first one's
// Tid is the Pid. They share everything in Process; of their own they have what is in Task (mask, signals sent by
// tgkill, the words that the kernel writes when they end) and the interpreter's context (registers, frames, tls).
//   ends one      exit(2): end_task(). The first one stays as a zombie until the whole group has ended
//   ends all      exit_group(2), a fatal signal, execve(2) (which leaves its caller, as the first one)
//   stops all     a stop signal; SIGCONT resumes all
//   signals       Process::pending is taken by any task that does not block them, Task::pending by that task
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/cow.h"
#include "kernel/fd_table.h"
#include "kernel/posix_timer.h"
#include "kernel/resource_limits.h"
#include "kernel/result.h"
#include "kernel/scheduler.h"
#include "kernel/signal_state.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// What a blocked task waits for on an object. A new mechanism adds its condition here.
/// memory: vfork(2), that the child lets go of it
enum class WaitFor : std::uint8_t {
    readable,
    writable,
    child,
    memory,
    time,
    signal,
    peer,
    futex,
    semaphore,
    lock
};

struct WaitPoint {
    ObjectRef object{};
    WaitFor what = WaitFor::readable;
    /// Linux's exclusive waits: Wake::one wakes a single one of them, the oldest, but every other waiter
    /// (poll).
    bool is_exclusive = true;
    std::uint64_t key = 0;  ///< futex: the address, or the offset in the memory object
    bool operator==(const WaitPoint&) const = default;
};

/// A system call in progress. A blocked call is data: the handler is called again with it when the task is
/// woken, and looks at the objects anew, as the wait loops in Linux do.
struct PendingCall {
    std::uint16_t number = 0;
    std::array<std::uint64_t, 6> args{};
    std::uint64_t progress = 0;  ///< bytes already transferred, or what the handler wants to remember
    Time entered_ns = 0;
    Time deadline_ns = kNever;    ///< absolute; set once by a call with a time-out
    std::uint32_t completed = 0;  ///< messages that are done; splice: 1, it sleeps at the socket
    bool has_slept = false;       ///< it has been put to sleep: this is not the first look at the objects
    /// A signal without a handler has interrupted it: Linux makes the call anew, with what it looks at first. left: unless
    /// a handler that comes before that ends it. due: its own mask is back in place, and whatever that lets in comes first.
    enum class Interruption : std::uint8_t { none, left, due } interruption = Interruption::none;
    bool operator==(const PendingCall&) const = default;
};

/// What open(2) of a FIFO has made and waits with for the other end: no descriptor names it yet. Of accept(2), the
/// descriptor that it will give.
struct Opening {
    FileId file{};  ///< none: the task is in no such open(2)
    Fd fd = -1;     ///< reserved; -1: none is
    bool close_on_exec = false;
    bool operator==(const Opening&) const = default;
};

/// close(2), "Multithreaded processes and close()": a call that sleeps keeps the open file that its descriptor named, even
/// where another thread closes that, or gives the number to something else. Until then the descriptor itself tells it.
struct KeptFile {
    Fd fd = -1;  ///< -1: what sendmsg(2) passes, kept from its begin
    FileId file{};
    bool operator==(const KeptFile&) const = default;
};

/// sigaltstack(2): where handlers with SA_ONSTACK run. No bytes: there is none.
struct AlternateStack {
    std::uint64_t begin = 0, bytes = 0;
    std::uint64_t stack_pointer =
        0;  ///< of the task at its last system call, kept only where there is such a stack
    bool holds(std::uint64_t address) const { return address - begin < bytes; }
    bool operator==(const AlternateStack&) const = default;
};

struct Task {
    Tid tid{};
    Pid process{};
    TaskState state = TaskState::ready;
    std::optional<PendingCall> call;  ///< set from entry to return of a system call
    std::vector<WaitPoint> waits;     ///< blocked: any of these may wake it
    Opening opening{};
    std::vector<KeptFile> kept_files;  ///< for the call that it sleeps in, see keep_for_sleepers()
    std::uint64_t wait_order = 0;      ///< blocked: rises with each block; waiters are woken oldest first
    bool wake_by_timeout = false;      ///< its deadline passed while it was blocked

    SignalMask blocked_signals = 0;
    std::optional<SignalMask> saved_mask;  ///< sigsuspend, ppoll: the mask to put back after the handler
    PendingSignals pending;                ///< directed at this task

    std::uint64_t clear_child_tid =
        0;                          ///< set_tid_address(2): where 0 is stored when this task ends; 0: nowhere
    std::uint64_t robust_list = 0;  ///< get_robust_list(2): head of the list of locks that it holds

    std::string name;  ///< PR_SET_NAME; empty: its process's
    AlternateStack alternate_stack;
    std::uint32_t fragment = 0, fragment_used = 0;  ///< the number of the newest Fragment, and bytes of it

    // Scheduling
    std::int8_t nice = 0;  ///< -20 .. 19
    TaskPolicy policy = TaskPolicy::other;
    std::uint8_t realtime_priority = 0;  ///< 1 .. 99 where the policy is fifo or round_robin, else 0
    /// FUTEX_LOCK_PI: the highest of those of who waits for a lock that this task holds; 0: nobody lends it one.
    std::uint8_t lent_priority = 0;
    Tid lock_owner{};                  ///< FUTEX_LOCK_PI: who holds the lock that this task sleeps for
    bool resets_on_fork = false;       ///< sched(7), SCHED_RESET_ON_FORK
    std::uint8_t allowed_cpus = 0xff;  ///< a bit for each CPU
    TurnState turn;
    CpuId last_cpu{};
    Time ready_since_ns = 0;
    std::uint64_t ready_order = 0;  ///< position in the ready queue: smaller is earlier
    Time slice_used_ns = 0;         ///< of the current quantum
    Time cpu_time_ns = 0;           ///< consumed in all

    bool operator==(const Task&) const = default;
};

constexpr bool is_real_time(TaskPolicy policy) {
    return policy == TaskPolicy::fifo || policy == TaskPolicy::round_robin;
}
inline bool is_real_time(const Task& task) {
    return is_real_time(task.policy) || task.lent_priority > 0;
}
/// What it has by itself or is lent; 0: an ordinary task.
inline std::uint8_t effective_priority(const Task& task) {
    return std::max(task.realtime_priority, task.lent_priority);
}

/// One timer that counts CPU time; kNever: it does not run.
struct CpuTimer {
    Time at_ns = kNever, interval_ns = 0;
    bool operator==(const CpuTimer&) const = default;
};

/// See kernel/cpu_timer.h. In CPU time of the process.
struct CpuTimers {
    CpuTimer user;                                     ///< ITIMER_VIRTUAL
    CpuTimer profile;                                  ///< ITIMER_PROF
    Time warn_at_ns = kNever, hard_limit_ns = kNever;  ///< RLIMIT_CPU
    Time earliest_ns() const { return std::min({user.at_ns, profile.at_ns, warn_at_ns, hard_limit_ns}); }
    bool operator==(const CpuTimers&) const = default;
};

/// prctl(2), PR_SET_NAME: the kernel keeps this much of a process's name.
inline constexpr std::size_t kNameMax = 15;

struct Process {
    Pid pid{};
    Pid parent{};  ///< 1 (init) for orphans; 0 for init itself
    Pid group{}, session{};
    TerminalId terminal{};  ///< the controlling terminal; none: it has none
    /// Of a session leader whose terminal has been hung up: the group that was in the foreground.
    Pid hung_up_group{};
    std::string name;  ///< "worker": the program's name, as ps shows
    ProgramId program{};
    SpaceId space{};
    /// vfork(2): the task that waits until this process executes or ends; so long `space` is that task's own.
    Tid held{};
    Cow<FdTable> fds;
    InodeId working_directory{};
    std::uint32_t umask = 022;
    Cow<SignalActions> actions;
    PendingSignals pending;     ///< directed at the process
    bool has_executed = false;  ///< since its fork: setpgid by the parent comes too late
    bool is_zombie = false;
    std::int32_t wait_status = 0;  ///< as waitpid(2) reports it; valid for zombies
    bool stop_unreported = false, continue_unreported = false;  ///< for WUNTRACED, WCONTINUED
    std::int32_t stop_signal = 0;
    std::int32_t death_cause = 0;  ///< signal that killed it, 0 where it exited. Set on a living process: a
                                   ///< fatal signal has arrived and nothing else is delivered any more
    std::uint64_t children_cpu_ns = 0;
    Time ended_threads_cpu_ns = 0;  ///< of its tasks that are gone
    Time alarm_at_ns = kNever;      ///< alarm(2), ITIMER_REAL
    Time alarm_interval_ns = 0;
    Cow<PosixTimers> timers;
    Cow<CpuTimers> cpu_timers;
    Cow<ResourceLimits> resource_limits;
    std::uint8_t parent_death_signal = 0;  ///< PR_SET_PDEATHSIG; 0: none
    bool is_subreaper = false;             ///< PR_SET_CHILD_SUBREAPER
    bool is_dumpable = true, has_no_new_privileges = false;
    bool operator==(const Process&) const = default;
};

}  // namespace ipclab::kernel
