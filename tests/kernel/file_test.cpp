#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

struct Files : Fixture {
    Tid self = first;
    Fd must_open(std::string_view name, std::uint32_t flags = kORdWr | kOCreat, std::uint32_t mode = 0644) {
        const std::int64_t fd = open(self, name, flags, mode);
        REQUIRE(fd >= 0);
        return static_cast<Fd>(fd);
    }
    std::int64_t by_path(Sys number, std::string_view name, std::uint64_t second = 0) {
        return call(self, number, path(self, name), second);
    }
    std::int64_t by_paths(Sys number, std::string_view a, std::string_view b) {
        const std::uint64_t one = path(self, a), two = path(self, b, kScratch + 4200);
        return call(self, number, one, two);
    }
    std::uint32_t mode_of(std::string_view name) {
        REQUIRE(call(self, Sys::stat, path(self, name), kBuffer) == 0);
        return load<std::uint32_t>(self, kBuffer + 24);
    }
    std::uint32_t mode_of(Fd fd) {
        REQUIRE(call(self, Sys::fstat, fd, kBuffer) == 0);
        return load<std::uint32_t>(self, kBuffer + 24);
    }
    std::int64_t size_of(std::string_view name) {
        REQUIRE(call(self, Sys::stat, path(self, name), kBuffer) == 0);
        return load<std::int64_t>(self, kBuffer + 48);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Files, "open gives the lowest free descriptor") {
    CHECK(must_open("/tmp/a") == 3);
    CHECK(must_open("/tmp/b") == 4);
    close(self, 3);
    CHECK(must_open("/tmp/c") == 3);
    CHECK(call(self, Sys::dup, 4) == 5);
}

TEST_CASE_FIXTURE(Files, "what is written to a file is read back, at the description's offset") {
    const Fd fd = must_open("/tmp/a");
    CHECK(write(self, fd, "hello") == 5);
    CHECK(read(self, fd, 10) == 0);
    CHECK(call(self, Sys::lseek, fd, 1, 0) == 1);
    CHECK(read_text(self, fd, 3) == "ell");
    const Fd again = must_open("/tmp/a", kORdOnly);
    CHECK(read_text(self, again, 10) == "hello");  // an offset of its own
}

TEST_CASE_FIXTURE(Files, "duplicated descriptors share the offset and the status flags, not close-on-exec") {
    const Fd fd = must_open("/tmp/a");
    const auto copy = static_cast<Fd>(call(self, Sys::fcntl, fd, 1030, 10));
    CHECK(copy == 10);
    write(self, fd, "abc");
    CHECK(call(self, Sys::lseek, copy, 0, 1) == 3);
    CHECK(call(self, Sys::fcntl, fd, 4, kOAppend | kONonBlock) == 0);
    CHECK(call(self, Sys::fcntl, copy, 3, 0) == (kORdWr | kOAppend | kONonBlock | 0100000));
    CHECK(call(self, Sys::fcntl, copy, 1, 0) == 1);
    CHECK(call(self, Sys::fcntl, fd, 1, 0) == 0);
    CHECK(call(self, Sys::fcntl, fd, 2, 1) == 0);
    CHECK(call(self, Sys::fcntl, fd, 1, 0) == 1);
}

TEST_CASE_FIXTURE(Files, "dup2 closes what was there, and does nothing for equal descriptors") {
    const PipeEnds ends = pipe(self);
    const Fd fd = must_open("/tmp/a");
    CHECK(call(self, Sys::dup2, fd, ends.write) == ends.write);
    CHECK(read(self, ends.read, 1) == 0);  // the write end went
    CHECK(call(self, Sys::dup2, fd, fd) == fd);
    CHECK(call(self, Sys::dup2, 77, 77) == error(Errno::ebadf));
    CHECK(call(self, Sys::dup2, 77, -1) == error(Errno::ebadf));
    CHECK(call(self, Sys::dup2, fd, 1024) == error(Errno::ebadf));
    CHECK(call(self, Sys::dup3, fd, fd, 0) == error(Errno::einval));
    CHECK(call(self, Sys::dup3, fd, 50, 1) == error(Errno::einval));
    CHECK(call(self, Sys::dup3, fd, 50, kOCloExec) == 50);
    CHECK(call(self, Sys::fcntl, 50, 1, 0) == 1);
}

TEST_CASE_FIXTURE(Files, "descriptors that are not open give EBADF everywhere") {
    for (Sys number :
         {Sys::read, Sys::write, Sys::close, Sys::fstat, Sys::dup, Sys::fcntl, Sys::lseek, Sys::ioctl})
        for (int fd : {-1, 50, 100'000}) CHECK(call(self, number, fd, kBuffer, 1) == error(Errno::ebadf));
}

TEST_CASE("the descriptor table is full at RLIMIT_NOFILE: EMFILE, and nothing is left behind") {
    BootOptions options = Fixture::default_options();
    options.limits.open_files = 5;
    Fixture f(options);
    CHECK(f.open(f.first, "/tmp/a", kOCreat | kORdWr) == 3);
    CHECK(f.call(f.first, Sys::pipe, Fixture::kBuffer) == error(Errno::emfile));
    CHECK(f.kernel.pipes.empty());
    CHECK(f.call(f.first, Sys::dup, 0) == 4);
    CHECK(f.call(f.first, Sys::dup, 0) == error(Errno::emfile));
    CHECK(f.open(f.first, "/tmp/new", kOCreat | kORdWr) == error(Errno::emfile));
    CHECK(f.open(f.first, "/tmp/new", kORdWr) == error(Errno::emfile));
    CHECK(f.call(f.first, Sys::fcntl, 0, 0, 5) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Files, "with O_APPEND every write goes to the end") {
    const Fd a = must_open("/tmp/log", kOCreat | kOWrOnly | kOAppend),
             b = must_open("/tmp/log", kOWrOnly | kOAppend);
    write(self, a, "one ");
    write(self, b, "two ");
    write(self, a, "three");
    CHECK(read_text(self, must_open("/tmp/log", kORdOnly), 50) == "one two three");
}

TEST_CASE_FIXTURE(Files, "O_CREAT, O_EXCL, O_TRUNC and O_DIRECTORY do what open(2) says") {
    CHECK(open(self, "/tmp/a", kORdOnly) == error(Errno::enoent));
    write(self, must_open("/tmp/a"), "text");
    CHECK(open(self, "/tmp/a", kOCreat | kOExcl | kORdWr) == error(Errno::eexist));
    CHECK(size_of("/tmp/a") == 4);
    must_open("/tmp/a", kOWrOnly | kOTrunc);
    CHECK(size_of("/tmp/a") == 0);
    CHECK(open(self, "/tmp/a", kODirectory) == error(Errno::enotdir));
    CHECK(open(self, "/tmp", kORdWr) == error(Errno::eisdir));
    CHECK(open(self, "/tmp", kOCreat | kORdWr) == error(Errno::eisdir));
    CHECK(open(self, "/tmp/new/", kOCreat | kORdWr) == error(Errno::eisdir));
    CHECK(open(self, "/tmp", kOCreat | kODirectory) == error(Errno::einval));
    CHECK(open(self, "", kORdOnly) == error(Errno::enoent));
    CHECK(open(self, "/tmp/a/b", kORdOnly) == error(Errno::enotdir));
    CHECK(open(self, "/tmp/a/", kORdOnly) == error(Errno::enotdir));
    CHECK(call(self, Sys::open, kBadAddress, 0, 0) == error(Errno::efault));
    CHECK(open(self, std::string(5000, 'x'), kORdOnly) == error(Errno::enametoolong));
    CHECK(open(self, "/tmp/" + std::string(256, 'x'), kOCreat) == error(Errno::enametoolong));
}

TEST_CASE_FIXTURE(Files, "a descriptor can do what it was opened for, and no more") {
    const Fd reader = must_open("/tmp/a", kOCreat | kORdOnly), writer = must_open("/tmp/a", kOWrOnly);
    CHECK(write(self, reader, "x") == error(Errno::ebadf));
    CHECK(read(self, writer, 1) == error(Errno::ebadf));
    const Fd neither = must_open("/tmp/a", 3);
    CHECK(write(self, neither, "x") == error(Errno::ebadf));
    CHECK(read(self, neither, 1) == error(Errno::ebadf));
    CHECK(read(self, must_open("/tmp", kORdOnly), 1) == error(Errno::eisdir));
}

TEST_CASE_FIXTURE(Files, "umask takes permissions from new files, and they are obeyed") {
    CHECK(call(self, Sys::umask, 027) == 022);
    must_open("/tmp/a", kOCreat | kORdWr, 0666);
    CHECK(mode_of("/tmp/a") == 0100640);
    by_path(Sys::chmod, "/tmp/a", 0200);
    CHECK(open(self, "/tmp/a", kORdOnly) == error(Errno::eacces));
    CHECK(by_path(Sys::access, "/tmp/a", 4) == error(Errno::eacces));
    CHECK(by_path(Sys::access, "/tmp/a", 2) == 0);
    CHECK(by_path(Sys::access, "/tmp/a", 8) == error(Errno::einval));
    CHECK(open(self, "/bin/test", kORdWr) == error(Errno::eacces));
    CHECK(open(self, "/bin/new", kORdWr | kOCreat) == error(Errno::eacces));
    CHECK(by_path(Sys::unlink, "/bin/test") == error(Errno::eacces));
}

TEST_CASE_FIXTURE(Files, "a file that is unlinked while open lives until its last descriptor is closed") {
    const Fd fd = must_open("/tmp/a");
    write(self, fd, "still here");
    const std::size_t inodes = kernel.inodes.size();
    CHECK(by_path(Sys::unlink, "/tmp/a") == 0);
    CHECK(open(self, "/tmp/a", kORdOnly) == error(Errno::enoent));
    const Tid child = fork(self);
    close(self, fd);
    CHECK(call(child, Sys::lseek, fd, 0, 0) == 0);
    CHECK(read_text(child, fd, 20) == "still here");
    CHECK(kernel.inodes.size() == inodes);
    close(child, fd);
    CHECK(kernel.inodes.size() == inodes - 1);
}

TEST_CASE_FIXTURE(Files, "pread and pwrite leave the offset alone; pipes cannot do it") {
    const Fd fd = must_open("/tmp/a");
    put(self, "abcdef");
    CHECK(call(self, Sys::pwrite64, fd, kBuffer, 6, 2) == 6);
    CHECK(call(self, Sys::lseek, fd, 0, 1) == 0);
    CHECK(call(self, Sys::pread64, fd, kBuffer, 3, 1) == 3);
    CHECK(get(self, 3) == std::string("\0ab", 3));
    const PipeEnds ends = pipe(self);
    CHECK(call(self, Sys::pread64, ends.read, kBuffer, 1, 0) == error(Errno::espipe));
    CHECK(call(self, Sys::pread64, 77, kBuffer, 1, -1) == error(Errno::einval));
    CHECK(call(self, Sys::lseek, ends.read, 0, 0) == error(Errno::espipe));
    CHECK(call(self, Sys::lseek, ends.read, 0, 77) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Files, "lseek past the end makes a hole that reads as zeroes") {
    const Fd fd = must_open("/tmp/a");
    CHECK(call(self, Sys::lseek, fd, 5000, 2) == 5000);
    CHECK(size_of("/tmp/a") == 0);
    write(self, fd, "x");
    CHECK(size_of("/tmp/a") == 5001);
    CHECK(call(self, Sys::pread64, fd, kBuffer, 2, 4999) == 2);
    CHECK(get(self, 2) == std::string("\0x", 2));
    CHECK(call(self, Sys::lseek, fd, -1, 0) == error(Errno::einval));
    CHECK(call(self, Sys::lseek, fd, INT64_MAX, 2) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Files, "readv and writev use several buffers as one") {
    const PipeEnds ends = pipe(self);
    put(self, "onetwo");
    store(self, std::array<std::uint64_t, 6>{kBuffer, 3, kBuffer, 0, kBuffer + 3, 3});
    CHECK(call(self, Sys::writev, ends.write, kScratch, 3) == 6);
    store(self, std::array<std::uint64_t, 4>{kBuffer + 100, 2, kBuffer + 200, 10});
    CHECK(call(self, Sys::readv, ends.read, kScratch, 2) == 6);
    CHECK(get(self, 2, kBuffer + 100) == "on");
    CHECK(get(self, 4, kBuffer + 200) == "etwo");
    CHECK(call(self, Sys::readv, ends.read, kScratch, -1) == error(Errno::einval));
    CHECK(call(self, Sys::readv, ends.read, kScratch, 1025) == error(Errno::einval));
    CHECK(call(self, Sys::readv, ends.read, kBadAddress, 0) == 0);
    CHECK(call(self, Sys::readv, ends.read, kBadAddress, 1) == error(Errno::efault));
    store(self, std::array<std::uint64_t, 4>{kBuffer, ~0ull, kBuffer, 1});
    CHECK(call(self, Sys::readv, ends.read, kScratch, 2) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Files, "the devices null, zero and full are as null(4) and full(4) say") {
    const Fd null = must_open("/dev/null", kORdWr), zero = must_open("/dev/zero", kORdWr),
             full = must_open("/dev/full", kORdWr);
    CHECK(write(self, null, "gone") == 4);
    CHECK(read(self, null, 4) == 0);
    put(self, "abc");
    CHECK(read_text(self, zero, 3) == std::string(3, '\0'));
    CHECK(write(self, full, "x") == error(Errno::enospc));
    CHECK(call(self, Sys::write, null, kBadAddress, 9) == 9);
    CHECK(call(self, Sys::read, zero, kBadAddress, 9) == error(Errno::efault));
    CHECK((mode_of("/dev/null") & 0170000) == 0020000);
}

TEST_CASE_FIXTURE(Files, "fstat tells the terminal from pipes and files") {
    const PipeEnds ends = pipe(self);
    CHECK((mode_of(Fd{1}) & 0170000) == 0020000);
    CHECK((mode_of(ends.read) & 0170000) == 0010000);
    CHECK((mode_of(must_open("/tmp/a")) & 0170000) == 0100000);
    CHECK(call(self, Sys::ioctl, 1, 0x5401, kBuffer) == 0);
    CHECK(call(self, Sys::ioctl, ends.read, 0x5401, kBuffer) == error(Errno::enotty));
}

TEST_CASE("standard streams that are files can be sought in, and what is written reaches the world") {
    BootOptions options = Fixture::default_options();
    options.standard_streams = {StreamKind::file, StreamKind::file, StreamKind::file};
    options.input = "one\ntwo\n";
    Fixture f(options);
    CHECK(f.read_text(f.first, 0, 100) == "one\ntwo\n");
    CHECK(f.read(f.first, 0, 100) == 0);  // nobody waits for more
    CHECK(f.call(f.first, Sys::lseek, 0, -4, 1) == 4);
    const Tid child = f.fork(f.first);
    CHECK(f.read_text(child, 0, 100) == "two\n");
    CHECK(f.read(f.first, 0, 100) == 0);  // they share the offset
    CHECK(f.write(f.first, 1, "out") == 3);
    CHECK(f.call(f.first, Sys::lseek, 1, 0, 1) == 3);
    CHECK(f.write(f.first, 2, "err") == 3);
    const auto outputs = f.events(EventKind::output);
    REQUIRE(outputs.size() == 2);
    CHECK(outputs[0].result == 1);
    CHECK(f.trace.item(outputs[0], 0).text() == "out");
    CHECK(outputs[1].result == 2);
    CHECK(f.kernel.memory[f.kernel.streams[standard_stream(1)].output].text() == "out");
    CHECK(describe(f.kernel, ref(f.kernel.streams[standard_stream(0)].file)) == "standard input");
    feed_input(f.kernel, standard_stream(0), "three\n", &f.trace);
    CHECK(f.read_text(f.first, 0, 100) == "three\n");
    for (Fd fd : {0, 1, 2}) {
        CHECK(f.close(f.first, fd) == 0);
        CHECK(f.close(child, fd) == 0);
    }
    CHECK(f.kernel.memory[f.kernel.streams[standard_stream(1)].output].text() == "out");
    feed_input(f.kernel, standard_stream(0), "nobody reads this\n", &f.trace);
}

TEST_CASE_FIXTURE(Files, "file sizes are limited: EFBIG, after a partial write up to the limit") {
    kernel.limits.file_bytes = 6000;
    const Fd fd = must_open("/tmp/a");
    CHECK(write(self, fd, std::string(8000, 'x')) == 6000);
    CHECK(write(self, fd, "x") == error(Errno::efbig));
    CHECK(call(self, Sys::ftruncate, fd, 7000) == error(Errno::efbig));
    std::uint64_t there = 0;
    for (const auto& [id, object] : kernel.memory) there += object->size();
    kernel.limits.filesystem_bytes = there + 4096;
    CHECK(write(self, must_open("/tmp/b"), std::string(6000, 'x')) == 4096);
    CHECK(write(self, must_open("/tmp/c"), "x") == error(Errno::enospc));
}

TEST_CASE_FIXTURE(Files, "O_TMPFILE makes a file without a name, which goes with its last descriptor") {
    constexpr std::uint32_t kTmpFile = 020200000;
    const std::size_t before = kernel.inodes.size();
    const Fd fd = must_open("/tmp", kORdWr | kTmpFile, 0600);
    CHECK((mode_of(fd) & 0170000) == 0100000);
    CHECK(write(self, fd, "text") == 4);
    CHECK(call(self, Sys::lseek, fd, 0, 0) == 0);
    CHECK(read_text(self, fd, 10) == "text");
    CHECK(kernel.inodes.size() == before + 1);
    CHECK(call(self, Sys::close, fd) == 0);
    CHECK(kernel.inodes.size() == before);
    CHECK(open(self, "/tmp", kTmpFile, 0600) == error(Errno::einval));  // it would never be written
    CHECK(open(self, "/tmp", kORdWr | 020000000, 0600) == error(Errno::einval));
    CHECK(open(self, "/tmp", kORdWr | kTmpFile | kOCreat, 0600) == error(Errno::einval));
    CHECK(open(self, "/nosuch", kORdWr | kTmpFile, 0600) == error(Errno::enoent));
    CHECK(open(self, "/dev/null", kORdWr | kTmpFile, 0600) == error(Errno::enotdir));
    CHECK(open(self, "/bin", kORdWr | kTmpFile, 0600) == error(Errno::eacces));
}

TEST_CASE_FIXTURE(Files, "the users of the machine stand in /etc/passwd, which is root's") {
    const Fd users = must_open("/etc/passwd", 0);
    CHECK(read_text(self, users, 100).find("student:x:1000:1000:student:/home/student:/bin/sh") !=
          std::string::npos);
    CHECK(open(self, "/etc/passwd", kORdWr, 0) == error(Errno::eacces));
}

TEST_CASE_FIXTURE(Files, "directories: mkdir, rmdir, and their errors in Linux's order") {
    CHECK(by_path(Sys::mkdir, "/tmp/d", 0755) == 0);
    CHECK(by_path(Sys::mkdir, "/tmp/d/e/", 0755) == 0);
    CHECK(by_path(Sys::mkdir, "/tmp/d", 0755) == error(Errno::eexist));
    CHECK(by_path(Sys::mkdir, "/", 0755) == error(Errno::eexist));
    CHECK(by_path(Sys::mkdir, "/tmp/.", 0755) == error(Errno::eexist));
    CHECK(by_path(Sys::mkdir, "/bin/d", 0755) == error(Errno::eacces));
    CHECK(by_path(Sys::rmdir, "/tmp/d") == error(Errno::enotempty));
    CHECK(by_path(Sys::rmdir, "/tmp/d/.") == error(Errno::einval));
    CHECK(by_path(Sys::rmdir, "/tmp/d/..") == error(Errno::enotempty));
    CHECK(by_path(Sys::rmdir, "/") == error(Errno::ebusy));
    CHECK(by_path(Sys::unlink, "/tmp/d") == error(Errno::eisdir));
    CHECK(by_path(Sys::unlink, "/") == error(Errno::eisdir));
    CHECK(by_path(Sys::rmdir, "/tmp/d/e") == 0);
    CHECK(by_path(Sys::rmdir, "/tmp/d") == 0);
    CHECK(by_path(Sys::rmdir, "/tmp/d") == error(Errno::enoent));
    must_open("/tmp/f");
    CHECK(by_path(Sys::rmdir, "/tmp/f") == error(Errno::enotdir));
}

TEST_CASE_FIXTURE(Files, "a removed directory can still be the working directory, without a name") {
    by_path(Sys::mkdir, "/tmp/d", 0755);
    by_path(Sys::mkdir, "/tmp/d/e", 0755);
    CHECK(by_path(Sys::chdir, "/tmp/d/e") == 0);
    CHECK(call(self, Sys::getcwd, kBuffer, 100) == 9);
    CHECK(get(self, 9) == std::string("/tmp/d/e\0", 9));
    CHECK(by_path(Sys::rmdir, "/tmp/d/e") == 0);
    CHECK(by_path(Sys::rmdir, "/tmp/d") == 0);
    CHECK(call(self, Sys::getcwd, kBuffer, 100) == error(Errno::enoent));
    CHECK(open(self, "x", kOCreat | kORdWr) == error(Errno::enoent));
    const std::size_t inodes = kernel.inodes.size();
    CHECK(by_path(Sys::chdir, "../..") == 0);
    CHECK(kernel.inodes.size() == inodes - 2);
    CHECK(call(self, Sys::getcwd, kBuffer, 3) == error(Errno::erange));
    CHECK(call(self, Sys::getcwd, kBadAddress, 100) == error(Errno::efault));
}

TEST_CASE_FIXTURE(Files, "rename replaces in one step, and refuses to lose or loop anything") {
    write(self, must_open("/tmp/new"), "new");
    write(self, must_open("/tmp/old"), "old");
    CHECK(by_paths(Sys::rename, "/tmp/new", "/tmp/old") == 0);
    CHECK(read_text(self, must_open("/tmp/old", kORdOnly), 9) == "new");
    CHECK(open(self, "/tmp/new", kORdOnly) == error(Errno::enoent));
    by_path(Sys::mkdir, "/tmp/d", 0755);
    by_path(Sys::mkdir, "/tmp/d/e", 0755);
    CHECK(by_paths(Sys::rename, "/tmp/d", "/tmp/d/e/f") == error(Errno::einval));
    CHECK(by_paths(Sys::rename, "/tmp/d/e", "/tmp/d") == error(Errno::enotempty));
    CHECK(by_paths(Sys::rename, "/tmp/d", "/tmp/old") == error(Errno::enotdir));
    CHECK(by_paths(Sys::rename, "/tmp/old", "/tmp/d") == error(Errno::eisdir));
    CHECK(by_paths(Sys::rename, "/tmp/none", "/tmp/x") == error(Errno::enoent));
    CHECK(by_paths(Sys::rename, "/tmp/.", "/tmp/x") == error(Errno::ebusy));
    CHECK(by_paths(Sys::rename, "/tmp/old", "/bin/x") == error(Errno::eacces));
    CHECK(by_paths(Sys::rename, "/tmp/d/e", "/tmp/g") == 0);
    CHECK(by_path(Sys::rmdir, "/tmp/d") == 0);
}

TEST_CASE_FIXTURE(Files, "links: two names of one file, and symbolic ones that are followed") {
    write(self, must_open("/tmp/a"), "text");
    CHECK(by_paths(Sys::link, "/tmp/a", "/tmp/b") == 0);
    CHECK(by_path(Sys::unlink, "/tmp/a") == 0);
    CHECK(read_text(self, must_open("/tmp/b", kORdOnly), 9) == "text");
    CHECK(by_paths(Sys::link, "/tmp", "/tmp/c") == error(Errno::eperm));
    CHECK(by_paths(Sys::symlink, "b", "/tmp/s") == 0);
    CHECK(read_text(self, must_open("/tmp/s", kORdOnly), 9) == "text");
    CHECK(open(self, "/tmp/s", kONoFollow) == error(Errno::eloop));
    CHECK(open(self, "/tmp/s", kOCreat | kOExcl) == error(Errno::eexist));
    CHECK(call(self, Sys::readlink, path(self, "/tmp/s"), kBuffer, 9) == 1);
    CHECK(by_paths(Sys::symlink, "loop", "/tmp/loop") == 0);
    CHECK(open(self, "/tmp/loop", kORdOnly) == error(Errno::eloop));
    CHECK(by_paths(Sys::symlink, "/tmp/made", "/tmp/dangling") == 0);
    CHECK(open(self, "/tmp/dangling", kORdOnly) == error(Errno::enoent));
    must_open("/tmp/dangling", kOCreat | kOWrOnly);
    CHECK(size_of("/tmp/made") == 0);
}

TEST_CASE_FIXTURE(Files, "getdents64 lists a directory in parts") {
    by_path(Sys::mkdir, "/tmp/d", 0755);
    for (const char* name : {"/tmp/d/one", "/tmp/d/two", "/tmp/d/three"}) close(self, must_open(name));
    const Fd fd = must_open("/tmp/d", kORdOnly | kODirectory);
    std::string names;
    for (;;) {
        const std::int64_t bytes = call(self, Sys::getdents64, fd, kBuffer, 60);
        REQUIRE(bytes >= 0);
        if (bytes == 0) break;
        for (std::int64_t at = 0; at < bytes;) {
            const std::uint64_t record = kBuffer + static_cast<std::uint64_t>(at);
            names += get(self, 12, record + 19).c_str();
            names += ' ';
            at += load<std::uint16_t>(self, record + 16);
        }
    }
    CHECK(names == ". .. one three two ");
    CHECK(call(self, Sys::getdents64, must_open("/tmp/d", kORdOnly), kBuffer, 10) == error(Errno::einval));
    CHECK(call(self, Sys::getdents64, 0, kBuffer, 100) == error(Errno::enotdir));
}

TEST_CASE_FIXTURE(Files, "openat starts at a directory descriptor") {
    by_path(Sys::mkdir, "/tmp/d", 0755);
    const Fd directory = must_open("/tmp/d", kORdOnly);
    CHECK(call(self, Sys::openat, directory, path(self, "x"), kOCreat | kORdWr, 0600) >= 0);
    CHECK(mode_of("/tmp/d/x") == 0100600);
    CHECK(call(self, Sys::openat, 77, path(self, "x"), 0, 0) == error(Errno::ebadf));
    CHECK(call(self, Sys::openat, 0, path(self, "x"), 0, 0) == error(Errno::enotdir));
    CHECK(call(self, Sys::openat, 77, path(self, "/tmp"), 0, 0) >= 0);
}

TEST_CASE_FIXTURE(
    Files, "ioctl: FIONBIO, FIOCLEX and FIONCLEX are for every kind of descriptor; ENOTTY for others") {
    constexpr std::uint64_t kNonBlocking = 0x5421, kNoCloseOnExec = 0x5450, kCloseOnExec = 0x5451, kGetFd = 1,
                            kGetFl = 3;
    const Fd fd = must_open("/tmp/a");
    store<std::int32_t>(self, 1, kBuffer);
    CHECK(call(self, Sys::ioctl, fd, kNonBlocking, kBuffer) == 0);
    CHECK((call(self, Sys::fcntl, fd, kGetFl) & kONonBlock) != 0);
    store<std::int32_t>(self, 0, kBuffer);
    CHECK(call(self, Sys::ioctl, fd, kNonBlocking, kBuffer) == 0);
    CHECK((call(self, Sys::fcntl, fd, kGetFl) & kONonBlock) == 0);
    CHECK(call(self, Sys::ioctl, fd, kCloseOnExec) == 0);
    CHECK(call(self, Sys::fcntl, fd, kGetFd) == 1);
    CHECK(call(self, Sys::ioctl, fd, kNoCloseOnExec) == 0);
    CHECK(call(self, Sys::fcntl, fd, kGetFd) == 0);
    CHECK(call(self, Sys::ioctl, fd, kNonBlocking, 0) == error(Errno::efault));
    CHECK(call(self, Sys::ioctl, fd, 0x5401, kBuffer) == error(Errno::enotty));
}

}  // namespace ipclab::kernel
