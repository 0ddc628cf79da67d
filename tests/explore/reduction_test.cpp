// What the explorer leaves out makes no difference: with and without reduction, programs have the same outcomes.
#include <doctest/doctest.h>

#include <string>

#include "tests/explore/random_programs.h"
#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;

namespace {

void compare_with_unreduced(const std::string& text, MemoryModel model = MemoryModel::sc) {
    CAPTURE(text);
    const explore::Result reduced = explore_text(text, true, model), full = explore_text(text, false, model);
    CHECK(printed(reduced) == printed(full));
    CHECK(reduced.states <= full.states);
    for (int kind = 0; kind < explore::kFindingKinds; ++kind) {
        const auto each = static_cast<FindingKind>(kind);
        CAPTURE(kind);
        if (each == FindingKind::deadlock || each == FindingKind::crash)
            CHECK(told(reduced, each) == told(full, each));
        else
            CHECK((count(reduced, each) > 0) == (count(full, each) > 0));
    }
}

}  // namespace

TEST_CASE("random programs of two processes have the same outcomes with and without reduction") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        compare_with_unreduced(RandomProgram(seed).processes());
    }
}

TEST_CASE(
    "random programs of three processes with semaphores have the same outcomes with and without reduction") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        compare_with_unreduced(RandomProgram(seed).semaphores());
    }
}

TEST_CASE(
    "random programs of three processes with a pipe have the same outcomes with and without reduction") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        compare_with_unreduced(RandomProgram(seed).pipes());
    }
}

TEST_CASE("random programs of two threads with mutexes have the same outcomes with and without reduction") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        compare_with_unreduced(RandomProgram(seed).mutexes());
    }
}

TEST_CASE("random programs of two threads have have the same outcomes with and without reduction") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        compare_with_unreduced(RandomProgram(seed).threads());
    }
}

TEST_CASE("random programs whose stores wait in buffers have the same outcomes with and without reduction") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        compare_with_unreduced(RandomProgram(seed).processes(), MemoryModel::tso);
        if (seed % 2 == 0) compare_with_unreduced(RandomProgram(seed).pipes(), MemoryModel::tso);
        if (seed % 4 == 0) compare_with_unreduced(RandomProgram(seed).semaphores(), MemoryModel::tso);
        if (seed % 6 == 0) compare_with_unreduced(RandomProgram(seed).mutexes(), MemoryModel::tso);
        if (seed % 6 == 0) compare_with_unreduced(RandomProgram(seed).threads(), MemoryModel::tso);
    }
}

TEST_CASE("a flag that a signal handler sets between two looks at it is found with and without reduction") {
    compare_with_unreduced(R"(
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t got;
static void handle(int signal) { got = signal; }
int main(void) {
    signal(SIGUSR1, handle);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    int first = got != 0, second = got != 0;
    if (!got) pause();
    wait(NULL);
    printf("%d %d", first, second);
    return 0;
}
)");
}

TEST_CASE("a sleep may be over at any moment, with and without reduction") {
    compare_with_unreduced(R"(
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(void) {
    int *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        s[0] = 1;
        s[0] = 2;
        _exit(0);
    }
    sleep(1);
    int seen = s[0];
    wait(NULL);
    printf("%d", seen);
    return 0;
}
)");
}

TEST_CASE(
    "whichever child wait() has reported, another one may have ended first, with and without reduction") {
    compare_with_unreduced(R"(
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
            s[i] = 1;
            _exit(0);
        }
    wait(NULL);
    int one = s[0], other = s[1];
    wait(NULL);
    printf("%d%d", one, other);
    return 0;
}
)");
}

TEST_CASE(
    "whether a thread already sleeps in read() when another one closes the descriptor makes a difference") {
    compare_with_unreduced(R"(#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static int p[2];
static void *reader(void *unused) { char byte; printf("%ld\n", read(p[0], &byte, 1)); return unused; }
int main(void) {
    pthread_t thread;
    pipe(p);
    pthread_create(&thread, NULL, reader, NULL);
    close(p[0]);
    write(p[1], "x", 1);
    pthread_join(thread, NULL);
})");
}
