// Lanes: what every task was doing when, computed from a trace alone, so that the simulated and the real run are
// drawn by the same code.
//
// The lanes are an index that grows with the trace: update() looks at each event once, in portions, so that a
// trace of a million events never holds up a frame.
//
//   forked          a new lane: ready (simulated) or running (real)
//   switched        task -> ready (unless it sleeps or has ended), other -> running
//   blocked         task -> blocked on the event's object
//   woken           task -> ready (simulated) or running (real: the tracer sees no switches)
//   exited          task -> zombie;   reaped: the lanes of process `other` end
//   signal_delivered with action stopped / continued: task -> stopped / ready
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/event.h"

namespace ipclab::visualizer {

enum class LaneState : std::uint8_t { running, ready, blocked, stopped, zombie, gone };
inline constexpr std::size_t kLaneStates = 6;
std::string_view name(LaneState state);

/// From `begin_ns` until the next interval's beginning.
struct Interval {
    kernel::Time begin_ns = 0;
    LaneState state = LaneState::ready;
    std::uint8_t cpu = 0;        ///< running
    std::uint16_t call = 0;      ///< blocked: the system call
    kernel::ObjectRef object{};  ///< blocked: on what
    std::uint32_t event = 0;     ///< index of the event that began it
    bool operator==(const Interval&) const = default;
};

/// Something that happened at one moment.
struct Mark {
    enum class Kind : std::uint8_t { forked, executed, signal_sent, signal_delivered, exited, explained };
    kernel::Time time_ns = 0;
    Kind kind{};
    std::uint16_t number = 0;  ///< signal
    std::int32_t other = 0;    ///< forked: the child's tid; signal_sent: the target's
    std::uint32_t event = 0;
    bool operator==(const Mark&) const = default;
};

struct Lane {
    kernel::Tid tid{};
    kernel::Pid process{};
    kernel::Pid parent{};
    std::size_t order = 0;  ///< of its creation, from 0: decides its colour, in both runs
    std::string name;       ///< at the end of what was seen
    std::vector<std::pair<kernel::Time, std::string>> names;  ///< since when it has had which name
    std::vector<Interval> intervals;                          ///< by begin_ns
    std::vector<Mark> marks;                                  ///< by time_ns
    std::vector<std::uint32_t> calls;                         ///< event indices of its finished system calls
    std::uint32_t exited_event = UINT32_MAX;                  ///< UINT32_MAX: it has not ended
    std::int32_t wait_status = 0;                             ///< once it has ended
    std::array<kernel::Time, kLaneStates> total_ns{};  ///< spent in each state, intervals that are over

    kernel::Time begin_ns() const { return intervals.empty() ? 0 : intervals.front().begin_ns; }
    /// What it was doing at that time; gone before its beginning. `end_ns` receives where the interval ends,
    /// kNever where it is the last.
    Interval at(kernel::Time time_ns, kernel::Time* end_ns = nullptr) const;
    const std::string& name_at(kernel::Time time_ns) const;
};

/// A packet of the modelled network, from when it is put on the link until it has arrived or is lost.
struct Flight {
    std::int32_t packet = 0;
    std::size_t order = SIZE_MAX;  ///< of the task that sent it, as Lane::order; SIZE_MAX: a timer of the kernel did
    std::size_t row = 0;  ///< those that are under way together have different ones, from 0
    kernel::Time begin_ns = 0, end_ns = kernel::kNever;     ///< kNever: it is still under way
    std::uint32_t begin_event = 0, end_event = UINT32_MAX;  ///< events `packet`
    bool is_lost = false;
    bool operator==(const Flight&) const = default;
};

class Lanes {
  public:
    enum class Source : std::uint8_t {
        simulated,  ///< every switch is an event
        real,       ///< the tracer sees no switches: a task that does not sleep counts as running
    };
    explicit Lanes(Source source = Source::simulated, std::string first_name = {})
        : source_(source), first_name_(std::move(first_name)) {}

    /// Looks at no more than `max_events` further events. True where all of the trace has been seen. A trace that
    /// was cut off and went on differently must be announced by clear().
    bool update(const kernel::Trace& trace, std::size_t max_events = SIZE_MAX);
    void clear();

    const std::vector<Lane>& lanes() const { return lanes_; }  ///< in the order of creation
    const Lane* find(kernel::Tid tid) const;
    const std::vector<Flight>& flights() const { return flights_; }  ///< by begin_ns
    std::size_t flight_rows() const { return row_ends_.size(); }  ///< one more than the highest Flight::row
    std::size_t seen_events() const { return seen_; }
    /// Time of the first and of the last event seen.
    kernel::Time begin_ns() const { return begin_ns_; }
    kernel::Time end_ns() const { return end_ns_; }
    /// Number of the task in the order of creation, from 0; SIZE_MAX where the trace has not named it.
    std::size_t order_of(kernel::Tid task) const;
    /// Of a process: that of its first thread.
    std::size_t order_of(kernel::Pid process) const { return order_of(kernel::Tid{process.value}); }
    Source source() const { return source_; }

  private:
    Lane& lane(kernel::Tid tid, kernel::Pid process, kernel::Time time_ns, std::uint32_t event);
    void begin(Lane& lane, Interval interval);
    void mark(const kernel::Event& event, std::uint32_t index, Mark::Kind kind);
    void look_at(const kernel::Trace& trace, std::uint32_t index);
    void look_at_packet(const kernel::Event& event, std::uint32_t index);
    LaneState awake() const { return source_ == Source::real ? LaneState::running : LaneState::ready; }

    Source source_;
    std::string first_name_;
    std::vector<Lane> lanes_;
    std::map<kernel::Tid, std::size_t> index_;  // the newest lane of that tid
    std::map<kernel::Pid, std::vector<std::size_t>> process_lanes_;
    std::vector<Flight> flights_;
    std::map<std::int32_t, std::size_t> under_way_;  // packets, as indices of flights_
    std::vector<kernel::Time> row_ends_;             // of each row, when its last flight ends
    std::size_t seen_ = 0;
    kernel::Time begin_ns_ = 0, end_ns_ = 0;
};

}  // namespace ipclab::visualizer
