// What goes on for ever while something moves: each with a repaired twin, in which nothing does under any fair schedule.
#include <doctest/doctest.h>

#include <string>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

TEST_CASE("two threads that have deadlocked are told although the process ends all the same") {
    const std::string text = R"(
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void *one(void *unused) {
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return unused;
}
static void *two(void *unused) {
    pthread_mutex_lock(REPAIRED ? &a : &b);
    pthread_mutex_lock(REPAIRED ? &b : &a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return unused;
}
int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, one, NULL);
    pthread_create(&threads[1], NULL, two, NULL);
    if (REPAIRED) {
        pthread_join(threads[0], NULL);
        pthread_join(threads[1], NULL);
    }
    write(1, "done\n", 5);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(printed(result) == Strings{"done\n"});
    CHECK(count(result, FindingKind::deadlock) == 0);
    REQUIRE(count(result, FindingKind::partial_deadlock) == 1);
    const std::string sentences = told(result, FindingKind::partial_deadlock);
    CHECK(contains(sentences,
                   "program (2), thread 3 at program.c:8 is blocked in pthread_mutex_lock: waits for the "
                   "mutex 'b' (global), held by thread 4"));
    CHECK(contains(sentences, "deadlock: thread 3 waits for"));
    CHECK(contains(sentences, "nothing that can still happen wakes them, while program (2) goes on"));
    CHECK(result.states == 33);
    CHECK(result.full_states == 135);
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{"done\n"});
    CHECK(good.states == 22);
    CHECK(good.full_states == 503);
}

TEST_CASE(
    "two that give way to each other can do so for ever: livelock, until both take the locks in one order") {
    const std::string text = R"(
#include <pthread.h>
static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
/* Takes both, or gives back the first one and tries again. */
static void eat(pthread_mutex_t *first, pthread_mutex_t *second) {
    for (;;) {
        pthread_mutex_lock(first);
        if (pthread_mutex_trylock(second) == 0) break;
        pthread_mutex_unlock(first);
    }
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}
static void *other(void *unused) {
    if (REPAIRED)
        eat(&left, &right);
    else
        eat(&right, &left);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, other, NULL);
    eat(&left, &right);
    pthread_join(thread, NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(printed(result) == Strings{""});
    REQUIRE(count(result, FindingKind::livelock) == 1);
    const std::string sentences = told(result, FindingKind::livelock);
    CHECK(contains(sentences, "program (2) goes round and round at program.c:9, program.c:10, program.c:8"));
    CHECK(contains(sentences, "only another order leads out of it"));
    CHECK(result.states == 85);
    CHECK(result.full_states == 97);
    const explore::Result good = repaired(text);
    CHECK(good.states == 54);
    CHECK(good.full_states == 66);
}

TEST_CASE("two that each wait for the other one's flag look at it for ever, and no order leads out") {
    const std::string text = R"(
#include <pthread.h>
#include <stdatomic.h>
static atomic_int want[2];
static void *work(void *mine) {
    int me = mine != NULL;
    if (REPAIRED && me) {
        /* the second one lets the first one go first */
        for (;;) {
            atomic_store(&want[1], 1);
            if (!atomic_load(&want[0])) break;
            atomic_store(&want[1], 0);
            while (atomic_load(&want[0])) {}
        }
    } else {
        atomic_store(&want[me], 1);
        while (atomic_load(&want[!me])) {}
    }
    atomic_store(&want[me], 0);
    return NULL;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, &thread);
    work(NULL);
    pthread_join(thread, NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::livelock) == 1);
    CHECK(contains(told(result, FindingKind::livelock), "no order leads out of it"));
    CHECK(result.states == 22);
    CHECK(result.full_states == 60);
    const explore::Result good = repaired(text);
    CHECK(good.states == 28);
    CHECK(good.full_states == 72);
}

