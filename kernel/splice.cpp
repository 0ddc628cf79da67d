// splice(2), tee(2), vmsplice(2), sendfile(2), copy_file_range(2), as Linux's fs/splice.c has them: pages of a pipe are handed on, not copied. So they cost
// no copying, keep their boundaries, and a later write is not merged into one that came from elsewhere.
//
// The world outside (standard input and output, where they are pipes) counts as a pipe without an end to its capacity.
// What Linux takes from the caller's memory with vmsplice() is its pages: what is written there later is seen in the
// pipe. Here the bytes are those of the moment of the call.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/inotify.h"
#include "kernel/signals.h"
#include "kernel/splice.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kAllFlags = 15;  // SPLICE_F_MOVE, NONBLOCK, MORE, GIFT

bool has_readers(const Kernel& kernel, const File& file) {
    return !file.is_pipe() || has_end(kernel, file.pipe(), FileKind::pipe_read);
}
Outcome broken_pipe(Call& call) {
    send_to_task(call.kernel, call.task,
                 {.signal = kSigPipe, .sender = call.pid, .sender_uid = static_cast<std::int32_t>(kUser)},
                 call.trace);
    return Outcome::fail(Errno::epipe);
}

}  // namespace

bool is_stream(const Kernel& kernel, const File& file) {
    return file.kind == FileKind::stream && kernel.streams[file.stream()].kind == StreamKind::pipe;
}
bool is_pipe(const Kernel& kernel, const File& file) {
    return file.is_pipe() || is_stream(kernel, file);
}
bool is_empty(const Kernel& kernel, const File& file) {
    return file.is_pipe() ? kernel.pipes[file.pipe()].slots.empty()
                          : kernel.streams[file.stream()].input.empty();
}
/// Of a stream: more output than the simulator keeps.
bool is_full(const Kernel& kernel, const File& file) {
    if (file.is_pipe()) return kernel.pipes[file.pipe()].is_full();
    return kernel.memory[kernel.streams[file.stream()].output].size() >= kernel.limits.file_bytes;
}
/// The most that one page takes.
std::uint64_t page_bytes(const Kernel& kernel, const File& file) {
    return file.is_pipe() ? kernel.pipes[file.pipe()].slot_bytes : kPageSize;
}
std::uint64_t place_bytes(const Kernel& kernel, const File& file) {
    return file.is_pipe() ? most_in_slot(kernel.pipes[file.pipe()]) : kRunOfPagesMax;
}
bool has_writers(const Kernel& kernel, const File& file) {
    return file.is_pipe() ? has_end(kernel, file.pipe(), FileKind::pipe_write)
                          : !kernel.streams[file.stream()].input_ended;
}
PipeSlot shared_page(std::string bytes, Pid writer, std::uint64_t offset, Fragment fragment) {
    PipeSlot page;
    const auto count = static_cast<std::uint32_t>(bytes.size());
    page.bytes = std::move(bytes);
    page.used = static_cast<std::uint32_t>(offset) + count;
    page.is_shared = true;
    page.fragment = fragment;
    page.runs = {{count, writer}};
    return page;
}
/// The next page, or as much of it as is wanted; taken out, or only looked at (`skip` pages behind the front).
PipeSlot take_page(Call& call, const File& from, std::uint64_t most) {
    if (from.is_pipe()) {
        Pipe& pipe = call.kernel.pipes.write(from.pipe());
        const bool was_full = pipe.is_full();
        PipeSlot page = take_slot(pipe, most);
        if (was_full && !pipe.is_full()) call.wake(ref(from.pipe()), WaitFor::writable, Wake::one);
        return page;
    }
    Stream& stream = call.kernel.streams.write(from.stream());
    PipeSlot page = shared_page(stream.input.substr(0, std::min(most, kPageSize)), Pid{});
    stream.input.erase(0, page.bytes.size());
    return page;
}

void put_page(Call& call, const File& to, PipeSlot page) {
    if (!to.is_pipe()) return write_to_stream(call, to, page.bytes);
    Pipe& pipe = call.kernel.pipes.write(to.pipe());
    const bool was_empty = pipe.slots.empty();
    put_slot(pipe, std::move(page));
    if (was_empty) call.wake(ref(to.pipe()), WaitFor::readable, Wake::one);
}

// fs/pipe.c, pipe_wait_readable() and pipe_wait_writable(): not exclusive, for what is tee()d is left for a reader.

