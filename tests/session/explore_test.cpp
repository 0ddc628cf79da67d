// `ipclab explore` as a person uses it: what it says, its exit status, and schedules that are replayed.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/session/as_a_user.h"

using namespace ipclab;
using ipclab::testing::command;
using ipclab::testing::contains;
using ipclab::testing::kLostUpdate;
using ipclab::testing::NativeResult;
using ipclab::testing::TemporaryDirectory;
namespace fs = std::filesystem;

TEST_CASE("explore: a saved schedule knows the hosts of the network, and others beside them are an error") {
    const TemporaryDirectory directory;
    directory.write("where.c", R"(
#include <netdb.h>
#include <stdio.h>
int main(void) {
    struct addrinfo *list;
    puts(getaddrinfo("beta", "80", NULL, &list) == 0 ? "known" : "unknown");
    return 0;
}
)");
    REQUIRE(command(directory.path(), {"explore", "--host", "alpha=10.0.0.1", "--host", "beta=10.0.0.2",
                                       "where.c", "--save", "kept"})
                .status == 0);
    CHECK(command(directory.path(), {"run", "--replay", "kept/outcome-1.schedule", "where.c"}).out ==
          "known\n");
    const NativeResult other = command(directory.path(), {"run", "--host", "gamma=10.0.0.1", "--replay",
                                                          "kept/outcome-1.schedule", "where.c"});
    CHECK(other.status == 125);
    CHECK(contains(other.err, "the schedule was made with other hosts; leave --host out"));
}

TEST_CASE("explore: outcomes and findings, and each saved schedule is replayed to the same outcome") {
    const TemporaryDirectory directory;
    directory.write("lost.c", kLostUpdate);
    const NativeResult result = command(directory.path(), {"explore", "lost.c", "--save", "found"});
    CAPTURE(result.out);
    CHECK(result.status == 1);  // a data race
    CHECK(contains(result.out, "All schedules: "));
    CHECK(contains(result.out, "Outcome 1: exit status 0\n   standard output\n     | 1\n"));
    CHECK(contains(result.out, "Outcome 2: exit status 0\n   standard output\n     | 2\n"));
    CHECK(contains(result.out, "Finding 1: data race\n"));
    CHECK(contains(result.out, "replay: ipclab run --replay found/outcome-1.schedule lost.c\n"));
    for (const std::string number : {"1", "2"}) {
        const NativeResult again =
            command(directory.path(), {"run", "--replay", "found/outcome-" + number + ".schedule", "lost.c"});
        CHECK(again.out == number + "\n");
        CHECK(again.status == 0);
    }
    directory.write("other.c", "int main(void) { return 0; }");
    const NativeResult other =
        command(directory.path(), {"run", "--replay", "found/outcome-1.schedule", "other.c"});
    CHECK(other.status == 125);
    CHECK(contains(other.err, "the schedule is not of this program"));
    directory.write("bad.schedule", "streams file file file\nschedule\n2:x\n");
    CHECK(command(directory.path(), {"run", "--replay", "bad.schedule", "lost.c"}).status == 125);
}

TEST_CASE("explore: 0 where nothing is wrong, 123 where a limit was hit first") {
    const TemporaryDirectory directory;
    directory.write("quiet.c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 7; }");
    const NativeResult quiet = command(directory.path(), {"explore", "quiet.c"});
    CHECK(quiet.status == 0);
    CHECK(contains(quiet.out, "To keep the schedules and replay them: ipclab explore --save DIR "));
    directory.write("input file", "");
    CHECK(contains(
        command(directory.path(), {"explore", "quiet.c", "--memory=tso", "--fail", "malloc,fork", "--set",
                                   "pipe_size=16", "--input", "input file", "--bound", "2"})
            .out,
        "ipclab explore --memory tso --fail malloc,fork --set pipe_size=16 --input 'input file' --bound 2 "
        "--save DIR quiet.c\n"));
    CHECK(contains(quiet.out, "Outcome 1: exit status 7\n"));
    CHECK(contains(quiet.out, "not under any schedule"));
    // Counts for ever: there is always another state.
    directory.write("endless.c", R"(
#include <unistd.h>
int main(void) {
    int count = 0;
    fork();
    for (;;) count += getppid() > 0;
}
)");
    const NativeResult endless = command(directory.path(), {"explore", "endless.c", "--states", "5000"});
    CHECK(endless.status == 123);
    CHECK(contains(endless.out, "Not exhaustive (the number of states): "));
}

