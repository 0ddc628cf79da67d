#include "sim/explore/explore.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "sim/explore/digest.h"
#include "sim/explore/findings.h"
#include "sim/explore/mover.h"
#include "sim/explore/state_set.h"

namespace ipclab::explore {

using engine::Machine;

namespace {

constexpr std::uint64_t kMovesBetweenLooks = 4096;
constexpr std::size_t kMostOfAKind = 50;         // findings that are kept
constexpr std::uint64_t kBytesOfLevel = 12'000;  // about what a machine on the stack has of its own

bool comes_before(const engine::Outcome& a, const engine::Outcome& b) {
    return std::tie(a.standard_output, a.standard_error, a.wait_status) <
           std::tie(b.standard_output, b.standard_error, b.wait_status);
}
struct Earlier {
    bool operator()(const engine::Outcome& a, const engine::Outcome& b) const { return comes_before(a, b); }
};

/// What has been found, and by which moves.
struct Found {
    Path path;
    Finding finding;
};

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
    void look_at(const State& state);
    End limited(std::string what) {
        limit_ = std::move(what);
        return End::limited;
    }
    void look_at_end(const State& state);
    void add(FindingKind kind, std::vector<std::string> sentences);
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
    std::map<engine::Outcome, Path, Earlier> outcomes_;
    std::vector<Found> found_;
    std::set<std::vector<std::string>> told_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> races_;
    std::set<std::pair<kernel::Pid, kernel::Pid>> unwaited_;
    std::size_t counts_[kFindingKinds] = {};
};

void Search::add(FindingKind kind, std::vector<std::string> sentences) {
    std::size_t& count = counts_[static_cast<std::size_t>(kind)];
    if (count >= kMostOfAKind) return;
    if (!sentences.empty() && !told_.insert(sentences).second) return;
    ++count;
    found_.push_back({path_, {kind, std::move(sentences), {}}});
}

/// Where nothing moves any more.
void Search::look_at_end(const State& state) {
    const Machine& machine = state.machine;
    switch (engine::rest(machine)) {
        case engine::Rest::finished:
            outcomes_.try_emplace(engine::outcome(machine), path_);
            if (auto left = describe_leftovers(machine); !left.empty())
                add(FindingKind::leftover, std::move(left));
            break;
        case engine::Rest::stopped:
            add(FindingKind::stopped, describe_deadlock(machine));
            break;
        case engine::Rest::stuck:
        case engine::Rest::wants_input:
            add(FindingKind::deadlock, describe_deadlock(machine));
            break;
        case engine::Rest::moving:
            break;
    }
}

void Search::look_at(const State& state) {
    for (const Race& race : races(state))
        if (races_.insert(code_of(state.machine, race)).second) add(FindingKind::race, describe(state, race));
}

/// A state that has just been reached.
void Search::enter(State state, Actor last, const MoveReport& report) {
    if (report.is_mistaken || report.has_fault || report.has_core)
        add(report.has_core || report.has_fault ? FindingKind::crash : FindingKind::mistake, {});
    for (const Unwaited& each : mover_.observer().unwaited())
        if (unwaited_.insert({each.parent, each.child}).second)
            add(FindingKind::unwaited, describe(state.machine, each));
    mover_.observer().unwaited().clear();
    identity_.with_time = sharing_.reads_clock();
    if (!seen_.insert(digest(state.machine, liveness_, identity_))) return;
    deepest_ = std::max(deepest_, path_.size());
    look_at(state);
    Level& level = levels_.emplace_back();
    level.state = std::move(state);
    mover_.actors(level.state.machine, last, level.actors);
    if (level.actors.empty()) look_at_end(level.state);
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
        if (moves_ % kMovesBetweenLooks == 0) {
            const std::uint64_t bytes = seen_.bytes() + levels_.size() * kBytesOfLevel;
            if (seen_.size() > options_.most_states) return limited("the number of states");
            if (bytes > options_.most_bytes) return limited("memory");
            if (options_.on_progress && !options_.on_progress({seen_.size(), moves_, bytes, levels_.size(),
                                                               outcomes_.size(), found_.size()}))
                return limited("stopped");
        }
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
    result.is_exhaustive = end == End::complete;
    result.limit = limit_;
    result.states = seen_.size();
    result.moves = moves_;
    result.bytes = seen_.bytes();
    result.deepest = deepest_;
    for (const auto& [outcome, path] : outcomes_) {
        FoundOutcome& made = result.outcomes.emplace_back();
        made.outcome = outcome;
        made.schedule = schedule_of(path);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Found& a, const Found& b) { return a.finding.kind < b.finding.kind; });
    std::set<std::vector<std::string>> told;
    for (Found& each : found_) {
        each.finding.schedule = schedule_of(each.path);
        if (each.finding.sentences.empty()) {
            each.finding.sentences = explanations(initial_, each.finding.schedule);
            if (each.finding.sentences.empty())
                each.finding.sentences.push_back("a process is killed by a signal that dumps core");
            if (!told.insert(each.finding.sentences).second) continue;
        }
        result.findings.push_back(std::move(each.finding));
    }
    return result;
}

}  // namespace

kernel::Costs no_costs() {
    kernel::Costs costs;
    costs.instruction_ns = costs.syscall_ns = costs.context_switch_ns = costs.wakeup_ns = costs.fork_ns =
        costs.thread_ns = costs.exec_ns = costs.exit_ns = costs.signal_ns = costs.page_fault_ns =
            costs.copy_ps_per_byte = costs.open_ns = 0;
    return costs;
}

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
