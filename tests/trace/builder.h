// Writes traces by hand, for tests.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/capture.h"
#include "kernel/event.h"
#include "kernel/syscalls.h"

namespace ipclab::trace::testing {

using kernel::Event;
using kernel::EventKind;
using kernel::ObjectRef;
using kernel::Sys;
using kernel::Trace;

/// Raw bytes of 64-bit words.
inline std::string words(std::initializer_list<std::uint64_t> values) {
    std::string bytes;
    for (std::uint64_t value : values) bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return bytes;
}
/// Raw bytes of 32-bit words.
inline std::string ints(std::initializer_list<std::int32_t> values) {
    std::string bytes;
    for (std::int32_t value : values) bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return bytes;
}

/// Captured memory: argument and bytes.
using Items = std::initializer_list<std::pair<int, std::string>>;

class Builder {
  public:
    Trace trace;

    /// Every event is one microsecond after the one before it.
    Event& event(EventKind kind, std::int32_t task, std::int64_t result = 0, std::int32_t other = 0) {
        Event e;
        e.kind = kind;
        now_ += 1000;
        e.time_ns = e.start_ns = now_;
        e.task = kernel::Tid{task};
        e.process = kernel::Pid{task};
        e.result = result;
        e.other = other;
        trace.add(e);
        return trace.events.back();
    }
    Event& call(std::int32_t task, Sys number, std::array<std::uint64_t, 6> args, std::int64_t result,
                Items items = {}) {
        Event& e = event(EventKind::syscall, task, result);
        e.number = static_cast<std::uint16_t>(number);
        e.args = args;
        for (const auto& [argument, bytes] : items)
            trace.add_payload(static_cast<std::uint8_t>(argument), std::string_view(bytes));
        return e;
    }
    Event& blocked(std::int32_t task, Sys number, std::array<std::uint64_t, 6> args, ObjectRef object,
                   Items items = {}) {
        Event& e = call(task, number, args, 0, items);
        e.kind = EventKind::blocked;
        e.object = object;
        return e;
    }
    Event& signal(EventKind kind, std::int32_t task, int number, std::int64_t result = 0,
                  std::int32_t other = 0) {
        Event& e = event(kind, task, result, other);
        e.number = static_cast<std::uint16_t>(number);
        return e;
    }
    Event& text(EventKind kind, std::int32_t task, std::string_view bytes, std::int64_t result = 0) {
        Event& e = event(kind, task, result);
        trace.add_payload(0, bytes);
        return e;
    }

  private:
    kernel::Time now_ = 0;
};

/// Events of all kinds with any numbers in them: what a damaged or hostile trace file may hold.
inline Trace garbage(int events) {
    Builder b;
    std::uint64_t turn = 1;
    auto next = [&] { return turn = turn * 6364136223846793005u + 1442695040888963407u; };
    for (int i = 0; i < events; ++i) {
        Event& e = b.event(static_cast<EventKind>((next() >> 33) % kernel::kEventKinds),
                           static_cast<std::int32_t>(next() >> 60));
        e.time_ns = static_cast<std::int64_t>(next());
        e.start_ns = static_cast<std::int64_t>(next());
        e.cpu = static_cast<std::uint8_t>(next() >> 56);
        e.number = static_cast<std::uint16_t>((next() >> 33) % 340);
        e.other = static_cast<std::int32_t>(next() >> 60);
        e.result = static_cast<std::int64_t>(next()) >> (next() >> 58);
        for (auto& arg : e.args) arg = next() >> (next() >> 58);
        e.object = {static_cast<kernel::ObjectKind>((next() >> 33) % 9), static_cast<std::int32_t>(next())};
        e.source = {static_cast<std::uint32_t>(next() >> 62), static_cast<std::uint32_t>(next() >> 50)};
        for (std::uint64_t items = next() >> 62; items > 0; --items) {
            std::string bytes;
            for (std::uint64_t n = next() >> 59; n > 0; --n) bytes += static_cast<char>(next() >> 56);
            b.trace.add_payload(static_cast<std::uint8_t>(next() >> 61 | (next() >> 63) << 7),
                                {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                                bytes.size() + (next() >> 56));
        }
    }
    return std::move(b.trace);
}

}  // namespace ipclab::trace::testing
