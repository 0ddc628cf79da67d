#include <doctest/doctest.h>

#include "sim/cc/cc.h"
#include "sim/engine/timeline.h"
#include "visualizer/model/objects.h"

using namespace ipclab;
using namespace ipclab::visualizer;

TEST_CASE("the locks of a process are one picture: who holds each, who waits, by thread") {
    const cc::Result result = cc::compile("bank", {{"bank.c", R"(
#include <pthread.h>
#include <semaphore.h>
static pthread_mutex_t safe = PTHREAD_MUTEX_INITIALIZER, till = PTHREAD_MUTEX_INITIALIZER;
static sem_t guard;
static void *take(void *a) { pthread_mutex_lock(&safe); return a; }
int main(void) {
    pthread_t t[2];
    pthread_mutex_lock(&safe);
    for (int i = 0; i < 2; i++) pthread_create(&t[i], NULL, take, NULL);
    sem_wait(&guard);
}
)"}});
    REQUIRE(result.program);
    engine::Timeline timeline(engine::make_machine({result.program}, 0, {}, nullptr), engine::TimedPolicy{}, {});
    timeline.run_to_end();
    const auto pictures = lock_pictures(timeline.machine());
    REQUIRE(pictures.size() == 1);
    CHECK(pictures[0].title == "locks of bank (2)");
    CHECK(pictures[0].summary == "2 mutexes, 1 semaphore");
    REQUIRE(pictures[0].rows.size() == 3);
    CHECK(pictures[0].rows[0].label == "safe");
    CHECK(pictures[0].rows[0].text == "held by thread 2; threads 3 and 4 wait");
    CHECK(pictures[0].rows[0].thread == kernel::Tid{2});
    CHECK(pictures[0].rows[1].text == "free");
    CHECK_FALSE(pictures[0].rows[1].is_waited_for);
    CHECK(pictures[0].rows[2].text == "value 0; thread 2 waits");
}
