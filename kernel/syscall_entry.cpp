// The way into the kernel and out of it: dispatch, events, and what a signal does to a call that sleeps.
#include "kernel/capture.h"
#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/futex.h"
#include "kernel/handlers.h"
#include "kernel/signals.h"
#include "kernel/syscalls.h"

namespace ipclab::kernel {

namespace {

Outcome dispatch(Call& call) {
    switch (static_cast<Sys>(call.pending.number)) {
#define SYSCALL(number, name, ...) \
    case Sys::name:                \
        return sys_##name(call);
#include "kernel/syscalls.def"
#undef SYSCALL
    }
    return Outcome::fail(Errno::enosys);
}

/// Runs the handler; whoever it makes ready, the task has to wake.
Outcome look(Call& call) {
    const std::uint64_t before = call.kernel.scheduler.next_order;
    Outcome outcome = dispatch(call);
    call.cost_ns +=
        static_cast<Time>(call.kernel.scheduler.next_order - before) * call.kernel.costs.wakeup_ns;
    return outcome;
}

bool is_exit(std::uint64_t number) {
    return number == static_cast<std::uint64_t>(Sys::exit) ||
           number == static_cast<std::uint64_t>(Sys::exit_group);
}

/// Codes by which Linux marks a call that a signal interrupted (include/linux/errno.h); a tracer sees them.
enum class Restart : std::int64_t {
    if_asked = -512,    ///< ERESTARTSYS: again after a handler with SA_RESTART, else EINTR
    no_handler = -514,  ///< ERESTARTNOHAND: again only where no handler ran
    with_block = -516,  ///< ERESTART_RESTARTBLOCK: the same, and goes on with the time that is left
    always = -513,      ///< ERESTARTNOINTR: again, whatever the handler's flags
    never = -4,         ///< EINTR, whatever the handler's flags
};

/// kernel/futex: a wait with a time-out goes on with the time that is left, and never after a handler; the wait for a
/// lock with priority inheritance is never seen to be interrupted.
Restart restart_of_futex(const PendingCall& pending) {
    switch (futex_command(pending.args[1])) {
        case FutexCommand::lock_pi:
        case FutexCommand::lock_pi2:
            return Restart::always;
        default:
            return pending.args[3] ? Restart::with_block : Restart::if_asked;
    }
}

/// signal(7), "Interruption of system calls and library functions by signal handlers".
Restart restart_of(const PendingCall& pending) {
    switch (static_cast<Sys>(pending.number)) {
        case Sys::nanosleep:
        case Sys::poll:
            return Restart::with_block;
        case Sys::clock_nanosleep:
            return pending.args[1] & 1 ? Restart::no_handler : Restart::with_block;
        case Sys::pause:
        case Sys::rt_sigsuspend:
        case Sys::msgsnd:
        case Sys::msgrcv:
        case Sys::ppoll:
        case Sys::select:
        case Sys::pselect6:
            return Restart::no_handler;
        case Sys::futex:
            return restart_of_futex(pending);
        case Sys::semop:
        case Sys::semtimedop:
        case Sys::rt_sigtimedwait:
        case Sys::epoll_wait:
        case Sys::epoll_pwait:
        case Sys::epoll_pwait2:
            return Restart::never;
        case Sys::read:
        case Sys::readv:
        case Sys::write:
        case Sys::writev:
        case Sys::accept:
        case Sys::accept4:
        case Sys::connect:
        case Sys::sendfile:
        case Sys::sendto:
        case Sys::sendmsg:
        case Sys::sendmmsg:
        case Sys::recvfrom:
        case Sys::recvmsg:
        case Sys::recvmmsg:
            // signal(7): never on a socket with SO_RCVTIMEO or SO_SNDTIMEO.
            return pending.deadline_ns == kNever ? Restart::if_asked : Restart::never;
        default:
            return Restart::if_asked;
    }
}

}  // namespace

bool always_fails_where_interrupted(std::uint16_t number) {
    PendingCall call;
    call.number = number;
    return restart_of(call) == Restart::never;
}

namespace {

/// Reads a process's memory without touching it.
class SpaceReader : public MemoryReader {
  public:
    SpaceReader(const Kernel& kernel, Pid pid) : kernel_(kernel) {
        const Process* process = kernel.processes.find(pid);
        space_ = process && process->space ? kernel.spaces.find(process->space) : nullptr;
    }
    bool read(std::uint64_t address, std::span<std::uint8_t> out) override {
        return space_ && space_->peek(address, out, kernel_.memory);
    }
    std::span<const std::uint8_t> view(std::uint64_t address, std::size_t bytes) override {
        const std::uint8_t* found = space_ ? space_->cache().readable(address, bytes) : nullptr;
        return {found, found ? bytes : 0};
    }

