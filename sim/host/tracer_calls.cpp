// The tracer's view of system calls and signals: from stops to events.
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "sim/host/tracer_state.h"
#include "sim/trace/look_ups.h"

namespace ipclab::host {

using kernel::CapturePhase;
using kernel::Event;
using kernel::EventKind;
using kernel::ObjectKind;
using kernel::ObjectRef;
using kernel::Pid;
using kernel::SignalAction;

namespace {

constexpr std::array kMaySleep = {SYS_read,
                                  SYS_write,
                                  SYS_open,
                                  SYS_ioctl,
                                  SYS_pread64,
                                  SYS_pwrite64,
                                  SYS_readv,
                                  SYS_writev,
                                  SYS_pause,
                                  SYS_nanosleep,
                                  SYS_clone,
                                  SYS_vfork,
                                  SYS_wait4,
                                  SYS_fcntl,
                                  SYS_futex,
                                  SYS_msgsnd,
                                  SYS_msgrcv,
                                  SYS_semop,
                                  SYS_semtimedop,
                                  SYS_rt_sigsuspend,
                                  SYS_rt_sigtimedwait,
                                  SYS_openat,
                                  SYS_waitid,
                                  SYS_poll,
                                  SYS_clock_nanosleep,
                                  SYS_ppoll,
                                  SYS_select,
                                  SYS_pselect6,
                                  SYS_epoll_wait,
                                  SYS_epoll_pwait,
                                  SYS_epoll_pwait2,
                                  SYS_flock,
                                  SYS_accept,
                                  SYS_accept4,
                                  SYS_connect,
                                  SYS_sendto,
                                  SYS_sendmsg,
                                  SYS_sendmmsg,
                                  SYS_recvfrom,
                                  SYS_recvmsg,
                                  SYS_recvmmsg,
                                  SYS_mq_timedsend,
                                  SYS_mq_timedreceive,
                                  SYS_splice,
                                  SYS_tee,
                                  SYS_vmsplice,
                                  SYS_preadv,
                                  SYS_pwritev};

bool may_sleep(std::uint64_t number, const std::array<std::uint64_t, 6>& args) {
    // Only a vfork waits for its child; the stop that announces a new task must not pass for it.
    if (number == SYS_clone && (args[0] & CLONE_VFORK) == 0) return false;
    return std::find(kMaySleep.begin(), kMaySleep.end(), static_cast<long>(number)) != kMaySleep.end();
}

bool is_write(std::uint16_t number) {
    return number == SYS_write || number == SYS_writev || number == SYS_pwrite64;
}

bool is_kill(std::uint16_t number) {
    return number == SYS_kill || number == SYS_tkill || number == SYS_tgkill ||
           number == SYS_rt_sigqueueinfo || number == SYS_rt_tgsigqueueinfo;
}

/// What setitimer(2) and alarm(2) send.
bool is_timer_signal(int signal) {
    return signal == SIGALRM || signal == SIGVTALRM || signal == SIGPROF;
}

ScheduleCount read_schedule(int fd) {
    ScheduleCount count;
    char text[96];
    const ssize_t bytes = pread(fd, text, sizeof text, 0);
    if (bytes <= 0) return count;
    const char* at = text;
    const char* const end = text + bytes;
    for (std::int64_t* number : {&count.run_ns, &count.wait_ns, &count.turns}) {
        while (at < end && *at == ' ') ++at;
        at = std::from_chars(at, end, *number).ptr;
    }
    return count;
}

/// NUL-terminated text in a task's memory; cut at 4095 bytes or where the memory ends.
std::string read_text(pid_t task, std::uint64_t address) {
    constexpr std::size_t kMostBytes = 4095, kPiece = 256;
    std::string text;
    while (text.size() < kMostBytes) {
        char piece[kPiece];
        const std::size_t bytes = std::min(kPiece, 4096 - address % 4096);
        if (!read_memory(task, address, piece, bytes)) break;
        const std::size_t length = strnlen(piece, bytes);
        text.append(piece, length);
        if (length < bytes) break;
        address += bytes;
    }
    return text;
}

/// What a signal does by default (signal(7)).
SignalAction default_action(int signal) {
    switch (signal) {
        case SIGCHLD:
        case SIGURG:
        case SIGWINCH:
            return SignalAction::ignored;
        case SIGCONT:
            return SignalAction::continued;
        case SIGSTOP:
        case SIGTSTP:
        case SIGTTIN:
        case SIGTTOU:
            return SignalAction::stopped;
        case SIGQUIT:
        case SIGILL:
        case SIGTRAP:
        case SIGABRT:
        case SIGBUS:
        case SIGFPE:
        case SIGSEGV:
        case SIGXCPU:
        case SIGXFSZ:
        case SIGSYS:
            return SignalAction::dumped_core;
        default:
            return SignalAction::terminated;
    }
}

/// /proc/PID/status: signals that are pending and not blocked, the first in the lowest bit.
std::uint64_t deliverable_signals(pid_t task) {
    char path[64], line[512];
    std::snprintf(path, sizeof path, "/proc/%d/status", task);
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "re"), std::fclose);
    unsigned long long own = 0, shared = 0, blocked = 0;
    while (file != nullptr && std::fgets(line, sizeof line, file.get()) != nullptr) {
        std::sscanf(line, "SigPnd: %llx", &own);
        std::sscanf(line, "ShdPnd: %llx", &shared);
        if (std::sscanf(line, "SigBlk: %llx", &blocked) == 1) break;
    }
    return (own | shared) & ~blocked;
}

