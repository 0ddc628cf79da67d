#include "sim/explore/observer.h"

#include <algorithm>
#include <cstring>

#include "kernel/futex.h"
#include "kernel/processes.h"
#include "kernel/terminal_requests.h"

namespace ipclab::explore {

using kernel::Sys;
using kernel::TaskState;

namespace {

/// futex(2): FUTEX_PRIVATE_FLAG.
bool has_private_futex(const std::array<std::uint64_t, 6>& args) {
    constexpr std::uint64_t kPrivate = 128;
    return (args[1] & kPrivate) != 0;
}

/// clone(2), as fork() calls it: CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID, SIGCHLD.
constexpr std::uint64_t kForkFlags = 0x1200011;

bool has_zombies(const kernel::Kernel& kernel) {
    return std::any_of(kernel.processes.begin(), kernel.processes.end(),
                       [](const auto& entry) { return entry.second->is_zombie; });
}

/// What reads, writes, opens, closes, maps, starts and waits, and may sleep, but never looks whether it would have to.
bool is_common(Sys call, const std::array<std::uint64_t, 6>& args) {
    switch (call) {
        case Sys::read:
        case Sys::write:
        case Sys::open:
        case Sys::openat:
        case Sys::close:
        case Sys::ftruncate:
        case Sys::unlink:
        case Sys::mmap:
        case Sys::munmap:
        case Sys::mprotect:
        case Sys::brk:
        case Sys::pipe:
        case Sys::dup:
        case Sys::dup2:
        case Sys::fork:
        case Sys::clone:
        case Sys::futex:
        case Sys::exit:
        case Sys::exit_group:
            return true;
        case Sys::tgkill:  // abort(3); others tell what they send by learn_of_signals()
            return static_cast<int>(args[2]) == kernel::kSigAbrt;
        case Sys::pipe2:
            return args[1] == 0;
        case Sys::wait4:
            return args[2] == 0;
        default:
            return false;
    }
}

/// The function of the library that the task is in; empty: in one of the program.
std::string_view library_function(const engine::Machine& machine, kernel::Tid task) {
    const vm::Frame& frame = machine.contexts.find(task)->frames.back();
    const vm::Function& function = machine.program_of(task).functions[frame.function];
    return function.is_library ? std::string_view(function.name) : std::string_view{};
}

/// What pthread_create() looks at and sets up, on a stack that ended threads may have had, before the thread is there.
bool is_new_thread(const engine::Machine& machine, kernel::Tid task, kernel::SpaceId space,
                   std::uint64_t address) {
    const std::string_view function = library_function(machine, task);
    if (function != "pthread_create" && function != "make_stack" && function != "take_free") return false;
    const kernel::Mapping* mapping = machine.kernel.spaces[space].mapping_at(address);
    return mapping && mapping->use == kernel::Mapping::Use::mapped;
}

}  // namespace

void Observer::begin_move(const engine::Machine& machine, kernel::Tid task, bool goes_on,
                          const LocksHeld& held) {
    frames_to_leave = 0;
    held_ = held;
    taking_ = giving_ = 0;
    // Signals may come in the middle of it, and kill.
    if (!goes_on || sees_all_ || sharing_.has_signals()) return;
    const kernel::Process& process = machine.kernel.processes[machine.kernel.tasks[task].process];
    frames_to_leave =
        sections_.outermost(*machine.programs, process.program, *machine.contexts.find(task)).depth;
}

void Observer::begin(const engine::Machine& machine, kernel::Tid task, bool resumes_now) {
    const kernel::Kernel& kernel = machine.kernel;
    machine_ = &machine;
    task_ = task;
    process_ = kernel.tasks[task].process;
    space_id_ = kernel.processes[process_].space;
    id_address_ = sharing_.seeks_twins() ? kernel.tasks[task].clear_child_tid : 0;
    resumes = is_resuming_ = resumes_now;
    standing_ = {};
    is_call_hidden_ = false;
    last_call_.reset();
    std::size_t living = 0, in_space = 0;
    for (const auto& [tid, each] : kernel.tasks) {
        if (each->state == TaskState::zombie) continue;
        ++living;
        if (kernel.processes[each->process].space == space_id_) ++in_space;
    }
    has_threads_ = in_space > 1;
    // Others may have ended sooner than they need have, but not before somebody has waited for them.
    is_alone_ = !sees_all_ && !sharing_.shows_past() && living == 1 && process_ == kernel::kFirst &&
                !has_zombies(kernel) && sharing_.only_creates(task) &&
                kernel::next_deadline(kernel) == kernel::kNever;
    const vm::Context& context = *machine.contexts.find(task);
    const bool in_handler =
        std::any_of(context.frames.begin(), context.frames.end(),
                    [](const vm::Frame& frame) { return frame.kind == vm::Frame::Kind::signal_handler; });
    actor_ = Sharing::actor(task, in_handler);
    // A handler comes between what the task itself does, and the task's own code between its handlers'.
    others_ = sharing_.others_of(machine, task) | (Sharing::both(task) & ~actor_);
    beside_ = others_ | sharing_.ended_beside(machine, task);
    ignore_nothing();
    // A call that goes on, and handlers, which come in the middle of anything.
    if (const auto& pending = kernel.tasks[task].call)
        note_call(static_cast<Sys>(pending->number), pending->args[0]);
    footprint_.is_all |= is_alone_ || sharing_.has_signals();
}

void Observer::note(std::uint64_t address, std::uint64_t bytes, Use use) {
    if (footprint_.is_all) return;
    const kernel::Mapping* mapping = machine_->kernel.spaces[space_id_].mapping_at(address);
    if (!mapping || bytes == 0) return;
    if (address + bytes > mapping->end || (mapping->object && !mapping->is_shared)) {
        footprint_.is_all = true;
        return;
    }
    if (!mapping->object) return;
    const std::uint64_t begin = address - mapping->begin + mapping->object_offset;
    const MemoryRange range{mapping->object, begin, begin + bytes};
    // What may fail leaves what was there.
    const bool is_simple = bytes <= 8 && begin % kernel::kPageSize + bytes <= kernel::kPageSize &&
                           (mapping->protection & kernel::kProtWrite) != 0;
    if (use != Use::writes || !is_simple) footprint_.reads.add(range);
    if (use != Use::reads) footprint_.writes.add(range);
}

/// `is_store`: of a plain number, which will be written.
void Observer::note(std::span<const kernel::MemoryAccess> accesses, bool is_store) {
    for (const kernel::MemoryAccess& each : accesses)
        note(each.address, each.bytes, !each.writes ? Use::reads : is_store ? Use::writes : Use::both);
}

/// Calls that reach no memory objects but by the task's own addresses.
void Observer::note_call(Sys call, std::uint64_t first_argument) {
    switch (call) {
        case Sys::futex:
        case Sys::wait4:
        case Sys::exit:
        case Sys::exit_group:
        case Sys::sched_yield:
        case Sys::getpid:
        case Sys::gettid:
            return;
        case Sys::read:
        case Sys::write:
            if (const kernel::File* file = file_of(first_argument);
                file && (file->is_pipe() || file->kind == kernel::FileKind::stream))
                return;
            break;
        default:
            break;
    }
    footprint_.is_all = true;
}

/// In a function of the library that is no lock: how many bytes of a string it comes to may depend on them.
bool Observer::is_in_library() const {
    return !library_function(*machine_, task_).empty();
}

/// How many threads there are, whether one has ended or is waited for: what pthread_create(), pthread_exit() and
/// pthread_join() note of that. In whichever order they do it comes to the same, as long as nobody else looks at it, nobody
/// else waits for the same thread, and the first thread does not leave the process to the last one.
bool Observer::is_note_of_threads(const kernel::MemoryAccess& access) {
    constexpr std::uint64_t kJoinability = 36, kNotes = 104;  // of a struct __pthread: up to the result
    constexpr std::int32_t kJoined = 2;
    const vm::Context& context = *machine_->contexts.find(task_);
    const std::string_view function = library_function(*machine_, task_);
    if (function == "pthread_create") return access.is_atomic;
    if (function == "pthread_exit")
        return task_.value != process_.value &&
               (access.is_atomic || access.address - context.thread_pointer < kNotes);
    if (function != "join_thread") return false;
    const std::uint64_t thread = context.registers[context.frames.back().register_base + 1];
    const bool is_joined_twice =
        access.address == thread + kJoinability && !access.writes && word_at(access.address) == kJoined;
    return access.address - thread < kNotes && !is_joined_twice;
}

Place Observer::place_of(std::uint64_t address, std::uint64_t bytes) const {
    const Place place = vm::place_of(machine_->kernel.spaces[space_id_], space_id_, address, bytes);
    // Handlers are actors of their own, even in a process of one thread.
    const bool is_own =
        place.object % 2 != 0 && !has_threads_ && !sharing_.has_signals() && !sharing_.shows_past();
    return is_own ? Place{} : place;
}

Sharing::Conflict Observer::touch(const Place& place, bool writes) {
    return sharing_.touch(place, writes, actor_, others_, beside_);
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
        if (is_at_id(access)) sharing_.learn_of_told_ids();
        if (place.object == 0) {
            if (!sees_all_ && access.address / kernel::kPageSize != id_address_ / kernel::kPageSize)
                ignore_page(access.address);
        } else if (const Sharing::Conflict conflict = touch(place, access.writes);
                   conflict.ever && !sees_all_) {
            const Sections::Frame lock = section();
            const bool is_shared = place.object % 2 == 0,
                       releases = lock.kind == Sections::Kind::releases && !(is_shared && has_threads_);
            const bool is_note = !is_shared && lock.depth == 0 && is_note_of_threads(access);
            if (!is_new_thread(*machine_, task_, space_id_, access.address))
                sharing_.note_lock(place, lock.kind != Sections::Kind::none || is_note);
            if (lock.kind == Sections::Kind::tries ||
                (releases && !goes_on_in_section(is_shared) && !holds_mutex(lock)))
                sharing_.learn_of_tried_locks();
            const bool goes_on = goes_on_in_section(is_shared);
            look_at_lock(lock);
            const bool is_locked =
                lock.depth == 0 && sharing_.is_locked(place, held_) && !(is_shared && has_threads_);
            if (machine_->buffered && access.writes && !is_locked && makes_own_accesses())
                sharing_.note_buffered(place);
            if ((conflict.now || sharing_.shows_past()) && !goes_on && !is_locked) {
                here.may_come_now = (releases || is_note) && (!stops || here.may_come_now);
                stops = true;
            }
        }
        here.accesses[here.count++] = {place, access.address, access.writes, access.is_atomic};
    }
    if (stops) standing_ = here;
    const bool is_made = !stops || is_resuming_;
    is_resuming_ = false;
    if (is_made || (is_in_library() && section().depth == 0))
        note(accesses, is_made && accesses.size() == 1 && !accesses[0].is_atomic);
    return stops;
}

