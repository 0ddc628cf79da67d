#include "kernel/futex.h"

#include <algorithm>
#include <optional>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/random.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kWoken =
    1;  // PendingCall::progress of a waiter: somebody woke it, or gave it the lock
constexpr std::uint32_t kAnyBit = 0xffffffff;

bool is_shared_call(const Call& call) {
    return (call.arg(1) & kFutexPrivate) == 0;
}

/// kernel/futex/core.c, get_futex_key(): EINVAL for a misaligned address, EFAULT for one that is not the user's.
/// A private word is named by its address alone, which nobody looks at here.
Result<FutexKey> key_at(Kernel& kernel, SpaceId id, std::uint64_t address, bool is_shared) {
    if (address % 4 != 0) return Errno::einval;
    if (address >= kUserTop) return Errno::efault;
    if (!is_shared) return FutexKey{ref(id), address};
    const AddressSpace& space = kernel.spaces[id];
    const Mapping* mapping = space.mapping_at(address);
    if (!mapping || !(mapping->protection & kProtRead)) return Errno::efault;
    if (mapping->is_shared && mapping->object)
        return FutexKey{ref(mapping->object), mapping->object_offset + (address - mapping->begin)};
    return FutexKey{ref(id), address | 1};
}

Result<FutexKey> key_of(const Call& call, int argument) {
    return key_at(call.kernel, call.process_read().space, call.arg(argument), is_shared_call(call));
}

bool waits_with_inheritance(const Task& task) {
    const FutexCommand command = futex_command(task.call->args[1]);
    return command == FutexCommand::lock_pi || command == FutexCommand::lock_pi2;
}

std::uint32_t bitset_of(const Task& task) {
    return futex_command(task.call->args[1]) == FutexCommand::wait_bitset
               ? static_cast<std::uint32_t>(task.call->args[5])
               : kAnyBit;
}

void wake_waiter(Kernel& kernel, Tid waiter, const FutexKey& key, Tid by, Trace* trace) {
    kernel.tasks.write(waiter).call->progress = kWoken;
    wake_task(kernel, waiter, key.object, by, trace);
}

/// Wakes up to `most` waiters of the word; EINVAL where one of them waits for a lock with priority inheritance.
Result<int> wake_waiters(Kernel& kernel, const FutexKey& key, int most, std::uint32_t bitset, Tid by,
                         Trace* trace) {
    int woken = 0;
    for (Tid waiter : futex_waiters(kernel, key)) {
        const Task& task = kernel.tasks[waiter];
        if (waits_with_inheritance(task)) return Errno::einval;
        if ((bitset_of(task) & bitset) == 0) continue;
        wake_waiter(kernel, waiter, key, by, trace);
        // kernel/futex/waitwake.c looks at the number after the first: 0 wakes one, too.
        if (++woken >= most) break;
    }
    return woken;
}

Outcome wake(Call& call, std::uint32_t bitset) {
    if (bitset == 0) return Outcome::fail(Errno::einval);
    auto key = key_of(call, 0);
    if (!key) return Outcome::fail(key.error());
    call.object = key->object;
    return Outcome::from(wake_waiters(call.kernel, *key, static_cast<std::int32_t>(call.arg(2)), bitset,
                                      call.task, call.trace));
}

/// The time-out that arg(3) points to becomes the call's deadline: EFAULT, EINVAL.
Result<void> set_deadline(Call& call, bool is_absolute, bool is_realtime) {
    if (call.arg(3) == 0 || call.pending.has_slept) return {};
    auto limit = call.memory().read_object<TimePair>(call.arg(3));
    if (!limit) return limit.error();
    if (limit->seconds < 0 || limit->fraction < 0 || limit->fraction >= kSecond) return Errno::einval;
    if (limit->seconds >= kNever / kSecond - kBootEpochSeconds - 1) return {};  // never
    const Time time = limit->seconds * kSecond + limit->fraction;
    if (!is_absolute)
        call.pending.deadline_ns = call.kernel.now_ns + time;
    else
        call.pending.deadline_ns = is_realtime ? std::max<Time>(0, time - kBootEpochSeconds * kSecond) : time;
    return {};
}