/// At the return of a call: back to the instruction that made it, as Linux does for calls that it makes again.
void make_call_again(pid_t task) {
    constexpr std::uint64_t kSyscallInstructionBytes = 2;
    user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, task, nullptr, &registers) != 0) return;
    registers.rip -= kSyscallInstructionBytes;
    registers.rax = registers.orig_rax;
    ptrace(PTRACE_SETREGS, task, nullptr, &registers);
}

constexpr unsigned kSlaveMajor = 136, kMultiplexerMajor = 5, kMultiplexerMinor = 2;  // pts(4)
constexpr dev_t kTerminalKey = ~dev_t{0};  // no device has this number
constexpr ino_t kMasterKey = 1u << 31;

/// The number of the pseudo-terminal whose master a descriptor is: all masters share the inode of /dev/ptmx.
std::optional<ino_t> master_number(pid_t task, std::int64_t fd) {
    char path[64], text[512];
    std::snprintf(path, sizeof path, "/proc/%d/fdinfo/%lld", task, static_cast<long long>(fd));
    const int info = open(path, O_RDONLY | O_CLOEXEC);
    if (info < 0) return std::nullopt;
    const ssize_t bytes = pread(info, text, sizeof text - 1, 0);
    close(info);
    text[std::max<ssize_t>(bytes, 0)] = '\0';
    constexpr std::string_view kField = "tty-index:";
    const char* found = std::strstr(text, kField.data());
    if (found == nullptr) return std::nullopt;
    return static_cast<ino_t>(std::strtoul(found + kField.size(), nullptr, 10));
}

}  // namespace

// ---- Objects ----------------------------------------------------------------------------------------------

Tracer::FileKey Tracer::file_key(pid_t task, std::int64_t fd, const struct stat& status) {
    const FileKey inode{status.st_dev, status.st_ino};
    if (!S_ISCHR(status.st_mode)) return inode;
    if (major(status.st_rdev) == kSlaveMajor) return {kTerminalKey, minor(status.st_rdev)};
    if (major(status.st_rdev) != kMultiplexerMajor || minor(status.st_rdev) != kMultiplexerMinor)
        return inode;
    const auto number = master_number(task, fd);
    return number ? FileKey{kTerminalKey, *number | kMasterKey} : inode;
}

ObjectRef Tracer::object_of(Task& task, std::int64_t fd, bool writes) {
    auto& descriptors = task.process->descriptors;
    auto known = descriptors.find(fd);
    if (known == descriptors.end()) {
        char path[64];
        std::snprintf(path, sizeof path, "/proc/%d/fd/%lld", task.host, static_cast<long long>(fd));
        struct stat status {};
        if (stat(path, &status) != 0) return {};
        bool is_stream = false;
        for (const struct stat& stream : options_.streams)
            is_stream = is_stream || (stream.st_dev == status.st_dev && stream.st_ino == status.st_ino);
        const FileKey key =
            is_stream ? FileKey{status.st_dev, status.st_ino} : file_key(task.host, fd, status);
        known = descriptors.emplace(fd, key).first;
        if (!is_stream && !objects_.contains(key) && key.device == kTerminalKey)
            objects_[key] = terminal_object(key);
        if (!is_stream && !objects_.contains(key))
            // Anonymous inodes have no type, and all of them are one: nothing tells which object it is.
            objects_[key] = S_ISFIFO(status.st_mode)         ? ObjectRef{ObjectKind::pipe, ++last_pipe_}
                            : S_ISSOCK(status.st_mode)       ? ObjectRef{ObjectKind::socket, ++last_socket_}
                            : (status.st_mode & S_IFMT) == 0 ? ObjectRef{}
                                                             : ObjectRef{ObjectKind::inode, ++last_inode_};
        if (!is_stream) note_name(path, objects_[key]);
    }
    const FileKey key = known->second;
    if (const auto object = objects_.find(key); object != objects_.end()) return object->second;
    // Streams 1, 2, 3 are what 0, 1, 2 were at the start. A terminal may be several of them at once.
    const auto is = [&](std::size_t stream) {
        return options_.streams[stream].st_dev == key.device && options_.streams[stream].st_ino == key.inode;
    };
    const std::array<std::size_t, 3> order = !writes   ? std::array<std::size_t, 3>{0, 1, 2}
                                             : fd == 2 ? std::array<std::size_t, 3>{2, 1, 0}
                                                       : std::array<std::size_t, 3>{1, 2, 0};
    for (std::size_t stream : order)
        if (is(stream)) return {ObjectKind::stream, static_cast<std::int32_t>(stream) + 1};
    return {};
}

