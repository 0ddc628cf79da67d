// The sandbox of a toy program: bubblewrap's namespaces and file system, limits, standard streams, a
// deadline, and the certainty that nothing is left afterwards.
//
//   caller's thread  prepare(), then pump(): moves input and output, watches the limits, until the run is
//   over runner's thread  start(), wait_ready(), release(), then waits for all its children and calls
//   finished()
//
// The runner is a thread of its own because the kernel ties two things to the thread that forks: the death
// signal that bubblewrap arms, and ptrace. Inside, the launcher is pid 1 and the program is pid 2, as in the
// simulated kernel, where init is 1.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/network.h"
#include "sim/host/command.h"
#include "sim/host/launcher_protocol.h"
#include "sim/trace/left_behind.h"

namespace ipclab::host {

enum class StdioKind : std::uint8_t { terminal, pipe, file };

struct Stdio {
    StdioKind in = StdioKind::pipe, out = StdioKind::pipe, err = StdioKind::pipe;
    std::string input;  ///< what the program can read, followed by end of file
    int input_fd = -1;  ///< where given: read from here after `input`, until its end. Not closed.
};

struct RunLimits {
    std::int64_t deadline_ns = 10'000'000'000;  ///< from the start
    std::int64_t linger_ns = 3'000'000'000;  ///< for processes that are still there after the first one ended
    int processes = 64;                      ///< tasks at one time
    std::uint64_t memory_bytes = 512ull << 20;       ///< resident, of all processes together, and their files
    std::uint64_t address_space_bytes = 2ull << 30;  ///< of one process (RLIMIT_AS)
    std::uint64_t cpu_seconds = 60;                  ///< of one process (RLIMIT_CPU)
    std::uint64_t file_bytes = 64ull << 20;          ///< of one file (RLIMIT_FSIZE)
    std::uint64_t tmp_bytes = 64ull << 20;           ///< of each of /tmp, /dev/shm, /home/student
    std::uint64_t output_bytes = 16ull << 20;        ///< of stdout and stderr together
    int open_files = 1024;                           ///< RLIMIT_NOFILE
    std::uint64_t events = 2'000'000;                ///< of a trace
};

enum class LimitKind : std::uint8_t {
    deadline,
    left_behind,
    processes,
    memory,
    output,
    events,
    conducted,  ///< by the conductor of a run in lock-step
    cancelled,
};

/// Why a run was stopped.
struct LimitHit {
    LimitKind kind{};
    std::string text;  ///< for people: "stopped after 10 s (deadline)"
};

struct SandboxRequest {
    std::string bin_directory;             ///< host path; becomes /bin
    std::string path;                      ///< what is executed, as seen inside: "/bin/NAME"
    std::vector<std::string> arguments;    ///< argv, argv[0] included
    std::vector<std::string> environment;  ///< "NAME=value"
    /// Files to be there at the start: path inside /home/student or /tmp, and content.
    std::vector<std::pair<std::string, std::string>> files;
    std::vector<kernel::Host> hosts;  ///< see network_setup.h
    Stdio stdio;
    RunLimits limits;
    bool traced = false;    ///< the program waits for release(), and its calls stop for a tracer
    bool recorded = false;  ///< traced: calls that the recorder makes (recorder.c) do not stop
    bool without_sandbox = false;
    bool reports_left = false;  ///< with the sandbox: what the program has left behind is looked at
    /// Gets output as it comes, on the pump's thread: stream 1 or 2.
    std::function<void(int stream, std::string_view bytes)> on_output;
};

class Sandbox {
  public:
    explicit Sandbox(SandboxRequest request);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    /// Makes everything that can be made before the fork. An error text, or nothing.
    std::optional<std::string> prepare();

    // ---- The runner's thread
    /// Forks. An error text, or nothing.
    std::optional<std::string> start();
    /// Waits until the program is about to execute; its pid on this side, or 0 where it failed or was
    /// stopped.
    pid_t wait_ready();
    void release();
    /// The child of the runner that stands for the whole sandbox.
    pid_t outer_pid() const { return outer_; }
    /// All children of the runner have been waited for.
    void finished();

    // ---- The caller's thread
    /// Until finished(): serves the streams and watches the limits.
    void pump();

    // ---- Any thread
    /// Kills everything; the first reason is kept.
    void stop(LimitKind kind, std::string text);
    bool is_stopped();

    // ---- Afterwards
    const std::string& output(int stream) const { return outputs_[static_cast<std::size_t>(stream)]; }
    const std::optional<LimitHit>& limit() const { return limit_; }
    /// How the first process ended, as the launcher saw it.
    const std::optional<LaunchExit>& end() const { return end_; }
    /// Why the program could not be started, or what bubblewrap complained of.
    const std::string& launch_error() const { return launch_error_; }
    /// What was left when no process was; nothing where that was not asked for, or the run was stopped before.
    const std::optional<trace::LeftBehind>& left_behind() const { return left_; }
    /// When the program was released or ready, and when all had ended (CLOCK_MONOTONIC).
    std::int64_t started_ns() const { return started_ns_; }
    std::int64_t ended_ns() const { return ended_ns_; }
    /// What 0, 1 and 2 of the program are: to recognise them through any descriptor.
    const std::array<struct stat, 3>& stream_identities() const { return identities_; }

  private:
    struct Ends {
        UniqueFd program, ours;
    };
    std::optional<std::string> open_streams();
    std::optional<std::string> open_terminal(Ends& ends);
    std::vector<std::string> outer_arguments() const;
    std::optional<std::string> send_config();
    bool write_system_files();
    [[noreturn]] void become_outer(char** argv, char** envp, const std::vector<std::string>& files) const;
    void take_message();
    void take_left(std::string_view message);
    bool take_output(int stream);
    void give_input();
    void fetch_input();
    void end_input();
    void keep_output(int stream, std::string_view bytes);
    void read_output_file(int stream);
    void watch(std::int64_t now);
    void kill_all();
    void start_clock(std::int64_t now);
    int poll_once(std::int64_t now);

    SandboxRequest request_;
    TempDir directory_{"run"};
    std::array<Ends, 3> streams_;
    std::array<std::string, 3> outputs_;
    std::array<struct stat, 3> identities_{};
    std::array<std::uint64_t, 3> file_read_bytes_{};
    UniqueFd socket_ours_, socket_program_;
    UniqueFd wake_;                        ///< eventfd: finished() or stop() from another thread
    UniqueFd init_handle_, outer_handle_;  ///< pidfds: a number that was used again is never signalled
    std::size_t input_given_ = 0;
    bool input_done_ = false, input_source_done_ = true;
    int terminal_fd_ = -1;
    std::uint64_t output_total_ = 0;
    std::int64_t started_ns_ = 0, ended_ns_ = 0, first_ended_ns_ = 0, next_watch_ns_ = 0;
    std::optional<LaunchExit> end_;
    trace::LeftBehind left_so_far_;
    std::optional<trace::LeftBehind> left_;
    std::string launch_error_;
    pid_t outer_ = 0;

    std::mutex mutex_;
    std::condition_variable changed_;
    pid_t init_ = 0, ready_ = 0;
    bool failed_ = false, finished_ = false;
    std::optional<LimitHit> limit_;
};

/// The user id that sandboxes run under where ipclab is root: one that owns nothing, so that RLIMIT_NPROC
/// holds.
inline constexpr uid_t kSandboxUid = 64998;

}  // namespace ipclab::host
