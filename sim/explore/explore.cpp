#include "sim/explore/explore.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "kernel/network.h"
#include "sim/explore/atomicity.h"
#include "sim/explore/collector.h"
#include "sim/explore/flat_table.h"
#include "sim/explore/forever.h"
#include "sim/explore/lost_wakeup.h"
#include "sim/explore/reach.h"
#include "sim/explore/shortest.h"
#include "sim/explore/state_set.h"

namespace ipclab::explore {

using engine::Machine;

namespace {

constexpr std::uint64_t kMovesBetweenLooks = 4096, kInstructionsBetweenLooks = 10'000'000;

/// A state and who has led there.
struct Arrival : kernel::Digest {
    bool operator==(const Arrival&) const = default;
    std::uint64_t hash() const { return low; }
};

/// One search, with what is known of sharing when it begins: depth-first, or along schedules that are drawn.
class Search {
  public:
    /// `goal`: where it is not empty, the search ends at the first state in which it holds.
    Search(const Machine& initial, const Options& options, Sharing& sharing, Goal goal)
        : initial_(initial),
          options_(options),
          sharing_(sharing),
          goal_(std::move(goal)),
          states_(initial, sharing, options.reduces),
          graph_(options.most_graph_states) {}

    enum class End : std::uint8_t { complete, surprised, limited, reached };
    End run() { return options_.sampling ? draw_schedules() : search(); }
    std::size_t states() const { return seen_.size(); }
    /// A sentence where a complete search has not tried all that can happen.
    std::string what_is_left_out();
    Result result(End end);

  private:
    /// A state on the way to where the search is, with what has been tried there already.
    struct Level {
        std::size_t begin = 0;  ///< of its tuple, in tuples_
        Actor by{};             ///< whose move led here
        Actor last{};           ///< the same, but that a packet's fate or a store is nobody's turn
        std::uint32_t next = 0;
        Actor sleeper{};                ///< who could go to sleep
        bool is_left = false;           ///< somebody has moved
        bool last_goes_on = false;      ///< `last` has moved
        std::uint32_t preemptions = 0;  ///< on the way here
        std::uint32_t number = 0;       ///< in the graph
    };

    End search();
    End draw_schedules();
    End draw_schedule(Draw& draw);
    void enter(const Tuple& state, Actor last, std::uint32_t preemptions);
    bool is_reached_sooner(const kernel::Digest& state, Actor last, std::uint32_t preemptions);
    TupleView top() const { return TupleView(tuples_).subspan(levels_.back().begin); }
    /// Whether progress is told and limits are looked at: moves can be long.
    bool is_time_to_look() {
        const std::uint64_t instructions = states_.mover().instructions();
        if (moves_ % kMovesBetweenLooks != 0 && instructions - looked_at_ < kInstructionsBetweenLooks)
            return false;
        looked_at_ = instructions;
        return true;
    }
    bool is_limited();
    Path path() const;
    engine::Stretches schedule_of(const Path& path);

