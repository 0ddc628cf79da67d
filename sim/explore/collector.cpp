#include "sim/explore/collector.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "sim/explore/digest.h"

namespace ipclab::explore {

bool EarlierOutcome::operator()(const engine::Outcome& a, const engine::Outcome& b) const {
    return std::tie(a.standard_output, a.standard_error, a.wait_status) <
           std::tie(b.standard_output, b.standard_error, b.wait_status);
}

std::string Collector::joined(const std::vector<std::string>& sentences) {
    std::string text;
    for (const std::string& each : sentences) text += each + '\n';
    return text;
}

std::map<Collector::Key, Collector::Found>::iterator Collector::last_of(FindingKind kind) {
    return std::prev(findings_.lower_bound({static_cast<FindingKind>(static_cast<int>(kind) + 1), {}}));
}

bool Collector::has_place_for(const Key& key) {
    if (findings_.contains(key)) return false;
    if (counts_[static_cast<std::size_t>(key.first)] < kMostOfAKind || key < last_of(key.first)->first)
        return true;
    leave_untold(key);
    return false;
}

void Collector::leave_untold(const Key& key) {
    const std::string text = std::to_string(static_cast<int>(key.first)) + key.second;
    untold_.insert(hash(text.data(), text.size()));
}

void Collector::put(const Key& key, Found found) {
    std::size_t& count = counts_[static_cast<std::size_t>(key.first)];
    if (count == kMostOfAKind) {
        const auto last = last_of(key.first);
        leave_untold(last->first);
        findings_.erase(last);
        --count;
    }
    findings_.emplace(key, std::move(found));
    ++count;
    ++changes_;
}

bool Collector::has_all_of(const Collector& other) const {
    return std::ranges::all_of(other.outcomes_,
                               [&](const auto& each) { return outcomes_.contains(each.first); }) &&
           std::ranges::all_of(other.findings_,
                               [&](const auto& each) { return findings_.contains(each.first); });
}

Collector Collector::findings_without(const Collector& other) const {
    Collector left;
    for (const auto& [key, found] : findings_)
        if (!other.findings_.contains(key)) left.put(key, found);
    return left;
}

void Collector::take_ways_of(const Collector& other) {
    for (auto& [outcome, path] : outcomes_)
        if (const auto at = other.outcomes_.find(outcome); at != other.outcomes_.end()) path = at->second;
    for (auto& [key, found] : findings_)
        if (const auto at = other.findings_.find(key); at != other.findings_.end()) found = at->second;
}

void Collector::merge(const Collector& other) {
    for (const auto& each : other.outcomes_) changes_ += outcomes_.insert(each).second;
    for (const auto& [key, found] : other.findings_)
        if (has_place_for(key)) put(key, found);
    other.untold_.for_each([&](const kernel::Digest& each) { untold_.insert(each); });
}

bool Collector::has_race(const Collapse& collapse, TupleView from, TupleView tuple) {
    const KernelPart& kernel = collapse.kernel_of(tuple);
    const std::size_t begin = 2 + kernel.spaces.size();
    // Those that were there before have been looked at.
    const bool is_known = !from.empty() && from[0] == tuple[0];
    bool is_new = false;
    for (std::size_t i = 0; i < kernel.tasks.size(); ++i) {
        if (kernel.is_ready[i] == 0) continue;
        const TaskPart& one = collapse.task_of(tuple, i);
        if (one.racing_code == 0) continue;
        const bool is_one_known = is_known && from[begin + i] == tuple[begin + i];
        for (std::size_t j = i + 1; j < kernel.tasks.size(); ++j) {
            if (kernel.is_ready[j] == 0 || (is_one_known && from[begin + j] == tuple[begin + j])) continue;
            const TaskPart& other = collapse.task_of(tuple, j);
            if (other.racing_code != 0 && conflict(*one.standing, *other.standing)) {
                const auto [first, second] = std::minmax(one.racing_code, other.racing_code);
                is_new |= races_.insert({first, second});
            }
        }
    }
    return is_new;
}

}  // namespace ipclab::explore
