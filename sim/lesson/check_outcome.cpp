#include <algorithm>

#include "kernel/result.h"
#include "kernel/syscalls.h"
#include "sim/lesson/check.h"
#include "sim/trace/flags.h"

namespace ipclab::lesson {
namespace {

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text.substr(0, 200)) {
        if (c == '\n') {
            result += "\\n";
        } else if (c == '"' || c == '\\') {
            result += std::string("\\") + c;
        } else {
            result += c;
        }
    }
    return result + (text.size() > 200 ? "\"..." : "\"");
}

std::string result_text(std::int64_t result) {
    if (result >= 0 || result < -4095) return "returned " + std::to_string(result);
    return "failed with " + std::string(kernel::errno_name(static_cast<kernel::Errno>(-result)));
}

std::string end_text(const Cast::Member& member, const std::string& name) {
    if (!member.wait_status) return name + " has not ended";
    const int status = *member.wait_status;
    if ((status & 0x7f) == 0) return name + " exited with " + std::to_string((status >> 8) & 0xff);
    return name + " was killed by " + std::string(trace::standard_signal_name(status & 0x7f));
}

Verdict check_end(const Condition& condition, const Cast::Member& member) {
    Verdict verdict{false, end_text(member, condition.process.text)};
    if (!member.wait_status) return verdict;
    const int status = *member.wait_status;
    verdict.holds = condition.kind == SentenceKind::exited_with
                        ? (status & 0x7f) == 0 && ((status >> 8) & 0xff) == condition.number
                        : (status & 0x7f) == condition.signal;
    return verdict;
}

Verdict check_calls(const Condition& condition, const Cast& cast, const Cast::Member& member) {
    const std::string who = condition.process.text;
    if (condition.kind == SentenceKind::has_called || condition.kind == SentenceKind::never_called) {
        const int made = cast.calls_made(member.pid, condition.calls);
        const int wanted = condition.kind == SentenceKind::has_called ? condition.times : 0;
        return {made == wanted, who + " has called " + condition.call + " " + std::to_string(made) +
                                    (made == 1 ? " time" : " times")};
    }
    const auto result = cast.last_result(member.pid, condition.calls);
    if (!result) return {false, "no " + condition.call + " of " + who + " has returned"};
    const std::int64_t wanted =
        condition.kind == SentenceKind::last_failed ? -condition.error : condition.number;
    return {*result == wanted, who + "'s last " + condition.call + " " + result_text(*result)};
}

Verdict check_output(const Condition& condition, const Output& output) {
    const bool is_stderr =
        condition.kind == SentenceKind::stderr_contains || condition.kind == SentenceKind::stderr_empty;
    const std::string& text = is_stderr ? output.standard_error : output.standard_output;
    Verdict verdict{false, std::string(is_stderr ? "stderr is " : "stdout is ") + quoted(text)};
    const auto lines = std::count(text.begin(), text.end(), '\n');
    switch (condition.kind) {
        case SentenceKind::stdout_is:
            verdict.holds = text == condition.string;
            break;
        case SentenceKind::stdout_contains:
        case SentenceKind::stderr_contains:
            verdict.holds = text.find(condition.string) != std::string::npos;
            break;
        case SentenceKind::stdout_lines:
            verdict.holds = lines == condition.number;
            break;
        default:
            verdict.holds = text.empty() != condition.negated;
            break;
    }
    return verdict;
}

Verdict check_all_ended(const Cast& cast) {
    for (const Cast::Member& member : cast.members()) {
        if (!member.wait_status) return {false, end_text(member, cast.title(member.pid))};
    }
    return {!cast.members().empty(), "everything has ended"};
}

}  // namespace

Verdict check_outcome(const Condition& condition, const Cast& cast, const Output& output) {
    switch (condition.kind) {
        case SentenceKind::everything_ended:
            return check_all_ended(cast);
        case SentenceKind::stdout_is:
        case SentenceKind::stdout_contains:
        case SentenceKind::stdout_lines:
        case SentenceKind::stdout_empty:
        case SentenceKind::stderr_contains:
        case SentenceKind::stderr_empty:
            return check_output(condition, output);
        default:
            break;
    }
    const Cast::Member* member = cast.find(condition.process);
    if (member == nullptr) return {false, "there is no process '" + condition.process.text + "'"};
    if (condition.kind == SentenceKind::exited_with || condition.kind == SentenceKind::killed_by)
        return check_end(condition, *member);
    return check_calls(condition, cast, *member);
}

bool Watcher::see(const Cast& cast, const kernel::Trace& trace, const kernel::Event& event,
                  bool was_inside_call) {
    return fits(cast, trace, event, was_inside_call) && ++seen_ == condition_.times;
}

bool Watcher::fits(const Cast& cast, const kernel::Trace& trace, const kernel::Event& event,
                   bool was_inside_call) const {
    using kernel::EventKind;
    if (!cast.matches(condition_.process, event.process)) return false;
    const auto is_call = [&] {
        return condition_.calls.empty() || std::find(condition_.calls.begin(), condition_.calls.end(),
                                                     event.number) != condition_.calls.end();
    };
    switch (condition_.kind) {
        case SentenceKind::calls:
            // exit() has no return: its end is the event
            if (event.kind == EventKind::exited)
                return condition_.call == "exit" || condition_.call == "exit_group";
            return (event.kind == EventKind::syscall || event.kind == EventKind::blocked) &&
                   !was_inside_call && is_call();
        case SentenceKind::returns:
            return event.kind == EventKind::syscall && is_call();
        case SentenceKind::blocks:
            return event.kind == EventKind::blocked && is_call() &&
                   (!condition_.object || cast.find(*condition_.object) == event.object);
        case SentenceKind::wakes_up:
            return event.kind == EventKind::woken;
        case SentenceKind::forks:
            return event.kind == EventKind::forked && event.result == 0;
        case SentenceKind::executes: {
            const Cast::Member* member = cast.find(event.process);
            return event.kind == EventKind::executed && member != nullptr &&
                   member->program == condition_.name;
        }
        case SentenceKind::exits:
            return event.kind == EventKind::exited;
        case SentenceKind::gets_signal:
            return event.kind == EventKind::signal_delivered && event.number == condition_.signal;
        case SentenceKind::prints:
            return event.kind == EventKind::output &&
                   trace.item(event, 0).text().find(condition_.string) != std::string_view::npos;
        default:
            return false;
    }
}

std::string first_program(const Setup& setup) {
    return setup.run.empty() ? "sh" : setup.run[0];
}

std::vector<Checked> check_on_real(const Lesson& lesson, std::size_t setup, const kernel::Trace& trace,
                                   const Output& output) {
    Cast cast(first_program(lesson.setups[setup]));
    cast.follow(trace, trace.events.size());
    std::vector<Checked> result;
    for (const LessonStep& step : lesson.steps) {
        if (step.setup != setup) continue;
        for (const Expectation& expectation : step.expect) {
            if (expectation.on_real)
                result.push_back({&expectation, check_outcome(expectation.condition, cast, output)});
        }
    }
    return result;
}

}  // namespace ipclab::lesson
