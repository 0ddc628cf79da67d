#include "visualizer/model/lanes.h"

#include <algorithm>

#include "kernel/network.h"

namespace ipclab::visualizer {

using kernel::Event;
using kernel::EventKind;
using kernel::Pid;
using kernel::SignalAction;
using kernel::Tid;
using kernel::Time;

std::string_view name(LaneState state) {
    switch (state) {
        case LaneState::running:
            return "running";
        case LaneState::ready:
            return "ready";
        case LaneState::blocked:
            return "blocked";
        case LaneState::stopped:
            return "stopped";
        case LaneState::zombie:
            return "zombie";
        case LaneState::gone:
            return "gone";
    }
    return "?";
}

Interval Lane::at(Time time_ns, Time* end_ns) const {
    const auto next = std::upper_bound(intervals.begin(), intervals.end(), time_ns,
                                       [](Time time, const Interval& i) { return time < i.begin_ns; });
    if (end_ns) *end_ns = next == intervals.end() ? kernel::kNever : next->begin_ns;
    if (next == intervals.begin()) return {.state = LaneState::gone};
    return *std::prev(next);
}

const std::string& Lane::name_at(Time time_ns) const {
    const auto next = std::upper_bound(names.begin(), names.end(), time_ns,
                                       [](Time time, const auto& entry) { return time < entry.first; });
    return next == names.begin() ? name : std::prev(next)->second;
}

void Lanes::clear() {
    *this = Lanes(source_, first_name_);
}

const Lane* Lanes::find(Tid tid) const {
    const auto found = index_.find(tid);
    return found == index_.end() ? nullptr : &lanes_[found->second];
}

std::size_t Lanes::order_of(Tid task) const {
    const Lane* lane = find(task);
    return lane ? lane->order : SIZE_MAX;
}

bool Lanes::update(const kernel::Trace& trace, std::size_t max_events) {
    if (trace.events.size() < seen_) clear();
    const std::size_t until = seen_ + std::min(max_events, trace.events.size() - seen_);
    for (; seen_ < until; ++seen_) {
        const Event& event = trace.events[seen_];
        if (seen_ == 0) begin_ns_ = end_ns_ = event.time_ns;
        begin_ns_ = std::min(begin_ns_, event.time_ns);
        end_ns_ = std::max(end_ns_, event.time_ns);
        look_at(trace, static_cast<std::uint32_t>(seen_));
    }
    return seen_ == trace.events.size();
}

Lane& Lanes::lane(Tid tid, Pid process, Time time_ns, std::uint32_t event) {
    if (const auto found = index_.find(tid); found != index_.end()) return lanes_[found->second];
    Lane lane;
    lane.tid = tid;
    lane.process = process;
    lane.order = lanes_.size();
    lane.name = lanes_.empty() ? first_name_ : std::string{};
    if (!lane.name.empty()) lane.names.emplace_back(time_ns, lane.name);
    lane.intervals.push_back({.begin_ns = time_ns, .state = awake(), .event = event});
    index_[tid] = lanes_.size();
    process_lanes_[process].push_back(lanes_.size());
    lanes_.push_back(std::move(lane));
    return lanes_.back();
}

void Lanes::begin(Lane& lane, Interval interval) {
    Interval& last = lane.intervals.back();
    // The clocks of two CPUs differ a little: a wake-up may carry an earlier time than the sleep it ends.
    interval.begin_ns = std::max(interval.begin_ns, last.begin_ns);
    if (last.state == interval.state && last.cpu == interval.cpu && last.object == interval.object &&
        last.call == interval.call)
        return;
    // An interval may last no time at all: along the events it has its room.
    lane.total_ns[static_cast<std::size_t>(last.state)] += interval.begin_ns - last.begin_ns;
    lane.intervals.push_back(interval);
}

void Lanes::mark(const Event& event, std::uint32_t index, Mark::Kind kind) {
    Lane& owner = lane(event.task, event.process, event.time_ns, index);
    const Time time_ns =
        owner.marks.empty() ? event.time_ns : std::max(event.time_ns, owner.marks.back().time_ns);
    owner.marks.push_back({time_ns, kind, event.number, event.other, index});
}

void Lanes::look_at_packet(const Event& event, std::uint32_t index) {
    const auto step = static_cast<kernel::PacketStep>(event.number);
    const auto found = under_way_.find(event.other);
    switch (step) {
        case kernel::PacketStep::sent:
        case kernel::PacketStep::sent_again:
        case kernel::PacketStep::duplicated: {
            Flight flight{.packet = event.other, .begin_ns = event.time_ns, .begin_event = index};
            if (!flights_.empty()) flight.begin_ns = std::max(flight.begin_ns, flights_.back().begin_ns);
            if (event.task) flight.order = lane(event.task, event.process, event.time_ns, index).order;
            const auto free = std::find_if(row_ends_.begin(), row_ends_.end(),
                                           [&](Time end) { return end <= flight.begin_ns; });
            flight.row = static_cast<std::size_t>(free - row_ends_.begin());
            if (free == row_ends_.end()) row_ends_.push_back({});
            row_ends_[flight.row] = kernel::kNever;
            under_way_[event.other] = flights_.size();
            flights_.push_back(flight);
            break;
        }
        case kernel::PacketStep::delivered:
        case kernel::PacketStep::lost: {
            if (found == under_way_.end()) break;  // it found the link's queue full
            Flight& flight = flights_[found->second];
            flight.end_ns = std::max(event.time_ns, flight.begin_ns);
            flight.end_event = index;
            flight.is_lost = step == kernel::PacketStep::lost;
            row_ends_[flight.row] = flight.end_ns;
            under_way_.erase(found);
            break;
        }
        case kernel::PacketStep::delayed:
            break;
    }
}

void Lanes::look_at(const kernel::Trace& trace, std::uint32_t index) {
    const Event& event = trace.events[index];
    const auto of_task = [&]() -> Lane& { return lane(event.task, event.process, event.time_ns, index); };
    const auto enter = [&](Lane& lane, LaneState state) {
        begin(lane, {.begin_ns = event.time_ns, .state = state, .event = index});
    };
    const auto state_of = [](const Lane& lane) { return lane.intervals.back().state; };

    switch (event.kind) {
        case EventKind::syscall:
            of_task().calls.push_back(index);
            if (source_ == Source::real && state_of(of_task()) == LaneState::blocked)
                enter(of_task(), LaneState::running);
            break;
        case EventKind::blocked:
            begin(of_task(), {.begin_ns = event.time_ns,
                              .state = LaneState::blocked,
                              .call = event.number,
                              .object = event.object,
                              .event = index});
            break;
        case EventKind::woken:
            enter(of_task(), awake());
            break;
        case EventKind::switched: {
            if (const auto from = index_.find(event.task); event.task && from != index_.end()) {
                Lane& lane = lanes_[from->second];
                if (state_of(lane) == LaneState::running) enter(lane, LaneState::ready);
            }
            if (const auto to = index_.find(Tid{event.other}); event.other != 0 && to != index_.end())
                begin(lanes_[to->second], {.begin_ns = event.time_ns,
                                           .state = LaneState::running,
                                           .cpu = event.cpu,
                                           .event = index});
            break;
        }
        case EventKind::signal_sent: {
            // The sender's lane shows who did it; the kernel's own signals (SIGCHLD, SIGPIPE) show on delivery.
            const auto sender = index_.find(Tid{event.other});
            if (event.other == 0 || sender == index_.end()) break;
            Lane& from = lanes_[sender->second];
            const Time time_ns =
                from.marks.empty() ? event.time_ns : std::max(event.time_ns, from.marks.back().time_ns);
            from.marks.push_back(
                {time_ns, Mark::Kind::signal_sent, event.number, event.process.value, index});
            break;
        }
        case EventKind::signal_delivered: {
            const auto action = static_cast<SignalAction>(event.result);
            if (action == SignalAction::ignored) break;
            mark(event, index, Mark::Kind::signal_delivered);
            if (action == SignalAction::stopped) enter(of_task(), LaneState::stopped);
            if (action == SignalAction::continued) enter(of_task(), awake());
            break;
        }
        case EventKind::signal_returned:
            break;
        case EventKind::forked: {
            mark(event, index, Mark::Kind::forked);
            const std::string inherited = of_task().name;
            const bool is_thread = event.result == 1;
            index_.erase(Tid{event.other});  // a pid that is used again gets a lane of its own
            if (!is_thread) process_lanes_.erase(Pid{event.other});
            Lane& child =
                lane(Tid{event.other}, is_thread ? event.process : Pid{event.other}, event.time_ns, index);
            child.parent = event.process;
            child.name = inherited;
            if (!inherited.empty()) child.names.emplace_back(event.time_ns, inherited);
            break;
        }
        case EventKind::executed: {
            mark(event, index, Mark::Kind::executed);
            const std::string_view path = trace.item(event, 0).text();
            Lane& self = of_task();
            self.name = std::string(path.substr(path.find_last_of('/') + 1));
            self.names.emplace_back(event.time_ns, self.name);
            break;
        }
        case EventKind::exited:
            mark(event, index, Mark::Kind::exited);
            enter(of_task(), LaneState::zombie);
            of_task().exited_event = index;
            of_task().wait_status = static_cast<std::int32_t>(event.result);
            break;
        case EventKind::reaped:
            for (const std::size_t i : process_lanes_[Pid{event.other}]) enter(lanes_[i], LaneState::gone);
            break;
        case EventKind::reparented:
            for (const std::size_t i : process_lanes_[event.process]) lanes_[i].parent = Pid{event.other};
            break;
        case EventKind::explained:
            if (event.task) mark(event, index, Mark::Kind::explained);
            break;
        case EventKind::packet:
            look_at_packet(event, index);
            break;
        case EventKind::output:
        case EventKind::input:
            if (event.task) of_task();
            break;
    }
}

}  // namespace ipclab::visualizer
