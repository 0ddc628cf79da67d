// The tracer's loop in lock-step (lock_step.h): turns, and the moment when all tasks stand still.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "sim/host/tracer_state.h"

namespace ipclab::host {

using kernel::SignalAction;

namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD
constexpr std::int64_t kStartPatienceNs = 10'000'000'000;

bool is_stop_signal(int signal) {
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/// The third word of /proc/PID/stat, behind the name in parentheses; 0 where the task is gone.
char scheduler_state(int fd) {
    std::array<char, 128> text;
    const ssize_t bytes = pread(fd, text.data(), text.size(), 0);
    if (bytes <= 0) return 0;
    const std::string_view line(text.data(), static_cast<std::size_t>(bytes));
    const std::size_t end = line.rfind(')');
    return end != std::string_view::npos && end + 2 < line.size() ? line[end + 2] : '\0';
}

/// Lets the tasks have the CPU, longer each time that nothing has come of it.
void pause_for(std::int64_t& pause_ns) {
    constexpr std::int64_t kFirst = 3'000, kLongest = 500'000;
    pause_ns = std::clamp(pause_ns * 2, kFirst, kLongest);
    const timespec time{0, pause_ns};
    nanosleep(&time, nullptr);
}

/// Ends a wait of this thread after a while: a signal that does nothing interrupts it.
class Bell {
  public:
    Bell() {
        static const bool is_installed = [] {
            struct sigaction nothing {};
            nothing.sa_handler = [](int) {};
            return sigaction(number(), &nothing, nullptr) == 0;
        }();
        sigevent event{};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = number();
        event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
        works_ = is_installed && timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
    }
    ~Bell() {
        if (works_) timer_delete(timer_);
    }
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    bool works() const { return works_; }
    /// From now on, again and again, so that none is missed just before the wait; 0: never.
    void ring_every(std::int64_t ns) {
        const timespec time{0, static_cast<long>(ns)};
        const itimerspec setting{time, time};
        timer_settime(timer_, 0, &setting, nullptr);
    }

  private:
    static int number() { return SIGRTMAX - 2; }
    timer_t timer_{};
    bool works_ = false;
};

}  // namespace

void Tracer::run_in_lock_step() {
    in_lock_step_ = true;
    prctl(PR_SET_TIMERSLACK, 1);
    Turn turn{{}, {}, {{kernel::Tid{first_process_}, Stand::held}}, kStartPatienceNs, 0};
    while (in_lock_step_) {
        come_to_rest(turn);
        turn_task_ = nullptr;
        turn_process_ = nullptr;
        if (!in_lock_step_ || options_.is_stopped()) break;
        const StandStill now = stand_still();
        changes_ = {};
        const std::optional<Turn> next = options_.conductor->next(now);
        if (!next) {
            if (!tasks_.empty()) too_much_(Excess::conducted);
            break;
        }
        turn = *next;
        start_turn(turn);
    }
    abandon_lock_step();
}

/// From here on all go as they like: to their ends, as they have none left or are being killed.
void Tracer::abandon_lock_step() {
    in_lock_step_ = false;
    while (look_at_next()) {
    }
    std::vector<pid_t> held;
    for (const auto& [pid, task] : tasks_)
        if (task->is_held) held.push_back(pid);
    for (pid_t pid : held)
        if (const auto task = tasks_.find(pid); task != tasks_.end()) release(*task->second);
}

void Tracer::hold(Task& task) {
    task.is_held = true;
    task.since = ++holds_;
}

void Tracer::release(Task& task) {
    task.is_held = task.was_cut = false;
    const std::optional<int> kept = std::exchange(task.kept_stop, std::nullopt);
    const bool is_noted = std::exchange(task.is_signal_noted, false);
    if (kept && is_noted)
        resume(task, WSTOPSIG(*kept));
    else if (kept)
        handle_stop(task, *kept, Stop::was_kept);
    else
        resume(task);
}

void Tracer::start_turn(const Turn& turn) {
    cuts_turn_ = false;
    turn_tid_ = turn.task.value;
    for (const auto& [pid, task] : tasks_)
        if (task->tid == turn.task && task->is_held) turn_task_ = task.get();
    const auto killed = std::find_if(tasks_.begin(), tasks_.end(), [&](const auto& entry) {
        return turn.killed && entry.second->process->pid == turn.killed;
    });
    if (killed != tasks_.end()) kill(killed->second->process->host, SIGKILL);
    if (turn_task_ == nullptr) return;
    turn_process_ = turn_task_->process;
    std::vector<Task*> released{turn_task_};
    // Of a process that was killed all threads end at once.
    if (turn_task_->kept_stop && *turn_task_->kept_stop >> 16 == PTRACE_EVENT_EXIT)
        for (const auto& [pid, task] : tasks_)
            if (task.get() != turn_task_ && task->process == turn_process_ && task->kept_stop &&
                *task->kept_stop >> 16 == PTRACE_EVENT_EXIT)
                released.push_back(task.get());
    for (Task* task : released) release(*task);
}

/// Serves stops until all tasks stand still: as expected, or for as long as the turn has patience.
void Tracer::come_to_rest(const Turn& turn) {
    constexpr std::int64_t kBetweenLooksNs = 5'000'000;
    thread_local Bell bell;
    std::int64_t pause_ns = 0, still_since_ns = 0;
    bool rings = false;
    const std::int64_t begin_ns = monotonic_ns();
    while (!tasks_.empty()) {
        int status = 0;
        // Where a stop is expected it is waited for, but not for ever; a task that falls asleep says nothing.
        const bool waits = bell.works() && still_since_ns == 0 && pause_ns == 0 && expects_stop(turn);
        if (waits && !rings) bell.ring_every(kBetweenLooksNs);
        rings = rings || waits;
        const pid_t pid = waitpid(-1, &status, __WALL | __WNOTHREAD | (waits ? 0 : WNOHANG));
        if (pid > 0) {
            now_ns_ = monotonic_ns();
            ++stops_;
            if (pid != options_.other_child && !looks_later(pid, status)) handle(pid, status);
            pause_ns = still_since_ns = 0;
            continue;
        }
        bool all_still = early_stops_.empty();
        for (const auto& entry : tasks_) all_still = all_still && stands_still(*entry.second);
        const std::int64_t now = monotonic_ns();
        if (all_still && look_at_next()) {
            pause_ns = still_since_ns = 0;
            continue;
        }
        if (all_still) {
            if (still_since_ns == 0) still_since_ns = now;
            if (stands_as_expected(turn) || now - still_since_ns > turn.patience_ns) break;
        } else {
            still_since_ns = 0;
            if (turn.cut_after_ns > 0 && now - begin_ns > turn.cut_after_ns && turn_task_ != nullptr &&
                !cuts_turn_ && !turn_task_->is_held) {
                cuts_turn_ = true;
                ptrace(PTRACE_INTERRUPT, turn_task_->host, nullptr, nullptr);
            }
        }
        if (!waits) pause_for(pause_ns);
        if (options_.is_stopped()) in_lock_step_ = false;
        if (!in_lock_step_) break;
    }
    if (rings) bell.ring_every(0);
    for (const auto& [pid, task] : tasks_)
        if (task->is_asleep && task->call.is_open) task->call.has_slept = true;
}

/// What one turn wakes does not run on before all of it has been woken: each task comes to its next stop first. Then they
/// are looked at one by one. Else one could stop, and tell its parent so, before the parent has seen the same signal.
bool Tracer::looks_later(pid_t pid, int status) {
    const auto known = tasks_.find(pid);
    if (known == tasks_.end() || has_turn(*known->second) || !WIFSTOPPED(status)) return false;
    // exit_group() and execve() wait for the other threads of the process; then execve() has the first one's number.
    if (status >> 16 == PTRACE_EVENT_EXIT && known->second->process == turn_process_) return false;
    if (status >> 16 == PTRACE_EVENT_EXEC) return false;
    std::erase_if(to_look_at_, [&](const auto& stop) { return stop.first == pid; });
    to_look_at_.emplace_back(pid, status);
    known->second->is_to_be_looked_at = true;
    return true;
}

/// False: there is none.
bool Tracer::look_at_next() {
    if (to_look_at_.empty()) return false;
    const auto [pid, status] = to_look_at_.front();
    to_look_at_.erase(to_look_at_.begin());
    if (const auto known = tasks_.find(pid); known != tasks_.end()) {
        known->second->is_to_be_looked_at = false;
        handle(pid, status);
    }
    return true;
}

/// Whether some task is not yet held, but should come to be.
bool Tracer::expects_stop(const Turn& turn) const {
    return std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& entry) {
        const Task& task = *entry.second;
        if (task.is_held || task.is_listening || task.is_to_be_looked_at || task.has_exited) return false;
        const auto expected = turn.expected.find(task.tid);
        return expected == turn.expected.end() || expected->second != Stand::asleep;
    });
}

