// Lost wake-ups by name, with repaired twins in which nobody sleeps for ever.
#include <doctest/doctest.h>

#include <string>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

TEST_CASE("a condition variable remembers no signal: who waits without looking first sleeps for ever") {
    const std::string text = R"(
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;
static void *worker(void *unused) {
    pthread_mutex_lock(&lock);
    ready = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    pthread_mutex_lock(&lock);
    if (REPAIRED) {
        while (!ready) pthread_cond_wait(&changed, &lock);
    } else {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::deadlock) == 1);
    CHECK(
        contains(told(result, FindingKind::deadlock), "waits for the condition variable 'changed' (global)"));
    REQUIRE(count(result, FindingKind::lost_wakeup) == 1);
    const std::string sentences = told(result, FindingKind::lost_wakeup);
    CHECK(contains(sentences,
                   "program (2) at program.c:21 sleeps for ever: blocked in pthread_cond_wait: waits for the "
                   "condition variable 'changed' (global)"));
    CHECK(contains(sentences,
                   "program (2), thread 3 at program.c:10 called pthread_cond_signal before that, when "
                   "nobody slept there"));
    CHECK(result.states == 40);
    CHECK(result.full_states == 92);
    CHECK(printed(result) == Strings{""});
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{""});
    CHECK(good.states == 41);
    CHECK(good.full_states == 114);
}

TEST_CASE(
    "a signal that comes between the look and pause() is lost; sigsuspend() looks and sleeps in one step") {
    const std::string text = R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t came;
static void on_signal(int number) { came = number; }
int main(void) {
    struct sigaction action = {0};
    sigset_t blocked, before;
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    if (REPAIRED) {
        while (!came) sigsuspend(&before);
    } else {
        sigprocmask(SIG_SETMASK, &before, NULL);
        if (!came) pause();
    }
    wait(NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::deadlock) == 1);
    REQUIRE(count(result, FindingKind::lost_wakeup) == 1);
    CHECK(contains(told(result, FindingKind::lost_wakeup),
                   "SIGUSR1 came before that, and its handler ran (at program.c:7)"));
    CHECK(result.states == 45);
    CHECK(result.full_states == 50);
    const explore::Result good = repaired(text);
    CHECK(good.states == 21);
    CHECK(good.full_states == 24);
}

TEST_CASE("FUTEX_WAKE before the value is changed is lost") {
    const std::string text = R"(
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>
static atomic_int ready;
static void *worker(void *unused) {
    if (REPAIRED) atomic_store(&ready, 1);
    syscall(SYS_futex, &ready, FUTEX_WAKE, 1, NULL, NULL, 0);
    if (!REPAIRED) atomic_store(&ready, 1);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    while (!atomic_load(&ready)) syscall(SYS_futex, &ready, FUTEX_WAIT, 0, NULL, NULL, 0);
    pthread_join(thread, NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::lost_wakeup) == 1);
    CHECK(contains(told(result, FindingKind::lost_wakeup),
                   "program (2), thread 3 at program.c:11 called futex(FUTEX_WAKE) before that"));
    CHECK(result.states == 27);
    CHECK(result.full_states == 105);
    const explore::Result good = repaired(text);
    CHECK(good.states == 30);
    CHECK(good.full_states == 109);
}

TEST_CASE("who looks again and sleeps on has lost no wake-up: there is nothing to come") {
    const explore::Result result = explore_text(R"(
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items;
static void *producer(void *unused) {
    pthread_mutex_lock(&lock);
    items++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, producer, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        while (items == 0) pthread_cond_wait(&changed, &lock);
        items--;
        pthread_mutex_unlock(&lock);
    }
    return 0;
}
)");
    CHECK(count(result, FindingKind::deadlock) == 1);
    CHECK(count(result, FindingKind::lost_wakeup) == 0);
}

