#include "sim/lesson/play.h"
#include "sim/engine/waits.h"
#include "sim/lesson/goal.h"

#include <algorithm>

namespace ipclab::lesson {
namespace {

constexpr std::size_t kMaxMoves = 20'000'000;  // of one step: then it is not reached

/// Lets input arrive where somebody waits for it: first what the setup gives, then the end. False where that
/// has been.
bool feed(const Setup& setup, engine::Timeline& timeline) {
    if (!timeline.at_recorded_end() || engine::rest(timeline.machine()) != engine::Rest::wants_input)
        return false;
    bool has_text = setup.input.empty(), has_end = false;
    for (const engine::Choice& choice : timeline.schedule()) {
        if (choice.kind != engine::Choice::Kind::input) continue;
        (choice.bytes.empty() ? has_end : has_text) = true;
    }
    if (has_end) return false;
    timeline.choose(engine::Choice::input(has_text ? std::string{} : setup.input));
    return true;
}

/// Moves on and looks at what came, until the condition holds.
class Runner {
  public:
    Runner(const Setup& setup, const Condition& condition, engine::Timeline& timeline)
        : setup_(setup),
          condition_(condition),
          timeline_(timeline),
          watcher_(condition),
          cast_(cast_at(setup, timeline)),
          seen_(timeline.event_count()) {}

    bool run() {
        if (is_state() && condition_.kind != SentenceKind::reaches_line &&
            check_fact(condition_, cast_, timeline_.machine()).holds)
            return true;
        for (std::size_t moves = 0; moves < kMaxMoves; moves++) {
            if (!move()) return condition_.kind == SentenceKind::end;
            if (look()) return true;
        }
        return false;
    }

  private:
    bool is_state() const {
        return use_of(condition_.kind) != SentenceUse::happening ||
               condition_.kind == SentenceKind::reaches_line;
    }

    /// Lines and variables change between two system calls.
    bool move() {
        const bool fine = condition_.kind == SentenceKind::reaches_line ||
                          condition_.kind == SentenceKind::is_at_line ||
                          condition_.kind == SentenceKind::variable;
        return (fine ? timeline_.line_forward() : timeline_.step_forward()) || feed(setup_, timeline_);
    }

    bool look() {
        const kernel::Trace& trace = timeline_.trace();
        bool found = false;
        for (; seen_ < timeline_.event_count(); seen_++) {
            const kernel::Event& event = trace.events[seen_];
            const bool was_inside = cast_.is_inside_call(event.task);
            cast_.add(trace, event);
            found = (!is_state() && watcher_.see(cast_, trace, event, was_inside)) || found;
        }
        return is_state() ? check_fact(condition_, cast_, timeline_.machine()).holds : found;
    }

    const Setup& setup_;
    const Condition& condition_;
    engine::Timeline& timeline_;
    Watcher watcher_;
    Cast cast_;
    std::size_t seen_;
};

std::string why_not_reached(const Setup& setup, const engine::Timeline& timeline) {
    switch (engine::rest(timeline.machine())) {
        case engine::Rest::finished:
            return "the run ended before that";
        case engine::Rest::wants_input:
            return "before that, somebody waits for standard input";
        case engine::Rest::stopped:
            return "before that, all that is left is stopped by a signal";
        case engine::Rest::moving:
            return "the run went on and on without it";
        case engine::Rest::stuck:
            break;
    }
    std::string text = "before that, nothing can go on:";
    for (const std::string& sentence : engine::explain_stuck(timeline.machine())) text += " " + sentence;
    return cast_at(setup, timeline).familiar(text);
}

void play_puzzle(const Setup& setup, const LessonStep& step, engine::Timeline& timeline, const Solve& solve,
                 StepResult& result) {
    if (solve) {
        solve(step, timeline);
    } else if (const auto schedule = engine::schedule_of(timeline.machine(), step.solution)) {
        for (const engine::Choice& choice : *schedule) timeline.choose(choice);
    } else {
        result.reached = false;
        result.problem = step.solution_file + ": " + std::string(engine::kForeignSchedule);
        return;
    }
    for (const Condition& each : step.goal) {
        const Verdict verdict = check_goal(setup, each, timeline.machine());
        if (verdict.holds) continue;
        result.reached = false;
        result.problem = "the goal is that " + each.text + ": " + verdict.found;
        return;
    }
}

}  // namespace

std::optional<engine::Timeline> make_timeline(const Setup& setup, engine::ProgramSet programs,
                                              std::size_t first, const std::vector<std::string>& arguments,
                                              std::string& error) {
    engine::MachineOptions options;
    options.arguments = arguments;
    options.boot = setup.boot;
    options.boot.input = setup.input;
    if (setup.schedule) options.buffered = setup.schedule->buffered;
    kernel::Trace start;
    engine::Machine machine = engine::make_machine(std::move(programs), first, options, &start);
    if (setup.quantum_us > 0) machine.kernel.scheduler.quantum_ns = setup.quantum_us * kernel::kMicrosecond;
    engine::Policy policy = engine::TimedPolicy{};
    if (setup.seed) policy = engine::RandomPolicy{*setup.seed};
    if (setup.schedule) {
        auto schedule = engine::schedule_of(machine, setup.schedule->schedule);
        if (!schedule) {
            error = setup.schedule_file + ": " + std::string(engine::kForeignSchedule);
            return std::nullopt;
        }
        policy = engine::ReplayPolicy{std::move(*schedule), 0};
    }
    return engine::Timeline(std::move(machine), std::move(policy), std::move(start));
}

Cast cast_at(const Setup& setup, const engine::Timeline& timeline) {
    kernel::Pid first{};
    // Process numbers rise: the lowest behind init that the run has ever had is the first one's.
    for (const kernel::Event& event : timeline.trace().events) {
        if (event.process.value > kernel::kInit.value) {
            first = event.process;
            break;
        }
    }
    Cast cast(first_program(setup), first);
    cast.follow(timeline.trace(), timeline.event_count());
    return cast;
}

bool StepResult::ok() const {
    return reached &&
           std::all_of(checked.begin(), checked.end(), [](const Checked& one) { return one.verdict.holds; });
}

StepResult play_step(const Lesson& lesson, const LessonStep& step, engine::Timeline& timeline,
                     const Solve& solve) {
    const Setup& setup = lesson.setups[step.setup];
    StepResult result;
    result.first_event = timeline.event_count();
    if (step.until) {
        result.reached = Runner(setup, *step.until, timeline).run();
        if (!result.reached) result.problem = why_not_reached(setup, timeline);
    }
    for (std::int64_t call = 0; call < step.calls && result.reached; call++) {
        while (result.reached && !timeline.call_forward()) result.reached = feed(setup, timeline);
        if (!result.reached) result.problem = why_not_reached(setup, timeline);
    }
    if (step.is_puzzle()) play_puzzle(setup, step, timeline, solve, result);
    result.last_event = timeline.event_count();
    const Cast cast = cast_at(setup, timeline);
    for (const Expectation& expectation : step.expect) {
        result.checked.push_back({&expectation, check_fact(expectation.condition, cast, timeline.machine())});
    }
    return result;
}

StepResult Player::play_next(const Solve& solve) {
    const LessonStep& step = lesson_.steps[next_++];
    if (timeline_ == nullptr || step.setup != setup_) {
        setup_ = step.setup;
        timeline_ = make_(lesson_.setups[setup_]);
    }
    if (timeline_ != nullptr) return play_step(lesson_, step, *timeline_, solve);
    StepResult result;
    result.reached = false;
    result.problem = "its programs do not compile, or its schedule is not of them";
    return result;
}

}  // namespace ipclab::lesson
