// A lesson in the window: which page is open, what was predicted, what running a step showed. Page 0 is the
// introduction, page n the n-th step.
//
// A page is entered by playing everything before it anew from the start of its machine: a lesson is small, and so
// whatever somebody did by hand meanwhile leaves no trace.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/lesson/lesson.h"
#include "sim/lesson/play.h"
#include "visualizer/model/player.h"

namespace ipclab::visualizer {

class LessonPlay {
  public:
    struct StepState {
        std::optional<std::size_t> answer;         ///< what was predicted
        std::optional<lesson::StepResult> result;  ///< once it has been played
    };

    /// Compiles the programs of one of the lesson's machines.
    using Compile = std::function<Compiled(const lesson::Lesson&, std::size_t setup)>;

    /// Opens the lesson on its first page and shows its machine in the player.
    void open(lesson::Lesson lesson, Compile compile, Player& player);
    bool is_open() const { return lesson_.has_value(); }
    const lesson::Lesson& lesson() const { return *lesson_; }
    std::size_t pages() const { return lesson_->steps.size() + 1; }
    std::size_t page() const { return page_; }
    /// The step of the open page, null on the introduction.
    const lesson::LessonStep* step() const { return page_ == 0 ? nullptr : &lesson_->steps[page_ - 1]; }
    const StepState& state() const { return states_[page_]; }
    const StepState& state(std::size_t page) const { return states_[page]; }

    /// A prediction that has to be made before the step is run.
    bool wants_answer() const;
    /// Whether there is something left to run on this page.
    bool can_run() const;
    bool has_next() const { return is_open() && !can_run() && page_ + 1 < pages(); }
    bool has_previous() const { return is_open() && page_ > 0; }

    /// +1: runs the page's step where it has not been run, else goes to the next page; -1: the page before.
    void advance(int direction, Player& player);
    void answer(std::size_t choice);
    /// A puzzle's page has a result once somebody has brought its goal about.
    void look_at_puzzle(const engine::Machine& machine);
    /// Which of the lesson's machines the open page shows, as an index into Lesson::setups.
    std::size_t setup() const { return page_ == 0 ? first_setup() : step()->setup; }
    /// Predictions made, and those that were right.
    std::pair<std::size_t, std::size_t> score() const;

  private:
    enum class Show : std::uint8_t { begin, end, run };
    std::size_t first_setup() const { return lesson_->steps.empty() ? 0 : lesson_->steps.front().setup; }
    void enter(Player& player, Show show);
    const Compiled& compiled(std::size_t setup);

    std::optional<lesson::Lesson> lesson_;
    std::size_t page_ = 0;
    std::vector<StepState> states_;
    Compile compile_;
    std::map<std::size_t, Compiled> compiled_;  // by setup
};

}  // namespace ipclab::visualizer
