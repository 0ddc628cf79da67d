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

namespace {

/// What two threads do, `first` and `second`, before the main thread does `rest`.
std::string two_threads(const std::string& first, const std::string& second, const std::string& rest) {
    return R"(#include <pthread.h>
#include <unistd.h>
static pthread_t one, other;
static int shared;
static void say(char who, int number) { char text[2] = {who, (char)('0' + number % 10)}; write(1, text, 2); }
static void *first(void *unused) { )" +
           first + R"(; return unused; }
static void *second(void *unused) { )" +
           second + R"(; return unused; }
int main(void) {
    pthread_create(&one, NULL, first, NULL);
    pthread_create(&other, NULL, second, NULL);
    )" + rest +
           R"(;
    return 0;
})";
}

}  // namespace

TEST_CASE("where the last thread ends the process, all of them may be the last, with and without reduction") {
    compare_with_unreduced(R"(#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static _Thread_local int own;
static void tell(void) { printf("%d", own); }
static void *run(void *number) { own = (int)(long)number; return NULL; }
int main(void) {
    pthread_t thread;
    atexit(tell);
    pthread_create(&thread, NULL, run, (void *)1);
    pthread_create(&thread, NULL, run, (void *)2);
    pthread_exit(NULL);
})");
}

TEST_CASE("whoever comes second to a thread that two wait for is told so, with and without reduction") {
    compare_with_unreduced(
        two_threads("", "say('t', pthread_join(one, NULL))", "say('m', pthread_join(one, NULL))"));
}

TEST_CASE("a thread may be detached before or after somebody waits for it, with and without reduction") {
    compare_with_unreduced(
        two_threads("", "say('d', pthread_detach(one))", "say('j', pthread_join(one, NULL))"));
}

TEST_CASE("whether a thread has ended can be asked, with and without reduction") {
    compare_with_unreduced(two_threads("shared++", "", R"(
    say('e', pthread_tryjoin_np(one, NULL) == 0);)"));
}

TEST_CASE(
    "threads that are made while others run and end have the same outcomes with and without reduction") {
    compare_with_unreduced(
        two_threads("say('1', 0)", "pthread_t third; pthread_create(&third, NULL, first, NULL)", ""));
}

TEST_CASE(
    "that threads begin, end and are waited for makes no states: only their end does, of which others may "
    "know") {
    for (const bool has_third : {false, true}) {
        const explore::Result result = explore_text(R"(#include <pthread.h>
static void *run(void *unused) { return unused; }
int main(void) {
    pthread_t threads[3];
    for (int i = 0; i < )" + std::string(has_third ? "3" : "2") +
                                                    R"(; i++) pthread_create(&threads[i], NULL, run, NULL);
    for (int i = 0; i < )" + std::string(has_third ? "3" : "2") +
                                                    R"(; i++) pthread_join(threads[i], NULL);
})");
        CHECK(result.states == (has_third ? 15 : 7));
    }
}

TEST_CASE("whether there is room for one more task depends on who has ended, with and without reduction") {
    compare_with_unreduced(R"(#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
static void *run(void *unused) { return unused; }
int main(void) {
    pthread_t one, other;
    struct rlimit two = {2, 2};
    setrlimit(RLIMIT_NPROC, &two);
    pthread_create(&one, NULL, run, NULL);
    printf("%d", pthread_create(&other, NULL, run, NULL) == 0);
})");
}

TEST_CASE("random programs whose threads end and are waited for in various ways have the same outcomes") {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        CAPTURE(seed);
        compare_with_unreduced(RandomProgram(seed).ends_of_threads());
    }
}

TEST_CASE("whoever releases for ever does not keep others from their turns, nor the search from its end") {
    const std::string text = R"(#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
static sem_t items;
static void *take(void *unused) {
    sem_wait(&items);
    write(1, "taken", 5);
    _exit(0);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, take, NULL);
    for (;;) sem_post(&items);
})";
    explore::Options options;
    options.most_states = 1'000;
    CHECK(explore::explore(machine_to_explore(text), options).limit == "the number of states");
}
