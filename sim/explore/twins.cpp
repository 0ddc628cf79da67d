#include "sim/explore/twins.h"

#include <algorithm>

namespace ipclab::explore {

using kernel::Kernel;
using kernel::Pid;
using kernel::SpaceId;
using kernel::Tid;

namespace {

template <class Id>
std::size_t place_of(const std::vector<Id>& all, Id id) {
    return static_cast<std::size_t>(std::ranges::find(all, id) - all.begin());
}

/// Whether it is one task with memory of its own, or has ended.
bool is_by_itself(const Kernel& kernel, const kernel::Process& process) {
    for (const auto& [tid, task] : kernel.tasks)
        if (task->process == process.pid && (tid.value != process.pid.value || process.is_zombie))
            return false;
    for (const auto& [pid, other] : kernel.processes)
        if (pid != process.pid && process.space && other->space == process.space) return false;
    return !process.held && (process.is_zombie || kernel.tasks.contains(Tid{process.pid.value}));
}

/// For what is kept of one of them: itself and the others.
Exchange without_names(const Twins& twins, Pid self) {
    constexpr Pid kSelf{-1}, kOther{-2};
    Exchange names;
    for (const Twins::Group& group : twins.groups)
        for (const Twins::One& each : group.there)
            names.all.push_back({each.process, each.process == self ? kSelf : kOther, each.space});
    return names;
}

}  // namespace

Twins twins_of(const Kernel& kernel, const std::vector<std::vector<Tid>>& alike,
               const std::vector<SpaceId>& spaces, const std::vector<Tid>& tasks) {
    Twins twins;
    if (tasks.size() > Twins::kMost || !kernel.event_fds->epolls.empty() || !kernel.sockets.empty() ||
        kernel::next_deadline(kernel) != kernel::kNever)
        return twins;
    std::vector<bool> is_twins(2 + spaces.size() + tasks.size());
    std::size_t count = 0;
    for (const std::vector<Tid>& all : alike) {
        Twins::Group group;
        for (const Tid tid : all) {
            const Pid pid{tid.value};
            if (pid.value > kernel.last_pid) break;
            group.born.push_back(pid);
            const kernel::Process* process = kernel.processes.find(pid);
            if (!process) continue;
            if (!is_by_itself(kernel, *process)) return {};
            Twins::One& one = group.there.emplace_back();
            one.process = pid;
            if (process->is_zombie) continue;
            one.space = process->space;
            one.space_place = 2 + place_of(spaces, process->space);
            one.place = 2 + spaces.size() + place_of(tasks, tid);
            one.wait_order = kernel.tasks[tid].wait_order;
            one.id_address = kernel.tasks[tid].clear_child_tid;
        }
        if (group.born.size() < 2 || group.there.empty()) continue;
        count += group.there.size();
        for (const Twins::One& one : group.there)
            if (one.space) is_twins[one.space_place] = is_twins[one.place] = true;
        twins.groups.push_back(std::move(group));
    }
    if (count > Twins::kMost) return {};
    for (std::size_t place = 2; place < is_twins.size(); ++place)
        if (!is_twins[place]) twins.rest.push_back(place);
    for (Twins::Group& group : twins.groups)
        for (Twins::One& one : group.there)
            one.kept =
                digest_of_process(kernel.processes[one.process], kernel.tasks.find(Tid{one.process.value}),
                                  without_names(twins, one.process));
    return twins;
}

Exchange exchange_of(const Twins& twins, std::span<const std::uint8_t> order) {
    Exchange exchange;
    for (const Twins::Group& group : twins.groups) {
        std::vector<Pid> gone = group.born;
        std::size_t next = 0;
        for (const std::uint8_t at : order.first(group.there.size())) {
            const Twins::One& one = group.there[at];
            exchange.all.push_back({one.process, group.born[next++], one.space});
            std::erase(gone, one.process);
        }
        for (const Pid pid : gone) exchange.all.push_back({pid, group.born[next++], {}});
        order = order.subspan(group.there.size());
    }
    return exchange;
}

}  // namespace ipclab::explore
