// The player: what is open, where in its run we are, and everything computed from that which the views draw. It
// carries out commands that concern the run. No Dear ImGui here.
//
// A long move ("until something blocks" in a program that computes for minutes) is a goal that tick() works on for a
// few milliseconds a frame, so the window always answers and the move can be stopped.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/timeline.h"
#include "sim/explore/picker.h"
#include "visualizer/model/commands.h"
#include "visualizer/model/compiled.h"
#include "visualizer/model/ended.h"
#include "visualizer/model/lanes.h"
#include "visualizer/model/output.h"
#include "visualizer/model/pipes.h"
#include "visualizer/model/rows.h"
#include "visualizer/model/source.h"
#include "visualizer/model/stage.h"

namespace ipclab::visualizer {

class Player {
  public:
    enum class Goal : std::uint8_t {
        none,
        call,
        line,
        blocked,
        end,
        run,
        place  ///< a place that has been recorded, at a pace that the eye can follow
    };
    /// How the position last changed: small moves forward may be animated.
    enum class Motion : std::uint8_t { jumped, stepped };
    enum class Ahead : std::uint8_t {
        record,  ///< the run is recorded to its end (or a bound) at once, so that all of it can be scrubbed
        hide     ///< nothing is known before it has happened: a lesson asks for predictions
    };

    static constexpr int kSpeeds[] = {1,  2,  4,   8,   16,
                                      32, 64, 128, 256, 0};  ///< calls a second; 0: as fast as can be
    static constexpr std::size_t kAheadSteps = 100'000;
    static constexpr std::size_t kAheadComputingSteps = 100;
    static constexpr std::size_t kMostSteps = 2'000'000;  ///< longer runs stop there: about a gigabyte

    /// Starts over with this program. Where it did not compile, its diagnostics are shown instead.
    void open(Compiled compiled, std::string title, const engine::MachineOptions& options, Ahead ahead,
              engine::Policy policy = engine::TimedPolicy{});
    /// Shows a timeline that somebody else has made: stands at `from` and goes on to `to`, which lies behind it or
    /// is the same. Nothing later than the position is shown. `options`: what its machine was made with.
    void open(Compiled compiled, std::string title, const engine::MachineOptions& options,
              engine::Timeline timeline, engine::Position from, engine::Position to);
    /// The open machine at its start, as the explorer takes it: standard input is a file, calls and instructions take no
    /// time. The events of the start go to `trace`.
    engine::Machine machine_to_explore(kernel::Trace* trace) const;
    /// Starts over with a schedule of that machine.
    void replay(const engine::Stretches& schedule, std::shared_ptr<const vm::SharedPlaces> buffered);
    /// Shows why there is nothing to run.
    void open(Compiled compiled, std::string title);
    /// Carries out commands about the run; false where the command is somebody else's.
    bool apply(const Command& command);
    /// Goes on with the goal for about `budget_ms`, `seconds` after the last tick; brings the indices up to date.
    void tick(double seconds, double budget_ms);
    /// Whether a move forward ends at the next mistake of the program that is explained, in what is opened from now on.
    void pause_at_mistakes(bool pauses) { pauses_at_mistakes_ = pauses; }
    /// Works until no goal is left: for pictures and tests. At most `max_ticks` ticks.
    void settle(std::size_t max_ticks = 100);

    bool is_open() const { return timeline_.has_value(); }
    const std::string& title() const { return title_; }
    const Compiled& compiled() const { return compiled_; }
    const engine::Timeline& timeline() const { return *timeline_; }
    const engine::Machine& machine() const { return timeline_->machine(); }
    const kernel::Trace& trace() const { return timeline_->trace(); }
    /// Events that have happened, and that are recorded.
    std::size_t position() const { return timeline_ ? timeline_->event_count() : 0; }
    std::size_t recorded() const { return timeline_ ? timeline_->trace().events.size() : 0; }
    kernel::Time now_ns() const { return timeline_ ? machine().kernel.now_ns : 0; }
    engine::Rest rest() const { return rest_; }
    /// Whether we stand where the recording stopped because it had grown too long.
    bool is_cut_off() const {
        return timeline_ && timeline_->at_recorded_end() && timeline_->recorded_steps() >= kMostSteps;
    }
    /// Whether nothing is left to step to.
    bool at_end() const { return !timeline_ || timeline_->at_end() || is_cut_off(); }
    const std::vector<std::string>& stuck() const { return stuck_; }