Outcome wait(Call& call, std::uint32_t bitset) {
    if (call.pending.progress == kWoken) return Outcome::done(0);
    if (bitset == 0) return Outcome::fail(Errno::einval);
    auto key = key_of(call, 0);
    if (!key) return Outcome::fail(key.error());
    call.object = key->object;
    if (call.pending.has_slept && call.has_timed_out()) return Outcome::fail(Errno::etimedout);
    auto value = call.memory().read_object<std::uint32_t>(call.arg(0));
    if (!value) return Outcome::fail(value.error());
    // futex(2): the comparison and going to sleep are one step; EAGAIN where the word has another value.
    if (*value != static_cast<std::uint32_t>(call.arg(2))) return Outcome::fail(Errno::eagain);
    if (call.has_timed_out() && !call.is_interrupted()) return Outcome::fail(Errno::etimedout);
    return call.block(key->object, WaitFor::futex, key->key);
}

Outcome requeue(Call& call, std::optional<std::uint32_t> expected) {
    const auto to_wake = static_cast<std::int32_t>(call.arg(2)),
               to_move = static_cast<std::int32_t>(call.arg(3));
    if (to_wake < 0 || to_move < 0) return Outcome::fail(Errno::einval);
    auto from = key_of(call, 0);
    if (!from) return Outcome::fail(from.error());
    auto to = key_of(call, 4);
    if (!to) return Outcome::fail(to.error());
    call.object = from->object;
    if (expected) {
        auto value = call.memory().read_object<std::uint32_t>(call.arg(0));
        if (!value) return Outcome::fail(value.error());
        if (*value != *expected) return Outcome::fail(Errno::eagain);
    }
    std::int64_t done = 0;
    for (Tid waiter : futex_waiters(call.kernel, *from)) {
        if (done - to_wake >= to_move) break;
        if (waits_with_inheritance(call.kernel.tasks[waiter])) return Outcome::fail(Errno::einval);
        if (++done <= to_wake) {
            wake_waiter(call.kernel, waiter, *from, call.task, call.trace);
            continue;
        }
        Task& moved = call.kernel.tasks.write(waiter);
        moved.waits.front().object = to->object;
        moved.waits.front().key = to->key;
        moved.wait_order = ++call.kernel.wait_counter;
    }
    return Outcome::done(done);
}

/// What FUTEX_WAKE_OP's last argument says: an operation on the second word, and a question about its old value.
struct EncodedOperation {
    explicit EncodedOperation(std::uint32_t code)
        : operation(code >> 28 & 7),
          comparison(code >> 24 & 15),
          operand(sign_extend(code >> 12)),
          compared(sign_extend(code)),
          has_shift((code >> 31) != 0) {}

    static std::int32_t sign_extend(std::uint32_t twelve_bits) {
        return static_cast<std::int32_t>(twelve_bits << 20) >> 20;
    }
    /// Nothing: an operation that does not exist.
    std::optional<std::uint32_t> apply(std::uint32_t old) const {
        // futex(2): FUTEX_OP_ARG_SHIFT uses 1 << oparg; Linux takes it modulo 32
        const std::uint32_t value = has_shift ? std::uint32_t{1} << (static_cast<std::uint32_t>(operand) & 31)
                                              : static_cast<std::uint32_t>(operand);
        switch (operation) {
            case 0:
                return value;
            case 1:
                return old + value;
            case 2:
                return old | value;
            case 3:
                return old & ~value;
            case 4:
                return old ^ value;
            default:
                return std::nullopt;
        }
    }
    std::optional<bool> holds(std::uint32_t old_value) const {
        const auto old = static_cast<std::int32_t>(old_value);
        switch (comparison) {
            case 0:
                return old == compared;
            case 1:
                return old != compared;
            case 2:
                return old < compared;
            case 3:
                return old <= compared;
            case 4:
                return old > compared;
            case 5:
                return old >= compared;
            default:
                return std::nullopt;
        }
    }

    std::uint32_t operation, comparison;
    std::int32_t operand, compared;
    bool has_shift;
};

