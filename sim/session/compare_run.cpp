#include "sim/session/compare_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "kernel/syscalls.h"
#include "sim/engine/left_behind.h"
#include "sim/engine/waits.h"
#include "sim/session/lock_step.h"
#include "sim/session/mechanisms.h"
#include "sim/session/random_names.h"
#include "sim/session/report.h"
#include "sim/trace/format.h"

namespace ipclab::session {

namespace {

constexpr std::uint64_t kMostEvents = 2'000'000;

std::string simulated_end(const SimulationResult& result) {
    switch (result.end) {
        case RunEnd::finished:
        case RunEnd::mistake:  // only where that was asked for
            return {};
        case RunEnd::stuck: {
            std::string text = "every process that is left waits for ever";
            for (const std::string& sentence : result.stuck) text += "\n  " + sentence;
            return text;
        }
        case RunEnd::stopped:
            return "every process that is left is stopped by a signal";
        case RunEnd::too_long:
            return fmt::format("stopped after {} instructions: it does not end", result.instructions);
    }
    return {};
}

/// The first line that differs, on both sides.
std::string first_other_line(const std::string& left, const std::string& right) {
    std::istringstream a(left), b(right);
    std::string one, other;
    for (int number = 1;; ++number) {
        const bool has_one = static_cast<bool>(std::getline(a, one));
        const bool has_other = static_cast<bool>(std::getline(b, other));
        if (has_one && has_other && one == other) continue;
        if (!has_one && !has_other) return "only the end of the last line";
        return fmt::format("line {}\n  simulated: {}\n  real:      {}", number, has_one ? one : "(nothing)",
                           has_other ? other : "(nothing)");
    }
}

bool has_same_bytes(std::string left, std::string right) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

/// A remark, and whether the two are the same but for their order.
bool compare_text(const char* name, const std::string& left, const std::string& right, bool calls_agree,
                  std::vector<std::string>& remarks) {
    if (left == right) {
        if (!left.empty()) remarks.push_back(fmt::format("{}: the same {} bytes", name, left.size()));
        return true;
    }
    // Every process has written the same: then it was timing that mixed their pieces otherwise.
    if (calls_agree && has_same_bytes(left, right)) {
        remarks.push_back(
            fmt::format("{}: the same {} bytes in another order, which timing decides", name, left.size()));
        return true;
    }
    remarks.push_back(fmt::format("{} differs, first in {}", name, first_other_line(left, right)));
    return false;
}

/// At a limit the sandbox kills whoever is left. That is no end of theirs.
void forget_our_kills(kernel::Trace& trace) {
    std::set<kernel::Pid> killed;  // by the program's own doing; of several threads one takes the signal
    for (const kernel::Event& event : trace.events)
        if (event.kind == kernel::EventKind::signal_delivered && event.number == kernel::kSigKill)
            killed.insert(event.process);
    std::erase_if(trace.events, [&](const kernel::Event& event) {
        return event.kind == kernel::EventKind::exited && event.result == kernel::kSigKill &&
               !killed.contains(event.process);
    });
}

/// As long as the simulated time suggests, and not for ever where the simulated run never ends.
double usual_deadline(const SimulationResult& simulated) {
    if (simulated.end == RunEnd::stuck || simulated.end == RunEnd::stopped)
        return 2 + 2e-9 * static_cast<double>(simulated.simulated_ns);
    return std::clamp(5 + 2e-9 * static_cast<double>(simulated.simulated_ns), 10.0, 3600.0);
}

/// Traces of both into one numbering of lines, and side by side.
void compare_traces(BothRuns& both, const Loaded& loaded) {
    host::RealResult& result = both.real.result;
    SourceLines simulated_lines = source_lines(loaded), real_lines = source_lines(result);
    kernel::Trace &left = both.simulated_trace, &right = result.trace;
    simulated_lines.renumber(left);
    real_lines.renumber(right);
    both.comparison_options.left_sources = simulated_lines.files();
    both.comparison_options.right_sources = real_lines.files();
    trace::LeftBehind nothing;
    hide_random_names({left, both.simulated.left}, {right, result.left ? *result.left : nothing});
    both.comparison = trace::compare(left, right, both.comparison_options);
    both.is_same = both.comparison.is_same();
}

void compare_outputs(BothRuns& both, bool may_be_mixed) {
    const engine::Outcome& left = both.simulated.outcome;
    const host::RealResult& right = both.real.result;
    const bool is_same_output = compare_text("standard output", left.standard_output, right.standard_output,
                                             may_be_mixed, both.remarks);
    const bool is_same_error =
        compare_text("standard error", left.standard_error, right.standard_error, may_be_mixed, both.remarks);
    both.is_same = both.is_same && is_same_output && is_same_error;
}

/// With the ends of both known.
void compare_ends(BothRuns& both) {
    const engine::Outcome& outcome = both.simulated.outcome;
    const host::RealResult& result = both.real.result;
    const bool simulated_ended = both.simulated_end.empty(), real_ended = both.real_end.empty();
    if (simulated_ended && real_ended) {
        if (outcome.wait_status == result.wait_status) {
            both.remarks.push_back(fmt::format("the end: both {}", engine::ending_text(outcome.wait_status)));
        } else {
            both.remarks.push_back(fmt::format("the end differs: simulated {}, real {}",
                                               engine::ending_text(outcome.wait_status),
                                               engine::ending_text(result.wait_status)));
            both.is_same = false;
        }
    } else if (simulated_ended != real_ended) {
        both.remarks.push_back(simulated_ended ? "the end differs: only the simulated run ended"
                                               : "the end differs: only the real run ended");
        both.is_same = false;
    } else {
        both.remarks.push_back("the end: neither run ends by itself");
    }
}

void add_left_processes(trace::LeftBehind& left, const kernel::Trace& trace, RunEnd end) {
    trace::LeftProcesses processes;
    processes.note(trace);
    processes.add_unwaited(left);
    if (end == RunEnd::finished) processes.add_outliving(left);
}

/// Where both have come to an end. Only in lock-step is it no chance which of two processes ends first.
void compare_left_behind(BothRuns& both, bool in_lock_step) {
    if (!in_lock_step && (both.simulated.end != RunEnd::finished || !both.real_end.empty())) {
        both.remarks.push_back(
            "left behind: not compared, as the two were stopped, each at its own place "
            "(--lockstep compares it)");
        return;
    }
    if (!both.real.result.left) return;
    trace::LeftBehind &left = both.simulated.left, &right = *both.real.result.left;
    if (in_lock_step) {
        add_left_processes(left, both.simulated_trace, both.simulated.end);
        add_left_processes(right, both.real.result.trace, both.simulated.end);
    }
    const std::vector<std::string> differences = trace::left_differences(left, right);
    for (const std::string& sentence : differences)
        both.remarks.push_back("left behind, and differs: " + sentence);
    both.is_same = both.is_same && differences.empty();
    if (!differences.empty()) return;
    for (const std::string& sentence : trace::left_sentences(left))
        both.remarks.push_back("left behind by both: " + sentence);
}

bool shares_memory(const kernel::Kernel& kernel) {
    for (const auto& [id, space] : kernel.spaces)
        for (const kernel::Mapping& mapping : space->mappings())
            if (mapping.is_shared) return true;
    return false;
}

/// At a limit tasks are held where they compute, each kernel's elsewhere: what they store in shared memory is not the same.
void forget_bytes(trace::LeftBehind& left, std::optional<trace::LeftBehind>& right) {
    for (trace::LeftBehind* one : {&left, right ? &*right : &left})
        for (trace::LeftObject& object : one->objects)
            if (object.kind == trace::LeftKind::segment || object.kind == trace::LeftKind::regular_file)
                for (trace::LeftPart& part : object.parts) part.begin.clear();
}

std::string place_of(const kernel::Event& event, const std::vector<trace::SourceText>& sources) {
    if (event.source.line == 0 || event.source.file >= sources.size()) return {};
    const trace::SourceText& source = sources[event.source.file];
    std::string text = fmt::format("    at {}:{}", source.name, event.source.line);
    if (event.source.line <= source.lines.size()) {
        const std::string& line = source.lines[event.source.line - 1];
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin != std::string::npos) text += ": " + line.substr(begin);
    }
    return text + "\n";
}

/// The last call of a task, returned or asleep. Null: it has made none.
const kernel::Event* last_call(const kernel::Trace& trace, kernel::Tid task) {
    for (auto event = trace.events.rbegin(); event != trace.events.rend(); ++event)
        if (event->task == task &&
            (event->kind == kernel::EventKind::syscall || event->kind == kernel::EventKind::blocked))
            return &*event;
    return nullptr;
}

/// What the call was about, just before it, and whose rules the model applied.
std::string object_and_rule(const LockStep& conductor, const kernel::Event& call, std::size_t index) {
    std::string text;
    if (call.object.id != 0)
        text += fmt::format("  object: {}\n", conductor.describe_before(index, call.object));
    const kernel::SyscallSpec* spec = kernel::syscall_spec(std::uint64_t{call.number});
    if (const Mechanism* rules = spec ? mechanism_of(spec->name, call.object.kind) : nullptr)
        text += fmt::format("  rules: {} ({}), {}(2)\n", rules->name, rules->page, spec->name);
    return text;
}

std::string describe_parting(const BothRuns& both, const LockStep& conductor, const Parting& parting) {
    std::string text = parting.text + "\n";
    const auto side = [&](const std::string& name, const kernel::Trace& trace, kernel::Tid task,
                          const std::vector<trace::SourceText>& sources) {
        const kernel::Event* call = last_call(trace, task);
        text +=
            fmt::format("  {}: {}\n", name, call ? trace::format_event(trace, *call) : "has not made a call");
        if (call) text += place_of(*call, sources);
        return call;
    };
    const kernel::Trace& left = both.simulated_trace;
    const kernel::Event* call =
        side("simulated", left, parting.simulated, both.comparison_options.left_sources);
    side("real", both.real.result.trace, parting.real, both.comparison_options.right_sources);
    if (call) text += object_and_rule(conductor, *call, static_cast<std::size_t>(call - left.events.data()));
    return text;
}

/// The first difference of calls, else where the tasks came to stand otherwise, else what the output says.
std::string lock_step_difference(const BothRuns& both, const LockStep& conductor) {
    for (const trace::CompareRow& row : both.comparison.rows) {
        if (row.verdict == trace::Verdict::same || row.verdict == trace::Verdict::timing) continue;
        std::string text = both.comparison.first_difference;
        if (row.left) text += object_and_rule(conductor, both.simulated_trace.events[*row.left], *row.left);
        return text;
    }
    return conductor.parting() ? describe_parting(both, conductor, *conductor.parting()) : "";
}

RunEnd run_end(LockStep::End end) {
    switch (end) {
        case LockStep::End::together:
        case LockStep::End::parted:
            return RunEnd::finished;
        case LockStep::End::stuck:
            return RunEnd::stuck;
        case LockStep::End::stopped:
            return RunEnd::stopped;
        case LockStep::End::too_long:
        case LockStep::End::too_late:
            return RunEnd::too_long;
    }
    return RunEnd::finished;
}

}  // namespace

