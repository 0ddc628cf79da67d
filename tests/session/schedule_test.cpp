// `ipclab schedule`: a person is the scheduler, through a pipe.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/session/as_a_user.h"

using namespace ipclab;
using ipclab::testing::command;
using ipclab::testing::contains;
using ipclab::testing::kLostUpdate;
using ipclab::testing::NativeResult;
using ipclab::testing::TemporaryDirectory;

TEST_CASE("schedule: who can go next is printed with line and access, and picks make the run") {
    const TemporaryDirectory directory;
    directory.write("lost.c", kLostUpdate);
    // Both read; then everybody to the end.
    const NativeResult lost = command(directory.path(), {"schedule", "lost.c"}, "1\n2\nr\nq\n");
    CAPTURE(lost.out);
    CHECK(lost.status == 0);
    CHECK(contains(lost.out, "  1  lost (2)  lost.c:12  reads"));
    CHECK(contains(lost.out, "  2  lost (3)  lost.c:9   reads"));
    CHECK(contains(lost.out, "The run has ended: exit status 0.\nStandard output:\n    | 1\n"));
    const NativeResult kept = command(directory.path(), {"schedule", "lost.c"}, "1\n1\nr\n");
    CHECK(contains(kept.out, "    | 2\n"));
}

TEST_CASE("schedule: undo goes back by one pick, and a saved schedule is replayed") {
    const TemporaryDirectory directory;
    directory.write("lost.c", kLostUpdate);
    // The first pick is taken back; then a lost update by hand to the end, saved.
    const std::string picks = "1\n1\nu\nu\nu\n1\n2\n1\n1\n1\n1\n1\n1\n1\n1\ns mine.schedule\nq\n";
    const NativeResult made = command(directory.path(), {"schedule", "lost.c"}, picks);
    CAPTURE(made.out);
    CHECK(contains(made.out, "There is nothing to undo."));
    CHECK(contains(made.out, "    | 1\n"));
    CHECK(contains(made.out, "Saved: mine.schedule"));
    const NativeResult again = command(directory.path(), {"run", "--replay", "mine.schedule", "lost.c"});
    CHECK(again.out == "1\n");
}

TEST_CASE("schedule: what is no pick is said, and the end of the input ends it") {
    const TemporaryDirectory directory;
    directory.write("lost.c", kLostUpdate);
    const NativeResult result =
        command(directory.path(), {"schedule", "lost.c"}, "7\nhello\n?\ns\n\nr\ns x\n");
    CAPTURE(result.out);
    CHECK(result.status == 0);
    CHECK(contains(result.out, "'7': a number from 1 to 2"));
    CHECK(contains(result.out, "'hello': a number from"));
    CHECK(contains(result.out, "hand the rest of the run back"));
    CHECK(contains(result.out, "s FILE: which file?"));
    CHECK(contains(result.out, "The scheduler has decided the end of this run"));
    CHECK(command(directory.path(), {"schedule", "lost.c"}, "s /nowhere/x\n").out.find("cannot be written") !=
          std::string::npos);
    CHECK(command(directory.path(), {"schedule", "no-such-puzzle"}).status == 125);
    CHECK(command(directory.path(), {"schedule", "pipe"}).status == 125);  // a lesson without a puzzle
    CHECK(contains(command(directory.path(), {"schedule", "lost.c", "--puzzle", "1"}).err,
                   "--puzzle is for a lesson"));
}

TEST_CASE("schedule: a puzzle says after each pick whether its goal can still be reached, and when it is") {
    const TemporaryDirectory directory;
    const NativeResult solved =
        command(directory.path(), {"schedule", "both-wait"},
                "1\n2\n1\n2\n1\n2\n1\n2\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\ns stuck.schedule\nq\n");
    CAPTURE(solved.out);
    CHECK(solved.status == 0);
    CHECK(contains(solved.out, "bring it about that everything is stuck"));
    CHECK(contains(solved.out, "The goal can still be reached from here."));
    CHECK(contains(solved.out, "Solved: everything is stuck."));
    CHECK(contains(solved.out, "Saved: stuck.schedule"));
    // The main thread goes on alone.
    const NativeResult missed = command(directory.path(), {"schedule", "both-wait"}, "1\n1\n1\n1\n1\n1\nq\n");
    CAPTURE(missed.out);
    CHECK(missed.status == 1);
    CHECK(contains(missed.out, "The goal cannot be reached any more: all "));
}
