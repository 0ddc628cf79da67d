#include "sim/explore/observer.h"

#include <algorithm>

#include "kernel/terminal_requests.h"

namespace ipclab::explore {

using kernel::Sys;
using kernel::TaskState;

void Observer::begin(const engine::Machine& machine, kernel::Tid task, bool goes_on) {
    const kernel::Kernel& kernel = machine.kernel;
    machine_ = &machine;
    task_ = task;
    process_ = kernel.tasks[task].process;
    space_id_ = kernel.processes[process_].space;
    resumes = goes_on;
    standing_ = {};
    is_call_hidden_ = false;
    std::size_t living = 0, in_space = 0;
    for (const auto& [tid, each] : kernel.tasks) {
        if (each->state == TaskState::zombie) continue;
        ++living;
        if (kernel.processes[each->process].space == space_id_) ++in_space;
    }
    has_threads_ = in_space > 1;
    is_alone_ = !sees_all_ && living == 1 && kernel::next_deadline(kernel) == kernel::kNever;
    const vm::Context& context = *machine.contexts.find(task);
    const bool in_handler =
        std::any_of(context.frames.begin(), context.frames.end(),
                    [](const vm::Frame& frame) { return frame.kind == vm::Frame::Kind::signal_handler; });
    actor_ = Sharing::actor(task, in_handler);
    // A handler comes between what the task itself does, and the task's own code between its handlers'.
    others_ = sharing_.others_of(machine, task) | (Sharing::both(task) & ~actor_);
    ignore_nothing();
}

Place Observer::place_of(std::uint64_t address, std::uint64_t bytes) const {
    const kernel::AddressSpace& space = machine_->kernel.spaces[space_id_];
    const kernel::Mapping* mapping = space.mapping_at(address);
    if (!mapping) return {};
    if (mapping->object && mapping->is_shared)
        return {static_cast<std::uint64_t>(mapping->object.value) * 2,
                address - mapping->begin + mapping->object_offset, bytes};
    // Handlers are actors of their own, even in a process of one thread.
    if (!has_threads_ && !sharing_.has_signals()) return {};
    return {static_cast<std::uint64_t>(space_id_.value) * 2 + 1, address, bytes};
}

bool Observer::touch(const Place& place, bool writes) {
    return sharing_.touch(place, writes, actor_, others_);
}

bool Observer::stops_before(std::span<const kernel::MemoryAccess> accesses) {
    if (is_alone_) {
        ignore_page(accesses[0].address);
        return false;
    }
    Standing here;
    here.before = Standing::Before::memory;
    bool stops = sees_all_;
    for (const kernel::MemoryAccess& access : accesses) {
        const Place place = place_of(access.address, access.bytes);
        if (place.object != 0)
            stops |= touch(place, access.writes);
        else if (!sees_all_)
            ignore_page(access.address);
        here.accesses[here.count++] = {place, access.address, access.writes, access.is_atomic};
    }
    if (stops) standing_ = here;
    return stops;
}

void Observer::kernel_accesses(const kernel::MemoryAccess& access) {
    if (is_alone_ || access.bytes == 0) return;
    const Place place = place_of(access.address, access.bytes);
    if (place.object == 0 || !touch(place, access.writes) || !is_call_hidden_) return;
    sharing_.learn_of_call(hidden_call_);
}

bool Observer::stops_before_call(std::uint64_t number, const std::array<std::uint64_t, 6>& args) {
    const auto call = static_cast<Sys>(number);
    if (call == Sys::exit_group) look_for_unwaited();
    const bool visible = is_visible(call, args) || sharing_.is_seen(number);
    is_call_hidden_ = !visible;
    hidden_call_ = number;
    if (is_alone_ || !(visible || sees_all_)) return false;
    standing_ = {};
    standing_.before = Standing::Before::call;
    standing_.number = number;
    standing_.args = args;
    return true;
}

void Observer::look_for_unwaited() {
    for (const auto& [pid, process] : machine_->kernel.processes)
        if (process->is_zombie && process->parent == process_)
            unwaited_.push_back({process_, pid, machine_->kernel.processes[process_].name, process->name});
}

const kernel::File* Observer::file_of(std::uint64_t fd) const {
    const kernel::FdEntry* entry =
        machine_->kernel.processes[process_].fds->find(static_cast<kernel::Fd>(fd));
    return entry ? machine_->kernel.files.find(entry->file) : nullptr;
}

/// A regular file is read or written by a call, whose bytes may be mapped as well.
void Observer::touch_file(std::uint64_t fd, bool writes) {
    const kernel::File* file = file_of(fd);
    if (is_alone_ || !file || file->kind != kernel::FileKind::regular) return;
    const kernel::Inode* inode = machine_->kernel.inodes.find(file->inode);
    if (inode && inode->memory)
        sharing_.touch_object(static_cast<std::uint64_t>(inode->memory.value) * 2, writes, actor_, others_);
}

/// Whether the call can make a difference to others, or others to it. What is not known to be a task's own affair does.
bool Observer::is_visible(Sys call, const std::array<std::uint64_t, 6>& args) {
    constexpr std::uint64_t kMapPrivate = 2, kMapAnonymous = 0x20, kMapFixed = 0x10;
    const auto clock_is_read = [&] {
        sharing_.learn_of_clock();
        return true;
    };
    const auto signals_matter = [&] {
        sharing_.learn_of_signals();
        return true;
    };
    switch (call) {
        // What a process is told of itself, and what nobody else can change.
        case Sys::getpid:
        case Sys::gettid:
        case Sys::getuid:
        case Sys::geteuid:
        case Sys::getgid:
        case Sys::getegid:
        case Sys::getresuid:
        case Sys::getresgid:
        case Sys::getgroups:
        case Sys::uname:
        case Sys::set_tid_address:
        case Sys::set_robust_list:
        case Sys::sigaltstack:
        case Sys::rt_sigreturn:
        case Sys::clock_getres:
        case Sys::getcpu:
        case Sys::sched_yield:  // every task may go on at any time anyway
        case Sys::sched_get_priority_max:
        case Sys::sched_get_priority_min:
        case Sys::madvise:
            return false;
        // Its own memory, unless threads share it.
        case Sys::brk:
            return has_threads_ && sharing_.touch(Thing::mappings, space_id_.value, true, actor_, others_);
        case Sys::mmap:
            if ((args[3] & (kMapPrivate | kMapAnonymous | kMapFixed)) != (kMapPrivate | kMapAnonymous))
                return true;
            return has_threads_ && sharing_.touch(Thing::mappings, space_id_.value, true, actor_, others_);
        case Sys::munmap:
        case Sys::mprotect:
            return has_threads_;
        // A new task makes no difference to the others but for its number.
        case Sys::fork:
            return has_threads_ || sharing_.touch(Thing::ids, 0, true, actor_, others_);
        case Sys::clone:
            return sharing_.touch(Thing::ids, 0, true, actor_, others_) || has_threads_;
        // Where nobody sends signals, nobody minds who blocks or handles them.
        case Sys::rt_sigaction:
            if (static_cast<int>(args[0]) == kernel::kSigChld && args[1] != 0) return signals_matter();
            return sharing_.has_signals();
        case Sys::rt_sigprocmask:
        case Sys::rt_sigpending:
            return sharing_.has_signals();
        case Sys::kill:
        case Sys::tkill:
        case Sys::tgkill:
        case Sys::rt_sigqueueinfo:
        case Sys::rt_tgsigqueueinfo:
        case Sys::pidfd_send_signal:
        case Sys::alarm:
        case Sys::setitimer:
        case Sys::timer_create:
        case Sys::mq_notify:
        // Signals that are taken from where they wait, the children's own among them.
        case Sys::pause:
        case Sys::rt_sigsuspend:
        case Sys::rt_sigtimedwait:
        case Sys::signalfd:
        case Sys::signalfd4:
        case Sys::prctl:    // PR_SET_PDEATHSIG
        case Sys::setpgid:  // the background's SIGTTIN and SIGTTOU
            return signals_matter();
        case Sys::time:
        case Sys::gettimeofday:
        case Sys::clock_gettime:
        case Sys::times:
        case Sys::getrusage:
        case Sys::sysinfo:
        case Sys::stat:
        case Sys::lstat:
        case Sys::timer_settime:
        case Sys::timerfd_settime:
            return clock_is_read();
        case Sys::ioctl: {
            const auto request = static_cast<std::uint32_t>(args[1]);
            if (request == kernel::kTcGets) return sharing_.touch(Thing::terminal, 0, false, actor_, others_);
            // Whoever reads or writes the terminal sees what was set.
            if (request >= kernel::kTcSets && request <= kernel::kTcSetsFlush)
                static_cast<void>(sharing_.touch(Thing::terminal, 0, true, actor_, others_));
            // A terminal that is somebody's sends signals: keys, hang-ups, the background's.
            const bool is_taken = request == kernel::kTiocSptlck || request == kernel::kTiocSetControlling;
            return is_taken ? signals_matter() : true;
        }
        case Sys::newfstatat:
        case Sys::fstat: {
            // The standard streams are always the same to look at.
            const kernel::File* file = file_of(args[0]);
            const bool by_descriptor = call == Sys::fstat || (args[3] & 0x1000) != 0;  // AT_EMPTY_PATH
            return by_descriptor && file && file->kind == kernel::FileKind::stream ? false : clock_is_read();
        }
        case Sys::clock_nanosleep:
            return args[1] == 0 || clock_is_read();  // TIMER_ABSTIME
        case Sys::read:
        case Sys::readv:
        case Sys::pread64:
        case Sys::preadv:
            touch_file(args[0], false);
            return true;
        case Sys::write:
        case Sys::writev:
        case Sys::pwrite64:
        case Sys::pwritev:
        case Sys::ftruncate:
            touch_file(args[0], true);
            return true;
        default:
            return true;
    }
}

}  // namespace ipclab::explore
