#include "kernel/inotify.h"

#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kAll = 0xfff, kOneShot = 0x80000000, kMaskAdd = 0x20000000, kMaskCreate = 0x10000000,
                        kOnlyDirectory = 0x01000000, kExcludeUnlinked = 0x04000000;

struct Seen {
    int watch = 0;
    std::uint32_t event = 0;
    std::string name{};
    bool operator==(const Seen&) const = default;
};

struct InotifyFixture : Fixture {
    Fd notes = static_cast<Fd>(call(first, Sys::inotify_init1, kONonBlock));
    std::vector<std::uint32_t> cookies;

    InotifyFixture() {
        REQUIRE(call(first, Sys::mkdir, path(first, "/tmp/in"), 0700) == 0);
        REQUIRE(call(first, Sys::mkdir, path(first, "/tmp/out"), 0700) == 0);
    }
    std::int64_t watch(std::string_view name, std::uint32_t mask = kAll) {
        return call(first, Sys::inotify_add_watch, notes, path(first, name), mask);
    }
    std::vector<Seen> seen() {
        std::vector<Seen> events;
        cookies.clear();
        const std::int64_t bytes = read(first, notes, 4096);
        for (std::int64_t at = 0; at < bytes;) {
            const auto header =
                load<std::array<std::uint32_t, 4>>(first, kBuffer + static_cast<std::uint64_t>(at));
            Seen event{static_cast<int>(header[0]), header[1], {}};
            if (header[3] > 0)
                event.name = get(first, header[3], kBuffer + static_cast<std::uint64_t>(at) + 16).c_str();
            if (header[2]) cookies.push_back(header[2]);
            events.push_back(event);
            at += 16 + header[3];
        }
        return events;
    }
    Fd make(std::string_view name) { return static_cast<Fd>(open(first, name, kOCreat | kORdWr)); }
    std::int64_t rename(std::string_view from, std::string_view to) {
        path(first, from, kScratch + 512);
        return call(first, Sys::rename, kScratch + 512, path(first, to));
    }
};

using List = std::vector<Seen>;

}  // namespace

TEST_CASE_FIXTURE(InotifyFixture, "a directory tells what happens to its entries, by name") {
    const int in = static_cast<int>(watch("/tmp/in"));
    CHECK(in == 1);
    const Fd fd = make("/tmp/in/file");
    write(first, fd, "abc");
    CHECK(call(first, Sys::pread64, fd, kBuffer, 1, 0) == 1);
    close(first, fd);
    CHECK(seen() == List{{in, kInCreate, "file"},
                         {in, kInOpen, "file"},
                         {in, kInModify, "file"},
                         {in, kInAccess, "file"},
                         {in, kInCloseWrite, "file"}});
    call(first, Sys::chmod, path(first, "/tmp/in/file"), 0600);
    call(first, Sys::truncate, path(first, "/tmp/in/file"), 1);
    close(first, static_cast<Fd>(open(first, "/tmp/in/file", kORdOnly)));
    call(first, Sys::unlink, path(first, "/tmp/in/file"));
    CHECK(seen() == List{{in, kInAttrib, "file"},
                         {in, kInModify, "file"},
                         {in, kInOpen, "file"},
                         {in, kInCloseNoWrite, "file"},
                         {in, kInDelete, "file"}});
    call(first, Sys::mkdir, path(first, "/tmp/in/sub"), 0700);
    call(first, Sys::rmdir, path(first, "/tmp/in/sub"));
    CHECK(seen() == List{{in, kInCreate | kInIsDirectory, "sub"}, {in, kInDelete | kInIsDirectory, "sub"}});
}

TEST_CASE_FIXTURE(InotifyFixture, "both halves of a move have the same cookie") {
    close(first, make("/tmp/in/a"));
    const int in = static_cast<int>(watch("/tmp/in")), out = static_cast<int>(watch("/tmp/out")),
              file = static_cast<int>(watch("/tmp/in/a"));
    CHECK(rename("/tmp/in/a", "/tmp/out/b") == 0);
    CHECK(seen() == List{{in, kInMovedFrom, "a"}, {out, kInMovedTo, "b"}, {file, kInMoveSelf}});
    REQUIRE(cookies.size() == 2);
    CHECK(cookies[0] == cookies[1]);
    const std::uint32_t before = cookies[0];
    CHECK(rename("/tmp/out/b", "/tmp/out/c") == 0);
    seen();
    CHECK(cookies[0] != before);
}

