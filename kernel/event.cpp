#include "kernel/event.h"

#include <cstring>

#include "kernel/assert.h"

namespace ipclab::kernel {

namespace {
// In `payload` an item is: argument (1 byte), captured bytes (4), full bytes (8), then the bytes.
constexpr std::size_t kHeaderBytes = 13;
}  // namespace

void Trace::add_payload(std::uint8_t argument, std::span<const std::uint8_t> bytes,
                        std::uint64_t full_bytes) {
    IPCLAB_ASSERT(!events.empty());
    const auto captured = static_cast<std::uint32_t>(bytes.size());
    const std::size_t begin = payload.size();
    payload.resize(begin + kHeaderBytes + captured);
    std::uint8_t* item = payload.data() + begin;
    item[0] = argument;
    std::memcpy(item + 1, &captured, sizeof captured);
    std::memcpy(item + 5, &full_bytes, sizeof full_bytes);
    if (captured > 0) std::memcpy(item + kHeaderBytes, bytes.data(), captured);
    events.back().payload_bytes += static_cast<std::uint32_t>(kHeaderBytes + captured);
}

std::vector<PayloadItem> Trace::items(const Event& event) const {
    std::vector<PayloadItem> found;
    std::size_t at = event.payload_begin;
    const std::size_t end = at + event.payload_bytes;
    while (at < end) {
        PayloadItem item;
        std::uint32_t captured = 0;
        item.argument = payload[at];
        std::memcpy(&captured, &payload[at + 1], sizeof captured);
        std::memcpy(&item.full_bytes, &payload[at + 5], sizeof item.full_bytes);
        item.bytes = std::span(payload).subspan(at + kHeaderBytes, captured);
        found.push_back(item);
        at += kHeaderBytes + captured;
    }
    return found;
}

PayloadItem Trace::item(const Event& event, std::uint8_t argument) const {
    for (const PayloadItem& item : items(event))
        if (item.argument == argument) return item;
    return {};
}

std::string_view name(EventKind kind) {
    switch (kind) {
        case EventKind::syscall:
            return "syscall";
        case EventKind::blocked:
            return "blocked";
        case EventKind::woken:
            return "woken";
        case EventKind::switched:
            return "switched";
        case EventKind::signal_sent:
            return "signal_sent";
        case EventKind::signal_delivered:
            return "signal_delivered";
        case EventKind::signal_returned:
            return "signal_returned";
        case EventKind::forked:
            return "forked";
        case EventKind::executed:
            return "executed";
        case EventKind::exited:
            return "exited";
        case EventKind::reaped:
            return "reaped";
        case EventKind::reparented:
            return "reparented";
        case EventKind::output:
            return "output";
        case EventKind::input:
            return "input";
        case EventKind::packet:
            return "packet";
        case EventKind::explained:
            return "explained";
    }
    return "?";
}

}  // namespace ipclab::kernel