/// `link`: a descriptor in /proc.
void Tracer::note_name(const char* link, ObjectRef object) {
    if (object.kind == ObjectKind::none || names_.contains(object)) return;
    std::array<char, 256> text;
    const ssize_t bytes = readlink(link, text.data(), text.size());
    if (bytes <= 0 || text[0] != '/') return;  // pipe:[17]
    const std::string name(text.data(), static_cast<std::size_t>(bytes));
    // As the simulated kernel says it: kernel::describe().
    if (object.kind == ObjectKind::pipe)
        names_[object] = "pipe " + std::to_string(object.id) + " (" + name + ")";
    else if (object.kind == ObjectKind::terminal)
        names_[object] = "terminal " + name;
    else if (object.kind == ObjectKind::inode)
        names_[object] = name;
}

void Tracer::add_name(ObjectRef object) {
    const auto name = names_.find(object);
    if (name != names_.end()) trace_.add_payload(kernel::kObjectNameItem, name->second);
}

ObjectRef Tracer::terminal_object(FileKey key) {
    // Both ends of a pseudo-terminal count as one.
    const FileKey other{kTerminalKey, key.inode ^ kMasterKey};
    const auto found = objects_.find(other);
    const std::int32_t id = found != objects_.end() ? found->second.id : ++last_terminal_;
    return {key.inode & kMasterKey ? ObjectKind::pty_master : ObjectKind::terminal, id};
}

/// What the cache knows of descriptors that a call closed or opened is out of date.
void Tracer::follow_descriptors(Task& task, std::int64_t result) {
    Call& call = task.call;
    auto& descriptors = task.process->descriptors;
    if (call.number == SYS_close_range) descriptors.clear();
    if (call.number == SYS_close) descriptors.erase(static_cast<std::int32_t>(call.args[0]));
    if (result < 0) return;
    if ((call.spec != nullptr && call.spec->result == kernel::ResultKind::fd) || call.number == SYS_fcntl)
        descriptors.erase(result);
    if (call.number == SYS_open || call.number == SYS_openat || call.number == SYS_creat) {
        // A FIFO is the pipe that it opens.
        const ObjectRef opened = object_of(task, result, false);
        if (opened.kind == ObjectKind::pipe) call.object = opened;
    }
    if (call.number != SYS_pipe && call.number != SYS_pipe2 && call.number != SYS_socketpair) return;
    std::int32_t ends[2];
    if (!read_memory(task.host, call.args[call.number == SYS_socketpair ? 3 : 0], ends, sizeof ends)) return;
    descriptors.erase(ends[0]);
    descriptors.erase(ends[1]);
    call.object = object_of(task, ends[0], false);
}

CallSite Tracer::site_of(Task& task, std::uint64_t ip, std::uint64_t sp) {
    if (task.process->code == nullptr) return {};
    CallSite site = task.process->code->find(task.host, ip, sp);
    site.source = numbered(task, site.source);
    return site;
}

kernel::SourceLine Tracer::source_at(Task& task, std::uint64_t return_address) {
    if (task.process->code == nullptr) return {};
    return numbered(task, task.process->code->line_of_call(task.host, return_address));
}

/// With the number of its file as take_programs() has it.
kernel::SourceLine Tracer::numbered(const Task& task, kernel::SourceLine source) const {
    const auto numbers = file_numbers_.find(task.process->code->program().get());
    if (source.line == 0 || numbers == file_numbers_.end() || source.file >= numbers->second.size())
        return {};
    source.file = numbers->second[source.file];
    return source;
}

// ---- Calls ------------------------------------------------------------------------------------------------

