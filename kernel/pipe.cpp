// Pipes: reading, writing, resizing. Follows Linux's fs/pipe.c rule by rule, because its slots decide what a
// program sees of capacity, atomicity and wake-ups.
#include "kernel/pipe.h"

#include <algorithm>
#include <array>
#include <bit>

#include "kernel/emit.h"
#include "kernel/epoll.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"
#include "kernel/signals.h"
#include "kernel/splice.h"

namespace ipclab::kernel {

namespace {

std::span<const std::uint8_t> as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool waits(const File& file) {
    return (file.flags & kONonBlock) == 0;
}

void recycle_front(Pipe& pipe) {
    if (pipe.spare.slot.empty() && pipe.slots.front().is_unique()) {
        PipeSlot& slot = pipe.slots.front().write();
        slot.bytes.clear();
        slot.runs.clear();
        slot.used = 0;
        slot.is_packet = slot.is_shared = false;
        slot.fragment = {};
        pipe.spare.slot.push_back(std::move(pipe.slots.front()));
    }
    pipe.slots.erase(pipe.slots.begin());
}

PipeSlot& new_slot(Pipe& pipe) {
    if (!pipe.spare.slot.empty() && pipe.spare.slot.front().is_unique()) {
        pipe.slots.push_back(std::move(pipe.spare.slot.front()));
        pipe.spare.slot.clear();
    } else {
        pipe.slots.emplace_back();
    }
    return pipe.slots.back().write();
}

void remove_front(PipeSlot& slot, std::uint64_t bytes) {
    slot.bytes.erase(0, bytes);
    auto run = slot.runs.begin();
    while (run != slot.runs.end() && run->bytes <= bytes) {
        bytes -= run->bytes;
        ++run;
    }
    slot.runs.erase(slot.runs.begin(), run);
    if (bytes > 0) slot.runs.front().bytes -= static_cast<std::uint32_t>(bytes);
}

void append(Pipe& pipe, PipeSlot& slot, std::span<const std::uint8_t> bytes, Pid writer) {
    slot.bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    slot.used += static_cast<std::uint32_t>(bytes.size());
    if (!slot.runs.empty() && slot.runs.back().writer == writer)
        slot.runs.back().bytes += static_cast<std::uint32_t>(bytes.size());
    else
        slot.runs.push_back({static_cast<std::uint32_t>(bytes.size()), writer});
    pipe.bytes_written += bytes.size();
}

/// Pages that the user's pipes may hold in all before limits begin to bite.
std::uint64_t pages_of_all_pipes(const Kernel& kernel) {
    std::uint64_t pages = 0;
    for (const auto& [id, pipe] : kernel.pipes) pages += pipe->capacity_slots;
    return pages;
}

struct Taken {
    std::uint64_t bytes = 0;
    bool freed_slot = false, faulted = false;
};

/// Copies out what there is, up to what the reader wants.
Taken take_bytes(Pipe& pipe, Transfer& to) {
    Taken taken;
    while (!pipe.slots.empty() && to.left() > 0) {
        const PipeSlot& front = *pipe.slots.front();
        const std::uint64_t wanted = std::min<std::uint64_t>(front.bytes.size(), to.left());
        const bool is_packet = front.is_packet;
        if (to.copy_out(as_bytes(front.bytes).first(wanted)) < wanted) {
            taken.faulted = true;  // what a failed copy touched stays in the pipe
            break;
        }
        taken.bytes += wanted;
        // pipe(2): a read of a packet gives one packet; what does not fit into the buffer is discarded.
        pipe.bytes_read += is_packet ? front.bytes.size() : wanted;
        if (is_packet || wanted == front.bytes.size()) {
            recycle_front(pipe);
            taken.freed_slot = true;
        } else {
            remove_front(pipe.slots.front().write(), wanted);
        }
        if (is_packet) break;
    }
    return taken;
}

Outcome read_pipe(Call& call, FileId, const File& file, Transfer& to) {
    if (to.total() == 0) return Outcome::done(0);
    Kernel& kernel = call.kernel;
    const PipeId id = file.pipe();
    const bool is_new = begins(call);
    if (kernel.pipes[id].slots.empty()) {
        // pipe(7): once all write ends are closed, a read gives end of file.
        if (!has_end(kernel, id, FileKind::pipe_write)) return Outcome::done(0);
        // fs/pipe.c: who sleeps is woken by what there is to read, or by a signal, and does not look at O_NONBLOCK, which
        // may have been set meanwhile.
        if (!waits(file) && is_new) return Outcome::fail(Errno::eagain);
        return call.block(ref(id), WaitFor::readable);
    }
    Pipe& pipe = kernel.pipes.write(id);
    const bool was_full = pipe.is_full();
    const Taken taken = take_bytes(pipe, to);
    call.charge_copy(taken.bytes);
    // fs/pipe.c: writers sleep only on a full pipe, so they are woken only when a slot of a full one is
    // freed.
    if (was_full && taken.freed_slot) call.wake(ref(id), WaitFor::writable, Wake::one);
    // fs/pipe.c: the wake-up that one reader got is passed on while something is left.
    if (call.pending.has_slept && !pipe.slots.empty()) call.wake(ref(id), WaitFor::readable, Wake::one);
    if (taken.bytes == 0 && taken.faulted) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(taken.bytes));
}

/// A write in the middle of its work: what Linux keeps in the variables of pipe_write().
struct PipeWrite {
    Call& call;
    const File& file;
    Transfer& from;
    Pipe& pipe;
    bool was_empty;
    Pid writer;