TEST_CASE("explore: 120 where real Linux shows an outcome that no schedule has") {
    const TemporaryDirectory directory;
    // What the simulated kernel calls itself is no name of this one.
    directory.write("release.c", R"(
#include <stdio.h>
#include <sys/utsname.h>
int main(void) {
    struct utsname names;
    uname(&names);
    puts(names.release);
    return 0;
}
)");
    const NativeResult result = command(directory.path(), {"explore", "--against-real", "3", "release.c"});
    CAPTURE(result.out);
    CAPTURE(result.err);
    CHECK(result.status == 120);
    CHECK(contains(result.out, "outcome 1: not seen yet\n"));
    CHECK(contains(result.out, "IMPOSSIBLE: no schedule has this outcome (exit status 0): 3 runs\n"));
}

TEST_CASE(
    "explore: what real Linux shows and a part of the schedules does not is looked for, and never called "
    "impossible") {
    const TemporaryDirectory directory;
    // Each waits for the other in a loop: nobody comes to an end without a preemption.
    directory.write("both.c", R"(
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    atomic_int *flag = mmap(NULL, sizeof *flag, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        while (atomic_load(flag) != 1) {}
        atomic_store(flag, 2);
        _exit(0);
    }
    atomic_store(flag, 1);
    while (atomic_load(flag) != 2) {}
    wait(NULL);
    struct utsname names;
    uname(&names);
    puts(RELEASE ? names.release : "done");
    return 0;
}
)");
    const auto explore = [&](const std::string& release) {
        return command(directory.path(), {"explore", "-D", "RELEASE=" + release, "--bound", "0",
                                          "--against-real", "3", "--save", "found", "both.c"});
    };
    const NativeResult found = explore("0");
    CAPTURE(found.out);
    CHECK(found.status == 123);
    CHECK(contains(found.out, "No schedule so far comes to an end.\n"));
    CHECK(contains(found.out, "outcome 1 (exit status 0): seen 3 times, and found when it was looked for\n"));
    const NativeResult again = command(
        directory.path(), {"run", "-D", "RELEASE=0", "--replay", "found/outcome-1.schedule", "both.c"});
    CHECK(again.out == "done\n");
    const NativeResult not_found = explore("1");
    CAPTURE(not_found.out);
    CHECK(not_found.status == 123);
    CHECK_FALSE(contains(not_found.out, "IMPOSSIBLE"));
    CHECK(contains(not_found.out, "   seen on Linux, not found in "));
    CHECK(contains(not_found.out, " drawn for it: not shown impossible (exit status 0): 3 runs\n"));
}

TEST_CASE("explore: --fail says what was refused, and the schedule is replayed without it") {
    const TemporaryDirectory directory;
    directory.write("trusts.c", R"(
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
int main(void) {
    if (fork() == 0) _exit(0);
    puts(wait(NULL) < 0 ? "nobody" : "a child");
    return 0;
}
)");
    const NativeResult result =
        command(directory.path(), {"explore", "--fail", "fork", "trusts.c", "--save", "found"});
    CHECK(contains(result.out, "     | nobody\n   schedule: 0 context switches, 1 request refused\n"));
    std::set<std::string> outputs;
    for (const std::string number : {"1", "2"})
        outputs.insert(command(directory.path(),
                               {"run", "--replay", "found/outcome-" + number + ".schedule", "trusts.c"})
                           .out);
    CHECK(outputs == std::set<std::string>{"a child\n", "nobody\n"});
    CHECK(command(directory.path(), {"explore", "--fail", "free", "trusts.c"}).status == 125);
}

