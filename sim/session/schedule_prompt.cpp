#include "sim/session/schedule_prompt.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <istream>
#include <ostream>
#include <sstream>
#include <utility>

#include "sim/engine/waits.h"
#include "sim/session/report.h"
#include "sim/trace/format.h"

namespace ipclab::session {

namespace {

constexpr std::string_view kHelp =
    "  N        the candidate with this number goes next\n"
    "  u        undo\n"
    "  r        hand the rest of the run back to the scheduler\n"
    "  s FILE   save the schedule; ipclab run --replay FILE and ipclab view --replay FILE take it\n"
    "  q        leave\n";

}  // namespace

SchedulePrompt::SchedulePrompt(std::istream& in, std::ostream& out, engine::Timeline& timeline, Save save,
                               std::optional<PromptGoal> goal)
    : in_(in),
      out_(out),
      timeline_(timeline),
      save_(std::move(save)),
      goal_(std::move(goal)),
      picker_(timeline.start()),
      is_piped_(isatty(STDIN_FILENO) == 0) {}

void SchedulePrompt::make(const explore::Moves& moves) {
    Pick pick{timeline_.position(), moves.stretches};
    for (const engine::Choice& choice : moves.choices) timeline_.choose(choice);
    picks_.push_back(std::move(pick));
}

/// Before the first pick; later everybody stands at a place already.
void SchedulePrompt::settle() {
    if (const explore::Moves moves = picker_.settle(timeline_.machine()); !moves.choices.empty()) make(moves);
}

void SchedulePrompt::show_events(std::size_t from) {
    trace::FormatOptions format;
    format.with_time = false;
    trace::Printer printer(format);
    std::string text;
    for (std::size_t i = 0; i < timeline_.event_count(); ++i) {
        const std::size_t begin = text.size();
        printer.print(timeline_.trace(), timeline_.trace().events[i], text);
        if (i < from) text.resize(begin);  // it has to see what came before
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) out_ << "    " << line << '\n';
}

void SchedulePrompt::show() {
    const engine::Machine& machine = timeline_.machine();
    candidates_ = picker_.candidates(machine);
    std::size_t who = 0, where = 0, number = 0;
    for (const explore::Candidate& each : candidates_) {
        who = std::max(who, each.who.size());
        where = std::max(where, each.where.size());
    }
    for (const explore::Candidate& each : candidates_)
        out_ << fmt::format("{:3}  {:<{}}  {:<{}}  {}{}\n", ++number, each.who, who, each.where, where,
                            each.what, each.would_sleep ? "  (and sleeps)" : "");
    if (candidates_.empty()) return show_rest();
    for (const auto& [tid, task] : machine.kernel.tasks)
        if (task->state == kernel::TaskState::blocked)
            out_ << fmt::format("     {} ({}) is {}\n", machine.kernel.processes[task->process].name,
                                tid.value, engine::describe_wait(machine, tid));
}

void SchedulePrompt::show_rest() {
    const engine::Machine& machine = timeline_.machine();
    const engine::Outcome outcome = engine::outcome(machine);
    switch (engine::rest(machine)) {
        case engine::Rest::finished:
            out_ << "The run has ended: " << engine::ending_text(outcome.wait_status) << ".\n";
            break;
        case engine::Rest::stopped:
            out_ << "All that is left is stopped by a signal.\n";
            break;
        default:
            out_ << "Nobody can go on:\n";
            for (const std::string& sentence : engine::explain_stuck(machine))
                out_ << "    " << sentence << '\n';
    }
    if (!outcome.standard_output.empty()) out_ << "Standard output:\n";
    std::istringstream lines(outcome.standard_output);
    for (std::string line; std::getline(lines, line);) out_ << "    | " << line << '\n';
}

void SchedulePrompt::tell_reachable() {
    const explore::ReachResult result = picker_.can_reach(timeline_.machine(), goal_->holds, kStatesToLookAt);
    switch (result.answer) {
        case explore::Reach::yes:
            out_ << "The goal can still be reached from here.\n";
            return;
        case explore::Reach::no:
            out_ << fmt::format(
                "The goal cannot be reached any more: all {} states from here were looked at. "
                "u goes back.\n",
                result.states);
            return;
        case explore::Reach::unknown:
            out_ << fmt::format("Whether the goal can still be reached is not known: not within {} states.\n",
                                result.states);
            return;
    }
}

void SchedulePrompt::hand_back() {
    const std::size_t from = timeline_.event_count();
    const engine::Position before = timeline_.position();
    constexpr std::size_t kMostSteps = 100'000;
    if (!timeline_.run_to_end(kMostSteps)) out_ << "It goes on and on; stopped here.\n";
    show_events(from);
    picks_.push_back({before, {}});
    is_by_policy_ = true;
}

void SchedulePrompt::undo() {
    if (picks_.size() <= begun_) {
        out_ << "There is nothing to undo.\n";
        return;
    }
    timeline_.seek(picks_.back().before);
    picks_.pop_back();
    is_by_policy_ = false;
}

engine::Stretches SchedulePrompt::schedule() const {
    engine::Stretches all;
    for (const Pick& each : picks_) all.insert(all.end(), each.stretches.begin(), each.stretches.end());
    return all;
}

void SchedulePrompt::save(const std::string& file) {
    if (file.empty()) {
        out_ << "s FILE: which file?\n";
        return;
    }
    if (is_by_policy_) {
        out_ << "The scheduler has decided the end of this run; u goes back to your own schedule.\n";
        return;
    }
    const std::string error = save_(file, schedule());
    out_ << (error.empty() ? "Saved: " + file : error) << '\n';
}

void SchedulePrompt::pick(const std::string& word) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size() || number == 0 ||
        number > candidates_.size()) {
        const bool is_over = candidates_.empty();
        out_ << (is_over ? std::string("Nobody can go next: u, s FILE or q.")
                         : fmt::format("'{}': a number from 1 to {}, u, r, s FILE, q, or ? for help.", word,
                                       candidates_.size()))
             << '\n';
        return;
    }
    const std::size_t from = timeline_.event_count();
    make(picker_.move(timeline_.machine(), candidates_[number - 1].actor));
    show_events(from);
}

bool SchedulePrompt::run() {
    settle();
    begun_ = picks_.size();
    bool is_moved = true;
    while (true) {
        if (is_moved) {
            if (goal_ && goal_->holds(timeline_.machine())) {
                if (!is_solved_)
                    out_ << "Solved: " << goal_->text << ". q goes on; s FILE saves the schedule.\n";
                is_solved_ = true;
            } else {
                if (goal_ && !is_solved_) tell_reachable();
                show();
            }
        }
        out_ << "Who goes next? " << std::flush;
        std::string line;
        if (!std::getline(in_, line)) break;
        if (is_piped_) out_ << line << '\n';
        std::istringstream words(line);
        std::string word, file;
        words >> word;
        std::getline(words >> std::ws, file);
        is_moved = false;
        if (word.empty()) continue;
        if (word == "q") return is_solved_;
        const engine::Position before = timeline_.position();
        if (word == "?")
            out_ << kHelp;
        else if (word == "u")
            undo();
        else if (word == "r")
            hand_back();
        else if (word == "s")
            save(file);
        else
            pick(word);
        is_moved = timeline_.position() != before;
    }
    out_ << '\n';
    return is_solved_;
}

}  // namespace ipclab::session