std::optional<std::int32_t> Observer::word_at(std::uint64_t address) {
    std::array<std::uint8_t, 4> bytes{};
    note(address, bytes.size(), Use::reads);
    if (!machine_->kernel.spaces[space_id_].peek(address, bytes, machine_->kernel.memory))
        return std::nullopt;
    std::int32_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    return word;
}

/// The lock or semaphore that the function was called with.
std::uint64_t Observer::lock_of(const Sections::Frame& section) const {
    const vm::Context& context = *machine_->contexts.find(task_);
    return context.registers[context.frames[section.depth].register_base + 1];
}

namespace {
constexpr std::uint64_t kOwner = 8;  // in pthread_mutex_t
}

/// Whoever unlocks a mutex that it does not hold may take it from somebody who does.
bool Observer::holds_mutex(const Sections::Frame& section) {
    const vm::Context& context = *machine_->contexts.find(task_);
    const vm::Function& function =
        machine_->program_of(task_).functions[context.frames[section.depth].function];
    if (function.name != "pthread_mutex_unlock") return true;
    const std::uint64_t mutex = lock_of(section);
    const auto owner = word_at(mutex + kOwner);
    // Taken, and nobody's: in the middle of giving it back, where nobody else comes in.
    return owner == task_.value || (owner == 0 && word_at(mutex) != 0);
}

