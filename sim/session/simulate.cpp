#include "sim/session/simulate.h"
#include "sim/engine/left_behind.h"
#include "sim/engine/waits.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
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
constexpr std::size_t kMostInput = 64 << 20;         // of a file, as in real runs
constexpr std::uint64_t kStepsBetweenLooks = 1'000;  // at a terminal, while other tasks go on
/// What a step counts for besides its instructions: a program that only sleeps has to end too.
constexpr std::uint64_t kInstructionsPerStep = 500;
constexpr char kEndOfFileKey = 4;  // ^D

volatile std::sig_atomic_t interrupts = 0;

/// While it lives, ^C is counted and interrupts our own read().
class CatchInterrupt {
  public:
    explicit CatchInterrupt(bool wanted) : is_active_(wanted) {
        if (!is_active_) return;
        interrupts = 0;
        struct sigaction action {};
        action.sa_handler = [](int) { interrupts = interrupts + 1; };
        sigaction(SIGINT, &action, &before_);
    }
    ~CatchInterrupt() {
        if (is_active_) sigaction(SIGINT, &before_, nullptr);
    }
    CatchInterrupt(const CatchInterrupt&) = delete;
    CatchInterrupt& operator=(const CatchInterrupt&) = delete;

    bool is_active() const { return is_active_; }
    bool take() {
        if (!is_active_ || interrupts == 0) return false;
        interrupts = 0;
        return true;
    }

  private:
    bool is_active_;
    struct sigaction before_ {};
};

bool somebody_wants_input(const Machine& machine) {
    const kernel::ObjectRef input = kernel::ref(kernel::standard_stream(0));
    return !kernel::waiters(machine.kernel, input, kernel::WaitFor::readable).empty();
}

bool has_terminal(const SimulationOptions& options) {
    const auto& kinds = options.boot.standard_streams;
    return options.input_from == Input::own &&
           std::find(kinds.begin(), kinds.end(), kernel::StreamKind::terminal) != kinds.end();
}

class Simulation {
  public:
    Simulation(const Loaded& loaded, const SimulationOptions& options)
        : options_(options), policy_(options.policy), interrupt_(has_terminal(options)) {
        engine::MachineOptions boot;
        boot.arguments = loaded.arguments;
        boot.boot = options.boot;
        if (boot.boot.standard_streams[0] == kernel::StreamKind::file) {
            boot.boot.input = options.input_from == Input::given ? options.input : whole_input();
            result_.input = boot.boot.input;
            result_.is_input_over = true;
        }
        boot.quantum_ns = options.quantum_ns;
        boot.buffered = options.buffered;
        machine_ = engine::make_machine(loaded.programs, loaded.first, boot, &trace_);
        machine_.reports_leaks = options.reports_leaks;
        is_terminal_ =
            options.input_from == Input::own && boot.boot.standard_streams[0] == kernel::StreamKind::terminal;
    }