Event Tracer::call_event(const Task& task, EventKind kind) const {
    Event event = event_of(task, kind);
    event.start_ns = task.call.start_ns;
    event.number = task.call.number;
    event.args = task.call.args;
    event.object = task.call.object;
    event.source = task.call.site.source;
    if (kind == EventKind::syscall) event.other = task.call.site.library_mark;
    return event;
}

void Tracer::on_entry(Task& task) {
    __ptrace_syscall_info info;
    const bool is_known = ptrace(PTRACE_GET_SYSCALL_INFO, task.host, sizeof info, &info) > 0 &&
                          info.op == PTRACE_SYSCALL_INFO_SECCOMP;
    if (is_known && !task.process->records && info.seccomp.nr == SYS_close &&
        info.instruction_pointer == RECORDER_STOPPING + RECORDER_SYSCALL_BYTES)
        share_records(task, static_cast<std::int32_t>(info.seccomp.args[0]));
    if (!task.process->records || !is_known) {
        task.call.is_open = false;
        return resume(task);
    }
    Call& call = task.call;
    if (call.is_open && call.is_interrupted &&
        (info.seccomp.nr == call.number || info.seccomp.nr == SYS_restart_syscall)) {
        // No handler ran: the same call goes on.
        call.is_interrupted = false;
        call.schedule = read_schedule(task.schedstat.get());
        call.stops_before = stops_;
        if (in_lock_step_) keep_ignored_signals_away(task);
        return resume(task);
    }
    if (call.is_open) finish_call(task, -EINTR);
    // posix_spawn() resets every signal in the child before it executes: none of the program's calls.
    const bool is_preparation = task.process->is_spawning && (info.seccomp.nr == SYS_rt_sigaction ||
                                                              info.seccomp.nr == SYS_rt_sigprocmask);
    if (info.seccomp.nr != SYS_restart_syscall && !is_preparation)
        begin_call(task, info.seccomp.nr, reinterpret_cast<const std::uint64_t*>(info.seccomp.args),
                   info.instruction_pointer, info.stack_pointer);
    resume(task);
}

/// What every call begins with. `memory`: where the arguments point to.
void Tracer::open_call(Task& task, std::uint64_t number, const std::uint64_t* args, const CallSite& site,
                       kernel::MemoryReader& memory) {
    Call& call = task.call;
    call.number = static_cast<std::uint16_t>(number);
    call.spec = kernel::syscall_spec(number);
    std::copy_n(args, 6, call.args.begin());
    if (call.spec != nullptr)  // the registers of arguments that the call does not have hold anything
        std::fill(call.args.begin() + call.spec->argument_count, call.args.end(), 0);
    call.start_ns = now_ns_;
    call.object = {};
    call.code = 0;
    call.has_slept = call.is_interrupted = call.sets_action = call.may_sleep = false;
    call.record.reset();
    call.inputs.clear();
    call.is_open = true;
    call.site = site;
    if (call.spec != nullptr) {
        capture_arguments(*call.spec, call.args, 0, CapturePhase::inputs, memory, call.inputs);
        if (call.spec->argument_count > 0 && call.spec->args[0].kind == kernel::ArgKind::fd)
            call.object = object_of(task, static_cast<std::int32_t>(call.args[0]), is_write(call.number));
    }
}

void Tracer::begin_call(Task& task, std::uint64_t number, const std::uint64_t* args, std::uint64_t ip,
                        std::uint64_t sp) {
    Call& call = task.call;
    const CallSite site = number == SYS_rt_sigreturn ? CallSite{} : site_of(task, ip, sp);
    open_call(task, number, args, site, task.memory);
    switch (number) {
        case SYS_exit_group:
            task.process->ends_threads = true;
            [[fallthrough]];
        case SYS_exit:
            // They do not return: the event comes before the end that they cause.
            add(call_event(task, EventKind::syscall));
            call.is_open = false;
            return;
        case SYS_rt_sigreturn: {
            add(call_event(task, EventKind::syscall));
            Event returned = event_of(task, EventKind::signal_returned);
            returned.number = static_cast<std::uint16_t>(returning_signal(task, sp));
            add(returned);
            call.is_open = false;
            return;
        }
        case SYS_execve:
        case SYS_execveat:
            task.process->executed_path = read_text(task.host, call.args[call.number == SYS_execve ? 0 : 1]);
            task.process->ends_threads = true;
            break;
        case SYS_rt_sigaction: {
            std::array<std::uint64_t, 4> action{};  // handler, flags, restorer, mask
            call.sets_action =
                call.args[1] != 0 && read_memory(task.host, call.args[1], &action, sizeof action);
            call.new_action = {action[0], action[1], action[3]};
            break;
        }
        default:
            break;
    }
    call.own_mask.reset();
    if (in_lock_step_) keep_ignored_signals_away(task);
    note_schedule(task);
}

