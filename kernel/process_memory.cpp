// process_vm_readv(2), process_vm_writev(2): one process reads or writes the memory of another, after mm/process_vm_access.c.
#include <array>
#include <cstring>

#include "kernel/handlers.h"
#include "kernel/transfer.h"

namespace ipclab::kernel {

namespace {

enum class Way : std::uint8_t { from_other, to_other };

/// The other side's vectors: the checks of lib/iov_iter.c, iovec_from_user().
Result<std::vector<IoVector>> read_vectors(Call& call, std::uint64_t address, std::uint64_t count) {
    constexpr std::uint64_t kVectorsMax = 1024;
    if (count > kVectorsMax) return Errno::einval;
    std::vector<IoVector> vectors(count);
    const UserMemory memory = call.memory();
    if (count > 0 &&
        !memory.read(address, {reinterpret_cast<std::uint8_t*>(vectors.data()), count * sizeof(IoVector)}))
        return Errno::efault;
    for (const IoVector& vector : vectors)
        if (static_cast<std::int64_t>(vector.bytes) < 0) return Errno::einval;
    return vectors;
}

/// Copies one vector, a page at a time, until one of both sides has no more. False: EFAULT on one of them.
bool copy(Kernel& kernel, AddressSpace& other, IoVector vector, Way way, Transfer& mine) {
    std::array<std::uint8_t, kPageSize> page;
    while (vector.bytes > 0 && mine.left() > 0) {
        const std::uint64_t bytes =
            std::min({vector.bytes, mine.left(), kPageSize - vector.base % kPageSize});
        const std::span<std::uint8_t> piece = std::span(page).first(bytes);
        if (way == Way::from_other) {
            if (!other.peek(vector.base, piece, kernel.memory) || mine.copy_out(piece) < bytes) return false;
        } else {
            Fault fault;
            std::uint8_t* to = other.for_write(vector.base, kernel.memory, fault);
            if (!to || mine.copy_in(piece) < bytes) return false;
            std::memcpy(to, piece.data(), bytes);
            other.set(vector.base, bytes);
        }
        vector.base += bytes;
        vector.bytes -= bytes;
    }
    return true;
}

Outcome transfer(Call& call, Way way) {
    Kernel& kernel = call.kernel;
    if (call.arg(5) != 0) return Outcome::fail(Errno::einval);
    Transfer mine(call.memory());
    if (auto set = mine.set_vectors(call.arg(1), call.arg(2)); !set) return Outcome::fail(set.error());
    if (mine.total() == 0) return Outcome::done(0);
    auto vectors = read_vectors(call, call.arg(3), call.arg(4));
    if (!vectors) return Outcome::fail(vectors.error());
    if (std::all_of(vectors->begin(), vectors->end(), [](const IoVector& each) { return each.bytes == 0; }))
        return Outcome::done(0);
    const Tid tid{static_cast<std::int32_t>(call.arg(0))};
    const Task* task = kernel.tasks.find(tid);
    if (tid.value == kInit.value) return Outcome::fail(Errno::eperm);
    if (!task || task->state == TaskState::zombie) return Outcome::fail(Errno::esrch);
    const Process& process = kernel.processes[task->process];
    call.object = ref(process.pid);
    // ptrace(2), "Ptrace access mode checking": whoever has said so by prctl() is not looked at.
    if (process.pid != call.pid && !process.is_dumpable) return Outcome::fail(Errno::eperm);
    AddressSpace& other = kernel.spaces.write(process.space);
    for (const IoVector& vector : *vectors)
        if (!copy(kernel, other, vector, way, mine)) {
            // process_vm_readv(2): what has been copied before an address that is not there counts.
            if (mine.done() == 0) return Outcome::fail(Errno::efault);
            break;
        }
    call.charge_copy(mine.done());
    return Outcome::done(static_cast<std::int64_t>(mine.done()));
}

}  // namespace

Outcome sys_process_vm_readv(Call& call) {
    return transfer(call, Way::from_other);
}

Outcome sys_process_vm_writev(Call& call) {
    return transfer(call, Way::to_other);
}

}  // namespace ipclab::kernel
