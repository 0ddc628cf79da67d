// What the System V objects share: see sysv.h.
#include "kernel/sysv.h"

#include "kernel/kernel.h"

namespace ipclab::kernel {

void forget_waiter(Kernel& kernel, Tid task) {
    std::vector<SemaphoreSetId> sets;
    for (const auto& [id, set] : kernel.sysv.semaphores)
        if (!set->wishes.empty() || !set->grants.empty()) sets.push_back(id);
    for (SemaphoreSetId id : sets) {
        SemaphoreSet& set = kernel.sysv.semaphores.write(id);
        std::erase_if(set.wishes, [&](const SemaphoreWish& wish) { return wish.task == task; });
        std::erase_if(set.grants, [&](const SemaphoreGrant& grant) { return grant.task == task; });
    }
    std::vector<MessageQueueId> queues;
    for (const auto& [id, queue] : kernel.sysv.queues)
        if (!queue->deliveries.empty()) queues.push_back(id);
    for (MessageQueueId id : queues)
        std::erase_if(kernel.sysv.queues.write(id).deliveries,
                      [&](const MessageDelivery& delivery) { return delivery.receiver == task; });
}

}  // namespace ipclab::kernel