  private:
    const Kernel& kernel_;
    const AddressSpace* space_;
};

/// One pass through a call, with the events that it leaves.
class Pass {
  public:
    enum class Look : std::uint8_t { first, again };
    Pass(Call& call, SourceLine source, Look look)
        : call_(call), kernel_(call.kernel), source_(source), look_(look) {
        if (call.trace) spec_ = syscall_spec(std::uint64_t{call.pending.number});
    }

    void run(Resumed& result) {
        if (look_ == Look::first) call_.cost_ns += kernel_.costs.syscall_ns;
        if (spec_) capture_early();
        // Who was stopped sees to signals before it makes its call anew.
        const bool is_inside = call_.pending.interruption == Interruption::none;
        result.outcome = is_inside ? look(call_) : Outcome::of(Outcome::Kind::blocked);
        conclude(result);
    }

    /// What becomes of the task after the handler has looked.
    void conclude(Resumed& result) {
        while (result.outcome.kind == Outcome::Kind::blocked) {
            if (!call_.is_interrupted()) {
                if (call_.pending.interruption == Interruption::none) return sleep();
                make_anew(result);
                continue;
            }
            const auto next = next_signal(kernel_, call_.task);
            // vfork(2), kernel/fork.c: only a fatal signal ends this wait; all others come after it.
            if (is_vfork() && next->what != NextSignal::What::die) return sleep();
            switch (next->what) {
                case NextSignal::What::handle:
                case NextSignal::What::die:
                    return interrupted(*next, result);
                case NextSignal::What::stop:
                    // signal(7), "Interruption of system calls by stop signals": some end for good.
                    if (restart_of(call_.pending) == Restart::never) return interrupted(*next, result);
                    break;
                case NextSignal::What::ignore:
                    break;
            }
            // Without a handler Linux makes the call anew by itself, after the signal.
            if (call_.pending.interruption == Interruption::none)
                call_.pending.interruption = Interruption::left;
            keep_call();
            forget_waits(kernel_, call_.task, call_.trace);
            release_kept_files(kernel_, call_.task, call_.trace);
            // This one only: what is pending behind it may end the call, or the task.
            take_without_handler(kernel_, call_.task, *next, call_.trace);
            if (call_.me->state == TaskState::stopped) return call_.me->waits.clear();
        }
        finish(result.outcome);
    }

  private:
    using Interruption = PendingCall::Interruption;

    /// kernel/signal.c, restore_saved_sigmask(): a call that waits with another mask gets it when it is made, so that the
    /// task's own one rules in between.
    void make_anew(Resumed& result) {
        if (std::optional<SignalMask>& own = call_.me->saved_mask) {
            call_.pending.interruption = Interruption::due;
            set_mask(kernel_, call_.task, *std::exchange(own, std::nullopt), call_.trace);
            return;
        }
        result.outcome = look(call_);
        call_.pending.interruption = Interruption::none;
    }

    bool is_vfork() const {
        const auto number = static_cast<Sys>(call_.pending.number);
        return number == Sys::vfork || number == Sys::clone;
    }

    /// The call's data stay with the task while it is not done.
    void keep_call() {
        call_.pending.has_slept = true;
        call_.me->call = call_.pending;
    }

