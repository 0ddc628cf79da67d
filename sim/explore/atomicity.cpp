#include "sim/explore/atomicity.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/engine/address_names.h"
#include "sim/explore/collector.h"
#include "sim/explore/findings.h"

namespace ipclab::explore {

namespace {

using engine::Outcome;
using engine::Rest;
using vm::Frame;

constexpr std::size_t kMostOutcomes = 32, kMostPairs = 16;

/// Where a task is: the frame in which the two accesses part, and all inside it.
using Position = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // function, instruction

Position position_of(const vm::Context& context, std::size_t depth) {
    Position position;
    for (std::size_t i = depth; i < context.frames.size(); ++i)
        position.emplace_back(context.frames[i].function, context.frames[i].pc);
    return position;
}

/// Whether who is at `now` is past `point`. Both begin in the same function.
bool is_past(const Position& now, const Position& point) {
    for (std::size_t i = 0; i < point.size(); ++i) {
        if (i == now.size()) return true;  // the call has returned
        if (now[i].first != point[i].first) return false;
        if (now[i].second != point[i].second) return now[i].second > point[i].second;
    }
    return false;
}

/// Code that is not executed as a whole.
struct Section {
    std::int32_t program = 0;
    Position first, last;  ///< the accesses
    bool operator<(const Section& other) const {
        return std::tie(program, first, last) < std::tie(other.program, other.first, other.last);
    }
    bool has_inside(const vm::Context& context) const {
        for (std::size_t depth = context.frames.size(); depth-- > 0;) {
            if (context.frames[depth].function != first.front().first) continue;
            const Position now = position_of(context, depth);
            return is_past(now, first) && !is_past(now, last);
        }
        return false;
    }
};

/// The section from one access to another one; nothing where they do not follow each other in one call of one function.
std::optional<Section> section_of(std::int32_t program, const vm::Context& first, const vm::Context& last) {
    const std::size_t both = std::min(first.frames.size(), last.frames.size());
    for (std::size_t depth = 0; depth < both; ++depth) {
        const Frame &a = first.frames[depth], &b = last.frames[depth];
        if (a.function != b.function) return std::nullopt;
        if (a.pc == b.pc) continue;
        if (a.pc > b.pc) return std::nullopt;
        return Section{program, position_of(first, depth), position_of(last, depth)};
    }
    return std::nullopt;
}

/// An access on the way.
struct Access {
    std::uint32_t node = 0;  ///< before it
    Actor task{};
    Place place;
    std::uint64_t address = 0;
    bool writes = false, is_alone = false;
};

struct Pair {
    Access read, between, write;
    Outcome outcome;
    std::vector<std::uint32_t> way;
};

class Atomicity {
  public:
    Atomicity(FullGraph& graph, Result& result) : graph_(graph), result_(result) {}

    void run() {
        for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node)
            if (graph_.nodes[node].rest == Rest::finished)
                ends_[node] = engine::outcome(graph_.state_of(node).machine);
        Outcomes outcomes;
        for (const auto& [node, outcome] : ends_) outcomes.insert(outcome);
        if (outcomes.size() < 2) return;
        for (const Outcome& outcome : outcomes) {
            if (tried_.size() >= kMostPairs || ++looked_at_ > kMostOutcomes) break;
            std::vector<bool> goals(graph_.nodes.size());
            for (const auto& [node, other] : ends_) goals[node] = other == outcome;
            if (const auto way = graph_.way_to(goals)) look_at(*way, outcome);
        }
    }

  private:
    using Outcomes = std::set<Outcome, EarlierOutcome>;

    std::vector<Access> accesses_of(const std::vector<std::uint32_t>& way) const {
        std::vector<Access> accesses;
        for (const std::uint32_t number : way) {
            const FullGraph::Move& move = graph_.moves[number];
            const TaskPart* task = move.actor ? graph_.task_of(move.from, move.actor) : nullptr;
            if (!task || task->racing_code == 0) continue;
            const Standing& standing = *task->standing;
            for (std::size_t i = 0; i < standing.count; ++i) {
                const Standing::Access& each = standing.accesses[i];
                if (each.place.object == 0) continue;
                accesses.push_back({move.from, move.actor, each.place, each.address, each.writes,
                                    each.is_atomic || !standing.held.is_empty()});
            }
        }
        return accesses;
    }

