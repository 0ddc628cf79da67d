#include "sim/host/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "sim/host/filter.h"
#include "sim/host/launcher_image.h"
#include "sim/host/network_setup.h"
#include "sim/host/process_tree.h"

namespace ipclab::host {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr int kFirstFileFd = 10;
constexpr char kEndOfFile = 4;  // ^D: VEOF of our terminals
/// Of the host's /etc, where it has them: how the loader finds libraries, and the names of services and protocols.
constexpr const char* kHostFiles[] = {"ld.so.cache", "services", "protocols"};

/// execve(2), ETXTBSY: what somebody has open for writing cannot be executed, and a process that is started has all that is
/// open here until it executes something itself. So none is started while a launcher is written.
std::mutex launcher_is_written;

std::string failed(const char* what) {
    return fmt::format("{}: {}", what, std::strerror(errno));
}

std::string size_text(std::uint64_t bytes) {
    if (bytes >= 1 << 20) return fmt::format("{} MiB", bytes >> 20);
    if (bytes >= 1 << 10) return fmt::format("{} KiB", bytes >> 10);
    return fmt::format("{} bytes", bytes);
}

/// Options that older versions of bubblewrap do not have.
struct BwrapOptions {
    bool size = false, perms = false;
};
const BwrapOptions& bwrap_options() {
    static const BwrapOptions options = [] {
        const std::string help = run_command({"bwrap", "--help"}, {}, 5'000 * kMillisecond).output;
        return BwrapOptions{help.find("--size ") != std::string::npos,
                            help.find("--perms ") != std::string::npos};
    }();
    return options;
}

void set_nonblocking(int fd) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

int pidfd_of(pid_t pid) {
    return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

/// Kills all that is below a process. Stops them first, as they may make new ones faster than they die.
void kill_tree(pid_t root) {
    constexpr int kMostPasses = 50;
    std::size_t stopped = 0;
    std::vector<pid_t> processes;
    for (int pass = 0; pass < kMostPasses; ++pass) {
        processes = measure_tree(root).processes;
        if (processes.size() <= stopped) break;
        for (pid_t process : processes) kill(process, SIGSTOP);
        stopped = processes.size();
    }
    for (pid_t process : processes) kill(process, SIGKILL);
}

bool signal_by_handle(int pidfd, int number) {
    return pidfd >= 0 && syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0;
}

/// Bubblewrap and its inner process, which waits for the outer one at first, and does not die with it until then.
void kill_group_of(pid_t outer, int pidfd) {
    if (signal_by_handle(pidfd, 0)) kill(-outer, SIGKILL);
}

}  // namespace

Sandbox::Sandbox(SandboxRequest request) : request_(std::move(request)) {}

Sandbox::~Sandbox() = default;

// ---- Preparation ------------------------------------------------------------------------------------------

std::optional<std::string> Sandbox::open_terminal(Ends& ends) {
    ends.ours.reset(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!ends.ours || grantpt(ends.ours.get()) != 0 || unlockpt(ends.ours.get()) != 0)
        return failed("cannot open a pseudo-terminal");
    char name[128];
    if (ptsname_r(ends.ours.get(), name, sizeof name) != 0) return failed("cannot name a pseudo-terminal");
    ends.program.reset(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!ends.program) return failed("cannot open a pseudo-terminal");
    // Lines and end of file as on any terminal, but no byte is changed on the way and none is echoed: the
    // terminal that ipclab itself runs on, if any, has done that already.
    termios settings{};
    tcgetattr(ends.program.get(), &settings);
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = ICANON;
    for (int character :
         {VINTR, VQUIT, VERASE, VKILL, VEOL, VEOL2, VSUSP, VSTART, VSTOP, VREPRINT, VWERASE, VLNEXT})
        settings.c_cc[character] = _POSIX_VDISABLE;
    settings.c_cc[VEOF] = kEndOfFile;
    tcsetattr(ends.program.get(), TCSANOW, &settings);
    const winsize size{24, 80, 0, 0};
    ioctl(ends.program.get(), TIOCSWINSZ, &size);
    set_nonblocking(ends.ours.get());
    return {};
}

std::optional<std::string> Sandbox::open_streams() {
    const std::array kinds{request_.stdio.in, request_.stdio.out, request_.stdio.err};
    for (std::size_t i = 0; i < 3; ++i) {
        Ends& ends = streams_[i];
        switch (kinds[i]) {
            case StdioKind::terminal:
                if (i == 1 && kinds[0] == StdioKind::terminal) {
                    ends.ours.reset(fcntl(streams_[0].ours.get(), F_DUPFD_CLOEXEC, 0));
                    ends.program.reset(fcntl(streams_[0].program.get(), F_DUPFD_CLOEXEC, 0));
                } else if (auto error = open_terminal(ends)) {
                    return error;
                }
                if (terminal_fd_ < 0) terminal_fd_ = static_cast<int>(i);
                break;
            case StdioKind::pipe: {
                int fds[2];
                if (pipe2(fds, O_CLOEXEC) != 0) return failed("cannot make a pipe");
                ends.program.reset(fds[i == 0 ? 0 : 1]);
                ends.ours.reset(fds[i == 0 ? 1 : 0]);
                set_nonblocking(ends.ours.get());
                break;
            }
            case StdioKind::file: {
                const fs::path path = directory_.path() / std::to_string(i);
                if (i == 0 && request_.stdio.input_fd >= 0)
                    while (!input_source_done_) fetch_input();
                if (!write_file(path, i == 0 ? std::string_view(request_.stdio.input) : "", 0600))
                    return failed("cannot make a file for a standard stream");
                ends.program.reset(open(path.c_str(), (i == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC));
                ends.ours.reset(open(path.c_str(), O_RDONLY | O_CLOEXEC));
                if (!ends.program || !ends.ours) return failed("cannot open a file for a standard stream");
                if (i == 0) input_done_ = true;
                break;
            }
        }
        fstat(ends.program.get(), &identities_[i]);
    }
    return {};
}

bool Sandbox::write_system_files() {
    const fs::path root = directory_.path();
    const auto image = launcher_image();
    const auto write_launcher = [&] {
        std::lock_guard lock(launcher_is_written);
        return write_file(root / "launch", {reinterpret_cast<const char*>(image.data()), image.size()}, 0755);
    };
    std::error_code failure;
    fs::create_directories(root / "etc", failure);
    fs::create_directories(root / "home", failure);
    bool ok = write_launcher() &&
              write_file(root / "etc/passwd",
                         "root:x:0:0:root:/:/bin/sh\nstudent:x:1000:1000:student:/home/student:/bin/sh\n"
                         "nobody:x:65534:65534:nobody:/:/bin/false\n") &&
              write_file(root / "etc/group", "root:x:0:\nstudent:x:1000:\nnogroup:x:65534:\n") &&
              write_file(root / "etc/hosts", kernel::hosts_file(request_.hosts)) &&
              write_file(root / "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
    for (const char* name : kHostFiles) ok = ok && write_file(root / "etc" / name, "");
    for (std::size_t i = 0; ok && i < request_.files.size(); ++i)
        ok = write_file(root / fmt::format("file{}", i), request_.files[i].second);
    return ok;
}

std::optional<std::string> Sandbox::send_config() {
    LaunchConfig config{};
    if (request_.traced) config.flags |= LAUNCH_WAIT_FOR_GO;
    if (request_.without_sandbox) config.flags |= LAUNCH_SUBREAPER;
    // Without namespaces of its own the program's objects are among everybody's.
    if (request_.reports_left && !request_.without_sandbox) config.flags |= LAUNCH_REPORT_LEFT;
    config.argc = static_cast<std::uint32_t>(request_.arguments.size());
    config.envc = static_cast<std::uint32_t>(request_.environment.size());
    config.terminal_fd = terminal_fd_;
    const auto limit = [&](int resource, std::uint64_t soft, std::uint64_t hard) {
        config.limits[config.limit_count++] = {static_cast<std::uint32_t>(resource), 0, soft, hard};
    };
    const RunLimits& limits = request_.limits;
    // Room above the limit that pump() watches: it, and not a failing fork, is what stops a fork bomb.
    // Outside of a user namespace the count would include all else that this user runs.
    const auto processes = static_cast<std::uint64_t>(limits.processes) + 16;
    if (!request_.without_sandbox) limit(RLIMIT_NPROC, processes, processes);
    limit(RLIMIT_AS, limits.address_space_bytes, limits.address_space_bytes);
    limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1);
    limit(RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes);
    const auto files = static_cast<std::uint64_t>(limits.open_files);
    limit(RLIMIT_NOFILE, files, files);
    // core(5): a limit of 1 makes no file and also keeps the kernel from starting a core collector outside.
    limit(RLIMIT_CORE, 1, 1);

    const std::vector<std::uint8_t> filter = make_filter(!request_.traced    ? FilterKind::free
                                                         : request_.recorded ? FilterKind::recorded
                                                                             : FilterKind::traced);
    config.filter_count = static_cast<std::uint32_t>(filter.size() / 8);
    const std::string network = request_.hosts.empty() ? "" : network_requests(request_.hosts);
    config.network_bytes = static_cast<std::uint32_t>(network.size());
    std::string message(reinterpret_cast<const char*>(&config), sizeof config);
    message.append(reinterpret_cast<const char*>(filter.data()), filter.size());
    message += network;
    const auto append = [&](const std::string& text) { message.append(text.c_str(), text.size() + 1); };
    append(request_.path);
    for (const std::string& argument : request_.arguments) append(argument);
    for (const std::string& entry : request_.environment) append(entry);
    if (message.size() >= LAUNCH_MAX_MESSAGE)
        return fmt::format("the arguments are longer than {}", size_text(LAUNCH_MAX_MESSAGE));
    if (send(socket_ours_.get(), message.data(), message.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(message.size()))
        return failed("cannot reach the launcher");
    return {};
}

std::optional<std::string> Sandbox::prepare() {
    if (request_.without_sandbox && !request_.hosts.empty())
        return "hosts of a network need the sandbox: without it the program would be on the network of this "
               "machine";
    if (directory_.path().empty()) return failed("cannot make a temporary directory");
    if (chmod(directory_.path().c_str(), 0711) != 0) return failed("cannot open the temporary directory");
    if (!write_system_files()) return failed("cannot write the sandbox's files");
    input_source_done_ = request_.stdio.input_fd < 0;
    if (auto error = open_streams()) return error;
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
        return failed("cannot make a socket");
    socket_ours_.reset(sockets[0]);
    socket_program_.reset(sockets[1]);
    const int yes = 1;
    setsockopt(sockets[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes);
    wake_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake_) return failed("cannot make an eventfd");
    return send_config();
}

// ---- The fork ---------------------------------------------------------------------------------------------

std::vector<std::string> Sandbox::outer_arguments() const {
    const fs::path root = directory_.path();
    if (request_.without_sandbox) return {(root / "launch").string()};
    std::vector<std::string> arguments{"bwrap"};
    const auto add = [&](std::initializer_list<std::string> more) {
        arguments.insert(arguments.end(), more.begin(), more.end());
    };
    add({"--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "ipclab"});
    // For the launcher alone, which makes the network and lets go of them. bubblewrap's own network namespace belongs to
    // a user namespace above the one that the launcher is in, so that it has to make another.
    if (!request_.hosts.empty()) add({"--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_NET_ADMIN"});
    add({"--die-with-parent", "--as-pid-1", "--ro-bind", "/usr", "/usr"});
    for (const char* name : {"sbin", "lib", "lib32", "lib64", "libx32"}) {
        const fs::path path = fs::path("/") / name;
        std::error_code failure;
        if (fs::is_symlink(path, failure))
            add({"--symlink", fs::read_symlink(path, failure).string(), path.string()});
        else if (fs::is_directory(path, failure))
            add({"--ro-bind", path.string(), path.string()});
    }
    // /bin holds the programs, as in the simulated system, and a shell for system(3); the rest is in
    // /usr/bin.
    bool has_shell = false;
    std::error_code failure;
    add({"--dir", "/bin"});
    for (const auto& entry : fs::directory_iterator(request_.bin_directory, failure)) {
        add({"--ro-bind", entry.path().string(), "/bin/" + entry.path().filename().string()});
        has_shell = has_shell || entry.path().filename() == "sh";
    }
    if (!has_shell) add({"--symlink", "/usr/bin/sh", "/bin/sh"});
    add({"--ro-bind", (root / "etc").string(), "/etc"});
    for (const std::string name : kHostFiles) add({"--ro-bind-try", "/etc/" + name, "/etc/" + name});
    add({"--proc", "/proc", "--dev", "/dev", "--mqueue", "/dev/mqueue"});
    const BwrapOptions& options = bwrap_options();
    for (const auto& [path, mode] :
         {std::pair{"/tmp", "1777"}, {"/dev/shm", "1777"}, {"/home/student", "0755"}}) {
        if (options.perms) add({"--perms", mode});
        if (options.size) add({"--size", std::to_string(request_.limits.tmp_bytes)});
        add({"--tmpfs", path});
    }
    for (std::size_t i = 0; i < request_.files.size(); ++i) {
        if (options.perms) add({"--perms", "0644"});  // as in the simulated system
        add({"--file", std::to_string(static_cast<std::size_t>(kFirstFileFd) + i), request_.files[i].first});
    }
    add({"--ro-bind", (root / "launch").string(), "/.launch", "--remount-ro", "/"});
    add({"--chdir", "/home/student", "--", "/.launch"});
    return arguments;
}

/// After the fork: only calls that are safe there (signal-safety(7)).
void Sandbox::become_outer(char** argv, char** envp, const std::vector<std::string>& files) const {
    if (request_.without_sandbox) prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    // execve(2): dispositions set to be ignored stay so.
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    const int oom = open("/proc/self/oom_score_adj", O_WRONLY);
    if (oom >= 0) {
        [[maybe_unused]] const ssize_t written = write(oom, "1000", 4);
        close(oom);
    }
    int sources[4] = {streams_[0].program.get(), streams_[1].program.get(), streams_[2].program.get(),
                      socket_program_.get()};
    const int above = kFirstFileFd + static_cast<int>(files.size());
    for (int& source : sources) source = fcntl(source, F_DUPFD, above);
    for (int i = 0; i < 4; ++i) dup2(sources[i], i);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const int to = kFirstFileFd + static_cast<int>(i);
        const int file = open(files[i].c_str(), O_RDONLY);
        if (file != to) {
            dup2(file, to);
            close(file);
        }
    }
    for (int fd = 4; fd < kFirstFileFd; ++fd) close(fd);
    syscall(SYS_close_range, above, ~0u, 0);
    if (!request_.without_sandbox && geteuid() == 0 &&
        // The library's functions would change the threads of the process whose memory this is, too.
        (syscall(SYS_setgroups, 0, nullptr) != 0 ||
         syscall(SYS_setresgid, kSandboxUid, kSandboxUid, kSandboxUid) != 0 ||
         syscall(SYS_setresuid, kSandboxUid, kSandboxUid, kSandboxUid) != 0))
        _exit(126);
    if (request_.without_sandbox && chdir((directory_.path() / "home").c_str()) != 0) _exit(126);
    execvpe(argv[0], argv, envp);
    constexpr std::string_view kMissing = "ipclab: cannot run bwrap (bubblewrap)\n";
    [[maybe_unused]] const ssize_t written = write(2, kMissing.data(), kMissing.size());
    _exit(127);
}

std::optional<std::string> Sandbox::start() {
    std::vector<std::string> arguments = outer_arguments(), files;
    std::string path =
        fmt::format("PATH={}", std::getenv("PATH") != nullptr ? std::getenv("PATH") : "/usr/bin:/bin");
    std::vector<char*> argv, envp{path.data(), nullptr};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    for (std::size_t i = 0; i < request_.files.size(); ++i)
        files.push_back((directory_.path() / fmt::format("file{}", i)).string());
    // Not fork(): of a process with many pages and threads a copy costs more than the run.
    std::unique_lock start(launcher_is_written);
    const pid_t child = vfork();
    if (child < 0) return failed("cannot fork");
    if (child == 0) become_outer(argv.data(), envp.data(), files);
    start.unlock();
    std::lock_guard lock(mutex_);
    outer_ = child;
    outer_handle_.reset(pidfd_of(child));
    // The reading end of a pipe to the program stays open here: feeding a program that is gone must not raise
    // SIGPIPE in ipclab.
    for (std::size_t i = 0; i < 3; ++i)
        if (i != 0 || request_.stdio.in != StdioKind::pipe) streams_[i].program.reset();
    socket_program_.reset();
    if (limit_) kill_group_of(outer_, outer_handle_.get());
    return {};
}

pid_t Sandbox::wait_ready() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ready_ != 0 || failed_ || limit_; });
    return failed_ || limit_ ? 0 : ready_;
}

void Sandbox::release() {
    const char go = 'G';
    send(socket_ours_.get(), &go, 1, MSG_NOSIGNAL);
}

void Sandbox::finished() {
    std::lock_guard lock(mutex_);
    finished_ = true;
    if (ended_ns_ == 0) ended_ns_ = monotonic_ns();
    eventfd_write(wake_.get(), 1);
}

void Sandbox::stop(LimitKind kind, std::string text) {
    std::lock_guard lock(mutex_);
    if (!limit_) limit_ = LimitHit{kind, std::move(text)};
    kill_all();
    changed_.notify_all();
}

bool Sandbox::is_stopped() {
    std::lock_guard lock(mutex_);
    return limit_.has_value();
}

/// With the mutex held. The death of a pid namespace's init kills all that is in it (pid_namespaces(7)).
void Sandbox::kill_all() {
    if (request_.without_sandbox && init_ != 0)
        kill_tree(init_);
    else if (init_ != 0)
        signal_by_handle(init_handle_.get(), SIGKILL);
    if (init_ == 0 || failed_) kill_group_of(outer_, outer_handle_.get());
}

}  // namespace ipclab::host