/// For was_asleep().
void Tracer::note_schedule(Task& task) {
    Call& call = task.call;
    call.may_sleep = may_sleep(call.number, call.args);
    if (!call.may_sleep) return;
    if (!task.schedstat) {
        char path[64];
        std::snprintf(path, sizeof path, "/proc/%d/schedstat", task.host);
        task.schedstat.reset(open(path, O_RDONLY | O_CLOEXEC));
    }
    call.schedule = read_schedule(task.schedstat.get());
    call.stops_before = stops_;
}

void Tracer::on_return(Task& task) {
    Call& call = task.call;
    if (!call.is_open) return resume(task);
    const auto result = static_cast<std::int64_t>(
        ptrace(PTRACE_PEEKUSER, task.host, offsetof(user_regs_struct, rax), nullptr));
    give_mask_back(task);
    if (call.may_sleep) call.has_slept = call.has_slept || was_asleep(task);
    if (is_restart(result)) {
        call.is_interrupted = true;
        call.code = result;
        return resume(task);
    }
    if (result == -EINTR && was_interrupted_for_nothing(task)) {
        make_call_again(task.host);
        call.is_interrupted = true;
        call.code = kRestartIfAsked;
        return resume(task);
    }
    finish_call(task, result);
    hold_or_resume_after_call(task);
}

/// Whether only signals without an effect ended the call. ptrace(2): such signals interrupt tasks that are traced, and
/// only those. Calls that Linux itself makes again are made again; epoll_wait(2), semop(2) and their like are not.
bool Tracer::was_interrupted_for_nothing(const Task& task) const {
    const std::uint64_t pending = deliverable_signals(task.host);
    if (pending == 0) return false;
    for (int signal = 1; signal <= kernel::kSignals; ++signal) {
        if ((pending >> (signal - 1) & 1) == 0) continue;
        kernel::SignalActionEntry entry;
        const SignalAction action = action_for(task, signal, entry);
        // SIGCONT for a process that is not stopped, and does not handle it, is ignored too.
        if (action != SignalAction::ignored && action != SignalAction::continued) return false;
    }
    return true;
}

/// Whether the task slept since it entered the call: neither on a CPU nor waiting for one.
bool Tracer::was_asleep(Task& task) const {
    constexpr std::int64_t kShort = 30'000;
    // The time between a stop and the moment when the tracer sees it counts as sleep too.
    const std::int64_t doubt = options_.one_cpu ? 8'000 : 60'000;
    const Call& call = task.call;
    if (in_lock_step_ || !call.may_sleep || !task.schedstat) return false;
    const std::int64_t wall = now_ns_ - call.start_ns;
    if (stops_ == call.stops_before + 1 && wall < kShort) return false;
    const ScheduleCount now = read_schedule(task.schedstat.get());
    if (now.turns - call.schedule.turns < 2) return false;
    const std::int64_t awake = now.run_ns - call.schedule.run_ns + now.wait_ns - call.schedule.wait_ns;
    return wall - awake > doubt;
}

void Tracer::finish_call(Task& task, std::int64_t result) {
    finish_call(task, result, task.memory);
}

/// `memory`: where the arguments point to.
void Tracer::finish_call(Task& task, std::int64_t result, kernel::MemoryReader& memory) {
    Call& call = task.call;
    if (call.number == SYS_execve || call.number == SYS_execveat)
        task.process->ends_threads = false;  // it has failed
    follow_descriptors(task, result);
    const bool names_process = call.number == SYS_wait4 || call.number == SYS_clone ||
                               call.number == SYS_fork || call.number == SYS_vfork;
    if (names_process && result > 0) call.object = kernel::ref(Pid{result});
    if (call.has_slept) {
        emit_blocked(task);
        emit_woken(task, result);
    }
    if (result >= 0) {
        emit_output(task, result, memory);
        emit_reaped(task, result);
        emit_signals_of_kill(task, result);
    }
    if (call.sets_action && result == 0 && call.args[0] >= 1 && call.args[0] <= kernel::kSignals)
        task.process->actions[call.args[0]] = call.new_action;
    Event event = call_event(task, EventKind::syscall);
    event.result = result;
    add(event);
    call.inputs.move_to(trace_);
    if (call.spec != nullptr)
        capture_arguments(*call.spec, call.args, result, CapturePhase::outputs, memory, trace_);
    note_activity(task);
    call.is_open = call.is_interrupted = false;
}

