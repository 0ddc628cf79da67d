// Atomicity violations, with repaired twins, and what only looks like one.
#include <doctest/doctest.h>

#include <string>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

TEST_CASE("to look and to act under a lock each is not enough: the last one is sold twice") {
    const std::string text = R"(
#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stock = 1, sold;
static void *buy(void *unused) {
    pthread_mutex_lock(&lock);
    int there = stock;
    if (!REPAIRED) {
        pthread_mutex_unlock(&lock);
        pthread_mutex_lock(&lock);
    }
    if (there > 0) {
        stock = there - 1;
        sold++;
    }
    pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, buy, NULL);
    buy(NULL);
    pthread_join(thread, NULL);
    printf("%d sold, %d left\n", sold, stock);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(printed(result) == Strings{"1 sold, 0 left\n", "2 sold, 0 left\n"});
    CHECK(count(result, FindingKind::race) == 0);
    REQUIRE(count(result, FindingKind::atomicity) == 1);
    const std::string sentences = told(result, FindingKind::atomicity);
    CHECK(contains(sentences,
                   "reads 'stock' (global) at program.c:9 and writes it at program.c:15: each time alone, "
                   "but not in between"));
    CHECK(contains(sentences, "only so can it come to this: exit status 0, output \"2 sold, 0 left\""));
    CHECK(result.states == 51);
    CHECK(result.full_states == 178);
    const explore::Result good = repaired(text);
    CHECK(good.states == 20);
    CHECK(good.full_states == 75);
}

TEST_CASE("functions that lock each by itself do not make a whole: what they are called for is not atomic") {
    const std::string text = R"(
#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stock = 1;
static int get(void) {
    pthread_mutex_lock(&lock);
    int now = stock;
    pthread_mutex_unlock(&lock);
    return now;
}
static void take(void) {
    pthread_mutex_lock(&lock);
    stock--;
    pthread_mutex_unlock(&lock);
}
static void take_if_there(void) {
    pthread_mutex_lock(&lock);
    if (stock > 0) stock--;
    pthread_mutex_unlock(&lock);
}
static void *buy(void *unused) {
    if (REPAIRED) take_if_there();
    else if (get() > 0) take();
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, buy, NULL);
    buy(NULL);
    pthread_join(thread, NULL);
    printf("%d left\n", stock);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(printed(result) == Strings{"-1 left\n", "0 left\n"});
    REQUIRE(count(result, FindingKind::atomicity) == 1);
    CHECK(contains(told(result, FindingKind::atomicity),
                   "reads 'stock' (global) at program.c:9 and writes it at program.c:15"));
    CHECK(result.states == 41);
    CHECK(result.full_states == 145);
    const explore::Result good = repaired(text);
    CHECK(good.states == 18);
    CHECK(good.full_states == 69);
}

TEST_CASE("an atomic load and an atomic store are not one operation; an atomic addition is") {
    const std::string text = R"(
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
static atomic_int counter;
static void *add(void *unused) {
    if (REPAIRED)
        atomic_fetch_add(&counter, 1);
    else
        atomic_store(&counter, atomic_load(&counter) + 1);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, add, NULL);
    add(NULL);
    pthread_join(thread, NULL);
    printf("%d", atomic_load(&counter));
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(printed(result) == Strings{"1", "2"});
    REQUIRE(count(result, FindingKind::atomicity) == 1);
    CHECK(result.states == 23);
    CHECK(result.full_states == 97);
    const explore::Result good = repaired(text);
    CHECK(printed(good) == Strings{"2"});
    CHECK(good.states == 9);
    CHECK(good.full_states == 47);
}

TEST_CASE("who tries again when somebody came in between has no violation: compare and exchange in a loop") {
    const explore::Result result = explore_text(R"(
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
static atomic_int counter;
static void *add(void *unused) {
    int seen = atomic_load(&counter);
    while (!atomic_compare_exchange_strong(&counter, &seen, seen + 1)) {}
    return unused;
}
static void *say(void *unused) {
    write(1, "x", 1);
    return add(unused);
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, say, NULL);
    write(1, "y", 1);
    add(NULL);
    pthread_join(thread, NULL);
    return atomic_load(&counter);
}
)");
    CHECK(printed(result) == Strings{"xy/2", "yx/2"});
    CHECK(result.not_for_ever == "");
    CHECK(result.findings.empty());
}

TEST_CASE(
    "waiting for a change under a lock is no violation: that is what the other one is to do in between") {
    const explore::Result result = explore_text(R"(
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stage;
static int get(void) {
    pthread_mutex_lock(&lock);
    int now = stage;
    pthread_mutex_unlock(&lock);
    return now;
}
static void set(int now) {
    pthread_mutex_lock(&lock);
    stage = now;
    pthread_mutex_unlock(&lock);
}
static void *other(void *unused) {
    write(1, "x", 1);
    set(1);
    while (get() != 2) {}
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, other, NULL);
    write(1, "y", 1);
    while (get() != 1) {}
    set(2);
    pthread_join(thread, NULL);
    return 0;
}
)");
    CHECK(result.not_for_ever == "");
    CHECK(count(result, FindingKind::atomicity) == 0);
    CHECK(printed(result) == Strings{"xy", "yx"});
}