TEST_CASE_FIXTURE(
    InotifyFixture,
    "an open file is told of under its present name, and under its last one once it is unlinked") {
    const Fd fd = make("/tmp/in/a");
    const int in = static_cast<int>(watch("/tmp/in", kInModify)),
              out = static_cast<int>(watch("/tmp/out", kInModify));
    rename("/tmp/in/a", "/tmp/out/b");
    write(first, fd, "x");
    CHECK(seen() == List{{out, kInModify, "b"}});
    call(first, Sys::unlink, path(first, "/tmp/out/b"));
    write(first, fd, "x");
    CHECK(seen() == List{{out, kInModify, "b"}});
    CHECK(watch("/tmp/out", kInModify | kExcludeUnlinked) == out);
    write(first, fd, "x");
    CHECK(seen().empty());
    static_cast<void>(in);
}

TEST_CASE_FIXTURE(
    InotifyFixture,
    "a watched file tells its end: the last name and the last descriptor, and then its watch goes") {
    const Fd fd = make("/tmp/in/a");
    const int file = static_cast<int>(watch("/tmp/in/a"));
    call(first, Sys::unlink, path(first, "/tmp/in/a"));
    CHECK(seen() == List{{file, kInAttrib}});
    close(first, fd);
    CHECK(seen() == List{{file, kInCloseWrite}, {file, kInDeleteSelf}, {file, kInIgnored}});
    CHECK(call(first, Sys::inotify_rm_watch, notes, file) == error(Errno::einval));
}

TEST_CASE_FIXTURE(InotifyFixture, "what a rename replaces is told of, and so are new links") {
    close(first, make("/tmp/in/a"));
    close(first, make("/tmp/in/b"));
    const int a = static_cast<int>(watch("/tmp/in/a")), b = static_cast<int>(watch("/tmp/in/b"));
    rename("/tmp/in/a", "/tmp/in/b");
    CHECK(seen() == List{{b, kInAttrib}, {a, kInMoveSelf}, {b, kInDeleteSelf}, {b, kInIgnored}});
    path(first, "/tmp/in/b", kScratch + 512);
    CHECK(call(first, Sys::link, kScratch + 512, path(first, "/tmp/in/c")) == 0);
    CHECK(seen() == List{{a, kInAttrib}});
}

TEST_CASE_FIXTURE(InotifyFixture, "an event that is equal to the last one in the queue is not added") {
    const Fd fd = make("/tmp/in/a");
    const int file = static_cast<int>(watch("/tmp/in/a"));
    for (int i = 0; i < 3; ++i) write(first, fd, "x");
    CHECK(call(first, Sys::ioctl, notes, 0x541b, kScratch) == 0);
    CHECK(load<std::int32_t>(first, kScratch) == 16);
    call(first, Sys::fchmod, fd, 0600);
    write(first, fd, "x");
    CHECK(seen() == List{{file, kInModify}, {file, kInAttrib}, {file, kInModify}});
}

TEST_CASE_FIXTURE(InotifyFixture,
                  "a second watch of the same inode replaces the mask, or adds to it, or is refused") {
    const Fd fd = make("/tmp/in/a");
    const std::int64_t file = watch("/tmp/in/a", kInAttrib);
    CHECK(watch("/tmp/in/a", kInModify) == file);
    call(first, Sys::fchmod, fd, 0600);
    CHECK(seen().empty());
    CHECK(watch("/tmp/in/a", kInAttrib | kMaskAdd) == file);
    call(first, Sys::fchmod, fd, 0600);
    write(first, fd, "x");
    CHECK(seen().size() == 2);
    CHECK(watch("/tmp/in/a", kInAttrib | kMaskCreate) == error(Errno::eexist));
}

TEST_CASE_FIXTURE(InotifyFixture, "a one-shot watch ends with its first event") {
    const Fd fd = make("/tmp/in/a");
    const int file = static_cast<int>(watch("/tmp/in/a", kInModify | kOneShot));
    for (int i = 0; i < 2; ++i) write(first, fd, "x");
    CHECK(seen() == List{{file, kInModify}, {file, kInIgnored}});
    CHECK(watch("/tmp/in/a", kInModify) == file + 1);
}

