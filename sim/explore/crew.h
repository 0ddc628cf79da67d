// Searches that go on at the same time, each in a thread with tables of its own. In common they have the states that have
// been seen. Whoever has nothing left to do is given a state that another one has come to and would have gone on from later.
//
// Each learns of sharing (sharing.h) for itself, and tells the crew, which finds out what surprises only both together.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "sim/explore/collector.h"
#include "sim/explore/mover.h"
#include "sim/explore/sharing.h"

namespace ipclab::explore {

enum class SearchEnd : std::uint8_t { complete, surprised, limited, reached };

class Crew {
  public:
    /// A state to go on from.
    struct Work {
        State state;
        Path path;     ///< the moves that lead there
        Actor last{};  ///< whose turn it was
    };
    /// What one of the crew has done so far.
    struct Account {
        std::uint64_t moves = 0, bytes = 0;
        std::size_t deepest = 0;
    };

    /// `known` to all of them when they begin.
    Crew(const Sharing& known, std::size_t members)
        : knowledge_(known), accounts_(members), merged_(members) {}

    /// Whether somebody waits for work that nobody has given yet.
    bool is_asked() const { return is_asked_.load(std::memory_order_relaxed); }
    bool is_over() const { return is_over_.load(std::memory_order_relaxed); }
    void give(Work work);
    /// Waits for work, for so long at most. When all wait, all is done.
    std::optional<Work> take(std::chrono::milliseconds patience);
    void stop(SearchEnd end);
    /// How it has ended, when it is over.
    SearchEnd end() const;

    /// What a member has done, learned and found so far.
    void tell(std::size_t member, const Account& account, Sharing& sharing, const Collector& found);
    /// The sum of all, but for depths: the greatest.
    Account account() const;
    /// Good when nobody searches any more.
    const Sharing& knowledge() const { return knowledge_; }
    const Collector& found() const { return found_; }
    struct Counts {
        std::size_t outcomes = 0, findings = 0;
    };
    Counts counts() const;

  private:
    void finish(SearchEnd end);
    void look_who_waits();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> is_asked_{false}, is_over_{false};
    SearchEnd end_ = SearchEnd::complete;
    std::deque<Work> work_;
    std::size_t waiting_ = 0;
    Sharing knowledge_;
    Collector found_;
    std::vector<Account> accounts_;    // of each member
    std::vector<std::size_t> merged_;  // and how many changes of what it has found are in found_
};

}  // namespace ipclab::explore