    ObjectRef object() const { return ref(file.pipe()); }

    Outcome finish(std::uint64_t done, Errno error_if_nothing) {
        // fs/pipe.c: readers sleep only on an empty pipe, so only the write that ends the emptiness wakes
        // one; but who polls hears of each (poll_usage).
        if ((was_empty || is_polled()) && !pipe.slots.empty())
            call.wake(object(), WaitFor::readable, Wake::one);
        if (call.pending.has_slept && !pipe.is_full()) call.wake(object(), WaitFor::writable, Wake::one);
        if (done == 0) return Outcome::fail(error_if_nothing);
        call.charge_copy(done - call.pending.progress);
        return Outcome::done(static_cast<std::int64_t>(done));
    }

    /// poll(2) sleeps beside a pipe that is not empty where its descriptor has come to name something else.
    bool is_polled() const {
        return is_listened_to(call.kernel, object(), WaitFor::readable) ||
               std::ranges::any_of(waiters(call.kernel, object(), WaitFor::readable), [&](Tid task) {
                   return std::ranges::none_of(call.kernel.tasks[task].waits, &WaitPoint::is_exclusive);
               });
    }

    Outcome broken() {
        // pipe(7): writing with all read ends closed raises SIGPIPE; where that is ignored, EPIPE.
        send_to_task(call.kernel, call.task,
                     {.signal = kSigPipe, .sender = writer, .sender_uid = static_cast<std::int32_t>(kUser)},
                     call.trace);
        return finish(from.done(), Errno::epipe);
    }

    /// fs/pipe.c: the odd end of a write is merged into the last slot if all of it fits into that page, which
    /// aligns the rest to pages. False where the user's memory ended.
    bool merge() {
        const std::uint64_t odd = from.total() % pipe.slot_bytes;
        if (odd == 0 || pipe.slots.empty()) return true;
        const PipeSlot& last = *pipe.slots.back();
        if (last.is_packet || last.is_shared || last.used + odd > pipe.slot_bytes) return true;
        std::array<std::uint8_t, kPageSize> buffer;
        if (from.copy_in(std::span(buffer).first(odd)) < odd) return false;
        append(pipe, pipe.slots.back().write(), std::span(buffer).first(odd), writer);
        return true;
    }

    bool fill_slot() {
        std::array<std::uint8_t, kPageSize> buffer;
        const std::uint64_t wanted = std::min<std::uint64_t>(from.left(), pipe.slot_bytes);
        if (from.copy_in(std::span(buffer).first(wanted)) < wanted) return false;
        PipeSlot& slot = new_slot(pipe);
        slot.is_packet = (file.flags & kODirect) != 0;
        append(pipe, slot, std::span(buffer).first(wanted), writer);
        return true;
    }
};

Outcome write_pipe(Call& call, FileId, const File& file, Transfer& from) {
    if (from.total() == 0) return Outcome::done(0);
    Kernel& kernel = call.kernel;
    Pipe& pipe = kernel.pipes.write(file.pipe());
    PipeWrite write{call, file, from, pipe, pipe.slots.empty(), call.self().process};
    from.skip(call.pending.progress);
    if (!has_end(kernel, file.pipe(), FileKind::pipe_read)) return write.broken();
    if (!call.pending.has_slept && !write.merge()) return Outcome::fail(Errno::efault);
    const bool is_new = begins(call);
    while (from.left() > 0) {
        if (!pipe.is_full()) {
            const std::uint64_t before = from.done();
            if (write.fill_slot()) continue;
            // fs/pipe.c: the page that could not be copied whole is dropped; what went before it counts.
            return write.finish(before, Errno::efault);
        }
        // pipe(7): with O_NONBLOCK a write of more than PIPE_BUF bytes may be partial; none of it fits:
        // EAGAIN.
        // fs/pipe.c: but who sleeps until there is room does not look at it before it has found some, or a signal comes.
        if (!waits(file) && (is_new || from.done() > call.pending.progress || call.is_interrupted()))
            return write.finish(from.done(), Errno::eagain);
        // write(2): interrupted after some bytes were written, the call returns their number.
        if (call.is_interrupted() && from.done() > 0) return write.finish(from.done(), Errno::eintr);
        if (write.was_empty) call.wake(write.object(), WaitFor::readable, Wake::one);
        call.charge_copy(from.done() - call.pending.progress);
        call.pending.progress = from.done();
        return call.block(write.object(), WaitFor::writable);
    }
    return write.finish(from.done(), Errno::efault);
}

}  // namespace

