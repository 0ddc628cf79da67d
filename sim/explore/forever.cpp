#include "sim/explore/forever.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>

#include "sim/engine/waits.h"
#include "sim/explore/findings.h"
#include "sim/explore/full_graph.h"

namespace ipclab::explore {

namespace {

using engine::Machine;
using engine::Rest;
using Way = std::vector<std::uint32_t>;

/// Numbers the strongly connected components of the graph that has only the moves for which `has` holds (Tarjan, 1972,
/// without recursion).
template <class Has>
std::vector<std::uint32_t> components(const FullGraph& graph, Has has, std::uint32_t& count) {
    const auto size = static_cast<std::uint32_t>(graph.nodes.size());
    std::vector<std::uint32_t> component(size, kNone), index(size, kNone), low(size), open;
    struct Call {
        std::uint32_t node, next;
    };
    std::vector<Call> calls;
    std::uint32_t counter = 0;
    count = 0;
    for (std::uint32_t root = 0; root < size; ++root) {
        if (index[root] != kNone) continue;
        calls.push_back({root, graph.begins[root]});
        index[root] = low[root] = counter++;
        open.push_back(root);
        while (!calls.empty()) {
            const std::uint32_t node = calls.back().node;
            if (calls.back().next < graph.begins[node + 1]) {
                const FullGraph::Move& move = graph.moves[calls.back().next++];
                if (!has(move)) continue;
                if (index[move.to] == kNone) {
                    index[move.to] = low[move.to] = counter++;
                    open.push_back(move.to);
                    calls.push_back({move.to, graph.begins[move.to]});
                } else if (component[move.to] == kNone) {
                    low[node] = std::min(low[node], index[move.to]);
                }
                continue;
            }
            calls.pop_back();
            if (!calls.empty()) low[calls.back().node] = std::min(low[calls.back().node], low[node]);
            if (low[node] != index[node]) continue;
            for (std::uint32_t member = kNone; member != node;) {
                member = open.back();
                open.pop_back();
                component[member] = count;
            }
            ++count;
        }
    }
    return component;
}

/// What happens in a component.
struct Cycle {
    Actors alive = 0;    ///< the same in all its states
    Actors moves = 0;    ///< by moves inside
    Actors changes = 0;  ///< who changes something, by moves inside
    Actors drains = 0;   ///< whose stores reach memory inside
    Actors always_enabled = ~Actors{0}, ever_enabled = 0;
    Actors always_storing = ~Actors{0}, ever_storing = 0;
    Actors could_change =
        0;  ///< who has a move that changes something from one of its states, wherever it leads
    bool is_left = false;         ///< a move leads out
    std::uint32_t first = kNone;  ///< a node

    /// Each actor that could always go on does, and each store buffer is emptied some time.
    bool is_fair() const {
        return moves != 0 && (always_enabled & ~moves) == 0 && (always_storing & ~drains) == 0;
    }
};

template <class Has>
std::vector<Cycle> cycles(const FullGraph& graph, const std::vector<std::uint32_t>& component,
                          std::uint32_t count, Has has) {
    std::vector<Cycle> found(count);
    for (std::uint32_t node = 0; node < graph.nodes.size(); ++node) {
        Cycle& cycle = found[component[node]];
        cycle.alive |= graph.nodes[node].alive;
        cycle.always_enabled &= graph.nodes[node].enabled;
        cycle.ever_enabled |= graph.nodes[node].enabled;
        cycle.always_storing &= graph.nodes[node].storing;
        cycle.ever_storing |= graph.nodes[node].storing;
        cycle.first = std::min(cycle.first, node);
        for (const FullGraph::Move& move : graph.moves_of(node)) {
            if (is_refused(move.actor)) continue;
            const Actors turn = turn_of(move.actor);
            if (!move.is_idle) cycle.could_change |= turn;
            if (component[move.to] != component[node]) cycle.is_left = true;
            if (!has(move) || component[move.to] != component[node]) continue;
            cycle.moves |= turn;
            if (!move.is_idle) cycle.changes |= turn;
            if (is_drain(move.actor)) cycle.drains |= actor_bit(task_of(move.actor));
        }
    }
    return found;
}

class Looker {
  public:
    Looker(FullGraph& graph, Result& result) : graph_(graph), result_(result) {}

