// What the program asks for and does not get, among the explorer's choices: Machine::refusals.
#include <doctest/doctest.h>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

namespace {

explore::Result explore_refusing(const std::string& text, engine::Refusals refusals, bool reduces = true) {
    engine::Machine machine = machine_to_explore(text);
    machine.refusals = refusals;
    explore::Options options;
    options.reduces = reduces;
    return explore::explore(machine, options);
}
constexpr engine::Refusals kMemory{.memory = true, .tasks = false}, kTasks{.memory = false, .tasks = true};

const std::string kTwoBlocks = R"(
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    char *a = malloc(10), *b = malloc(20);
    printf("%d%d", a != NULL, b != NULL);
    return 0;
}
)";

/// The parent uses the block without a look; REPAIRED: after one.
const std::string kUnchecked = R"(
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    int *number = malloc(sizeof *number);
    if (REPAIRED && !number) return 1;
    *number = 5;
    printf("%d", *number);
    free(number);
    return 0;
}
)";

/// Without a look at what fork() returns the parent waits for bytes that nobody sends; its own write end is open.
const std::string kUncheckedFork = R"(
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
int main(void) {
    int ends[2];
    char byte = '-';
    pipe(ends);
    pid_t child = fork();
    if (REPAIRED && child < 0) return 3;
    if (child == 0) {
        write(ends[1], "x", 1);
        _exit(0);
    }
    read(ends[0], &byte, 1);
    wait(NULL);
    putchar(byte);
    return 0;
}
)";

}  // namespace

TEST_CASE("each malloc() can be refused by itself, and nothing is refused where that was not asked for") {
    CHECK(printed(explore_text(kTwoBlocks)) == Strings{"11"});
    CHECK(printed(explore_refusing(kTwoBlocks, kTasks)) == Strings{"11"});
    for (const bool reduces : {true, false}) {
        const explore::Result result = explore_refusing(kTwoBlocks, kMemory, reduces);
        CHECK(result.is_exhaustive);
        CHECK(printed(result) == Strings{"00", "01", "10", "11"});
    }
}

TEST_CASE("what the library takes for itself is not refused") {
    CHECK(printed(explore_refusing("#include <stdio.h>\nint main(void) { printf(\"%d\", 7); return 0; }",
                                   kMemory)) == Strings{"7"});
}

TEST_CASE("a block that is used without a look at malloc()'s result crashes where it is refused") {
    const explore::Result result = explore_refusing("#define REPAIRED 0\n" + kUnchecked, kMemory);
    CHECK(result.is_exhaustive);
    CHECK(count(result, FindingKind::crash) == 1);
    CHECK(count(explore_text("#define REPAIRED 0\n" + kUnchecked), FindingKind::crash) == 0);
    const explore::Result mended = explore_refusing("#define REPAIRED 1\n" + kUnchecked, kMemory);
    CHECK(mended.is_exhaustive);
    CHECK(mended.findings.empty());
    CHECK(printed(mended) == Strings{"5", "/1"});
}

TEST_CASE("a parent that does not look at what fork() returns waits for ever for a child that it never got") {
    const explore::Result result = explore_refusing("#define REPAIRED 0\n" + kUncheckedFork, kTasks);
    CHECK(result.is_exhaustive);
    CHECK(count(result, FindingKind::deadlock) == 1);
    CHECK(printed(result) == Strings{"x"});
    const explore::Result mended = explore_refusing("#define REPAIRED 1\n" + kUncheckedFork, kTasks);
    CHECK(mended.is_exhaustive);
    CHECK(mended.findings.empty());
    CHECK(printed(mended) == Strings{"x", "/3"});
}