Outcome wake_op(Call& call) {
    auto first = key_of(call, 0);
    if (!first) return Outcome::fail(first.error());
    auto second = key_of(call, 4);
    if (!second) return Outcome::fail(second.error());
    call.object = first->object;
    const EncodedOperation code(static_cast<std::uint32_t>(call.arg(5)));
    const UserMemory memory = call.memory();
    auto old = memory.read_object<std::uint32_t>(call.arg(4));
    if (!old) return Outcome::fail(old.error());
    const auto fresh = code.apply(*old);
    if (!fresh) return Outcome::fail(Errno::enosys);
    if (auto stored = memory.write_object(call.arg(4), *fresh); !stored) return Outcome::fail(stored.error());
    const auto holds = code.holds(*old);
    if (!holds) return Outcome::fail(Errno::enosys);
    auto woken = wake_waiters(call.kernel, *first, static_cast<std::int32_t>(call.arg(2)), kAnyBit, call.task,
                              call.trace);
    if (!woken || !*holds) return Outcome::from(woken);
    auto more = wake_waiters(call.kernel, *second, static_cast<std::int32_t>(call.arg(3)), kAnyBit, call.task,
                             call.trace);
    if (!more) return Outcome::from(more);
    return Outcome::done(*woken + *more);
}

// ---- Priority inheritance: the word holds its owner's thread id. Linux lends the owner the real-time priority of whoever
// waits; nice values are not lent (kernel/locking/rtmutex.c, __waiter_prio()).

std::uint32_t id_of(Tid task) {
    return static_cast<std::uint32_t>(task.value);
}

/// kernel/locking/rtmutex.c, rt_mutex_adjust_prio_chain(): whether the owner waits, over other owners, for this task.
bool waits_for(const Kernel& kernel, Tid owner, Tid task) {
    // A task sleeps for one lock only, and none of them has come to close a circle: the chain ends.
    while (owner && owner != task) owner = kernel.tasks[owner].lock_owner;
    return owner == task;
}

/// Of a lock's waiters, who gets it: the highest priority, the longest wait.
Tid top_waiter(const Kernel& kernel, const std::vector<Tid>& waiting) {
    Tid top{};
    for (Tid tid : waiting)
        if (!top || effective_priority(kernel.tasks[tid]) > effective_priority(kernel.tasks[top])) top = tid;
    return top;
}

Outcome lock_pi(Call& call, bool may_wait) {
    if (call.pending.progress == kWoken) return Outcome::done(0);  // unlock gave it to us
    auto key = key_of(call, 0);
    if (!key) return Outcome::fail(key.error());
    call.object = key->object;
    forget_inherited_lock(call.kernel, call.task);
    if (call.pending.has_slept && call.has_timed_out()) return Outcome::fail(Errno::etimedout);
    const UserMemory memory = call.memory();
    auto word = memory.read_object<std::uint32_t>(call.arg(0));
    if (!word) return Outcome::fail(word.error());
    const std::uint32_t owner = *word & kFutexTidMask;
    if (owner == id_of(call.task)) return Outcome::fail(Errno::edeadlk);
    if (owner == 0) {
        const std::uint32_t mine = (*word & ~kFutexTidMask) | id_of(call.task);
        return Outcome::from(memory.write_object(call.arg(0), mine));
    }
    const Task* holder = call.kernel.tasks.find(Tid{static_cast<std::int64_t>(owner)});
    if (!holder || holder->state == TaskState::zombie) return Outcome::fail(Errno::esrch);
    if (!may_wait) return Outcome::fail(Errno::eagain);
    if (auto stored = memory.write_object(call.arg(0), *word | kFutexWaiters); !stored)
        return Outcome::fail(stored.error());
    if (waits_for(call.kernel, holder->tid, call.task)) return Outcome::fail(Errno::edeadlk);
    if (call.has_timed_out()) return Outcome::fail(Errno::etimedout);
    call.me->lock_owner = holder->tid;
    lend_priorities(call.kernel);
    return call.block(key->object, WaitFor::futex, key->key);
}

