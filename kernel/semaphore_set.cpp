// System V semaphores: semget(2), semop(2), semtimedop(2), semctl(2), as Linux's ipc/sem.c has them. Operations that had
// to wait are carried out by whoever makes them possible, in the order in which they came; the task only wakes up to
// the result.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/sysv_calls.h"

namespace ipclab::kernel {

namespace {

constexpr std::int32_t kGetPid = 11, kGetVal = 12, kGetAll = 13, kGetWaiting = 14, kGetWaitingZero = 15,
                       kSetVal = 16, kSetAll = 17, kSemStat = 18, kSemInfo = 19, kSemStatAny = 20;
constexpr std::int32_t kValueMax = 32'767;  // SEMVMX; SEMAEM, the largest adjustment, is the same
constexpr std::uint32_t kUndo = 0x1000;

/// struct semid_ds
struct SetStatus {
    IpcPermissions permissions;
    std::int64_t operation_time_s = 0;
    std::uint64_t unused1 = 0;
    std::int64_t change_time_s = 0;
    std::uint64_t unused2 = 0, count = 0;
    std::array<std::uint64_t, 2> unused3{};
};
static_assert(sizeof(SetStatus) == 104);

/// struct seminfo
struct SetInfo {
    std::int32_t map = 0, mni = 0, mns = 0, mnu = 0, msl = 0, opm = 0, ume = 0, usz = 0, vmx = kValueMax,
                 aem = kValueMax;
};
static_assert(sizeof(SetInfo) == 40);

SemaphoreUndo& undo_of(SemaphoreSet& set, Pid process) {
    const auto at = std::find_if(set.undos.begin(), set.undos.end(),
                                 [&](const SemaphoreUndo& undo) { return undo.process >= process; });
    if (at != set.undos.end() && at->process == process) return *at;
    return *set.undos.insert(at, {process, std::vector<std::int32_t>(set.semaphores.size())});
}

struct Attempt {
    enum class End : std::uint8_t { done, blocked, failed } end = End::done;
    Errno error = kNoErrno;
    SemaphoreOperation blocking{};  ///< blocked: the first that is not possible
};

/// All operations or none: semop(2), ipc/sem.c perform_atomic_semop().
Attempt attempt(SemaphoreSet& set, const std::vector<SemaphoreOperation>& operations, Pid process) {
    std::vector<Semaphore> after = set.semaphores;
    std::vector<std::int32_t> adjustments;
    const bool undoes = std::any_of(operations.begin(), operations.end(), [](const SemaphoreOperation& each) {
        return (each.flags & kUndo) != 0 && each.change != 0;
    });
    if (undoes) adjustments = undo_of(set, process).adjustments;
    for (const SemaphoreOperation& each : operations) {
        Semaphore& semaphore = after[each.number];
        if (each.change == 0 && semaphore.value != 0) return {Attempt::End::blocked, kNoErrno, each};
        semaphore.value += each.change;
        if (semaphore.value < 0) return {Attempt::End::blocked, kNoErrno, each};
        if (semaphore.value > kValueMax) return {Attempt::End::failed, Errno::erange, {}};
        if ((each.flags & kUndo) && each.change != 0) {
            std::int32_t& adjustment = adjustments[each.number];
            adjustment -= each.change;
            if (adjustment < -kValueMax - 1 || adjustment > kValueMax)
                return {Attempt::End::failed, Errno::erange, {}};
        }
        semaphore.last = process;
    }
    set.semaphores = std::move(after);
    if (undoes) undo_of(set, process).adjustments = std::move(adjustments);
    return {};
}

/// The operations that a call asks for; EFAULT.
Result<std::vector<SemaphoreOperation>> operations_of(const UserMemory& memory, std::uint64_t address,
                                                      std::uint64_t count) {
    std::vector<SemaphoreOperation> operations(count);
    auto bytes = std::as_writable_bytes(std::span(operations));
    const auto read = memory.read(address, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    if (!read) return read.error();
    return operations;
}

/// What a waiting task wants.
const std::vector<SemaphoreOperation>& wish_of(const SemaphoreSet& set, Tid task) {
    const auto at = std::find_if(set.wishes.begin(), set.wishes.end(),
                                 [&](const SemaphoreWish& wish) { return wish.task == task; });
    IPCLAB_ASSERT(at != set.wishes.end());
    return at->operations;
}

void drop_wish(SemaphoreSet& set, Tid task) {
    std::erase_if(set.wishes, [&](const SemaphoreWish& wish) { return wish.task == task; });
}

bool alters(const std::vector<SemaphoreOperation>& operations) {
    return std::any_of(operations.begin(), operations.end(),
                       [](const SemaphoreOperation& each) { return each.change != 0; });
}

/// Values have changed: carries out what others wait for, wait-for-zero first, then in the order of their coming.
/// Returns how many tasks it woke.
void serve_waiters(Kernel& kernel, SemaphoreSetId id, Tid by, Trace* trace) {
    const auto serve_one = [&](bool altering) {
        for (Tid waiter : waiters(kernel, ref(id), WaitFor::semaphore)) {
            SemaphoreSet& set = kernel.sysv.semaphores.write(id);
            const std::vector<SemaphoreOperation> operations = wish_of(set, waiter);
            if (alters(operations) != altering) continue;
            Attempt tried = attempt(set, operations, kernel.tasks[waiter].process);
            if (tried.end == Attempt::End::blocked) {
                if ((tried.blocking.flags & kIpcNoWait) == 0) continue;
                // ipc/sem.c: an operation with IPC_NOWAIT that was possible when the call lay down no longer is.
                tried.error = Errno::eagain;
            }
            set.operation_time_s = seconds_now(kernel);
            drop_wish(set, waiter);
            set.grants.push_back({waiter, tried.error});
            wake_task(kernel, waiter, ref(id), by, trace);
            return true;
        }
        return false;
    };
    while (serve_one(false) || serve_one(true)) {
    }
}

/// The set that a call names: EINVAL, or EIDRM where it went while the call waited (semop(2)).
Result<SemaphoreSetId> find_set(Call& call) {
    const SemaphoreSetId id{static_cast<std::int32_t>(call.arg(0))};
    if (!call.kernel.sysv.semaphores.contains(id))
        return call.pending.has_slept ? Errno::eidrm : Errno::einval;
    call.object = ref(id);
    return id;
}

/// What was done for this task while it waited; nothing where it was woken for another reason.
std::optional<SemaphoreGrant> take_grant(Call& call, SemaphoreSetId id) {
    const auto is_mine = [&](const SemaphoreGrant& grant) { return grant.task == call.task; };
    const auto& grants = call.kernel.sysv.semaphores[id].grants;
    const auto at = std::find_if(grants.begin(), grants.end(), is_mine);
    if (at == grants.end()) return {};
    const SemaphoreGrant taken = *at;
    std::erase_if(call.kernel.sysv.semaphores.write(id).grants, is_mine);
    return taken;
}

/// The time-out of semtimedop(2), relative; none where the pointer is null. EFAULT, EINVAL.
Result<Time> deadline_of(Call& call) {
    if (call.arg(3) == 0) return kNever;
    struct Timespec {
        std::int64_t seconds, ns;
    };
    const auto time = call.memory().read_object<Timespec>(call.arg(3));
    if (!time) return Errno::efault;
    if (time->seconds < 0 || time->ns < 0 || time->ns >= kSecond) return Errno::einval;
    if (time->seconds > (kNever - call.kernel.now_ns) / kSecond - 1) return kNever;
    return call.kernel.now_ns + time->seconds * kSecond + time->ns;
}

Outcome operate(Call& call, bool has_timeout) {
    Kernel& kernel = call.kernel;
    const auto count = static_cast<std::uint32_t>(call.arg(2));
    const bool is_first = !call.pending.has_slept;
    // ipc/sem.c: the time is copied in first, and judged after the operations.
    const auto deadline = has_timeout && is_first ? deadline_of(call) : Result<Time>(kNever);
    if (!deadline && deadline.error() == Errno::efault) return Outcome::fail(Errno::efault);
    if (count < 1 || static_cast<std::int32_t>(call.arg(0)) < 0) return Outcome::fail(Errno::einval);
    if (count > static_cast<std::uint32_t>(kernel.limits.semaphore_operations))
        return Outcome::fail(Errno::e2big);
    if (!is_first) {
        const auto id = find_set(call);
        if (!id) return Outcome::fail(id.error());
        if (const auto grant = take_grant(call, *id))
            return grant->error == kNoErrno ? Outcome::done(0) : Outcome::fail(grant->error);
        if (call.has_timed_out()) {
            drop_wish(kernel.sysv.semaphores.write(*id), call.task);
            return Outcome::fail(Errno::eagain);
        }
        if (call.is_interrupted()) return call.block(ref(*id), WaitFor::semaphore);
        // signal(7): semop() fails with EINTR even after it was only stopped and continued, without any handler.
        drop_wish(kernel.sysv.semaphores.write(*id), call.task);
        return Outcome::fail(Errno::eintr);
    }
    const auto operations = operations_of(call.memory(), call.arg(1), count);
    if (!operations) return Outcome::fail(Errno::efault);
    if (!deadline) return Outcome::fail(deadline.error());
    call.pending.deadline_ns = *deadline;
    const auto id = find_set(call);
    if (!id) return Outcome::fail(id.error());
    const SemaphoreSet& seen = kernel.sysv.semaphores[*id];
    const auto is_outside = [&](const SemaphoreOperation& each) {
        return each.number >= seen.semaphores.size();
    };
    if (std::any_of(operations->begin(), operations->end(), is_outside)) return Outcome::fail(Errno::efbig);
    if (!is_allowed(seen.permissions, alters(*operations) ? IpcAccess::write : IpcAccess::read))
        return Outcome::fail(Errno::eacces);
    SemaphoreSet& set = kernel.sysv.semaphores.write(*id);
    const Attempt tried = attempt(set, *operations, call.pid);
    if (tried.end == Attempt::End::failed) return Outcome::fail(tried.error);
    if (tried.end == Attempt::End::blocked) {
        if (tried.blocking.flags & kIpcNoWait) return Outcome::fail(Errno::eagain);
        set.wishes.push_back({call.task, *operations});
        return call.block(ref(*id), WaitFor::semaphore);
    }
    set.operation_time_s = seconds_now(kernel);
    if (alters(*operations)) serve_waiters(kernel, *id, call.task, call.trace);
    return Outcome::done(0);
}

/// GETNCNT, GETZCNT: the tasks whose first impossible operation is on this semaphore.
std::int64_t count_waiters(Kernel& kernel, SemaphoreSetId id, std::uint32_t number, bool for_zero) {
    std::int64_t count = 0;
    for (Tid waiter : waiters(kernel, ref(id), WaitFor::semaphore)) {
        SemaphoreSet copy = kernel.sysv.semaphores[id];
        const Attempt tried = attempt(copy, wish_of(copy, waiter), kernel.tasks[waiter].process);
        if (tried.end == Attempt::End::blocked && tried.blocking.number == number &&
            (tried.blocking.change == 0) == for_zero)
            ++count;
    }
    return count;
}

void changed(Call& call, SemaphoreSetId id) {
    call.kernel.sysv.semaphores.write(id).change_time_s = seconds_now(call.kernel);
    serve_waiters(call.kernel, id, call.task, call.trace);
}

/// semctl(2): a value that is set makes what was to be undone meaningless.
void forget_undo(SemaphoreSet& set, std::size_t number) {
    for (SemaphoreUndo& undo : set.undos) undo.adjustments[number] = 0;
}

Outcome set_value(Call& call, SemaphoreSetId id) {
    const auto value = static_cast<std::int32_t>(call.arg(3));
    if (value < 0 || value > kValueMax) return Outcome::fail(Errno::erange);
    const SemaphoreSet* seen = call.kernel.sysv.semaphores.find(id);
    if (!seen) return Outcome::fail(Errno::einval);
    const std::uint64_t number = static_cast<std::uint32_t>(call.arg(1));
    if (number >= seen->semaphores.size()) return Outcome::fail(Errno::einval);
    if (!is_allowed(seen->permissions, IpcAccess::write)) return Outcome::fail(Errno::eacces);
    SemaphoreSet& set = call.kernel.sysv.semaphores.write(id);
    set.semaphores[number] = {value, call.pid};
    forget_undo(set, number);
    changed(call, id);
    return Outcome::done(0);
}

Outcome set_all(Call& call, SemaphoreSetId id) {
    SemaphoreSet& set = call.kernel.sysv.semaphores.write(id);
    std::vector<std::uint16_t> values(set.semaphores.size());
    auto bytes = std::as_writable_bytes(std::span(values));
    if (!call.memory().read(call.arg(3), {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}))
        return Outcome::fail(Errno::efault);
    if (std::any_of(values.begin(), values.end(), [](std::uint16_t value) { return value > kValueMax; }))
        return Outcome::fail(Errno::erange);
    for (std::size_t i = 0; i < values.size(); ++i) {
        set.semaphores[i] = {values[i], call.pid};
        forget_undo(set, i);
    }
    changed(call, id);
    return Outcome::done(0);
}

Outcome get_all(Call& call, const SemaphoreSet& set) {
    std::vector<std::uint16_t> values;
    for (const Semaphore& each : set.semaphores) values.push_back(static_cast<std::uint16_t>(each.value));
    const auto bytes = std::as_bytes(std::span(values));
    return Outcome::from(call.memory().write(
        call.arg(3), {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
}

/// The commands that look at one semaphore or at all of them.
Outcome look_at_values(Call& call, SemaphoreSetId id, std::int32_t command) {
    const SemaphoreSet* set = call.kernel.sysv.semaphores.find(id);
    if (!set) return Outcome::fail(Errno::einval);
    if (!is_allowed(set->permissions, command == kSetAll ? IpcAccess::write : IpcAccess::read))
        return Outcome::fail(Errno::eacces);
    if (command == kGetAll) return get_all(call, *set);
    if (command == kSetAll) return set_all(call, id);
    const std::uint64_t number = static_cast<std::uint32_t>(call.arg(1));
    if (number >= set->semaphores.size()) return Outcome::fail(Errno::einval);
    switch (command) {
        case kGetVal:
            return Outcome::done(set->semaphores[number].value);
        case kGetPid:
            return Outcome::done(set->semaphores[number].last.value);
        default:
            return Outcome::done(count_waiters(call.kernel, id, static_cast<std::uint32_t>(number),
                                               command == kGetWaitingZero));
    }
}

Outcome tell_limits(Call& call, bool wants_usage) {
    const Limits& limits = call.kernel.limits;
    const auto& sets = call.kernel.sysv.semaphores;
    SetInfo info;
    info.mni = limits.semaphore_sets;
    info.mns = limits.semaphores;
    info.msl = limits.semaphores_of_set;
    info.opm = limits.semaphore_operations;
    info.map = info.mnu = limits.semaphores;
    info.ume = limits.semaphore_operations;
    info.usz = 20;
    if (wants_usage) {
        std::size_t semaphores = 0;
        for (const auto& [id, set] : sets) semaphores += set->semaphores.size();
        info.usz = static_cast<std::int32_t>(sets.size());
        info.aem = static_cast<std::int32_t>(semaphores);
    }
    if (!call.memory().write_object(call.arg(3), info)) return Outcome::fail(Errno::efault);
    return Outcome::done(highest_place(sets));
}

SetStatus status_of(const SemaphoreSet& set) {
    SetStatus status;
    status.permissions = set.permissions;
    status.operation_time_s = set.operation_time_s;
    status.change_time_s = set.change_time_s;
    status.count = set.semaphores.size();
    return status;
}

}  // namespace

Outcome sys_semget(Call& call) {
    SysvIpc& ipc = call.kernel.sysv;
    const Limits& limits = call.kernel.limits;
    const auto count = static_cast<std::int32_t>(call.arg(1));
    if (count < 0 || count > limits.semaphores_of_set) return Outcome::fail(Errno::einval);
    const auto wanted = static_cast<std::size_t>(count);
    const auto id = get_ipc(
        ipc.semaphores, ipc.semaphore_numbers, limits.semaphore_sets, static_cast<std::int32_t>(call.arg(0)),
        static_cast<std::uint32_t>(call.arg(2)),
        [&](const SemaphoreSet& set) { return wanted > set.semaphores.size() ? Errno::einval : kNoErrno; },
        [&]() -> Result<SemaphoreSet> {
            if (wanted == 0) return Errno::einval;
            std::size_t in_use = 0;
            for (const auto& [other, set] : ipc.semaphores) in_use += set->semaphores.size();
            if (in_use + wanted > static_cast<std::size_t>(limits.semaphores)) return Errno::enospc;
            SemaphoreSet set;
            set.semaphores.resize(wanted);  // semget(2): on Linux their values are 0
            set.change_time_s = seconds_now(call.kernel);
            return set;
        });
    if (!id) return Outcome::fail(id.error());
    call.object = ref(*id);
    return Outcome::done(id.value().value);
}

Outcome sys_semop(Call& call) {
    return operate(call, false);
}

Outcome sys_semtimedop(Call& call) {
    return operate(call, call.arg(3) != 0);
}

Outcome sys_semctl(Call& call) {
    const SemaphoreSetId id{static_cast<std::int32_t>(call.arg(0))};
    const auto command = static_cast<std::int32_t>(call.arg(2));
    auto& sets = call.kernel.sysv.semaphores;
    if (id.value < 0) return Outcome::fail(Errno::einval);
    if (sets.contains(id)) call.object = ref(id);
    switch (command) {
        case kIpcInfo:
        case kSemInfo:
            return tell_limits(call, command == kSemInfo);
        case kIpcStat:
        case kSemStat:
        case kSemStatAny:
            return tell_ipc_status(call, sets, command, kSemStatAny, call.arg(3), status_of);
        case kGetAll:
        case kGetVal:
        case kGetPid:
        case kGetWaiting:
        case kGetWaitingZero:
        case kSetAll:
            return look_at_values(call, id, command);
        case kSetVal:
            return set_value(call, id);
        case kIpcSet: {
            const auto wanted = call.memory().read_object<SetStatus>(call.arg(3));
            if (!wanted) return Outcome::fail(Errno::efault);
            if (!sets.contains(id)) return Outcome::fail(Errno::einval);
            SemaphoreSet& set = sets.write(id);
            set_permissions(set.permissions, wanted->permissions);
            set.change_time_s = seconds_now(call.kernel);
            return Outcome::done(0);
        }
        case kIpcRemove:
            if (!sets.contains(id)) return Outcome::fail(Errno::einval);
            sets.erase(id);
            // semctl(2): whoever waits is woken, with EIDRM.
            call.wake(ref(id), WaitFor::semaphore, Wake::all);
            return Outcome::done(0);
        default:
            return Outcome::fail(Errno::einval);
    }
}

void undo_semaphores(Kernel& kernel, Pid process, Tid by, Trace* trace) {
    std::vector<SemaphoreSetId> touched;
    for (const auto& [id, set] : kernel.sysv.semaphores)
        if (std::any_of(set->undos.begin(), set->undos.end(),
                        [&](const SemaphoreUndo& undo) { return undo.process == process; }))
            touched.push_back(id);
    for (SemaphoreSetId id : touched) {
        SemaphoreSet& set = kernel.sysv.semaphores.write(id);
        const SemaphoreUndo undo = undo_of(set, process);
        std::erase_if(set.undos, [&](const SemaphoreUndo& each) { return each.process == process; });
        for (std::size_t i = 0; i < undo.adjustments.size(); ++i) {
            if (undo.adjustments[i] == 0) continue;
            // ipc/sem.c, exit_sem(): there is nobody to wait, so the value is kept within its bounds.
            Semaphore& semaphore = set.semaphores[i];
            semaphore = {std::clamp(semaphore.value + undo.adjustments[i], 0, kValueMax), process};
        }
        set.operation_time_s = seconds_now(kernel);
        serve_waiters(kernel, id, by, trace);
    }
}

}  // namespace ipclab::kernel
