// Random system calls with hostile arguments. Nothing is expected of the results, everything of the kernel: it must
// not crash, and every invariant must hold after every step. A failure prints the seed and the step.
#include <algorithm>
#include <cstdlib>
#include <random>

#include "kernel/futex.h"
#include "kernel/terminal_requests.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kSteps = 8000;  // for each seed

/// IPCLAB_RANDOM_SEEDS=1000 drives 8 million steps.
std::uint64_t seeds() {
    constexpr std::uint64_t kUsual = 15;
    const char* asked = std::getenv("IPCLAB_RANDOM_SEEDS");
    return asked ? std::max(std::strtoull(asked, nullptr, 10), 1ull) : kUsual;
}

BootOptions small_machine(std::uint64_t seed) {
    BootOptions options = Fixture::default_options();
    options.limits.processes = 10;
    options.limits.open_files = 20;
    options.limits.all_open_files = 40;
    options.limits.inodes = 40;
    options.limits.file_bytes = 40'000;
    options.limits.filesystem_bytes = 100'000;
    options.limits.pipe_bytes = seed % 3 == 0 ? 65'536 : seed % 3 == 1 ? 8192 : 100;
    options.limits.pending_signals = 20;
    options.limits.resident_bytes = 4 << 20;
    options.limits.address_space_bytes = 8 << 20;
    options.limits.cpus = 1 + static_cast<int>(seed % 3);
    options.limits.realtime_priority = 50;
    options.limits.spurious_wakeups = seed % 2 == 0 ? 50 : 0;
    options.standard_streams = {static_cast<StreamKind>(seed % 3), static_cast<StreamKind>(seed / 3 % 3),
                                StreamKind::terminal};
    if (seed % 2 == 0) {
        options.hosts = {{"a", 0x0a000001}, {"b", 0x0a000002}};
        options.limits.network_latency_us = 5;
        options.limits.network_queue = 30;
        options.limits.network_loss = options.limits.network_duplication = options.limits.network_reordering =
            10;
    }
    options.files = {{"/home/student/file", "some text\n"}, {"/tmp/dir/inner", "x"}};
    return options;
}

class Storm {
  public:
    explicit Storm(std::uint64_t seed) : seed_(seed), random_(seed), f_(small_machine(seed)) {}

    void run() {
        for (std::uint64_t step = 0; step < kSteps; ++step) {
            CAPTURE(step);
            CAPTURE(last_call_);
            if (f_.kernel.tasks.empty()) f_ = Fixture(small_machine(seed_ += seeds()));
            one_step();
            f_.check();
            if (f_.trace.events.size() > 1000) f_.trace.clear();
        }
    }

  private:
    std::uint64_t below(std::uint64_t end) {
        return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(random_);
    }
    template <class T>
    T one_of(std::initializer_list<T> list) {
        return list.begin()[below(list.size())];
    }
    Trace* trace() { return with_events_ ? &f_.trace : nullptr; }