/// The task is about to make an access in this function of the library, or in none.
void Observer::look_at_lock(const Sections::Frame& section) {
    const std::uint64_t address = section.depth > 0 ? lock_of(section) : 0;
    if (taking_ != 0 && !(section.kind == Sections::Kind::acquires && address == taking_at_)) take_lock();
    const Place place = section.depth > 0 ? place_of(address, 4) : Place{};
    const std::uint64_t lock = place.object == 0 ? 0 : Sharing::lock_at(place);
    if (lock != giving_) giving_ = 0;
    if (lock == 0) return;
    if (section.kind == Sections::Kind::acquires && taking_ == 0) {
        const vm::Frame& frame = machine_->contexts.find(task_)->frames[section.depth];
        taking_ = lock;
        taking_at_ = address;
        is_taking_mutex_ = machine_->program_of(task_).functions[frame.function].name == "pthread_mutex_lock";
    } else if (section.kind == Sections::Kind::releases && !is_in_section() && lock != giving_) {
        if (!held_.contains(lock)) sharing_.learn_of_no_lock(lock);
        held_.remove(lock);
        giving_ = lock;
    }
}

/// What the task was about to take it has now.
void Observer::take_lock() {
    const std::uint64_t lock = std::exchange(taking_, 0);
    const auto word = word_at(is_taking_mutex_ ? taking_at_ + kOwner : taking_at_);
    if (!word) return;
    if (is_taking_mutex_ && *word != task_.value) return;
    if (!is_taking_mutex_ && *word != 0) return sharing_.learn_of_no_lock(lock);
    held_.add(lock);
}