TEST_CASE(
    "two SIGCHLD that come before the handler runs are one: it waits for all children that have ended") {
    const std::string text = R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t left = 2;
static void on_child(int number) {
    (void)number;
    if (REPAIRED) {
        while (waitpid(-1, NULL, WNOHANG) > 0) left--;
    } else if (waitpid(-1, NULL, WNOHANG) > 0) {
        left--;
    }
}
int main(void) {
    struct sigaction action = {0};
    sigset_t blocked, before;
    action.sa_handler = on_child;
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    for (int i = 0; i < 2; i++)
        if (fork() == 0) _exit(0);
    while (left > 0) sigsuspend(&before);
    return 0;
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::lost_wakeup) == 1);
    CHECK(
        contains(told(result, FindingKind::lost_wakeup),
                 "SIGCHLD came again while it was waiting to be handled, and its handler ran once for both"));
    CHECK(contains(told(result, FindingKind::lost_wakeup), "while (waitpid(-1, NULL, WNOHANG) > 0)"));
    CHECK(result.states == 46);
    const explore::Result good = repaired(text);
    CHECK(good.states == 47);
}

namespace {

/// Who waits says so and looks; who brings the work says so and looks whether anybody waits.
const std::string kWorkOrSleep = R"(
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>
static atomic_int sleeping, work;
static void fence(void) {
    if (REPAIRED) atomic_thread_fence(memory_order_seq_cst);
}
static void *worker(void *unused) {
    atomic_store_explicit(&sleeping, 1, memory_order_relaxed);
    fence();
    while (!atomic_load_explicit(&work, memory_order_relaxed))
        syscall(SYS_futex, &sleeping, FUTEX_WAIT, 1, NULL, NULL, 0);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    atomic_store_explicit(&work, 1, memory_order_relaxed);
    fence();
    if (atomic_load_explicit(&sleeping, memory_order_relaxed)) {
        atomic_store(&sleeping, 0);
        syscall(SYS_futex, &sleeping, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
    pthread_join(thread, NULL);
    return 0;
}
)";

explore::Result explore_work_or_sleep(bool is_repaired, MemoryModel model) {
    return explore_text((is_repaired ? "#define REPAIRED 1\n" : "#define REPAIRED 0\n") + kWorkOrSleep, true,
                        model);
}

}  // namespace

TEST_CASE(
    "a store that waits in its buffer keeps a wake-up from being sent; in the order of the program none is "
    "lost") {
    CHECK(count(explore_work_or_sleep(false, MemoryModel::sc), FindingKind::deadlock) == 0);
    const explore::Result result = explore_work_or_sleep(false, MemoryModel::tso);
    CHECK(count(result, FindingKind::deadlock) == 1);
    REQUIRE(count(result, FindingKind::lost_wakeup) == 1);
    CHECK(contains(told(result, FindingKind::lost_wakeup),
                   "program (2), thread 3 at program.c:16 sleeps for ever: blocked in futex: waits for a "
                   "wake-up at 'sleeping' (global)"));
    CHECK(contains(told(result, FindingKind::lost_wakeup),
                   "program (2), thread 3 at program.c:15 read 'work' (global) while what program (2) had "
                   "stored there was still waiting in its store buffer: it saw the value from before, and "
                   "went to sleep"));
    CHECK(result.states == 80);
    const explore::Result good = explore_work_or_sleep(true, MemoryModel::tso);
    CHECK(good.findings.empty());
    CHECK(good.not_for_ever == "");
    CHECK(good.states == 66);
}

TEST_CASE("a deadlock has no lost wake-up because of a store that came late but decides nothing") {
    const explore::Result result = explore_text(R"(
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
static volatile int seen, word;
static void *worker(void *unused) {
    if (seen == 0) {}
    syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    seen = 1;
    pthread_join(thread, NULL);
    return 0;
}
)",
                                                true, MemoryModel::tso);
    CHECK(count(result, FindingKind::deadlock) == 1);
    CHECK(count(result, FindingKind::lost_wakeup) == 0);
}
