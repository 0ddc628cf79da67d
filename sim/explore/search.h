// One search, with what is known of sharing when it begins: depth-first, or along schedules that are drawn.
//
// A depth-first search that has made many moves calls for help (crew.h): then several go on at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/explore/collapse.h"
#include "sim/explore/collector.h"
#include "sim/explore/crew.h"
#include "sim/explore/explore.h"
#include "sim/explore/flat_table.h"
#include "sim/explore/graph.h"
#include "sim/explore/reach.h"
#include "sim/explore/sharing.h"
#include "sim/explore/state_set.h"

namespace ipclab::explore {

class Search {
  public:
    /// `seen`: empty, or that of the crew. `goal`: where it is not empty, the search ends at the first state in which it holds.
    Search(const engine::Machine& initial, const Options& options, Sharing& sharing, SharedStateSet& seen,
           Goal goal = {});
    ~Search();
    Search(const Search&) = delete;
    Search& operator=(const Search&) = delete;

    SearchEnd run();
    /// Others have searched, too: where they were surprised, what is known of sharing is as it was when they came.
    bool had_help() const { return crew_ != nullptr; }
    std::size_t states() const { return seen_.size(); }
    /// A sentence where a complete search has not tried all that can happen.
    std::string what_is_left_out();
    Result result(SearchEnd end);

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
    /// A state and who has led there.
    struct Arrival : kernel::Digest {
        bool operator==(const Arrival&) const = default;
        std::uint64_t hash() const { return low; }
    };
    struct Helper;

    SearchEnd search();
    SearchEnd search_levels();
    SearchEnd draw_schedules();
    SearchEnd draw_schedule(Draw& draw);
    void enter(const Tuple& state, Actor last, std::uint32_t preemptions);
    bool try_to_move(Level& level, TupleView from, Actor actor, Collapse::MaySleep may_sleep, Tuple& next);
    bool look_at(const Tuple& state, const kernel::Digest& identity, Actor by, std::size_t levels);
    void put_level(const Tuple& state, const Level& level);
    bool is_reached_sooner(const kernel::Digest& state, Actor last, std::uint32_t preemptions);
    TupleView tuple_of(std::size_t level) const;
    /// Whether progress is told and limits are looked at: moves can be long.
    bool is_time_to_look();
    std::uint64_t own_bytes() const;
    bool is_limited();
    Path path(std::size_t levels) const;
    engine::Stretches schedule_of(const Path& path);

    bool may_call_for_help() const;
    void call_for_help();
    void search_in_crew();
    void give_work();
    void tell_crew();
    SearchEnd dismiss_helpers();
    Collector shorten();
    void find_as_one(const Collector& shortest);

    const engine::Machine& initial_;
    const Options& options_;
    Sharing& sharing_;
    SharedStateSet& seen_;
    const Goal goal_;
    Collapse states_;
    GraphRecorder graph_;
    std::vector<Number> tuples_;  // of the levels, one after the other
    std::vector<Level> levels_;
    Path begun_with_;  // the moves to the first level
    std::uint64_t moves_ = 0, looked_at_ = 0;
    std::size_t deepest_ = 0;
    bool is_reached_ = false, is_cut_ = false;
    FlatTable<Arrival, std::uint32_t> preemptions_;  // bounded: the fewest so far
    std::uint64_t schedules_ = 0, cut_off_ = 0;
    std::string limit_;
    bool has_cpu_timers_ = false, has_left_handler_ = false, reaches_into_others_ = false;
    Collector found_;
    const Collector* wanted_ = nullptr;  // the search ends when all of it has been found
    // With others:
    std::shared_ptr<Crew> crew_;
    std::size_t member_ = 0;
    std::vector<std::unique_ptr<Helper>> helpers_;
    std::unique_ptr<Sharing> known_without_help_;
    Collector found_without_help_;
    std::uint64_t bytes_of_helpers_ = 0;
    std::size_t first_untried_ = 0;  // no level below has anybody left to move
};

}  // namespace ipclab::explore
