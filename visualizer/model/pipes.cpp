#include "visualizer/model/pipes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/syscalls.h"

namespace ipclab::visualizer {

using kernel::Event;
using kernel::EventKind;
using kernel::ObjectKind;
using kernel::PipeId;
using kernel::Sys;

namespace {

bool is(const Event& event, std::initializer_list<Sys> calls) {
    return std::ranges::find(calls, static_cast<Sys>(event.number)) != calls.end();
}

}  // namespace

bool PipeIndex::update(const kernel::Trace& trace, std::size_t max_events) {
    if (trace.events.size() < seen_) clear();
    const std::size_t until = seen_ + std::min(max_events, trace.events.size() - seen_);
    for (; seen_ < until; ++seen_) {
        const Event& event = trace.events[seen_];
        if (event.kind != EventKind::syscall || event.object.kind != ObjectKind::pipe || event.result < 0)
            continue;
        const PipeId id{event.object.id};
        // A FIFO gets its pipe with the first open().
        const bool is_opened = is(event, {Sys::open, Sys::openat, Sys::creat}) && !order_.contains(id);
        if (is_opened || is(event, {Sys::pipe, Sys::pipe2})) {
            order_[id] = pipes_.size();
            pipes_.push_back({id, seen_, 0, 0});
        } else if (const auto found = order_.find(id); found != order_.end()) {
            PipeTotal& pipe = pipes_[found->second];
            if (is(event, {Sys::read, Sys::readv}))
                pipe.read_bytes += static_cast<std::uint64_t>(event.result);
            if (is(event, {Sys::write, Sys::writev}))
                pipe.written_bytes += static_cast<std::uint64_t>(event.result);
        }
    }
    return seen_ == trace.events.size();
}

std::string PipeIndex::name(PipeId pipe) const {
    const auto found = order_.find(pipe);
    return fmt::format("pipe {}",
                       found == order_.end() ? pipe.value : static_cast<std::int32_t>(found->second) + 1);
}

std::string PipeIndex::familiar(std::string_view text) const {
    constexpr std::string_view word = "pipe ";
    std::string out;
    while (true) {
        const std::size_t found = text.find(word);
        if (found == std::string_view::npos) return out.append(text);
        out.append(text.substr(0, found));
        text.remove_prefix(found + word.size());
        std::int32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        out += error == std::errc{} ? name(PipeId{number}) : std::string(word);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
}

}  // namespace ipclab::visualizer