void Tracer::note_activity(const Task& task) {
    constexpr std::size_t kKept = 8;
    const Call& call = task.call;
    if (call.object.kind != ObjectKind::pipe) return;
    std::vector<Activity>& list = activities_[call.object];
    if (list.size() >= kKept) list.erase(list.begin());
    list.push_back({task.tid.value, is_write(call.number), call.number == SYS_close, call.start_ns, now_ns_});
}

// ---- Sleeping and waking ----------------------------------------------------------------------------------

void Tracer::emit_blocked(const Task& task) {
    Event blocked = call_event(task, EventKind::blocked);
    blocked.time_ns = task.call.start_ns;
    add(blocked);
    task.call.inputs.copy_to(trace_);
    add_name(blocked.object);
}

void Tracer::emit_woken(const Task& task, std::int64_t result) {
    const Call& call = task.call;
    const Waker waker = find_waker(task, result);
    Event woken = event_of(task, EventKind::woken);
    woken.object = call.object;
    woken.other = waker.task;
    woken.time_ns = std::clamp(waker.time_ns, std::min(call.start_ns + 1, now_ns_), now_ns_);
    add(woken);
    add_name(woken.object);
}

Tracer::Waker Tracer::find_waker(const Task& task, std::int64_t result) const {
    const Call& call = task.call;
    if (in_lock_step_) {
        const bool is_by_time = turn_tid_ == task.tid.value;
        return {is_by_time ? 0 : turn_tid_, now_ns_};
    }
    if (trace::is_interruption(result)) {
        const auto signalled = signalled_.find(task.tid.value);
        return signalled != signalled_.end() ? signalled->second : Waker{0, now_ns_};
    }
    if (call.object.kind == ObjectKind::process) {
        const auto ended = ended_.find(call.object.id);
        if (ended != ended_.end() && ended->second.time_ns >= call.start_ns) return ended->second;
        return {call.number == SYS_wait4 ? 0 : call.object.id, now_ns_};
    }
    if (call.object.kind == ObjectKind::pipe) return find_pipe_waker(task, result);
    return {0, now_ns_};
}

/// Bytes, or room for them, came from the first other task that began to use the pipe the other way meanwhile, or else from
/// one that was at it already: who wakes another often ends its call only after that one has gone to sleep again. End of
/// file came from the last that closed it or ended.
Tracer::Waker Tracer::find_pipe_waker(const Task& task, std::int64_t result) const {
    const Call& call = task.call;
    const bool by_closing = result == 0 || result == -EPIPE;
    const bool wants_write = !is_write(call.number);
    Waker found{0, now_ns_};
    bool has_one = false;
    const auto consider = [&](std::int32_t by, bool writes, bool closes, std::int64_t start,
                              std::int64_t end) {
        if (by == task.tid.value || end < call.start_ns || closes != by_closing) return;
        const auto is_better = [&] {
            const bool was_at_it = start < call.start_ns, that_was = found.time_ns < call.start_ns;
            return was_at_it != that_was ? that_was : start < found.time_ns;
        };
        if (!by_closing && (writes != wants_write || (has_one && !is_better()))) return;
        if (by_closing && has_one && start < found.time_ns) return;
        found = {by, start};
        has_one = true;
    };
    if (const auto list = activities_.find(call.object); list != activities_.end())
        for (const Activity& one : list->second)
            consider(one.task, one.is_write, one.is_close, one.start_ns, one.end_ns);
    for (const auto& [pid, other] : tasks_)
        if (other->call.is_open && other->call.object == call.object)
            consider(other->tid.value, is_write(other->call.number), other->call.number == SYS_close,
                     other->call.start_ns, now_ns_);
    if (by_closing) consider(last_end_.task, false, true, last_end_.time_ns, last_end_.time_ns);
    return found;
}

// ---- What calls bring about -------------------------------------------------------------------------------