bool Tracer::stands_still(Task& task) {
    if (task.is_held || task.is_listening || task.is_to_be_looked_at) return true;
    if (!task.stat) {
        char path[80];
        std::snprintf(path, sizeof path, "/proc/%d/task/%d/stat", task.process->host, task.host);
        task.stat.reset(open(path, O_RDONLY | O_CLOEXEC));
    }
    const char state = scheduler_state(task.stat.get());
    // The first thread of a process that goes on without it is not waited for until the process ends.
    if (state == 'Z' && task.has_exited)
        return std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& entry) {
            return entry.second->process == task.process && !entry.second->has_exited;
        });
    // vfork(2): its wait for the child is one that only a fatal signal ends.
    const bool is_vfork =
        task.call.is_open && (task.call.number == SYS_vfork || task.call.number == SYS_clone);
    task.is_asleep = !task.has_exited && (state == 'S' || (state == 'D' && is_vfork));
    return task.is_asleep;
}

bool Tracer::stands_as_expected(const Turn& turn) const {
    std::size_t met = 0;
    for (const auto& [pid, task] : tasks_) {
        const auto expected = turn.expected.find(task->tid);
        if (expected == turn.expected.end()) {
            if (!task->is_held) return false;
            continue;
        }
        const Stand stand = task->has_exited  ? Stand::ended
                            : task->is_held   ? Stand::held
                            : task->is_asleep ? Stand::asleep
                                              : Stand::stopped;
        if (stand != expected->second) return false;
        if (stand != Stand::ended) ++met;
    }
    const auto living = std::count_if(turn.expected.begin(), turn.expected.end(),
                                      [](const auto& entry) { return entry.second != Stand::ended; });
    return met == static_cast<std::size_t>(living);
}

