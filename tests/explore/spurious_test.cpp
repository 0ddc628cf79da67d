// Spurious wake-ups among the explorer's choices: limit spurious_percent.
#include <doctest/doctest.h>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

namespace {

/// A thread waits for `ready`, looking at it with `keyword`, and prints what it finds.
std::string waits_with(const std::string& keyword) {
    return R"(
#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;
static void *waiter(void *unused) {
    pthread_mutex_lock(&lock);
    )" + keyword +
           R"( (!ready) pthread_cond_wait(&changed, &lock);
    printf("%d", ready);
    pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    pthread_mutex_lock(&lock);
    ready = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
)";
}

explore::Result explore_spuriously(const std::string& text) {
    engine::Machine machine = machine_to_explore(text);
    machine.kernel.limits.spurious_wakeups = 1;
    return explore::explore(machine, {});
}

}  // namespace

TEST_CASE("a wait with 'if' sees a spurious wake-up, where the explorer may choose one") {
    CHECK(printed(explore_text(waits_with("if"))) == Strings{"1"});
    const explore::Result result = explore_spuriously(waits_with("if"));
    CHECK(result.is_exhaustive);
    CHECK(printed(result) == Strings{"0", "1"});
    CHECK(count(result, FindingKind::deadlock) == 0);
}

TEST_CASE("a wait with 'while' sees none, and the search ends though the wait may end for ever anew") {
    const explore::Result result = explore_spuriously(waits_with("while"));
    CHECK(result.is_exhaustive);
    CHECK(printed(result) == Strings{"1"});
}

TEST_CASE("the schedule that leads to a spurious wake-up can be replayed") {
    engine::Machine machine = machine_to_explore(waits_with("if"));
    machine.kernel.limits.spurious_wakeups = 1;
    const explore::Result result = explore::explore(machine, {});
    bool has_found = false;
    for (const explore::FoundOutcome& each : result.outcomes) {
        std::string error;
        const auto read = engine::stretches_from(engine::to_text(each.schedule), error);
        REQUIRE(read);
        const auto choices = engine::schedule_of(machine, *read);
        REQUIRE(choices);
        engine::Machine replayed = machine;
        for (const engine::Choice& choice : *choices) {
            engine::step(replayed, choice, nullptr);
            has_found = has_found || choice.kind == engine::Choice::Kind::wake;
        }
        CHECK(engine::outcome(replayed) == each.outcome);
    }
    CHECK(has_found);
}

TEST_CASE("a deadlock is one though a spurious wake-up might end a wait: nobody may count on that") {
    const explore::Result result = explore_spuriously(kCrossedLocks);
    CHECK(result.is_exhaustive);
    CHECK(count(result, FindingKind::deadlock) == 1);
}
