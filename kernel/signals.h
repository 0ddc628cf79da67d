// Sending and acting on signals: what the mechanisms of the kernel call. The rules are signal(7)'s and those
// of Linux's kernel/signal.c.
#pragma once

#include <optional>

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// siginfo_t's si_code values (sigaction(2)).
inline constexpr std::int32_t kSiUser = 0, kSiKernel = 0x80, kSiQueue = -1, kSiTimer = -2,
                              kSiMessageQueue = -3, kSiTkill = -6, kCldExited = 1, kCldKilled = 2,
                              kCldDumped = 3, kCldStopped = 5, kCldContinued = 6;

/// SIGKILL and SIGSTOP can be neither caught, nor ignored, nor blocked (signal(7)).
inline constexpr SignalMask kUnblockable = signal_bit(kSigKill) | signal_bit(kSigStop);

enum class DefaultAction : std::uint8_t { terminate, core, ignore, stop, resume };
/// signal(7), "Standard signals".
DefaultAction default_action(int signal);

/// Generates a signal for a process, or for one of its tasks.
void send_to_process(Kernel& kernel, Pid process, const SignalInfo& info, Trace* trace);
void send_to_task(Kernel& kernel, Tid task, const SignalInfo& info, Trace* trace);

/// kill(2) for one process: ESRCH, EINVAL for what is no signal, EPERM for init. Signal 0 only asks.
Result<void> signal_process(Call& call, Pid process, const SignalInfo& info);
/// What kill(2) and its like say of who sent the signal: the caller's process.
SignalInfo from_caller(const Call& call, int signal, int code);
/// kill(2) for all members of a process group.
Result<void> signal_group(Call& call, Pid group, const SignalInfo& info);
/// The siginfo_t of rt_sigqueueinfo(2) and its like: EFAULT.
Result<SignalInfo> read_siginfo(const UserMemory& memory, std::uint64_t address);

/// Whether a signal sent to this task now would be dropped at once: it is ignored and not blocked.
bool is_dropped(const Kernel& kernel, Tid task, int signal);

/// The signal that will be acted on next, and what will be done.
struct NextSignal {
    int signal = 0;
    enum class What : std::uint8_t { ignore, handle, stop, die } what = What::ignore;
    std::uint64_t flags = 0;  ///< handle: of the action
};
std::optional<NextSignal> next_signal(const Kernel& kernel, Tid task);
/// Carries out that next signal, where it stops the process or is ignored.
void take_without_handler(Kernel& kernel, Tid task, const NextSignal& next, Trace* trace);

/// Takes the next pending signal of the set from the task or its process: what sigtimedwait(2) accepts.
std::optional<SignalInfo> accept_signal(Kernel& kernel, Tid task, SignalMask set);
/// Forgets instances of a signal that are pending for a process: it is ignored from now on.
void discard_pending(Kernel& kernel, Pid process, int signal);
/// siginfo_t as Linux lays it out on x86-64 (sigaction(2)).
std::array<std::uint8_t, 128> siginfo_bytes(const SignalInfo& info);
/// Changes a task's mask; SIGKILL and SIGSTOP stay unblocked. Another thread takes what this one now leaves.
void set_mask(Kernel& kernel, Tid task, SignalMask mask, Trace* trace);
/// Wakes threads so that no signal of the process waits while only sleepers could take it.
void find_takers(Kernel& kernel, Pid process, Trace* trace);
/// The handlers' dispositions go back to default; ignored signals stay ignored (execve(2)).
void reset_handlers(Process& process);
/// A process group all of whose members have their parent in the same group or in another session
/// (POSIX 3.264): the terminal's stop signals do not stop it.
bool is_orphaned_group(const Kernel& kernel, Pid group);

/// signal(7): whether a call of this number fails with EINTR where any signal interrupts it, whatever comes of the signal.
bool always_fails_where_interrupted(std::uint16_t number);

}  // namespace ipclab::kernel
