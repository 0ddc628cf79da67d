// The simulated kernel: the aggregate of all its objects, a plain copyable value, and the entry points that
// the engine calls. The mechanisms are in their own files; this one has members and forwarders only.
//
// How a system call goes. The engine calls enter_syscall() when a task executes one. The handler (sys_NAME in
// the mechanism's file) looks at the objects and either finishes with a result, or says what the task waits
// for. Then the task is blocked: its call stays in Task::call. Whatever makes progress possible calls wake();
// the scheduler picks the task in its turn, and the engine calls resume_syscall(), which runs the same
// handler again.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/address_space.h"
#include "kernel/costs.h"
#include "kernel/cow.h"
#include "kernel/event.h"
#include "kernel/event_descriptors.h"
#include "kernel/file.h"
#include "kernel/file_lock.h"
#include "kernel/filesystem.h"
#include "kernel/limits.h"
#include "kernel/memory_object.h"
#include "kernel/network.h"
#include "kernel/pipe.h"
#include "kernel/posix_queue.h"
#include "kernel/result.h"
#include "kernel/scheduler.h"
#include "kernel/socket.h"
#include "kernel/stream.h"
#include "kernel/sysv.h"
#include "kernel/task.h"
#include "kernel/terminal.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// No deadline and no alarm is earlier: spares every step a look at all tasks. Derived, not state: it may be too early,
/// and makes no difference between two kernels.
struct TimerBound {
    Time at_ns = kNever;
    bool operator==(const TimerBound&) const { return true; }
};

/// Who is told of accesses to user memory while a call is made; nobody between two steps. Not state.
struct Watching {
    AccessWatcher* watcher = nullptr;
    bool operator==(const Watching&) const { return true; }
};

inline constexpr Pid kInit{1};  ///< adopts orphans and reaps them at once; has no task and runs nothing

struct Kernel {
    Table<Tid, Task> tasks;
    Table<Pid, Process> processes;
    Table<SpaceId, AddressSpace> spaces;
    SharedTable<FileId, File> files;
    SharedTable<InodeId, Inode> inodes;
    Table<PipeId, Pipe> pipes;
    SharedTable<StreamId, Stream> streams;
    SharedTable<SocketId, Socket> sockets;
    SharedTable<TerminalId, Terminal> terminals;
    SysvIpc sysv;
    Cow<FileLocks> locks;
    Cow<EventDescriptors> event_fds;
    SharedTable<PosixQueueId, PosixQueue> posix_queues;
    Cow<Network> network;
    MemoryObjects memory;
    Scheduler scheduler;
    Limits limits;
    Costs costs;
    TimerBound timers;
    Watching watching;
    bool has_cpu_timers = false;  ///< somebody has had one
    Origin here{};                ///< where the task that is in a call stands
    Time now_ns = 0;              ///< time of the CPU that is acting
    CpuId cpu{};                  ///< the CPU that is acting
    InodeId root{};
    /// Of the first toy process, once it has ended and init has reaped it: as waitpid(2) reports it.
    std::optional<std::int32_t> first_wait_status;
    std::int32_t last_pid = 0;       ///< the pid handed out last
    std::int32_t last_pipe = 0;      ///< pipes are counted by themselves, as people count them
    std::int32_t last_socket = 0;    ///< as pipes
    std::int32_t last_terminal = 0;  ///< as pipes; the standard terminal is the first
    std::int32_t last_id = 0;        ///< the last id of all other objects
    std::uint64_t wait_counter = 0;  ///< for Task::wait_order
    std::uint64_t random_state = 0x9e3779b97f4a7c15;  ///< getrandom(2): the same numbers in every run

    bool operator==(const Kernel&) const = default;
};

// ---- Set-up
// -------------------------------------------------------------------------------------------------------

/// An executable file of the simulated system: installed as /bin/NAME.
struct Executable {
    std::string name;
    ProgramId program{};
};

struct BootOptions {
    std::vector<Executable> executables;
    std::array<StreamKind, 3> standard_streams{StreamKind::terminal, StreamKind::terminal,
                                               StreamKind::terminal};
    SchedulingPolicy policy = SchedulingPolicy::round_robin;
    Limits limits{};
    Costs costs{};
    std::string input;        ///< where standard input is a file: what is in it
    std::vector<Host> hosts;  ///< of the modelled network
    /// Files to be there at the start: path and content. Directories on the way are made.
    std::vector<std::pair<std::string, std::string>> files;
};

/// A kernel with /, /bin, /dev (null, zero, full, tty, ptmx, pts), /tmp, /home/student (the working directory of the first
/// process) and init.
Kernel boot(const BootOptions& options);

/// The first toy process: child of init, with the standard streams on 0, 1, 2; ready. Its memory is empty:
/// the engine loads the program.
Tid spawn_first(Kernel& kernel, std::string_view name, ProgramId program, Trace* trace);

enum class Wake : std::uint8_t { one, all };

// ---- System calls
// -------------------------------------------------------------------------------------------------