void Tracer::emit_output(Task& task, std::int64_t result, kernel::MemoryReader& memory) {
    const Call& call = task.call;
    if (!is_write(call.number) || result == 0 || call.object.kind != ObjectKind::stream || call.object.id < 2)
        return;
    constexpr std::size_t kMostBytes = 1 << 16, kMostParts = 64;
    const std::size_t wanted = std::min(static_cast<std::size_t>(result), kMostBytes);
    std::vector<std::uint8_t> bytes(wanted);
    std::array<iovec, kMostParts> parts;
    std::size_t count = 1;
    parts[0] = {reinterpret_cast<void*>(call.args[1]), wanted};
    if (call.number == SYS_writev) {
        count = std::min<std::size_t>(call.args[2], kMostParts);
        if (!memory.read(call.args[1],
                         {reinterpret_cast<std::uint8_t*>(parts.data()), count * sizeof(iovec)}))
            return;
    }
    std::size_t done = 0;
    for (std::size_t i = 0; i < count && done < wanted; ++i) {
        const std::size_t piece = std::min(parts[i].iov_len, wanted - done);
        if (!memory.read(reinterpret_cast<std::uint64_t>(parts[i].iov_base), {&bytes[done], piece})) break;
        done += piece;
    }
    Event output = event_of(task, EventKind::output);
    output.object = call.object;
    output.result = call.object.id - 1;
    output.source = call.site.source;
    add(output);
    trace_.add_payload(0, {bytes.data(), done}, static_cast<std::uint64_t>(result));
}

void Tracer::emit_reaped(Task& task, std::int64_t result) {
    const Call& call = task.call;
    if (call.number != SYS_wait4 || result == 0) return;
    std::int32_t status = 0;
    const bool has_status = call.args[1] != 0 && read_memory(task.host, call.args[1], &status, sizeof status);
    const auto ended = end_status_.find(static_cast<std::int32_t>(result));
    if (has_status && (WIFSTOPPED(status) || WIFCONTINUED(status))) return;  // it lives
    if (!has_status && ended != end_status_.end()) status = ended->second;
    Event reaped = event_of(task, EventKind::reaped);
    reaped.other = static_cast<std::int32_t>(result);
    reaped.result = status;
    reaped.source = call.site.source;
    add(reaped);
}

void Tracer::emit_sent(const Task& target, int signal, std::int32_t sender) {
    Event sent = event_of(target, EventKind::signal_sent);
    sent.number = static_cast<std::uint16_t>(signal);
    sent.other = sender;
    add(sent);
}

/// A signal to one process or thread is announced when it is sent; to a group, when each member gets it.
void Tracer::emit_signals_of_kill(Task& task, std::int64_t result) {
    const Call& call = task.call;
    if (!is_kill(call.number) || result != 0) return;
    const bool names_thread = call.number == SYS_tgkill || call.number == SYS_rt_tgsigqueueinfo;
    const auto wanted = static_cast<std::int32_t>(call.args[names_thread ? 1 : 0]);
    const int signal = static_cast<int>(call.args[names_thread ? 2 : 1]);
    if (signal == 0 || wanted <= 0) return;
    for (const auto& [pid, target] : tasks_) {
        if (target->tid.value != wanted) continue;
        Announcement& announcement =
            announced_[{task.process->pid.value, target->process->pid.value, signal}];
        announcement.start_ns = call.start_ns;
        if (announcement.count++ < 0) return;  // its delivery came first
        return emit_sent(*target, signal, task.process->pid.value);
    }
}

// ---- Signals ----------------------------------------------------------------------------------------------

SignalAction Tracer::action_for(const Task& task, int signal, kernel::SignalActionEntry& entry) const {
    if (signal >= 1 && signal <= kernel::kSignals)
        entry = task.process->actions[static_cast<std::size_t>(signal)];
    if (signal == SIGKILL || signal == SIGSTOP || entry.handler == kernel::kSigDfl)
        return default_action(signal);
    return entry.handler == kernel::kSigIgn ? SignalAction::ignored : SignalAction::handled;
}

/// The kill() that a signal comes from: returned and announced, or still under way. Null: sent to a group, or
/// by someone outside.
Tracer::Announcement* Tracer::open_kill(const Task& target, int signal, std::int32_t sender) {
    Announcement& announcement = announced_[{sender, target.process->pid.value, signal}];
    if (announcement.count > 0) return &announcement;
    for (const auto& [pid, other] : tasks_) {
        const Call& call = other->call;
        if (!call.is_open || !is_kill(call.number) || other->process->pid.value != sender ||
            static_cast<std::int32_t>(call.args[0]) <= 0)
            continue;
        announcement.start_ns = call.start_ns;
        return &announcement;
    }
    return nullptr;
}

/// SIGKILL has no delivery stop: its target may end before the kill() that sent it returns.
void Tracer::announce_kill(const Task& target) {
    for (const auto& [pid, other] : tasks_) {
        const Call& call = other->call;
        if (!call.is_open || call.number != SYS_kill || call.args[1] != SIGKILL ||
            static_cast<std::int32_t>(call.args[0]) != target.process->pid.value)
            continue;
        Announcement& announcement =
            announced_[{other->process->pid.value, target.process->pid.value, SIGKILL}];
        if (announcement.count-- <= 0) emit_sent(target, SIGKILL, other->process->pid.value);
        return;
    }
}

