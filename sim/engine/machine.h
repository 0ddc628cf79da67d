// The machine: a program set, one simulated kernel and the execution states of its tasks. The whole state, a
// plain value: copy it and you have a snapshot. It moves only through step(), by a Choice, and yields events.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/event.h"
#include "kernel/kernel.h"
#include "sim/vm/interpreter.h"
#include "sim/vm/program.h"

namespace ipclab::engine {

/// The executables of a machine; ProgramId n names programs[n - 1]. Immutable: shared by all snapshots.
using ProgramSet = std::vector<std::shared_ptr<const vm::Program>>;

/// What a program asks for that the system may not have.
struct Refusals {
    bool memory = false;  ///< malloc() and its like
    bool tasks = false;   ///< fork(), pthread_create()
    bool any() const { return memory || tasks; }
    bool includes(vm::Request request) const { return request == vm::Request::memory ? memory : tasks; }
};

struct Machine {
    std::shared_ptr<const ProgramSet> programs;
    kernel::Kernel kernel;
    kernel::Table<kernel::Tid, vm::Context> contexts;
    bool reports_leaks =
        false;  ///< a setting: what a process has not freed or closed is explained when it exits
    /// A setting: where not null, stores to these places wait in store buffers (vm/store_buffer.h). Null: sequential
    /// consistency.
    std::shared_ptr<const vm::SharedPlaces> buffered;
    /// A setting of the explorer's: what can be refused wherever it is asked for.
    Refusals refusals;

    bool operator==(const Machine& other) const {
        return (programs == other.programs || *programs == *other.programs) && kernel == other.kernel &&
               contexts == other.contexts;
    }

    const vm::Program& program(kernel::ProgramId id) const {
        return *(*programs)[static_cast<std::size_t>(id.value - 1)];
    }
    /// The program that a task runs.
    const vm::Program& program_of(kernel::Tid task) const;
};

/// Whatever the state does not determine. A schedule is a list of them; replaying it gives the identical
/// machine.
struct Choice {
    enum class Kind : std::uint8_t {
        run,  ///< `task` goes on, on `cpu`: for `budget` instructions or until its next system call or fault
        advance_time,  ///< nobody can run: time passes until the next deadline
        input,         ///< `bytes` arrive on standard input; empty: end of file
        packet,        ///< `packet` of the modelled network has this `fate` (kernel/network.h)
        wake,          ///< `task` wakes from a futex for no reason (kernel/futex.h): a spurious wake-up
        signal,  ///< somebody outside sends `signal` to `process`; 0: to the terminal's foreground group
        drain,   ///< the oldest store that waits in the store buffer of `task` reaches memory
        fail,    ///< the memory, process or thread that `task` asks for next is refused
    };
    Kind kind = Kind::run;
    kernel::CpuId cpu{};
    kernel::Tid task{};
    std::uint32_t budget = 0;
    std::int32_t signal = 0;
    kernel::Pid process{};
    std::string bytes;
    kernel::PacketId packet{};
    kernel::PacketFate fate{};

    static Choice run(kernel::Tid task, kernel::CpuId cpu, std::uint32_t budget) {
        return {Kind::run, cpu, task, budget, 0, {}, {}, {}, {}};
    }
    static Choice advance_time();
    static Choice input(std::string bytes);
    static Choice wake_spuriously(kernel::Tid task);
    static Choice drain(kernel::Tid task);
    static Choice fail(kernel::Tid task);
    static Choice send_signal(kernel::Pid process, int signal);
    static Choice decide_packet(kernel::PacketId packet, kernel::PacketFate fate);
    bool operator==(const Choice&) const = default;
};
using Schedule = std::vector<Choice>;

/// What one step did.
struct Step {
    enum class End : std::uint8_t {
        budget,   ///< the instructions are used up
        call,     ///< one system call returned (or was left to restart)
        blocked,  ///< the task went to sleep
        ended,    ///< the task is gone
        signal,   ///< a signal was acted on, or a handler returned
        fault,    ///< the task ran into a fault; its signal is pending
        other,    ///< time passed, input or a signal arrived
    };
    // In this order it is returned in two registers.
    End end = End::other;
    bool is_mistaken = false;  ///< the task did something wrong, and it is explained
    std::uint64_t instructions = 0;
};

/// A step can be taken in parts, to stand between two of its instructions: the parts after the first look at
/// no timer and no signal, so that the sum of the parts is the step.
enum class Begin : std::uint8_t { fresh, continued };

/// Moves the machine. The choice must be possible (see can_run); the events are added to `trace`, null: not
/// wanted. With a watch (StopAt::watched) a step may end before its first instruction.
Step step(Machine& machine, const Choice& choice, kernel::Trace* trace, Begin begin = Begin::fresh,
          vm::StopAt stop_at = vm::StopAt::nothing, vm::Watch* watch = nullptr);

/// Whether stores of the task wait to reach memory.
bool has_waiting_stores(const Machine& machine, kernel::Tid task);

/// Whether the task is ready, or running on that CPU.
bool can_run(const Machine& machine, kernel::Tid task);
/// Tasks that can run, by id.
std::vector<kernel::Tid> runnable(const Machine& machine);

/// Why a machine that nothing can move has come to rest.
enum class Rest : std::uint8_t {
    moving,       ///< some task can run, or a deadline is coming
    finished,     ///< no toy process is left
    wants_input,  ///< at least one task waits for standard input, nobody can run
    stuck,        ///< tasks are blocked and nothing is left that could wake them: deadlock
    stopped,      ///< the tasks that are left are stopped by a signal
};
Rest rest(const Machine& machine);

/// Who keeps a pipe that the task waits for from ending, in words: "; its write end is open as descriptor 4 of ...".
/// Empty where it waits for no pipe.
std::string open_ends(const Machine& machine, const kernel::Task& task);

/// What a run leaves behind.
struct Outcome {
    std::string standard_output, standard_error;
    std::int32_t wait_status = -1;  ///< of the first process, as waitpid(2) reports it; -1 while it lives
    bool operator==(const Outcome&) const = default;
};
Outcome outcome(const Machine& machine);
/// How a process ended: "exit status 3", "killed by SIGSEGV".
std::string ending_text(std::int32_t wait_status);

struct MachineOptions {
    std::vector<std::string> arguments;                ///< argv of the first process; [0] is its name
    std::vector<std::string> environment;              ///< "NAME=value"; default_environment() where empty
    kernel::Time quantum_ns = 0;                       ///< length of a time slice; 0: the scheduler's own
    kernel::BootOptions boot{};                        ///< `executables` is filled in from the program set
    std::shared_ptr<const vm::SharedPlaces> buffered;  ///< Machine::buffered
};
std::vector<std::string> default_environment();

/// Boots a kernel with all programs in /bin and starts the one at index `first`. Events of the start go to
/// `trace`. Throws nothing; a program that cannot be loaded (arguments too long) gives a machine whose first
/// process was killed.
Machine make_machine(ProgramSet programs, std::size_t first, const MachineOptions& options,
                     kernel::Trace* trace);

/// The innermost line of the program's own code where the task is.
kernel::SourceLine source_line(const Machine& machine, kernel::Tid task);

}  // namespace ipclab::engine