PipeSlot take_slot(Pipe& pipe, std::uint64_t most) {
    if (most >= pipe.slots.front()->bytes.size()) {
        PipeSlot whole = *pipe.slots.front();
        pipe.bytes_read += whole.bytes.size();
        recycle_front(pipe);
        return whole;
    }
    PipeSlot& front = pipe.slots.front().write();
    PipeSlot part;
    part.bytes = front.bytes.substr(0, most);
    part.used = static_cast<std::uint32_t>(front.used - front.bytes.size() + most);
    part.is_packet = front.is_packet;
    part.is_shared = true;
    part.fragment = front.fragment;
    std::uint64_t left = most;
    for (const PipeRun& run : front.runs) {
        if (left == 0) break;
        const auto bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(run.bytes, left));
        part.runs.push_back({bytes, run.writer});
        left -= bytes;
    }
    remove_front(front, most);
    pipe.bytes_read += most;
    return part;
}

void put_slot(Pipe& pipe, PipeSlot slot) {
    pipe.bytes_written += slot.bytes.size();
    if (pipe.slot_bytes < kPageSize) slot.used = std::min(slot.used, pipe.slot_bytes);
    pipe.slots.emplace_back(std::move(slot));
}

std::uint64_t most_in_slot(const Pipe& pipe) {
    return pipe.slot_bytes < kPageSize ? pipe.slot_bytes : kRunOfPagesMax;
}

void put_in_pipe(Kernel& kernel, PipeId id, std::string_view bytes, Tid by, Trace* trace) {
    Pipe* pipe = kernel.pipes.find_to_write(id);
    if (!pipe || pipe->is_full() || bytes.size() > pipe->slot_bytes ||
        !has_end(kernel, id, FileKind::pipe_read))
        return;
    const Task* writer = kernel.tasks.find(by);
    PipeSlot& slot = new_slot(*pipe);
    slot.is_packet = true;
    append(*pipe, slot, as_bytes(bytes), writer ? writer->process : Pid{});
    wake(kernel, ref(id), WaitFor::readable, Wake::one, by, trace);
}

namespace {

/// The new number of slots; EINVAL, EPERM, EBUSY. `capacity`, `used`: slots that there are now.
Result<std::uint32_t> resized(const Kernel& kernel, std::uint64_t capacity, std::uint64_t used,
                              std::uint32_t bytes) {
    // fs/pipe.c, round_pipe_size(): to a power of two, a page at least; above 2^31 nothing can be rounded.
    if (bytes > 1u << 31) return Errno::einval;
    const std::uint64_t rounded = std::bit_ceil(std::max<std::uint64_t>(bytes, kPageSize));
    const std::uint64_t slots = rounded / kPageSize;
    if (slots > capacity) {
        // fcntl(2): EPERM above /proc/sys/fs/pipe-max-size, and above the user's share of pages.
        if (rounded > kernel.limits.pipe_max_bytes) return Errno::eperm;
        if (pages_of_all_pipes(kernel) + slots - capacity > kernel.limits.pipe_user_pages_soft)
            return Errno::eperm;
    }
    // fcntl(2): EBUSY where the new capacity would not hold the data that is there (counted in slots).
    if (slots < used) return Errno::ebusy;
    return static_cast<std::uint32_t>(slots);
}

/// What is put out is taken at once; of what comes in whole pages, as many as there is room for.
std::uint64_t used_slots(const Stream& stream) {
    return std::min<std::uint64_t>((stream.input.size() + kPageSize - 1) / kPageSize, stream.capacity_slots);
}

}  // namespace

