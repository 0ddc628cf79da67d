#include "sim/explore/idle.h"

#include <algorithm>
#include <vector>

namespace ipclab::explore {

kernel::Digest Idle::without_wait(TupleView state, kernel::Tid task) {
    const auto [known, is_new] = digests_.try_emplace({state[0], task});
    if (!is_new) return known->second;
    kernel::Kernel kernel = collapse_.kernel_of(state).kernel;
    kernel::Task& own = kernel.tasks.write(task);
    own.state = kernel::TaskState::ready;
    own.call.reset();
    own.waits.clear();
    own.wake_by_timeout = false;
    return known->second = digest_of_kernel(kernel, identity_);
}

bool Idle::looks_the_same(TupleView from, TupleView to, std::size_t place, kernel::SpaceId id) {
    if (from[place] == to[place]) return true;
    const auto [known, is_new] = spaces_.try_emplace({from[place], to[place]});
    if (!is_new) return known->second;
    const kernel::MemoryObjects none;  // what is mapped of objects is compared with them
    std::vector<std::uint8_t> before, after;
    known->second = std::ranges::all_of(shared_.all(), [&](const vm::Place& each) {
        if (each.object != static_cast<std::uint64_t>(id.value) * 2 + 1) return true;
        before.assign(each.bytes, 0);
        after.assign(each.bytes, 0);
        return collapse_.space_at(from, place).peek(each.begin, before, none) ==
                   collapse_.space_at(to, place).peek(each.begin, after, none) &&
               before == after;
    });
    return known->second;
}

bool Idle::is_idle(TupleView from, TupleView to, kernel::Tid task, bool sleeps) {
    const KernelPart &before = collapse_.kernel_of(from), &after = collapse_.kernel_of(to);
    if (before.spaces != after.spaces || before.tasks != after.tasks || before.space_of != after.space_of ||
        from[1] != to[1])
        return false;
    const auto index =
        static_cast<std::size_t>(std::ranges::lower_bound(before.tasks, task) - before.tasks.begin());
    const std::size_t own_space = before.space_of[index], own_task = 2 + before.spaces.size() + index;
    for (std::size_t i = 2; i < from.size(); ++i)
        if (from[i] != to[i] && i != own_space && i != own_task) return false;
    if (collapse_.task_of(from, index).context->stores != collapse_.task_of(to, index).context->stores)
        return false;
    return looks_the_same(from, to, own_space, before.spaces[own_space - 2]) &&
           (sleeps || from[0] == to[0] || without_wait(from, task) == without_wait(to, task));
}

}  // namespace ipclab::explore