TEST_CASE_FIXTURE(InotifyFixture, "a queue that is full says so once") {
    kernel.limits.inotify_events = 2;
    const int in = static_cast<int>(watch("/tmp/in", kInCreate));
    for (const std::string_view name : {"/tmp/in/a", "/tmp/in/b", "/tmp/in/c", "/tmp/in/d"})
        close(first, make(name));
    CHECK(seen() == List{{in, kInCreate, "a"}, {in, kInCreate, "b"}, {-1, kInOverflow}});
}

TEST_CASE_FIXTURE(InotifyFixture, "a reader sleeps until something happens, and takes only what fits") {
    const auto waiting = static_cast<Fd>(call(first, Sys::inotify_init1, 0));
    call(first, Sys::inotify_add_watch, waiting, path(first, "/tmp/in"), kInCreate);
    const Tid child = fork(first);
    CHECK(read(child, waiting, 100) == kSleeps);
    CHECK(describe_wait(kernel, child) == "blocked in read on inotify 2");
    close(first, make("/tmp/in/a"));
    close(first, make("/tmp/in/b"));
    CHECK(resume(child) == 64);
    close(first, make("/tmp/in/c"));
    CHECK(read(child, waiting, 31) == error(Errno::einval));
    CHECK(read(child, waiting, 40) == 32);
}

TEST_CASE_FIXTURE(InotifyFixture, "what inotify refuses") {
    CHECK(call(first, Sys::inotify_init1, 1) == error(Errno::einval));
    CHECK(watch("/tmp/in", 0) == error(Errno::einval));
    CHECK(watch("/tmp/in", kInOpen | kMaskAdd | kMaskCreate) == error(Errno::einval));
    CHECK(watch("/tmp/none") == error(Errno::enoent));
    CHECK(watch("/dev/null", kInOpen | kOnlyDirectory) == error(Errno::enotdir));
    CHECK(call(first, Sys::inotify_add_watch, 77, kBadAddress, kInOpen) == error(Errno::ebadf));
    CHECK(call(first, Sys::inotify_add_watch, 0, path(first, "/tmp"), kInOpen) == error(Errno::einval));
    CHECK(call(first, Sys::inotify_rm_watch, notes, 5) == error(Errno::einval));
    CHECK(read(first, notes, 0) == error(Errno::eagain));
    CHECK(write(first, notes, "x") == error(Errno::ebadf));
    kernel.limits.inotify_watches = 0;
    CHECK(watch("/tmp/in") == error(Errno::enospc));
    kernel.limits.inotify_instances = 1;
    CHECK(call(first, Sys::inotify_init1, 0) == error(Errno::emfile));
}

TEST_CASE_FIXTURE(
    InotifyFixture,
    "what many descriptors are closed of at once goes in the order of their last ones, the highest first") {
    const int in = static_cast<int>(watch("/tmp/in", kInCloseWrite));
    const Fd one = make("/tmp/in/1");
    make("/tmp/in/2");
    make("/tmp/in/3");
    REQUIRE(call(first, Sys::dup2, one, 9) == 9);
    const Tid child = fork(first);
    CHECK(call(first, Sys::close_range, one, 9, 0) == 0);
    CHECK(seen().empty());
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(seen() == List{{in, kInCloseWrite, "1"}, {in, kInCloseWrite, "3"}, {in, kInCloseWrite, "2"}});
}

TEST_CASE_FIXTURE(InotifyFixture, "a process that ends leaves its directory before it closes its files") {
    const int in = static_cast<int>(watch("/tmp/in", kInCloseWrite));
    const Tid child = fork(first);
    REQUIRE(open(child, "/tmp/in/1", kOCreat | kORdWr) >= 0);
    REQUIRE(call(child, Sys::chdir, path(child, "/tmp/out")) == 0);
    const int out = static_cast<int>(watch("/tmp/out", kInDeleteSelf));
    REQUIRE(call(child, Sys::rmdir, path(child, "/tmp/out")) == 0);
    CHECK(seen().empty());
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(seen() == List{{out, kInDeleteSelf}, {out, kInIgnored}, {in, kInCloseWrite, "1"}});
}

}  // namespace ipclab::kernel
