// Small traces written by hand for the model's tests.
#pragma once

#include <string_view>

#include "kernel/event.h"

namespace ipclab::visualizer {

/// Adds events one nanosecond step at a time; every function returns the event's index.
class TraceBuilder {
  public:
    kernel::Trace trace;
    kernel::Time now_ns = 0;

    std::size_t add(kernel::EventKind kind, int task, kernel::Time at_ns) {
        kernel::Event event;
        event.kind = kind;
        event.task = kernel::Tid{task};
        event.process = kernel::Pid{task};
        event.time_ns = event.start_ns = now_ns = at_ns;
        trace.add(event);
        return trace.events.size() - 1;
    }
    kernel::Event& last() { return trace.events.back(); }

    std::size_t call(int task, kernel::Time at_ns, std::uint16_t number, std::int64_t result) {
        const std::size_t index = add(kernel::EventKind::syscall, task, at_ns);
        last().number = number;
        last().result = result;
        return index;
    }
    std::size_t blocked(int task, kernel::Time at_ns, std::uint16_t number, kernel::ObjectRef object) {
        const std::size_t index = add(kernel::EventKind::blocked, task, at_ns);
        last().number = number;
        last().object = object;
        return index;
    }
    std::size_t switched(int from, int to, kernel::Time at_ns) {
        const std::size_t index = add(kernel::EventKind::switched, from, at_ns);
        last().other = to;
        return index;
    }
    std::size_t with_other(kernel::EventKind kind, int task, int other, kernel::Time at_ns,
                           std::int64_t result = 0) {
        const std::size_t index = add(kind, task, at_ns);
        last().other = other;
        last().result = result;
        return index;
    }
    std::size_t with_text(kernel::EventKind kind, int task, std::string_view text, kernel::Time at_ns,
                          std::int64_t result = 0) {
        const std::size_t index = add(kind, task, at_ns);
        last().result = result;
        trace.add_payload(0, text);
        return index;
    }
};

}  // namespace ipclab::visualizer