    void one_step() {
        with_events_ = below(4) != 0;
        f_.kernel.cpu = CpuId{static_cast<std::int64_t>(below(f_.kernel.scheduler.cpus.size()))};
        f_.kernel.now_ns += static_cast<Time>(below(10'000));
        expire_timers(f_.kernel, trace());
        if (const PacketId packet = undecided_packet(f_.kernel); packet && below(3))
            decide(f_.kernel, packet, drawn_fate(f_.kernel.limits, packet), trace());
        if (below(50) == 0) outside();
        const Tid task = pick();
        if (!task) return outside();
        if (f_.kernel.tasks[task].call) return resume(task);
        if (has_deliverable_signal(f_.kernel, task)) return signal(task);
        call(task);
    }

    /// Any task that can run, on the CPU that is acting.
    Tid pick() {
        std::vector<Tid> able;
        for (const auto& [tid, task] : f_.kernel.tasks)
            if (task->state == TaskState::ready || task->state == TaskState::running) able.push_back(tid);
        if (able.empty()) return {};
        const Tid chosen = able[below(able.size())];
        if (f_.kernel.tasks[chosen].state == TaskState::running) return chosen;
        Cpu& cpu = f_.kernel.scheduler.cpus[static_cast<std::size_t>(f_.kernel.cpu.value)];
        if (cpu.current) make_ready(f_.kernel, f_.kernel.tasks.write(cpu.current));
        f_.kernel.tasks.write(chosen).state = TaskState::running;
        cpu.current = chosen;
        return chosen;
    }

    void outside() {
        switch (below(4)) {
            case 0:
                feed_input(f_.kernel, standard_stream(0), one_of<std::string_view>({"line\n", "part", ""}),
                           trace());
                break;
            case 1:
                if (const Time next = next_deadline(f_.kernel); next != kNever) {
                    f_.kernel.now_ns = std::max(f_.kernel.now_ns, next);
                    expire_timers(f_.kernel, trace());
                }
                break;
            case 2:
                static_cast<void>(
                    send_from_outside(f_.kernel, Pid{static_cast<std::int64_t>(below(12))},
                                      static_cast<int>(one_of<std::uint64_t>({18, 10, 17, below(70)})),
                                      trace())
                        .ok());
                break;
            case 3:
                if (const Tid sleeper = drawn_sleeper(f_.kernel))
                    wake_spuriously(f_.kernel, sleeper, trace());
                if (below(4) == 0)
                    raise_fault(f_.kernel, f_.kernel.tasks.begin()->first, {.signal = kSigSegv, .code = 1},
                                trace());
                break;
        }
    }

    void resume(Tid task) {
        Time cost = 0;
        const PendingCall& pending = *f_.kernel.tasks[task].call;
        last_call_ = "task " + std::to_string(task.value) + " goes on with " +
                     std::string(syscall_spec(std::uint64_t{pending.number})->name);
        for (const std::uint64_t arg : pending.args) last_call_ += " " + std::to_string(arg);
        const Pid pid = pid_of(task);
        after(pid, resume_syscall(f_.kernel, task, {}, trace(), cost).outcome);
    }

    void signal(Tid task) {
        auto handler = take_signal(f_.kernel, task, trace());
        if (handler && below(2))
            return_from_handler(f_.kernel, task, handler->mask_to_restore, handler->signal, trace());
    }

    Pid pid_of(Tid task) const { return f_.kernel.tasks[task].process; }

    std::uint64_t pointer(Tid task) {
        switch (below(8)) {
            case 0:
                return one_of<std::uint64_t>(
                    {0, 1, Fixture::kBadAddress, kUserTop - 1, ~0ull, 1ull << 63, 0x401000});
            case 1:
                return Fixture::kBuffer + Fixture::kBufferBytes - below(300);
            case 2: {
                if (f_.kernel.spaces[f_.kernel.processes[pid_of(task)].space].mapping_at(Fixture::kScratch)) {
                    const std::array<std::uint64_t, 4> words{below(3), below(2'000'000), below(100),
                                                             below(3)};
                    const UserMemory memory{f_.kernel.spaces.write(f_.kernel.processes[pid_of(task)].space),
                                            f_.kernel.memory};
                    static_cast<void>(memory.write_object(Fixture::kScratch + 256, words).ok());
                }
                return Fixture::kScratch + 256;
            }
            default:
                return Fixture::kBuffer + below(20'000);
        }
    }

    std::uint64_t path(Tid task) {
        const auto name = one_of<std::string_view>({"/tmp/a",
                                                    "/tmp/b",
                                                    "/tmp/dir",
                                                    "/tmp/dir/inner",
                                                    "dir/../x",
                                                    ".",
                                                    "..",
                                                    "/",
                                                    "/bin/other",
                                                    "file",
                                                    "",
                                                    "/dev/tty",
                                                    "/dev/ptmx",
                                                    "/dev/ptmx",
                                                    "/dev/pts/0",
                                                    "/dev/pts/1",
                                                    "/dev/full",
                                                    "/tmp/link",
                                                    "/tmp/dir/sub",
                                                    "/dev/zero",
                                                    "/tmp/a/",
                                                    "fifo",
                                                    "/tmp/dir/sub/deep"});
        const UserMemory memory{f_.kernel.spaces.write(f_.kernel.processes[pid_of(task)].space),
                                f_.kernel.memory};
        const std::uint64_t at = Fixture::kScratch + below(4) * 512;
        std::string text(name);
        text += '\0';
        static_cast<void>(
            memory.write(at, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}).ok());
        return below(20) ? at : pointer(task);
    }

    std::uint64_t socket_address(Tid task) {
        using namespace std::string_literals;
        std::string name = one_of<std::string>({"\1\0/tmp/s"s, "\1\0/tmp/s2"s, "\1\0\0ab"s, "\0\0"s,
                                                "\2\0\x13\x88\x7f\0\0\1"s, "\2\0\x13\x89\0\0\0\0"s,
                                                "\2\0\x13\x88\x0a\0\0\1"s, "\2\0\x13\x89\x0a\0\0\2"s,
                                                "\2\0\x13\x88\x0a\0\0\x09"s, "\2\0\x13\x88\x0a\0\0\xff"s});
        name.resize(64);
        const UserMemory memory{f_.kernel.spaces.write(f_.kernel.processes[pid_of(task)].space),
                                f_.kernel.memory};
        const std::uint64_t at = Fixture::kScratch + 0x800 + below(4) * 64;
        static_cast<void>(
            memory.write(at, {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()}).ok());
        return below(10) ? at : pointer(task);
    }

    std::uint64_t number() {
        switch (below(6)) {
            case 0:
                return one_of<std::uint64_t>({~0ull, 1ull << 63, INT64_MAX, 0x7fffffff, 0x80000000,
                                              0xffffffff, 4096, 65'536, 1ull << 40});
            case 1:
                return below(100'000);
            case 2:
                return std::uint64_t{1} << below(64);
            default:
                return below(20);
        }
    }

    /// struct flock with small numbers.
    std::uint64_t file_lock(Tid task) {
        struct {
            std::int16_t type, whence;
            std::int64_t start, length;
            std::int64_t process;
        } lock{static_cast<std::int16_t>(below(3)), static_cast<std::int16_t>(below(30) ? 0 : below(4)),
               static_cast<std::int64_t>(below(10)), static_cast<std::int64_t>(below(5)) - (below(5) ? 0 : 3),
               0};
        const UserMemory memory{f_.kernel.spaces.write(f_.kernel.processes[pid_of(task)].space),
                                f_.kernel.memory};
        static_cast<void>(memory.write_object(Fixture::kScratch + 512, lock).ok());
        return below(20) ? Fixture::kScratch + 512 : pointer(task);
    }

    std::uint64_t argument(Tid task, ArgKind kind) {
        if (below(40) == 0) return number();
        switch (kind) {
            case ArgKind::fd:
                return below(30) ? below(12) : number();
            case ArgKind::at_fd:
                return below(4) ? static_cast<std::uint64_t>(-100) : below(12);
            case ArgKind::path:
                return path(task);
            case ArgKind::bytes_in:
            case ArgKind::bytes_out:
            case ArgKind::string_list:
            case ArgKind::address:
            case ArgKind::fd_pair_out:
            case ArgKind::status_out:
            case ArgKind::timespec_in:
            case ArgKind::timespec_out:
            case ArgKind::sigset_in:
            case ArgKind::sigset_out:
            case ArgKind::sigaction_in:
            case ArgKind::sigaction_out:
            case ArgKind::stat_out:
            case ArgKind::rusage_out:
            case ArgKind::iovec_in:
            case ArgKind::iovec_out:
            case ArgKind::message_in:
            case ArgKind::message_out:
            case ArgKind::sembuf_in:
            case ArgKind::pollfds:
            case ArgKind::fd_set:
            case ArgKind::timeval_in:
            case ArgKind::timer_spec_in:
            case ArgKind::timer_spec_out:
            case ArgKind::epoll_event_in:
            case ArgKind::epoll_events_out:
            case ArgKind::sockaddr_out:
            case ArgKind::option_out:
            case ArgKind::msghdr_in:
            case ArgKind::msghdr_out:
            case ArgKind::mq_attr_in:
            case ArgKind::mq_attr_out:
            case ArgKind::number_out:
                return below(4) ? pointer(task) : 0;
            case ArgKind::size:
                return below(3) ? below(9000) : one_of<std::uint64_t>({8, 4096, number()});
            case ArgKind::signal:
                return below(3) ? one_of<std::uint64_t>({0, 10, 17, 18, 13, 34}) : below(66);
            case ArgKind::pid:
                return below(3) ? below(14)
                                : one_of<std::uint64_t>({~0ull, static_cast<std::uint64_t>(-3), number()});
            case ArgKind::open_flags:
                return one_of<std::uint64_t>(
                    {0, 1, 2, 0101, 0102, 0301, 01002, 02001, 04000, 02000000, number()});
            case ArgKind::wait_flags:
                return one_of<std::uint64_t>({0, 1, 2, 3, 10, 11, number()});
            case ArgKind::fcntl_command:
                return one_of<std::uint64_t>(
                    {0, 1, 2, 3, 4, 5, 6, 7, 7, 36, 37, 38, 1030, 1031, 1032, 1033, 1034, number()});
            case ArgKind::fcntl_argument:
                return below(2) ? below(20) : file_lock(task);
            case ArgKind::splice_flags:
                return one_of<std::uint64_t>({0, 2, 2, 3, number()});
            case ArgKind::mremap_flags:
                return one_of<std::uint64_t>({0, 1, 1, 3, number()});
            case ArgKind::memfd_flags:
                return one_of<std::uint64_t>({0, 1, 2, 3, number()});
            case ArgKind::flock_operation:
            case ArgKind::sched_policy:
            case ArgKind::resource:
            case ArgKind::prctl_option:
                return one_of<std::uint64_t>({1, 2, 8, 5, 6, number()});
            case ArgKind::pipe_flags:
                return one_of<std::uint64_t>({0, 04000, 040000, 02000000, number()});
            case ArgKind::mode:
                return one_of<std::uint64_t>({0644, 0010666, number()});
            case ArgKind::none:
            case ArgKind::signed_:
            case ArgKind::unsigned_:
            case ArgKind::offset:
            case ArgKind::clock:
            case ArgKind::mmap_protection:
            case ArgKind::mmap_flags:
            case ArgKind::sigmask_how:
            case ArgKind::clone_flags:
            case ArgKind::futex_op:
            case ArgKind::seek_whence:
                return number();
            case ArgKind::ioctl_command:
                return one_of<std::uint64_t>({kTcGets, kTcSets, kTcSetsFlush, kTcFlow, kTcFlush,
                                              kTiocSetControlling, kTiocGetGroup, kTiocSetGroup, kTiocSetSize,
                                              kTiocNoTerminal, kTiocGetSession, kTiocGptn, kTiocSptlck,
                                              kTiocSptlck, kTiocGptpeer, kTiocSig, kBytesToRead, number()});
            case ArgKind::ioctl_argument:
                return below(2) ? pointer(task) : below(4);
            case ArgKind::ipc_key:
                return below(4);
            case ArgKind::ipc_flags:
                return one_of<std::uint64_t>({01600, 0600, 03600, 0400, 0, number()});
            case ArgKind::ipc_command:
                return one_of<std::uint64_t>({0, 1, 2, 2, 3, 11, 12, 13, 14, number()});
            case ArgKind::semctl_command:
                return one_of<std::uint64_t>({0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 16, 17, 18, 19, number()});
            case ArgKind::semctl_argument:
                return below(2) ? below(3) : pointer(task);
            case ArgKind::message_flags:
                return one_of<std::uint64_t>({0, 0, 04000, 010000, 020000, 044000, number()});
            case ArgKind::sockaddr_in:
                return socket_address(task);
            case ArgKind::socket_domain:
                return below(10) ? 1 + below(2) : number();
            case ArgKind::socket_type:
                return below(10) ? one_of<std::uint64_t>({1, 2, 5, 04001, 02000002, 0}) : number();
            case ArgKind::socket_level:
                return below(10) ? below(2) : number();
            case ArgKind::socket_option:
                return below(40);
            case ArgKind::socket_flags:
                return one_of<std::uint64_t>({0, 0x40, 0x40, 2, 0x42, 0x100, 0x4000, 0x40000040, number()});
            case ArgKind::shutdown_how:
                return below(4);
            case ArgKind::shmat_flags:
                return one_of<std::uint64_t>({0, 010000, 020000, number()});
        }
        return 0;
    }

    void call(Tid task) {
        const auto table = syscall_table();
        const SyscallSpec* spec = &table[below(table.size())];
        // Ends of processes are common enough by signals.
        if (spec->result == ResultKind::none && below(20)) spec = syscall_spec("read");
        if (below(3) == 0)
            spec = syscall_spec(
                one_of<std::string_view>({"read", "write", "fork", "wait4", "pipe", "close", "ioctl"}));
        std::array<std::uint64_t, 6> args{};
        for (std::size_t i = 0; i < args.size(); ++i) args[i] = argument(task, spec->args[i].kind);
        const std::uint64_t chosen = below(500) ? std::uint64_t{spec->number} : number();
        Time cost = 0;
        last_call_ = "task " + std::to_string(task.value) + ": " + std::string(spec->name);
        for (const std::uint64_t arg : args) last_call_ += " " + std::to_string(arg);
        const Pid pid = pid_of(task);
        after(pid, enter_syscall(f_.kernel, task, chosen, args, {}, trace(), cost));
    }

    /// `pid`: of whose task it was; an execve() by one of several threads has given that another id.
    void after(Pid pid, const Outcome& outcome) {
        switch (outcome.kind) {
            case Outcome::Kind::executed: {
                Mapping mapping;
                mapping.begin = Fixture::kBuffer;
                mapping.end = Fixture::kBuffer + Fixture::kBufferBytes;
                mapping.protection = kProtRead | kProtWrite;
                AddressSpace& space = f_.kernel.spaces.write(f_.kernel.processes[pid].space);
                CHECK(space.map(mapping, true).ok());
                break;
            }
            case Outcome::Kind::forked:
                CHECK(f_.kernel.tasks.contains(outcome.child));
                break;
            case Outcome::Kind::done:
            case Outcome::Kind::blocked:
            case Outcome::Kind::exited:
            case Outcome::Kind::returned_from_handler:
            case Outcome::Kind::yielded:
                break;
        }
        if (below(200) == 0) {
            const Kernel copy = f_.kernel;
            CHECK(copy == f_.kernel);
            kept_ = copy;
        }
    }

    std::uint64_t seed_;
    std::mt19937_64 random_;
    Fixture f_;
    Kernel kept_;  // a snapshot that is alive makes every write a copy
    bool with_events_ = true;
    std::string last_call_;
};

}  // namespace

TEST_CASE("random calls with hostile arguments never break an invariant") {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        CAPTURE(seed);
        Storm(seed).run();
    }
}

}  // namespace ipclab::kernel