TEST_CASE("pthread_create() can be refused with EAGAIN, and a child's own fork(), too") {
    const explore::Result threads = explore_refusing(R"(
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
static void *work(void *unused) { return unused; }
int main(void) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, work, NULL);
    printf("%d", error == EAGAIN);
    if (error == 0) pthread_join(thread, NULL);
    return 0;
}
)",
                                                     kTasks);
    CHECK(threads.is_exhaustive);
    CHECK(printed(threads) == Strings{"0", "1"});
    const explore::Result nested = explore_refusing(R"(
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int status = 99;
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        child = fork();
        if (child == 0) _exit(0);
        int is_refused = child < 0 && errno == EAGAIN;
        if (child > 0) wait(NULL);
        _exit(10 + is_refused);
    }
    wait(&status);
    printf("%d", WEXITSTATUS(status));
    return 0;
}
)",
                                                    kTasks);
    CHECK(nested.is_exhaustive);
    CHECK(printed(nested) == Strings{"10", "11", "/1"});
}

TEST_CASE("a schedule with a refusal can be written, read and replayed") {
    engine::Machine machine = machine_to_explore("#define REPAIRED 1\n" + kUnchecked);
    machine.refusals = kMemory;
    const explore::Result result = explore::explore(machine, {});
    machine.refusals = {};  // who replays needs to know nothing of them
    for (const explore::FoundOutcome& each : result.outcomes) {
        const bool is_refused = each.outcome.standard_output.empty();
        CHECK((engine::to_text(each.schedule).find("!:") != std::string::npos) == is_refused);
        CHECK(engine::outcome(replayed(machine, each.schedule)) == each.outcome);
    }
}

TEST_CASE("with a bound on preemptions a refusal is nobody's turn but the task's own") {
    engine::Machine machine = machine_to_explore(kTwoBlocks);
    machine.refusals = kMemory;
    explore::Options options;
    options.most_preemptions = 0;
    const explore::Result result = explore::explore(machine, options);
    CHECK(printed(result) == Strings{"00", "01", "10", "11"});
}

TEST_CASE("asking again until it is given is no livelock: nothing is refused for ever") {
    for (const char* const text :
         {"#include <stdlib.h>\nint main(void) { char *p; while (!(p = malloc(10))) {} free(p); return 0; }",
          "#include <sys/wait.h>\n#include <unistd.h>\nint main(void) { pid_t child; while ((child = fork()) "
          "< 0) {} if (child == 0) _exit(0); wait(NULL); return 0; }"}) {
        const explore::Result result = explore_refusing(text, {.memory = true, .tasks = true});
        CHECK(result.is_exhaustive);
        CHECK(result.not_for_ever == "");
        CHECK(result.findings.empty());
        CHECK(result.states == 3);
    }
}

TEST_CASE("a program that goes on asking although it has been given what it asked for does so for ever") {
    const std::string text = R"(
#include <errno.h>
#include <stdlib.h>
int main(void) {
    char *p;
    do {
        if (REPAIRED) errno = 0;
        p = malloc(10);
        free(p);
    } while (errno == ENOMEM);
    return 0;
}
)";
    const explore::Result result = explore_refusing("#define REPAIRED 0\n" + text, kMemory);
    REQUIRE(count(result, FindingKind::livelock) == 1);
    CHECK(contains(told(result, FindingKind::livelock), "program (2) goes round and round at program.c:9"));
    CHECK(engine::refusals_in(result.findings.front().schedule) == 1);
    CHECK(result.states == 4);
    CHECK(result.full_states == 5);
    const explore::Result mended = explore_refusing("#define REPAIRED 1\n" + text, kMemory);
    CHECK(mended.not_for_ever == "");
    CHECK(mended.findings.empty());
    CHECK(mended.full_states == 3);
}

TEST_CASE("who waits for a thread that could not be created waits for ever beside those that go on") {
    const explore::Result result = explore_refusing(R"(
#include <pthread.h>
#include <semaphore.h>
static sem_t ready;
static void *tell(void *unused) { sem_post(&ready); return unused; }
static void *wait_for_it(void *unused) { sem_wait(&ready); return unused; }
int main(void) {
    pthread_t a, b;
    sem_init(&ready, 0, 0);
    if (pthread_create(&a, NULL, wait_for_it, NULL) != 0) return 1;
    pthread_create(&b, NULL, tell, NULL);
    for (;;) sched_yield();
}
)",
                                                    kTasks);
    CHECK(result.not_for_ever == "");
    CHECK(count(result, FindingKind::partial_deadlock) == 1);
    CHECK(result.states == 20);
    CHECK(result.full_states == 37);
}