    void run() {
        look_for_stuck();
        look_for_livelock();
        for (int task = 2; task <= kMostActors; ++task) look_for_starvation(Actor{task});
    }

  private:
    /// What is asked for again and again is not refused for ever.
    static bool is_any(const FullGraph::Move& move) { return !is_refused(move.actor); }

    /// From which nodes one of the marked ones can be reached.
    std::vector<bool> backwards(std::vector<bool> marked) const {
        if (into_.empty()) {
            into_begins_.assign(graph_.nodes.size() + 1, 0);
            for (const FullGraph::Move& move : graph_.moves) ++into_begins_[move.to + 1];
            for (std::size_t i = 1; i < into_begins_.size(); ++i) into_begins_[i] += into_begins_[i - 1];
            into_.resize(graph_.moves.size());
            std::vector<std::uint32_t> next(into_begins_.begin(), into_begins_.end() - 1);
            for (const FullGraph::Move& move : graph_.moves) into_[next[move.to]++] = move.from;
        }
        std::vector<std::uint32_t> order;
        for (std::uint32_t node = 0; node < marked.size(); ++node)
            if (marked[node]) order.push_back(node);
        for (std::size_t at = 0; at < order.size(); ++at)
            for (std::uint32_t i = into_begins_[order[at]]; i < into_begins_[order[at] + 1]; ++i)
                if (!marked[into_[i]]) {
                    marked[into_[i]] = true;
                    order.push_back(into_[i]);
                }
        return marked;
    }

    void look_for_stuck();
    void look_for_livelock();
    void look_for_starvation(Actor task);
    void tell_stuck(const Way& way, Actors stuck, Actors lasting, Actors alive, bool ends);
    template <class Has>
    void tell_cycle(FindingKind kind, Actor starved, const std::vector<std::uint32_t>& component,
                    std::uint32_t number, const Cycle& cycle, Has has);
    template <class Has>
    Way round(std::uint32_t begin, const std::vector<std::uint32_t>& component, const Cycle& cycle,
              Has has) const;

    FullGraph& graph_;
    Result& result_;
    mutable std::vector<std::uint32_t> into_, into_begins_;
};

bool is_lock_or_thread(const engine::Wait& wait) {
    return !wait.whom.empty() &&
           (wait.object.starts_with("mutex") || wait.object.starts_with("readers-writer lock") ||
            wait.object == "the end of a thread");
}

/// Whether it waits for the end of a task that goes on: then what that one does is to be told, not the wait.
bool waits_for_end_of(const engine::Wait& wait, Actors these) {
    return (wait.object == "children" || wait.object == "the end of a thread") &&
           std::ranges::any_of(wait.whom, [&](Actor whom) { return (actor_bit(whom) & these) != 0; });
}

void Looker::look_for_stuck() {
    // What has come to rest is told as a deadlock.
    std::vector<bool> at_rest(graph_.nodes.size());
    Actors all = 0;
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node) {
        const Rest rest = graph_.nodes[node].rest;
        at_rest[node] = rest != Rest::moving && rest != Rest::finished;
        all |= graph_.nodes[node].alive;
    }
    const std::vector<bool> comes_to_rest = backwards(std::move(at_rest));
    // By node: who does nothing any more, and who of these is never ended from outside.
    std::vector<Actors> stuck(graph_.nodes.size()), lasting(graph_.nodes.size());
    bool is_any_stuck = false;
    for (int id = 2; id <= kMostActors; ++id) {
        const Actors task = actor_bit(Actor{id});
        if ((all & task) == 0) continue;
        std::vector<bool> moves(graph_.nodes.size()), gone(graph_.nodes.size());
        for (const FullGraph::Move& move : graph_.moves) {
            if (turn_of(move.actor) == task && !(move.is_idle && move.falls_asleep)) moves[move.from] = true;
            if ((graph_.nodes[move.to].alive & task) == 0) gone[move.to] = true;
        }
        moves = backwards(std::move(moves));
        gone = backwards(std::move(gone));
        for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node) {
            if ((graph_.nodes[node].alive & task) == 0 || moves[node] || comes_to_rest[node]) continue;
            stuck[node] |= task;
            if (!gone[node]) lasting[node] |= task;
            is_any_stuck = true;
        }
    }
    if (!is_any_stuck) return;
    // Where a crash ends the process, that is to be told, not who waited for a lock meanwhile.
    std::vector<bool> ends(graph_.nodes.size());
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node)
        ends[node] = graph_.nodes[node].rest == Rest::finished &&
                     (engine::outcome(graph_.state_of(node).machine).wait_status & 0x7f) == 0;
    ends = backwards(std::move(ends));
    // One node for each set of tasks that get stuck.
    std::set<Actors> told;
    std::vector<bool> goals(graph_.nodes.size());
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node) {
        if (stuck[node] == 0 || !told.insert(stuck[node]).second) continue;
        const Actors these = stuck[node];
        for (std::uint32_t other = 0; other < graph_.nodes.size(); ++other)
            goals[other] = stuck[other] == these;
        const auto way = graph_.way_to(goals);
        if (!way) continue;
        const std::uint32_t end = way->empty() ? 0 : graph_.moves[way->back()].to;
        tell_stuck(*way, these, lasting[end], graph_.nodes[end].alive, ends[end]);
    }
}