/// A program to be loaded in place of the one that called execve(2).
struct Execution {
    ProgramId program{};
    std::vector<std::string> arguments, environment;
};

/// What the engine has to do after a handler ran.
struct Outcome {
    enum class Kind : std::uint8_t {
        done,     ///< the call returns `value` (negative errno on failure)
        blocked,  ///< the task sleeps; Task::call and Task::waits say on what. vfork: `child` as for `forked`
        forked,   ///< done, and the engine makes a context for the task `child`: see `start`
        executed,  ///< the engine loads `execution` into the emptied address space; the task has become the first
                   ///< one of its process
        exited,                 ///< the task is gone or a zombie: the engine drops its context
        returned_from_handler,  ///< rt_sigreturn: the engine pops the handler's frame
        yielded,                ///< done with `value`, and the task goes to the end of the ready queue
    };
    Kind kind = Kind::done;
    std::int64_t value = 0;
    Tid child{};
    std::unique_ptr<Execution> execution;
    /// How `child` starts.
    struct Start {
        /// 0: as a copy of the caller, whose call returns 0. Else on this stack, whose first word is the function to
        /// run and whose second is its argument: that is how C libraries prepare it for clone(2).
        std::uint64_t stack = 0;
        std::optional<std::uint64_t> thread_pointer;  ///< CLONE_SETTLS; none: the caller's
    } start{};

    static Outcome done(std::int64_t value) { return {Kind::done, value, {}, {}, {}}; }
    static Outcome fail(Errno error) { return done(-static_cast<std::int64_t>(error)); }
    static Outcome of(Kind kind, std::int64_t value = 0) { return {kind, value, {}, {}, {}}; }
    template <class T>
    static Outcome from(const Result<T>& result) {
        if (!result.ok()) return fail(result.error());
        if constexpr (std::is_void_v<T>)
            return done(0);
        else
            return done(static_cast<std::int64_t>(*result));
    }
};

/// What a handler gets. `kernel` is written through; `cost_ns` may be raised: the engine adds it to the CPU's
/// clock.
struct Call {
    Kernel& kernel;
    Tid task;
    Task* me;              ///< that task, until it ends
    Pid pid;               ///< its process
    PendingCall& pending;  ///< args, progress, deadline: kept while the call is blocked
    Trace* trace;          ///< null: nobody wants events
    Time& cost_ns;
    ObjectRef object{};  ///< the handler names the object that the call acts on: for the event

    std::uint64_t arg(int index) const { return pending.args[static_cast<std::size_t>(index)]; }
    const Task& self() const { return *me; }
    Process& process() const { return kernel.processes.write(pid); }
    const Process& process_read() const { return kernel.processes[pid]; }
    UserMemory memory() const {
        return {kernel.spaces.write(process_read().space), kernel.memory, kernel.watching.watcher};
    }
    /// Puts the task to sleep until this may be so, or one of these (and pending.deadline_ns): return what it gives.
    Outcome block(ObjectRef watched, WaitFor what, std::uint64_t key = 0);
    Outcome block(std::span<const WaitPoint> points);
    bool is_interrupted() const;  ///< a signal that is not blocked and not ignored is pending
    bool has_timed_out() const { return kernel.now_ns >= pending.deadline_ns; }
    /// As kernel::wake, by this task.
    void wake(ObjectRef what_object, WaitFor what, Wake how);
    /// The cost of copying between user and kernel.
    void charge_copy(std::uint64_t bytes);
};

/// The task executes system call `number`. Emits syscall or blocked events; `source` is the line that goes
/// into them. An unknown number gives ENOSYS and an `explained` event that names the call.
Outcome enter_syscall(Kernel& kernel, Tid task, std::uint64_t number,
                      const std::array<std::uint64_t, 6>& args, SourceLine source, Trace* trace,
                      Time& cost_ns);

/// The task was woken inside a call and has been picked: runs the handler again. EINTR and restarting are
/// decided here (signal(7), "Interruption of system calls"): a restarted call reports `restart` = true, and
/// the engine leaves the task's pc on the system call instruction.
struct Resumed {
    Outcome outcome;
    bool restart = false;
};
Resumed resume_syscall(Kernel& kernel, Tid task, SourceLine source, Trace* trace, Time& cost_ns);

// ---- Sleeping and waking
// ------------------------------------------------------------------------------------------