StandStill Tracer::stand_still() const {
    StandStill now = changes_;
    now.trace = &trace_;
    for (const auto& [pid, task] : tasks_) {
        StandingTask standing{task->tid, task->process->pid};
        standing.stand = task->has_exited     ? Stand::ended
                         : task->is_listening ? Stand::stopped
                         : task->is_held      ? Stand::held
                                              : Stand::asleep;
        standing.since = task->since;
        standing.was_cut = task->was_cut;
        standing.has_signal = task->kept_stop && *task->kept_stop >> 16 == 0;
        standing.is_dying = task->kept_stop && *task->kept_stop >> 16 == PTRACE_EVENT_EXIT;
        standing.number = task->call.is_open ? task->call.number : 0;
        now.tasks.push_back(standing);
    }
    std::sort(now.tasks.begin(), now.tasks.end(), [](const StandingTask& a, const StandingTask& b) {
        return a.since != b.since ? a.since < b.since : a.task < b.task;
    });
    return now;
}

/// Whether a stop has to wait for the task's turn: then the task is held. What ends a sleep is looked at at once.
bool Tracer::keep_stop(Task& task, int status) {
    const int event = status >> 16, signal = WSTOPSIG(status);
    const bool is_interrupted = task.call.is_open && task.call.is_interrupted;
    const auto keep = [&] {
        task.kept_stop = status;
        task.is_signal_noted = false;
        hold(task);
        return true;
    };
    // The call has come to its end and the signal has been taken, though the handler has to wait: perhaps it never runs.
    const auto keep_handled = [&] {
        note_signal(task, signal);
        keep();
        return task.is_signal_noted = true;
    };
    if (task.process->executed_path.empty()) return false;  // the launcher's work
    kernel::SignalActionEntry entry;
    if (has_turn(task)) {
        // A call that a handler interrupts has come to its end.
        if (event == 0 && signal != kSyscallStop && is_interrupted)
            return action_for(task, signal, entry) == SignalAction::handled && !is_made_again(task, entry)
                       ? keep_handled()
                       : false;
        if (event != PTRACE_EVENT_STOP || is_stop_signal(signal) || !std::exchange(cuts_turn_, false))
            return false;
        task.was_cut = true;
        hold(task);
        return true;
    }
    switch (event) {
        case PTRACE_EVENT_STOP:  // a new task, or one that was stopped and goes on
            return is_stop_signal(signal) || is_interrupted ? false : keep();
        case PTRACE_EVENT_EXIT:  // by the turn of another thread, or killed from outside of the process
            return task.process == turn_process_ ? false : keep();
        case PTRACE_EVENT_SECCOMP:
            return is_interrupted ? false : keep();
        case 0:
            break;
        default:
            return false;
    }
    if (signal == kSyscallStop) return false;  // the return of a call that slept
    switch (action_for(task, signal, entry)) {
        case SignalAction::ignored:
            return false;
        case SignalAction::stopped:
        case SignalAction::continued:
            return is_interrupted ? false : keep();
        case SignalAction::handled:
            return is_interrupted ? keep_handled() : keep();
        case SignalAction::terminated:
        case SignalAction::dumped_core:
            break;
    }
    return keep();
}

