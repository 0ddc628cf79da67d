#include "visualizer/model/lesson_play.h"

#include <algorithm>

#include "sim/lesson/goal.h"

namespace ipclab::visualizer {

void LessonPlay::open(lesson::Lesson lesson, Compile compile, Player& player) {
    lesson_ = std::move(lesson);
    compile_ = std::move(compile);
    page_ = 0;
    states_.assign(pages(), {});
    compiled_.clear();
    enter(player, Show::begin);
}

const Compiled& LessonPlay::compiled(std::size_t setup) {
    const auto found = compiled_.find(setup);
    if (found != compiled_.end()) return found->second;
    return compiled_.emplace(setup, compile_(*lesson_, setup)).first->second;
}

bool LessonPlay::wants_answer() const {
    return is_open() && step() && step()->predict && !state().answer;
}

bool LessonPlay::can_run() const {
    if (!is_open() || !step() || state().result) return false;
    return step()->runs() || !step()->expect.empty() || step()->predict;
}

void LessonPlay::answer(std::size_t choice) {
    if (!wants_answer() || choice >= step()->predict->choices.size()) return;
    states_[page_].answer = choice;
}

void LessonPlay::look_at_puzzle(const engine::Machine& machine) {
    if (!is_open() || !step() || !step()->is_puzzle() || state().result) return;
    if (lesson::is_reached(lesson_->setups[setup()], step()->goal, machine))
        states_[page_].result = lesson::StepResult{};
}

std::pair<std::size_t, std::size_t> LessonPlay::score() const {
    std::size_t made = 0, right = 0;
    for (std::size_t page = 1; page < states_.size(); ++page) {
        const auto& predict = lesson_->steps[page - 1].predict;
        if (!predict || !states_[page].answer || !states_[page].result) continue;
        ++made;
        if (*states_[page].answer == predict->answer) ++right;
    }
    return {made, right};
}

void LessonPlay::advance(int direction, Player& player) {
    if (!is_open()) return;
    if (direction < 0) {
        if (!has_previous()) return;
        --page_;
        return enter(player, Show::end);
    }
    if (can_run()) {
        if (!wants_answer()) enter(player, Show::run);
    } else if (has_next()) {
        ++page_;
        enter(player, state().result ? Show::end : Show::begin);
    }
}

void LessonPlay::enter(Player& player, Show show) {
    const std::size_t own = setup();
    const Compiled& loaded = compiled(own);
    if (!loaded.ok()) return player.open(loaded, lesson_->title);
    std::string misfit;
    auto made =
        lesson::make_timeline(lesson_->setups[own], loaded.programs, loaded.first, loaded.arguments, misfit);
    if (!made) {
        Compiled wrong = loaded;
        wrong.error = misfit;
        return player.open(std::move(wrong), lesson_->title);
    }
    engine::Timeline& timeline = *made;
    engine::MachineOptions options;
    options.boot = lesson_->setups[own].boot;
    options.boot.input = lesson_->setups[own].input;
    if (page_ == 0) {
        const engine::Position start = timeline.position();
        return player.open(loaded, lesson_->title, options, std::move(timeline), start, start);
    }
    // The steps before this one on the same machine: back to where another machine was used.
    std::size_t first = page_ - 1;
    while (first > 0 && lesson_->steps[first - 1].setup == own) --first;
    for (std::size_t i = first; i + 1 < page_; ++i) lesson::play_step(*lesson_, lesson_->steps[i], timeline);
    const engine::Position begin = timeline.position();
    if (show == Show::run || (show == Show::end && state().result))
        states_[page_].result = lesson::play_step(*lesson_, *step(), timeline);
    const engine::Position end = timeline.position();
    player.open(loaded, lesson_->title, options, std::move(timeline), show == Show::run ? begin : end, end);
}

}  // namespace ipclab::visualizer