BothRuns run_in_lock_step(const Request& request, const Loaded& loaded, const SimulationOptions& simulation,
                          std::uint64_t seed, double deadline_s) {
    constexpr double kUsualDeadline = 60, kForLastTurn = 5;
    if (deadline_s <= 0) deadline_s = kUsualDeadline;
    BothRuns both;
    LockStep conductor(loaded, {seed, simulation.boot, simulation.input, simulation.max_instructions,
                                static_cast<std::int64_t>(deadline_s * 1e9)});
    host::RealRequest real = real_request(request);
    real.files = simulation.boot.files;
    real.stdio = stdio_of(simulation.boot.standard_streams);
    real.stdio.input = simulation.input;
    real.limits.events = kMostEvents;
    real.limits.deadline_ns = static_cast<std::int64_t>((deadline_s + kForLastTurn) * 1e9);
    real.conductor = &conductor;
    real.reports_left = true;
    both.real = run_real(std::move(real), false);
    const host::RealResult& result = both.real.result;
    if (!result.ok()) return both;

    both.simulated_trace = conductor.trace_with_turns();
    both.turns = conductor.turns();
    both.simulated.end = run_end(conductor.end());
    both.simulated.outcome = engine::outcome(conductor.machine());
    both.simulated.instructions = conductor.instructions();
    if (both.simulated.end == RunEnd::stuck)
        both.simulated.stuck = engine::explain_stuck(conductor.at_rest());
    both.simulated_end = conductor.end() == LockStep::End::too_late
                             ? fmt::format("stopped after {} s (deadline)", deadline_s)
                             : simulated_end(both.simulated);
    both.simulated.left = engine::left_behind(conductor.machine().kernel);
    if (result.limit) forget_our_kills(both.real.result.trace);
    if (result.limit && result.limit->kind != host::LimitKind::conducted) both.real_end = result.limit->text;
    const bool were_killed = !result.limit && both.simulated.end != RunEnd::finished;
    if (were_killed) both.real_end = both.simulated_end;

    const bool has_parted = conductor.end() == LockStep::End::parted;
    both.is_cut_short =
        both.simulated.end == RunEnd::too_long || (both.simulated_end.empty() && !both.real_end.empty());
    both.comparison_options.mode = trace::CompareMode::lock_step;
    both.comparison_options.is_cut_short = has_parted || (both.is_cut_short && !were_killed);
    compare_traces(both, loaded);
    both.difference = lock_step_difference(both, conductor);
    if (has_parted || (both.is_cut_short && !were_killed)) {
        both.is_same = both.is_same && !has_parted;
        return both;
    }
    compare_outputs(both, false);
    compare_ends(both);
    if (were_killed) both.remarks.push_back("then every process was killed, one after the other, on both");
    if (both.is_cut_short && shares_memory(conductor.at_rest().kernel))
        forget_bytes(both.simulated.left, both.real.result.left);
    compare_left_behind(both, true);
    return both;
}

