#include "visualizer/model/rows.h"

#include <algorithm>

namespace ipclab::visualizer {

using kernel::EventKind;

bool is_log_row(const kernel::Event& event) {
    switch (event.kind) {
        case EventKind::syscall:
        case EventKind::blocked:
        case EventKind::signal_delivered:
        case EventKind::executed:
        case EventKind::exited:
        case EventKind::packet:
        case EventKind::explained:
            return true;
        case EventKind::woken:
        case EventKind::switched:
        case EventKind::signal_sent:
        case EventKind::signal_returned:
        case EventKind::forked:
        case EventKind::reaped:
        case EventKind::reparented:
        case EventKind::output:
        case EventKind::input:
            return false;
    }
    return false;
}

bool LogRows::update(const kernel::Trace& trace, std::size_t max_events) {
    if (trace.events.size() < seen_) clear();
    const std::size_t until = seen_ + std::min(max_events, trace.events.size() - seen_);
    for (; seen_ < until; ++seen_) {
        const kernel::Event& event = trace.events[seen_];
        if (is_log_row(event)) rows_.push_back(static_cast<std::uint32_t>(seen_));
        if (event.kind == EventKind::explained) explained_.push_back(static_cast<std::uint32_t>(seen_));
    }
    return seen_ == trace.events.size();
}

std::size_t LogRows::rows_before(std::size_t event_count) const {
    return static_cast<std::size_t>(std::lower_bound(rows_.begin(), rows_.end(), event_count) -
                                    rows_.begin());
}

std::size_t LogRows::explained_before(std::size_t event_count) const {
    const auto end = std::lower_bound(explained_.begin(), explained_.end(), event_count);
    return end == explained_.begin() ? SIZE_MAX : *std::prev(end);
}

}  // namespace ipclab::visualizer
