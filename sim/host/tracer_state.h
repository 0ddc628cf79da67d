// What the tracer keeps of each process, task and call. Private to sim/host/tracer*.cpp.
#pragma once

#include "sim/host/tracer.h"

namespace ipclab::host {

using trace::is_restart;
using trace::kRestartAlways;
using trace::kRestartIfAsked;
using trace::kRestartNoHandler;

/// /proc/PID/schedstat: time on a CPU, time waiting for one, number of times on one.
struct ScheduleCount {
    std::int64_t run_ns = 0, wait_ns = 0, turns = 0;
};

/// What the threads of a process share.
struct Tracer::Process {
    pid_t host = 0;
    kernel::Pid pid{};
    bool records = false;                             ///< main() has been reached
    std::shared_ptr<SharedRecords> records_of_calls;  ///< with its forked children
    std::uint64_t breakpoint = 0;
    std::uint8_t replaced_byte = 0;
    std::string executed_path;
    std::shared_ptr<AddressMap> code;
    kernel::SignalActions actions{};
    std::unordered_map<std::int64_t, FileKey> descriptors;  ///< as seen since they were last opened or closed
    /// One of its threads is in exit_group or execve: the kernel takes the others away, by a SIGKILL that nobody sent.
    bool ends_threads = false;
    bool death_told = false;
    std::vector<std::pair<pid_t, kernel::Pid>>
        children;              ///< when its last task is about to end, with their inner numbers
    bool is_spawning = false;  ///< between posix_spawn()'s clone and its execve
};

struct Tracer::Call {
    bool is_open = false;
    bool is_interrupted = false;  ///< returned -ERESTART...: goes on unless a handler runs
    std::uint16_t number = 0;
    const kernel::SyscallSpec* spec = nullptr;
    std::array<std::uint64_t, 6> args{};
    std::int64_t start_ns = 0;
    std::int64_t code = 0;  ///< -ERESTART... where interrupted
    CallSite site;          ///< the source's file: as take_programs() has it
    kernel::ObjectRef object{};
    kernel::CapturedArguments inputs;
    bool may_sleep = false;
    bool has_slept = false;
    bool sets_action = false;  ///< rt_sigaction: to be noted where it succeeds
    kernel::SignalActionEntry new_action;
    std::optional<std::uint32_t> record;    ///< recorded: which record
    std::uint64_t stops_before = 0;         ///< Tracer's count of stops on entry
    std::optional<std::uint64_t> own_mask;  ///< lock-step: while ignored signals are kept from it
    ScheduleCount schedule;
};

class TaskMemory : public kernel::MemoryReader {
  public:
    explicit TaskMemory(pid_t task) : task_(task) {}
    bool read(std::uint64_t address, std::span<std::uint8_t> out) override {
        return read_memory(task_, address, out.data(), out.size());
    }

  private:
    pid_t task_;
};

struct Tracer::Task {
    explicit Task(pid_t pid) : host(pid), memory(pid) {}
    pid_t host = 0;
    kernel::Tid tid{};
    std::shared_ptr<Process> process;
    Call call;
    TaskMemory memory;
    UniqueFd schedstat;
    bool has_exited = false;  ///< its exited event has been written
    struct Handler {
        int signal = 0;
        std::uint64_t sp = 0;  ///< where the task was interrupted
    };
    std::vector<Handler> handlers;  ///< running, the innermost last

    // Lock-step
    bool is_held = false, was_cut = false;
    bool is_listening = false;        ///< stopped by a signal
    bool is_asleep = false;           ///< as seen when all stood still
    bool is_to_be_looked_at = false;  ///< has stopped, in the turn of another one that woke it
    std::uint64_t since = 0;          ///< Tracer's count of holds
    std::optional<int> kept_stop;     ///< to be looked at when its turn comes: its wait status
    bool is_signal_noted = false;     ///< kept_stop is a signal's, and its events have been written
    UniqueFd stat;                    ///< /proc/PID/task/TID/stat
};

/// What a task did to an object, lately: for telling who woke a sleeper.
struct Tracer::Activity {
    std::int32_t task = 0;
    bool is_write = false, is_close = false;
    std::int64_t start_ns = 0, end_ns = 0;
};

}  // namespace ipclab::host