BothRuns run_both(const Request& request, const Loaded& loaded, SimulationOptions simulation,
                  double deadline_s, Timing timing) {
    BothRuns both;
    simulation.max_events = kMostEvents;
    simulation.on_events = [&](const kernel::Trace& events) { append(both.simulated_trace, events); };
    both.simulated = simulate(loaded, simulation);
    both.simulated_end = simulated_end(both.simulated);

    host::RealRequest real = real_request(request);
    real.files = simulation.boot.files;
    real.stdio = stdio_of(simulation.boot.standard_streams);
    real.stdio.input = simulation.input_from == Input::given ? simulation.input : both.simulated.input;
    // What the simulated run left in a pipe or a file is there for the real one too; nobody types it twice.
    if (simulation.input_from == Input::own && !both.simulated.is_input_over &&
        real.stdio.in != host::StdioKind::terminal)
        real.stdio.input_fd = 0;
    real.reports_left = true;
    real.measure_slowdown = timing != Timing::none;
    // Of stops it is known when they were and what they cost: that can be taken off the times (time_overlay.h).
    real.recorder = timing != Timing::overlay;
    real.limits.events = kMostEvents;
    real.limits.deadline_ns =
        static_cast<std::int64_t>((deadline_s > 0 ? deadline_s : usual_deadline(both.simulated)) * 1e9);
    both.real = run_real(std::move(real), false);
    const host::RealResult& result = both.real.result;
    if (!result.ok()) return both;
    if (result.limit) {
        both.real_end = result.limit->text;
        forget_our_kills(both.real.result.trace);
    }
    compare_traces(both, loaded);
    compare_outputs(both, both.comparison.is_same());

    both.is_cut_short =
        both.simulated.end == RunEnd::too_long || (both.simulated_end.empty() && !both.real_end.empty());
    compare_ends(both);
    compare_left_behind(both, false);
    return both;
}

}  // namespace ipclab::session