    const Machine& initial_;
    const Options& options_;
    Sharing& sharing_;
    const Goal goal_;
    Collapse states_;
    StateSet seen_;
    GraphRecorder graph_;
    std::vector<Number> tuples_;  // of the levels, one after the other
    std::vector<Level> levels_;
    std::uint64_t moves_ = 0, looked_at_ = 0;
    std::size_t deepest_ = 0;
    bool is_reached_ = false, is_cut_ = false;
    FlatTable<Arrival, std::uint32_t> preemptions_;  // bounded: the fewest so far
    std::uint64_t schedules_ = 0, cut_off_ = 0;
    std::string limit_;
    bool has_cpu_timers_ = false;
    Collector found_;
};

/// The moves that led to the last level.
Path Search::path() const {
    Path path;
    for (std::size_t i = 1; i < levels_.size(); ++i) path.push_back(levels_[i].by);
    return path;
}

/// Whether the search has been there with as few preemptions or fewer; whoever moved last goes on for nothing.
bool Search::is_reached_sooner(const kernel::Digest& state, Actor last, std::uint32_t preemptions) {
    Arrival arrival{state};
    arrival.low += static_cast<std::uint64_t>(last.value) * 0x9e3779b97f4a7c15;
    std::uint32_t* known = preemptions_.find(arrival);
    if (known && *known <= preemptions) return true;
    if (known)
        *known = preemptions;
    else
        preemptions_.insert(arrival, preemptions);
    return false;
}

/// A state that has just been reached.
void Search::enter(const Tuple& state, Actor by, std::uint32_t preemptions) {
    const Actor last = by && !is_task(by) ? levels_.back().last : by;
    const auto here = [&] {
        Path moves = path();
        if (!levels_.empty()) moves.push_back(by);
        return moves;
    };
    for (const MoveReport* report : states_.reports()) found_.look_at_move(*report, here);
    const kernel::Digest identity = states_.identity(state);
    const std::uint32_t number =
        graph_.note(identity, states_.kernel_of(state).rest, levels_.empty() ? 0 : levels_.back().number, by);
    const bool is_new = seen_.insert(identity);
    if (options_.most_preemptions ? is_reached_sooner(identity, last, preemptions) : !is_new) return;
    if (is_new) {
        is_reached_ = goal_ && goal_(states_.state_of(state).machine);
        found_.look_at(states_, state, here);
        has_cpu_timers_ |= states_.kernel_of(state).kernel.has_cpu_timers;
    }
    levels_.push_back(
        {.begin = tuples_.size(), .by = by, .last = last, .preemptions = preemptions, .number = number});
    tuples_.insert(tuples_.end(), state.begin(), state.end());
    deepest_ = std::max(deepest_, levels_.size() - 1);
}

bool Search::is_limited() {
    const std::uint64_t bytes = seen_.bytes() + preemptions_.bytes() + tuples_.capacity() * sizeof(Number) +
                                levels_.capacity() * sizeof(Level) + states_.bytes();
    if (seen_.size() > options_.most_states)
        limit_ = "the number of states";
    else if (bytes > options_.most_bytes)
        limit_ = "memory";
    else if (options_.on_progress &&
             !options_.on_progress({seen_.size(), moves_, bytes, std::max(levels_.size(), deepest_),
                                    found_.outcomes().size(), found_.findings().size(), schedules_}))
        limit_ = "stopped";
    return !limit_.empty();
}

/// One schedule, from the start until nobody can move.
Search::End Search::draw_schedule(Draw& draw) {
    draw.begin();
    StateSet been;
    Tuple state, next;
    Path made;
    const auto here = [&] { return made; };
    states_.begin(state);
    std::vector<Actor> actors;
    for (;;) {
        for (const MoveReport* report : states_.reports()) found_.look_at_move(*report, here);
        const kernel::Digest identity = states_.identity(state);
        if (!made.empty()) draw.note(made.back(), been.insert(identity));
        if (seen_.insert(identity)) {
            found_.look_at(states_, state, here);
            has_cpu_timers_ |= states_.kernel_of(state).kernel.has_cpu_timers;
        }
        deepest_ = std::max(deepest_, made.size());
        if (sharing_.take_surprise()) return End::surprised;
        if (is_time_to_look() && is_limited()) return End::limited;
        actors.clear();
        for (std::size_t i = 0, count = states_.count_actors(state); i < count; ++i)
            actors.push_back(states_.actor(state, {}, i));
        if (actors.empty()) break;
        if (made.size() == kMostMovesOfSample) {
            ++cut_off_;
            break;
        }
        draw.order(actors);
        Actor mover{};
        const auto goes = [&](Actor actor) {
            ++moves_;
            mover = actor;
            return states_.move(state, actor, Collapse::MaySleep::no, next);
        };
        if (std::ranges::none_of(actors, goes)) {
            mover = *std::ranges::min_element(actors);
            states_.move(state, mover, Collapse::MaySleep::yes, next);
        }
        made.push_back(mover);
        state.swap(next);
    }
    ++schedules_;
    return End::complete;
}

Search::End Search::draw_schedules() {
    Draw draw(*options_.sampling);
    End end = End::complete;
    while (schedules_ < options_.sampling->schedules && end == End::complete) end = draw_schedule(draw);
    return end;
}

Search::End Search::search() {
    Tuple state, next;
    states_.begin(state);
    enter(state, {}, 0);
    while (!levels_.empty()) {
        if (is_reached_) return End::reached;  // whatever is known of sharing: it is a schedule
        if (sharing_.take_surprise()) return End::surprised;
        if (is_time_to_look() && is_limited()) return End::limited;
        Level& level = levels_.back();
        const bool is_done = level.next == states_.count_actors(top());
        if (is_done && (level.is_left || !level.sleeper)) {
            tuples_.resize(level.begin);
            levels_.pop_back();
            continue;
        }
        const Actor actor = is_done ? level.sleeper : states_.actor(top(), level.last, level.next++);
        std::uint32_t preemptions = level.preemptions;
        if (options_.most_preemptions && level.last_goes_on && actor != level.last &&
            (!actor || is_task(actor)) && ++preemptions > *options_.most_preemptions) {
            is_cut_ = true;
            continue;
        }
        ++moves_;
        if (!states_.move(top(), actor, is_done ? Collapse::MaySleep::yes : Collapse::MaySleep::no, next)) {
            // Always the same one, whichever way the search has come.
            if (!level.sleeper || actor < level.sleeper) level.sleeper = actor;
            continue;
        }
        level.is_left = true;
        level.last_goes_on |= actor == level.last;
        enter(next, actor, preemptions);
    }
    return sharing_.take_surprise() ? End::surprised : End::complete;
}

/// The steps of these moves.
engine::Stretches Search::schedule_of(const Path& path) {
    engine::Stretches schedule;
    State state = state_of(initial_);
    Mover& mover = states_.mover();
    mover.record(&schedule);
    mover.settle(state);
    for (const Actor actor : path) mover.move(state, actor);
    mover.record(nullptr);
    return schedule;
}

std::string Search::what_is_left_out() {
    if (is_cut_)
        return fmt::format("schedules with more than {} preemptions are left out",
                           *options_.most_preemptions);
    if (has_cpu_timers_) return "timers of CPU time never expire here";
    if (states_.mover().has_left_handler())
        return "siglongjmp() leaves a signal handler, and not every place for it to come from is tried";
    if (states_.mover().reaches_into_others())
        return "process_vm_readv() and process_vm_writev() reach into memory that counts as nobody else's";
    return {};
}

Result Search::result(End end) {
    Result result;
    if (limit_.empty()) limit_ = what_is_left_out();
    result.is_exhaustive = end == End::complete && limit_.empty() && !options_.sampling;
    result.limit = limit_;
    result.schedules = schedules_;
    result.cut_off = cut_off_;
    result.states = seen_.size();
    result.moves = moves_;
    result.bytes = seen_.bytes() + preemptions_.bytes() + states_.bytes();
    result.deepest = deepest_;
    sharing_.freeze();
    const Collector shortest =
        find_shortest(states_, found_, std::max(options_.most_moves_to_shorten, moves_ / 4));
    result.graph = graph_.graph();
    if (result.is_exhaustive)
        if (const auto endless = path_to_endless(result.graph)) result.to_endless = schedule_of(*endless);
    const Routes routes(graph_.graph());
    // Of the shorter schedule, unless the search has put one of its moves off: then of the one that it has found itself.
    const auto route_of = [&](const Path& shorter, const Path& found) {
        std::vector<std::uint32_t> route = routes.of(shorter);
        return route.size() == shorter.size() + 1 ? route : routes.of(found);
    };
    for (const auto& [outcome, path] : found_.outcomes()) {
        const auto shorter = shortest.outcomes().find(outcome);
        const Path& best = shorter == shortest.outcomes().end() ? path : shorter->second;
        result.outcomes.push_back({outcome, schedule_of(best), route_of(best, path)});
    }
    std::set<std::vector<std::string>> told;
    for (const auto& [key, found] : found_.findings()) {
        const auto shorter = shortest.findings().find(key);
        const Collector::Found& best = shorter == shortest.findings().end() ? found : shorter->second;
        Finding made{key.first, best.sentences, schedule_of(best.path), route_of(best.path, found.path)};
        if (made.sentences.empty()) made.sentences = explanations(initial_, made.schedule);
        if (!made.sentences.empty() && told.insert(made.sentences).second)
            result.findings.push_back(std::move(made));
    }
    result.untold = found_.uncounted();
    return result;
}

/// With store buffers for what is known to be shared.
Machine with_buffers(const Machine& initial, const Options& options, const Sharing& sharing) {
    Machine machine = initial;
    if (!initial.buffered || initial.buffered->is_everything()) return machine;
    vm::SharedPlaces places = options.reduces ? sharing.buffered() : vm::SharedPlaces::everything();
    if (options.reduces)
        for (const vm::Place& each : initial.buffered->all()) places.add(each);
    machine.buffered = std::make_shared<const vm::SharedPlaces>(std::move(places));
    return machine;
}

void look_at_full_graph(const Machine& initial, const Options& options, Result& result) {
    result.not_for_ever = FullGraph::too_many(options);
    if (result.states > options.most_full_states) return;
    FullGraph graph(initial, options);
    result.not_for_ever = graph.problem;
    if (!graph.problem.empty()) return;
    result.full_states = graph.nodes.size();
    look_for_ever(graph, result);
    look_for_atomicity(graph, result);
}

}  // namespace

Result explore(const Machine& initial, const Options& options) {
    Sharing sharing;
    for (;;) {
        const Machine machine = with_buffers(initial, options, sharing);
        Search search(machine, options, sharing, {});
        const Search::End end = search.run();
        if (end == Search::End::surprised) continue;
        Result result = search.result(end);
        result.buffered = machine.buffered;
        if (machine.buffered)
            result.not_for_ever = "that is not looked into where stores wait in buffers";
        else if (kernel::possible_fates(initial.kernel.limits).size() > 1)
            result.not_for_ever = "packets can be lost, duplicated or delayed";
        else if (result.is_exhaustive)
            look_at_full_graph(initial, options, result);
        add_lost_wakeups(machine, result);
        return result;
    }
}

ReachResult can_reach(const Machine& from, Sharing& known, const Goal& goal, std::uint64_t most_states) {
    Options options;
    options.most_states = most_states;
    // Looks come after many moves or many instructions, which may be those of few moves.
    std::uint64_t looks = 10 + most_states / 500;
    options.on_progress = [&](const Progress&) { return looks-- > 0; };
    for (;;) {
        const Machine machine = with_buffers(from, options, known);
        Search search(machine, options, known, goal);
        const Search::End end = search.run();
        if (end == Search::End::surprised) continue;
        const bool is_all = end == Search::End::complete && search.what_is_left_out().empty();
        return {end == Search::End::reached ? Reach::yes
                : is_all                    ? Reach::no
                                            : Reach::unknown,
                search.states()};
    }
}

}  // namespace ipclab::explore
