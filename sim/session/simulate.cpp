#include "sim/session/simulate.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ipclab::session {

using engine::Choice;
using engine::Machine;
using engine::Rest;
using kernel::Event;
using kernel::EventKind;
using kernel::Trace;

namespace {

constexpr std::size_t kInputChunk = 65'536;
constexpr std::uint64_t kStepsBetweenLooks = 1'000;  // at a terminal, while other tasks go on

bool somebody_wants_input(const Machine& machine) {
    const kernel::ObjectRef input = kernel::ref(kernel::standard_stream(0));
    return !kernel::waiters(machine.kernel, input, kernel::WaitFor::readable).empty();
}

class Simulation {
  public:
    Simulation(const Loaded& loaded, const SimulationOptions& options)
        : options_(options), policy_(options.policy) {
        engine::MachineOptions boot;
        boot.arguments = loaded.arguments;
        boot.boot = options.boot;
        boot.quantum_ns = options.quantum_ns;
        machine_ = engine::make_machine(loaded.programs, loaded.first, boot, &trace_);
        is_terminal_ = options.pass_through && boot.boot.standard_streams[0] == kernel::StreamKind::terminal;
    }

    SimulationResult run() {
        for (std::uint64_t steps = 0;; ++steps) {
            flush();
            if (result_.instructions > options_.max_instructions) return finish(RunEnd::too_long);
            if (!input_ended_ && somebody_wants_input(machine_)) feed(steps);
            if (const auto choice = engine::next_choice(machine_, policy_)) {
                result_.instructions += engine::step(machine_, *choice, &trace_).instructions;
                continue;
            }
            switch (engine::rest(machine_)) {
                case Rest::finished:
                    return finish(RunEnd::finished);
                case Rest::stuck:
                    return finish(RunEnd::stuck);
                case Rest::stopped:
                    return finish(RunEnd::stopped);
                case Rest::wants_input:
                    read_more();
                    break;
                case Rest::moving:
                    break;
            }
        }
    }

  private:
    void flush() {
        if (trace_.events.empty()) return;
        if (options_.pass_through)
            for (const Event& event : trace_.events)
                if (event.kind == EventKind::output)
                    write_out(static_cast<int>(event.result), trace_.item(event, 0).text());
        if (options_.on_events) options_.on_events(trace_);
        trace_.clear();
    }

    /// A pipe or a file has its bytes at once; a person at a terminal is only looked for now and then.
    void feed(std::uint64_t steps) {
        if (!is_terminal_) return read_more();
        if (steps % kStepsBetweenLooks != 0) return;
        pollfd waiting{0, POLLIN, 0};
        if (poll(&waiting, 1, 0) > 0) read_more();
    }

    void read_more() {
        std::string bytes;
        if (!options_.pass_through) {
            bytes = std::exchange(pending_, {});
        } else {
            bytes.resize(kInputChunk);
            ssize_t done = 0;
            do done = read(0, bytes.data(), bytes.size());
            while (done < 0 && errno == EINTR);
            bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
        }
        if (bytes.empty() && !is_terminal_) input_ended_ = true;
        engine::step(machine_, Choice::input(std::move(bytes)), &trace_);
    }

    SimulationResult finish(RunEnd end) {
        flush();
        result_.end = end;
        result_.outcome = engine::outcome(machine_);
        result_.simulated_ns = machine_.kernel.now_ns;
        if (end == RunEnd::stuck) result_.stuck = engine::explain_stuck(machine_);
        return result_;
    }

    const SimulationOptions& options_;
    engine::Policy policy_;
    Machine machine_;
    Trace trace_;
    std::string pending_ = options_.input;
    bool is_terminal_ = false, input_ended_ = false;
    SimulationResult result_;
};

}  // namespace

std::array<kernel::StreamKind, 3> own_streams() {
    std::array<kernel::StreamKind, 3> kinds{};
    for (int descriptor = 0; descriptor < 3; ++descriptor) {
        struct stat status {};
        auto& kind = kinds[static_cast<std::size_t>(descriptor)];
        if (isatty(descriptor))
            kind = kernel::StreamKind::terminal;
        else if (fstat(descriptor, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)))
            kind = kernel::StreamKind::pipe;
        else
            kind = kernel::StreamKind::file;
    }
    return kinds;
}

void write_out(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t done = write(descriptor, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return;  // our own reader has gone: the toy processes need not know
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
}

SimulationResult simulate(const Loaded& loaded, const SimulationOptions& options) {
    return Simulation(loaded, options).run();
}

int exit_status(std::int32_t wait_status) {
    const int signal = wait_status & 0x7f;
    return signal == 0 ? (wait_status >> 8) & 0xff : 128 + signal;
}

}  // namespace ipclab::session