/// The signal whose handler returns by rt_sigreturn. A handler that was left by siglongjmp() is still in the
/// list: the frame tells where it had interrupted the task.
std::int32_t Tracer::returning_signal(Task& task, std::uint64_t sp) {
    constexpr std::uint64_t kSavedSp = 40 + 15 * 8;  // arch/x86: ucontext.uc_mcontext.sp
    std::uint64_t interrupted = 0;
    read_memory(task.host, sp + kSavedSp, &interrupted, sizeof interrupted);
    while (!task.handlers.empty()) {
        const Task::Handler handler = task.handlers.back();
        task.handlers.pop_back();
        if (handler.sp == interrupted) return handler.signal;
    }
    return 0;
}

void Tracer::on_signal(Task& task, int signal) {
    note_signal(task, signal);
    resume(task, signal);
}

/// What a signal does to the call that it interrupts, and that it is delivered.
void Tracer::note_signal(Task& task, int signal) {
    siginfo_t info{};
    // Unlike calls, signals count while a program is being loaded too: somebody else sends them.
    const bool is_ours = task.process->records || !task.process->executed_path.empty();
    if (ptrace(PTRACE_GETSIGINFO, task.host, nullptr, &info) != 0 || !is_ours) return;
    kernel::SignalActionEntry entry;
    const SignalAction action = action_for(task, signal, entry);
    const bool is_users = info.si_code == SI_USER || info.si_code == SI_TKILL || info.si_code == SI_QUEUE;
    const std::int32_t sender = info.si_code == SI_KERNEL       ? 0
                                : is_users || signal == SIGCHLD ? info.si_pid
                                                                : 0;
    Waker waker{sender, now_ns_};
    if (Announcement* announcement = is_users ? open_kill(task, signal, sender) : nullptr;
        announcement != nullptr) {
        if (announcement->count-- <= 0) emit_sent(task, signal, sender);
        waker.time_ns = announcement->start_ns;
    } else {
        emit_sent(task, signal, sender);
    }
    signalled_[task.tid.value] = waker;
    if (info.si_code == SI_TIMER || (info.si_code == SI_KERNEL && is_timer_signal(signal)))
        changes_.timer_signals.push_back(task.tid);
    end_interrupted(task, entry, action);
    Event delivered = event_of(task, EventKind::signal_delivered);
    delivered.number = static_cast<std::uint16_t>(signal);
    delivered.result = static_cast<std::int64_t>(action);
    add(delivered);
    trace_.add_payload(0, {reinterpret_cast<const std::uint8_t*>(&info), sizeof info}, sizeof info);
    if (action == SignalAction::terminated || action == SignalAction::dumped_core)
        task.process->death_told = true;
    if (action == SignalAction::handled) {
        const long sp = ptrace(PTRACE_PEEKUSER, task.host, offsetof(user_regs_struct, rsp), nullptr);
        task.handlers.push_back({signal, static_cast<std::uint64_t>(sp)});
        if ((entry.flags & kernel::kSaResetHand) != 0)
            task.process->actions[static_cast<std::size_t>(signal)] = {};
    }
}

/// signal(7), "Interruption of system calls and library functions by signal handlers".
void Tracer::end_interrupted(Task& task, const kernel::SignalActionEntry& action, SignalAction taken) {
    Call& call = task.call;
    if (!call.is_open || !call.is_interrupted) return;
    switch (taken) {
        case SignalAction::ignored:
        case SignalAction::stopped:
        case SignalAction::continued:
            return;  // the call goes on
        case SignalAction::terminated:
        case SignalAction::dumped_core:
            return finish_call(task, call.code);
        case SignalAction::handled:
            break;
    }
    finish_call(task, is_made_again(task, action) ? call.code : -EINTR);
}

/// Whether Linux makes the interrupted call again after the handler. Of a call that waits with another mask, the signal may
/// have come when the own mask was back and all was set to make the call again.
bool Tracer::is_made_again(const Task& task, const kernel::SignalActionEntry& action) {
    const Call& call = task.call;
    if (call.code == kRestartNoHandler)
        return !is_restart(ptrace(PTRACE_PEEKUSER, task.host, offsetof(user_regs_struct, rax), nullptr));
    return call.code == kRestartAlways ||
           (call.code == kRestartIfAsked && (action.flags & kernel::kSaRestart) != 0);
}

}  // namespace ipclab::host
