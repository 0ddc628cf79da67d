// Regular files: reading and writing their bytes, which are a memory object (so that mappings see them).
#include <algorithm>
#include <array>

#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/memfd.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

Outcome read_regular(Call& call, FileId id, Transfer& to, std::optional<std::uint64_t> offset) {
    Kernel& kernel = call.kernel;
    const File& file = kernel.files[id];
    const MemoryId memory = kernel.inodes[file.inode].memory;
    const std::uint64_t begin = offset.value_or(file.offset);
    std::uint64_t at = begin;
    std::array<std::uint8_t, kPageSize> buffer;
    while (to.left() > 0) {
        const std::uint64_t wanted = std::min<std::uint64_t>(to.left(), buffer.size() - at % kPageSize);
        const std::uint64_t got = kernel.memory[memory].read(at, std::span(buffer).first(wanted));
        if (got == 0) break;
        const std::uint64_t copied = to.copy_out(std::span(buffer).first(got));
        at += copied;
        if (copied < got) {
            if (at == begin) return Outcome::fail(Errno::efault);
            break;
        }
    }
    if (!offset && at != begin) kernel.files.write(id).offset = at;
    call.charge_copy(at - begin);
    return Outcome::done(static_cast<std::int64_t>(at - begin));
}

Outcome write_regular(Call& call, FileId id, Transfer& from, std::optional<std::uint64_t> offset) {
    Kernel& kernel = call.kernel;
    if (from.total() == 0) return Outcome::done(0);
    const File& file = kernel.files[id];
    const InodeId inode = file.inode;
    const MemoryId memory = kernel.inodes[inode].memory;
    std::uint64_t begin = offset.value_or(file.offset);
    // open(2): with O_APPEND every write goes to the end; pwrite(2), BUGS: on Linux even that of pwrite().
    if (file.flags & kOAppend) begin = kernel.memory[memory].size();
    // getrlimit(2), RLIMIT_FSIZE: SIGXFSZ; where that is ignored, EFBIG.
    const std::uint64_t limit = call.process_read().resource_limits->soft(Resource::file_size);
    if (begin >= limit) send_to_task(kernel, call.task, {.signal = kSigXfsz, .code = kSiKernel}, call.trace);
    const std::uint64_t most = std::min(limit, kernel.limits.file_bytes);
    if (begin >= most) return Outcome::fail(Errno::efbig);
    if (auto may = may_write_sealed(kernel, inode, begin + from.total()); !may)
        return Outcome::fail(may.error());
    std::uint64_t at = begin;
    Errno failure = Errno::efault;
    std::array<std::uint8_t, kPageSize> buffer;
    while (from.left() > 0) {
        std::uint64_t wanted = std::min<std::uint64_t>(from.left(), buffer.size() - at % kPageSize);
        wanted = std::min(wanted, most - at);
        if (wanted == 0) break;
        if (auto room = room_for(kernel, inode, at + wanted); !room) {
            failure = room.error();
            break;
        }
        const std::uint64_t copied = from.copy_in(std::span(buffer).first(wanted));
        if (copied > 0) kernel.memory.write(memory).write(at, std::span(buffer).first(copied));
        at += copied;
        if (copied < wanted) break;
    }
    if (at == begin) return Outcome::fail(failure);
    if (!offset) kernel.files.write(id).offset = at;
    kernel.inodes.write(inode).modified_ns = kernel.now_ns;
    report_output(call, inode, begin, at);
    call.charge_copy(at - begin);
    return Outcome::done(static_cast<std::int64_t>(at - begin));
}

namespace {

std::uint64_t regular_bytes(const Kernel& kernel, const File& file) {
    const std::uint64_t size = kernel.memory[kernel.inodes[file.inode].memory].size();
    return size > file.offset ? size - file.offset : 0;
}

}  // namespace

const FileOperations kRegularOperations{
    .object = inode_object,
    .read = [](Call& call, FileId id, const File&,
               Transfer& to) { return read_regular(call, id, to, std::nullopt); },
    .write = [](Call& call, FileId id, const File&,
                Transfer& from) { return write_regular(call, id, from, std::nullopt); },
    .bytes_to_read = regular_bytes,
    .seek = Seek::offset};

const FileOperations kDirectoryOperations{
    .object = inode_object,
    .read = [](Call&, FileId, const File&, Transfer&) { return Outcome::fail(Errno::eisdir); },
    .seek = Seek::offset};

}  // namespace ipclab::kernel
