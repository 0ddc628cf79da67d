// Plays a lesson on the simulated kernel: runs a timeline as far as a step says and checks what the step
// expects.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/timeline.h"
#include "sim/lesson/cast.h"
#include "sim/lesson/check.h"
#include "sim/lesson/lesson.h"

namespace ipclab::lesson {

/// The machine of a setup, at its start. `programs`, `first` and `arguments` as compiled from the setup's
/// files: argv of the first process, [0] its name. Nothing, and a sentence, where the setup's schedule is not of
/// these programs.
std::optional<engine::Timeline> make_timeline(const Setup& setup, engine::ProgramSet programs,
                                              std::size_t first, const std::vector<std::string>& arguments,
                                              std::string& error);

/// Who is who at the timeline's position.
Cast cast_at(const Setup& setup, const engine::Timeline& timeline);

struct StepResult {
    bool reached = true;          ///< what the step waits for came
    std::string problem;          ///< where not: what happened instead
    std::size_t first_event = 0;  ///< events of this step: [first_event, last_event)
    std::size_t last_event = 0;
    std::vector<Checked> checked;  ///< every expectation, in order
    bool ok() const;
};

/// Lets a person play a puzzle from where the timeline stands.
using Solve = std::function<void(const LessonStep& step, engine::Timeline& timeline)>;

/// Runs the timeline, which stands where the step before left it, through this step. Input that somebody
/// waits for arrives as the setup says. A puzzle is solved by `solve`, else by its solution.
StepResult play_step(const Lesson& lesson, const LessonStep& step, engine::Timeline& timeline,
                     const Solve& solve = {});

/// Makes the timeline of a setup; null where its programs do not compile (then it has said why).
using TimelineFactory = std::function<std::unique_ptr<engine::Timeline>(const Setup& setup)>;

/// Plays all steps, and keeps the timeline of the setup that is being played.
class Player {
  public:
    Player(const Lesson& lesson, TimelineFactory make) : lesson_(lesson), make_(std::move(make)) {}

    bool at_end() const { return next_ == lesson_.steps.size(); }
    std::size_t next_step() const { return next_; }
    /// Plays the next step. A setup that has no timeline gives a result that was not reached.
    StepResult play_next(const Solve& solve = {});
    const engine::Timeline* timeline() const { return timeline_.get(); }

  private:
    const Lesson& lesson_;
    TimelineFactory make_;
    std::unique_ptr<engine::Timeline> timeline_;
    std::size_t setup_ = 0, next_ = 0;
};

}  // namespace ipclab::lesson
