#include "sim/session/compare_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "sim/session/random_names.h"
#include "sim/session/report.h"

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
    std::set<kernel::Tid> killed;  // by the program's own doing
    for (const kernel::Event& event : trace.events)
        if (event.kind == kernel::EventKind::signal_delivered && event.number == kernel::kSigKill)
            killed.insert(event.task);
    std::erase_if(trace.events, [&](const kernel::Event& event) {
        return event.kind == kernel::EventKind::exited && event.result == kernel::kSigKill &&
               !killed.contains(event.task);
    });
}

/// As long as the simulated time suggests, and not for ever where the simulated run never ends.
double usual_deadline(const SimulationResult& simulated) {
    if (simulated.end == RunEnd::stuck || simulated.end == RunEnd::stopped)
        return 2 + 2e-9 * static_cast<double>(simulated.simulated_ns);
    return std::clamp(5 + 2e-9 * static_cast<double>(simulated.simulated_ns), 10.0, 3600.0);
}

}  // namespace

BothRuns run_both(const Request& request, const Loaded& loaded, SimulationOptions simulation,
                  double deadline_s) {
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
    real.limits.events = kMostEvents;
    real.limits.deadline_ns =
        static_cast<std::int64_t>((deadline_s > 0 ? deadline_s : usual_deadline(both.simulated)) * 1e9);
    both.real = run_real(std::move(real), false);
    const host::RealResult& result = both.real.result;
    if (!result.ok()) return both;
    if (result.limit) both.real_end = result.limit->text;

    if (result.limit) forget_our_kills(both.real.result.trace);
    SourceLines simulated_lines = source_lines(loaded), real_lines = source_lines(result);
    kernel::Trace &left = both.simulated_trace, &right = both.real.result.trace;
    simulated_lines.renumber(left);
    real_lines.renumber(right);
    both.comparison_options.left_sources = simulated_lines.files();
    both.comparison_options.right_sources = real_lines.files();
    hide_random_names(left);
    hide_random_names(right);
    both.comparison = trace::compare(left, right, both.comparison_options);

    const engine::Outcome& outcome = both.simulated.outcome;
    const bool calls_agree = both.comparison.is_same();
    both.is_same = calls_agree;
    if (!compare_text("standard output", outcome.standard_output, result.standard_output, calls_agree,
                      both.remarks))
        both.is_same = false;
    if (!compare_text("standard error", outcome.standard_error, result.standard_error, calls_agree,
                      both.remarks))
        both.is_same = false;

    const bool simulated_ended = both.simulated_end.empty(), real_ended = both.real_end.empty();
    both.is_cut_short = both.simulated.end == RunEnd::too_long || (simulated_ended && !real_ended);
    if (simulated_ended && real_ended) {
        if (outcome.wait_status == result.wait_status) {
            both.remarks.push_back(fmt::format("the end: both {}", ending_text(outcome.wait_status)));
        } else {
            both.remarks.push_back(fmt::format("the end differs: simulated {}, real {}",
                                               ending_text(outcome.wait_status),
                                               ending_text(result.wait_status)));
            both.is_same = false;
        }
    } else if (simulated_ended != real_ended) {
        both.remarks.push_back(simulated_ended ? "the end differs: only the simulated run ended"
                                               : "the end differs: only the real run ended");
        both.is_same = false;
    } else {
        both.remarks.push_back("the end: neither run ends by itself");
    }
    return both;
}

}  // namespace ipclab::session
