// `ipclab check`: exercises with right and wrong solutions, hostile programs, and the formats.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/session/verdict.h"
#include "tests/session/as_a_user.h"

using namespace ipclab;
using ipclab::session::CheckReport;
using ipclab::session::Verdict;
using ipclab::testing::command;
using ipclab::testing::contains;
using ipclab::testing::kLostUpdate;
using ipclab::testing::NativeResult;
using ipclab::testing::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

/// The lines "// check: ..." of a wrong solution: what its report has to say.
std::vector<std::string> expected_of(const fs::path& file) {
    std::ifstream in(file);
    std::vector<std::string> found;
    const std::string mark = "// check: ";
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(mark)) found.push_back(line.substr(mark.size()));
    return found;
}

const std::string kAnything = "title = \"Anything\"\nstates = 3000\nseconds = 5\nmemory_mb = 256\n";

}  // namespace

TEST_CASE(
    "each exercise passes its right solution under every schedule and fails each wrong one for its reason") {
    const TemporaryDirectory directory;
    std::size_t exercises = 0, wrong = 0;
    for (const auto& folder : fs::directory_iterator(fs::path(IPCLAB_SOURCE_DIR) / "exercises")) {
        ++exercises;
        const std::string exercise = (folder.path() / "exercise.toml").string();
        for (const auto& entry : fs::directory_iterator(folder.path())) {
            if (entry.path().extension() != ".c") continue;
            const std::string file = entry.path().string();
            CAPTURE(file);
            const NativeResult result = command(directory.path(), {"check", exercise, file});
            CAPTURE(result.out);
            CAPTURE(result.err);
            const std::vector<std::string> expected = expected_of(entry.path());
            CHECK(result.status == (expected.empty() ? 0 : 1));
            CHECK(contains(result.out, expected.empty() ? ": PASS (" : ": FAIL ("));
            for (const std::string& line : expected) CHECK(contains(result.out, line + "\n"));
            wrong += !expected.empty();
        }
    }
    CHECK(exercises >= 3);
    CHECK(wrong >= 9);
}

TEST_CASE("check: the schedule that breaks a program is saved and replayed") {
    const TemporaryDirectory directory;
    const fs::path counter = fs::path(IPCLAB_SOURCE_DIR) / "exercises" / "counter";
    const std::string file = (counter / "wrong-no-lock.c").string();
    const NativeResult json = command(directory.path(), {"check", (counter / "exercise.toml").string(), file,
                                                         "--format", "json", "--save", "kept"});
    CHECK(json.status == 1);
    CheckReport report;
    REQUIRE(session::report_from_json(json.out, report));
    CHECK(report.verdict == Verdict::fail);
    const auto point =
        std::ranges::find(report.points, "every outcome is allowed", &session::CheckedPoint::name);
    REQUIRE(point != report.points.end());
    CHECK(point->verdict == Verdict::fail);
    CHECK(contains(point->replay, "ipclab run --replay kept/wrong-no-lock-"));
    const NativeResult again = command(directory.path(), {"run", "--replay", point->file, file});
    CHECK(again.out == "1\n");
}

