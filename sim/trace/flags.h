// Numbers with names, as Linux on x86-64 has them and in the order in which strace shows them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kernel/syscalls.h"

namespace ipclab::trace {

struct NamedValue {
    std::uint64_t value = 0;
    std::string_view name;
};

/// Appends `A|B|0x40`. Nothing known: `0x40 /* O_??? */`, or "0" where no bit is set. An entry of several
/// bits stands for all of them, so it comes before its parts.
void append_flags(std::string& out, std::uint64_t value, std::span<const NamedValue> names,
                  std::string_view unknown);
/// Appends the one name of the value, or `0x5 /* SEEK_??? */`.
void append_choice(std::string& out, std::uint64_t value, std::span<const NamedValue> names,
                   std::string_view unknown);

void append_open_flags(std::string& out, std::uint32_t flags);  ///< with the access mode
void append_pipe_flags(std::string& out, std::uint32_t flags);
void append_descriptor_flags(std::string& out, std::uint32_t flags);  ///< FD_CLOEXEC
void append_wait_flags(std::string& out, std::uint32_t flags);
void append_protection(std::string& out, std::uint32_t protection);
void append_mmap_flags(std::string& out, std::uint32_t flags);
void append_clone_flags(std::string& out, std::uint64_t flags);  ///< the low byte is a signal
void append_futex_operation(std::string& out, std::uint32_t operation);
void append_signal_action_flags(std::string& out, std::uint64_t flags);
void append_at_flags(std::string& out, std::uint32_t flags);
void append_access_mode(std::string& out, std::uint32_t mode);
void append_clock_flags(std::string& out, std::uint32_t flags);
void append_clock(std::string& out, std::uint32_t clock);
void append_fcntl_command(std::string& out, std::uint32_t command);
void append_ioctl_command(std::string& out, std::uint32_t command);
void append_sigmask_how(std::string& out, std::uint32_t how);
void append_seek_whence(std::string& out, std::uint32_t whence);
void append_priority_which(std::string& out, std::uint32_t which);
void append_ipc_key(std::string& out, std::uint32_t key);      ///< IPC_PRIVATE, 0x4d2
void append_ipc_flags(std::string& out, std::uint32_t flags);  ///< of msgget, semget, shmget, with the mode
/// Commands of msgctl, semctl, shmctl: the numbers above 10 mean something else in each.
void append_ipc_command(std::string& out, kernel::Sys call, std::uint32_t command);
void append_shmat_flags(std::string& out, std::uint32_t flags);
void append_message_flags(std::string& out, std::uint32_t flags);
void append_lock_type(std::string& out, std::uint32_t type);  ///< F_RDLCK
void append_splice_flags(std::string& out, std::uint32_t flags);
void append_mremap_flags(std::string& out, std::uint32_t flags);
void append_memfd_flags(std::string& out, std::uint32_t flags);
void append_flock_operation(std::string& out, std::uint32_t operation);
void append_sched_policy(std::string& out, std::uint32_t policy);
void append_resource(std::string& out, std::uint32_t resource);
void append_prctl_option(std::string& out, std::uint32_t option);
void append_semaphore_flags(std::string& out, std::uint32_t flags);
/// `S_IFREG|0644`.
void append_file_mode(std::string& out, std::uint32_t mode);
/// "SIGPIPE"; empty for what is not a signal.
std::string_view standard_signal_name(int signal);
/// "CLD_EXITED", "SI_USER", "SEGV_MAPERR"; empty where the signal has no such code.
std::string_view signal_code_name(int signal, int code);

void append_hex(std::string& out, std::uint64_t value);    ///< 0x1f; 0 is "0"
void append_octal(std::string& out, std::uint32_t value);  ///< 0644, 000
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

}  // namespace ipclab::trace
