// What signal handlers may not call, with repaired twins.
#include <doctest/doctest.h>

#include <string>

#include "sim/explore/handlers.h"
#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

TEST_CASE("printf() in a handler that interrupts printf() is told with both lines; write() is right") {
    const std::string text = R"(
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t came;
static void on_signal(int number) {
    came = number;
    if (REPAIRED) write(1, "signal\n", 7);
    else printf("signal\n");
}
int main(void) {
    signal(SIGUSR1, on_signal);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    printf("working\n");
    wait(NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    REQUIRE(count(result, FindingKind::handler) == 1);
    const std::string sentences = told(result, FindingKind::handler);
    CHECK(contains(sentences, "program (2) is inside printf(), called at program.c:20, when a signal comes"));
    CHECK(contains(sentences, "the handler on_signal() calls printf() at program.c:12"));
    CHECK(result.outcomes.size() == 6);
    CHECK(result.states == 3032);
    CHECK(result.full_states == 3421);
    const explore::Result good = repaired(text);
    CHECK(good.states == 15);
    CHECK(good.full_states == 19);
}

TEST_CASE("malloc() in a handler that interrupts malloc() is told") {
    const std::string text = R"(
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t came;
static void on_signal(int number) {
    came = number;
    if (!REPAIRED) free(malloc(10));
}
int main(void) {
    signal(SIGUSR1, on_signal);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    free(malloc(20));
    wait(NULL);
    return 0;
}
)";
    const explore::Result result = broken(text);
    CHECK(count(result, FindingKind::handler) == 4);
    CHECK(contains(told(result, FindingKind::handler),
                   "the handler on_signal() calls malloc() at program.c:10: what malloc() was changing may "
                   "be half done"));
    CHECK(count(result, FindingKind::crash) == 1);
    CHECK(result.states == 1303);
    CHECK(result.full_states == 1329);
    const explore::Result good = repaired(text);
    CHECK(good.states == 13);
    CHECK(good.full_states == 15);
}

TEST_CASE("a handler may call what is not listed where nothing of that kind was interrupted") {
    const explore::Result result = explore_text(R"(
#include <signal.h>
#include <stdio.h>
static void on_signal(int number) { printf("%d", number); }
int main(void) {
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    return 0;
}
)");
    CHECK(result.findings.empty());
    CHECK(printed(result) == Strings{"10"});
}

TEST_CASE("signal-safety(7) lists write(), _exit() and sem_post(), not printf(), malloc() or exit()") {
    for (const char* safe : {"write", "_exit", "sem_post", "kill", "waitpid", "sigaction"})
        CHECK(explore::is_safe_in_handlers(safe));
    for (const char* unsafe : {"printf", "malloc", "free", "exit", "pthread_mutex_lock", "localtime"})
        CHECK_FALSE(explore::is_safe_in_handlers(unsafe));
}