TEST_CASE("check: JUnit has a test case for each point, and its text is escaped") {
    CheckReport report;
    report.verdict = Verdict::fail;
    report.title = "a < b & \"c\"";
    report.program = "x.c";
    report.points = {{"first", Verdict::pass, {}, "", "", ""},
                     {"second", Verdict::fail, {"1 < 2\x01"}, "", "", "ipclab run"},
                     {"third", Verdict::undecided, {"unknown"}, "", "", ""}};
    const std::string text = session::to_junit(report);
    CHECK(contains(
        text, "name=\"a &lt; b &amp; &quot;c&quot;\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
    CHECK(contains(text, "<failure message=\"1 &lt; 2?\">"));
    CHECK(contains(text, "<skipped message=\"unknown\"/>"));
    CheckReport again;
    CHECK(session::report_from_json(session::to_json(report), again));
    CHECK(session::to_junit(again) == text);
    CHECK_FALSE(session::report_from_json("{", again));
}

TEST_CASE("check: whatever a program does is a verdict") {
    const TemporaryDirectory directory;
    directory.write("any.toml", kAnything);
    struct Case {
        const char* name;
        const char* text;
        int status;
        const char* says;
    };
    const Case cases[] = {
        {"syntax.c", "int main(void) { return 0 }", 121, "DOES NOT COMPILE"},
        {"missing.c", "#include <nowhere.h>\nint main(void) { return 0; }", 121, "nowhere.h"},
        {"nesting.c",
         "#define A B B B B B B B B\n#define B C C C C C C C C\n#define C D D D D D D D D\n#define D E E E E "
         "E E E E\n"
         "#define E F F F F F F F F\n#define F G G G G G G G G\n#define G H H H H H H H H\n#define H I I I I "
         "I I I I\n"
         "#define I ;;;;;;;;\nint main(void) { A return 0; }",
         -1, ""},
        {"loop.c", "int main(void) { for (;;) continue; }", 1, "FAIL  it always comes to an end"},
        {"counting.c",
         "#include <unistd.h>\nint main(void) { long n = 0; fork(); for (;;) n += getppid() > 0; }", 123,
         "UNDECIDED"},
        {"computing.c", "int main(void) { volatile unsigned long n = 0; for (;;) n++; }", 123, "UNDECIDED"},
        {"forks.c", "#include <unistd.h>\nint main(void) { for (;;) fork(); }", 123, "UNDECIDED"},
        {"memory.c",
         "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) { char *p = malloc(1 << 20); "
         "if (!p) return 1; memset(p, 1, 1 << 20); } }",
         -1, ""},
        {"stack.c", "int f(int n) { return f(n + 1) + 1; }\nint main(void) { return f(0); }", 1, "FAIL  no"},
        {"null.c", "int main(void) { return *(volatile int *)0; }", 1, "FAIL  no crash"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.name);
        directory.write(each.name, each.text);
        const NativeResult result = command(directory.path(), {"check", "any.toml", each.name});
        CAPTURE(result.out);
        CAPTURE(result.err);
        if (each.status >= 0)
            CHECK(result.status == each.status);
        else
            CHECK((result.status == 0 || result.status == 1 || result.status == 121 || result.status == 123));
        CHECK(contains(result.out, each.says));
        CHECK_FALSE(contains(result.out, "fault of ipclab"));
    }
}

TEST_CASE("check: with 'fail' a program passes only where it looks at what malloc() returns") {
    const TemporaryDirectory directory;
    directory.write("e.toml", "title = \"x\"\nfail = [\"malloc\"]\n");
    const std::string text = R"(
#include <stdlib.h>
int main(void) {
    char *block = malloc(1);
    if (LOOKS && !block) return 1;
    *block = 0;
    return 0;
}
)";
    directory.write("looks.c", "#define LOOKS 1\n" + text);
    directory.write("trusts.c", "#define LOOKS 0\n" + text);
    CHECK(command(directory.path(), {"check", "e.toml", "looks.c"}).status == 0);
    const NativeResult result = command(directory.path(), {"check", "e.toml", "trusts.c"});
    CHECK(result.status == 1);
    CHECK(contains(result.out, "no memory is left for it: so the schedule says (malloc(3): NULL, ENOMEM)"));
}

TEST_CASE("check: a mistake in an exercise is named with its line") {
    const TemporaryDirectory directory;
    directory.write("quiet.c", "int main(void) { return 0; }");
    const auto check = [&](const std::string& text) {
        directory.write("e.toml", text);
        const NativeResult result = command(directory.path(), {"check", "e.toml", "quiet.c"});
        CHECK(result.status == 125);
        return result.err;
    };
    CHECK(contains(check("states = 5\n"), "an exercise needs the key 'title'"));
    CHECK(contains(check("title = \"x\"\nforbid = [\"bugs\"]\n"), "'bugs' is no kind of finding"));
    CHECK(contains(check("title = \"x\"\nallowed = []\n"), "allowed is a list of outcomes"));
    CHECK(contains(check("title = \"x\"\nallowed = [{ status = 300 }]\n"), "a whole number from 0 to 255"));
    CHECK(contains(check("title = \"x\"\nrequired = [{ killed_by = \"SIGNOT\" }]\n"),
                   "killed_by is a signal's name"));
    CHECK(contains(check("title = \"x\"\nmaximum = 3\n"), "unknown key 'maximum'"));
    CHECK(contains(check("title = \"x\"\nfail = [\"free\"]\n"), "'free' cannot be made to fail"));
    CHECK(contains(check("title ="), "this is not TOML"));
    CHECK(command(directory.path(), {"check", "nowhere.toml", "quiet.c"}).status == 125);
}

TEST_CASE(
    "check: livelock is a failure where it is asked for, and undecided where there are too many states") {
    const TemporaryDirectory directory;
    directory.write("polite.c", R"(
#include <pthread.h>
#include <stdatomic.h>
static atomic_int want[2];
static void *work(void *mine) {
    int me = mine != NULL;
    for (;;) {
        atomic_store(&want[me], 1);
        if (!atomic_load(&want[!me])) break;
        atomic_store(&want[me], 0);
    }
    atomic_store(&want[me], 0);
    return NULL;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, &thread);
    work(NULL);
    pthread_join(thread, NULL);
    return 0;
}
)");
    const auto check = [&](const std::string& asked) {
        directory.write("e.toml", "title = \"x\"\n" + asked);
        return command(directory.path(), {"check", "e.toml", "polite.c", "--save", "kept"});
    };
    CHECK(check("").status == 0);
    const NativeResult livelock = check("forbid = [\"livelock\", \"starvation\", \"partial deadlock\"]");
    CHECK(livelock.status == 1);
    CHECK(contains(livelock.out, "FAIL  no livelock\n"));
    CHECK(contains(livelock.out, "ok    no starvation\n"));
    CHECK(contains(livelock.out, "replay: ipclab run --replay kept/polite-1.schedule polite.c"));
    const NativeResult few = check("forbid = [\"starvation\"]\nends = false\nstates = 60");
    CHECK(few.status == 123);
}