LocksHeld Observer::end_move(bool sleeps) {
    // In the middle of it: then it counts as not taken.
    if (taking_ != 0 && !sleeps && section().kind != Sections::Kind::acquires) take_lock();
    return held_;
}

void Observer::kernel_accesses(const kernel::MemoryAccess& access) {
    if (is_alone_ || access.bytes == 0) return;
    note({&access, 1}, false);
    if (is_at_id(access) && !access.writes) sharing_.learn_of_told_ids();
    const Place place = place_of(access.address, access.bytes);
    if (place.object == 0 || !touch(place, access.writes).now || !is_call_hidden_) return;
    sharing_.learn_of_call(hidden_call_);
}

bool Observer::stops_before_call(std::uint64_t number, const std::array<std::uint64_t, 6>& args) {
    const auto call = static_cast<Sys>(number);
    last_call_ = call;
    reaches_into_others_ |= call == Sys::process_vm_readv || call == Sys::process_vm_writev;
    if (call == Sys::exit_group) look_for_unwaited();
    const bool visible = is_visible(call, args) || sharing_.is_seen(number),
               is_made = std::exchange(is_resuming_, false);
    is_call_hidden_ = !visible;
    hidden_call_ = number;
    if (is_made || is_alone_ || !(visible || sees_all_)) note_call(call, args[0]);
    if (is_alone_ || !(visible || sees_all_)) return false;
    if (!is_common(call, args)) sharing_.learn_of_other_calls();
    if (call == Sys::read)
        if (const kernel::File* file = file_of(args[0]); file && file->is_pipe())
            shares_pipe_ =
                sharing_.touch(Thing::pipe_out, file->pipe().value, true, actor_, others_, beside_);
    if (call == Sys::futex && goes_on_in_section(!has_private_futex(args)))
        return false;  // reaches nothing else
    standing_ = {};
    standing_.before = Standing::Before::call;
    standing_.number = number;
    standing_.args = args;
    standing_.reads_alone = call == Sys::read && !shares_pipe_ && !has_threads_;
    return true;
}

bool Observer::makes_own_accesses() const {
    const vm::Frame& frame = machine_->contexts.find(task_)->frames.back();
    return vm::makes_own_accesses(machine_->program_of(task_).functions[frame.function]);
}

/// What it stands before has been asked about already.
bool Observer::stops_before_drain() {
    if (is_alone_) return false;
    standing_ = {};
    standing_.before = Standing::Before::memory;
    return true;
}

