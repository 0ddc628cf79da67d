// One search, with what is known of sharing when it begins: depth-first, or along schedules that are drawn.
//
// A depth-first search that has made many moves calls for help (crew.h): then several go on at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/collapse.h"
#include "sim/explore/collector.h"
#include "sim/explore/crew.h"
#include "sim/explore/explore.h"
#include "sim/explore/flat_table.h"
#include "sim/explore/graph.h"
#include "sim/explore/huge_pages.h"
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
    /// A state that has been reached: on the way to where the search is, or waiting for its turn.
    struct Node {
        std::size_t begin = 0;          ///< of its tuple, in tuples_
        std::size_t before = 0;         ///< the node whose move led here; the first one: itself
        std::uint32_t depth = 0;        ///< moves from the start
        std::uint32_t preemptions = 0;  ///< on the way here
        std::uint32_t number = 0;       ///< in the graph
        Actor by{};                     ///< whose move led here
        Actor last{};                   ///< the same, but that a packet's fate or a store is nobody's turn
        bool is_waiting = true;         ///< nobody has moved from here yet
    };
    /// What a move leads to.
    struct Successor {
        Tuple state;
        kernel::Digest identity;
        Actor by{};
        std::uint32_t preemptions = 0;
        std::uint32_t number = 0;
        bool goes_on = false;  ///< it is new
    };
    /// A state and who has led there.
    struct Arrival : kernel::Digest {
        bool operator==(const Arrival&) const = default;
        std::uint64_t hash() const { return low; }
    };
    struct Helper;

    SearchEnd search();
    bool is_to_begin_anew();
    SearchEnd search_all();
    SearchEnd draw_schedules();
    SearchEnd draw_schedule(Draw& draw);
    void begin();
    void go_on_from(std::size_t at);
    bool try_to_move(std::size_t from, Actor actor, Collapse::MaySleep may_sleep);
    void arrive(Successor& successor, std::size_t from);
    void put(const Tuple& state, Node node);
    void look_at_reports(std::size_t from, Actor by);
    void look_whether_all_is_found(std::size_t changes);
    bool is_reached_sooner(const kernel::Digest& state, Actor last, std::uint32_t preemptions);
    TupleView tuple_of(std::size_t at) const;
    /// Whether progress is told and limits are looked at: moves can be long.
    bool is_time_to_look();
    std::uint64_t own_bytes() const;
    bool is_limited();
    Path path_to(std::size_t at) const;
    Path path_by(std::size_t from, Actor by) const;
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
    HugeVector<Node> stack_;
    HugeVector<Number> tuples_;                // of its nodes, one after the other
    std::vector<Successor> successors_;        // of one node; as many as there have ever been
    std::size_t made_ = 0;                     // of these, by its moves so far
    std::size_t waiting_ = 0;                  // nodes
    Path begun_with_;                          // the moves to the first node
    std::uint64_t moves_ = 0, next_look_ = 0;  // by moves
    std::uint64_t looked_at_ = 0;              // by instructions
    std::size_t deepest_ = 0;
    bool is_reached_ = false, is_cut_ = false;
    std::optional<std::uint64_t> begins_anew_at_;    // by moves
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
    std::size_t first_waiting_ = 0;  // no node below waits
};

}  // namespace ipclab::explore
