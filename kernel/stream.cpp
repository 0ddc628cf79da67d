// Streams: reading what came from the world outside, and writing to it.
#include "kernel/stream.h"

#include <algorithm>
#include <array>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/line_discipline.h"
#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

bool is_terminal(const Stream& stream) {
    return stream.kind == StreamKind::terminal;
}

bool has_something(const Stream& stream) {
    return !stream.input.empty() || stream.input_ended;
}

/// What is written to the standard terminal by way of its keyboard is shown where standard output is.
StreamId shown_at(const Kernel& kernel, StreamId stream) {
    const bool is_keyboard = stream == standard_stream(0) && is_terminal(kernel.streams[stream]);
    return is_keyboard && is_terminal(kernel.streams[standard_stream(1)]) ? standard_stream(1) : stream;
}

void emit_output(const Kernel& kernel, Tid task, StreamId stream, std::span<const std::uint8_t> bytes,
                 Trace* trace) {
    if (!trace) return;
    Event event = event_now(kernel, EventKind::output, task);
    event.object = ref(stream);
    event.result = kernel.streams[stream].output_number;
    trace->add(event);
    trace->add_payload(0, bytes, bytes.size());
}

/// Somebody outside appends to the file.
void grow_file(Kernel& kernel, InodeId file, std::string_view bytes) {
    if (!kernel.inodes.contains(file)) return;
    MemoryObject& memory = kernel.memory.write(kernel.inodes[file].memory);
    memory.write(memory.size(), {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

constexpr std::uint64_t kUnreadMax = 1 << 26;  // bytes typed ahead and not yet read

Outcome read_stream(Call& call, FileId, const File& file, Transfer& to) {
    Kernel& kernel = call.kernel;
    const StreamId id = file.stream();
    if (is_terminal(kernel.streams[id])) {
        const TerminalId terminal = kernel.streams[id].terminal;
        call.object = terminal_object(kernel, terminal);
        return read_terminal(call, file, terminal, to);
    }
    if (to.total() == 0) return Outcome::done(0);
    if (!has_something(kernel.streams[id])) {
        if (file.flags & kONonBlock) return Outcome::fail(Errno::eagain);
        return call.block(ref(id), WaitFor::readable);
    }
    Stream& stream = kernel.streams.write(id);
    const std::uint64_t bytes = std::min<std::uint64_t>(stream.input.size(), to.left());
    const std::span all(reinterpret_cast<const std::uint8_t*>(stream.input.data()), bytes);
    const std::uint64_t copied = to.copy_out(all);
    stream.input.erase(0, copied);
    call.charge_copy(copied);
    if (call.pending.has_slept && has_something(kernel.streams[id]))
        call.wake(ref(id), WaitFor::readable, Wake::one);
    if (copied == 0 && bytes > 0) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(copied));
}

Outcome write_stream(Call& call, FileId, const File& file, Transfer& from) {
    Kernel& kernel = call.kernel;
    const StreamId id = shown_at(kernel, file.stream());
    if (is_terminal(kernel.streams[id]))
        return write_terminal(call, file, kernel.streams[id].terminal, id, from);
    std::array<std::uint8_t, kPageSize> buffer;
    while (from.left() > 0) {
        const std::uint64_t wanted = std::min<std::uint64_t>(from.left(), buffer.size());
        if (!stream_has_room(kernel, id, wanted)) {
            explain(kernel, call.task, "the output is longer than the simulator keeps: EFBIG", call.trace);
            if (from.done() == 0) return Outcome::fail(Errno::efbig);
            break;
        }
        const std::uint64_t before = from.done();
        const auto bytes = std::span(buffer).first(from.copy_in(std::span(buffer).first(wanted)));
        if (bytes.empty() && before == 0) return Outcome::fail(Errno::efault);
        if (bytes.empty()) break;
        put_to_stream(kernel, id, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, call.task,
                      call.trace);
        if (bytes.size() < wanted) break;
    }
    call.charge_copy(from.done());
    return Outcome::done(static_cast<std::int64_t>(from.done()));
}

std::uint64_t bytes_to_read(const Kernel& kernel, const File& file) {
    const Stream& stream = kernel.streams[file.stream()];
    return is_terminal(stream) ? input_bytes(kernel.terminals[stream.terminal]) : stream.input.size();
}

std::uint32_t ready_stream(const Kernel& kernel, const File& file) {
    constexpr std::uint32_t kIn = kPollIn | kPollRdNorm, kOut = kPollOut | kPollWrNorm;
    const Stream& stream = kernel.streams[file.stream()];
    switch (stream.kind) {
        case StreamKind::terminal: {
            const Terminal& terminal = kernel.terminals[stream.terminal];
            return (has_input(terminal, Asks::poll) ? kIn : 0) | (is_writable(terminal) ? kOut : 0);
        }
        case StreamKind::pipe:
            if (file.writable()) return kOut;
            return (stream.input.empty() ? 0 : kIn) | (stream.input_ended ? std::uint32_t{kPollHup} : 0);
        case StreamKind::file:
            return kIn | kOut;
    }
    return kIn | kOut;
}

/// There is always room for output, except where ^S has stopped a terminal.
void add_stream_waits(const Kernel& kernel, const File& file, std::uint32_t events,
                      std::vector<WaitPoint>& waits) {
    const Stream& stream = kernel.streams[file.stream()];
    const ObjectRef object =
        is_terminal(stream) ? terminal_object(kernel, stream.terminal) : ref(file.stream());
    add_wait(waits, object, WaitFor::readable);
    if (is_terminal(stream) && (events & kPollOut)) add_wait(waits, object, WaitFor::writable);
}

AbiStat stream_status(const Kernel& kernel, const File& file) {
    const StreamId id = file.stream();
    const Stream& stream = kernel.streams[id];
    switch (stream.kind) {
        case StreamKind::terminal: {
            // One terminal on all three descriptors.
            AbiStat stat = nameless_status(kTerminalDevice, 3, kModeCharacter | 0620);
            stat.special_device = device_number(136, 0);
            stat.block_size = 1024;
            return stat;
        }
        case StreamKind::pipe:
            return nameless_status(kPipeDevice, id.value, kModeFifo | 0600);
        case StreamKind::file:
            break;
    }
    AbiStat stat = nameless_status(kRootDevice, id.value, kModeRegular | 0644);
    set_size(stat, stream.input.size() + kernel.memory[stream.output].size());
    return stat;
}

}  // namespace

const FileOperations kStreamOperations{.object = [](const File& file) { return ref(file.stream()); },
                                       .read = read_stream,
                                       .write = write_stream,
                                       .ready = ready_stream,
                                       .add_waits = add_stream_waits,
                                       .bytes_to_read = bytes_to_read,
                                       .control = control_terminal,
                                       .status = stream_status};

TerminalId terminal_of(const Kernel& kernel, const File& file) {
    if (file.kind == FileKind::stream) return kernel.streams[file.stream()].terminal;
    return file.kind == FileKind::master || file.kind == FileKind::slave ? file.terminal() : TerminalId{};
}

bool stream_has_room(const Kernel& kernel, StreamId id, std::uint64_t bytes) {
    return kernel.memory[kernel.streams[id].output].size() + bytes <= kernel.limits.file_bytes;
}

void put_to_stream(Kernel& kernel, StreamId id, std::string_view bytes, Tid task, Trace* trace) {
    const std::span all(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    const StreamId shown = shown_at(kernel, id);
    const MemoryId output = kernel.streams[shown].output;
    const std::uint64_t size = kernel.memory[output].size();
    kernel.memory.write(output).write(size, all);
    emit_output(kernel, task, shown, all, trace);
}

void write_to_stream(Call& call, const File& file, std::string_view bytes) {
    put_to_stream(call.kernel, file.stream(), bytes, call.task, call.trace);
}

void report_output(Call& call, InodeId file, std::uint64_t begin, std::uint64_t end) {
    if (!call.trace) return;
    for (int descriptor : {1, 2}) {
        const StreamId id = standard_stream(descriptor);
        const Stream& stream = call.kernel.streams[id];
        if (stream.kind != StreamKind::file || stream.file != file) continue;
        std::array<std::uint8_t, kPageSize> buffer;
        for (std::uint64_t at = begin; at < end;) {
            const auto piece = std::span(buffer).first(std::min<std::uint64_t>(end - at, buffer.size()));
            const std::uint64_t got = call.kernel.memory[stream.output].read(at, piece);
            if (got == 0) break;
            emit_output(call.kernel, call.task, id, piece.first(got), call.trace);
            at += got;
        }
    }
}

void feed_input(Kernel& kernel, StreamId id, std::string_view bytes, Trace* trace) {
    const TerminalId terminal = kernel.streams[id].terminal;
    const std::size_t room =
        terminal ? room_to_type(kernel.terminals[terminal])
                 : kUnreadMax - std::min<std::size_t>(kUnreadMax, kernel.streams[id].input.size());
    const bool is_end = bytes.empty();
    bytes = bytes.substr(0, room);
    if (trace) {
        Event event = event_now(kernel, EventKind::input, {});
        event.object = ref(id);
        trace->add(event);
        trace->add_payload(0, bytes);
    }
    if (terminal) {
        // At a terminal the end of the input is a key.
        constexpr std::string_view kEndOfFileKey = "\x04";
        type_in(kernel, terminal, is_end ? kEndOfFileKey : bytes, {}, trace);
        return;
    }
    Stream& stream = kernel.streams.write(id);
    if (is_end)
        stream.input_ended = true;
    else if (stream.kind == StreamKind::file)
        grow_file(kernel, stream.file, bytes);
    else
        stream.input += bytes;
    const Wake how = stream.input_ended ? Wake::all : Wake::one;
    if (has_something(kernel.streams[id])) wake(kernel, ref(id), WaitFor::readable, how, {}, trace);
}

}  // namespace ipclab::kernel
