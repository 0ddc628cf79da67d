#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kShared = 1, kReadWrite = 3;

struct Mappings : Fixture {
    Tid self = first;
};

}  // namespace

TEST_CASE_FIXTURE(Mappings, "msync(2): flags, alignment, and memory that is not mapped") {
    CHECK(call(self, Sys::msync, kBuffer, 8192, 4) == 0);
    CHECK(call(self, Sys::msync, kBuffer, 1, 1) == 0);
    CHECK(call(self, Sys::msync, kBuffer, 1, 5) == error(Errno::einval));
    CHECK(call(self, Sys::msync, kBuffer, 1, 8) == error(Errno::einval));
    CHECK(call(self, Sys::msync, kBuffer + 1, 1, 4) == error(Errno::einval));
    CHECK(call(self, Sys::msync, kBuffer, kBufferBytes + 1, 4) == error(Errno::enomem));
}

TEST_CASE_FIXTURE(Mappings,
                  "mremap(2): memory grows where it is, moves where it may, and keeps what is in it") {
    constexpr std::uint64_t kMayMove = 1, kFixed = 2, kPrivateAnonymous = 0x22;
    const auto map_at = [&](std::uint64_t address, std::uint64_t pages) {
        return static_cast<std::uint64_t>(call(self, Sys::mmap, address, pages * 4096, kReadWrite,
                                               kPrivateAnonymous | (address ? 0x10 : 0), -1, 0));
    };
    const std::uint64_t low = map_at(0x400000, 2), wall = map_at(0x404000, 1);
    put(self, "kept", low + 4090);
    CHECK(call(self, Sys::mremap, low, 8192, 3 * 4096, 0) == static_cast<std::int64_t>(low));
    CHECK(call(self, Sys::mremap, low, 3 * 4096, 5 * 4096, 0) == error(Errno::enomem));
    const auto moved = static_cast<std::uint64_t>(call(self, Sys::mremap, low, 3 * 4096, 5 * 4096, kMayMove));
    CHECK(moved != low);
    CHECK(get(self, 4, moved + 4090) == "kept");
    CHECK(call(self, Sys::msync, low, 4096, 4) == error(Errno::enomem));
    CHECK(call(self, Sys::mremap, moved, 5 * 4096, 8192, 0) == static_cast<std::int64_t>(moved));
    CHECK(call(self, Sys::msync, moved, 3 * 4096, 4) == error(Errno::enomem));
    CHECK(call(self, Sys::mremap, moved, 8192, 8192, kMayMove | kFixed, wall) ==
          static_cast<std::int64_t>(wall));
    CHECK(get(self, 4, wall + 4090) == "kept");

    CHECK(call(self, Sys::mremap, wall + 1, 4096, 8192, kMayMove) == error(Errno::einval));
    CHECK(call(self, Sys::mremap, wall, 4096, 0, kMayMove) == error(Errno::einval));
    CHECK(call(self, Sys::mremap, wall, 4096, 8192, 8) == error(Errno::einval));
    CHECK(call(self, Sys::mremap, wall, 4096, 8192, kFixed, moved) == error(Errno::einval));
    CHECK(call(self, Sys::mremap, wall, 8192, 8192, kMayMove | kFixed, wall + 4096) == error(Errno::einval));
    CHECK(call(self, Sys::mremap, moved, 4096, 8192, kMayMove) == error(Errno::efault));
    CHECK(call(self, Sys::mremap, wall, 1 << 20, 1 << 21, kMayMove) == error(Errno::efault));
}

TEST_CASE_FIXTURE(Mappings, "mremap(2): a shared mapping that is moved shows the same part of its file") {
    const auto fd = static_cast<Fd>(call(self, Sys::memfd_create, path(self, "memory"), 0));
    CHECK(call(self, Sys::pwrite64, fd, put(self, "second page"), 11, 4096) == 11);
    const std::int64_t address = call(self, Sys::mmap, 0, 4096, kReadWrite, kShared, fd, 4096);
    const std::int64_t moved = call(self, Sys::mremap, address, 4096, 4096, 3, 0x400000);
    CHECK(moved == 0x400000);
    CHECK(get(self, 6, 0x400000) == "second");
    put(self, "SECOND", 0x400000);
    CHECK(call(self, Sys::pread64, fd, kBuffer, 6, 4096) == 6);
    CHECK(get(self, 6) == "SECOND");
}

}  // namespace ipclab::kernel