TEST_CASE("check: the verdict stands where the schedule cannot be saved, which is told") {
    const TemporaryDirectory directory;
    directory.write("lost.c", kLostUpdate);
    directory.write("e.toml", "title = \"x\"\n");
    const NativeResult result = command(directory.path(), {"check", "e.toml", "lost.c", "--save", "/dev/null"});
    CHECK(result.status == 1);
    CHECK(contains(result.out, "lost.c: FAIL (x)"));
    CHECK_FALSE(contains(result.out, "replay:"));
    CHECK(contains(result.err, "/dev/null: no files can be put there (Not a directory)"));
}

TEST_CASE("check: required and forbidden outcomes, and those of a status or a signal") {
    const TemporaryDirectory directory;
    directory.write("two.c", R"(
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    volatile int *flag = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        *flag = 1;
        _exit(0);
    }
    int seen = *flag;
    wait(NULL);
    if (seen) abort();
    return 3;
}
)");
    const auto check = [&](const std::string& asked) {
        directory.write("e.toml", "title = \"x\"\nforbid = []\n" + asked);
        return command(directory.path(), {"check", "e.toml", "two.c"}).status;
    };
    CHECK(check("required = [{ status = 3 }, { killed_by = \"SIGABRT\" }]") == 0);
    CHECK(check("required = [{ status = 4 }]") == 1);
    CHECK(check("forbidden = [{ status = 4 }]") == 0);
    CHECK(check("forbidden = [{ killed_by = \"SIGABRT\" }]") == 1);
    CHECK(check("allowed = [{ status = 3 }, { killed_by = \"SIGABRT\" }]") == 0);
    CHECK(check("allowed = [{ status = 3 }]") == 1);
}
