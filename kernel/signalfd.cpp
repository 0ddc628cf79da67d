// signalfd(2): signals to be read from a descriptor, after Linux's fs/signalfd.c. The descriptor holds a mask and nothing
// else: who reads or polls it gets signals of his own, and an epoll hears of those of the process that has added it.
#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

namespace {

SignalfdId id_of(const File& file) {
    return SignalfdId{file.number};
}

/// struct signalfd_siginfo
struct AbiSignalInfo {
    std::uint32_t signal = 0;
    std::int32_t error = 0, code = 0;
    std::uint32_t pid = 0, uid = 0;
    std::int32_t fd = 0;
    std::uint32_t timer = 0, band = 0, overrun = 0, trap = 0;
    std::int32_t status = 0, integer = 0;
    std::uint64_t pointer = 0, user_time = 0, system_time = 0, address = 0;
    std::array<std::uint8_t, 48> padding{};
};
static_assert(sizeof(AbiSignalInfo) == 128);

/// fs/signalfd.c, signalfd_copyinfo(): the fields that this kind of signal has.
AbiSignalInfo abi_of(const SignalInfo& info) {
    AbiSignalInfo abi{.signal = static_cast<std::uint32_t>(info.signal), .code = info.code};
    if (info.code == kSiTimer) {
        abi.timer = static_cast<std::uint32_t>(info.timer);
        abi.overrun = static_cast<std::uint32_t>(info.overrun);
    } else {
        abi.pid = static_cast<std::uint32_t>(info.sender.value);
        abi.uid = static_cast<std::uint32_t>(info.sender_uid);
    }
    if (info.code < 0) {
        abi.integer = static_cast<std::int32_t>(info.value);
        abi.pointer = info.value;
    }
    if (info.signal == kSigChld && info.code > 0) abi.status = info.status;
    return abi;
}

Outcome read_signals(Call& call, FileId, const File& file, Transfer& to) {
    const std::uint64_t room = to.total() / sizeof(AbiSignalInfo);
    if (room == 0) return Outcome::fail(Errno::einval);
    const SignalMask wanted = call.kernel.event_fds->signal_sets[id_of(file)].mask;
    std::uint64_t bytes = 0;
    for (std::uint64_t i = 0; i < room; ++i) {
        const auto info = accept_signal(call.kernel, call.task, wanted);
        if (!info) break;
        const AbiSignalInfo abi = abi_of(*info);
        const std::span out(reinterpret_cast<const std::uint8_t*>(&abi), sizeof abi);
        // A signal that could not be given is lost.
        if (to.copy_out(out) < sizeof abi)
            return bytes > 0 ? Outcome::done(static_cast<std::int64_t>(bytes)) : Outcome::fail(Errno::efault);
        bytes += sizeof abi;
    }
    if (bytes > 0) return Outcome::done(static_cast<std::int64_t>(bytes));
    // fs/signalfd.c, signalfd_dequeue()
    if (!blocks(call, file.flags)) return Outcome::fail(Errno::eagain);
    return block_beside_others(call, ref(call.pid), WaitFor::signal);
}

/// Whoever looks: the task that is in a call on the CPU that is acting.
const Task* looking_task(const Kernel& kernel) {
    return kernel.tasks.find(kernel.scheduler.cpus[static_cast<std::size_t>(kernel.cpu.value)].current);
}

std::uint32_t ready_signals(const Kernel& kernel, const File& file) {
    const Task* task = looking_task(kernel);
    if (!task) return 0;
    const SignalMask pending = task->pending.set | kernel.processes[task->process].pending.set;
    return pending & kernel.event_fds->signal_sets[id_of(file)].mask ? std::uint32_t{kPollIn} : 0;
}

void add_signal_waits(const Kernel& kernel, const File&, std::uint32_t, std::vector<WaitPoint>& waits) {
    if (const Task* task = looking_task(kernel)) add_wait(waits, ref(task->process), WaitFor::signal);
}

Outcome set_signals(Call& call, std::uint32_t flags) {
    if (flags & ~(kOCloExec | kONonBlock)) return Outcome::fail(Errno::einval);
    if (call.arg(2) != sizeof(SignalMask)) return Outcome::fail(Errno::einval);
    auto mask = call.memory().read_object<SignalMask>(call.arg(1));
    if (!mask) return Outcome::fail(mask.error());
    const SignalMask wanted =
        *mask & ~kUnblockable;  // signalfd(2): SIGKILL and SIGSTOP are left out silently
    EventDescriptors& all = call.kernel.event_fds.write();
    if (static_cast<std::int32_t>(call.arg(0)) == -1) {
        const SignalfdId id{++all.last_signalfd};
        all.signal_sets.insert(id, {wanted});
        return open_anonymous(call, {.kind = FileKind::signalfd, .flags = kORdWr, .number = id.value}, flags);
    }
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    const File& found = call.kernel.files[*file];
    if (found.kind != FileKind::signalfd) return Outcome::fail(Errno::einval);
    all.signal_sets.write(id_of(found)).mask = wanted;
    // fs/signalfd.c: those of the caller's process that sleep look again.
    call.wake(ref(call.pid), WaitFor::signal, Wake::all);
    return Outcome::done(static_cast<std::int32_t>(call.arg(0)));
}

}  // namespace

const FileOperations kSignalfdOperations{
    .object = [](const File& file) { return ref(id_of(file)); },
    .read = read_signals,
    .ready = ready_signals,
    .add_waits = add_signal_waits,
    .status = anonymous_status,
    .closed = [](Kernel& kernel, const File& file, Tid,
                 Trace*) { kernel.event_fds.write().signal_sets.erase(id_of(file)); },
    .seek = Seek::idle};

Outcome sys_signalfd(Call& call) {
    return set_signals(call, 0);
}

Outcome sys_signalfd4(Call& call) {
    return set_signals(call, static_cast<std::uint32_t>(call.arg(3)));
}

}  // namespace ipclab::kernel
