// Threads in the machine: time travel over them, several CPUs, and what is said of those that wait.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/cc/cc.h"
#include "sim/engine/timeline.h"
#include "sim/engine/waits.h"

using namespace ipclab;
using namespace ipclab::engine;

namespace {

Machine machine_of(const std::string& text, int cpus = 1) {
    const cc::Result result = cc::compile("program", {{"program.c", text}});
    CAPTURE(cc::format(result.diagnostics));
    REQUIRE(result.program);
    MachineOptions options;
    options.boot.limits.cpus = cpus;
    return make_machine({result.program}, 0, options, nullptr);
}

const std::string kCounts = R"(
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;
static _Thread_local int own;

static void *count(void *argument) {
    for (int i = 0; i < 20; i++) {
        pthread_mutex_lock(&lock);
        total++;
        pthread_mutex_unlock(&lock);
        own++;
    }
    return (void *)(long)(own + (argument != NULL));
}

int main(void) {
    pthread_t threads[3];
    void *result;
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, count, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], &result);
        printf("%ld ", (long)result);
    }
    printf("%d\n", total);
    return 0;
}
)";

std::vector<std::string> stuck(const std::string& text) {
    Timeline timeline(machine_of(text), TimedPolicy{}, {});
    timeline.run_to_end();
    REQUIRE(rest(timeline.machine()) == Rest::stuck);
    return explain_stuck(timeline.machine());
}

}  // namespace

TEST_CASE(
    "a threaded program line by line back visits the machines of line by line forward, on two CPUs too") {
    for (int cpus : {1, 2}) {
        Timeline timeline(machine_of(kCounts, cpus), TimedPolicy{}, {});
        std::vector<Machine> machines{timeline.machine()};
        while (timeline.line_forward()) machines.push_back(timeline.machine());
        CHECK(outcome(timeline.machine()).standard_output == "20 20 20 60\n");
        REQUIRE(machines.size() > 100);
        for (std::size_t i = machines.size(); i-- > 0;) {
            REQUIRE(timeline.line_back());
            CAPTURE(i);
            REQUIRE(timeline.machine() == machines[i]);
        }
    }
}

TEST_CASE(
    "threads under a mutex come to the same total in every random schedule, and keep the kernel in order") {
    const Machine start = machine_of(kCounts, 2);
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        Timeline timeline(start, RandomPolicy{seed}, {});
        while (timeline.step_forward()) REQUIRE(kernel::broken_invariant(timeline.machine().kernel).empty());
        CHECK(outcome(timeline.machine()).standard_output == "20 20 20 60\n");
    }
}

TEST_CASE("two threads that wait for each other's mutex are told of by the names of both") {
    const auto sentences = stuck(R"(
#include <pthread.h>
struct account { int balance; pthread_mutex_t lock; } accounts[2];
pthread_barrier_t both;
void *transfer(void *argument) {
    long from = (long)argument;
    pthread_mutex_lock(&accounts[from].lock);
    pthread_barrier_wait(&both);
    pthread_mutex_lock(&accounts[1 - from].lock);
    return NULL;
}
int main(void) {
    pthread_t threads[2];
    pthread_barrier_init(&both, NULL, 2);
    for (long i = 0; i < 2; i++) pthread_create(&threads[i], NULL, transfer, (void *)i);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    return 0;
})");
    REQUIRE(sentences.size() == 4);
    CHECK(sentences[0] == "program (2) at program.c:16 is blocked in pthread_join: waits for thread 3 to end");
    CHECK(sentences[1] ==
          "program (3) at program.c:9 is blocked in pthread_mutex_lock: waits for the mutex 'accounts[1].lock' (global), "
          "held by "
          "thread 4");
    CHECK(sentences[3] ==
          "deadlock: thread 3 waits for the mutex 'accounts[1].lock' (global), which thread 4 holds; thread "
          "4 waits "
          "for the mutex 'accounts[0].lock' (global), which thread 3 holds");
}

TEST_CASE("a semaphore, a condition and a mutex of one's own that nobody will signal are named") {
    CHECK(stuck("#include <semaphore.h>\nint main(void) { sem_t empty; sem_init(&empty, 0, 0); "
                "sem_wait(&empty); }")[0] ==
          "program (2) at program.c:2 is blocked in sem_wait: waits for the semaphore 'empty' (in main)");
    CHECK(stuck("#include <pthread.h>\npthread_mutex_t m; pthread_cond_t c;\n"
                "int main(void) { pthread_mutex_lock(&m); pthread_cond_wait(&c, &m); }")[0] ==
          "program (2) at program.c:3 is blocked in pthread_cond_wait: waits for the condition variable 'c' (global)");
    CHECK(stuck("#include <pthread.h>\npthread_mutex_t m;\n"
                "int main(void) { pthread_mutex_lock(&m); pthread_mutex_lock(&m); }")[1] ==
          "deadlock: thread 2 waits for the mutex 'm' (global), which it holds itself");
}

TEST_CASE("a thread that runs out of its stack is a segmentation fault, and the process ends") {
    Timeline timeline(machine_of(R"(
#include <pthread.h>
int deep(int n) { volatile char room[1000]; room[n % 1000] = 1; return deep(n + 1) + room[0]; }
void *run(void *argument) { deep(0); return argument; }
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    return 0;
})"),
                      TimedPolicy{}, {});
    timeline.run_to_end();
    CHECK(outcome(timeline.machine()).wait_status == kernel::kSigSegv);
}

TEST_CASE("a clone() whose stack does not begin with a function ends by SIGSEGV, not by a fault of ours") {
    Timeline timeline(machine_of(R"(
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>
static long stack[1000];
int main(void) {
    syscall(SYS_clone, 0x10f00, &stack[900], 0, 0, 0);
    for (;;) pause();
})"),
                      TimedPolicy{}, {});
    timeline.run_to_end();
    CHECK(outcome(timeline.machine()).wait_status == kernel::kSigSegv);
}
