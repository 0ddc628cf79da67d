#include "sim/explore/hunt.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/random.h"
#include "sim/explore/collapse.h"
#include "sim/explore/state_set.h"

namespace ipclab::explore {

namespace {

using engine::Outcome;

class Hunter {
  public:
    Hunter(const engine::Machine& initial, Sharing& sharing, std::uint64_t& random)
        : states_(initial, sharing, true), sharing_(sharing), random_(random) {}

    enum class End : std::uint8_t { found, surprised, limited };
    End look_for(const Outcome& wanted, std::uint64_t most_moves, Hunt& hunt) {
        begin(wanted);
        while (hunt.moves < most_moves && !landmarks_.empty()) {
            ++hunt.schedules;
            const auto end = follow_one();
            hunt.moves += made_.size();
            if (end) return *end;
        }
        return End::limited;
    }

    /// The moves of the schedule that was found.
    Path path() const {
        Path all = made_;
        for (std::size_t at = last_; at != kNone; at = landmarks_[at].from) {
            const Path& moves = landmarks_[at].moves;
            all.insert(all.begin(), moves.begin(), moves.end());
        }
        return all;
    }

  private:
    static constexpr std::size_t kNone = SIZE_MAX;
    /// A state in which more of the outcome had been written than in any before it on the way there.
    struct Landmark {
        Tuple state;
        Actor turn{};          ///< whose move led here
        std::size_t from = 0;  ///< the landmark before
        Path moves;            ///< from there to here
    };

    void begin(const Outcome& wanted) {
        wanted_ = &wanted;
        landmarks_.clear();
        by_written_.clear();
        been_ = {};
        written_.clear();
        Tuple state;
        states_.begin(state);
        if (const auto written = written_in(state)) add({state, {}, kNone, {}}, *written);
    }

    std::uint64_t below(std::uint64_t count) { return kernel::next_random(random_) % count; }

    /// How much of the outcome has been written; nothing where something else has.
    std::optional<std::size_t> written_in(const Tuple& state) {
        const auto [known, is_new] = written_.try_emplace(state[1]);  // what is written is memory
        if (!is_new) return known->second;
        const Outcome now = engine::outcome(states_.state_of(state).machine);
        if (wanted_->standard_output.starts_with(now.standard_output) &&
            wanted_->standard_error.starts_with(now.standard_error))
            known->second = now.standard_output.size() + now.standard_error.size();
        return known->second;
    }

    void add(Landmark landmark, std::size_t written) {
        if (!been_.insert(states_.identity(landmark.state))) return;
        by_written_[written].push_back(landmarks_.size());
        landmarks_.push_back(std::move(landmark));
    }

    /// From where the next schedule goes on.
    std::size_t pick() {
        auto level = by_written_.rbegin();
        if (below(4) == 0)
            std::advance(level, below(by_written_.size()));
        else
            while (below(2) == 0 && std::next(level) != by_written_.rend()) ++level;
        return level->second[below(level->second.size())];
    }

    /// Who goes next, first: whoever has gone last, mostly, where turns are long; time where nobody else can go, and seldom
    /// before.
    void order(std::vector<Actor>& actors, Actor turn, std::uint64_t turn_length) {
        constexpr std::uint64_t kTimeIsPatient = 64;
        for (std::size_t left = actors.size(); left > 1; --left)
            std::swap(actors[left - 1], actors[below(left)]);
        const auto move_to = [&](Actor actor, auto place) {
            const auto at = std::find(actors.begin(), actors.end(), actor);
            if (at != actors.end()) std::iter_swap(at, place);
        };
        if (below(turn_length) != 0) move_to(turn, actors.begin());
        if (below(kTimeIsPatient) != 0) move_to(Actor{}, std::prev(actors.end()));
    }

    /// One schedule from some landmark on, until it ends or writes something else. Nothing where that was not it.
    std::optional<End> follow_one() {
        constexpr std::array<std::uint64_t, 4> kTurnLengths{1, 2, 8, 64};
        const std::uint64_t turn_length = kTurnLengths[below(kTurnLengths.size())];
        last_ = pick();
        made_.clear();
        Tuple state = landmarks_[last_].state, next;
        Actor turn = landmarks_[last_].turn;
        std::size_t most_written = *written_in(state);
        std::vector<Actor> actors;
        for (std::size_t moves = 0; moves < kMostMovesOfSample; ++moves) {
            if (sharing_.take_surprise()) return End::surprised;
            actors.clear();
            for (std::size_t i = 0, count = states_.count_actors(state); i < count; ++i)
                actors.push_back(states_.actor(state, {}, i));
            if (actors.empty()) {
                const engine::Machine machine = states_.state_of(state).machine;
                const bool is_it =
                    engine::rest(machine) == engine::Rest::finished && engine::outcome(machine) == *wanted_;
                return is_it ? std::optional(End::found) : std::nullopt;
            }
            order(actors, turn, turn_length);
            const auto goes = [&](Actor actor) {
                turn = actor;
                return states_.move(state, actor, Collapse::MaySleep::no, next);
            };
            if (std::ranges::none_of(actors, goes)) {
                turn = actors.front();
                states_.move(state, turn, Collapse::MaySleep::yes, next);
            }
            made_.push_back(turn);
            state.swap(next);
            if (state[1] == next[1]) continue;
            const auto written = written_in(state);
            if (!written) return {};
            if (*written <= most_written) continue;
            most_written = *written;
            add({state, turn, last_, made_}, *written);
        }
        return {};
    }

    Collapse states_;
    Sharing& sharing_;
    std::uint64_t& random_;
    const Outcome* wanted_ = nullptr;
    std::vector<Landmark> landmarks_;
    std::map<std::size_t, std::vector<std::size_t>> by_written_;
    StateSet been_;
    std::unordered_map<Number, std::optional<std::size_t>> written_;  // by the number of memory
    std::size_t last_ = kNone;                                        // landmark of the schedule
    Path made_;                                                       // from there on
};

}  // namespace

std::vector<Hunt> hunt(const engine::Machine& initial, const std::vector<Outcome>& wanted,
                       std::uint64_t most_moves, std::uint64_t seed) {
    std::vector<Hunt> hunts(wanted.size());
    Sharing sharing;
    std::uint64_t random = seed;
    std::optional<Hunter> hunter(std::in_place, initial, sharing, random);
    for (std::size_t i = 0; i < wanted.size();) {
        const Hunter::End end = hunter->look_for(wanted[i], most_moves, hunts[i]);
        if (end == Hunter::End::surprised) {  // what it takes for moves that concern nobody else may be wrong
            hunter.emplace(initial, sharing, random);
            continue;
        }
        if (end == Hunter::End::found) {
            Sharing frozen = sharing;
            frozen.freeze();
            Mover mover(frozen, false);
            hunts[i].found = FoundOutcome{wanted[i], schedule_of(initial, mover, hunter->path()), {}};
        }
        ++i;
    }
    return hunts;
}

}  // namespace ipclab::explore