    void look_at(const std::vector<std::uint32_t>& way, const Outcome& outcome) {
        const std::vector<Access> accesses = accesses_of(way);
        for (std::size_t i = 0; i < accesses.size(); ++i) {
            const Access& read = accesses[i];
            if (read.writes || !read.is_alone) continue;
            // What the task does with it next, and who has written meanwhile.
            std::size_t between = 0;
            bool is_read_again = false;
            for (std::size_t j = i + 1; j < accesses.size(); ++j) {
                const Access& each = accesses[j];
                if (!each.place.overlaps(read.place)) continue;
                if (!each.is_alone) break;
                if (each.task != read.task) {
                    if (each.writes && !is_read_again) between = j;
                } else if (between == 0) {
                    break;  // nobody came
                } else if (each.writes) {
                    confirm({read, accesses[between], each, outcome, way});
                    break;
                } else if (std::exchange(is_read_again, true) || is_same_place(read, each)) {
                    break;  // in a loop, it waits for what the other one writes
                }
            }
        }
    }

    bool is_same_place(const Access& a, const Access& b) const {
        return position_of(*graph_.task_of(a.node, a.task)->context, 0) ==
               position_of(*graph_.task_of(b.node, b.task)->context, 0);
    }

    /// Whether the outcome cannot come when the section is executed as a whole.
    void confirm(const Pair& pair) {
        if (tried_.size() >= kMostPairs) return;
        const TaskPart &read = *graph_.task_of(pair.read.node, pair.read.task),
                       &write = *graph_.task_of(pair.write.node, pair.write.task);
        const std::int32_t program = graph_.program_of(pair.read.node, pair.read.task);
        const auto section = section_of(program, *read.context, *write.context);
        if (!section || !tried_.insert(*section).second) return;
        const Outcomes left = outcomes_with(*section);
        if (left.empty() || left.contains(pair.outcome)) return;
        tell(pair);
    }

    Outcomes outcomes_with(const Section& section) const {
        std::map<const TaskPart*, bool> known;
        std::vector<bool> seen(graph_.nodes.size());
        std::vector<std::uint32_t> order{0};
        Outcomes outcomes;
        seen[0] = true;
        for (std::size_t at = 0; at < order.size(); ++at) {
            const std::uint32_t node = order[at];
            if (const auto end = ends_.find(node); end != ends_.end()) outcomes.insert(end->second);
            Actors inside = 0;
            for (const FullGraph::Move& move : graph_.moves_of(node)) {
                const TaskPart* task = move.actor ? graph_.task_of(node, move.actor) : nullptr;
                if (!task || (graph_.nodes[node].enabled & actor_bit(move.actor)) == 0) continue;
                const auto [entry, is_new] = known.try_emplace(task);
                if (is_new) entry->second = section.has_inside(*task->context);
                if (entry->second && graph_.program_of(node, move.actor) == section.program)
                    inside |= actor_bit(move.actor);
            }
            for (const FullGraph::Move& move : graph_.moves_of(node)) {
                if (inside != 0 && !is_drain(move.actor) && (inside & turn_of(move.actor)) == 0) continue;
                if (seen[move.to]) continue;
                seen[move.to] = true;
                order.push_back(move.to);
            }
        }
        return outcomes;
    }

    void tell(const Pair& pair) {
        const engine::Machine before = graph_.state_of(pair.read.node).machine,
                              between = graph_.state_of(pair.between.node).machine,
                              after = graph_.state_of(pair.write.node).machine;
        std::string name =
            engine::name_of_address(before, before.kernel.tasks[pair.read.task].process, pair.read.address);
        if (name.empty()) name = fmt::format("what is at {:#x}", pair.read.address);
        Finding found{FindingKind::atomicity,
                      {},
                      graph_.schedule_of(pair.way, 0, nullptr),
                      graph_.route_of(pair.way),
                      true};
        found.sentences = {
            fmt::format("{} reads {} at {} and writes it at {}: each time alone, but not in between",
                        who(before, pair.read.task), name, where(before, pair.read.task),
                        where(after, pair.write.task)),
            fmt::format("{} writes it meanwhile at {}: what was read is no longer true",
                        who(between, pair.between.task), where(between, pair.between.task)),
            fmt::format("only so can it come to this: {}", text_of(pair.outcome)),
            "hold the lock from the first access to the last one, or make one atomic operation of them"};
        result_.findings.push_back(std::move(found));
    }

    static std::string text_of(const Outcome& outcome) {
        std::string text = engine::ending_text(outcome.wait_status);
        constexpr std::size_t kMost = 100;
        if (const std::string& out = outcome.standard_output; !out.empty())
            text += fmt::format(", output \"{}\"{}", out.substr(0, std::min(kMost, out.find('\n'))),
                                out.find('\n') + 1 < out.size() ? " ..." : "");
        return text;
    }

    FullGraph& graph_;
    Result& result_;
    std::map<std::uint32_t, Outcome> ends_;  // by node
    std::set<Section> tried_;
    std::size_t looked_at_ = 0;
};

}  // namespace

void look_for_atomicity(FullGraph& graph, Result& result) {
    Atomicity(graph, result).run();
}

}  // namespace ipclab::explore