TEST_CASE("explore: part of the schedules is never called all of them") {
    const TemporaryDirectory directory;
    directory.write("lost.c", kLostUpdate);
    const auto explore = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"explore", "lost.c"});
        return command(directory.path(), words);
    };
    CHECK(contains(explore({"--bound", "0"}).out,
                   "Not exhaustive (schedules with more than 0 preemptions are left out): "));
    const NativeResult random = explore({"--random", "50", "--seed", "3"});
    CHECK(contains(random.out, "50 schedules drawn at random (seed 3), not exhaustive: "));
    CHECK(contains(random.out, "What follows can happen; there may be more.\n"));
    CHECK(random.status == 1);  // a data race
    CHECK(contains(explore({"--pct", "50", "--depth", "2"}).out,
                   "50 schedules drawn at random (seed 1), not exhaustive: "));
    CHECK(explore({"--random", "5", "--bound", "2"}).status == 125);
    CHECK(explore({"--depth", "2"}).status == 125);
}

TEST_CASE("view: a schedule file that does not fit is refused before a window opens") {
    const TemporaryDirectory directory;
    directory.write("lost.c", kLostUpdate);
    directory.write("other.c", "int main(void) { return 0; }");
    command(directory.path(), {"explore", "lost.c", "--save", "found"});
    const auto view = [&](const std::string& schedule, const std::string& file) {
        return command(directory.path(),
                       {"view", "--replay", schedule, file, "--no-real", "--screenshot", "p.png"});
    };
    const NativeResult foreign = view("found/outcome-1.schedule", "other.c");
    CHECK(foreign.status == 125);
    CHECK(contains(foreign.err, "the schedule is not of this program"));
    CHECK(contains(view("missing", "lost.c").err, "missing"));
    directory.write("bad.schedule", "streams file terminal\nschedule\n");
    CHECK(contains(view("bad.schedule", "lost.c").err,
                   "bad.schedule: line 1: 'streams file terminal' is no line of a schedule file"));
    CHECK(contains(view("found/outcome-1.schedule", "pipe").err, "--replay needs the program"));
}

TEST_CASE("a lesson replays a schedule file; one of another program is named") {
    const TemporaryDirectory directory;
    fs::create_directory(directory.path() + "/lost");
    directory.write("lost/lost.c", kLostUpdate);
    const std::string place = directory.path() + "/lost";
    REQUIRE(command(place, {"explore", "lost.c", "--save", "found"}).status == 1);
    const auto lesson = [&](const std::string& outcome, const std::string& printed) {
        directory.write("lost/lesson.md",
                        "+++\ntitle = \"Lost\"\nsummary = \"An update.\"\nprograms = { lost = \"lost.c\" }\n"
                        "schedule = \"" +
                            outcome +
                            "\"\n+++\n## It is lost\n\n```toml step\nuntil = \"end\"\n"
                            "expect = ['stdout is \"" +
                            printed + "\\n\"']\n```\n");
        return command(directory.path(), {"lesson", "lost", "--yes"});
    };
    CHECK(lesson("found/outcome-1.schedule", "1").status == 0);
    CHECK(lesson("found/outcome-2.schedule", "2").status == 0);
    CHECK(lesson("found/outcome-2.schedule", "1").status == 1);
    CHECK(contains(lesson("nothing.schedule", "1").err, "there is no file 'nothing.schedule'"));
    directory.write("lost/bad.schedule", "schedule\n2:77 3:nonsense\n");
    CHECK(contains(lesson("bad.schedule", "1").err, "line 2: '3:nonsense' is no part of a schedule"));
    directory.write("lost/foreign.schedule", "schedule\n2:77 5:1\n");
    CHECK(contains(lesson("foreign.schedule", "1").err,
                   "foreign.schedule: the schedule is not of this program"));
}