/// ptrace(2): a signal that is ignored wakes a task that is traced, and only such a one: half of a long write would be
/// all that is done. Blocked it does not. Calls that look at the mask, or give it to somebody, keep their own.
void Tracer::keep_ignored_signals_away(Task& task) {
    constexpr std::array kSleepWithAnyMask = {
        SYS_read,         SYS_write,           SYS_readv,      SYS_writev,
        SYS_pread64,      SYS_pwrite64,        SYS_open,       SYS_openat,
        SYS_fcntl,        SYS_flock,           SYS_poll,       SYS_select,
        SYS_msgsnd,       SYS_msgrcv,          SYS_semop,      SYS_semtimedop,
        SYS_mq_timedsend, SYS_mq_timedreceive, SYS_accept,     SYS_accept4,
        SYS_connect,      SYS_sendto,          SYS_sendmsg,    SYS_recvfrom,
        SYS_recvmsg,      SYS_sendmmsg,        SYS_recvmmsg,   SYS_splice,
        SYS_tee,          SYS_vmsplice,        SYS_nanosleep,  SYS_clock_nanosleep,
        SYS_wait4,        SYS_waitid,          SYS_epoll_wait, SYS_pause};
    if (std::find(kSleepWithAnyMask.begin(), kSleepWithAnyMask.end(), task.call.number) ==
        kSleepWithAnyMask.end())
        return;
    std::uint64_t mask = 0, ignored = 0;
    for (int signal = 1; signal <= kernel::kSignals; ++signal) {
        kernel::SignalActionEntry entry;
        const SignalAction action = action_for(task, signal, entry);
        if (action == SignalAction::ignored || action == SignalAction::continued)
            ignored |= std::uint64_t{1} << (signal - 1);
    }
    if (ptrace(PTRACE_GETSIGMASK, task.host, sizeof mask, &mask) != 0) return;
    if ((mask | ignored) == mask) return;
    task.call.own_mask = mask;
    mask |= ignored;
    ptrace(PTRACE_SETSIGMASK, task.host, sizeof mask, &mask);
}

void Tracer::give_mask_back(Task& task) {
    if (const auto mask = std::exchange(task.call.own_mask, std::nullopt))
        ptrace(PTRACE_SETSIGMASK, task.host, sizeof *mask, &*mask);
}

void Tracer::hold_or_resume_after_call(Task& task) {
    if (!in_lock_step_) return resume(task);
    if (!has_turn(task)) return hold(task);
    bool is_selected = false;
    for (; selected_events_ < trace_.events.size(); ++selected_events_) {
        const kernel::Event& event = trace_.events[selected_events_];
        selector_.note(event);
        is_selected = selector_.selects(trace_, event) && !is_quiet(trace::canonical_call(event));
    }
    if (is_selected)
        hold(task);
    else
        resume(task);
}

}  // namespace ipclab::host
