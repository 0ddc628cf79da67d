// Mutexes, semaphores and their like, found by the types of the program's variables.
#include "sim/engine/locks.h"

#include <doctest/doctest.h>

#include "sim/cc/cc.h"
#include "sim/engine/timeline.h"

using namespace ipclab;
using namespace ipclab::engine;
using kernel::Pid;
using kernel::Tid;

namespace {

/// The locks where the program has come to rest: all that is left sleeps in sleep_for_ever() or for a lock.
std::vector<Lock> locks_at_rest(const std::string& text) {
    const cc::Result result =
        cc::compile("program", {{"program.c",
                                 "#include <pthread.h>\n#include <semaphore.h>\n#include <stdlib.h>\n"
                                 "#include <sys/mman.h>\n#include <unistd.h>\n" +
                                     text}});
    CAPTURE(cc::format(result.diagnostics));
    REQUIRE(result.program);
    Timeline timeline(make_machine({result.program}, 0, {}, nullptr), TimedPolicy{}, {});
    timeline.run_to_end();
    REQUIRE(rest(timeline.machine()) == Rest::stuck);
    return locks(timeline.machine());
}

const Lock& named(const std::vector<Lock>& locks, std::string_view name) {
    for (const Lock& lock : locks)
        if (lock.name == name) return lock;
    FAIL("no lock ", name);
    return locks.front();
}

}  // namespace

TEST_CASE("a mutex says who holds it, and who waits") {
    const auto found = locks_at_rest(R"(
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, unused;
static void *take(void *a) { pthread_mutex_lock(&m); return a; }
int main(void) {
    pthread_t t[2];
    pthread_mutex_lock(&m);
    for (int i = 0; i < 2; i++) pthread_create(&t[i], NULL, take, NULL);
    pthread_join(t[0], NULL);
})");
    REQUIRE(found.size() == 2);
    CHECK(named(found, "m") == Lock{Lock::Kind::mutex, "m", Pid{2}, false, 2, 0, Tid{2}, {Tid{3}, Tid{4}}});
    CHECK(named(found, "unused") == Lock{Lock::Kind::mutex, "unused", Pid{2}, false, 0, 0, {}, {}});
}

TEST_CASE("semaphores in an array, condition variables in a structure, barriers: each by its own name") {
    const auto found = locks_at_rest(R"(
static sem_t forks[3];
static struct { pthread_mutex_t lock; pthread_cond_t changed; } box;
static pthread_barrier_t barrier;
static void *third(void *a) { pthread_barrier_wait(&barrier); return a; }
int main(void) {
    pthread_t t;
    for (int i = 0; i < 3; i++) sem_init(&forks[i], 0, i);
    pthread_barrier_init(&barrier, NULL, 3);
    pthread_create(&t, NULL, third, NULL);
    pthread_mutex_lock(&box.lock);
    pthread_cond_wait(&box.changed, &box.lock);
})");
    REQUIRE(found.size() == 6);
    CHECK(named(found, "forks[2]").value == 2);
    CHECK(named(found, "box.lock").holder == Tid{});
    CHECK(named(found, "box.changed").waiters == std::vector{Tid{2}});
    const Lock& barrier = named(found, "barrier");
    CHECK(barrier.value == 1);
    CHECK(barrier.wanted == 3);
    CHECK(barrier.waiters == std::vector{Tid{3}});
}

TEST_CASE("a readers-writer lock counts its readers, and names its writer") {
    const auto found = locks_at_rest(R"(
static pthread_rwlock_t readable, written;
static void *other(void *a) { pthread_rwlock_rdlock(&readable); pthread_rwlock_rdlock(&written); return a; }
int main(void) {
    pthread_t t;
    pthread_rwlock_rdlock(&readable);
    pthread_rwlock_wrlock(&written);
    pthread_create(&t, NULL, other, NULL);
    pthread_join(t, NULL);
})");
    CHECK(named(found, "readable").value == 2);
    CHECK(named(found, "readable").holder == Tid{});
    CHECK(named(found, "written").value == 0);
    CHECK(named(found, "written").holder == Tid{2});
    CHECK(named(found, "written").waiters == std::vector{Tid{3}});
}

TEST_CASE("what lies in shared memory is found once, what fork() copied in each process") {
    const auto found = locks_at_rest(R"(
struct shared { sem_t ready; };
static sem_t own;
int main(void) {
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&s->ready, 1, 0);
    sem_init(&own, 1, 0);
    if (fork() == 0) sem_post(&own);
    sem_wait(&s->ready);
})");
    REQUIRE(found.size() == 3);
    CHECK(named(found, "s->ready").is_shared);
    CHECK(named(found, "s->ready").waiters == std::vector{Tid{2}, Tid{3}});
    CHECK_FALSE(found[0].is_shared);
    CHECK(found[0].value == 0);
    CHECK(found[2].name == "own");
    CHECK(found[2].process == Pid{3});
    CHECK(found[2].value == 1);
}

TEST_CASE("locks on the heap are found through pointers, by the shortest way, and once") {
    const auto found = locks_at_rest(R"(
struct account { pthread_mutex_t lock; struct account *next; };
static struct account *bank;
int main(void) {
    pthread_mutex_t *loose = malloc(sizeof *loose);
    pthread_mutex_init(loose, NULL);
    bank = calloc(1, sizeof *bank);
    bank->next = bank;
    struct account *same = bank;
    pthread_mutex_lock(&same->lock);
    pthread_mutex_lock(loose);
    pthread_mutex_lock(loose);
})");
    REQUIRE(found.size() == 2);
    CHECK(found[0].name == "bank->lock");
    CHECK(named(found, "*loose").waiters == std::vector{Tid{2}});
}

TEST_CASE("what a variable does not point to yet is no lock") {
    const auto found = locks_at_rest(R"(
int main(void) {
    sem_t *wild, *null = NULL, *far = (sem_t *)0x1234567000;
    sem_t unset;
    pause();
    return wild == null || &unset == far;
})");
    CHECK(found.empty());
}
