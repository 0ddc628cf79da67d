// The explorer in the window: a thread goes through all schedules of what is open while the window goes on.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/engine/waits.h"
#include "sim/explore/explore.h"
#include "sim/explore/reach.h"
#include "visualizer/model/state_graph.h"

namespace ipclab::visualizer {

class Exploration {
  public:
    enum class State : std::uint8_t { idle, running, done };
    /// What is shown of the result: outcomes first, then findings, one list.
    struct Entry {
        bool is_finding = false;
        std::string title;                   ///< "exit status 0", "deadlock"
        std::vector<std::string> sentences;  ///< of a finding; an outcome's output
        engine::Stretches schedule;
        std::vector<std::uint32_t> route;   ///< through the state graph
        bool is_in_full_graph = false;      ///< through full_graph()
        std::size_t loop_begin = SIZE_MAX;  ///< in the route: from there on round and round
        std::vector<engine::Wait> waits;    ///< at its end: who waits for whom
        std::size_t switches = 0;
    };

    static constexpr std::size_t kMostPictured = 600;  ///< states of a graph that is drawn

    Exploration() = default;
    ~Exploration();
    Exploration(const Exploration&) = delete;
    Exploration& operator=(const Exploration&) = delete;

    /// Explores this machine, at its start (Player::machine_to_explore()).
    void start(engine::Machine initial);
    /// Ends the search early: what was found so far is shown.
    void stop() { is_stopped_ = true; }
    /// Forgets everything: another program is open.
    void clear();
    /// Takes over what the thread has brought.
    void tick();
    /// Waits for its end: for pictures and tests.
    void wait();

    State state() const { return state_; }
    const explore::Progress& progress() const { return shown_progress_; }
    const explore::Result& result() const { return result_; }
    const std::vector<Entry>& entries() const { return entries_; }
    const StateGraph& graph() const { return graph_; }
    /// That in which what goes on for ever was found, with every lock and access.
    const StateGraph& full_graph() const { return full_graph_; }
    /// The machine that is explored.
    const engine::Machine& initial() const { return *initial_; }

  private:
    void join();

    State state_ = State::idle;
    std::optional<engine::Machine> initial_;
    explore::Progress shown_progress_;
    explore::Result result_;
    std::vector<Entry> entries_;
    StateGraph graph_, full_graph_;
    std::thread thread_;
    std::atomic<bool> is_stopped_ = false;
    std::mutex mutex_;
    explore::Progress progress_;                 // guarded by mutex_
    std::optional<explore::Result> new_result_;  // guarded by mutex_
};

/// Whether a goal can still be reached, looked for in a thread.
class ReachQuestion {
  public:
    using Goal = std::function<bool(const engine::Machine&)>;
    static constexpr std::uint64_t kMostStates = 50'000;

    ReachQuestion() = default;
    ~ReachQuestion();
    ReachQuestion(const ReachQuestion&) = delete;
    ReachQuestion& operator=(const ReachQuestion&) = delete;

    /// Asks about this machine, which came from `start`; a question that is being answered is answered first.
    void ask(engine::Machine start, engine::Machine now, Goal goal);
    void clear();
    void tick();
    void wait();
    bool is_asking() const { return is_asking_ || next_.has_value(); }
    /// Of the last question; nothing where it has no answer yet.
    const std::optional<explore::ReachResult>& answer() const { return answer_; }

  private:
    struct Question {
        engine::Machine start, now;
        Goal goal;
    };
    void begin(Question question);

    bool is_asking_ = false;
    std::optional<Question> next_;
    std::optional<explore::ReachResult> answer_;
    std::thread thread_;
    std::mutex mutex_;
    std::optional<explore::ReachResult> new_answer_;  // guarded by mutex_
};

}  // namespace ipclab::visualizer
