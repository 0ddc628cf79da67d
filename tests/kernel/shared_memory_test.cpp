#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kReadOnly = 010000, kRound = 020000;

struct Segments : Fixture {
    Tid self = first;
    std::int64_t segment = call(first, Sys::shmget, 0, 100, 0600);

    std::uint64_t attach(Tid task, int flags = 0) {
        const std::int64_t address = call(task, Sys::shmat, segment, 0, flags);
        REQUIRE(address > 0);
        return static_cast<std::uint64_t>(address);
    }
    std::int64_t detach(Tid task, std::uint64_t address) { return call(task, Sys::shmdt, address); }
    std::int64_t remove() { return call(self, Sys::shmctl, segment, 0, 0); }
    const Segment* find() const { return kernel.sysv.segments.find(SegmentId{segment}); }
    std::uint64_t attached() const { return attachments(kernel, *find()); }
};

}  // namespace

TEST_CASE_FIXTURE(Segments, "what one process writes into a segment, the other reads") {
    const std::uint64_t mine = attach(self);
    const Tid child = fork(self);
    put(child, "hello", mine + 10);
    CHECK(get(self, 5, mine + 10) == "hello");
    CHECK(get(self, 1, mine + 4095) == std::string(1, '\0'));  // shmget(2): whole pages
    CHECK_FALSE(memory(self).read_object<char>(mine + 4096).ok());
}

TEST_CASE_FIXTURE(Segments, "what is in a segment outlives its processes") {
    const Tid child = fork(self);
    put(child, "kept", attach(child));
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(attached() == 0);
    CHECK(find()->last == pid(child));
    CHECK(get(self, 4, attach(self)) == "kept");
}

TEST_CASE_FIXTURE(Segments, "fork(2) attaches it for the child, execve(2) detaches it") {
    attach(self);
    const Tid child = fork(self);
    CHECK(attached() == 2);
    store(child, std::array<std::uint64_t, 2>{0, 0}, kBuffer);
    CHECK(call(child, Sys::execve, path(child, "/bin/other"), kBuffer, kBuffer) == 0);
    CHECK(attached() == 1);
}

TEST_CASE_FIXTURE(Segments, "IPC_RMID takes a segment away when the last process has detached it") {
    const std::uint64_t mine = attach(self);
    CHECK(remove() == 0);
    REQUIRE(find());
    CHECK((find()->permissions.mode & Segment::kDestroyed) != 0);
    const std::uint64_t again = attach(self);  // Linux lets it be attached still
    CHECK(detach(self, mine) == 0);
    CHECK(find());
    CHECK(detach(self, again) == 0);
    CHECK_FALSE(find());
    CHECK(call(self, Sys::shmat, segment, 0, 0) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Segments, "a removed segment cannot be found by its key") {
    const std::int64_t made = call(self, Sys::shmget, 5, 100, 01600);
    CHECK(call(self, Sys::shmget, 5, 100, 0) == made);
    REQUIRE(call(self, Sys::shmat, made, 0, 0) > 0);
    CHECK(call(self, Sys::shmctl, made, 0, 0) == 0);
    CHECK(call(self, Sys::shmget, 5, 100, 0) == error(Errno::enoent));
}

TEST_CASE_FIXTURE(Segments, "the end of the last process that has it attached takes a removed segment away") {
    const Tid child = fork(self);
    attach(child);
    CHECK(remove() == 0);
    CHECK(find());
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK_FALSE(find());
}

TEST_CASE_FIXTURE(Segments, "SHM_RDONLY attaches for reading only") {
    const std::uint64_t mine = attach(self, kReadOnly);
    CHECK(memory(self).read_object<char>(mine).ok());
    CHECK_FALSE(memory(self).write_object(mine, 'x').ok());
}

TEST_CASE_FIXTURE(
    Segments,
    "shmat(2): addresses are multiples of a page, or SHM_RND rounds them; what is there is not replaced") {
    CHECK(call(self, Sys::shmat, segment, 0x700001, 0) == error(Errno::einval));
    CHECK(call(self, Sys::shmat, segment, 0x700001, kRound) == 0x700000);
    CHECK(call(self, Sys::shmat, segment, 0x700000, 0) == error(Errno::einval));
    CHECK(call(self, Sys::shmat, segment, kBuffer, 0) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Segments, "shmdt(2) wants the address that shmat(2) gave") {
    const std::uint64_t mine = attach(self);
    CHECK(detach(self, mine + 4096) == error(Errno::einval));
    CHECK(detach(self, kBuffer) == error(Errno::einval));
    CHECK(detach(self, mine) == 0);
    CHECK(detach(self, mine) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Segments,
                  "shmget(2): a size of 0, or one larger than the segment that is there, is EINVAL") {
    CHECK(call(self, Sys::shmget, 0, 0, 0600) == error(Errno::einval));
    const std::int64_t made = call(self, Sys::shmget, 5, 100, 01600);
    CHECK(call(self, Sys::shmget, 5, 101, 0) == error(Errno::einval));
    CHECK(call(self, Sys::shmget, 5, 0, 0) == made);
}

TEST_CASE_FIXTURE(Segments, "a segment that cannot be made leaves no memory behind") {
    kernel.limits.shared_segments = 1;
    const std::size_t before = kernel.memory.size();
    CHECK(call(self, Sys::shmget, 0, 100, 0600) == error(Errno::enospc));
    CHECK(kernel.memory.size() == before);
}

}  // namespace ipclab::kernel
