#include "sim/explore/full_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "sim/engine/waits.h"
#include "sim/explore/flat_table.h"
#include "sim/explore/idle.h"

namespace ipclab::explore {

namespace {

constexpr std::size_t kNodesBetweenLooks = 256;

struct DigestKey : kernel::Digest {
    std::uint64_t hash() const { return low; }
};

}  // namespace

FullGraph::FullGraph(const engine::Machine& initial, const Options& options) : initial_(initial) {
    if (initial.kernel.limits.spurious_wakeups > 0) {
        problem = "whoever sleeps may wake for no reason and sleep again, for ever";
        return;
    }
    // Locks are taken and released where others can see it, nobody reads or ends sooner than need be, and each access to what
    // is shared is there.
    sharing_.show_past();
    sharing_.learn_of_tried_locks();
    sharing_.learn_of_other_calls();
    sharing_.learn_of_named_processes();
    do static_cast<void>(sharing_.take_surprise());
    while (!build(options));
    if (problem.empty()) look_who_is_idle();
}

void FullGraph::look_who_is_idle() {
    Idle idle(*collapse_, sharing_);
    for (Move& move : moves)
        if (move.actor && is_task(move.actor) && !is_refused(move.actor))
            move.is_idle = idle.is_idle(tuple(move.from), tuple(move.to), move.actor, move.falls_asleep);
}

std::string FullGraph::too_many(const Options& options) {
    return fmt::format("there are more than {} states, each lock and access to memory counted",
                       options.most_full_states);
}

/// False where something was passed over wrongly: then it is known now.
bool FullGraph::build(const Options& options) {
    nodes.clear();
    moves.clear();
    begins.assign(1, 0);
    tuples_.clear();
    tuple_begins_.assign(1, 0);
    Collapse& collapse = collapse_.emplace(initial_, sharing_, true);
    FlatTable<DigestKey, std::uint32_t> numbers;
    const auto number_of = [&](const Tuple& state) {
        const DigestKey key{collapse.identity(state)};
        if (const std::uint32_t* known = numbers.find(key)) return *known;
        const KernelPart& kernel = collapse.kernel_of(state);
        Node node;
        node.rest = kernel.rest;
        for (const auto& [tid, task] : kernel.kernel.tasks) {
            if (task->state == kernel::TaskState::zombie) continue;
            if (tid.value > kMostActors)
                problem = fmt::format("there are more than {} tasks", kMostActors - 1);
            else
                node.alive |= actor_bit(tid);
        }
        nodes.push_back(node);
        tuples_.insert(tuples_.end(), state.begin(), state.end());
        tuple_begins_.push_back(tuples_.size());
        return numbers.insert(key, static_cast<std::uint32_t>(nodes.size() - 1));
    };
    Tuple from, to;
    std::vector<Actor> actors;
    collapse.begin(to);
    number_of(to);
    for (std::uint32_t at = 0; at < nodes.size() && problem.empty(); ++at) {
        if (sharing_.take_surprise()) return false;
        if (nodes.size() > options.most_full_states) problem = too_many(options);
        if (at % kNodesBetweenLooks == 0 && options.on_progress &&
            !options.on_progress({nodes.size(), moves.size(), collapse.bytes(), 0, 0, 0}))
            problem = "it was stopped";
        from.assign(tuples_.begin() + static_cast<std::ptrdiff_t>(tuple_begins_[at]),
                    tuples_.begin() + static_cast<std::ptrdiff_t>(tuple_begins_[at + 1]));
        actors.clear();
        collapse.add_actors(from, actors);
        const auto try_to_move = [&](Actor actor, Collapse::MaySleep may_sleep) {
            if (!collapse.move(from, actor, may_sleep, to)) return false;
            Move move{at, number_of(to), actor};
            const kernel::Task* task = collapse.kernel_of(to).kernel.tasks.find(actor);
            move.falls_asleep = task && task->state == kernel::TaskState::blocked && from[1] == to[1];
            if (is_drain(actor))
                nodes[at].storing |= actor_bit(explore::task_of(actor));
            else if (may_sleep == Collapse::MaySleep::no)
                nodes[at].enabled |= turn_of(actor);
            moves.push_back(move);
            return true;
        };
        bool is_left = false;
        for (const Actor actor : actors) is_left |= try_to_move(actor, Collapse::MaySleep::no);
        if (!is_left)
            for (const Actor actor : actors) try_to_move(actor, Collapse::MaySleep::yes);
        begins.push_back(static_cast<std::uint32_t>(moves.size()));
    }
    return !sharing_.take_surprise();
}

std::optional<std::vector<std::uint32_t>> FullGraph::way_to(const std::vector<bool>& goals) const {
    struct Step {
        std::uint32_t node = 0, before = kNone, move = kNone;
        Actor last{};
    };
    std::vector<Step> steps{{}};
    std::vector<Actors> seen(nodes.size());  // by who came last
    // Without a switch first: a round for each number of switches, by breadth.
    std::vector<std::uint32_t> round{0}, next;
    for (; !round.empty(); round = std::exchange(next, {}))
        for (std::size_t i = 0; i < round.size(); ++i) {
            const std::uint32_t at = round[i];
            const Step here = steps[at];
            if ((seen[here.node] & actor_bit(here.last)) != 0) continue;
            seen[here.node] |= actor_bit(here.last);
            if (goals[here.node]) {
                std::vector<std::uint32_t> way;
                for (std::uint32_t step = at; steps[step].move != kNone; step = steps[step].before)
                    way.push_back(steps[step].move);
                std::ranges::reverse(way);
                return way;
            }
            for (std::uint32_t move = begins[here.node]; move < begins[here.node + 1]; ++move) {
                const Actor actor = moves[move].actor,
                            mover = is_task(actor) ? explore::task_of(actor) : Actor{};
                const bool is_switch = mover && here.last && mover != here.last;
                (is_switch ? next : round).push_back(static_cast<std::uint32_t>(steps.size()));
                steps.push_back({moves[move].to, at, move, mover ? mover : here.last});
            }
        }
    return std::nullopt;
}

engine::Stretches FullGraph::schedule_of(const std::vector<std::uint32_t>& way, Actors then_sleep,
                                         State* end) {
    sharing_.freeze();
    engine::Stretches schedule;
    State state = explore::state_of(initial_);
    Mover& mover = collapse_->mover();
    mover.record(&schedule);
    mover.settle(state);
    for (const std::uint32_t move : way) mover.move(state, moves[move].actor);
    for (int task = 2; task <= kMostActors; ++task)
        if ((then_sleep & actor_bit(Actor{task})) != 0 && engine::can_run(state.machine, Actor{task}))
            mover.move(state, Actor{task});
    mover.record(nullptr);
    if (end) *end = std::move(state);
    return schedule;
}

std::vector<std::uint32_t> FullGraph::route_of(const std::vector<std::uint32_t>& way) const {
    std::vector<std::uint32_t> route{0};
    for (const std::uint32_t move : way) route.push_back(moves[move].to);
    return route;
}

Graph FullGraph::graph() const {
    Graph made;
    for (const Node& node : nodes) made.states.push_back(node.rest);
    for (const Move& move : moves) made.moves.push_back({move.from, move.to, move.actor});
    return made;
}

const TaskPart* FullGraph::task_of(std::uint32_t node, Actor task) const {
    const KernelPart& kernel = collapse_->kernel_of(tuple(node));
    const auto at = std::ranges::find(kernel.tasks, task);
    return at == kernel.tasks.end()
               ? nullptr
               : &collapse_->task_of(tuple(node), static_cast<std::size_t>(at - kernel.tasks.begin()));
}

std::int32_t FullGraph::program_of(std::uint32_t node, Actor task) const {
    const kernel::Kernel& kernel = collapse_->kernel_of(tuple(node)).kernel;
    return kernel.processes[kernel.tasks[task].process].program.value;
}

std::string FullGraph::wait_of(std::uint32_t node, Actor task) {
    State state = state_of(node);
    if (engine::can_run(state.machine, task)) collapse_->mover().move(state, task);
    const kernel::Task* found = state.machine.kernel.tasks.find(task);
    if (!found || found->state != kernel::TaskState::blocked) return {};
    return engine::describe_wait(state.machine, task);
}

}  // namespace ipclab::explore