Outcome size_of_pipe(const Kernel& kernel, const File& file) {
    if (file.is_pipe())
        return Outcome::done(static_cast<std::int64_t>(kernel.pipes[file.pipe()].capacity_bytes()));
    if (!is_stream(kernel, file)) return Outcome::fail(Errno::ebadf);
    return Outcome::done(std::int64_t{kernel.streams[file.stream()].capacity_slots} *
                         std::int64_t{kPageSize});
}

Outcome resize_pipe(Call& call, const File& file, std::uint32_t bytes) {
    Kernel& kernel = call.kernel;
    if (is_stream(kernel, file)) {
        const Stream& stream = kernel.streams[file.stream()];
        const auto slots = resized(kernel, stream.capacity_slots, used_slots(stream), bytes);
        if (!slots) return Outcome::fail(slots.error());
        kernel.streams.write(file.stream()).capacity_slots = *slots;
        return size_of_pipe(kernel, file);
    }
    if (!file.is_pipe()) return Outcome::fail(Errno::ebadf);
    const PipeId id = file.pipe();
    const auto slots = resized(kernel, kernel.pipes[id].capacity_slots, kernel.pipes[id].slots.size(), bytes);
    if (!slots) return Outcome::fail(slots.error());
    Pipe& pipe = kernel.pipes.write(id);
    pipe.capacity_slots = *slots;
    pipe.slot_bytes = kPageSize;
    // fs/pipe.c, pipe_resize_ring(): a writer is woken whether there is room now or not. One that finds none sleeps again,
    // behind the others.
    call.wake(ref(id), WaitFor::writable, Wake::one);
    return size_of_pipe(kernel, file);
}

namespace {

/// One end was closed for the last time.
void end_closed(Kernel& kernel, const File& file, Tid by, Trace* trace) {
    const PipeId id = file.pipe();
    const bool readers = has_end(kernel, id, FileKind::pipe_read);
    const bool writers = has_end(kernel, id, FileKind::pipe_write);
    if (!readers && !writers) {
        kernel.pipes.erase(id);
        // fifo(7): the FIFO itself stays; what was in it is gone, and the next open begins anew.
        if (file.inode) kernel.inodes.write(file.inode).pipe = {};
        return;
    }
    if (readers && writers) return;
    if (const Task* closer = kernel.tasks.find(by); closer && file.kind == FileKind::pipe_read)
        kernel.pipes.write(id).last_reader = {closer->process, kernel.here};
    wake(kernel, ref(id), WaitFor::readable, Wake::all, by, trace);
    wake(kernel, ref(id), WaitFor::writable, Wake::all, by, trace);
    wake(kernel, ref(id), WaitFor::peer, Wake::all, by, trace);
}

ObjectRef pipe_object(const File& file) {
    return ref(file.pipe());
}

std::uint32_t ready_to_read(const Kernel& kernel, const File& file) {
    const Pipe& pipe = kernel.pipes[file.pipe()];
    // poll(2): POLLHUP where the other end was closed; what is still in the pipe can be read all the same.
    // fs/pipe.c: a FIFO that was opened with O_NONBLOCK while nobody wrote hangs up only after the next writer: its
    // offset is the number of writers until then.
    const bool had_writer = file.offset != pipe.writer_opens;
    const bool has_hung_up = had_writer && !has_end(kernel, file.pipe(), FileKind::pipe_write);
    return (pipe.slots.empty() ? 0 : kPollIn | kPollRdNorm) | (has_hung_up ? std::uint32_t{kPollHup} : 0);
}

std::uint32_t ready_to_write(const Kernel& kernel, const File& file) {
    // poll(2): POLLERR for the write end of a pipe when the read end has been closed.
    return (kernel.pipes[file.pipe()].is_full() ? 0 : kPollOut | kPollWrNorm) |
           (has_end(kernel, file.pipe(), FileKind::pipe_read) ? 0 : std::uint32_t{kPollErr});
}

std::uint32_t ready_for_both(const Kernel& kernel, const File& file) {
    return ready_to_read(kernel, file) | ready_to_write(kernel, file);
}

std::uint64_t pipe_bytes(const Kernel& kernel, const File& file) {
    return kernel.pipes[file.pipe()].size_bytes();
}

AbiStat pipe_status(const Kernel&, const File& file) {
    return nameless_status(kPipeDevice, file.number, kModeFifo | 0600);
}

}  // namespace

