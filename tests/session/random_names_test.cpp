// Invented names in traces.
#include "sim/session/random_names.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "kernel/syscalls.h"

using namespace ipclab;
using kernel::Sys;

namespace {

struct Builder {
    kernel::Trace trace;
    trace::LeftBehind left;
    void leave(std::string path) {
        left.objects.push_back({trace::LeftKind::regular_file, std::move(path), {}, {}});
    }
    void call(Sys number, std::array<std::uint64_t, 6> args, std::int64_t result, int argument,
              std::string_view path) {
        kernel::Event event;
        event.kind = kernel::EventKind::syscall;
        event.number = static_cast<std::uint16_t>(number);
        event.args = args;
        event.result = result;
        trace.add(event);
        trace.add_payload(static_cast<std::uint8_t>(argument), path);
    }
    std::string path(std::size_t event, std::uint8_t argument) const {
        return std::string(trace.item(trace.events[event], argument).text());
    }
};

constexpr std::uint64_t kExclusive = 02 | 0100 | 0200;  // O_RDWR | O_CREAT | O_EXCL

}  // namespace

TEST_CASE("a name that mkstemp() or mkdtemp() invented is hidden wherever it is used afterwards") {
    Builder b;
    b.call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, "/tmp/a1b2C3");
    b.call(Sys::unlink, {}, 0, 0, "/tmp/a1b2C3");
    b.call(Sys::mkdir, {0, 0700}, 0, 0, "/tmp/d.Zzzzz9");
    b.call(Sys::openat, {0, 0, kExclusive, 0644}, 3, 1, "/tmp/d.Zzzzz9/file");
    b.call(Sys::rmdir, {}, 0, 0, "/tmp/d.Zzzzz9");
    b.leave("/tmp/a1b2C3");
    b.leave("/tmp/d.Zzzzz9/file");
    session::hide_random_names(b.trace, b.left);
    CHECK(b.path(0, 1) == "/tmp/XXXXXX");
    CHECK(b.path(1, 0) == "/tmp/XXXXXX");
    CHECK(b.path(2, 0) == "/tmp/d.XXXXXX");
    CHECK(b.path(3, 1) == "/tmp/d.XXXXXX/file");
    CHECK(b.path(4, 0) == "/tmp/d.XXXXXX");
    CHECK(b.left.objects[0].name == "/tmp/XXXXXX");
    CHECK(b.left.objects[1].name == "/tmp/d.XXXXXX/file");
}

TEST_CASE(
    "the name that sem_open() invents is hidden whatever mode its caller gave, the semaphore's own name is "
    "not") {
    Builder b;
    b.call(Sys::newfstatat, {}, -2, 1, "/dev/shm/sem.Ab3dEf");
    b.call(Sys::openat, {0, 0, kExclusive, 0644}, 3, 1, "/dev/shm/sem.Ab3dEf");
    b.call(Sys::link, {}, 0, 0, "/dev/shm/sem.Ab3dEf");
    b.call(Sys::openat, {0, 0, 02, 0}, 4, 1, "/dev/shm/sem.fork00");
    session::hide_random_names(b.trace, b.left);
    CHECK(b.path(0, 1) == "/dev/shm/sem.XXXXXX");
    CHECK(b.path(1, 1) == "/dev/shm/sem.XXXXXX");
    CHECK(b.path(2, 0) == "/dev/shm/sem.XXXXXX");
    CHECK(b.path(3, 1) == "/dev/shm/sem.fork00");
}

TEST_CASE("names that a program chose stay, and so do data and invented names that failed") {
    Builder b;
    b.call(Sys::openat, {0, 0, kExclusive, 0644}, 3, 1, "/tmp/chosen");    // another mode
    b.call(Sys::openat, {0, 0, 0102, 0600}, 3, 1, "/tmp/chosen");          // not exclusive
    b.call(Sys::openat, {0, 0, kExclusive, 0600}, -17, 1, "/tmp/taken1");  // EEXIST
    b.call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, "/tmp/a-b.c");     // not six letters
    b.call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, "/tmp/hidden");
    b.call(Sys::write, {1, 0, 11}, 11, 1, "/tmp/hidden");
    b.leave("/tmp/chosen");
    session::hide_random_names(b.trace, b.left);
    CHECK(b.path(0, 1) == "/tmp/chosen");
    CHECK(b.path(1, 1) == "/tmp/chosen");
    CHECK(b.path(2, 1) == "/tmp/taken1");
    CHECK(b.path(3, 1) == "/tmp/a-b.c");
    CHECK(b.path(4, 1) == "/tmp/XXXXXX");
    CHECK(b.path(5, 1) == "/tmp/hidden");
    CHECK(b.left.objects[0].name == "/tmp/chosen");
}
