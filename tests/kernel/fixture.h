// A kernel without a machine: tests act as the engine and as the toy processes, call by call.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/kernel.h"
#include "kernel/signals.h"
#include "kernel/syscalls.h"

namespace ipclab::kernel {

inline constexpr std::int64_t kSleeps = INT64_MIN;     ///< the call did not return: the task is blocked
inline constexpr std::int64_t kEnds = INT64_MIN + 1;   ///< the task is gone
inline constexpr std::int64_t kAgain = INT64_MIN + 2;  ///< the call is to be made again after the handler

inline std::int64_t error(Errno e) {
    return -static_cast<std::int64_t>(e);
}

class Fixture {
  public:
    static constexpr std::uint64_t kBuffer = 0x100000;  ///< 1 MiB of memory that every process has
    static constexpr std::uint64_t kBufferBytes = 1 << 20;
    static constexpr std::uint64_t kBadAddress = 0x10;                          ///< nothing is mapped there
    static constexpr std::uint64_t kScratch = kBuffer + kBufferBytes - 0x4000;  ///< for paths and structures

    explicit Fixture(BootOptions options = default_options()) : kernel(boot(options)) {
        first = spawn_first(kernel, "test", ProgramId{1}, &trace);
        Mapping mapping;
        mapping.begin = kBuffer;
        mapping.end = kBuffer + kBufferBytes;
        mapping.protection = kProtRead | kProtWrite;
        REQUIRE(kernel.spaces.write(kernel.processes[pid(first)].space).map(mapping, true).ok());
        check();
    }

    static BootOptions default_options() {
        BootOptions options;
        options.executables = {{"test", ProgramId{1}}, {"other", ProgramId{2}}};
        return options;
    }

    Kernel kernel;
    Trace trace;
    Tid first;
    Outcome last;  ///< of the last call or resume
    Time cost_ns = 0;

    static Pid pid(Tid task) { return Pid{task.value}; }
    const Task& task(Tid tid) const { return kernel.tasks[tid]; }
    const Process& process(Tid tid) const { return kernel.processes[task(tid).process]; }
    /// RLIMIT_NOFILE of its process, as setrlimit(2) would make it.
    void limit_open_files(Tid tid, std::uint64_t most) {
        kernel.processes.write(task(tid).process)
            .resource_limits.write()
            .set(Resource::open_files, {most, most});
    }
    bool exists(Tid tid) const { return kernel.tasks.contains(tid); }
    TaskState state(Tid tid) const { return kernel.tasks[tid].state; }

    /// The task takes the CPU, as the engine would give it to it.
    void run(Tid tid) {
        Cpu& cpu = kernel.scheduler.cpus[0];
        if (cpu.current == tid) return;
        if (cpu.current) {
            Task& leaving = kernel.tasks.write(cpu.current);
            make_ready(kernel, leaving);
            cpu.current = {};
        }
        REQUIRE(state(tid) == TaskState::ready);
        Task& task = kernel.tasks.write(tid);
        task.state = TaskState::running;
        cpu.current = tid;
    }

    /// The task makes a system call: its result, or kSleeps, kEnds.
    template <class... Args>
    std::int64_t call(Tid tid, Sys number, Args... arguments) {
        run(tid);
        const std::array<std::uint64_t, 6> args{static_cast<std::uint64_t>(arguments)...};
        last = enter_syscall(kernel, tid, static_cast<std::uint64_t>(number), args, {}, &trace, cost_ns);
        return result_of(tid);
    }

    /// The task was woken inside a call and goes on with it.
    std::int64_t resume(Tid tid) {
        REQUIRE(task(tid).call.has_value());
        run(tid);
        Resumed resumed = resume_syscall(kernel, tid, {}, &trace, cost_ns);
        last = std::move(resumed.outcome);
        if (resumed.restart) {
            check();
            return kAgain;
        }
        return result_of(tid);
    }

    /// The task is about to go on in user mode: the handler it has to run, if any.
    std::optional<HandlerCall> signal(Tid tid) {
        run(tid);
        auto handler = take_signal(kernel, tid, &trace);
        check();
        return handler;
    }

    /// fork(); the child shares the layout of the buffers.
    Tid fork(Tid tid) {
        const std::int64_t child = call(tid, Sys::fork);
        REQUIRE(child > 0);
        return Tid{child};
    }

