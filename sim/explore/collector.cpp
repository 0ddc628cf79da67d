#include "sim/explore/collector.h"

#include <tuple>

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

bool Collector::has_race(const Collapse& collapse, TupleView tuple) {
    const KernelPart& kernel = collapse.kernel_of(tuple);
    const std::size_t begin = 2 + kernel.spaces.size();
    bool is_new = false;
    for (std::size_t i = 0; i < kernel.tasks.size(); ++i) {
        const TaskPart& one = collapse.task_of(tuple, i);
        if (!one.may_race || !kernel.is_ready[i]) continue;
        for (std::size_t j = i + 1; j < kernel.tasks.size(); ++j) {
            const TaskPart& other = collapse.task_of(tuple, j);
            if (other.may_race && kernel.is_ready[j] && conflict(*one.standing, *other.standing))
                is_new |= races_.insert({tuple[begin + i], tuple[begin + j]}).second;
        }
    }
    return is_new;
}

}  // namespace ipclab::explore
