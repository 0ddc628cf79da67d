// Every limit of the simulated system, at Linux's default values, and the cost of every kernel operation.
// Both can be set for a run and in a lesson: small buffers make good lessons.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/types.h"

namespace ipclab::kernel {

struct Limits {
    std::uint32_t pipe_slots = 16;                   ///< pages of a new pipe: 64 KiB (pipe(7))
    std::uint64_t pipe_max_bytes = 1 << 20;          ///< /proc/sys/fs/pipe-max-size
    std::uint64_t pipe_buf = 4096;                   ///< PIPE_BUF
    std::int32_t open_files = 1024;                  ///< RLIMIT_NOFILE, soft
    std::int32_t processes = 512;                    ///< tasks on the machine: fork gives EAGAIN beyond
    std::uint64_t address_space_bytes = 1ull << 32;  ///< mapped bytes of a process
    std::uint64_t resident_bytes = 1ull << 28;       ///< touched pages of a process
    std::uint64_t argument_bytes = 2 << 20;          ///< ARG_MAX: argv and envp of execve
    std::uint64_t file_bytes = 1ull << 28;           ///< largest regular file
    std::uint64_t filesystem_bytes = 1ull << 30;     ///< all regular files together: ENOSPC beyond
    std::size_t inodes = 65'536;                     ///< files and directories: ENOSPC beyond
    std::size_t all_open_files = 65'536;             ///< open file descriptions on the machine: ENFILE beyond
    std::uint32_t pipe_user_pages_soft =
        16'384;                           ///< /proc/sys/fs/pipe-user-pages-soft: beyond, new pipes are small
    std::size_t pending_signals = 4'096;  ///< RLIMIT_SIGPENDING: queued real-time signals of a process
    std::uint64_t message_bytes = 8'192;  ///< /proc/sys/kernel/msgmax: a System V message
    std::uint64_t message_queue_bytes = 16'384;                      ///< msgmnb: a new queue
    std::int32_t message_queues = 32'000;                            ///< msgmni
    std::int32_t semaphores_of_set = 32'000;                         ///< sem: SEMMSL
    std::int32_t semaphores = 1'024'000'000;                         ///< sem: SEMMNS, of all sets
    std::int32_t semaphore_operations = 500;                         ///< sem: SEMOPM, of one semop(2)
    std::int32_t semaphore_sets = 32'000;                            ///< sem: SEMMNI
    std::uint64_t shared_segment_bytes = UINT64_MAX - (1ull << 24);  ///< shmmax
    std::uint64_t shared_pages = UINT64_MAX - (1ull << 24);          ///< shmall
    std::size_t file_locks = 4'096;        ///< record locks and flock(2)s on the machine: ENOLCK beyond
    std::int32_t shared_segments = 4'096;  ///< shmmni
    std::int32_t cpus = 1;                 ///< 1 to 8
    bool operator==(const Limits&) const = default;
};

/// Time that each operation takes, in nanoseconds: rounded medians of a typical machine (x86-64, 3 GHz, Linux
/// 6).
struct Costs {
    Time instruction_ns = 1;
    Time syscall_ns = 150;  ///< entry and return
    Time context_switch_ns = 1'500;
    Time wakeup_ns = 800;
    Time fork_ns = 60'000;
    Time thread_ns = 12'000;  ///< clone(2) of a thread
    Time exec_ns = 250'000;
    Time exit_ns = 30'000;
    Time signal_ns = 700;  ///< delivery: frame, handler entry, sigreturn
    Time page_fault_ns = 500;
    Time copy_ps_per_byte = 80;  ///< picoseconds for each byte copied between user and kernel
    Time open_ns = 900;          ///< path look-up and a new description
    bool operator==(const Costs&) const = default;
};

}  // namespace ipclab::kernel
