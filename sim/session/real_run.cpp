#include "sim/session/real_run.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <sstream>
#include <thread>

#include "sim/session/report.h"
#include "sim/session/simulate.h"

namespace ipclab::session {

namespace {

/// While it lives, the signals that end a command stop a run instead.
class Interruption {
  public:
    Interruption() {
        sigemptyset(&signals_);
        for (int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, number);
        pthread_sigmask(SIG_BLOCK, &signals_, &before_);
        pipe_before_ = signal(SIGPIPE, SIG_IGN);
        thread_ = std::thread([this] { watch(); });
    }
    ~Interruption() {
        eventfd_write(over_, 1);
        thread_.join();
        close(over_);
        signal(SIGPIPE, pipe_before_);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    std::stop_token token() const { return stop_.get_token(); }
    int signal_number() const { return number_; }
    void stop(int number) {
        number_ = number;
        stop_.request_stop();
    }

  private:
    void watch() {
        const int fd = signalfd(-1, &signals_, SFD_CLOEXEC);
        pollfd waiting[2] = {{over_, POLLIN, 0}, {fd, POLLIN, 0}};
        while (waiting[0].revents == 0) {
            if (poll(waiting, 2, -1) <= 0 || waiting[1].revents == 0) continue;
            signalfd_siginfo info{};
            if (read(fd, &info, sizeof info) == sizeof info) stop(static_cast<int>(info.ssi_signo));
        }
        close(fd);
    }

    sigset_t signals_{}, before_{};
    void (*pipe_before_)(int) = SIG_DFL;
    int over_ = eventfd(0, EFD_CLOEXEC);
    std::stop_source stop_;
    std::atomic<int> number_ = 0;
    std::thread thread_;
};

[[noreturn]] void die_of(int number) {
    signal(number, SIG_DFL);
    raise(number);
    _exit(128 + number);
}

}  // namespace

host::RealRequest real_request(const Request& request) {
    host::RealRequest real;
    for (const ProgramSpec& spec : all_programs(request)) {
        host::ProgramSource source{spec.name, {}, {}};
        for (const auto& file : spec.files) source.files.push_back({file.string(), std::nullopt});
        real.build.programs.push_back(std::move(source));
    }
    for (const std::string& define : request.defines) real.build.options.push_back("-D" + define);
    real.build.include_directories = request.include_directories;
    real.program = request.shell_line.empty() ? request.programs.front().name : "sh";
    real.arguments = request.arguments;
    real.shell_line = request.shell_line;
    real.hosts = request.hosts;
    return real;
}

host::StdioKind stdio_kind(kernel::StreamKind kind) {
    switch (kind) {
        case kernel::StreamKind::terminal:
            return host::StdioKind::terminal;
        case kernel::StreamKind::pipe:
            return host::StdioKind::pipe;
        case kernel::StreamKind::file:
            return host::StdioKind::file;
    }
    return host::StdioKind::pipe;
}

host::Stdio stdio_of(const std::array<kernel::StreamKind, 3>& streams) {
    host::Stdio stdio;
    stdio.in = stdio_kind(streams[0]);
    stdio.out = stdio_kind(streams[1]);
    stdio.err = stdio_kind(streams[2]);
    return stdio;
}

RealRun run_real(host::RealRequest request, bool pass_through) {
    RealRun run;
    Interruption interruption;
    request.cancel = interruption.token();
    if (pass_through)
        request.on_output = [&](int stream, std::string_view bytes) {
            if (!write_out(stream, bytes)) interruption.stop(SIGPIPE);
        };
    run.result = host::run_real(request);
    run.stopped_by = interruption.signal_number();
    return run;
}

FreeRunsResult run_real_often(host::FreeRunsRequest request) {
    FreeRunsResult runs;
    Interruption interruption;
    request.run.cancel = interruption.token();
    runs.histogram = host::run_often(request);
    runs.stopped_by = interruption.signal_number();
    return runs;
}

void die_if_stopped(RealRun& run) {
    if (run.stopped_by == 0) return;
    run.result = {};  // no destructor will do it
    die_of(run.stopped_by);
}

void die_if_stopped(FreeRunsResult& runs) {
    if (runs.stopped_by == 0) return;
    runs.histogram = {};
    die_of(runs.stopped_by);
}

namespace {

/// Why there is no run.
template <class Runs>
int complain_of_none(const Runs& runs) {
    if (runs.built && !runs.built->ok()) {
        fmt::print(stderr, "{}", runs.build_messages);
        return host::check_availability().can_build() ? kExitCompile : kExitUsage;
    }
    complain(runs.error);
    return kExitUsage;
}

}  // namespace

int complain_of(const host::RealResult& result) {
    return complain_of_none(result);
}

int complain_of(const host::OutcomeHistogram& histogram) {
    return complain_of_none(histogram);
}

SourceLines source_lines(const host::RealResult& result) {
    std::vector<SourceLines::Program> programs;
    for (const host::BuiltProgram& built : result.programs) {
        SourceLines::Program one{built.name, {}};
        for (const host::BuiltFile& file : built.files) {
            trace::SourceText text{file.name, {}};
            std::string ignored;
            std::istringstream lines(read_file(file.path, ignored).value_or(""));
            for (std::string line; std::getline(lines, line);) text.lines.push_back(std::move(line));
            one.files.push_back(std::move(text));
        }
        programs.push_back(std::move(one));
    }
    return SourceLines(std::move(programs));
}

}  // namespace ipclab::session