/// The top waiter becomes the owner; nobody does where nobody waits. `flags`: to be set in the word.
Result<void> hand_on(Kernel& kernel, UserMemory memory, std::uint64_t address, const FutexKey& key,
                     std::uint32_t flags, Tid by, Trace* trace) {
    const std::vector<Tid> waiting = futex_waiters(kernel, key);
    const Tid owner = top_waiter(kernel, waiting);
    std::uint32_t word = flags;
    if (owner) word |= id_of(owner) | (waiting.size() > 1 ? kFutexWaiters : 0);
    if (auto stored = memory.write_object(address, word); !stored) return stored;
    if (!owner) return {};
    for (Tid tid : waiting) kernel.tasks.write(tid).lock_owner = tid == owner ? Tid{} : owner;
    wake_waiter(kernel, owner, key, by, trace);
    lend_priorities(kernel);
    return {};
}

Outcome unlock_pi(Call& call) {
    const UserMemory memory = call.memory();
    auto word = memory.read_object<std::uint32_t>(call.arg(0));
    if (!word) return Outcome::fail(word.error());
    if ((*word & kFutexTidMask) != id_of(call.task)) return Outcome::fail(Errno::eperm);
    auto key = key_of(call, 0);
    if (!key) return Outcome::fail(key.error());
    call.object = key->object;
    for (Tid waiter : futex_waiters(call.kernel, *key))
        if (!waits_with_inheritance(call.kernel.tasks[waiter])) return Outcome::fail(Errno::einval);
    return Outcome::from(hand_on(call.kernel, memory, call.arg(0), *key, 0, call.task, call.trace));
}

// ---- A task's end

/// kernel/futex/core.c, handle_futex_death(): a lock that the dead task holds. Gone or strange memory: left as it is.
void leave_robust_lock(Kernel& kernel, Tid task, std::uint64_t address, bool has_inheritance, Trace* trace) {
    const SpaceId space = kernel.processes[kernel.tasks[task].process].space;
    const UserMemory memory{kernel.spaces.write(space), kernel.memory, kernel.watching.watcher};
    auto key = key_at(kernel, space, address, true);
    auto word = memory.read_object<std::uint32_t>(address);
    if (!key || !word || (*word & kFutexTidMask) != id_of(task)) return;
    if (!memory.write_object(address, (*word & kFutexWaiters) | kFutexOwnerDied)) return;
    if (!has_inheritance && (*word & kFutexWaiters))
        static_cast<void>(wake_waiters(kernel, *key, 1, kAnyBit, task, trace));
}

void leave_robust_list(Kernel& kernel, Tid task, std::uint64_t head, Trace* trace) {
    constexpr int kLongest = 2048;  // ROBUST_LIST_LIMIT
    const auto memory = [&] {
        return UserMemory{kernel.spaces.write(kernel.processes[kernel.tasks[task].process].space),
                          kernel.memory, kernel.watching.watcher};
    };
    // struct robust_list_head: the first entry, the way from an entry to its word, the lock being taken or left
    auto list = memory().read_object<std::array<std::uint64_t, 3>>(head);
    if (!list) return;
    const auto [first, offset, pending] = *list;
    auto leave = [&, way = offset](std::uint64_t entry) {
        leave_robust_lock(kernel, task, (entry & ~std::uint64_t{1}) + way, (entry & 1) != 0, trace);
    };
    std::uint64_t entry = first;
    for (int count = 0; count < kLongest && (entry & ~std::uint64_t{1}) != head; ++count) {
        auto next = memory().read_object<std::uint64_t>(entry & ~std::uint64_t{1});
        if ((entry & ~std::uint64_t{1}) != (pending & ~std::uint64_t{1})) leave(entry);
        if (!next) return;
        entry = *next;
    }
    if (pending & ~std::uint64_t{1}) leave(pending);
}