    void sleep() {
        keep_call();
        Task& self = *call_.me;
        take_off(kernel_, self, TaskState::blocked);
        self.wait_order = ++kernel_.wait_counter;
        self.wake_by_timeout = false;
        arm_timer(kernel_, call_.pending.deadline_ns);
        if (!spec_) return;
        Event& event = add_event(EventKind::blocked, static_cast<std::int64_t>(call_.pending.progress));
        if (!event.object.id && !self.waits.empty()) event.object = self.waits.front().object;
        add_inputs(event);
        add_object_name(kernel_, event.object, *call_.trace);
    }

    void interrupted(const NextSignal& next, Resumed& result) {
        // SIGKILL: the call never returns, not even to a tracer.
        const Restart restart = next.signal == kSigKill ? Restart::if_asked : restart_of(call_.pending);
        const bool dies = next.what == NextSignal::What::die;
        const bool again = dies || restart == Restart::always ||
                           call_.pending.interruption == Interruption::due ||
                           (restart == Restart::if_asked && (next.flags & kSaRestart) != 0);
        if (again && !dies && look_ == Look::first) {
            // A signal that was pending already: only resume_syscall() can say that the call is to be made
            // again, so the task keeps the call and is ready at once.
            keep_call();
            leave_cpu(kernel_, call_.task);
            return make_ready(kernel_, *call_.me);
        }
        forget_waits(kernel_, call_.task, call_.trace);
        call_.me->waits.clear();
        call_.me->call.reset();
        // The program sees EINTR, unless the call is made again or the task dies here: then the event shows
        // Linux's own mark, as strace does.
        result.outcome =
            again ? Outcome::done(static_cast<std::int64_t>(restart)) : Outcome::fail(Errno::eintr);
        result.restart = again;
        emit_result(result.outcome.value);
        release_kept_files(kernel_, call_.task, call_.trace);
    }

    void finish(const Outcome& outcome) {
        if (outcome.kind == Outcome::Kind::exited) return;  // its event came first, and the task is gone
        call_.cost_ns += work_ns(call_);
        call_.me->call.reset();
        call_.me->waits.clear();
        if (call_.pending.has_slept) leave_call(kernel_, call_.task, call_.trace);
        // A long write that SIGKILL ends in its middle does not return either.
        const bool dies = call_.pending.has_slept && call_.process_read().death_cause == kSigKill;
        emit_result(dies ? static_cast<std::int64_t>(Restart::if_asked) : outcome.value);
        // fs/file_table.c, fput(): when the task is about to leave the kernel, behind what a tracer sees of the call.
        release_kept_files(kernel_, call_.task, call_.trace);
    }

    void emit_result(std::int64_t result) {
        if (!spec_) return;
        const Event& event = add_event(EventKind::syscall, result);
        add_inputs(event);
        if (spec_->outputs == 0) return;
        SpaceReader reader(kernel_, call_.pid);
        capture_arguments(*spec_, event.args, result, CapturePhase::outputs, reader, *call_.trace);
    }

    /// Inputs that the call may destroy; and the event of a call that never returns.
    void capture_early() {
        if (is_exit(spec_->number)) emit_result(0);
        if (!may_overwrite_inputs(*spec_)) return;
        SpaceReader reader(kernel_, call_.pid);
        capture_arguments(*spec_, call_.pending.args, 0, CapturePhase::inputs, reader, inputs_.emplace());
    }

    Event& add_event(EventKind kind, std::int64_t result) {
        Event& event = call_.trace->append();
        event.kind = kind;
        event.cpu = static_cast<std::uint8_t>(kernel_.cpu.value);
        event.task = call_.task;
        event.process = call_.pid;
        event.time_ns = kernel_.now_ns + call_.cost_ns;
        event.start_ns = call_.pending.entered_ns;
        event.number = call_.pending.number;
        event.result = result;
        event.args = call_.pending.args;
        event.object = call_.object;
        event.source = source_;
        return event;
    }

    void add_inputs(const Event& event) {
        if (spec_->inputs == 0) return;
        if (inputs_) return inputs_->copy_to(*call_.trace);
        SpaceReader reader(kernel_, call_.pid);
        capture_arguments(*spec_, event.args, 0, CapturePhase::inputs, reader, *call_.trace);
    }

