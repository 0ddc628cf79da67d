// The character devices /dev/null, /dev/zero (null(4)) and /dev/full (full(4)).
#include "kernel/file_operations.h"

namespace ipclab::kernel {

namespace {

Outcome read_zeroes(Call& call, FileId, const File&, Transfer& to) {
    const std::uint64_t done = to.zero_out(to.total());
    call.charge_copy(done);
    if (done == 0 && to.total() > 0) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(done));
}

/// null(4): data written are discarded; they are not even looked at.
Outcome discard(Call&, FileId, const File&, Transfer& from) {
    return Outcome::done(static_cast<std::int64_t>(from.total()));
}

}  // namespace

const FileOperations kNullOperations{
    .object = inode_object,
    .read = [](Call&, FileId, const File&, Transfer&) { return Outcome::done(0); },
    .write = discard,
    .seek = Seek::zero};
const FileOperations kZeroOperations{
    .object = inode_object, .read = read_zeroes, .write = discard, .seek = Seek::zero};
const FileOperations kFullOperations{
    .object = inode_object,
    .read = read_zeroes,
    .write = [](Call&, FileId, const File&, Transfer&) { return Outcome::fail(Errno::enospc); },
    .seek = Seek::zero};

}  // namespace ipclab::kernel
