// One program for each kind of finding, and its repaired twin, in which nothing is found under any schedule.
#include <doctest/doctest.h>

#include <string>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

TEST_CASE("locks in opposite orders deadlock; in one order they do not") {
    const explore::Result result = broken(kCrossedLocks);
    CHECK(result.states == 17);
    REQUIRE(count(result, FindingKind::deadlock) == 1);
    CHECK(contains(told(result, FindingKind::deadlock),
                   "deadlock: thread 2 waits for the mutex 'b' (global), which thread 3"));
    // The thread goes to its first lock, main takes one, the thread the other one: now each wants what the other has.
    CHECK(engine::switches_in(result.findings.front().schedule) == 3);
    const explore::Result good = repaired(kCrossedLocks);
    CHECK(printed(good) == Strings{""});
    CHECK(good.states == 14);
}

TEST_CASE("a write end that is left open keeps the end of a pipe away for ever") {
    const std::string text = R"(
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int ends[2];
    char c;
    pipe(ends);
    if (fork() == 0) {
        if (REPAIRED) close(ends[1]);
        while (read(ends[0], &c, 1) == 1) {}
        _exit(0);
    }
    write(ends[1], "x", 1);
    close(ends[1]);
    wait(NULL);
    puts("done");
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(result.states == 4);
    REQUIRE(count(result, FindingKind::deadlock) == 1);
    CHECK(contains(told(result, FindingKind::deadlock),
                   "its write end is open as descriptor 4 of the process itself"));
    CHECK(contains(told(result, FindingKind::deadlock),
                   "blocked for ever: nobody is left who could wake them"));
    CHECK(result.outcomes.empty());
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{"done\n"});
    CHECK(good.states == 7);
}

TEST_CASE("whoever alone is blocked for ever is told of as one") {
    const explore::Result result = explore_text(R"(
#include <unistd.h>
int main(void) {
    int ends[2];
    char c;
    pipe(ends);
    return (int)read(ends[0], &c, 1);
}
)");
    CHECK(contains(told(result, FindingKind::deadlock),
                   "blocked for ever: nobody is left who could wake it\n"));
}

TEST_CASE("two threads that add to a variable race; with a lock they do not") {
    const std::string text = R"(
#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;
static void *add(void *unused) {
    if (REPAIRED) pthread_mutex_lock(&lock);
    total++;
    if (REPAIRED) pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, add, NULL);
    add(NULL);
    pthread_join(thread, NULL);
    printf("%d", total);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(result.states == 23);
    CHECK(printed(result) == Strings{"1", "2"});
    CHECK(count(result, FindingKind::race) == 2);
    CHECK(contains(told(result, FindingKind::race),
                   "at program.c:9 is about to write 'total' (global), now 0"));
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{"2"});
    CHECK(good.states == 19);
}

TEST_CASE("an assertion that fails under one schedule is found") {
    const std::string text = R"(
#include <assert.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static void add(atomic_int *counter) {
    if (REPAIRED)
        atomic_fetch_add(counter, 1);
    else
        atomic_store(counter, atomic_load(counter) + 1);
}
int main(void) {
    atomic_int *counter = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        add(counter);
        _exit(0);
    }
    add(counter);
    wait(NULL);
    assert(*counter == 2);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(result.states == 11);
    CHECK(printed(result) ==
          Strings{"", "program: program.c:22: main: Assertion `*counter == 2' failed.\n/134"});
    CHECK(contains(told(result, FindingKind::crash), "SIGABRT"));
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{""});
    CHECK(good.states == 4);
}

TEST_CASE("memory that one thread frees while the other still reads it is a mistake under some schedules") {
    const std::string text = R"(
#include <pthread.h>
#include <stdlib.h>
static int *shared;
static void *reads(void *unused) {
    int seen = *shared;
    (void)seen;
    return unused;
}
int main(void) {
    pthread_t thread;
    shared = malloc(sizeof *shared);
    *shared = 1;
    pthread_create(&thread, NULL, reads, NULL);
    if (REPAIRED) pthread_join(thread, NULL);
    free(shared);
    if (!REPAIRED) pthread_join(thread, NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(result.states == 9);
    CHECK(count(result, FindingKind::mistake) == 1);
    CHECK(contains(told(result, FindingKind::mistake), "program.c:7"));
    CHECK(contains(told(result, FindingKind::mistake), "freed"));
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{""});
    CHECK(good.states == 3);
}

TEST_CASE("a child that nobody waits for is a zombie until its parent ends") {
    const std::string text = R"(
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    if (fork() == 0) _exit(0);
    if (REPAIRED) wait(NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(result.states == 2);
    CHECK(count(result, FindingKind::unwaited) == 1);
    CHECK(contains(told(result, FindingKind::unwaited),
                   "program (2) ends and has never waited for its child program (3)"));
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{""});
    CHECK(good.states == 1);
}

TEST_CASE("objects that outlive their processes are told") {
    const std::string text = R"(
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <unistd.h>
int main(void) {
    int queue = msgget(IPC_PRIVATE, 0600), segment = shmget(IPC_PRIVATE, 100, 0600);
    close(shm_open("/board", O_RDWR | O_CREAT, 0600));
    if (REPAIRED) {
        msgctl(queue, IPC_RMID, NULL);
        shmctl(segment, IPC_RMID, NULL);
        shm_unlink("/board");
    }
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(result.states == 1);
    CHECK(told(result, FindingKind::leftover) ==
          "System V message queue of IPC_PRIVATE with 0 messages (msgctl(IPC_RMID) removes it)\n"
          "System V shared memory segment of IPC_PRIVATE of 100 bytes (shmctl(IPC_RMID) removes it)\n"
          "POSIX shared memory /board of 0 bytes (shm_unlink() removes it)\n");
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{""});
    CHECK(good.states == 1);
}

TEST_CASE("a process that stops itself and is never continued stays so, and its parent waits") {
    const std::string text = R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(0);
    }
    if (REPAIRED) {
        waitpid(child, NULL, WUNTRACED);
        kill(child, SIGCONT);
    }
    waitpid(child, NULL, 0);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(result.states == 5);
    CHECK(count(result, FindingKind::deadlock) == 1);
    CHECK(result.outcomes.empty());
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{""});
    CHECK(good.states == 12);
}

TEST_CASE(
    "an assertion that fails in one of several threads is told, and nobody counts as stuck in a process that "
    "it ends") {
    const std::string text = R"(
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items;
static void *take(void *unused) {
    pthread_mutex_lock(&lock);
    if (REPAIRED)
        while (items == 0) pthread_cond_wait(&changed, &lock);
    else if (items == 0)
        pthread_cond_wait(&changed, &lock);
    items--;
    assert(items >= 0);
    pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, take, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        items++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(count(result, FindingKind::crash) == 1);
    CHECK(result.findings.size() == 1);
    CHECK(contains(told(result, FindingKind::crash), "program (2) is killed by SIGABRT"));
    CHECK(result.outcomes.size() == 2);
    CHECK(result.states == 2165);
    const explore::Result good = repaired(text);
    CHECK(good.states == 1996);
}
