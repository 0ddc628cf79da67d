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

void hide(Builder& one, Builder& other) {
    session::hide_random_names({one.trace, one.left}, {other.trace, other.left});
}

constexpr std::uint64_t kExclusive = 02 | 0100 | 0200;  // O_RDWR | O_CREAT | O_EXCL

}  // namespace

TEST_CASE("a name that mkstemp() or mkdtemp() invented is hidden wherever it is used afterwards") {
    std::array<Builder, 2> both;
    const std::array<std::string, 2> files{"/tmp/a1b2C3", "/tmp/Q9w8e7"}, directories{"d.Zzzzz9", "d.000000"},
        inner{"/fAbCdEf", "/fGhIjKl"};
    for (std::size_t i = 0; i < 2; ++i) {
        Builder& b = both[i];
        const std::string directory = "/tmp/" + directories[i];
        b.call(Sys::stat, {}, -2, 0, files[i]);
        b.call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, files[i]);
        b.call(Sys::unlink, {}, 0, 0, files[i]);
        b.call(Sys::mkdir, {0, 0700}, 0, 0, directory);
        b.call(Sys::openat, {0, 0, kExclusive, 0644}, 3, 1, directory + "/file");
        b.call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, directory + inner[i]);
        b.call(Sys::rmdir, {}, 0, 0, directories[i]);
        b.leave(files[i]);
        b.leave(directory + inner[i]);
    }
    hide(both[0], both[1]);
    for (const Builder& b : both) {
        CHECK(b.path(0, 0) == "/tmp/XXXXXX");
        CHECK(b.path(1, 1) == "/tmp/XXXXXX");
        CHECK(b.path(2, 0) == "/tmp/XXXXXX");
        CHECK(b.path(3, 0) == "/tmp/d.XXXXXX");
        CHECK(b.path(4, 1) == "/tmp/d.XXXXXX/file");
        CHECK(b.path(5, 1) == "/tmp/d.XXXXXX/fXXXXXX");
        CHECK(b.path(6, 0) == "d.XXXXXX");
        CHECK(b.left.objects[0].name == "/tmp/XXXXXX");
        CHECK(b.left.objects[1].name == "/tmp/d.XXXXXX/fXXXXXX");
    }
}

TEST_CASE(
    "the name that sem_open() invents is hidden whatever mode its caller gave, the semaphore's own name is "
    "not") {
    std::array<Builder, 2> both;
    const std::array<std::string, 2> names{"/dev/shm/sem.Ab3dEf", "/dev/shm/sem.000000"};
    for (std::size_t i = 0; i < 2; ++i) {
        both[i].call(Sys::newfstatat, {}, -2, 1, names[i]);
        both[i].call(Sys::openat, {0, 0, kExclusive, 0644}, 3, 1, names[i]);
        both[i].call(Sys::link, {}, 0, 0, names[i]);
        both[i].call(Sys::openat, {0, 0, 02, 0}, 4, 1, "/dev/shm/sem.fork00");
    }
    hide(both[0], both[1]);
    for (const Builder& b : both) {
        CHECK(b.path(0, 1) == "/dev/shm/sem.XXXXXX");
        CHECK(b.path(1, 1) == "/dev/shm/sem.XXXXXX");
        CHECK(b.path(2, 0) == "/dev/shm/sem.XXXXXX");
        CHECK(b.path(3, 1) == "/dev/shm/sem.fork00");
    }
}

TEST_CASE("a name that the program chose is the same in both runs and stays, however it was made") {
    std::array<Builder, 2> both;
    for (Builder& b : both) {
        b.call(Sys::mkdir, {0, 0700}, 0, 0, "/tmp/my_secret");
        b.call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, "/tmp/hidden");
    }
    both[0].call(Sys::mkdir, {0, 0700}, 0, 0, "/tmp/abcdef");  // only one of them has come to that
    both[0].call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, "/tmp/my_file99");
    both[1].call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, "/tmp/my_other99");
    hide(both[0], both[1]);
    for (const Builder& b : both) {
        CHECK(b.path(0, 0) == "/tmp/my_secret");
        CHECK(b.path(1, 1) == "/tmp/hidden");
    }
    CHECK(both[0].path(2, 0) == "/tmp/abcdef");
    CHECK(both[0].path(3, 1) == "/tmp/my_file99");
    CHECK(both[1].path(2, 1) == "/tmp/my_other99");
}

TEST_CASE("what mkstemp() would have made otherwise, and data that looks like a name, stay") {
    std::array<Builder, 2> both;
    const std::array<std::string, 2> letters{"choseN", "Chosen"};
    for (std::size_t i = 0; i < 2; ++i) {
        Builder& b = both[i];
        b.call(Sys::openat, {0, 0, kExclusive, 0644}, 3, 1, "/tmp/" + letters[i]);    // another mode
        b.call(Sys::openat, {0, 0, 0102, 0600}, 3, 1, "/tmp/" + letters[i]);          // not exclusive
        b.call(Sys::openat, {0, 0, kExclusive, 0600}, -17, 1, "/tmp/" + letters[i]);  // EEXIST
        b.call(Sys::openat, {0, 0, kExclusive, 0600}, 3, 1, "/tmp/-" + letters[i].substr(1));
        b.call(Sys::write, {1, 0, 11}, 11, 1, "/tmp/" + letters[i]);
        b.leave("/tmp/" + letters[i]);
    }
    hide(both[0], both[1]);
    for (std::size_t i = 0; i < 2; ++i) {
        for (const std::size_t call : {0, 1, 2, 4}) CHECK(both[i].path(call, 1) == "/tmp/" + letters[i]);
        CHECK(both[i].path(3, 1) == "/tmp/-" + letters[i].substr(1));
        CHECK(both[i].left.objects[0].name == "/tmp/" + letters[i]);
    }
}