TEST_CASE("a mutex is no queue: whoever waits for it may never get it; with turns everybody does") {
    const std::string text = R"(
#include <pthread.h>
#include <semaphore.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t turns[2];
static void *work(void *mine) {
    int me = mine != NULL;
    for (;;) {
        if (REPAIRED) sem_wait(&turns[me]);
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
        if (REPAIRED) sem_post(&turns[!me]);
    }
    return NULL;
}
int main(void) {
    pthread_t thread;
    sem_init(&turns[0], 0, 1);
    sem_init(&turns[1], 0, 0);
    pthread_create(&thread, NULL, work, &thread);
    work(NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(count(result, FindingKind::livelock) == 0);
    REQUIRE(count(result, FindingKind::starvation) == 2);
    CHECK(contains(
        told(result, FindingKind::starvation),
        "program (2), thread 3 at program.c:11 starves, blocked in pthread_mutex_lock: waits for the mutex "
        "'lock' (global), held by thread 2: each time that it could go on, somebody else is there first"));
    CHECK(result.states == 1);
    CHECK(result.full_states == 7);
    const explore::Result good = repaired(text);
    CHECK(good.states == 7);
    CHECK(good.full_states == 24);
}

TEST_CASE("a spin lock may always be taken when one of two looks; with Peterson's turn it is not") {
    const std::string text = R"(
#include <pthread.h>
#include <stdatomic.h>
static atomic_int taken, want[2], turn;
static void *work(void *mine) {
    int me = mine != NULL;
    for (;;) {
        if (REPAIRED) {  /* Peterson, 1981 */
            atomic_store(&want[me], 1);
            atomic_store(&turn, !me);
            while (atomic_load(&want[!me]) && atomic_load(&turn) == !me) {}
            atomic_store(&want[me], 0);
        } else {
            while (atomic_exchange(&taken, 1)) {}
            atomic_store(&taken, 0);
        }
    }
    return NULL;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, &thread);
    work(NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(count(result, FindingKind::livelock) == 0);
    REQUIRE(count(result, FindingKind::starvation) == 2);
    CHECK(contains(told(result, FindingKind::starvation),
                   "program (2), thread 3 starves at program.c:15: it tries"));
    CHECK(result.states == 3);
    CHECK(result.full_states == 7);
    const explore::Result good = repaired(text);
    CHECK(good.states == 32);
    CHECK(good.full_states == 36);
}

namespace {

/// Two threads that take a lock and give it back, for ever.
std::string two_with_lock(const std::string& declarations, const std::string& acquire,
                          const std::string& release) {
    return "#include <poll.h>\n#include <pthread.h>\n#include <sched.h>\n#include <semaphore.h>\n"
           "#include <stdatomic.h>\n#include <time.h>\n#include <unistd.h>\n" +
           declarations + R"(
static void *work(void *mine) {
    int me = mine != NULL;
    for (;;) {
        )" +
           acquire + "\n        " + release + R"(
    }
    return me ? mine : NULL;
}
int main(void) {
    pthread_t thread;
    START;
    pthread_create(&thread, NULL, work, &thread);
    work(NULL);
    return 0;
}
)";
}

}  // namespace

TEST_CASE("each of the usual locks that spin: who may wait for ever, and who gets it in the end") {
    struct Row {
        const char *name, *declarations, *acquire, *release;
        std::size_t starve, states, full_states;
    };
    const char* const none = "#define START";
    const std::string flag = "#define START\nstatic atomic_flag lock = ATOMIC_FLAG_INIT;",
                      word = "#define START\nstatic atomic_int lock, turn;";
    const char* const clear = "atomic_flag_clear(&lock);";
    const char* const zero = "atomic_store(&lock, 0);";
    const Row rows[] = {
        {"test and set", flag.c_str(), "while (atomic_flag_test_and_set(&lock)) {}", clear, 2, 3, 7},
        {"test and set, with sched_yield()", flag.c_str(),
         "while (atomic_flag_test_and_set(&lock)) sched_yield();", clear, 2, 3, 7},
        {"test and set, with usleep()", flag.c_str(), "while (atomic_flag_test_and_set(&lock)) usleep(10);",
         clear, 2, 44, 49},
        {"test and set, with nanosleep()", flag.c_str(),
         "while (atomic_flag_test_and_set(&lock)) nanosleep(&(struct timespec){0, 1000}, NULL);", clear, 2,
         44, 49},
        {"test and set, with poll()", flag.c_str(),
         "while (atomic_flag_test_and_set(&lock)) poll(NULL, 0, 1);", clear, 2, 44, 49},
        {"test, then test and set", word.c_str(),
         "do { while (atomic_load(&lock)) {} } while (atomic_exchange(&lock, 1));", zero, 2, 8, 12},
        {"compare and exchange", word.c_str(),
         "int expected = 0; while (!atomic_compare_exchange_weak(&lock, &expected, 1)) expected = 0;", zero,
         2, 3, 7},
        {"compare and exchange, once it looks free", word.c_str(),
         "int seen = 0; while (!atomic_compare_exchange_weak(&lock, &seen, 1)) { while (atomic_load(&lock)) "
         "{} seen = 0; }",
         zero, 2, 7, 11},
        {"compare and exchange, with usleep()", word.c_str(),
         "int seen = 0; while (!atomic_compare_exchange_strong(&lock, &seen, 1)) { usleep(10); seen = 0; }",
         zero, 2, 44, 49},
        {"pthread_spin_lock()",
         "static pthread_spinlock_t lock;\n#define START pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE)",
         "pthread_spin_lock(&lock);", "pthread_spin_unlock(&lock);", 2, 3, 8},
        {"pthread_mutex_trylock(), with usleep()",
         "#define START\nstatic pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;",
         "while (pthread_mutex_trylock(&lock) != 0) usleep(100);", "pthread_mutex_unlock(&lock);", 2, 45, 50},
        {"sem_trywait()", "static sem_t lock;\n#define START sem_init(&lock, 0, 1)",
         "while (sem_trywait(&lock) != 0) {}", "sem_post(&lock);", 2, 29, 35},
        {"a readers-writer lock", "#define START\nstatic pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;",
         "pthread_rwlock_wrlock(&lock);", "pthread_rwlock_unlock(&lock);", 2, 174, 178},
        // In these everybody gets it.
        {"tickets", "#define START\nstatic atomic_uchar next, serving;",
         "unsigned char mine = atomic_fetch_add(&next, 1); while (atomic_load(&serving) != mine) {}",
         "atomic_fetch_add(&serving, 1);", 0, 2304, 2308},
        {"tickets, with sched_yield()", "#define START\nstatic atomic_uchar next, serving;",
         "unsigned char mine = atomic_fetch_add(&next, 1) % 2;"
         " while (atomic_load(&serving) % 2 != mine) sched_yield();",
         "atomic_fetch_add(&serving, 1);", 0, 2304, 2308},
        {"turns", word.c_str(), "while (atomic_load(&turn) != me) {}", "atomic_store(&turn, !me);", 0, 4, 8},
        {"turns, with usleep()", word.c_str(), "while (atomic_load(&turn) != me) usleep(10);",
         "atomic_store(&turn, !me);", 0, 98, 103},
        {"only sleeping", none, "usleep(10);", "", 0, 17, 22},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const explore::Result result =
            explore_text(two_with_lock(row.declarations, row.acquire, row.release));
        CHECK(result.not_for_ever == "");
        CHECK(count(result, FindingKind::starvation) == row.starve);
        CHECK(result.findings.size() == row.starve);
        CHECK(result.states == row.states);
        CHECK(result.full_states == row.full_states);
        if (row.starve == 0) continue;
        CHECK(
            contains(told(result, FindingKind::starvation),
                     "program (2) starves at program.c:13: it tries again and again, and each time somebody "
                     "else has been there first"));
    }
}

TEST_CASE("who has left with the lock in its hand leaves the other one trying for ever") {
    const std::string text = R"(
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static void take(atomic_int *lock) {
    int expected = 0;
    while (!atomic_compare_exchange_weak(lock, &expected, 1)) expected = 0;
}
int main(void) {
    atomic_int *lock = mmap(NULL, sizeof *lock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        take(lock);
        if (REPAIRED) atomic_store(lock, 0);
        _exit(0);
    }
    take(lock);
    atomic_store(lock, 0);
    wait(NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::livelock) == 1);
    CHECK(contains(told(result, FindingKind::livelock), "program (2) goes round and round at program.c:9"));
    CHECK(contains(told(result, FindingKind::livelock), "no order leads out of it"));
    CHECK(result.states == 6);
    CHECK(result.full_states == 10);
    const explore::Result good = repaired(text);
    CHECK(good.states == 7);
    CHECK(good.full_states == 15);
}

TEST_CASE(
    "waiting that a fair scheduler ends is no livelock: for a flag that another task sets, for time to "
    "pass") {
    const explore::Result flag = explore_text(R"(
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
static atomic_int ready;
static void *work(void *unused) {
    sleep(1);
    atomic_store(&ready, 1);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    while (!atomic_load(&ready)) {}
    pthread_join(thread, NULL);
    return 0;
}
)");
    CHECK(flag.not_for_ever == "");
    CHECK(flag.findings.empty());
}

TEST_CASE("a flag that nobody will set any more is looked at for ever") {
    const explore::Result result = explore_text(R"(
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
static atomic_int ready;
static void *work(void *unused) {
    atomic_store(&ready, 1);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    atomic_store(&ready, 0);
    while (!atomic_load(&ready)) usleep(10);
    pthread_join(thread, NULL);
    return 0;
}
)");
    REQUIRE(count(result, FindingKind::livelock) == 1);
    CHECK(contains(told(result, FindingKind::livelock), "program (2) goes round and round at program.c:14"));
}

TEST_CASE(
    "a thread that waits for work until its process ends is not stuck; a child that is killed is not, "
    "either") {
    const explore::Result thread = explore_text(R"(
#include <pthread.h>
#include <semaphore.h>
static sem_t work;
static void *serve(void *unused) {
    for (;;) sem_wait(&work);
    return unused;
}
int main(void) {
    pthread_t thread;
    sem_init(&work, 0, 0);
    pthread_create(&thread, NULL, serve, NULL);
    sem_post(&work);
    return 0;
}
)");
    CHECK(thread.not_for_ever == "");
    CHECK(thread.findings.empty());
    const explore::Result child = explore_text(R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    pid_t child = fork();
    if (child == 0)
        for (;;) pause();
    kill(child, SIGKILL);
    wait(NULL);
    return 0;
}
)");
    CHECK(child.not_for_ever == "");
    CHECK(child.findings.empty());
}

TEST_CASE("a process that waits for ever beside one that goes on for ever is stuck, whatever it waits for") {
    const std::string text = R"(
#include <stdatomic.h>
#include <unistd.h>
int main(void) {
    int ends[2];
    char c;
    pipe(ends);
    if (fork() == 0) {
        read(ends[0], &c, 1);
        _exit(0);
    }
    if (REPAIRED) write(ends[1], "x", 1);
    for (;;) getppid();
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::partial_deadlock) == 1);
    CHECK(contains(told(result, FindingKind::partial_deadlock),
                   "program (3) at program.c:10 is blocked in read"));
    CHECK(contains(told(result, FindingKind::partial_deadlock), "wakes it, while program (2) goes on"));
    repaired(text);
}

TEST_CASE("where there are too many states it is said that nothing of that kind was looked for") {
    explore::Options options;
    options.most_full_states = 10;
    const explore::Result result = explore::explore(machine_to_explore(kCrossedLocks), options);
    CHECK(result.is_exhaustive);
    CHECK(contains(result.not_for_ever, "there are more than 10 states"));
}