    /// Whether a person decides who goes next; then who can: what each would do. Only on one CPU.
    bool is_scheduler() const { return picker_.has_value(); }
    bool can_be_scheduler() const { return timeline_ && machine().kernel.scheduler.cpus.size() == 1; }
    const std::vector<explore::Candidate>& candidates() const { return candidates_; }
    bool can_undo_pick() const { return picked_at_.size() > 1; }

    Goal goal() const { return goal_; }
    bool is_running() const { return goal_ != Goal::none; }
    int speed() const { return kSpeeds[speed_]; }
    bool shows_future() const { return ahead_ == Ahead::record; }

    const Lanes& lanes() const { return lanes_; }
    const LogRows& rows() const { return rows_; }
    const OutputLines& output() const { return output_; }
    const Stage& stage() const { return stage_; }
    const std::vector<EndedProcess>& ended() const { return ended_; }
    const PipeIndex& pipes() const { return pipes_; }
    const std::vector<CodeFile>& files() const { return files_; }
    /// The task that moved last: what the source pane follows.
    kernel::Tid current_task() const { return current_task_; }
    std::size_t order_of(kernel::Pid process) const { return lanes_.order_of(process); }
    std::size_t order_of(kernel::Tid task) const { return lanes_.order_of(task); }
    /// Rises whenever the position changes.
    std::uint64_t revision() const { return revision_; }
    Motion motion() const { return motion_; }

  private:
    using Clock = std::chrono::steady_clock;
    void moved(Motion motion);
    void refresh();
    void start(Goal goal);
    bool update_indices(std::size_t max_events);
    void back(command::Unit unit);
    void forget_future();
    void be_scheduler(bool is_on);
    void make(const explore::Moves& moves);
    void pick(std::size_t candidate);
    void undo_pick();
    void record_ahead();
    bool advance_to_place();
    void tick_goal(double seconds, double budget_ms);
    /// One portion of the goal; false where it is reached or the end came.
    bool advance();
    bool advance_line();
    kernel::Tid find_current_task() const;

    Compiled compiled_;
    std::string title_;
    engine::MachineOptions options_;
    std::size_t replayed_steps_ = 0;  // of the schedule that replay() was given
    std::optional<engine::Timeline> timeline_;
    Ahead ahead_ = Ahead::record;
    bool pauses_at_mistakes_ = false;

    Goal goal_ = Goal::none;
    std::optional<explore::Picker> picker_;
    std::vector<explore::Candidate> candidates_;
    std::vector<engine::Position> picked_at_;  // where; the first one: where the person took over
    double owed_ = 0;  // calls that are due at this speed
    engine::Position target_{};
    double target_rate_ = 0;  // events a second on the way to the target
    std::size_t speed_ = 2;
    std::vector<std::pair<kernel::Tid, kernel::SourceLine>> lines_before_;  // of a line step

    Lanes lanes_;
    LogRows rows_;
    OutputLines output_;
    PipeIndex pipes_;
    Stage stage_;
    std::vector<EndedProcess> ended_;
    std::vector<CodeFile> files_;
    engine::Rest rest_ = engine::Rest::moving;
    std::vector<std::string> stuck_;
    kernel::Tid current_task_{};
    std::uint64_t revision_ = 0, refreshed_ = UINT64_MAX;
    Motion motion_ = Motion::jumped;
};

}  // namespace ipclab::visualizer
