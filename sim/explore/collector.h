// What a search comes by: outcomes and findings, each kept once, with the moves that led there.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/explore/collapse.h"
#include "sim/explore/explore.h"
#include "sim/explore/findings.h"
#include "sim/explore/flat_table.h"
#include "sim/explore/handlers.h"
#include "sim/explore/mover.h"
#include "sim/explore/state_set.h"

namespace ipclab::explore {

/// Orders outcomes by what they print, then by status.
struct EarlierOutcome {
    bool operator()(const engine::Outcome& a, const engine::Outcome& b) const;
};

class Collector {
  public:
    /// What makes two findings the same: their sentences, or the code that they are about.
    using Key = std::pair<FindingKind, std::string>;
    struct Found {
        std::vector<std::string> sentences;  ///< empty: what is explained when the last move is made again
        Path path;
    };

    /// Looks at a state that a search has come to, which has never been seen before. `path()` gives the moves. `from`: the
    /// state before the last one, which was looked at; empty: none.
    template <class MakePath>
    void look_at(const Collapse& collapse, TupleView from, TupleView tuple, MakePath path) {
        if (has_race(collapse, from, tuple)) look_for_races(collapse.state_of(tuple), path);
        if (collapse.has_signals()) look_for_unsafe_handlers(collapse, tuple, path);
        const engine::Rest rest = collapse.kernel_of(tuple).rest;
        if (rest == engine::Rest::moving) return;
        // What is left in the end is in the kernel and in memory.
        if (rest == engine::Rest::finished && !ends_.insert({tuple[0], tuple[1]})) return;
        look_at_end(collapse.state_of(tuple), path);
    }
    /// Looks at what has happened in a move, wherever it led.
    template <class MakePath>
    void look_at_move(const MoveReport& report, MakePath path) {
        for (const std::uint64_t place : report.mistakes)
            add(FindingKind::mistake, std::to_string(place), {}, path);
        for (const std::uint64_t place : report.faults)
            add(FindingKind::crash, std::to_string(place), {}, path);
        for (const Core& each : report.cores) {
            auto sentences = describe(each);
            const std::string key = joined(sentences);
            add(FindingKind::crash, key, std::move(sentences), path);
        }
        for (const Unwaited& each : report.unwaited) {
            auto sentences = describe(each);
            const std::string key = joined(sentences);
            add(FindingKind::unwaited, key, std::move(sentences), path);
        }
    }

    const std::map<engine::Outcome, Path, EarlierOutcome>& outcomes() const { return outcomes_; }
    const std::map<Key, Found>& findings() const { return findings_; }
    /// Of a kind only so many findings are kept, those whose keys come first, whichever way a search has gone; the others
    /// are counted.
    static constexpr std::size_t kMostOfAKind = 50;
    std::size_t uncounted() const { return untold_.size(); }
    /// How often something was added.
    std::size_t changes() const { return changes_; }
    /// Whether all that the other one holds is here, too.
    bool has_all_of(const Collector& other) const;
    /// The findings that the other one does not hold.
    Collector findings_without(const Collector& other) const;
    /// What both hold is told as the other one has found it.
    void take_ways_of(const Collector& other);
    /// What another search has come by.
    void merge(const Collector& other);

  private:
    static std::string joined(const std::vector<std::string>& sentences);
    /// Whether there is a race that has not been looked at yet.
    bool has_race(const Collapse& collapse, TupleView from, TupleView tuple);

    template <class MakePath>
    void add(FindingKind kind, const std::string& key, std::vector<std::string> sentences, MakePath path) {
        if (has_place_for({kind, key})) put({kind, key}, Found{std::move(sentences), path()});
    }
    bool has_place_for(const Key& key);
    void leave_untold(const Key& key);
    void put(const Key& key, Found found);
    std::map<Key, Found>::iterator last_of(FindingKind kind);
    template <class MakePath>
    void look_for_races(const State& state, MakePath path) {
        for (const Race& race : races(state)) {
            const auto [one, other] = code_of(state.machine, race);
            const std::string key = std::to_string(one) + ' ' + std::to_string(other);
            if (!findings_.contains({FindingKind::race, key}))
                add(FindingKind::race, key, describe(state, race), path);
        }
    }
    template <class MakePath>
    void look_for_unsafe_handlers(const Collapse& collapse, TupleView tuple, MakePath path) {
        const KernelPart& kernel = collapse.kernel_of(tuple);
        for (std::size_t i = 0; i < kernel.tasks.size(); ++i) {
            if (!handlers_.insert(tuple[2 + kernel.spaces.size() + i]).second) continue;
            const vm::Context& context = *collapse.task_of(tuple, i).context;
            if (context.frames.empty()) continue;
            const kernel::Pid process = kernel.kernel.tasks[kernel.tasks[i]].process;
            const kernel::Process& of = kernel.kernel.processes[process];
            const auto call = unsafe_call(collapse.program(of.program), context);
            if (!call) continue;
            auto sentences = describe(*call, of.name, process);
            const std::string key = joined(sentences);
            add(FindingKind::handler, key, std::move(sentences), path);
        }
    }
    template <class MakePath>
    void look_at_end(const State& state, MakePath path) {
        const engine::Machine& machine = state.machine;
        if (engine::rest(machine) == engine::Rest::finished) {
            const engine::Outcome outcome = engine::outcome(machine);
            if (!outcomes_.contains(outcome)) {
                outcomes_.emplace(outcome, path());
                ++changes_;
            }
            if (auto left = describe_leftovers(machine); !left.empty()) {
                const std::string key = joined(left);
                add(FindingKind::leftover, key, std::move(left), path);
            }
            return;
        }
        auto sentences = describe_deadlock(machine);
        const std::string key = joined(sentences);
        add(engine::rest(machine) == engine::Rest::stopped ? FindingKind::stopped : FindingKind::deadlock,
            key, std::move(sentences), path);
    }

    /// Two components of a state.
    struct Pair {
        Number one = ~Number{0}, other = ~Number{0};
        bool operator==(const Pair&) const = default;
        std::uint64_t hash() const {
            const std::uint64_t both = (std::uint64_t{one} << 32 | other) * 0x9e3779b97f4a7c15;
            return both ^ both >> 32;
        }
    };
    /// Ends that were looked at.
    struct Pairs {
        FlatTable<Pair, bool> known;
        bool insert(const Pair& pair) {
            if (known.find(pair)) return false;
            known.insert(pair, true);
            return true;
        }
    };

    Pairs ends_;
    StateSet races_{64};         // that were looked at, by the code on both sides
    std::set<Number> handlers_;  // tasks that were looked at
    std::map<engine::Outcome, Path, EarlierOutcome> outcomes_;
    std::map<Key, Found> findings_;
    std::array<std::size_t, kFindingKinds> counts_{};
    StateSet untold_{64};  // the keys' digests
    std::size_t changes_ = 0;
};

}  // namespace ipclab::explore