/// Nothing where the pipe has room for a page (fs/splice.c, wait_for_space()).
std::optional<Outcome> wait_for_room(Call& call, const File& out, bool may_wait) {
    if (!has_readers(call.kernel, out)) return broken_pipe(call);
    if (!is_full(call.kernel, out)) return {};
    if (!out.is_pipe()) {
        explain(call.kernel, call.task, "the output is longer than the simulator keeps: EFBIG", call.trace);
        return Outcome::fail(Errno::efbig);
    }
    if (!may_wait) return Outcome::fail(Errno::eagain);
    return block_beside_others(call, object_of(out), WaitFor::writable);
}

/// Nothing where there is something to take; 0 at the end of file.
std::optional<Outcome> wait_for_data(Call& call, const File& in, bool may_wait) {
    if (!is_empty(call.kernel, in)) return {};
    if (!has_writers(call.kernel, in)) return Outcome::done(0);
    if (!may_wait) return Outcome::fail(Errno::eagain);
    return block_beside_others(call, object_of(in), WaitFor::readable);
}

namespace {

Outcome pipe_to_pipe(Call& call, const File& in, const File& out, std::uint64_t bytes, bool may_wait) {
    // fs/splice.c: that nobody reads is seen before the end of what is read.
    if (has_writers(call.kernel, in))
        if (auto waits = wait_for_data(call, in, may_wait)) return std::move(*waits);
    if (auto waits = wait_for_room(call, out, may_wait)) return std::move(*waits);
    std::uint64_t done = 0;
    while (done < bytes && !is_empty(call.kernel, in) && !is_full(call.kernel, out)) {
        PipeSlot page = take_page(call, in, std::min(bytes - done, place_bytes(call.kernel, out)));
        done += page.bytes.size();
        put_page(call, out, std::move(page));
    }
    return Outcome::done(static_cast<std::int64_t>(done));
}

/// Where a call transfers to or from a file: at an offset of the caller's, which is moved, or at the description's.
struct Place {
    std::uint64_t address = 0;  ///< of the caller's offset; 0: none
    std::uint64_t offset = 0;
};

Outcome finish_at(Call& call, FileId file, const Place& place, std::uint64_t done) {
    const std::uint64_t after = place.offset + done;
    if (!place.address)
        call.kernel.files.write(file).offset = after;
    else if (!call.memory().write_object(place.address, after))
        return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(done));
}

Outcome pipe_to_file(Call& call, const File& in, FileId out_id, const Place& place, std::uint64_t bytes,
                     bool may_wait) {
    Kernel& kernel = call.kernel;
    const File out = kernel.files[out_id];
    if (auto waits = wait_for_data(call, in, may_wait)) return std::move(*waits);
    std::uint64_t done = 0;
    while (done < bytes && !is_empty(kernel, in)) {
        if (out.kind == FileKind::regular) {
            // A page that does not fit into the file stays in the pipe.
            const std::uint64_t end = place.offset + done + std::min(bytes - done, kPageSize);
            const auto room = room_for(kernel, out.inode, end);
            if (!room && done == 0) return Outcome::fail(room.error());
            if (!room) break;
        }
        const PipeSlot page = take_page(call, in, bytes - done);
        if (out.kind == FileKind::regular) {
            const std::uint64_t at = place.offset + done;
            kernel.memory.write(kernel.inodes[out.inode].memory)
                .write(at, {reinterpret_cast<const std::uint8_t*>(page.bytes.data()), page.bytes.size()});
            report_output(call, out.inode, at, at + page.bytes.size());
        }
        done += page.bytes.size();
    }
    if (out.kind != FileKind::regular) return Outcome::done(static_cast<std::int64_t>(done));
    kernel.inodes.write(out.inode).modified_ns = kernel.now_ns;
    if (done > 0) note_file(kernel, out, kInModify, Cause(call));
    return finish_at(call, out_id, place, done);
}

