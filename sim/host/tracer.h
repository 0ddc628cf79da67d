// Follows the tasks of a running program by ptrace and writes what they do as kernel events: the vocabulary
// of the simulated kernel, with real times.
//
// A seccomp filter (filter.h) stops a task only at the calls that make events. A call stops twice, on entry
// and on return; read() and write() of programs without threads do not stop, but are recorded by the program itself
// (recorder.c), and looked at when something stops. In lock-step all calls stop. Recording begins where a program reaches main(), after each execve: what the dynamic loader
// does is left out. Whether a call slept is read from the scheduler's own account of the task
// (/proc/PID/schedstat; recorded: getrusage(2)), who woke it from what others did to the same object meanwhile. Events are sorted by
// time at the end, as some are only known after the fact.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/capture.h"
#include "kernel/event.h"
#include "kernel/signal_state.h"
#include "sim/host/build.h"
#include "sim/host/command.h"
#include "sim/host/lock_step.h"
#include "sim/host/records.h"
#include "sim/host/unwind.h"
#include "sim/trace/canonical.h"

namespace ipclab::host {

struct TracerOptions {
    std::vector<BuiltProgram> programs;    ///< for the numbers of source files
    std::string first_path;                ///< of the first program, as the program sees it
    std::array<struct stat, 3> streams{};  ///< what 0, 1 and 2 of the first program are
    int max_tasks = 64;
    std::uint64_t max_events = 2'000'000;
    bool one_cpu = true;    ///< tracer and program share a CPU: tells how exact the scheduler's account is
    pid_t other_child = 0;  ///< a child of this thread that is not traced
    bool recorder = false;  ///< programs record calls themselves (FilterKind::recorded)
    Conductor* conductor = nullptr;  ///< lock-step; null: the tasks run as they like
    /// Whether the run is being stopped from outside: deaths by SIGKILL are then not the program's doing.
    std::function<bool()> is_stopped = [] { return false; };
};

class Tracer {
  public:
    /// `too_much` is called, once, where a limit is passed or the conductor is done with tasks still there: it has to
    /// see to it that all tasks are killed.
    enum class Excess : std::uint8_t { tasks, events, conducted };
    Tracer(TracerOptions options, std::function<void(Excess)> too_much);
    ~Tracer();

    /// Attaches to a task that waits to execute the program. False: ptrace is refused (errno).
    bool attach(pid_t task);
    /// Until this thread has no children left. Killing them all makes it return.
    void run();
    /// The events in the order of their times; 0 is when the program was executed.
    kernel::Trace take_trace();
    /// The wait status of the first process, where it has been seen to end.
    std::optional<int> exit_status() const { return exit_status_; }
    /// The programs with the source files that events name: those of the request first, then others that were
    /// met. SourceLine::file is an index into the files of the program that the task was executing.
    std::vector<BuiltProgram> take_programs() { return std::move(options_.programs); }
    /// How often tasks have stopped, or ended.
    std::uint64_t stops() const { return stops_; }
    /// When the first process came to its main(), in the trace's time.
    std::int64_t main_ns() const { return main_ns_ - zero_ns_; }

  private:
    struct FileKey {
        dev_t device = 0;
        ino_t inode = 0;
        auto operator<=>(const FileKey&) const = default;
    };
    struct Process;
    struct Call;
    struct Task;
    struct Activity;
    struct Announcement {
        int count = 0;  ///< sent by kill() and not yet seen to be delivered; negative: the other way round
        std::int64_t start_ns = 0;  ///< of the last such kill()
    };

    // ---- Lock-step (tracer_lock_step.cpp)
    void run_in_lock_step();
    void start_turn(const Turn& turn);
    void come_to_rest(const Turn& turn);
    void release(Task& task);
    void abandon_lock_step();
    bool stands_still(Task& task);
    bool stands_as_expected(const Turn& turn) const;
    bool expects_stop(const Turn& turn) const;
    StandStill stand_still() const;
    bool keep_stop(Task& task, int status);
    bool looks_later(pid_t pid, int status);
    bool look_at_next();
    bool has_turn(const Task& task) const { return &task == turn_task_; }
    void hold(Task& task);
    void hold_or_resume_after_call(Task& task);
    void keep_ignored_signals_away(Task& task);
    void give_mask_back(Task& task);
    bool was_interrupted_for_nothing(const Task& task) const;

    void handle(pid_t pid, int status);
    enum class Stop : std::uint8_t { fresh, was_kept };
    void handle_stop(Task& task, int status, Stop stop = Stop::fresh);
    void resume(Task& task, int signal = 0);
    Task& add_task(pid_t pid, std::shared_ptr<Process> process);
    void remove_task(pid_t pid, int status);

    void on_entry(Task& task);
    void on_return(Task& task);
    void on_fork(Task& task, int event);
    void on_exec(Task& task);
    bool another_thread_kills(const Task& task) const;
    void on_exiting(Task& task);
    void on_signal(Task& task, int signal);
    void note_signal(Task& task, int signal);
    bool on_breakpoint(Task& task);
    void begin_call(Task& task, std::uint64_t number, const std::uint64_t* args, std::uint64_t ip,
                    std::uint64_t sp);
    void open_call(Task& task, std::uint64_t number, const std::uint64_t* args, const CallSite& site,
                   kernel::MemoryReader& memory);
    void note_schedule(Task& task);
    void finish_call(Task& task, std::int64_t result);
    void finish_call(Task& task, std::int64_t result, kernel::MemoryReader& memory);
    void end_interrupted(Task& task, const kernel::SignalActionEntry& action, kernel::SignalAction taken);
    static bool is_made_again(const Task& task, const kernel::SignalActionEntry& action);
    void emit_blocked(const Task& task);
    void emit_woken(const Task& task, std::int64_t result);
    void follow_descriptors(Task& task, std::int64_t result);
    void emit_signals_of_kill(Task& task, std::int64_t result);
    void emit_reaped(Task& task, std::int64_t result);
    void emit_output(Task& task, std::int64_t result, kernel::MemoryReader& memory);

