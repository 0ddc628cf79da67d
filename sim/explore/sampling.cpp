#include "sim/explore/sampling.h"

#include <algorithm>
#include <utility>

#include "kernel/random.h"

namespace ipclab::explore {

std::uint64_t Draw::below(std::uint64_t count) {
    return kernel::next_random(random_) % count;
}

std::int64_t& Draw::priority(Actor actor) {
    const auto [at, is_new] = priorities_.try_emplace(actor);
    if (is_new) at->second = sampling_.depth + static_cast<std::int64_t>(kernel::next_random(random_) >> 2);
    return at->second;
}

void Draw::begin() {
    longest_ = std::max(longest_, std::exchange(moves_, 0));
    priorities_.clear();
    changes_.clear();
    lowest_ = 0;
    for (std::uint32_t i = 1; i < sampling_.depth && longest_ > 0; ++i) changes_[below(longest_)] = i;
}

void Draw::order(std::vector<Actor>& actors) {
    // All fates of a packet are as likely as each other, and those of the next one anew.
    if (sampling_.how == Sampling::How::uniform ||
        (!actors.empty() && engine::chooses_fate(actors.front()))) {
        for (std::size_t left = actors.size(); left > 1; --left)
            std::swap(actors[left - 1], actors[below(left)]);
        return;
    }
    for (const Actor each : actors) priority(each);
    std::ranges::sort(actors, std::greater{}, [&](Actor each) { return priorities_.at(each); });
}

void Draw::note(Actor made, bool is_new) {
    const auto change = changes_.find(moves_++);
    if (change != changes_.end()) priority(made) = change->second;
    // Whoever waits in a loop would keep the others from ever ending it.
    if (!is_new) priority(made) = --lowest_;
}

}  // namespace ipclab::explore
