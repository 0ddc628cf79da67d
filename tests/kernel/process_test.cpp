#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

TEST_CASE_FIXTURE(Fixture, "fork makes a child with a copy of the memory: later writes are not shared") {
    put(first, "before");
    const Tid child = fork(first);
    CHECK(child == Tid{3});
    CHECK(state(child) == TaskState::ready);
    CHECK(get(child, 6) == "before");
    put(child, "child!");
    CHECK(get(first, 6) == "before");
    CHECK(call(child, Sys::getpid) == 3);
    CHECK(call(child, Sys::getppid) == 2);
    CHECK(call(first, Sys::getppid) == 1);
}

TEST_CASE_FIXTURE(Fixture, "parent and child share open file descriptions, and so the offset") {
    const auto fd = static_cast<Fd>(open(first, "/tmp/f", kOCreat | kORdWr));
    write(first, fd, "abcdef");
    CHECK(call(first, Sys::lseek, fd, 0, 0) == 0);
    const Tid child = fork(first);
    CHECK(read_text(child, fd, 3) == "abc");
    CHECK(read_text(first, fd, 3) == "def");
    CHECK(holders(kernel, *process(first).fds->get(fd)) ==
          std::vector<Holder>{{pid(first), fd}, {pid(child), fd}});
}

TEST_CASE_FIXTURE(Fixture, "a child inherits handlers and mask, but neither pending signals nor the alarm") {
    set_handler(first, kSigUsr1, 0x401000);
    block_signals(first, bits(kSigUsr2));
    call(first, Sys::kill, first.value, kSigUsr2);
    call(first, Sys::alarm, 10);
    const Tid child = fork(first);
    CHECK((*process(child).actions)[kSigUsr1].handler == 0x401000);
    CHECK(task(child).blocked_signals == bits(kSigUsr2));
    CHECK(process(first).pending.set == bits(kSigUsr2));
    CHECK(process(child).pending.set == 0);
    CHECK(process(child).alarm_at_ns == kNever);
}

TEST_CASE("fork gives EAGAIN where the limit on processes is reached") {
    BootOptions options = Fixture::default_options();
    options.limits.processes = 3;
    Fixture f(options);
    f.fork(f.first);
    f.fork(f.first);
    CHECK(f.call(f.first, Sys::fork) == error(Errno::eagain));
    f.call(Tid{3}, Sys::exit_group, 0);
    CHECK(f.call(f.first, Sys::fork) == error(Errno::eagain));  // a zombie still counts
    f.call(f.first, Sys::wait4, -1, 0, 0, 0);
    CHECK(f.call(f.first, Sys::fork) == 5);  // numbers are not used again at once
}

TEST_CASE_FIXTURE(Fixture,
                  "vfork: the child has the parent's memory, and the parent waits until it executes") {
    put(first, "before");
    CHECK(call(first, Sys::vfork) == kSleeps);
    const Tid child = last.child;
    CHECK(child == Tid{3});
    put(child, "child!");
    CHECK(get(first, 6) == "child!");
    CHECK(kernel.spaces.size() == 1);
    CHECK(describe_wait(kernel, first) == "blocked in vfork until process 3 executes or ends");
    CHECK(call(child, Sys::execve, path(child, "/bin/other"), 0, 0) == 0);
    CHECK(kernel.spaces.size() == 2);
    CHECK(kernel.spaces[process(child).space].mappings().empty());
    CHECK(get(first, 6) == "child!");
    CHECK(resume(first) == child.value);
    CHECK(!last.child);
}

TEST_CASE_FIXTURE(Fixture, "vfork: the parent goes on when the child ends, or is killed") {
    CHECK(call(first, Sys::vfork) == kSleeps);
    CHECK(call(Tid{3}, Sys::exit_group, 5) == kEnds);
    CHECK(resume(first) == 3);
    CHECK(call(first, Sys::vfork) == kSleeps);
    REQUIRE(send_from_outside(kernel, Pid{4}, kSigKill, &trace).ok());
    signal(Tid{4});
    CHECK(resume(first) == 4);
    CHECK(kernel.spaces.size() == 1);
    put(first, "still there");
}

