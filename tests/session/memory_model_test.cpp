// --memory=tso on the command line: explore, its schedules, schedule and check.
#include <doctest/doctest.h>

#include <string>

#include "tests/session/as_a_user.h"

using ipclab::testing::command;
using ipclab::testing::contains;
using ipclab::testing::NativeResult;
using ipclab::testing::TemporaryDirectory;

namespace {

const std::string kStoreBuffering = R"(
#include <pthread.h>
#include <stdio.h>
static volatile int x, y;
static int r1, r2;
#ifndef FENCE
#define FENCE
#endif
static void *one(void *unused) { x = 1; FENCE; r1 = y; return unused; }
static void *two(void *unused) { y = 1; FENCE; r2 = x; return unused; }
int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, two, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    printf("r1 = %d, r2 = %d\n", r1, r2);
    return 0;
}
)";
const std::string kBothMiss = "r1 = 0, r2 = 0\n", kFence = "FENCE=__sync_synchronize()";

}  // namespace

TEST_CASE("explore --memory=tso: store buffering shows r1 = r2 = 0, and its schedule is replayed") {
    const TemporaryDirectory directory;
    directory.write("sb.c", kStoreBuffering);
    const NativeResult sc = command(directory.path(), {"explore", "sb.c"});
    CHECK_FALSE(contains(sc.out, kBothMiss));
    const NativeResult tso = command(directory.path(), {"explore", "--memory=tso", "--save", "kept", "sb.c"});
    REQUIRE(contains(tso.out, kBothMiss));  // the first outcome: they are sorted
    const NativeResult replayed =
        command(directory.path(), {"run", "--replay", "kept/outcome-1.schedule", "sb.c"});
    CHECK(replayed.out == kBothMiss);
    CHECK(replayed.status == 0);
    const NativeResult fenced = command(directory.path(), {"explore", "--memory=tso", "-D", kFence, "sb.c"});
    CHECK(contains(fenced.out, "All schedules"));
    CHECK_FALSE(contains(fenced.out, kBothMiss));
}

TEST_CASE("schedule --memory=tso: that a store reaches memory is among the choices") {
    const TemporaryDirectory directory;
    directory.write("sb.c", kStoreBuffering);
    const NativeResult played = command(directory.path(), {"schedule", "--memory=tso", "sb.c"}, "1\n");
    CHECK(contains(played.out, "x = 1 reaches memory"));
}

TEST_CASE("check: an exercise may ask for x86's memory model") {
    const TemporaryDirectory directory;
    directory.write("sb.c", kStoreBuffering);
    const std::string rest =
        "title = \"SB\"\nforbid = []\nforbidden = [{ stdout = \"r1 = 0, r2 = 0\\n\" }]\n";
    directory.write("sc.toml", rest);
    directory.write("tso.toml", rest + "memory = \"tso\"\n");
    directory.write("arm.toml", rest + "memory = \"arm\"\n");
    CHECK(command(directory.path(), {"check", "sc.toml", "sb.c"}).status == 0);
    const NativeResult failed = command(directory.path(), {"check", "tso.toml", "sb.c", "--save", "kept"});
    CHECK(failed.status == 1);
    CHECK(command(directory.path(), {"run", "--replay", "kept/sb-1.schedule", "sb.c"}).out == kBothMiss);
    CHECK(command(directory.path(), {"check", "tso.toml", "-D", kFence, "sb.c"}).status == 0);
    CHECK(contains(command(directory.path(), {"check", "arm.toml", "sb.c"}).err, "memory is sc"));
}
