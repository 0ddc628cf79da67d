#include "sim/trace/json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "kernel/capture.h"
#include "kernel/result.h"
#include "kernel/utf8.h"
#include "sim/trace/decode.h"
#include "sim/trace/flags.h"
#include "sim/trace/format.h"

namespace ipclab::trace {

namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::ObjectKind;
using Json = nlohmann::json;

constexpr std::array<std::string_view, 23> kObjectKinds{
    "none",          "task",    "process", "file",    "inode",    "pipe",  "stream",  "memory", "clock",       "space", "message_queue",
    "semaphore_set", "segment", "eventfd", "timerfd", "signalfd", "epoll", "inotify", "socket", "posix_queue", "terminal", "pty_master", "link"};
static_assert(kObjectKinds.size() == static_cast<std::size_t>(ObjectKind::link) + 1);

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_call(EventKind kind) {
    return kind == EventKind::syscall || kind == EventKind::blocked;
}

bool is_signal(EventKind kind) {
    return kind == EventKind::signal_sent || kind == EventKind::signal_delivered ||
           kind == EventKind::signal_returned;
}

template <class Number>
void append_field(std::string& out, std::string_view name, Number value) {
    out.append(",\"").append(name).append("\":");
    append_number(out, value);
}

void append_text_field(std::string& out, std::string_view name, std::string_view text) {
    out.append(",\"").append(name).append("\":");
    append_json_string(out, text);
}

void append_payload_item(std::string& out, const kernel::PayloadItem& item) {
    out += "{\"argument\":";
    append_number(out, std::uint64_t{item.argument});
    if (item.full_bytes != item.bytes.size()) append_field(out, "full_bytes", item.full_bytes);
    if (std::all_of(item.bytes.begin(), item.bytes.end(), [](std::uint8_t byte) { return byte < 0x80; })) {
        append_text_field(out, "text", item.text());
    } else {
        out += ",\"hex\":\"";
        for (std::uint8_t byte : item.bytes) {
            out += kHexDigits[byte >> 4];
            out += kHexDigits[byte & 15];
        }
        out += '"';
    }
    out += '}';
}

/// Thrown inside from_json only.
struct Wrong {
    std::string field, message;
};

/// An integer field that has to fit the member it goes to.
template <class T>
void read_number(const Json& object, const char* field, T& member) {
    auto it = object.find(field);
    if (it == object.end()) return;
    if (!it->is_number_integer()) throw Wrong{field, "must be a whole number"};
    bool fits = false;
    if (it->is_number_unsigned()) {
        const auto value = it->get<std::uint64_t>();
        fits = value <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
        member = static_cast<T>(value);
    } else {
        const auto value = it->get<std::int64_t>();
        fits = std::in_range<T>(value);
        member = static_cast<T>(value);
    }
    if (!fits) throw Wrong{field, "is out of range"};
}

template <class Id>
void read_id(const Json& object, const char* field, Id& member) {
    read_number(object, field, member.value);
}

void require(const Json& object, const char* field) {
    if (!object.contains(field)) throw Wrong{field, "is missing"};
}

EventKind read_kind(const Json& object) {
    require(object, "event");
    const Json& value = object["event"];
    if (!value.is_string()) throw Wrong{"event", "must be a text"};
    for (int kind = 0; kind < kernel::kEventKinds; ++kind)
        if (kernel::name(static_cast<EventKind>(kind)) == value.get_ref<const std::string&>())
            return static_cast<EventKind>(kind);
    throw Wrong{"event", "there is no kind of event of this name"};
}

void read_args(const Json& object, Event& event) {
    auto it = object.find("args");
    if (it == object.end()) return;
    if (!it->is_array() || it->size() != event.args.size())
        throw Wrong{"args", "must be a list of six numbers"};
    for (std::size_t i = 0; i < event.args.size(); ++i) {
        if (!(*it)[i].is_number_unsigned()) throw Wrong{"args", "must be a list of six numbers from 0 on"};
        event.args[i] = (*it)[i].get<std::uint64_t>();
    }
}

void read_object(const Json& object, Event& event) {
    auto it = object.find("object");
    if (it == object.end()) return;
    if (!it->is_object() || !it->contains("kind") || !(*it)["kind"].is_string())
        throw Wrong{"object", "must have a kind and an id"};
    const auto kind =
        std::find(kObjectKinds.begin(), kObjectKinds.end(), (*it)["kind"].get_ref<const std::string&>());
    if (kind == kObjectKinds.end()) throw Wrong{"object", "there is no kind of object of this name"};
    event.object.kind = static_cast<ObjectKind>(kind - kObjectKinds.begin());
    read_number(*it, "id", event.object.id);
}

std::string read_hex(const std::string& hex) {
    if (hex.size() % 2 != 0) throw Wrong{"payload", "hex needs two digits for each byte"};
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const std::size_t high = kHexDigits.find(hex[i]), low = kHexDigits.find(hex[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos)
            throw Wrong{"payload", "hex has other characters than 0 to 9 and a to f"};
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

void read_payload(const Json& object, kernel::Trace& trace) {
    auto it = object.find("payload");
    if (it == object.end()) return;
    if (!it->is_array()) throw Wrong{"payload", "must be a list"};
    for (const Json& item : *it) {
        if (!item.is_object()) throw Wrong{"payload", "must be a list of objects"};
        std::uint8_t argument = 0;
        read_number(item, "argument", argument);
        std::string bytes;
        auto text = item.find("text"), hex = item.find("hex");
        if (text != item.end() && text->is_string())
            bytes = text->get<std::string>();
        else if (hex != item.end() && hex->is_string())
            bytes = read_hex(hex->get_ref<const std::string&>());
        else
            throw Wrong{"payload", "each item needs text or hex"};
        std::uint64_t full_bytes = bytes.size();
        read_number(item, "full_bytes", full_bytes);
        if (full_bytes < bytes.size()) throw Wrong{"payload", "full_bytes is less than what is there"};
        trace.add_payload(argument, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                          full_bytes);
    }
}

void read_event(const Json& object, kernel::Trace& trace) {
    if (!object.is_object()) throw Wrong{"", "each line must be one object"};
    Event event;
    event.kind = read_kind(object);
    for (const char* field : {"time_ns", "task", "process"}) require(object, field);
    read_number(object, "time_ns", event.time_ns);
    read_number(object, "start_ns", event.start_ns);
    read_number(object, "cpu", event.cpu);
    read_number(object, "number", event.number);
    read_id(object, "task", event.task);
    read_id(object, "process", event.process);
    read_number(object, "other", event.other);
    read_number(object, "result", event.result);
    read_args(object, event);
    read_object(object, event);
    if (auto source = object.find("source"); source != object.end()) {
        if (!source->is_object()) throw Wrong{"source", "must have a file and a line"};
        read_number(*source, "file", event.source.file);
        read_number(*source, "line", event.source.line);
    }
    trace.add(event);
    read_payload(object, trace);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += kHexDigits[byte >> 4];
            out += kHexDigits[byte & 15];
        } else if (byte < 0x80) {
            out += c;
        } else if (const std::size_t length = kernel::utf8_length(text.substr(i)); length > 0) {
            out.append(text.substr(i, length));
            i += length - 1;
        } else {
            out += "\\ufffd";
        }
    }
    out += '"';
}

void append_json(std::string& out, const kernel::Trace& trace, const Event& event) {
    out += "{\"time_ns\":";
    append_number(out, event.time_ns);
    append_text_field(out, "event", kernel::name(event.kind));
    append_field(out, "task", std::int64_t{event.task.value});
    append_field(out, "process", std::int64_t{event.process.value});
    if (event.start_ns != 0) append_field(out, "start_ns", event.start_ns);
    if (event.cpu != 0) append_field(out, "cpu", std::uint64_t{event.cpu});
    if (event.number != 0) append_field(out, "number", std::uint64_t{event.number});
    if (event.other != 0) append_field(out, "other", std::int64_t{event.other});
    if (event.result != 0) append_field(out, "result", event.result);
    if (std::any_of(event.args.begin(), event.args.end(), [](std::uint64_t arg) { return arg != 0; })) {
        out += ",\"args\":[";
        for (std::size_t i = 0; i < event.args.size(); ++i) {
            if (i > 0) out += ',';
            append_number(out, event.args[i]);
        }
        out += ']';
    }
    if (event.object != kernel::ObjectRef{}) {
        out += ",\"object\":{\"kind\":";
        append_json_string(out, kObjectKinds[static_cast<std::size_t>(event.object.kind)]);
        append_field(out, "id", std::int64_t{event.object.id});
        out += '}';
    }
    if (event.source != kernel::SourceLine{}) {
        out += ",\"source\":{\"file\":";
        append_number(out, std::uint64_t{event.source.file});
        append_field(out, "line", std::uint64_t{event.source.line});
        out += '}';
    }
    if (event.payload_bytes > 0) {
        out += ",\"payload\":[";
        bool is_first = true;
        for (const kernel::PayloadItem& item : trace.items(event)) {
            if (!is_first) out += ',';
            is_first = false;
            append_payload_item(out, item);
        }
        out += ']';
    }
    if (is_call(event.kind)) {
        append_text_field(out, "call", CallView(trace, event).name());
        if (event.kind == EventKind::syscall && event.result < 0 && event.result >= -4095)
            append_text_field(out, "errno", kernel::errno_name(static_cast<kernel::Errno>(-event.result)));
        append_text_field(out, "line", format_call(trace, event));
    } else if (is_signal(event.kind)) {
        std::string signal;
        append_signal(signal, event.number);
        append_text_field(out, "signal", signal);
    }
    out += "}\n";
}

std::string to_json(const kernel::Trace& trace) {
    std::string out;
    out.reserve(trace.events.size() * 256);
    for (const Event& event : trace.events) append_json(out, trace, event);
    return out;
}

std::string JsonError::text() const {
    return "line " + std::to_string(line) + ": " + (field.empty() ? "" : "\"" + field + "\" ") + message;
}

JsonTrace from_json(std::string_view lines) {
    JsonTrace read;
    for (std::size_t line = 1; !lines.empty(); ++line) {
        const std::size_t end = lines.find('\n');
        const std::string_view text = lines.substr(0, end);
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
        if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const std::size_t events = read.trace.events.size(), payload = read.trace.payload.size();
        try {
            read_event(Json::parse(text), read.trace);
            continue;
        } catch (const Wrong& wrong) {
            read.error = JsonError{line, wrong.field, wrong.message};
        } catch (const Json::parse_error& error) {
            read.error = JsonError{line, "", "is not JSON at column " + std::to_string(error.byte)};
        }
        read.trace.events.resize(events);
        read.trace.payload.resize(payload);
        break;
    }
    return read;
}

}  // namespace ipclab::trace
