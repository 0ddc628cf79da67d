// Writing events from inside the kernel: the fields that every event has are filled in here.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

inline void fill_in(Event& event, const Kernel& kernel, EventKind kind, Tid task) {
    event.time_ns = event.start_ns = kernel.now_ns;
    event.kind = kind;
    event.cpu = static_cast<std::uint8_t>(kernel.cpu.value);
    event.task = task;
    if (const Task* found = kernel.tasks.find(task)) event.process = found->process;
}

/// An event of this moment, on the CPU that is acting, that happens to `task` (none: to nobody in
/// particular).
inline Event event_now(const Kernel& kernel, EventKind kind, Tid task) {
    Event event;
    fill_in(event, kernel, kind, task);
    return event;
}
/// The same, at the end of a trace, to be completed there.
inline Event& emit(const Kernel& kernel, EventKind kind, Tid task, Trace& trace) {
    Event& event = trace.append();
    fill_in(event, kernel, kind, task);
    return event;
}

/// A sentence for the learner.
inline void explain(const Kernel& kernel, Tid task, std::string_view sentence, Trace* trace) {
    if (!trace) return;
    trace->add(event_now(kernel, EventKind::explained, task));
    trace->add_payload(0, sentence);
}

/// Adds the name of its object to the last event, where it has one of its own.
void add_object_name(const Kernel& kernel, ObjectRef object, Trace& trace);

}  // namespace ipclab::kernel
