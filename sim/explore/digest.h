// The identity of a machine's state: what decides how it can go on, as 128 bits.
//
// Left out is what only measures (clocks, CPU time, counters, the scheduler's queue), what explains (origins, reported
// mistakes), and what nobody can look at any more: registers that are written before they are read. Times are counted
// from now, waiters by who came first. Components keep their digests (kernel/digest.h), so that only what changed is
// hashed anew; a whole state is told by its components (collapse.h).
#pragma once

#include <vector>

#include "kernel/digest.h"
#include "sim/engine/machine.h"
#include "sim/explore/liveness.h"

namespace ipclab::explore {

/// What belongs to a state's identity.
struct Identity {
    bool with_time = false;            ///< the clock is read somewhere: its time tells states apart
    bool with_dead_registers = false;  ///< for comparison: all registers count
};

/// Which processes take whose place, with their one task and their address space: each is another's, and nobody's is left.
struct Exchange {
    struct One {
        kernel::Pid from{}, to{};
        kernel::SpaceId space{};  ///< of `from`; none: it has ended
    };
    std::vector<One> all;

    kernel::Pid operator()(kernel::Pid id) const;
    kernel::Tid operator()(kernel::Tid id) const { return kernel::Tid{(*this)(kernel::Pid{id.value}).value}; }
    /// A space goes with its process: it is named after it.
    kernel::SpaceId operator()(kernel::SpaceId id) const;
    kernel::ObjectRef operator()(kernel::ObjectRef object) const;
};

// A state's components. Components keep their digests.
/// All but address spaces and memory. With an exchange: what that of the kernel would be in which they have changed places;
/// no deadline may be set, and no epoll be there.
kernel::Digest digest_of_kernel(const kernel::Kernel& kernel, const Identity& identity,
                                const Exchange* exchange = nullptr);
/// What the kernel keeps of a process and its task (none: it has ended), whatever their ids, and those of these others.
kernel::Digest digest_of_process(const kernel::Process& process, const kernel::Task* task,
                                 const Exchange& without_names);
kernel::Digest digest_of(const kernel::MemoryObjects& memory);
kernel::Digest digest_of(const kernel::Cow<kernel::AddressSpace>& space);
/// `liveness` of the machine's program set; `program` is the one that the task runs.
kernel::Digest digest_of(const kernel::Cow<vm::Context>& context, kernel::ProgramId program,
                         Liveness& liveness, const Identity& identity);

kernel::Digest hash(const void* bytes, std::size_t count);

}  // namespace ipclab::explore