bool Observer::stops_before_request(vm::Request request) {
    if (!machine_->refusals.includes(request)) return false;
    is_resuming_ = false;
    standing_ = {};
    standing_.before = Standing::Before::request;
    return true;
}

void Observer::look_for_unwaited() {
    for (const auto& [pid, process] : machine_->kernel.processes)
        if (process->is_zombie && process->parent == process_)
            unwaited_.push_back({process_, pid, machine_->kernel.processes[process_].name, process->name});
}

const kernel::File* Observer::file_of(std::uint64_t number) const {
    const auto fd = static_cast<kernel::Fd>(number);
    for (const kernel::KeptFile& kept : machine_->kernel.tasks[task_].kept_files)
        if (kept.fd == fd) return machine_->kernel.files.find(kept.file);
    const kernel::FdEntry* entry = machine_->kernel.processes[process_].fds->find(fd);
    return entry ? machine_->kernel.files.find(entry->file) : nullptr;
}

/// A regular file is read or written by a call, whose bytes may be mapped as well.
void Observer::touch_file(std::uint64_t fd, bool writes) {
    const kernel::File* file = file_of(fd);
    if (is_alone_ || !file || file->kind != kernel::FileKind::regular) return;
    const kernel::Inode* inode = machine_->kernel.inodes.find(file->inode);
    if (inode && inode->memory)
        sharing_.touch_object(static_cast<std::uint64_t>(inode->memory.value) * 2, writes, actor_, others_,
                              beside_);
}

/// tgkill(), as abort(3) calls it where nobody handles SIGABRT: the process ends as by exit_group(), and no signal comes to
/// anybody.
bool Observer::aborts(const std::array<std::uint64_t, 6>& args) const {
    const kernel::Task& task = machine_->kernel.tasks[task_];
    return static_cast<int>(args[2]) == kernel::kSigAbrt &&
           static_cast<std::int32_t>(args[0]) == process_.value &&
           static_cast<std::int32_t>(args[1]) == task_.value &&
           (task.blocked_signals & kernel::signal_bit(kernel::kSigAbrt)) == 0 &&
           (*machine_->kernel.processes[process_].actions)[kernel::kSigAbrt].handler == kernel::kSigDfl;
}

