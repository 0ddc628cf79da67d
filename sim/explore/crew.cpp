#include "sim/explore/crew.h"

#include <algorithm>
#include <utility>

namespace ipclab::explore {

void Crew::look_who_waits() {
    is_asked_.store(waiting_ > work_.size(), std::memory_order_relaxed);
}

void Crew::give(Work work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    look_who_waits();
    changed_.notify_one();
}

std::optional<Crew::Work> Crew::take(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    if (waiting_ == accounts_.size() && work_.empty()) finish(SearchEnd::complete);
    look_who_waits();
    changed_.wait_for(lock, patience, [&] { return is_over() || !work_.empty(); });
    --waiting_;
    std::optional<Work> taken;
    if (!is_over() && !work_.empty()) {
        taken = std::move(work_.front());
        work_.pop_front();
    }
    look_who_waits();
    return taken;
}

void Crew::finish(SearchEnd end) {
    if (is_over()) return;
    end_ = end;
    is_over_.store(true, std::memory_order_relaxed);
    changed_.notify_all();
}

void Crew::stop(SearchEnd end) {
    const std::lock_guard lock(mutex_);
    finish(end);
}

SearchEnd Crew::end() const {
    const std::lock_guard lock(mutex_);
    return end_;
}

void Crew::tell(std::size_t member, const Account& account, Sharing& sharing, const Collector& found) {
    const std::lock_guard lock(mutex_);
    accounts_[member] = account;
    if (std::exchange(merged_[member], found.changes()) != found.changes()) found_.merge(found);
    if (sharing.take_news()) knowledge_.merge(sharing);
    if (!knowledge_.take_surprise()) return;
    if (is_over() && end_ == SearchEnd::complete) end_ = SearchEnd::surprised;  // all only seemed to be done
    finish(SearchEnd::surprised);
}

Crew::Account Crew::account() const {
    const std::lock_guard lock(mutex_);
    Account all;
    for (const Account& each : accounts_) {
        all.moves += each.moves;
        all.bytes += each.bytes;
        all.deepest = std::max(all.deepest, each.deepest);
    }
    return all;
}

Crew::Counts Crew::counts() const {
    const std::lock_guard lock(mutex_);
    return {found_.outcomes().size(), found_.findings().size()};
}

}  // namespace ipclab::explore