/// `ends`: the program can still come to an end that is no crash.
void Looker::tell_stuck(const Way& way, Actors stuck, Actors lasting, Actors alive, bool ends) {
    State end;
    Finding found{
        FindingKind::partial_deadlock, {}, graph_.schedule_of(way, stuck, &end), graph_.route_of(way), true};
    const Machine& machine = end.machine;
    bool counts = false;
    for (const engine::Wait& each : engine::waits(machine)) {
        if ((stuck & actor_bit(each.task)) == 0 || waits_for_end_of(each, alive & ~stuck)) continue;
        counts |= (lasting & actor_bit(each.task)) != 0 || (ends && is_lock_or_thread(each));
        found.sentences.push_back(fmt::format("{} at {} is {}", who(machine, each.task),
                                              where(machine, each.task),
                                              engine::describe_wait(machine, each.task)));
    }
    if (!counts || found.sentences.empty()) return;
    for (std::string& each : engine::explain_stuck(machine))
        if (each.starts_with("deadlock")) found.sentences.push_back(std::move(each));
    std::string others;
    for (int id = 2; id <= kMostActors; ++id)
        if ((alive & ~stuck & actor_bit(Actor{id})) != 0 && machine.kernel.tasks.contains(Actor{id}))
            others += (others.empty() ? "" : ", ") + who(machine, Actor{id});
    found.sentences.push_back(fmt::format("nothing that can still happen wakes {}, while {} go{} on",
                                          std::popcount(stuck) == 1 ? "it" : "them", others,
                                          others.find(", ") == std::string::npos ? "es" : ""));
    result_.findings.push_back(std::move(found));
}

