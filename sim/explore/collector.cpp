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

}  // namespace ipclab::explore
