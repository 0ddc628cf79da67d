// A person is the scheduler, in the terminal or through a pipe: who can go next is printed, a number is read.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/timeline.h"
#include "sim/explore/picker.h"

namespace ipclab::session {

/// What is to be brought about.
struct PromptGoal {
    std::string text;
    std::function<bool(const engine::Machine&)> holds;
};

class SchedulePrompt {
  public:
    /// Writes a schedule to a file. Empty, or why not.
    using Save = std::function<std::string(const std::string& file, const engine::Stretches& schedule)>;

    SchedulePrompt(std::istream& in, std::ostream& out, engine::Timeline& timeline, Save save,
                   std::optional<PromptGoal> goal);

    /// Until the person leaves or the input ends. Whether the goal has been reached on the way.
    bool run();

  private:
    static constexpr std::uint64_t kStatesToLookAt = 50'000;
    struct Pick {
        engine::Position before;
        engine::Stretches stretches;
    };

    void make(const explore::Moves& moves);
    void settle();
    /// What has happened since the event `from`, as a trace.
    void show_events(std::size_t from);
    void show();
    void show_rest();
    void tell_reachable();
    void hand_back();
    void undo();
    void save(const std::string& file);
    void pick(const std::string& word);
    engine::Stretches schedule() const;

    std::istream& in_;
    std::ostream& out_;
    engine::Timeline& timeline_;
    Save save_;
    std::optional<PromptGoal> goal_;
    explore::Picker picker_;
    std::vector<explore::Candidate> candidates_;
    std::vector<Pick> picks_;
    std::size_t begun_ = 0;  // of them that nobody has made
    bool is_solved_ = false;
    bool is_piped_;              // nobody sees what is typed: it is written, too
    bool is_by_policy_ = false;  // the rest of the run was: no schedule of picks
};

}  // namespace ipclab::session
