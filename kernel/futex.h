// The futex: a word of user memory, and the tasks that sleep until somebody says that it has changed (futex(2)).
//
// Nothing is kept for a word but the tasks that wait for it: a waiter's WaitPoint names the word by what lies behind
// the address, so that processes which share memory meet. A waiter is told that it was woken by its call's progress.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// futex(2): the operation without its flags.
enum class FutexCommand : std::uint32_t {
    wait = 0,
    wake = 1,
    requeue = 3,
    cmp_requeue = 4,
    wake_op = 5,
    lock_pi = 6,
    unlock_pi = 7,
    trylock_pi = 8,
    wait_bitset = 9,
    wake_bitset = 10,
    lock_pi2 = 13,
};
inline constexpr std::uint32_t kFutexPrivate = 128, kFutexClockRealtime = 256;

constexpr FutexCommand futex_command(std::uint64_t operation) {
    return static_cast<FutexCommand>(static_cast<std::uint32_t>(operation) &
                                     ~(kFutexPrivate | kFutexClockRealtime));
}

/// What lies in the word of a lock with priority inheritance, and of robust ones: who holds it, and two flags.
inline constexpr std::uint32_t kFutexWaiters = 0x80000000, kFutexOwnerDied = 0x40000000,
                               kFutexTidMask = 0x3fffffff;

/// A word that tasks wait for.
struct FutexKey {
    ObjectRef object{};  ///< the address space, or the memory object that is mapped shared there
    std::uint64_t key =
        0;  ///< the address, or the offset in the object; bit 0: an address that was asked for as shared
    constexpr auto operator<=>(const FutexKey&) const = default;
};

/// The word that a waiting task's wait point names.
inline FutexKey futex_key(const WaitPoint& point) {
    return {point.object, point.key};
}
/// Tasks that wait for a word, oldest first.
std::vector<Tid> futex_waiters(const Kernel& kernel, const FutexKey& key);

/// futex(2): a wait may return 0 although nobody woke it, which a caller has to reckon with. It is a choice: where the
/// limit spurious_percent is not 0, any sleeper may be chosen at any moment.
bool may_wake_spuriously(const Kernel& kernel, const Task& task);
/// The first sleeper that the rate wakes: a draw from spurious_seed and when it went to sleep. None: nobody.
Tid drawn_sleeper(const Kernel& kernel);
/// The choice. A task that may not wake so (any more) is left alone.
void wake_spuriously(Kernel& kernel, Tid task, Trace* trace);

/// FUTEX_LOCK_PI: after a task has begun or ceased to wait, a lock has changed hands, or a waiter's own priority has
/// changed: each owner has the highest priority of who waits for it, along chains of locks.
void lend_priorities(Kernel& kernel);
/// A signal ends the call in which the task waits for a lock: it lends no more.
void forget_inherited_lock(Kernel& kernel, Tid task);

/// What a task's end does to the words it has to do with: robust locks that it holds become OWNER_DIED and one waiter
/// is woken (get_robust_list(2)), locks with priority inheritance are handed on, clear_child_tid is cleared and
/// waited for no more (set_tid_address(2)). Its memory is still there.
void leave_futexes(Kernel& kernel, Tid task, Trace* trace);

}  // namespace ipclab::kernel