/// Makes the oldest waiter, or all waiters, of this condition ready. `by`: who caused it (none: time or the
/// outside).
void wake(Kernel& kernel, ObjectRef object, WaitFor what, Wake how, Tid by, Trace* trace);
/// Makes one blocked task ready, whatever it waits for.
void wake_task(Kernel& kernel, Tid task, ObjectRef object, Tid by, Trace* trace);
/// What a call that has slept lets go of when it returns, or is made anew.
void leave_call(Kernel& kernel, Tid task, Trace* trace);
/// The task ends, or a signal ends its call: what mechanisms keep for it while it waits is dropped.
void forget_waits(Kernel& kernel, Tid task, Trace* trace);
/// Whoever sets a deadline or an alarm says so here.
inline void arm_timer(Kernel& kernel, Time at_ns) {
    kernel.timers.at_ns = std::min(kernel.timers.at_ns, at_ns);
}
/// The next deadline or timer of any task, kNever where there is none.
Time next_deadline(const Kernel& kernel);
/// The same, found by looking at every task.
Time earliest_timer(const Kernel& kernel);
/// Wakes sleepers and fires timers that are due at kernel.now_ns; packets come, too, unless they come one by one
/// (is_link_instant()).
void expire_timers(Kernel& kernel, Trace* trace);
/// When time has passed to the next deadline: the same, or one thing of the network where nothing else is due.
void expire_next(Kernel& kernel, Trace* trace);

// ---- Signals
// ------------------------------------------------------------------------------------------------------

/// A handler to run in user mode: the engine pushes a frame for it.
struct HandlerCall {
    int signal = 0;
    SignalActionEntry action;
    SignalInfo info;
    SignalMask mask_to_restore = 0;
    AlternateStack
        stack;  ///< to run on, unless the task does already; none where the action does not ask for it
};

/// Whether the task has a signal to act on before it goes on in user mode, or its own mask to be put back.
bool has_deliverable_signal(const Kernel& kernel, Tid task);
/// Only the first: whether a signal interrupts it.
inline bool has_deliverable_signal(const Task& task, const Process& process) {
    return ((task.pending.set | process.pending.set) & ~task.blocked_signals) != 0 ||
           process.death_cause != 0;
}
/// Takes the next signal: performs default actions itself (then the task may be a zombie or stopped: look),
/// or gives a handler to call. Nothing where no signal is left.
std::optional<HandlerCall> take_signal(Kernel& kernel, Tid task, Trace* trace);
/// A fault of the task's own: SIGSEGV, SIGFPE, SIGBUS, SIGILL; forced, as force_sig in Linux.
void raise_fault(Kernel& kernel, Tid task, const SignalInfo& info, Trace* trace);
/// A signal from outside, as from another terminal: `kill -s signal pid` by root. ESRCH where there is no
/// such process.
Result<void> send_from_outside(Kernel& kernel, Pid process, int signal, Trace* trace);
/// The handler's frame was popped: restores the mask.
void return_from_handler(Kernel& kernel, Tid task, SignalMask mask, int signal, Trace* trace);

// ---- The world outside
// --------------------------------------------------------------------------------------------

/// Bytes typed or piped in; empty: end of file. Wakes readers.
void feed_input(Kernel& kernel, StreamId stream, std::string_view bytes, Trace* trace);

/// Standard input, output and error of the first process.
StreamId standard_stream(int descriptor);

// ---- Derived facts
// ------------------------------------------------------------------------------------------------

/// What poll(2) would report of a description, whatever it was asked for: a set of PollEvent. The one predicate that
/// says whether a read or a write would block.
std::uint32_t ready_events(const Kernel& kernel, const File& file);
bool is_readable(const Kernel& kernel, const File& file);  ///< a read would not block
bool is_writable(const Kernel& kernel, const File& file);
/// The object that a description stands for: its pipe, stream or inode.
ObjectRef object_of(const File& file);
/// Open descriptions of one end of a pipe.
std::vector<FileId> pipe_ends(const Kernel& kernel, PipeId pipe, FileKind end);
/// Descriptors (process and number) that name a description.
struct Holder {
    Pid process{};
    Fd fd = 0;
    bool operator==(const Holder&) const = default;
};
std::vector<Holder> holders(const Kernel& kernel, FileId file);
/// What is wrong with a descriptor that a call was given.
struct BadDescriptor {
    enum class Why : std::uint8_t { never_opened, closed, not_readable, not_writable };
    Why why{};
    Fd fd = 0;
    Origin made{}, closed{};  ///< nowhere where that is not known
    FileId file{};            ///< not_readable, not_writable
};
/// Why a call of the process failed with EBADF. Nothing where that is no mistake - to close what was never open, and to
/// ask whether it is, are ways to be sure - or cannot be told.
std::optional<BadDescriptor> bad_descriptor(const Kernel& kernel, Pid process, std::uint64_t number,
                                            const std::array<std::uint64_t, 6>& args);
/// Tasks that wait for this condition, oldest first.
std::vector<Tid> waiters(const Kernel& kernel, ObjectRef object, WaitFor what);
/// A sentence such as "blocked in read on pipe 7 (empty)" for a person.
std::string describe_wait(const Kernel& kernel, Tid task);
/// Short name of an object for a person: "pipe 7", "terminal", "/tmp/log".
std::string describe(const Kernel& kernel, ObjectRef object);

/// Checks everything that must hold between steps; empty where it does, else the first broken invariant in
/// words.
std::string broken_invariant(const Kernel& kernel);

}  // namespace ipclab::kernel