    // ---- Recorded calls (tracer_records.cpp)
    void share_records(Task& task, std::int64_t fd);
    Task* owner_of(const SharedRecords& records, std::uint32_t index) const;
    void take_records();
    void begin_recorded(Task& task, SharedRecords& records, std::uint32_t index);
    void finish_recorded(Task& task, SharedRecords& records, std::uint32_t index);
    void take_call_over(Task& task);
    void take_call_over(Task& task, const volatile CallRecord& record);

    kernel::Event event_of(const Task& task, kernel::EventKind kind) const;
    kernel::Event call_event(const Task& task, kernel::EventKind kind) const;
    void add(const kernel::Event& event);
    CallSite site_of(Task& task, std::uint64_t ip, std::uint64_t sp);
    kernel::SourceLine source_at(Task& task, std::uint64_t return_address);
    kernel::SourceLine numbered(const Task& task, kernel::SourceLine source) const;
    kernel::ObjectRef object_of(Task& task, std::int64_t fd, bool writes);
    /// What tells open files apart: their inode, of pseudo-terminals their number and end.
    static FileKey file_key(pid_t task, std::int64_t fd, const struct stat& status);
    kernel::ObjectRef terminal_object(FileKey key);
    void note_name(const char* link, kernel::ObjectRef object);
    /// Adds the name of the last event's object, where it has one.
    void add_name(kernel::ObjectRef object);
    struct Waker {
        std::int32_t task = 0;
        std::int64_t time_ns = 0;
    };
    Waker find_waker(const Task& task, std::int64_t result) const;
    Waker find_pipe_waker(const Task& task, std::int64_t result) const;
    bool was_asleep(Task& task) const;
    void note_activity(const Task& task);
    void adopt_orphans(const std::shared_ptr<Process>& parent);
    bool has_tasks(const Process& process) const;
    void emit_reparented(const Process& process);
    Announcement* open_kill(const Task& target, int signal, std::int32_t sender);
    void announce_kill(const Task& target);
    std::int32_t returning_signal(Task& task, std::uint64_t sp);
    void emit_sent(const Task& target, int signal, std::int32_t sender);
    void load_program(Task& task);
    void set_breakpoint(Task& task);
    kernel::SignalAction action_for(const Task& task, int signal, kernel::SignalActionEntry& entry) const;

    TracerOptions options_;
    std::function<void(Excess)> too_much_;
    std::unordered_map<pid_t, std::unique_ptr<Task>> tasks_;
    std::unordered_map<pid_t, int> early_stops_;  ///< of tasks whose parent's event has not come yet
    std::map<FileKey, kernel::ObjectRef> objects_;
    std::map<kernel::ObjectRef, std::string> names_;  ///< of those that have one
    std::int32_t last_pipe_ = 0, last_inode_ = 0, last_socket_ = 0, last_terminal_ = 0;
    std::map<kernel::ObjectRef, std::vector<Activity>> activities_;
    std::unordered_map<std::int32_t, Waker> ended_;      ///< by inner pid of the process
    std::unordered_map<std::int32_t, int> end_status_;   ///< by inner pid of the process
    std::unordered_map<std::int32_t, Waker> signalled_;  ///< by inner tid: who sent the last signal
    Waker last_end_;
    std::vector<std::shared_ptr<SharedRecords>> shared_records_;
    std::uint64_t stops_ = 0;  ///< of all tasks, so far
    struct Sent {
        std::int32_t sender = 0, target = 0;
        int signal = 0;
        auto operator<=>(const Sent&) const = default;
    };
    std::map<Sent, Announcement> announced_;
    Modules modules_;
    std::map<const Module*, std::vector<std::uint32_t>> file_numbers_;
    kernel::Trace trace_;
    std::int64_t zero_ns_ = 0, now_ns_ = 0, main_ns_ = 0, last_ns_ = 0;
    std::int32_t first_process_ = 0;
    std::optional<int> exit_status_;
    bool has_excess_ = false;

    // Lock-step
    bool in_lock_step_ = false;
    Task* turn_task_ = nullptr;  ///< whose turn it is, until it ends
    std::int32_t turn_tid_ = 0;  ///< likewise, also when it has ended; 0: time passes
    std::shared_ptr<Process> turn_process_;
    bool cuts_turn_ = false;  ///< the turn's task has been asked to stop where it is
    std::uint64_t holds_ = 0;
    std::vector<std::pair<pid_t, int>> to_look_at_;  ///< stops of tasks that the turn's task has woken
    StandStill changes_;                             ///< of this turn: who ended, who is new
    trace::CallSelector selector_;
    std::size_t selected_events_ = 0;  ///< of the trace, that the selector has seen
};

}  // namespace ipclab::host
