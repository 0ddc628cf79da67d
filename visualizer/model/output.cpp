#include "visualizer/model/output.h"

#include <algorithm>

namespace ipclab::visualizer {

bool OutputLines::update(const kernel::Trace& trace, std::size_t max_events) {
    if (trace.events.size() < seen_) clear();
    const std::size_t until = seen_ + std::min(max_events, trace.events.size() - seen_);
    for (; seen_ < until; ++seen_) {
        const kernel::Event& event = trace.events[seen_];
        if (event.kind == kernel::EventKind::output || event.kind == kernel::EventKind::input)
            add(event, static_cast<std::uint32_t>(seen_), trace.item(event, 0), trace);
    }
    return seen_ == trace.events.size();
}

void OutputLines::add(const kernel::Event& event, std::uint32_t index, const kernel::PayloadItem& item,
                      const kernel::Trace& trace) {
    const std::string_view text = item.text();
    std::size_t at = 0;
    while (at < text.size()) {
        if (at_line_start_) {
            lines_.push_back(pieces_.size());
            line_bytes_ = 0;
        }
        const std::size_t room = kMaxLineBytes - line_bytes_;
        const std::size_t newline = text.find('\n', at);
        const std::size_t end = std::min({newline, text.size(), at + room});
        OutputPiece piece;
        piece.event = index;
        piece.begin = static_cast<std::uint32_t>(item.bytes.data() - trace.payload.data() + at);
        piece.bytes = static_cast<std::uint32_t>(end - at);
        piece.writer = event.process;
        piece.is_error = event.kind == kernel::EventKind::output && event.result == 2;
        piece.is_input = event.kind == kernel::EventKind::input;
        piece.ends_line = end == newline;
        line_bytes_ += piece.bytes;
        at_line_start_ = piece.ends_line || line_bytes_ >= kMaxLineBytes;
        pieces_.push_back(piece);
        at = piece.ends_line ? end + 1 : end;
    }
    if (item.full_bytes > text.size() && !pieces_.empty() && pieces_.back().event == index)
        pieces_.back().missing =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(item.full_bytes - text.size(), UINT32_MAX));
}

std::size_t OutputLines::lines_before(std::size_t event_count) const {
    const auto end =
        std::lower_bound(lines_.begin(), lines_.end(), event_count,
                         [&](std::size_t piece, std::size_t count) { return pieces_[piece].event < count; });
    return static_cast<std::size_t>(end - lines_.begin());
}

std::vector<OutputPiece> OutputLines::line(std::size_t index, std::size_t event_count) const {
    std::vector<OutputPiece> found;
    const std::size_t end = index + 1 < lines_.size() ? lines_[index + 1] : pieces_.size();
    for (std::size_t i = lines_[index]; i < end && pieces_[i].event < event_count; ++i)
        found.push_back(pieces_[i]);
    return found;
}

std::string_view OutputLines::text(const OutputPiece& piece, const kernel::Trace& trace) {
    return {reinterpret_cast<const char*>(trace.payload.data()) + piece.begin, piece.bytes};
}

}  // namespace ipclab::visualizer