/// Whether the call can make a difference to others, or others to it. What is not known to be a task's own affair does.
bool Observer::is_visible(Sys call, const std::array<std::uint64_t, 6>& args) {
    constexpr std::uint64_t kThread = 0x10000;  // CLONE_THREAD
    constexpr std::uint64_t kMapPrivate = 2, kMapAnonymous = 0x20, kMapFixed = 0x10;
    const auto clock_is_read = [&] {
        sharing_.learn_of_clock();
        return true;
    };
    const auto ids_are_told = [&] {
        if (process_ != kernel::kFirst) sharing_.learn_of_told_ids();
        return false;
    };
    const auto signals_matter = [&] {
        sharing_.learn_of_signals();
        return true;
    };
    switch (call) {
        // What a process is told of itself, and what nobody else can change.
        case Sys::getuid:
        case Sys::geteuid:
        case Sys::getgid:
        case Sys::getegid:
        case Sys::getresuid:
        case Sys::getresgid:
        case Sys::getgroups:
        case Sys::uname:
        case Sys::sigaltstack:
        case Sys::rt_sigreturn:
        case Sys::clock_getres:
        case Sys::getcpu:
        case Sys::sched_yield:  // every task may go on at any time anyway
        case Sys::sched_get_priority_max:
        case Sys::sched_get_priority_min:
        case Sys::madvise:
            return false;
        case Sys::getpid:
        case Sys::gettid:
        case Sys::set_tid_address:
        case Sys::set_robust_list:  // of locks that have the owner's id in them
            return ids_are_told();
        // Its own memory, unless threads share it.
        case Sys::brk:
            return has_threads_ &&
                   sharing_.touch(Thing::mappings, space_id_.value, true, actor_, others_, beside_);
        case Sys::mmap:
            if ((args[3] & (kMapPrivate | kMapAnonymous | kMapFixed)) != (kMapPrivate | kMapAnonymous))
                return true;
            return has_threads_ &&
                   sharing_.touch(Thing::mappings, space_id_.value, true, actor_, others_, beside_);
        case Sys::munmap:  // what is mapped next may come to lie there
            static_cast<void>(
                sharing_.touch(Thing::mappings, space_id_.value, true, actor_, others_, beside_));
            return has_threads_;
        case Sys::mprotect:  // of a new thread's stack nobody else knows yet
            return has_threads_ &&
                   (library_function(*machine_, task_) != "make_stack" ||
                    sharing_.touch(Thing::mappings, space_id_.value, true, actor_, others_, beside_));
        // A new task makes no difference to the others but for its number, where there is room for it. A process is born
        // with the memory that the parent's threads share, and a thread may take signals from the others.
        case Sys::fork:
        case Sys::clone: {
            const bool is_thread = call == Sys::clone && (args[0] & kThread) != 0;
            if (call == Sys::clone && args[0] != kForkFlags) sharing_.learn_of_told_ids();
            return sharing_.touch(Thing::ids, 0, true, actor_, others_, beside_) ||
                   !kernel::has_room_for_task(machine_->kernel, process_) ||
                   (has_threads_ && (!is_thread || sharing_.has_signals()));
        }
        // Where nobody sends signals, nobody minds who blocks or handles them.
        case Sys::rt_sigaction:
            if ((static_cast<int>(args[0]) == kernel::kSigChld ||
                 static_cast<int>(args[0]) == kernel::kSigAbrt) &&
                args[1] != 0)
                return signals_matter();
            return sharing_.has_signals();
        case Sys::rt_sigprocmask:
        case Sys::rt_sigpending:
            return sharing_.has_signals();
        case Sys::tgkill:
            return aborts(args) || signals_matter();
        case Sys::kill:
        case Sys::tkill:
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
        case Sys::wait4:
            // Not "whichever child ends, whatever its status".
            if (args[0] != ~0ull && static_cast<std::int32_t>(args[0]) != -1) sharing_.learn_of_children();
            if (args[1] != 0 || args[2] != 0 || args[3] != 0) sharing_.learn_of_children();
            return true;
        case Sys::waitid:
        case Sys::getpgid:
        case Sys::getsid:
        case Sys::getpriority:
        case Sys::setpriority:
        case Sys::sched_getaffinity:
        case Sys::sched_setaffinity:
        case Sys::sched_getscheduler:
        case Sys::sched_setscheduler:
        case Sys::sched_getparam:
        case Sys::sched_setparam:
        case Sys::prlimit64:
        case Sys::pidfd_open:
            sharing_.learn_of_named_processes();
            return true;
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
            if (request == kernel::kTcGets)
                return sharing_.touch(Thing::terminal, 0, false, actor_, others_, beside_);
            // Whoever reads or writes the terminal sees what was set.
            if (request >= kernel::kTcSets && request <= kernel::kTcSetsFlush)
                static_cast<void>(sharing_.touch(Thing::terminal, 0, true, actor_, others_, beside_));
            // A terminal that is somebody's sends signals: keys, hang-ups, the background's.
            const bool is_taken = request == kernel::kTiocSptlck || request == kernel::kTiocSetControlling;
            return is_taken ? signals_matter() : true;
        }
        case Sys::newfstatat:
        case Sys::fstat: {
            // The standard streams are always the same to look at, and so is what of a file its stream looks at
            // (st_mode and st_blksize, which an open file keeps).
            if (library_function(*machine_, task_) == "__stdio_buffer") return false;
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
        case Sys::futex:
            // The kernel puts the owner's id into locks with priority inheritance.
            switch (kernel::futex_command(args[1])) {
                case kernel::FutexCommand::lock_pi:
                case kernel::FutexCommand::unlock_pi:
                case kernel::FutexCommand::trylock_pi:
                case kernel::FutexCommand::lock_pi2:
                    sharing_.learn_of_told_ids();
                    return true;
                default:
                    return true;
            }
        default:
            return true;
    }
}

}  // namespace ipclab::explore