/// From this node once around, so that everybody moves who does in the cycle, and everybody who does not is passed by where
/// it could not.
template <class Has>
Way Looker::round(std::uint32_t begin, const std::vector<std::uint32_t>& component, const Cycle& cycle,
                  Has has) const {
    Way way;
    std::uint32_t at = begin;
    // By breadth, inside, to the nearest move or node that is wanted.
    const auto go = [&](auto is_wanted_move, auto is_wanted_node) {
        std::vector<std::uint32_t> came_by(graph_.nodes.size(), kNone), order{at};
        std::vector<bool> seen(graph_.nodes.size());
        seen[at] = true;
        const auto append = [&](std::uint32_t last) {
            Way part;
            for (std::uint32_t move = last; move != kNone; move = came_by[graph_.moves[move].from])
                part.push_back(move);
            std::ranges::reverse(part);
            way.insert(way.end(), part.begin(), part.end());
            if (!part.empty()) at = graph_.moves[part.back()].to;
        };
        for (std::size_t next = 0; next < order.size(); ++next) {
            const std::uint32_t node = order[next];
            if (is_wanted_node(node)) return append(came_by[node]);
            for (std::uint32_t move = graph_.begins[node]; move < graph_.begins[node + 1]; ++move) {
                const std::uint32_t to = graph_.moves[move].to;
                if (!has(graph_.moves[move]) || component[to] != component[begin]) continue;
                if (is_wanted_move(graph_.moves[move])) return append(move);
                if (seen[to]) continue;
                seen[to] = true;
                came_by[to] = move;
                order.push_back(to);
            }
        }
    };
    const auto no_node = [](std::uint32_t) { return false; };
    const auto no_move = [](const FullGraph::Move&) { return false; };
    for (int bit = 0; bit < kMostActors; ++bit) {
        const Actors actor = Actors{1} << bit;
        const auto pass = [&](Actors moves, Actors ever, auto is_move, auto is_node) {
            if ((moves & actor) == 0) return (ever & actor) != 0 ? go(no_move, is_node) : void();
            if (std::ranges::none_of(way, [&](std::uint32_t move) { return is_move(graph_.moves[move]); }))
                go(is_move, no_node);
        };
        pass(
            cycle.moves, cycle.ever_enabled,
            [&](const FullGraph::Move& move) { return turn_of(move.actor) == actor; },
            [&](std::uint32_t node) { return (graph_.nodes[node].enabled & actor) == 0; });
        pass(
            cycle.drains, cycle.ever_storing,
            [&](const FullGraph::Move& move) {
                return is_drain(move.actor) && actor_bit(task_of(move.actor)) == actor;
            },
            [&](std::uint32_t node) { return (graph_.nodes[node].storing & actor) == 0; });
    }
    if (at != begin) go(no_move, [&](std::uint32_t node) { return node == begin; });
    return way;
}

template <class Has>
void Looker::tell_cycle(FindingKind kind, Actor starved, const std::vector<std::uint32_t>& component,
                        std::uint32_t number, const Cycle& cycle, Has has) {
    std::vector<bool> goals(graph_.nodes.size());
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node) goals[node] = component[node] == number;
    const auto way_in = graph_.way_to(goals);
    if (!way_in) return;
    const std::uint32_t begin = way_in->empty() ? 0 : graph_.moves[way_in->back()].to;
    const Way around = round(begin, component, cycle, has);
    // Who passes which lines, in this order.
    std::vector<std::vector<std::string>> lines(kMostActors);
    std::uint32_t at = begin, waits_at = begin;
    for (const std::uint32_t move : around) {
        const Actor actor = graph_.moves[move].actor;
        if ((graph_.nodes[at].enabled & actor_bit(starved)) == 0) waits_at = at;
        if (actor && is_task(actor)) {
            auto& own = lines[static_cast<std::size_t>(actor.value - 1)];
            const std::string line = where(graph_.state_of(at).machine, actor);
            if (std::ranges::find(own, line) == own.end()) own.push_back(line);
        }
        at = graph_.moves[move].to;
    }
    Way way = *way_in;
    way.insert(way.end(), around.begin(), around.end());
    State end;
    Finding found{kind,
                  {},
                  graph_.schedule_of(way, cycle.alive & ~cycle.ever_enabled, &end),
                  graph_.route_of(way),
                  true,
                  way_in->size()};
    const Machine& machine = end.machine;
    for (int id = 2; id <= kMostActors; ++id) {
        const Actor task{id};
        if ((cycle.alive & actor_bit(task)) == 0 || !machine.kernel.tasks.contains(task)) continue;
        const auto& own = lines[static_cast<std::size_t>(id - 1)];
        if (task == starved) {
            const std::string wait = graph_.wait_of(waits_at, task);
            found.sentences.insert(
                found.sentences.begin(),
                own.empty()
                    ? fmt::format(
                          "{} at {} starves{}: each time that it could go on, somebody else is there first",
                          who(machine, task), where(machine, task), wait.empty() ? "" : ", " + wait)
                    : fmt::format(
                          "{} starves at {}: it tries again and again, and each time somebody else has been "
                          "there first",
                          who(machine, task), fmt::join(own, ", ")));
        } else if (!own.empty()) {
            found.sentences.push_back(
                fmt::format("{} goes round and round at {}", who(machine, task), fmt::join(own, ", ")));
        } else {
            const std::string wait = engine::describe_wait(machine, task);
            found.sentences.push_back(
                fmt::format("{} at {} {}", who(machine, task), where(machine, task),
                            wait.starts_with("blocked") ? "is " + wait : "waits meanwhile"));
        }
    }
    found.sentences.push_back(
        fmt::format("after {} move{} everything is as it was, and so it can go on for ever, although each "
                    "task that could always go on does{}",
                    around.size(), around.size() == 1 ? "" : "s",
                    kind == FindingKind::starvation ? ""
                    : cycle.is_left                 ? "; only another order leads out of it"
                                                    : "; no order leads out of it"));
    if (kind == FindingKind::starvation)
        found.sentences.push_back(
            "who comes next is left to luck: let them take turns, or serve them in the order in which they "
            "came");
    result_.findings.push_back(std::move(found));
}

