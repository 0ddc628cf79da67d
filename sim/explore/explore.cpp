#include "sim/explore/explore.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/explore/collector.h"
#include "sim/explore/digest.h"
#include "sim/explore/mover.h"
#include "sim/explore/shortest.h"
#include "sim/explore/state_set.h"

namespace ipclab::explore {

using engine::Machine;

namespace {

constexpr std::uint64_t kMovesBetweenLooks = 4096;
constexpr std::uint64_t kBytesOfLevel = 12'000;  // about what a machine on the stack has of its own

/// One depth-first search, with what is known of sharing when it begins.
class Search {
  public:
    Search(const Machine& initial, const Options& options, Sharing& sharing)
        : initial_(initial),
          options_(options),
          sharing_(sharing),
          mover_(sharing, !options.reduces),
          liveness_(*initial.programs) {
        identity_.with_dead_registers = !options.reduces;
    }

    enum class End : std::uint8_t { complete, surprised, limited };
    End run();
    Result result(End end);

  private:
    /// A state on the way to where the search is, with what has not been tried there yet.
    struct Level {
        State state;
        std::vector<Actor> actors;
        std::size_t next = 0;
    };

    void enter(State state, Actor last, const MoveReport& report);
    bool is_limited();
    engine::Stretches schedule_of(const Path& path);

    const Machine& initial_;
    const Options& options_;
    Sharing& sharing_;
    Mover mover_;
    Liveness liveness_;
    Identity identity_;
    StateSet seen_;
    std::vector<Level> levels_;
    Path path_;  // the moves that led to the last level
    std::uint64_t moves_ = 0;
    std::size_t deepest_ = 0;
    std::string limit_;
    bool has_cpu_timers_ = false;
    Collector found_;
};

/// A state that has just been reached.
void Search::enter(State state, Actor last, const MoveReport& report) {
    const auto path = [this] { return path_; };
    found_.look_at_move(report, path);
    identity_.with_time = sharing_.reads_clock();
    if (!seen_.insert(digest(state.machine, liveness_, identity_))) return;
    deepest_ = std::max(deepest_, path_.size());
    has_cpu_timers_ |= state.machine.kernel.has_cpu_timers;
    found_.look_at(state, path);
    Level& level = levels_.emplace_back();
    level.state = std::move(state);
    mover_.actors(level.state.machine, last, level.actors);
}

bool Search::is_limited() {
    const std::uint64_t bytes = seen_.bytes() + levels_.size() * kBytesOfLevel;
    if (seen_.size() > options_.most_states)
        limit_ = "the number of states";
    else if (bytes > options_.most_bytes)
        limit_ = "memory";
    else if (options_.on_progress &&
             !options_.on_progress({seen_.size(), moves_, bytes, levels_.size(), found_.outcomes().size(),
                                    found_.findings().size()}))
        limit_ = "stopped";
    return !limit_.empty();
}

Search::End Search::run() {
    State first{initial_, {}};
    // Digests that another search with another notion of identity may have left.
    for (const kernel::Tid tid : engine::runnable(first.machine))
        static_cast<void>(first.machine.contexts.write(tid));
    const MoveReport begun = mover_.settle(first);
    enter(std::move(first), {}, begun);
    while (!levels_.empty()) {
        if (sharing_.take_surprise()) return End::surprised;
        if (moves_ % kMovesBetweenLooks == 0 && is_limited()) return End::limited;
        Level& level = levels_.back();
        if (level.next == level.actors.size()) {
            levels_.pop_back();
            if (!path_.empty()) path_.pop_back();
            continue;
        }
        const Actor actor = level.actors[level.next++];
        State next = level.next == level.actors.size() ? std::move(level.state) : level.state;
        const MoveReport report = mover_.move(next, actor);
        ++moves_;
        path_.push_back(actor);
        const std::size_t depth = levels_.size();
        enter(std::move(next), actor, report);
        if (levels_.size() == depth) path_.pop_back();
    }
    return sharing_.take_surprise() ? End::surprised : End::complete;
}

/// The steps of these moves.
engine::Stretches Search::schedule_of(const Path& path) {
    engine::Stretches schedule;
    State state{initial_, {}};
    mover_.record(&schedule);
    mover_.settle(state);
    for (const Actor actor : path) mover_.move(state, actor);
    mover_.record(nullptr);
    return schedule;
}

Result Search::result(End end) {
    Result result;
    if (limit_.empty() && has_cpu_timers_) limit_ = "timers of CPU time never expire here";
    if (limit_.empty() && mover_.has_left_handler())
        limit_ = "siglongjmp() leaves a signal handler, and not every place for it to come from is tried";
    result.is_exhaustive = end == End::complete && limit_.empty();
    result.limit = limit_;
    result.states = seen_.size();
    result.moves = moves_;
    result.bytes = seen_.bytes();
    result.deepest = deepest_;
    sharing_.freeze();
    const Collector shortest = find_shortest(initial_, mover_, liveness_, identity_, found_,
                                             std::max(options_.most_moves_to_shorten, moves_ / 4));
    for (const auto& [outcome, path] : found_.outcomes()) {
        const auto shorter = shortest.outcomes().find(outcome);
        result.outcomes.push_back(
            {outcome, schedule_of(shorter == shortest.outcomes().end() ? path : shorter->second)});
    }
    std::set<std::vector<std::string>> told;
    for (const auto& [key, found] : found_.findings()) {
        const auto shorter = shortest.findings().find(key);
        const Collector::Found& best = shorter == shortest.findings().end() ? found : shorter->second;
        Finding made{key.first, best.sentences, schedule_of(best.path)};
        if (made.sentences.empty()) made.sentences = explanations(initial_, made.schedule);
        if (!made.sentences.empty() && told.insert(made.sentences).second)
            result.findings.push_back(std::move(made));
    }
    result.untold = found_.uncounted();
    return result;
}

}  // namespace

Result explore(const Machine& initial, const Options& options) {
    Sharing sharing;
    for (;;) {
        Search search(initial, options, sharing);
        const Search::End end = search.run();
        if (end == Search::End::surprised) continue;
        return search.result(end);
    }
}

}  // namespace ipclab::explore
