// The table of system calls as data: what each argument is. Everything that prints, captures or compares
// calls reads it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ipclab::kernel {

enum class ArgKind : std::uint8_t {
    none,
    fd,
    signed_,
    unsigned_,
    size,
    address,
    offset,
    pid,
    signal,
    path,
    string_list,
    bytes_in,
    bytes_out,
    fd_pair_out,
    status_out,
    timespec_in,
    timespec_out,
    sigset_in,
    sigset_out,
    sigaction_in,
    sigaction_out,
    stat_out,
    rusage_out,
    iovec_in,
    iovec_out,
    open_flags,
    mode,
    fcntl_command,
    wait_flags,
    clock,
    mmap_protection,
    mmap_flags,
    sigmask_how,
    pipe_flags,
    clone_flags,
    futex_op,
    seek_whence,
    at_fd,
    ioctl_command,
    ipc_key,
    ipc_flags,
    ipc_command,
    shmat_flags,
    message_flags,
    message_in,
    message_out,
    semctl_command,
    semctl_argument,
    sembuf_in,
    fcntl_argument,
    ioctl_argument,
    flock_operation,
    pollfds,
    fd_set,
    timeval_in,
    timer_spec_in,
    timer_spec_out,
    epoll_event_in,
    epoll_events_out,
    socket_domain,
    socket_type,
    socket_level,
    socket_option,
    socket_flags,
    shutdown_how,
    sockaddr_in,
    sockaddr_out,
    option_out,
    msghdr_in,
    msghdr_out,
    mq_attr_in,
    mq_attr_out,
    number_out,
    splice_flags,
    memfd_flags,
    mremap_flags,
    sched_policy,
    resource,
    prctl_option,
};

/// Whether an argument points to what the call reads, or to what it writes; both: one after the other, or as another
/// argument says.
enum class ArgDirection : std::uint8_t { none, in, out, both };

constexpr ArgDirection direction(ArgKind kind) {
    switch (kind) {
        case ArgKind::path:
        case ArgKind::string_list:
        case ArgKind::bytes_in:
        case ArgKind::timespec_in:
        case ArgKind::sigset_in:
        case ArgKind::sigaction_in:
        case ArgKind::iovec_in:
        case ArgKind::message_in:
        case ArgKind::sembuf_in:
        case ArgKind::timeval_in:
        case ArgKind::timer_spec_in:
        case ArgKind::epoll_event_in:
        case ArgKind::sockaddr_in:
        case ArgKind::msghdr_in:
        case ArgKind::mq_attr_in:
            return ArgDirection::in;
        case ArgKind::bytes_out:
        case ArgKind::fd_pair_out:
        case ArgKind::status_out:
        case ArgKind::timespec_out:
        case ArgKind::sigset_out:
        case ArgKind::sigaction_out:
        case ArgKind::stat_out:
        case ArgKind::rusage_out:
        case ArgKind::iovec_out:
        case ArgKind::message_out:
        case ArgKind::timer_spec_out:
        case ArgKind::epoll_events_out:
        case ArgKind::sockaddr_out:
        case ArgKind::option_out:
        case ArgKind::msghdr_out:
        case ArgKind::mq_attr_out:
        case ArgKind::number_out:
            return ArgDirection::out;
        case ArgKind::fcntl_argument:
        case ArgKind::ioctl_argument:
        case ArgKind::pollfds:
        case ArgKind::fd_set:
            return ArgDirection::both;
        case ArgKind::none:
        case ArgKind::fd:
        case ArgKind::signed_:
        case ArgKind::unsigned_:
        case ArgKind::size:
        case ArgKind::address:
        case ArgKind::offset:
        case ArgKind::pid:
        case ArgKind::signal:
        case ArgKind::open_flags:
        case ArgKind::mode:
        case ArgKind::fcntl_command:
        case ArgKind::wait_flags:
        case ArgKind::clock:
        case ArgKind::mmap_protection:
        case ArgKind::mmap_flags:
        case ArgKind::sigmask_how:
        case ArgKind::pipe_flags:
        case ArgKind::clone_flags:
        case ArgKind::futex_op:
        case ArgKind::seek_whence:
        case ArgKind::at_fd:
        case ArgKind::ioctl_command:
        case ArgKind::ipc_key:
        case ArgKind::ipc_flags:
        case ArgKind::ipc_command:
        case ArgKind::shmat_flags:
        case ArgKind::message_flags:
        case ArgKind::semctl_command:
        case ArgKind::semctl_argument:
        case ArgKind::flock_operation:
        case ArgKind::socket_domain:
        case ArgKind::socket_type:
        case ArgKind::socket_level:
        case ArgKind::socket_option:
        case ArgKind::socket_flags:
        case ArgKind::shutdown_how:
        case ArgKind::splice_flags:
        case ArgKind::memfd_flags:
        case ArgKind::mremap_flags:
        case ArgKind::sched_policy:
        case ArgKind::resource:
        case ArgKind::prctl_option:
            return ArgDirection::none;
    }
    return ArgDirection::none;
}

enum class ResultKind : std::uint8_t { value, size, fd, pid, address, none };

struct ArgSpec {
    std::string_view name;
    ArgKind kind = ArgKind::none;
};

struct SyscallSpec {
    std::uint16_t number = 0;
    std::string_view name;
    ResultKind result = ResultKind::value;
    std::uint8_t argument_count = 0;
    std::array<ArgSpec, 6> args{};
    std::uint8_t inputs = 0, outputs = 0;  ///< bit i: argument i has this direction
};

/// All rows of syscalls.def, by number.
std::span<const SyscallSpec> syscall_table();
/// The row of a number, or null: the simulated kernel does not have that call.
const SyscallSpec* syscall_spec(std::uint64_t number);
const SyscallSpec* syscall_spec(std::string_view name);
/// Whether the simulated kernel has a call of this number.
bool is_simulated(std::uint64_t number);

/// Linux's name for any x86-64 call number, also of calls that the simulated kernel does not have; empty
/// where unknown.
std::string_view linux_syscall_name(std::uint64_t number);
/// Whether Linux has a system call of this name.
bool is_linux_syscall(std::string_view name);

/// fcntl(2) with a command of F_GETLK, F_SETLK, F_SETLKW and their F_OFD_ forms.
constexpr bool is_lock_command(std::uint64_t command) {
    return (command >= 5 && command <= 7) || (command >= 36 && command <= 38);
}
/// The commands that fill in the structure: F_GETLK, F_OFD_GETLK.
constexpr bool asks_for_lock(std::uint64_t command) {
    return command == 5 || command == 36;
}

enum class Sys : std::uint16_t {
#define SYSCALL(number, name, ...) name = number,
#include "kernel/syscalls.def"
#undef SYSCALL
};

}  // namespace ipclab::kernel
