#include "visualizer/model/player.h"
#include "sim/engine/waits.h"

#include <algorithm>

namespace ipclab::visualizer {

using engine::Timeline;
using kernel::Event;
using kernel::EventKind;
using kernel::Tid;

namespace {

/// Events that the indices look at in one tick: some milliseconds.
constexpr std::size_t kIndexEvents = 400'000;

bool is_call(const Event& event) {
    return event.kind == EventKind::syscall || event.kind == EventKind::blocked;
}

std::vector<std::pair<Tid, kernel::SourceLine>> lines_of(const engine::Machine& machine) {
    std::vector<std::pair<Tid, kernel::SourceLine>> found;
    for (const auto& [tid, context] : machine.contexts)
        found.emplace_back(tid, engine::source_line(machine, tid));
    return found;
}

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

void Player::open(Compiled compiled, std::string title) {
    compiled_ = std::move(compiled);
    title_ = std::move(title);
    timeline_.reset();
    replayed_steps_ = 0;
    picker_.reset();
    candidates_.clear();
    picked_at_.clear();
    goal_ = Goal::none;
    lanes_ = Lanes(Lanes::Source::simulated,
                   compiled_.programs.empty() ? std::string{} : compiled_.programs[compiled_.first]->name);
    rows_.clear();
    output_.clear();
    pipes_.clear();
    stage_ = {};
    ended_.clear();
    files_.clear();
    moved(Motion::jumped);
}

void Player::open(Compiled compiled, std::string title, const engine::MachineOptions& options, Ahead ahead,
                  engine::Policy policy) {
    open(std::move(compiled), std::move(title));
    ahead_ = ahead;
    if (!compiled_.ok()) return;
    kernel::Trace start;
    options_ = options;
    options_.arguments = compiled_.arguments;
    engine::Machine machine = engine::make_machine(compiled_.programs, compiled_.first, options_, &start);
    files_ = code_files(machine);
    timeline_.emplace(std::move(machine), std::move(policy), std::move(start));
    if (pauses_at_mistakes_) timeline_->end_steps_at_mistakes();
    if (ahead_ == Ahead::record) record_ahead();
    refresh();
}

void Player::open(Compiled compiled, std::string title, const engine::MachineOptions& options,
                  engine::Timeline timeline, engine::Position from, engine::Position to) {
    open(std::move(compiled), std::move(title));
    ahead_ = Ahead::hide;
    options_ = options;
    options_.arguments = compiled_.arguments;
    files_ = code_files(timeline.machine());
    timeline_.emplace(std::move(timeline));
    target_ = to;
    if (from < to) {
        timeline_->seek(to);
        const std::size_t end = position();
        timeline_->seek(from);
        // Some seconds at the chosen speed, but never a long wait.
        constexpr double kLongestSeconds = 6;
        target_rate_ = std::max(speed() == 0 ? 1e9 : 3.0 * speed(),
                                static_cast<double>(end - position()) / kLongestSeconds);
        owed_ = 1;
        goal_ = Goal::place;
    }
    moved(Motion::jumped);
    refresh();
}

engine::Machine Player::machine_to_explore(kernel::Trace* trace) const {
    engine::MachineOptions options = options_;
    options.boot.standard_streams[0] = kernel::StreamKind::file;
    options.boot.costs = kernel::Costs::none();
    return engine::make_machine(compiled_.programs, compiled_.first, options, trace);
}

void Player::replay(const engine::Stretches& schedule, std::shared_ptr<const vm::SharedPlaces> buffered) {
    if (!timeline_) return;
    kernel::Trace start;
    engine::Machine machine = machine_to_explore(&start);
    machine.buffered = std::move(buffered);
    auto choices = engine::schedule_of(machine, schedule);
    if (!choices) return;
    const Ahead ahead = ahead_;
    const engine::MachineOptions options = options_;
    Compiled compiled = std::move(compiled_);
    std::string title = std::move(title_);
    open(std::move(compiled), std::move(title));
    ahead_ = ahead;
    options_ = options;
    replayed_steps_ = choices->size();
    files_ = code_files(machine);
    timeline_.emplace(std::move(machine), engine::ReplayPolicy{std::move(*choices), 0}, std::move(start));
    if (pauses_at_mistakes_) timeline_->end_steps_at_mistakes();
    if (ahead_ == Ahead::record) record_ahead();
    refresh();
}

void Player::be_scheduler(bool is_on) {
    goal_ = Goal::none;
    picked_at_.clear();
    candidates_.clear();
    if (!is_on || !can_be_scheduler()) {
        picker_.reset();
        // The policy goes on from here.
        if (!is_on && timeline_ && ahead_ == Ahead::record && timeline_->at_recorded_end()) {
            const engine::Position here = timeline_->position();
            record_ahead();
            timeline_->seek(here);
        }
        return moved(Motion::jumped);
    }
    picker_.emplace(timeline_->start());
    picked_at_.push_back(timeline_->position());
    make(picker_->settle(machine()));
}

void Player::make(const explore::Moves& moves) {
    forget_future();
    for (const engine::Choice& choice : moves.choices) timeline_->choose(choice);
    moved(Motion::stepped);
}

void Player::pick(std::size_t candidate) {
    goal_ = Goal::none;
    if (!picker_ || candidate >= candidates_.size()) return;
    const kernel::Tid actor = candidates_[candidate].actor;
    picked_at_.push_back(timeline_->position());
    make(picker_->move(machine(), actor));
}

void Player::undo_pick() {
    goal_ = Goal::none;
    if (!picker_ || !can_undo_pick()) return;
    timeline_->seek(picked_at_.back());
    picked_at_.pop_back();
    moved(Motion::jumped);
}

void Player::record_ahead() {
    // Bounded by counts, not by the clock: the same program always shows the same picture. Steps without events are
    // computing, each up to a million instructions.
    std::size_t computing = 0;
    for (std::size_t i = 0; i < kAheadSteps && computing < kAheadComputingSteps; ++i) {
        const std::size_t seen = position();
        if (!timeline_->step_forward()) break;
        if (position() == seen) ++computing;
    }
    timeline_->seek_start();
}

bool Player::apply(const Command& command) {
    using namespace command;
    return std::visit(Overloaded{
                          [&](const Step& step) {
                              if (!timeline_) return true;
                              if (step.unit == Unit::instruction) {
                                  goal_ = Goal::none;
                                  if (!is_cut_off() && timeline_->instruction_forward())
                                      moved(Motion::stepped);
                              } else {
                                  start(step.unit == Unit::line ? Goal::line : Goal::call);
                              }
                              return true;
                          },
                          [&](const StepBack& step) {
                              back(step.unit);
                              return true;
                          },
                          [&](const Run&) {
                              // At the end it starts over, as players do.
                              if (timeline_ && at_end()) {
                                  timeline_->seek_start();
                                  moved(Motion::jumped);
                              }
                              start(Goal::run);
                              return true;
                          },
                          [&](const Pause&) {
                              goal_ = Goal::none;
                              return true;
                          },
                          [&](const RunUntilBlocked&) {
                              start(Goal::blocked);
                              return true;
                          },
                          [&](const SeekStart&) {
                              goal_ = Goal::none;
                              if (timeline_) timeline_->seek_start();
                              moved(Motion::jumped);
                              return true;
                          },
                          [&](const SeekEnd&) {
                              if (timeline_ && !pauses_at_mistakes_) timeline_->seek_recorded_end();
                              start(Goal::end);
                              moved(Motion::jumped);
                              return true;
                          },
                          [&](const SeekEvent& seek) {
                              goal_ = Goal::none;
                              if (timeline_) timeline_->seek_event(seek.event);
                              moved(Motion::jumped);
                              return true;
                          },
                          [&](const ChangeSpeed& change) {
                              const int last = static_cast<int>(std::size(kSpeeds)) - 1;
                              speed_ = static_cast<std::size_t>(
                                  std::clamp(static_cast<int>(speed_) + change.steps, 0, last));
                              return true;
                          },
                          [&](const TypeInput& input) {
                              if (!timeline_) return true;
                              forget_future();
                              timeline_->choose(engine::Choice::input(input.bytes));
                              moved(Motion::stepped);
                              return true;
                          },
                          [&](const SendSignal& signal) {
                              if (!timeline_) return true;
                              forget_future();
                              timeline_->choose(engine::Choice::send_signal(signal.process, signal.signal));
                              moved(Motion::stepped);
                              return true;
                          },
                          [&](const SeekFound&) {
                              goal_ = Goal::none;
                              if (!timeline_ || replayed_steps_ == 0) return true;
                              while (timeline_->recorded_steps() < replayed_steps_ &&
                                     timeline_->step_forward()) {
                              }
                              timeline_->seek({std::min(replayed_steps_, timeline_->recorded_steps()), 0});
                              moved(Motion::jumped);
                              return true;
                          },
                          [&](const BeScheduler& change) {
                              be_scheduler(change.is_on);
                              return true;
                          },
                          [&](const Pick& choice) {
                              pick(choice.candidate);
                              return true;
                          },
                          [&](const UndoPick&) {
                              undo_pick();
                              return true;
                          },
                          [](const auto&) { return false; },
                      },
                      command);
}

void Player::start(Goal goal) {
    if (!timeline_) return;
    goal_ = goal;
    owed_ = 1;  // the first call comes at once
    if (goal == Goal::line) lines_before_ = lines_of(machine());
}

void Player::back(command::Unit unit) {
    goal_ = Goal::none;
    if (!timeline_) return;
    switch (unit) {
        case command::Unit::instruction:
            timeline_->instruction_back();
            break;
        case command::Unit::line:
            timeline_->line_back();
            break;
        case command::Unit::call:
            timeline_->call_back();
            break;
    }
    moved(Motion::jumped);
}

void Player::forget_future() {
    if (timeline_->at_recorded_end()) return;
    std::erase_if(picked_at_, [&](engine::Position at) { return at > timeline_->position(); });
    // choose() cuts the recorded future off; the indices have seen it.
    lanes_.clear();
    rows_.clear();
    output_.clear();
    pipes_.clear();
}

bool Player::update_indices(std::size_t max_events) {
    const bool lanes = lanes_.update(trace(), max_events), rows = rows_.update(trace(), max_events);
    const bool output = output_.update(trace(), max_events), pipes = pipes_.update(trace(), max_events);
    return lanes && rows && output && pipes;
}

bool Player::advance_line() {
    if (!timeline_->instruction_forward()) return false;
    for (const auto& place : lines_of(machine()))
        if (place.second.line != 0 && std::ranges::find(lines_before_, place) == lines_before_.end())
            return false;
    return true;
}

bool Player::advance() {
    if (is_cut_off()) return false;
    if (goal_ == Goal::line) return advance_line();
    const std::size_t seen = position();
    if (!timeline_->step_forward()) return false;
    const auto& events = trace().events;
    for (std::size_t i = seen; i < position(); ++i) {
        if (goal_ == Goal::call && is_call(events[i])) return false;
        if (goal_ == Goal::blocked && events[i].kind == EventKind::blocked) return false;
        if (pauses_at_mistakes_ && events[i].kind == EventKind::explained) return false;
        if (goal_ == Goal::run && is_call(events[i])) owed_ -= 1;
    }
    return true;
}

bool Player::advance_to_place() {
    if (timeline_->position() >= target_ || !timeline_->step_forward()) return false;
    if (timeline_->position() >= target_) {
        timeline_->seek(target_);
        return false;
    }
    return true;
}

void Player::tick_goal(double seconds, double budget_ms) {
    const auto until = Clock::now() + std::chrono::duration<double, std::milli>(budget_ms);
    const double rate = goal_ == Goal::place ? target_rate_ : speed();
    const bool paced = goal_ == Goal::place || (goal_ == Goal::run && speed() != 0);
    if (paced) owed_ = std::min(owed_ + seconds * rate, std::max(1.0, rate));
    const std::size_t before = position();
    bool has_moved = false;
    while (!paced || owed_ >= 1) {
        has_moved = true;
        const std::size_t events = position();
        const bool goes_on = goal_ == Goal::place ? advance_to_place() : advance();
        if (goal_ == Goal::place) owed_ -= static_cast<double>(std::max<std::size_t>(1, position() - events));
        if (!goes_on) {
            goal_ = Goal::none;
            break;
        }
        if (Clock::now() >= until) break;
    }
    // A few events can be followed by the eye; hundreds in a frame cannot.
    if (has_moved) moved(position() - before <= 16 ? Motion::stepped : Motion::jumped);
}

void Player::tick(double seconds, double budget_ms) {
    if (!timeline_) return;
    if (goal_ != Goal::none) tick_goal(seconds, budget_ms);
    refresh();
}

void Player::settle(std::size_t max_ticks) {
    if (!timeline_) return;
    for (std::size_t i = 0; i < max_ticks && goal_ != Goal::none; ++i) tick(1, 50);
    while (!update_indices(kIndexEvents)) {
    }
    refreshed_ = UINT64_MAX;
    refresh();
}

void Player::moved(Motion motion) {
    ++revision_;
    motion_ = motion;
}

Tid Player::find_current_task() const {
    for (std::size_t i = position(); i-- > 0 && position() - i < 64;) {
        const Event& event = trace().events[i];
        if (event.kind == EventKind::switched && event.other != 0 &&
            machine().contexts.contains(Tid{event.other}))
            return Tid{event.other};
        if (event.task && machine().contexts.contains(event.task)) return event.task;
    }
    for (const auto& [tid, context] : machine().contexts) return tid;
    return {};
}

void Player::refresh() {
    if (!timeline_) return;
    const bool all_seen = update_indices(kIndexEvents);
    if (refreshed_ == revision_) return;
    // Names and totals come from the indices: as long as these lag behind, once more in the next frame.
    if (all_seen) refreshed_ = revision_;
    stage_ = build_stage(machine(), &pipes_);
    ended_ = collected_processes(lanes_, machine().kernel, position());
    rest_ = engine::rest(machine());
    stuck_.clear();
    if (rest_ == engine::Rest::stuck)
        for (const std::string& sentence : engine::explain_stuck(machine()))
            stuck_.push_back(pipes_.familiar(sentence));
    current_task_ = find_current_task();
    if (picker_) candidates_ = picker_->candidates(machine());
}

}  // namespace ipclab::visualizer
