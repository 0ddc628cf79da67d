// process_vm_readv(2), process_vm_writev(2), statfs(2).
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

struct OtherMemory : Fixture {
    Tid other = fork(first);
    /// One vector on each side.
    std::int64_t copy(Sys way, std::uint64_t mine, std::uint64_t theirs, std::uint64_t bytes) {
        return call(first, way, other.value, store(first, std::array<std::uint64_t, 2>{mine, bytes}), 1,
                    store(first, std::array<std::uint64_t, 2>{theirs, bytes}, kScratch + 16), 1, 0);
    }
};

}  // namespace

TEST_CASE_FIXTURE(
    OtherMemory,
    "process_vm_readv(2) and process_vm_writev(2) reach into another process's memory, not one's own") {
    put(other, "theirs");
    put(first, "mine..");
    CHECK(copy(Sys::process_vm_readv, kBuffer + 100, kBuffer, 6) == 6);
    CHECK(get(first, 6, kBuffer + 100) == "theirs");
    CHECK(copy(Sys::process_vm_writev, kBuffer, kBuffer, 4) == 4);
    CHECK(get(other, 6) == "miners");
    CHECK(get(first, 6) == "mine..");
}

TEST_CASE_FIXTURE(
    OtherMemory,
    "process_vm_readv(2) stops where either side has no memory: what came before counts, else EFAULT") {
    const std::int64_t page = call(other, Sys::mmap, 0, 8192, 3, 0x22, -1, 0);
    CHECK(call(other, Sys::munmap, page + 4096, 4096) == 0);
    const auto end = static_cast<std::uint64_t>(page) + 4096;
    CHECK(copy(Sys::process_vm_readv, kBuffer, end - 10, 20) == 10);
    CHECK(copy(Sys::process_vm_readv, kBuffer, end, 20) == error(Errno::efault));
    CHECK(copy(Sys::process_vm_readv, kBadAddress, end - 10, 5) == error(Errno::efault));
    CHECK(call(other, Sys::mprotect, page, 4096, 1) == 0);
    CHECK(copy(Sys::process_vm_writev, kBuffer, end - 10, 5) == error(Errno::efault));
}

TEST_CASE_FIXTURE(OtherMemory,
                  "process_vm_readv(2): no such process ESRCH, one that forbids it EPERM, flags EINVAL") {
    CHECK(call(first, Sys::process_vm_readv, other.value, kScratch, 1, kScratch, 1, 1) ==
          error(Errno::einval));
    CHECK(call(first, Sys::process_vm_readv, other.value, kScratch, 1025, kScratch, 1, 0) ==
          error(Errno::einval));
    CHECK(call(first, Sys::process_vm_readv, other.value, kScratch, 0, kScratch, 1, 0) == 0);
    CHECK(call(other, Sys::prctl, 4, 0, 0, 0, 0) == 0);
    CHECK(copy(Sys::process_vm_readv, kBuffer, kBuffer, 6) == error(Errno::eperm));
    call(other, Sys::exit_group, 0);
    CHECK(copy(Sys::process_vm_readv, kBuffer, kBuffer, 6) == error(Errno::esrch));
}

TEST_CASE_FIXTURE(
    Fixture,
    "statfs(2) tells a tmpfs of the size that the limits give, and what a descriptor's object is in") {
    const auto type = [&] { return load<std::int64_t>(first, kBuffer); };
    CHECK(call(first, Sys::statfs, path(first, "/tmp"), kBuffer) == 0);
    CHECK(type() == 0x01021994);
    CHECK(load<std::uint64_t>(first, kBuffer + 16) == kernel.limits.filesystem_bytes / 4096);
    const auto free_before = load<std::uint64_t>(first, kBuffer + 24);
    const std::int64_t file = open(first, "/tmp/data", kORdWr | kOCreat);
    CHECK(call(first, Sys::ftruncate, file, 40'960) == 0);
    CHECK(call(first, Sys::fstatfs, file, kBuffer) == 0);
    CHECK(load<std::uint64_t>(first, kBuffer + 24) == free_before - 10);
    CHECK(call(first, Sys::fstatfs, pipe(first).read, kBuffer) == 0);
    CHECK(type() == 0x50495045);
    CHECK(call(first, Sys::statfs, path(first, "/none"), kBuffer) == error(Errno::enoent));
    CHECK(call(first, Sys::statfs, path(first, "/tmp"), kBadAddress) == error(Errno::efault));
    CHECK(call(first, Sys::fstatfs, 99, kBuffer) == error(Errno::ebadf));
}

}  // namespace ipclab::kernel