/// kernel/futex/pi.c, exit_pi_state_list(): who waits for a lock of the dead task gets it, with OWNER_DIED.
void leave_inherited_locks(Kernel& kernel, Tid task, Trace* trace) {
    std::vector<Tid> candidates;
    for (const auto& [tid, waiter] : kernel.tasks)
        if (waiter->state == TaskState::blocked && !waiter->waits.empty() &&
            waiter->waits.front().what == WaitFor::futex && waits_with_inheritance(*waiter))
            candidates.push_back(tid);
    for (Tid tid : candidates) {
        const Task& waiter = kernel.tasks[tid];
        if (waiter.state != TaskState::blocked || tid == task) continue;
        const FutexKey key = futex_key(waiter.waits.front());
        const std::uint64_t address = waiter.call->args[0];
        const UserMemory memory{kernel.spaces.write(kernel.processes[waiter.process].space), kernel.memory};
        auto word = memory.read_object<std::uint32_t>(address);
        const std::uint32_t owner = word ? *word & kFutexTidMask : 0;
        const bool is_robust_already = word && owner == 0 && (*word & kFutexOwnerDied);
        if (!word || (owner != id_of(task) && !is_robust_already)) continue;
        static_cast<void>(hand_on(kernel, memory, address, key, kFutexOwnerDied, task, trace));
    }
}

void clear_thread_id(Kernel& kernel, Tid task, Trace* trace) {
    const std::uint64_t address = kernel.tasks[task].clear_child_tid;
    const Pid pid = kernel.tasks[task].process;
    const SpaceId space = kernel.processes[pid].space;
    // kernel/fork.c, mm_release(): nobody looks where the memory goes as well.
    const bool is_used = std::any_of(kernel.tasks.begin(), kernel.tasks.end(), [&](const auto& entry) {
        return entry.first != task && entry.second->state != TaskState::zombie &&
               kernel.processes[entry.second->process].space == space;
    });
    if (!is_used) return;
    const UserMemory memory{kernel.spaces.write(space), kernel.memory, kernel.watching.watcher};
    if (!memory.write_object(address, std::int32_t{0})) return;
    if (auto key = key_at(kernel, space, address, true))
        static_cast<void>(wake_waiters(kernel, *key, 1, kAnyBit, task, trace));
}

}  // namespace

std::vector<Tid> futex_waiters(const Kernel& kernel, const FutexKey& key) {
    std::vector<Tid> found;
    for (Tid tid : waiters(kernel, key.object, WaitFor::futex))
        if (kernel.tasks[tid].waits.front().key == key.key) found.push_back(tid);
    return found;
}

bool may_wake_spuriously(const Kernel& kernel, const Task& task) {
    return kernel.limits.spurious_wakeups > 0 && task.state == TaskState::blocked && !task.waits.empty() &&
           task.waits.front().what == WaitFor::futex && !waits_with_inheritance(task);
}

Tid drawn_sleeper(const Kernel& kernel) {
    if (kernel.limits.spurious_wakeups == 0) return {};
    constexpr std::uint32_t kPercent = 100;
    for (const auto& [tid, task] : kernel.tasks) {
        std::uint64_t state = kernel.limits.spurious_seed << 32 ^ task->wait_order;
        if (may_wake_spuriously(kernel, *task) &&
            next_random(state) % kPercent < kernel.limits.spurious_wakeups)
            return tid;
    }
    return {};
}

void wake_spuriously(Kernel& kernel, Tid tid, Trace* trace) {
    const Task* task = kernel.tasks.find(tid);
    if (!task || !may_wake_spuriously(kernel, *task)) return;
    explain(kernel, tid, "a spurious wake-up: nobody woke it, and the wait returns all the same (futex(2))",
            trace);
    wake_waiter(kernel, tid, futex_key(task->waits.front()), {}, trace);
}

void lend_priorities(Kernel& kernel) {
    std::vector<std::pair<Tid, Tid>> loans;  // of whom, to whom
    std::vector<Tid> debtors;
    for (const auto& [tid, task] : kernel.tasks) {
        if (task->lock_owner) loans.emplace_back(tid, task->lock_owner);
        if (task->lent_priority > 0) debtors.push_back(tid);
    }
    for (Tid tid : debtors) kernel.tasks.write(tid).lent_priority = 0;
    // Along a chain each round brings a priority one lock further.
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (const auto& [lender, owner] : loans) {
            const std::uint8_t priority = effective_priority(kernel.tasks[lender]);
            if (!kernel.tasks.contains(owner) || kernel.tasks[owner].lent_priority >= priority) continue;
            kernel.tasks.write(owner).lent_priority = priority;
            has_changed = true;
        }
    }
}