    Call& call_;
    Kernel& kernel_;
    SourceLine source_;
    Look look_;
    const SyscallSpec* spec_ = nullptr;        // only where events are wanted
    std::optional<CapturedArguments> inputs_;  // captured on entry
};

Outcome unknown_call(Kernel& kernel, Tid task, std::uint64_t number, const std::array<std::uint64_t, 6>& args,
                     SourceLine source, Trace* trace, Time& cost_ns) {
    cost_ns += kernel.costs.syscall_ns;
    if (trace) {
        const std::string_view known = linux_syscall_name(number);
        const std::string call = known.empty() ? "system call " + std::to_string(number) : std::string(known);
        explain(kernel, task, call + " is not simulated: ENOSYS", trace);
        Event event = event_now(kernel, EventKind::syscall, task);
        event.time_ns = kernel.now_ns + cost_ns;
        event.number = static_cast<std::uint16_t>(std::min<std::uint64_t>(number, UINT16_MAX));
        event.result = -static_cast<std::int64_t>(Errno::enosys);
        event.args = args;
        event.source = source;
        trace->add(event);
    }
    return Outcome::fail(Errno::enosys);
}

}  // namespace

Outcome enter_syscall(Kernel& kernel, Tid task, std::uint64_t number,
                      const std::array<std::uint64_t, 6>& args, SourceLine source, Trace* trace,
                      Time& cost_ns) {
    Task& self = kernel.tasks.write(task);
    IPCLAB_ASSERT(!self.call);
    if (!is_simulated(number)) return unknown_call(kernel, task, number, args, source, trace, cost_ns);
    PendingCall pending;
    pending.number = static_cast<std::uint16_t>(number);
    pending.args = args;
    pending.entered_ns = kernel.now_ns;
    Call call{kernel, task, &self, self.process, pending, trace, cost_ns};
    Resumed result;
    if (trace) {
        Pass(call, source, Pass::Look::first).run(result);
    } else {
        // The common case of a run that nobody watches: no events, and the call returns at once.
        cost_ns += kernel.costs.syscall_ns;
        result.outcome = look(call);
        if (result.outcome.kind == Outcome::Kind::blocked)
            Pass(call, source, Pass::Look::first).conclude(result);
        else if (result.outcome.kind == Outcome::Kind::done)
            cost_ns += work_ns(call);
    }
    return std::move(result.outcome);
}

Resumed resume_syscall(Kernel& kernel, Tid task, SourceLine source, Trace* trace, Time& cost_ns) {
    IPCLAB_ASSERT(kernel.tasks[task].call);
    Task& self = kernel.tasks.write(task);
    PendingCall pending = *self.call;
    Call call{kernel, task, &self, self.process, pending, trace, cost_ns};
    Resumed result;
    Pass(call, source, Pass::Look::again).run(result);
    return result;
}

bool begins(Call& call) {
    using Interruption = PendingCall::Interruption;
    const bool is_anew = std::exchange(call.pending.interruption, Interruption::none) != Interruption::none;
    return is_anew || !call.pending.has_slept;
}

bool blocks(const Call& call, std::uint32_t flags) {
    return (flags & kONonBlock) == 0 || call.pending.has_slept;
}

Outcome block_beside_others(Call& call, ObjectRef object, WaitFor what) {
    const WaitPoint point{.object = object, .what = what, .is_exclusive = false};
    return call.block({&point, 1});
}

Outcome Call::block(std::span<const WaitPoint> points) {
    me->waits.assign(points.begin(), points.end());
    return Outcome::of(Outcome::Kind::blocked);
}

Outcome Call::block(ObjectRef watched, WaitFor what, std::uint64_t key) {
    me->waits.resize(1);
    WaitPoint& point = me->waits.front();
    point.object = watched;
    point.what = what;
    point.is_exclusive = true;
    point.key = key;
    return Outcome::of(Outcome::Kind::blocked);
}

void Call::charge_copy(std::uint64_t bytes) {
    cost_ns += static_cast<Time>(bytes) * kernel.costs.copy_ps_per_byte / 1000;
}

}  // namespace ipclab::kernel