    // ---- Memory of a process
    /// As pthread_create() makes it.
    Tid thread(Tid tid) {
        constexpr std::uint64_t kThread = 0x10f00;
        const std::array<std::uint64_t, 2> start{0x1000, 0};
        const Tid made{static_cast<std::int32_t>(call(tid, Sys::clone, kThread, store(tid, start), 0, 0, 0))};
        REQUIRE(made.value > 0);
        return made;
    }
    UserMemory memory(Tid tid) { return {kernel.spaces.write(process(tid).space), kernel.memory}; }
    std::uint64_t put(Tid tid, std::string_view bytes, std::uint64_t address = kBuffer) {
        REQUIRE(memory(tid)
                    .write(address, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})
                    .ok());
        return address;
    }
    std::string get(Tid tid, std::size_t bytes, std::uint64_t address = kBuffer) {
        std::string text(bytes, '\0');
        REQUIRE(memory(tid).read(address, {reinterpret_cast<std::uint8_t*>(text.data()), bytes}).ok());
        return text;
    }
    template <class T>
    T load(Tid tid, std::uint64_t address) {
        auto value = memory(tid).read_object<T>(address);
        REQUIRE(value.ok());
        return *value;
    }
    template <class T>
    std::uint64_t store(Tid tid, const T& value, std::uint64_t address = kScratch) {
        REQUIRE(memory(tid).write_object(address, value).ok());
        return address;
    }
    std::uint64_t path(Tid tid, std::string_view name, std::uint64_t address = kScratch) {
        return put(tid, std::string(name) + '\0', address);
    }

    // ---- Shorthands
    struct PipeEnds {
        Fd read = -1, write = -1;
    };
    PipeEnds pipe(Tid tid, std::uint32_t flags = 0) {
        REQUIRE(call(tid, Sys::pipe2, kScratch, flags) == 0);
        const auto ends = load<std::array<std::int32_t, 2>>(tid, kScratch);
        return {ends[0], ends[1]};
    }
    std::int64_t write(Tid tid, Fd fd, std::string_view bytes) {
        return call(tid, Sys::write, fd, put(tid, bytes), bytes.size());
    }
    std::int64_t read(Tid tid, Fd fd, std::size_t bytes) { return call(tid, Sys::read, fd, kBuffer, bytes); }
    /// Reads and returns what was read; the call must succeed.
    std::string read_text(Tid tid, Fd fd, std::size_t bytes) {
        const std::int64_t done = read(tid, fd, bytes);
        REQUIRE(done >= 0);
        return get(tid, static_cast<std::size_t>(done));
    }
    std::int64_t open(Tid tid, std::string_view name, std::uint32_t flags, std::uint32_t mode = 0644) {
        return call(tid, Sys::openat, -100, path(tid, name), flags, mode);
    }
    std::int64_t close(Tid tid, Fd fd) { return call(tid, Sys::close, fd); }
    std::int64_t set_handler(Tid tid, int signal, std::uint64_t handler, std::uint64_t flags = 0,
                             SignalMask mask = 0) {
        const std::array<std::uint64_t, 4> action{handler, flags, 0, mask};
        return call(tid, Sys::rt_sigaction, signal, store(tid, action), 0, 8);
    }
    std::int64_t block_signals(Tid tid, SignalMask mask) {
        return call(tid, Sys::rt_sigprocmask, 2, store(tid, mask), 0, 8);
    }
    void pass_time(Time ns) {
        kernel.now_ns += ns;
        expire_timers(kernel, &trace);
        check();
    }

    /// Events of one kind, oldest first.
    std::vector<Event> events(EventKind kind) const {
        std::vector<Event> found;
        for (const Event& event : trace.events)
            if (event.kind == kind) found.push_back(event);
        return found;
    }

    void check() {
        const std::string broken = broken_invariant(kernel);
        if (!broken.empty()) FAIL(broken);
    }

  private:
    std::int64_t result_of(Tid tid) {
        check();
        switch (last.kind) {
            case Outcome::Kind::blocked:
                return kSleeps;
            case Outcome::Kind::exited:
                return kEnds;
            case Outcome::Kind::done:
            case Outcome::Kind::forked:
            case Outcome::Kind::executed:
            case Outcome::Kind::returned_from_handler:
            case Outcome::Kind::yielded:
                break;
        }
        static_cast<void>(tid);
        return last.value;
    }
};

/// A standard signal's bit and others, for masks.
constexpr SignalMask bits() {
    return 0;
}
template <class... More>
constexpr SignalMask bits(int signal, More... more) {
    return signal_bit(signal) | bits(more...);
}

/// The exit status word of waitpid(2) for exit(code).
constexpr std::int32_t exited(int code) {
    return (code & 0xff) << 8;
}

}  // namespace ipclab::kernel