void forget_inherited_lock(Kernel& kernel, Tid task) {
    if (!kernel.tasks[task].lock_owner) return;
    kernel.tasks.write(task).lock_owner = {};
    lend_priorities(kernel);
}

void leave_futexes(Kernel& kernel, Tid task, Trace* trace) {
    if (const std::uint64_t head = kernel.tasks[task].robust_list) {
        kernel.tasks.write(task).robust_list = 0;
        leave_robust_list(kernel, task, head, trace);
    }
    leave_inherited_locks(kernel, task, trace);
    if (kernel.tasks[task].clear_child_tid) {
        clear_thread_id(kernel, task, trace);
        kernel.tasks.write(task).clear_child_tid = 0;
    }
    // Who waits for a word that does not name the task (any more) waits for nobody.
    std::vector<Tid> left;
    for (const auto& [tid, waiter] : kernel.tasks)
        if (waiter->lock_owner == task) left.push_back(tid);
    for (Tid tid : left) kernel.tasks.write(tid).lock_owner = {};
}

Outcome sys_futex(Call& call) {
    const FutexCommand command = futex_command(call.arg(1));
    const bool is_realtime = (call.arg(1) & kFutexClockRealtime) != 0;
    // kernel/futex/syscalls.c: the time-out is looked at before anything else.
    switch (command) {
        case FutexCommand::wait:
        case FutexCommand::wait_bitset:
        case FutexCommand::lock_pi:
        case FutexCommand::lock_pi2: {
            // FUTEX_WAIT: relative. FUTEX_LOCK_PI: absolute, of the wall clock, whatever the flags.
            const bool is_wall = is_realtime || command == FutexCommand::lock_pi;
            if (auto set = set_deadline(call, command != FutexCommand::wait, is_wall); !set)
                return Outcome::fail(set.error());
            break;
        }
        default:
            break;
    }
    if (is_realtime && command != FutexCommand::wait_bitset && command != FutexCommand::lock_pi2)
        return Outcome::fail(Errno::enosys);
    switch (command) {
        case FutexCommand::wait:
            return wait(call, kAnyBit);
        case FutexCommand::wait_bitset:
            return wait(call, static_cast<std::uint32_t>(call.arg(5)));
        case FutexCommand::wake:
            return wake(call, kAnyBit);
        case FutexCommand::wake_bitset:
            return wake(call, static_cast<std::uint32_t>(call.arg(5)));
        case FutexCommand::requeue:
            return requeue(call, std::nullopt);
        case FutexCommand::cmp_requeue:
            return requeue(call, static_cast<std::uint32_t>(call.arg(5)));
        case FutexCommand::wake_op:
            return wake_op(call);
        case FutexCommand::lock_pi:
        case FutexCommand::lock_pi2:
            return lock_pi(call, true);
        case FutexCommand::trylock_pi:
            return lock_pi(call, false);
        case FutexCommand::unlock_pi:
            return unlock_pi(call);
    }
    explain(call.kernel, call.task,
            "futex: operation " + std::to_string(call.arg(1)) + " is not simulated: ENOSYS", call.trace);
    return Outcome::fail(Errno::enosys);
}

Outcome sys_set_robust_list(Call& call) {
    constexpr std::uint64_t kHeadBytes = 24;
    if (call.arg(1) != kHeadBytes) return Outcome::fail(Errno::einval);
    call.me->robust_list = call.arg(0);
    return Outcome::done(0);
}

Outcome sys_get_robust_list(Call& call) {
    constexpr std::uint64_t kHeadBytes = 24;
    const Tid tid = call.arg(0) ? Tid{static_cast<std::int32_t>(call.arg(0))} : call.task;
    const Task* task = call.kernel.tasks.find(tid);
    if (!task) return Outcome::fail(Errno::esrch);
    const std::uint64_t head = task->robust_list;
    const UserMemory memory = call.memory();
    if (!memory.write_object(call.arg(2), kHeadBytes) || !memory.write_object(call.arg(1), head))
        return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
