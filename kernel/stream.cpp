// Streams: reading what came from the world outside, and writing to it.
#include "kernel/stream.h"

#include <algorithm>
#include <array>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

/// How many bytes the next read may take: a terminal gives a line at a time, and only whole ones, or what
/// stands before an end of file (termios(3): canonical mode).
std::uint64_t available(const Stream& stream) {
    if (stream.kind != StreamKind::terminal) return stream.input.size();
    const std::size_t line_end = stream.input.find('\n');
    if (line_end != stream.input.npos) return line_end + 1;
    return stream.input_ended ? stream.input.size() : 0;
}

bool has_something(const Stream& stream) {
    return available(stream) > 0 || stream.input_ended;
}

void emit_output(Call& call, StreamId stream, int number, std::span<const std::uint8_t> bytes) {
    if (!call.trace) return;
    Event event = event_now(call.kernel, EventKind::output, call.task);
    event.object = ref(stream);
    event.result = number;
    call.trace->add(event);
    call.trace->add_payload(0, bytes, bytes.size());
}

/// Somebody outside appends to the file.
void grow_file(Kernel& kernel, InodeId file, std::string_view bytes) {
    if (!kernel.inodes.contains(file)) return;
    MemoryObject& memory = kernel.memory.write(kernel.inodes[file].memory);
    memory.write(memory.size(), {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

constexpr std::uint64_t kUnreadMax = 1 << 26;  // bytes typed ahead and not yet read

}  // namespace

StreamId input_side(const Kernel& kernel, StreamId stream) {
    const StreamId keyboard = standard_stream(0);
    const bool both_terminal = kernel.streams[stream].kind == StreamKind::terminal &&
                               kernel.streams[keyboard].kind == StreamKind::terminal;
    return both_terminal ? keyboard : stream;
}

namespace {

Outcome read_stream(Call& call, FileId, const File& file, Transfer& to) {
    Kernel& kernel = call.kernel;
    const StreamId id = input_side(kernel, file.stream());
    call.object = ref(id);
    if (to.total() == 0) return Outcome::done(0);
    if (!has_something(kernel.streams[id])) {
        if (file.flags & kONonBlock) return Outcome::fail(Errno::eagain);
        return call.block(ref(id), WaitFor::readable);
    }
    Stream& stream = kernel.streams.write(id);
    const std::uint64_t bytes = std::min<std::uint64_t>(available(stream), to.left());
    const std::span all(reinterpret_cast<const std::uint8_t*>(stream.input.data()), bytes);
    const std::uint64_t copied = to.copy_out(all);
    const bool faulted = copied == 0 && bytes > 0;
    const bool ends_line = copied > 0 && stream.input[copied - 1] == '\n';
    stream.input.erase(0, copied);
    // termios(3): the end-of-file key hands over what stands before it in the line; where that is nothing,
    // the read gives 0. It ends that one read, not the terminal. A pipe or a file stays at its end.
    if (stream.kind == StreamKind::terminal && stream.input.empty() && !ends_line && !faulted)
        stream.input_ended = false;
    call.charge_copy(copied);
    if (call.pending.has_slept && has_something(kernel.streams[id]))
        call.wake(ref(id), WaitFor::readable, Wake::one);
    if (faulted) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(copied));
}

Outcome write_stream(Call& call, FileId, const File& file, Transfer& from) {
    Kernel& kernel = call.kernel;
    const Stream& stream = kernel.streams[file.stream()];
    std::array<std::uint8_t, kPageSize> buffer;
    while (from.left() > 0) {
        const std::uint64_t size = kernel.memory[stream.output].size();
        if (size >= kernel.limits.file_bytes) {
            explain(kernel, call.task, "the output is longer than the simulator keeps: EFBIG", call.trace);
            if (from.done() == 0) return Outcome::fail(Errno::efbig);
            break;
        }
        const std::uint64_t wanted = std::min<std::uint64_t>(from.left(), buffer.size());
        const std::uint64_t before = from.done();
        const auto bytes = std::span(buffer).first(from.copy_in(std::span(buffer).first(wanted)));
        if (bytes.empty() && before == 0) return Outcome::fail(Errno::efault);
        if (bytes.empty()) break;
        kernel.memory.write(stream.output).write(size, bytes);
        emit_output(call, file.stream(), stream.output_number, bytes);
        if (bytes.size() < wanted) break;
    }
    call.charge_copy(from.done());
    return Outcome::done(static_cast<std::int64_t>(from.done()));
}

std::uint64_t bytes_to_read(const Kernel& kernel, const File& file) {
    return available(kernel.streams[input_side(kernel, file.stream())]);
}

std::uint32_t ready_stream(const Kernel& kernel, const File& file) {
    constexpr std::uint32_t kIn = kPollIn | kPollRdNorm, kOut = kPollOut | kPollWrNorm;
    const Stream& stream = kernel.streams[input_side(kernel, file.stream())];
    const bool has_bytes = available(stream) > 0;
    switch (stream.kind) {
        case StreamKind::terminal:
            // termios(3): the end-of-file key is something to read, too.
            return (has_bytes || stream.input_ended ? kIn : 0) | kOut;
        case StreamKind::pipe:
            if (file.writable()) return kOut;
            return (has_bytes ? kIn : 0) | (stream.input_ended ? std::uint32_t{kPollHup} : 0);
        case StreamKind::file:
            return kIn | kOut;
    }
    return kIn | kOut;
}

/// There is always room for output: only input is waited for.
void add_stream_waits(const Kernel& kernel, const File& file, std::uint32_t, std::vector<WaitPoint>& waits) {
    add_wait(waits, ref(input_side(kernel, file.stream())), WaitFor::readable);
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

void write_to_stream(Call& call, const File& file, std::string_view bytes) {
    const Stream& stream = call.kernel.streams[file.stream()];
    const std::span all(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    const std::uint64_t size = call.kernel.memory[stream.output].size();
    call.kernel.memory.write(stream.output).write(size, all);
    emit_output(call, file.stream(), stream.output_number, all);
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
            emit_output(call, id, stream.output_number, piece.first(got));
            at += got;
        }
    }
}

void feed_input(Kernel& kernel, StreamId id, std::string_view bytes, Trace* trace) {
    Stream& stream = kernel.streams.write(id);
    bytes = bytes.substr(0, kUnreadMax - std::min<std::size_t>(kUnreadMax, stream.input.size()));
    if (bytes.empty())
        stream.input_ended = true;
    else if (stream.kind == StreamKind::file)
        grow_file(kernel, stream.file, bytes);
    else
        stream.input += bytes;
    if (trace) {
        Event event = event_now(kernel, EventKind::input, {});
        event.object = ref(id);
        trace->add(event);
        trace->add_payload(0, bytes);
    }
    const Wake how = kernel.streams[id].input_ended ? Wake::all : Wake::one;
    if (has_something(kernel.streams[id])) wake(kernel, ref(id), WaitFor::readable, how, {}, trace);
}

}  // namespace ipclab::kernel