void Looker::look_for_livelock() {
    std::uint32_t count = 0;
    const auto component = components(graph_, is_any, count);
    const auto found = cycles(graph_, component, count, is_any);
    const bool can_end = std::ranges::any_of(
        graph_.nodes, [](const FullGraph::Node& node) { return node.rest == Rest::finished; });
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t number = 0; number < count; ++number) {
        const Cycle& cycle = found[number];
        // Whoever could go on now and then, but does not, starves.
        if (!cycle.is_fair() || (cycle.ever_enabled & ~cycle.moves & ~actor_bit(Actor{})) != 0) continue;
        if ((cycle.moves & ~actor_bit(Actor{})) == 0) continue;
        // Who only sleeps now and then waits for nothing.
        const auto looks = [&](const FullGraph::Move& move) {
            return component[move.from] == number && component[move.to] == number && is_task(move.actor) &&
                   graph_.leaves_kernel(move);
        };
        const bool is_for_nothing = !cycle.is_left && cycle.changes == 0 && std::popcount(cycle.alive) > 1 &&
                                    std::ranges::any_of(graph_.moves, looks);
        if (can_end || is_for_nothing) wanted.push_back(number);
    }
    // The first one of each set of tasks.
    std::ranges::sort(wanted, {}, [&](std::uint32_t number) { return found[number].first; });
    std::set<Actors> told;
    for (const std::uint32_t number : wanted)
        if (told.insert(found[number].moves).second)
            tell_cycle(FindingKind::livelock, {}, component, number, found[number], is_any);
}

void Looker::look_for_starvation(Actor task) {
    const Actors bit = actor_bit(task);
    // Without what the task gets done.
    const auto has = [&](const FullGraph::Move& move) {
        return is_any(move) && (move.actor != task || move.is_idle);
    };
    if (std::ranges::none_of(graph_.nodes,
                             [&](const FullGraph::Node& node) { return (node.alive & bit) != 0; }))
        return;
    std::uint32_t count = 0;
    const auto component = components(graph_, has, count);
    const auto found = cycles(graph_, component, count, has);
    std::uint32_t first = kNone;
    for (std::uint32_t number = 0; number < count; ++number) {
        const Cycle& cycle = found[number];
        const bool waits = (cycle.alive & bit) != 0 && (cycle.could_change & bit) != 0;
        if (!waits || !cycle.is_fair() || (cycle.changes & ~bit & ~actor_bit(Actor{})) == 0) continue;
        if (first == kNone || cycle.first < found[first].first) first = number;
    }
    if (first != kNone) tell_cycle(FindingKind::starvation, task, component, first, found[first], has);
}

}  // namespace

void look_for_ever(FullGraph& graph, Result& result) {
    Looker(graph, result).run();
}

}  // namespace ipclab::explore