const FileOperations kPipeReadOperations{.object = pipe_object,
                                         .read = read_pipe,
                                         .ready = ready_to_read,
                                         .bytes_to_read = pipe_bytes,
                                         .status = pipe_status,
                                         .closed = end_closed};
const FileOperations kPipeWriteOperations{.object = pipe_object,
                                          .write = write_pipe,
                                          .ready = ready_to_write,
                                          .bytes_to_read = pipe_bytes,
                                          .status = pipe_status,
                                          .closed = end_closed};
const FileOperations kPipeBothOperations{.object = pipe_object,
                                         .read = read_pipe,
                                         .write = write_pipe,
                                         .ready = ready_for_both,
                                         .bytes_to_read = pipe_bytes,
                                         .closed = end_closed};

bool is_end(const File& file, PipeId pipe, FileKind end) {
    return (file.kind == end || file.kind == FileKind::pipe_both) && file.pipe() == pipe;
}

bool has_end(const Kernel& kernel, PipeId pipe, FileKind end) {
    for (const auto& [id, file] : kernel.files)
        if (is_end(*file, pipe, end)) return true;
    return false;
}

std::vector<FileId> pipe_ends(const Kernel& kernel, PipeId pipe, FileKind end) {
    std::vector<FileId> found;
    for (const auto& [id, file] : kernel.files)
        if (is_end(*file, pipe, end)) found.push_back(id);
    return found;
}

PipeId insert_pipe(Kernel& kernel) {
    const PipeId id{++kernel.last_pipe};
    Pipe pipe;
    // A pipe of less than a page is not Linux's: somebody asked for it, to see it fill up.
    pipe.slot_bytes = static_cast<std::uint32_t>(std::min(kernel.limits.pipe_bytes, kPageSize));
    pipe.capacity_slots =
        static_cast<std::uint32_t>(std::bit_ceil(kernel.limits.pipe_bytes / pipe.slot_bytes));
    // pipe(7): a user above pipe-user-pages-soft gets pipes of two pages.
    if (pages_of_all_pipes(kernel) + pipe.capacity_slots > kernel.limits.pipe_user_pages_soft)
        pipe.capacity_slots = std::min(2u, pipe.capacity_slots);
    kernel.pipes.insert(id, std::move(pipe));
    return id;
}

Result<PipeFiles> new_pipe(Kernel& kernel, std::uint32_t flags) {
    if (kernel.files.size() + 2 > kernel.limits.all_open_files) return Errno::enfile;
    const PipeId id = insert_pipe(kernel);
    Pipe& pipe = kernel.pipes.write(id);
    pipe.reader_opens = pipe.writer_opens = 1;
    File end;
    end.number = id.value;
    end.kind = FileKind::pipe_read;
    end.flags = kORdOnly | (flags & (kONonBlock | kODirect));
    auto read = new_file(kernel, end);
    end.kind = FileKind::pipe_write;
    end.flags = kOWrOnly | (flags & (kONonBlock | kODirect));
    auto write = new_file(kernel, end);
    return PipeFiles{*read, *write};
}

namespace {

Outcome make_pipe(Call& call, std::uint32_t flags) {
    Kernel& kernel = call.kernel;
    if (flags & ~(kOCloExec | kONonBlock | kODirect)) return Outcome::fail(Errno::einval);
    const Pid self = call.self().process;
    auto ends = new_pipe(kernel, flags);
    if (!ends) return Outcome::fail(ends.error());
    const bool close_on_exec = (flags & kOCloExec) != 0;
    auto read = install(kernel, self, ends->read, close_on_exec);
    auto write = read ? install(kernel, self, ends->write, close_on_exec) : read;
    Result<void> written = Errno::emfile;
    if (read && write) {
        const std::array<std::int32_t, 2> pair{*read, *write};
        call.object = object_of(kernel.files[ends->read]);
        written = call.memory().write_object(call.arg(0), pair);
        if (written) return Outcome::done(0);
    }
    // pipe(2): on failure nothing is left open.
    if (write.ok()) kernel.processes.write(self).fds.write().clear(*write);
    if (read.ok()) kernel.processes.write(self).fds.write().clear(*read);
    release_file_if_unheld(kernel, ends->read, call.task, call.trace);
    release_file_if_unheld(kernel, ends->write, call.task, call.trace);
    return Outcome::fail(written.error());
}

}  // namespace

Outcome sys_pipe(Call& call) {
    return make_pipe(call, 0);
}

Outcome sys_pipe2(Call& call) {
    return make_pipe(call, static_cast<std::uint32_t>(call.arg(1)));
}

}  // namespace ipclab::kernel