Outcome file_to_pipe(Call& call, FileId in_id, const Place& place, const File& out, std::uint64_t bytes,
                     bool may_wait) {
    Kernel& kernel = call.kernel;
    if (auto waits = wait_for_room(call, out, may_wait)) return std::move(*waits);
    const MemoryObject& memory = kernel.memory[kernel.inodes[kernel.files[in_id].inode].memory];
    std::uint64_t done = 0;
    while (done < bytes && !is_full(kernel, out)) {
        const std::uint64_t at = place.offset + done;
        // The pages of the file become pages of the pipe: a transfer never crosses one.
        std::string content(std::min({bytes - done, kPageSize - at % kPageSize, page_bytes(kernel, out)}), 0);
        const std::uint64_t got =
            memory.read(at, {reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
        if (got == 0) break;
        content.resize(got);
        put_page(call, out, shared_page(std::move(content), call.pid, at % kPageSize));
        done += got;
    }
    if (done > 0) note_file(kernel, kernel.files[in_id], kInAccess, Cause(call));
    return finish_at(call, in_id, place, done);
}

Result<Place> place_of(Call& call, const File& file, int argument) {
    Place place{call.arg(argument), file.offset};
    if (!place.address) return place;
    const auto offset = call.memory().read_object<std::uint64_t>(place.address);
    if (!offset) return Errno::efault;
    place.offset = *offset;
    return place;
}

bool is_same_pipe(const File& a, const File& b) {
    return object_of(a) == object_of(b);
}

}  // namespace

Outcome sys_splice(Call& call) {
    Kernel& kernel = call.kernel;
    const std::uint64_t bytes = std::min(call.arg(4), kTransferMax);
    const auto flags = static_cast<std::uint32_t>(call.arg(5));
    if (bytes == 0) return Outcome::done(0);
    if (flags & ~kAllFlags) return Outcome::fail(Errno::einval);
    const auto out_id = description_of(call, static_cast<Fd>(call.arg(2)));
    const auto in_id = file_of(call, call.arg(0));
    if (!in_id || !out_id) return Outcome::fail(Errno::ebadf);
    const File in = kernel.files[*in_id], out = kernel.files[*out_id];
    const bool from_pipe = is_pipe(kernel, in), to_pipe = is_pipe(kernel, out);
    if ((from_pipe && call.arg(1)) || (to_pipe && call.arg(3))) return Outcome::fail(Errno::espipe);
    auto in_place = place_of(call, in, 1), out_place = place_of(call, out, 3);
    if (!in_place || !out_place) return Outcome::fail(Errno::efault);
    // fs/splice.c, do_splice(): the file's position is that of the call's begin, whoever has moved it meanwhile. That of a
    // socket is always 0.
    Place& place = from_pipe ? *out_place : *in_place;
    if (begins(call)) {
        call.pending.progress = place.offset;
        call.pending.completed = 0;
    } else {
        place.offset = call.pending.progress;
    }
    if (!in.readable() || !out.writable()) return Outcome::fail(Errno::ebadf);
    const bool may_wait = (flags & kDoNotBlock) == 0;
    if (from_pipe && to_pipe) {
        if (is_same_pipe(in, out)) return Outcome::fail(Errno::einval);
        return pipe_to_pipe(call, in, out, bytes, may_wait && blocks(call, in.flags | out.flags));
    }
    if (from_pipe) {
        // splice(2): EINVAL for a target that appends, and for one that cannot take pages.
        if (out.kind == FileKind::socket && !(out.flags & kOAppend) && !call.arg(3))
            return pipe_to_socket(call, in, out, bytes, may_wait && blocks(call, in.flags));
        const bool can = out.kind == FileKind::regular || out.kind == FileKind::null_device;
        if ((out.flags & kOAppend) || !can) return Outcome::fail(Errno::einval);
        if (static_cast<std::int64_t>(out_place->offset) < 0) return Outcome::fail(Errno::einval);
        return pipe_to_file(call, in, *out_id, *out_place, bytes, may_wait && blocks(call, in.flags));
    }
    if (to_pipe && in.kind == FileKind::socket && !call.arg(1))
        return socket_to_pipe(call, in, out, bytes, may_wait && blocks(call, out.flags), flags);
    if (!to_pipe || in.kind != FileKind::regular) return Outcome::fail(Errno::einval);
    if (static_cast<std::int64_t>(in_place->offset) < 0) return Outcome::fail(Errno::einval);
    return file_to_pipe(call, *in_id, *in_place, out, bytes, may_wait && blocks(call, out.flags));
}

Outcome sys_sendfile(Call& call) {
    Kernel& kernel = call.kernel;
    const std::uint64_t offset_address = call.arg(2);
    // fs/read_write.c, sys_sendfile64() and do_sendfile(): the order of their checks.
    if (offset_address && !call.memory().read_object<std::uint64_t>(offset_address))
        return Outcome::fail(Errno::efault);
    const auto in_id = description_of(call, static_cast<Fd>(call.arg(1)));
    if (!in_id || !kernel.files[*in_id].readable()) return Outcome::fail(Errno::ebadf);
    const File in = kernel.files[*in_id];
    const Seek seek = operations(in).seek;
    if (offset_address && (seek == Seek::none || seek == Seek::idle)) return Outcome::fail(Errno::espipe);
    const auto place = place_of(call, in, 2);
    if (!place) return Outcome::fail(place.error());
    if (static_cast<std::int64_t>(place->offset) < 0 || static_cast<std::int64_t>(call.arg(3)) < 0)
        return Outcome::fail(Errno::einval);
    const auto out_id = file_of(call, call.arg(0));
    if (!out_id || !kernel.files[*out_id].writable()) return Outcome::fail(Errno::ebadf);
    const File out = kernel.files[*out_id];
    // sendfile(2): the input has to be a file that could be mapped; the output may not be opened with O_APPEND.
    if (in.kind == FileKind::zero_device)
        explain(kernel, call.task, "sendfile from /dev/zero is not simulated: EINVAL", call.trace);
    if (in.kind != FileKind::regular || (out.flags & kOAppend) || !operations(out).write)
        return Outcome::fail(Errno::einval);
    const std::uint64_t bytes = std::min(call.arg(3), kTransferMax);
    if (is_pipe(kernel, out)) {
        if (bytes == 0) return Outcome::done(0);
        return file_to_pipe(call, *in_id, *place, out, bytes, !(out.flags & kONonBlock));
    }
    const MemoryObject& memory = kernel.memory[kernel.inodes[in.inode].memory];
    const std::uint64_t there = memory.size() > place->offset ? memory.size() - place->offset : 0;
    std::vector<std::uint8_t> content(std::min(bytes, there));
    memory.read(place->offset, content);
    if (content.empty()) return Outcome::done(0);
    Transfer data(call.memory());
    data.set_bytes(content);
    Outcome outcome = operations(out).write(call, *out_id, out, data);
    if (outcome.kind != Outcome::Kind::done || outcome.value <= 0) return outcome;
    note_file(kernel, in, kInAccess, Cause(call));
    note_file(kernel, out, kInModify, Cause(call));
    return finish_at(call, *in_id, *place, static_cast<std::uint64_t>(outcome.value));
}

Outcome sys_copy_file_range(Call& call) {
    Kernel& kernel = call.kernel;
    // fs/read_write.c, sys_copy_file_range(), then generic_file_rw_checks() and generic_copy_file_checks().
    const auto in_id = description_of(call, static_cast<Fd>(call.arg(0)));
    const auto out_id = file_of(call, call.arg(2));
    if (!in_id || !out_id) return Outcome::fail(Errno::ebadf);
    const File in = kernel.files[*in_id], out = kernel.files[*out_id];
    const auto from = place_of(call, in, 1), to = place_of(call, out, 3);
    if (!from || !to) return Outcome::fail(Errno::efault);
    if (static_cast<std::uint32_t>(call.arg(5)) != 0) return Outcome::fail(Errno::einval);
    if (in.kind == FileKind::directory || out.kind == FileKind::directory)
        return Outcome::fail(Errno::eisdir);
    if (in.kind != FileKind::regular || out.kind != FileKind::regular) return Outcome::fail(Errno::einval);
    if (!in.readable() || !out.writable() || (out.flags & kOAppend)) return Outcome::fail(Errno::ebadf);
    const Inode& source = kernel.inodes[in.inode];
    // Another file system.
    if (source.is_memfd != kernel.inodes[out.inode].is_memfd) return Outcome::fail(Errno::exdev);
    std::uint64_t bytes = call.arg(4);
    constexpr auto kOffsetMost = static_cast<std::uint64_t>(INT64_MAX);
    const auto overflows = [&](std::uint64_t at) { return at > kOffsetMost || bytes > kOffsetMost - at; };
    if (overflows(from->offset)) return Outcome::fail(Errno::eoverflow);
    if (to->offset > kOffsetMost || to->offset + bytes < to->offset) return Outcome::fail(Errno::eoverflow);
    const std::uint64_t size = kernel.memory[source.memory].size();
    bytes = std::min({bytes, size > from->offset ? size - from->offset : 0, kTransferMax});
    if (in.inode == out.inode && from->offset < to->offset + bytes && to->offset < from->offset + bytes)
        return Outcome::fail(Errno::einval);
    if (bytes == 0) return Outcome::done(0);
    std::vector<std::uint8_t> content(bytes);
    kernel.memory[source.memory].read(from->offset, content);
    Transfer data(call.memory());
    data.set_bytes(content);
    Outcome outcome = write_regular(call, *out_id, data, to->offset);
    if (outcome.value <= 0) return outcome;
    note_file(kernel, in, kInAccess, Cause(call));
    note_file(kernel, out, kInModify, Cause(call));
    const auto done = static_cast<std::uint64_t>(outcome.value);
    Outcome moved = finish_at(call, *in_id, *from, done);
    if (moved.value < 0) return moved;
    return finish_at(call, *out_id, *to, done);
}

Outcome sys_tee(Call& call) {
    Kernel& kernel = call.kernel;
    const std::uint64_t bytes = std::min(call.arg(2), kTransferMax);
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    if (flags & ~kAllFlags) return Outcome::fail(Errno::einval);
    if (bytes == 0) return Outcome::done(0);
    const auto out_id = description_of(call, static_cast<Fd>(call.arg(1)));
    const auto in_id = file_of(call, call.arg(0));
    if (!in_id || !out_id) return Outcome::fail(Errno::ebadf);
    const File in = kernel.files[*in_id], out = kernel.files[*out_id];
    if (!in.readable() || !out.writable()) return Outcome::fail(Errno::ebadf);
    if (!is_pipe(kernel, in) || !is_pipe(kernel, out) || is_same_pipe(in, out))
        return Outcome::fail(Errno::einval);
    const bool may_wait = !(flags & kDoNotBlock) && blocks(call, in.flags | out.flags);
    // fs/splice.c, link_pipe(): what others take while this call waits for room is not waited for once more. progress: 1
    // where there was something.
    if (begins(call)) call.pending.progress = 0;
    if (call.pending.progress == 0 && has_writers(kernel, in))
        if (auto waits = wait_for_data(call, in, may_wait)) return std::move(*waits);
    call.pending.progress = 1;
    if (auto waits = wait_for_room(call, out, may_wait)) return std::move(*waits);
    // What is there is handed on in a copy of the source, which stays as it is.
    std::uint64_t done = 0;
    if (in.is_pipe()) {
        Pipe copy = kernel.pipes[in.pipe()];
        while (done < bytes && !copy.slots.empty() && !is_full(kernel, out)) {
            PipeSlot page = take_slot(copy, std::min(bytes - done, place_bytes(kernel, out)));
            page.is_shared = true;
            done += page.bytes.size();
            put_page(call, out, std::move(page));
        }
    } else {
        const std::string input = kernel.streams[in.stream()].input;
        while (done < std::min<std::uint64_t>(bytes, input.size()) && !is_full(kernel, out)) {
            PipeSlot page =
                shared_page(input.substr(done, std::min(bytes - done, page_bytes(kernel, out))), Pid{});
            done += page.bytes.size();
            put_page(call, out, std::move(page));
        }
    }
    return Outcome::done(static_cast<std::int64_t>(done));
}

namespace {

Outcome memory_to_pipe(Call& call, const File& out, bool may_wait) {
    if (auto waits = wait_for_room(call, out, may_wait)) return std::move(*waits);
    const UserMemory memory = call.memory();
    std::uint64_t done = 0;
    for (std::uint64_t i = 0; i < call.arg(2); ++i) {
        const auto vector = memory.read_object<IoVector>(call.arg(1) + i * sizeof(IoVector));
        if (!vector) break;
        for (std::uint64_t at = 0; at < vector->bytes;) {
            if (is_full(call.kernel, out)) return Outcome::done(static_cast<std::int64_t>(done));
            const std::uint64_t address = vector->base + at;
            std::string piece(
                std::min({kPageSize - address % kPageSize, vector->bytes - at, page_bytes(call.kernel, out)}),
                0);
            if (!memory.read(address, {reinterpret_cast<std::uint8_t*>(piece.data()), piece.size()}))
                return done > 0 ? Outcome::done(static_cast<std::int64_t>(done))
                                : Outcome::fail(Errno::efault);
            at += piece.size();
            done += piece.size();
            put_page(call, out, shared_page(std::move(piece), call.pid, address % kPageSize));
        }
    }
    return Outcome::done(static_cast<std::int64_t>(done));
}

}  // namespace

Outcome sys_vmsplice(Call& call) {
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    if (flags & ~kAllFlags) return Outcome::fail(Errno::einval);
    const auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    File file = call.kernel.files[*id];
    Transfer data(call.memory());
    if (!file.readable() && !file.writable()) return Outcome::fail(Errno::ebadf);
    if (auto set = data.set_vectors(call.arg(1), call.arg(2)); !set) return Outcome::fail(set.error());
    if (data.total() == 0) return Outcome::done(0);
    if (!is_pipe(call.kernel, file)) return Outcome::fail(Errno::ebadf);
    // fs/splice.c, sys_vmsplice(): only its own flag counts, not the description's.
    const bool may_wait = (flags & kDoNotBlock) == 0;
    if (file.writable()) return memory_to_pipe(call, file, may_wait);
    file.flags = may_wait ? file.flags & ~kONonBlock : file.flags | kONonBlock;
    return operations(file).read(call, *id, file, data);
}

}  // namespace ipclab::kernel