    SimulationResult run() {
        for (std::uint64_t steps = 0;; ++steps) {
            flush();
            if (result_.instructions + steps * kInstructionsPerStep > options_.max_instructions ||
                events_ > options_.max_events)
                return finish(RunEnd::too_long);
            if (interrupt_.take()) engine::step(machine_, Choice::send_signal({}, SIGINT), &trace_);
            if (!result_.is_input_over && somebody_wants_input(machine_)) feed(steps);
            if (const auto choice = engine::next_choice(machine_, policy_)) {
                if (choice->kind == Choice::Kind::advance_time && waits_for_a_person()) continue;
                const engine::Step done =
                    engine::step(machine_, *choice, &trace_, engine::Begin::fresh,
                                 options_.stops_at_mistake ? vm::StopAt::mistake : vm::StopAt::nothing);
                result_.instructions += done.instructions;
                if (done.is_mistaken && options_.stops_at_mistake) return finish(RunEnd::mistake);
                continue;
            }
            switch (engine::rest(machine_)) {
                case Rest::finished:
                    return finish(RunEnd::finished);
                case Rest::stuck:
                    if (!waits_for_interrupt()) return finish(RunEnd::stuck);
                    break;
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
    /// A file's bytes are all there.
    static std::string whole_input() {
        std::string text;
        while (text.size() < kMostInput) {
            const std::size_t before = text.size();
            text.resize(before + kInputChunk);
            ssize_t done = 0;
            do done = read(0, &text[before], kInputChunk);
            while (done < 0 && errno == EINTR && interrupts == 0);
            text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
            if (done <= 0) break;
        }
        return text;
    }

    void flush() {
        if (trace_.events.empty()) return;
        events_ += trace_.events.size();
        if (options_.output_to != Output::none)
            for (const Event& event : trace_.events)
                if (event.kind == EventKind::output)
                    put_out(static_cast<int>(event.result), trace_.item(event, 0).text());
        if (options_.on_events) options_.on_events(trace_);
        trace_.clear();
    }

    void put_out(int descriptor, std::string_view bytes) {
        if (options_.output_to == Output::own)
            write_out(descriptor, bytes);
        else if (is_terminal_)
            held_back_ += bytes;
    }

    void show_held_back() { write_out(1, std::exchange(held_back_, {})); }

    /// A pipe or a file has its bytes at once; a person at a terminal is only looked for now and then.
    void feed(std::uint64_t steps) {
        if (!is_terminal_) return read_more();
        if (steps % kStepsBetweenLooks == 0 && is_typed(0)) read_more();
    }

    static bool is_typed(int timeout_ms) {
        pollfd waiting{0, POLLIN, 0};
        return poll(&waiting, 1, timeout_ms) > 0;
    }

    /// Everybody sleeps, and somebody waits for a line as well: then time must not run away from whoever types it.
    /// True: something arrived instead of the deadline.
    bool waits_for_a_person() {
        if (!is_terminal_ || !somebody_wants_input(machine_)) return false;
        show_held_back();
        const kernel::Time left_ns = kernel::next_deadline(machine_.kernel) - machine_.kernel.now_ns;
        const auto left_ms = std::clamp<kernel::Time>(left_ns / kernel::kMillisecond, 0, 86'400'000);
        const bool typed = is_typed(static_cast<int>(left_ms));
        if (typed && interrupts == 0) read_more();
        return typed || interrupts != 0;
    }

    /// Everybody waits, and a person at the terminal could send a signal that somebody handles: that is no deadlock.
    bool waits_for_interrupt() {
        const bool is_handled = std::any_of(
            machine_.kernel.processes.begin(), machine_.kernel.processes.end(), [](const auto& each) {
                const auto& action = (*each.second->actions)[SIGINT];
                return !each.second->is_zombie && action.handler != kernel::kSigDfl &&
                       action.handler != kernel::kSigIgn;
            });
        if (!interrupt_.is_active() || !is_handled) return false;
        if (options_.on_wait_for_interrupt) options_.on_wait_for_interrupt();
        while (interrupts == 0) poll(nullptr, 0, 100);
        return true;
    }

    void read_more() {
        std::string bytes;
        if (options_.input_from == Input::given) {
            bytes = std::exchange(pending_, {});
        } else {
            show_held_back();
            bytes.resize(kInputChunk);
            ssize_t done = 0;
            do done = read(0, bytes.data(), bytes.size());
            while (done < 0 && errno == EINTR && interrupts == 0);
            if (done < 0 && errno == EINTR) return;
            bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
        }
        result_.input += bytes;
        if (bytes.empty() && is_terminal_) result_.input += kEndOfFileKey;
        if (bytes.empty() && !is_terminal_) result_.is_input_over = true;
        engine::step(machine_, Choice::input(std::move(bytes)), &trace_);
    }

    SimulationResult finish(RunEnd end) {
        flush();
        result_.end = end;
        result_.outcome = engine::outcome(machine_);
        result_.simulated_ns = machine_.kernel.now_ns;
        if (end == RunEnd::finished) result_.left = engine::left_behind(machine_.kernel);
        if (end == RunEnd::stuck) result_.stuck = engine::explain_stuck(machine_);
        if (end == RunEnd::too_long) result_.stuck = engine::explain_endless(machine_);
        return std::move(result_);
    }

    const SimulationOptions& options_;
    engine::Policy policy_;
    Machine machine_;
    Trace trace_;
    std::string pending_ = options_.input, held_back_;
    std::uint64_t events_ = 0;
    bool is_terminal_ = false;
    CatchInterrupt interrupt_;
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

std::string own_input() {
    std::string text;
    if (isatty(0)) return text;
    for (ssize_t done = 1; done > 0 && text.size() < kMostInput;) {
        const std::size_t before = text.size();
        text.resize(before + kInputChunk);
        done = read(0, &text[before], kInputChunk);
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
    }
    return text;
}

void append(Trace& to, const Trace& from) {
    for (const Event& event : from.events) {
        to.add(event);
        for (const kernel::PayloadItem& item : from.items(event))
            to.add_payload(item.argument, item.bytes, item.full_bytes);
    }
}

bool write_out(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t done = write(descriptor, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno == EAGAIN) {  // whoever started us has made it non-blocking
            pollfd ready{descriptor, POLLOUT, 0};
            poll(&ready, 1, -1);
            continue;
        }
        if (done <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

SimulationResult simulate(const Loaded& loaded, const SimulationOptions& options) {
    return Simulation(loaded, options).run();
}

int exit_status(std::int32_t wait_status) {
    const int signal = wait_status & 0x7f;
    return signal == 0 ? (wait_status >> 8) & 0xff : 128 + signal;
}

}  // namespace ipclab::session
