// eventfd(2): a counter behind a descriptor, after Linux's fs/eventfd.c.
#include <span>

#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kMost = UINT64_MAX - 1;  // eventfd(2): the largest value of the counter
constexpr std::uint64_t kBytes = sizeof(std::uint64_t);

EventfdId id_of(const File& file) {
    return EventfdId{file.number};
}

/// fs/eventfd.c: every sleeper is woken and looks again; O_NONBLOCK counts when the call is made.
Outcome sleep(Call& call, const File& file, WaitFor what) {
    if (!blocks(call, file.flags)) return Outcome::fail(Errno::eagain);
    return block_beside_others(call, ref(id_of(file)), what);
}

Outcome read_counter(Call& call, FileId, const File& file, Transfer& to) {
    if (to.total() < kBytes) return Outcome::fail(Errno::einval);
    const EventCounter& before = call.kernel.event_fds->counters[id_of(file)];
    if (before.value == 0) return sleep(call, file, WaitFor::readable);
    EventCounter& counter = call.kernel.event_fds.write().counters.write(id_of(file));
    // eventfd(2): a semaphore gives 1 and becomes less by 1; else all of it is given and the counter is 0.
    const std::uint64_t given = counter.is_semaphore ? 1 : counter.value;
    counter.value -= given;
    call.wake(ref(id_of(file)), WaitFor::writable, Wake::one);
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(&given), kBytes);
    if (to.copy_out(bytes) < kBytes) return Outcome::fail(Errno::efault);  // what was taken is lost
    return Outcome::done(kBytes);
}

Outcome write_counter(Call& call, FileId, const File& file, Transfer& from) {
    if (from.total() != kBytes) return Outcome::fail(Errno::einval);
    std::uint64_t added = 0;
    if (from.copy_in({reinterpret_cast<std::uint8_t*>(&added), kBytes}) < kBytes)
        return Outcome::fail(Errno::efault);
    if (added > kMost) return Outcome::fail(Errno::einval);
    // eventfd(2): what would make it more than 2^64 - 2 waits until somebody has read.
    if (added > kMost - call.kernel.event_fds->counters[id_of(file)].value)
        return sleep(call, file, WaitFor::writable);
    call.kernel.event_fds.write().counters.write(id_of(file)).value += added;
    call.wake(ref(id_of(file)), WaitFor::readable, Wake::one);
    return Outcome::done(kBytes);
}

std::uint32_t ready_counter(const Kernel& kernel, const File& file) {
    const std::uint64_t value = kernel.event_fds->counters[id_of(file)].value;
    return (value > 0 ? std::uint32_t{kPollIn} : 0) | (value < kMost ? std::uint32_t{kPollOut} : 0);
}

void counter_closed(Kernel& kernel, const File& file, Tid by, Trace* trace) {
    kernel.event_fds.write().counters.erase(id_of(file));
    for (const WaitFor what : {WaitFor::readable, WaitFor::writable})
        wake(kernel, ref(id_of(file)), what, Wake::all, by, trace);
}

Outcome open_counter(Call& call, std::uint32_t flags) {
    constexpr std::uint32_t kSemaphore = 1;
    if (flags & ~(kSemaphore | kOCloExec | kONonBlock)) return Outcome::fail(Errno::einval);
    EventDescriptors& all = call.kernel.event_fds.write();
    const EventfdId id{++all.last_eventfd};
    all.counters.insert(
        id, {.value = static_cast<std::uint32_t>(call.arg(0)), .is_semaphore = (flags & kSemaphore) != 0});
    return open_anonymous(call, {.kind = FileKind::eventfd, .flags = kORdWr, .number = id.value}, flags);
}

}  // namespace

const FileOperations kEventfdOperations{.object = [](const File& file) { return ref(id_of(file)); },
                                        .read = read_counter,
                                        .write = write_counter,
                                        .ready = ready_counter,
                                        .status = anonymous_status,
                                        .closed = counter_closed,
                                        .seek = Seek::idle};

Outcome sys_eventfd(Call& call) {
    return open_counter(call, 0);
}

Outcome sys_eventfd2(Call& call) {
    return open_counter(call, static_cast<std::uint32_t>(call.arg(1)));
}

}  // namespace ipclab::kernel