TEST_CASE_FIXTURE(Fixture, "vfork: a handler runs after the wait, only a fatal signal ends it") {
    set_handler(first, kSigUsr1, 0x401000);
    CHECK(call(first, Sys::vfork) == kSleeps);
    const Tid child = last.child;
    CHECK(call(child, Sys::kill, first.value, kSigUsr1) == 0);
    if (state(first) == TaskState::ready) CHECK(resume(first) == kSleeps);
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(resume(first) == child.value);
    CHECK(signal(first).has_value());
}

TEST_CASE_FIXTURE(Fixture, "vfork: a parent that is killed leaves its memory to the child") {
    const Tid parent = fork(first);
    CHECK(call(parent, Sys::vfork) == kSleeps);
    const Tid child = last.child;
    REQUIRE(send_from_outside(kernel, Pid{parent.value}, kSigKill, &trace).ok());
    if (state(parent) == TaskState::ready) resume(parent);
    if (kernel.tasks.contains(parent) && state(parent) != TaskState::zombie) signal(parent);
    CHECK(process(parent).is_zombie);
    put(child, "mine");
    CHECK(kernel.spaces.size() == 2);
    CHECK(call(child, Sys::vfork) == kSleeps);  // and it can do the same
    CHECK(call(last.child, Sys::exit_group, 0) == kEnds);
    CHECK(resume(child) == 5);
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(kernel.spaces.size() == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "clone with fork's flags is fork, with vfork's it is vfork; other flags are refused") {
    CHECK(call(first, Sys::clone, 0x1200011, 0, 0, kBuffer, 0) == 3);
    CHECK(load<std::int32_t>(Tid{3}, kBuffer) == 3);
    CHECK(call(first, Sys::clone, 0x4111, 0, 0, 0, 0) == kSleeps);
    CHECK(call(last.child, Sys::exit_group, 0) == kEnds);
    CHECK(resume(first) == 4);
    CHECK(call(first, Sys::clone, 0x200 | 17, 0, 0, 0, 0) == error(Errno::einval));  // CLONE_FS
}

TEST_CASE_FIXTURE(Fixture, "an exited child is a zombie until its parent waits for it") {
    const Tid child = fork(first);
    CHECK(call(child, Sys::exit_group, 7) == kEnds);
    CHECK(state(child) == TaskState::zombie);
    CHECK(process(child).fds->entries().empty());
    CHECK(call(first, Sys::kill, child.value, 0) == 0);  // a zombie can still be signalled
    CHECK(call(first, Sys::wait4, -1, kBuffer, 0, 0) == child.value);
    CHECK(load<std::int32_t>(first, kBuffer) == exited(7));
    CHECK(!exists(child));
    CHECK(call(first, Sys::kill, child.value, 0) == error(Errno::esrch));
}

TEST_CASE_FIXTURE(Fixture, "an exit code has eight bits") {
    const Tid child = fork(first);
    call(child, Sys::exit_group, 0x1ff);
    call(first, Sys::wait4, -1, kBuffer, 0, 0);
    CHECK(load<std::int32_t>(first, kBuffer) == exited(255));
}

TEST_CASE_FIXTURE(Fixture, "wait blocks until a child ends") {
    const Tid child = fork(first);
    CHECK(call(first, Sys::wait4, -1, kBuffer, 0, 0) == kSleeps);
    call(child, Sys::exit_group, 3);
    CHECK(state(first) == TaskState::ready);
    CHECK(resume(first) == child.value);
    CHECK(load<std::int32_t>(first, kBuffer) == exited(3));
}

TEST_CASE_FIXTURE(Fixture, "waitpid for one child is not satisfied by another") {
    const Tid a = fork(first), b = fork(first);
    CHECK(call(first, Sys::wait4, b.value, 0, 0, 0) == kSleeps);
    call(a, Sys::exit_group, 0);
    CHECK(resume(first) == kSleeps);
    call(b, Sys::exit_group, 0);
    CHECK(resume(first) == b.value);
    CHECK(call(first, Sys::wait4, -1, 0, 0, 0) == a.value);
    CHECK(call(first, Sys::wait4, -1, 0, 0, 0) == error(Errno::echild));
}

TEST_CASE_FIXTURE(Fixture, "WNOHANG returns 0 while no child has ended") {
    const Tid child = fork(first);
    CHECK(call(first, Sys::wait4, -1, 0, 1, 0) == 0);
    call(child, Sys::exit_group, 0);
    CHECK(call(first, Sys::wait4, -1, 0, 1, 0) == child.value);
    CHECK(call(first, Sys::wait4, -1, 0, 1, 0) == error(Errno::echild));
}

TEST_CASE_FIXTURE(Fixture, "wait4 checks its arguments in Linux's order") {
    CHECK(call(first, Sys::wait4, -1, 0, 0x12345, 0) == error(Errno::einval));
    CHECK(call(first, Sys::wait4, INT32_MIN, 0, 0, 0) == error(Errno::esrch));
    CHECK(call(first, Sys::wait4, 99, 0, 0, 0) == error(Errno::echild));
    const Tid child = fork(first);
    call(child, Sys::exit_group, 0);
    // The child is collected before the status is stored: a bad address loses it.
    CHECK(call(first, Sys::wait4, -1, kBadAddress, 0, 0) == error(Errno::efault));
    CHECK(!exists(child));
}

TEST_CASE_FIXTURE(Fixture, "wait can name a process group") {
    const Tid a = fork(first), b = fork(first);
    CHECK(call(first, Sys::setpgid, b.value, b.value) == 0);
    call(a, Sys::exit_group, 0);
    call(b, Sys::exit_group, 0);
    CHECK(call(first, Sys::wait4, -b.value, 0, 0, 0) == b.value);
    CHECK(call(first, Sys::wait4, 0, 0, 0, 0) == a.value);
}

TEST_CASE_FIXTURE(Fixture, "orphans are taken over by init, which reaps them at once") {
    const Tid child = fork(first), grandchild = fork(child);
    call(child, Sys::exit_group, 0);
    CHECK(process(grandchild).parent == kInit);
    CHECK(call(grandchild, Sys::getppid) == 1);
    call(grandchild, Sys::exit_group, 0);
    CHECK(!exists(grandchild));
    CHECK(exists(child));
    CHECK(events(EventKind::reparented).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "zombie children of a process that ends are reaped by init") {
    const Tid child = fork(first), grandchild = fork(child);
    call(grandchild, Sys::exit_group, 0);
    CHECK(state(grandchild) == TaskState::zombie);
    call(child, Sys::exit_group, 0);
    CHECK(!exists(grandchild));
}

TEST_CASE_FIXTURE(Fixture, "the end of the first process is kept, and everything is gone") {
    call(first, Sys::exit_group, 42);
    CHECK(kernel.first_wait_status == exited(42));
    CHECK(kernel.tasks.empty());
    CHECK(kernel.files.empty());
    CHECK(kernel.spaces.empty());
}

TEST_CASE_FIXTURE(
    Fixture, "with SIGCHLD ignored children leave no zombies, and wait ends with ECHILD after the last") {
    set_handler(first, kSigChld, kSigIgn);
    const Tid a = fork(first), b = fork(first);
    CHECK(call(first, Sys::wait4, -1, 0, 0, 0) == kSleeps);
    call(a, Sys::exit_group, 0);
    CHECK(!exists(a));
    CHECK(resume(first) == kSleeps);
    call(b, Sys::exit_group, 0);
    CHECK(resume(first) == error(Errno::echild));
}

TEST_CASE_FIXTURE(Fixture, "SA_NOCLDWAIT makes no zombies but still sends SIGCHLD") {
    set_handler(first, kSigChld, 0x401000, kSaNoCldWait);
    const Tid child = fork(first);
    call(child, Sys::exit_group, 0);
    CHECK(!exists(child));
    CHECK(signal(first)->signal == kSigChld);
}

TEST_CASE_FIXTURE(Fixture, "SIGCHLD says who ended and how") {
    set_handler(first, kSigChld, 0x401000, kSaSigInfo);
    const Tid a = fork(first);
    call(a, Sys::exit_group, 5);
    const SignalInfo info = signal(first)->info;
    CHECK(info.code == kCldExited);
    CHECK(info.sender == pid(a));
    CHECK(info.status == 5);
}

TEST_CASE_FIXTURE(Fixture, "wait reports stopped and continued children where it is asked to") {
    const Tid child = fork(first);
    call(first, Sys::kill, child.value, kSigStop);
    signal(child);
    CHECK(state(child) == TaskState::stopped);
    CHECK(call(first, Sys::wait4, -1, kBuffer, 1, 0) == 0);
    CHECK(call(first, Sys::wait4, -1, kBuffer, 1 | 2, 0) == child.value);
    CHECK(load<std::int32_t>(first, kBuffer) == 0x137f);
    CHECK(call(first, Sys::wait4, -1, kBuffer, 1 | 2, 0) == 0);  // reported once
    call(first, Sys::kill, child.value, kSigCont);
    CHECK(state(child) == TaskState::ready);
    CHECK(call(first, Sys::wait4, -1, kBuffer, 8, 0) == child.value);
    CHECK(load<std::int32_t>(first, kBuffer) == 0xffff);
}

TEST_CASE_FIXTURE(
    Fixture, "execve keeps pid, descriptors and mask; handlers, memory and close-on-exec descriptors go") {
    const PipeEnds keeps = pipe(first), goes = pipe(first, kOCloExec);
    set_handler(first, kSigUsr1, 0x401000);
    set_handler(first, kSigUsr2, kSigIgn);
    block_signals(first, bits(kSigTerm));
    path(first, "/bin/other", kBuffer);
    put(first, std::string("other\0hello\0", 12), kBuffer + 100);
    store(first, std::array<std::uint64_t, 3>{kBuffer + 100, kBuffer + 106, 0}, kBuffer + 200);
    CHECK(call(first, Sys::execve, kBuffer, kBuffer + 200, 0) == 0);
    CHECK(last.kind == Outcome::Kind::executed);
    CHECK(last.execution->program == ProgramId{2});
    CHECK(last.execution->arguments == std::vector<std::string>{"other", "hello"});
    CHECK(last.execution->environment.empty());
    CHECK(process(first).name == "other");
    CHECK(process(first).fds->find(keeps.read));
    CHECK(!process(first).fds->find(goes.read));
    CHECK(kernel.pipes.size() == 1);
    CHECK((*process(first).actions)[kSigUsr1].handler == kSigDfl);
    CHECK((*process(first).actions)[kSigUsr2].handler == kSigIgn);
    CHECK(task(first).blocked_signals == bits(kSigTerm));
    CHECK(kernel.spaces[process(first).space].mappings().empty());
}

TEST_CASE_FIXTURE(Fixture, "execveat runs what a descriptor stands for, or a name in its directory") {
    constexpr std::uint64_t kEmptyPath = 0x1000, kNoFollow = 0x100;
    const std::int64_t bin = open(first, "/bin", 0), program = open(first, "/bin/other", 0);
    const auto exec = [&](Tid task, std::int64_t fd, std::string_view name, std::uint64_t flags) {
        return call(task, Sys::execveat, fd, path(task, name), 0, 0, flags);
    };
    CHECK(exec(first, program, "", 0) == error(Errno::enoent));
    CHECK(exec(first, program, "", kEmptyPath | 1) == error(Errno::einval));
    CHECK(exec(first, 99, "", kEmptyPath) == error(Errno::ebadf));
    CHECK(exec(first, bin, "", kEmptyPath) == error(Errno::eacces));
    CHECK(exec(first, program, "x", 0) == error(Errno::enotdir));
    CHECK(call(first, Sys::symlink, path(first, "/bin/other"), path(first, "/tmp/link", kBuffer)) == 0);
    CHECK(exec(first, bin, "/tmp/link", kNoFollow) == error(Errno::eloop));
    const Tid a = fork(first), b = fork(first);
    for (const Tid task : {a, b}) {
        CHECK((task == a ? exec(a, program, "", kEmptyPath) : exec(b, bin, "other", 0)) == 0);
        CHECK(last.kind == Outcome::Kind::executed);
        CHECK(last.execution->program == ProgramId{2});
        CHECK(process(task).name == "other");
    }
}

TEST_CASE_FIXTURE(Fixture, "execve refuses what cannot be run and leaves the caller as it was") {
    const auto exec = [&](std::string_view name) {
        return call(first, Sys::execve, path(first, name), 0, 0);
    };
    CHECK(exec("/bin/nothing") == error(Errno::enoent));
    CHECK(exec("/bin") == error(Errno::eacces));
    open(first, "/tmp/script", kOCreat | kOWrOnly, 0755);
    CHECK(exec("/tmp/script") == error(Errno::enoexec));
    open(first, "/tmp/data", kOCreat | kOWrOnly, 0644);
    CHECK(exec("/tmp/data") == error(Errno::eacces));
    CHECK(exec("/bin/other/x") == error(Errno::enotdir));
    CHECK(call(first, Sys::execve, kBadAddress, 0, 0) == error(Errno::efault));
    CHECK(call(first, Sys::execve, path(first, "/bin/other"), kBadAddress, 0) == error(Errno::efault));
    put(first, std::string(131'072, 'a') + '\0', kBuffer);
    store(first, std::array<std::uint64_t, 2>{kBuffer, 0}, kScratch + 512);
    CHECK(call(first, Sys::execve, path(first, "/bin/other"), kScratch + 512, 0) == error(Errno::e2big));
    CHECK(exec("/usr/bin/other") == 0);  // through a symbolic link
    CHECK(last.execution->arguments == std::vector<std::string>{""});
}

TEST_CASE_FIXTURE(Fixture, "setpgid follows the rules of job control") {
    const Tid child = fork(first);
    CHECK(call(first, Sys::getpgid, 0) == first.value);
    CHECK(call(first, Sys::setpgid, child.value, 0) == 0);
    CHECK(call(child, Sys::getpgrp) == child.value);
    CHECK(call(first, Sys::setpgid, 99, 0) == error(Errno::esrch));
    CHECK(call(first, Sys::setpgid, 0, -1) == error(Errno::einval));
    CHECK(call(first, Sys::setpgid, child.value, 99) == error(Errno::eperm));
    CHECK(call(child, Sys::setpgid, first.value, 0) == error(Errno::esrch));
    CHECK(call(child, Sys::execve, path(child, "/bin/other"), 0, 0) == 0);
    CHECK(call(first, Sys::setpgid, child.value, first.value) == error(Errno::eacces));
}

TEST_CASE_FIXTURE(Fixture, "setsid is refused to a process group leader and makes anybody else a leader") {
    CHECK(call(first, Sys::setsid) == error(Errno::eperm));
    const Tid child = fork(first);
    CHECK(call(child, Sys::setsid) == child.value);
    CHECK(call(child, Sys::getsid, 0) == child.value);
    CHECK(call(child, Sys::getpgrp) == child.value);
    CHECK(call(first, Sys::getsid, 0) == 1);
}

TEST_CASE_FIXTURE(Fixture, "an unknown system call gives ENOSYS and says its name") {
    CHECK(call(first, static_cast<Sys>(425)) == error(Errno::enosys));
    const auto explained = events(EventKind::explained);
    REQUIRE(explained.size() == 1);
    CHECK(trace.item(explained[0], 0).text() == "io_uring_setup is not simulated: ENOSYS");
    CHECK(call(first, static_cast<Sys>(60'000)) == error(Errno::enosys));
}

TEST_CASE_FIXTURE(Fixture, "every call leaves an event with its arguments and what they pointed to") {
    const PipeEnds ends = pipe(first);
    trace.clear();
    kernel.now_ns = 500;
    write(first, ends.write, "data");
    REQUIRE(trace.events.size() == 1);
    const Event event = trace.events[0];
    CHECK(event.kind == EventKind::syscall);
    CHECK(event.number == 1);
    CHECK(event.result == 4);
    CHECK(event.task == first);
    CHECK(event.object == ref(kernel.pipes.begin()->first));
    CHECK(event.start_ns == 500);
    CHECK(event.time_ns > 500);
    CHECK(trace.item(event, 1).text() == "data");
}

TEST_CASE_FIXTURE(Fixture, "a call that sleeps leaves blocked, woken and in the end its own event") {
    const PipeEnds ends = pipe(first);
    const Tid child = fork(first);
    trace.clear();
    read(child, ends.read, 4);
    write(first, ends.write, "data");
    resume(child);
    std::vector<EventKind> kinds;
    for (const Event& event : trace.events) kinds.push_back(event.kind);
    CHECK(kinds == std::vector{EventKind::blocked, EventKind::woken, EventKind::syscall, EventKind::syscall});
    CHECK(trace.events[1].other == first.value);
    CHECK(trace.events[3].task == child);
    CHECK(trace.events[3].start_ns == trace.events[0].start_ns);
    CHECK(trace.item(trace.events[3], 1).text() == "data");
}

TEST_CASE_FIXTURE(Fixture, "exit leaves the event of its call first, then that of the end") {
    trace.clear();
    call(first, Sys::exit_group, 1);
    REQUIRE(trace.events.size() >= 2);
    CHECK(trace.events[0].kind == EventKind::syscall);
    CHECK(trace.events[1].kind == EventKind::exited);
    CHECK(trace.events[1].result == exited(1));
}

}  // namespace ipclab::kernel
