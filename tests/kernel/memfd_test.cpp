#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kAddSeals = 1033, kGetSeals = 1034;
constexpr std::uint32_t kSeal = 1, kShrink = 2, kGrow = 4, kWrite = 8, kAllowSealing = 2;
constexpr std::uint64_t kShared = 1, kReadWrite = 3;

struct Memfds : Fixture {
    Tid self = first;
    std::int64_t make(std::uint32_t flags, std::string_view name = "memory") {
        return call(self, Sys::memfd_create, path(self, name), flags);
    }
    std::int64_t map(std::int64_t fd, std::uint64_t protection = kReadWrite) {
        return call(self, Sys::mmap, 0, 4096, protection, kShared, fd, 0);
    }
    bool is_mapped(std::int64_t result) const { return result >= 0 || result < -4095; }
    std::int64_t seal(std::int64_t fd, std::uint32_t seals) {
        return call(self, Sys::fcntl, fd, kAddSeals, seals);
    }
};

}  // namespace

TEST_CASE_FIXTURE(
    Memfds, "memfd_create(2): a file without a name, read, written, mapped and gone with its last user") {
    const auto fd = static_cast<Fd>(make(1));
    CHECK(call(self, Sys::fcntl, fd, 1) == 1);
    CHECK(write(self, fd, "hello") == 5);
    const std::int64_t address = map(fd);
    REQUIRE(is_mapped(address));
    CHECK(close(self, fd) == 0);
    CHECK(get(self, 5, static_cast<std::uint64_t>(address)) == "hello");
    const std::size_t objects = kernel.memory.size();
    CHECK(call(self, Sys::munmap, address, 4096) == 0);
    CHECK(kernel.memory.size() == objects - 1);
}

TEST_CASE_FIXTURE(Memfds, "memfd_create(2): flags and names") {
    CHECK(make(32) == error(Errno::einval));
    CHECK(make(4) == error(Errno::einval));
    CHECK(make(0, std::string(249, 'n')) >= 0);
    CHECK(make(0, std::string(250, 'n')) == error(Errno::einval));
    CHECK(call(self, Sys::memfd_create, kBadAddress, 0) == error(Errno::efault));
}

TEST_CASE_FIXTURE(Memfds, "fcntl(2), F_ADD_SEALS: what is sealed can no longer be done") {
    const auto fd = static_cast<Fd>(make(kAllowSealing));
    CHECK(call(self, Sys::fcntl, fd, kGetSeals) == 0);
    CHECK(write(self, fd, "0123456789") == 10);
    CHECK(seal(fd, kShrink) == 0);
    CHECK(call(self, Sys::ftruncate, fd, 5) == error(Errno::eperm));
    CHECK(call(self, Sys::ftruncate, fd, 20) == 0);
    CHECK(seal(fd, kGrow) == 0);
    CHECK(call(self, Sys::ftruncate, fd, 30) == error(Errno::eperm));
    CHECK(call(self, Sys::pwrite64, fd, kBuffer, 10, 15) == error(Errno::eperm));
    CHECK(call(self, Sys::pwrite64, fd, kBuffer, 5, 15) == 5);
    const std::int64_t address = map(fd);
    REQUIRE(is_mapped(address));
    CHECK(seal(fd, kWrite) == error(Errno::ebusy));
    CHECK(call(self, Sys::munmap, address, 4096) == 0);
    CHECK(seal(fd, kWrite) == 0);
    CHECK(call(self, Sys::pwrite64, fd, kBuffer, 1, 0) == error(Errno::eperm));
    CHECK(map(fd) == error(Errno::eperm));
    CHECK(is_mapped(map(fd, 1)));
    CHECK(seal(fd, kSeal) == 0);
    CHECK(seal(fd, kShrink) == error(Errno::eperm));
    CHECK(call(self, Sys::fcntl, fd, kGetSeals) == (kSeal | kShrink | kGrow | kWrite));
}

TEST_CASE_FIXTURE(
    Memfds, "a file that does not allow seals has the seal on seals; so has a file of tmpfs that has a name") {
    const std::int64_t fd = make(0);
    CHECK(call(self, Sys::fcntl, fd, kGetSeals) == kSeal);
    CHECK(seal(fd, kWrite) == error(Errno::eperm));
    const std::int64_t file = open(self, "/tmp/data", kORdWr | kOCreat);
    CHECK(call(self, Sys::fcntl, file, kGetSeals) == kSeal);
    CHECK(seal(file, kWrite) == error(Errno::eperm));
    CHECK(seal(make(kAllowSealing), 64) == error(Errno::einval));
}

}  // namespace ipclab::kernel
