// The command as a person uses it: words in, text and an exit status out.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/host/real.h"
#include "tests/support/native.h"

using namespace ipclab;
using ipclab::testing::NativeResult;
using ipclab::testing::run_native;
using ipclab::testing::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

const std::string kPrograms = IPCLAB_SOURCE_DIR "/tests/programs/";

/// Beside this test program.
std::string ipclab_path() {
    return (fs::read_symlink("/proc/self/exe").parent_path() / "ipclab").string();
}

NativeResult ipclab_in(const std::string& directory, std::vector<std::string> words,
                       const std::string& input = "") {
    words.insert(words.begin(), ipclab_path());
    return run_native(words, directory, "/usr/bin:/bin", input, 60);
}

NativeResult command(std::vector<std::string> words, const std::string& input = "") {
    return ipclab_in("/", std::move(words), input);
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool has_real_runs() {
    static const std::string missing = host::check_availability().summary();
    if (!missing.empty()) MESSAGE("skipped: " << missing);
    return missing.empty();
}

/// ipclab on a terminal of its own, played like a person: look for a text, then type.
class Terminal {
  public:
    explicit Terminal(std::vector<std::string> words) {
        words.insert(words.begin(), ipclab_path());
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        pid_ = forkpty(&fd_, nullptr, nullptr, nullptr);
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            setenv("TERM", "dumb", 1);
            execv(arguments[0], arguments.data());
            _exit(127);
        }
    }
    ~Terminal() {
        if (pid_ > 0) end();
        close(fd_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// Waits until the text has appeared behind what was looked for before. False after a deadline, or at the end.
    bool see(const std::string& text) {
        for (;;) {
            if (const auto at = shown_.find(text, seen_); at != std::string::npos) {
                seen_ = at + text.size();
                return true;
            }
            if (!more()) return false;
        }
    }
    void type(const std::string& text) {
        CHECK(write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    /// Waits for its end: the exit status, 128 + signal, or -1 where it did not come.
    int end() {
        while (more()) {
        }
        int status = 0;
        if (std::chrono::steady_clock::now() >= deadline_) kill(pid_, SIGKILL);
        const pid_t ended = waitpid(std::exchange(pid_, 0), &status, 0);
        if (ended <= 0 || std::chrono::steady_clock::now() >= deadline_) return -1;
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    const std::string& shown() const { return shown_; }

  private:
    bool more() {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline_ - std::chrono::steady_clock::now());
        pollfd waiting{fd_, POLLIN, 0};
        if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return false;
        char buffer[4096];
        const ssize_t got = read(fd_, buffer, sizeof buffer);
        if (got <= 0) return false;
        for (ssize_t i = 0; i < got; ++i)
            if (buffer[i] != '\r') shown_ += buffer[i];
        return true;
    }

    int fd_ = -1;
    pid_t pid_ = 0;
    std::string shown_;
    std::size_t seen_ = 0;
    std::chrono::steady_clock::time_point deadline_ =
        std::chrono::steady_clock::now() + std::chrono::seconds(30);
};

}  // namespace

TEST_CASE("help says what there is, with exit statuses; --version says which ipclab it is") {
    const NativeResult help = command({"--help"});
    CHECK(help.status == 0);
    for (const char* word :
         {"run", "real", "compare", "compile", "view", "lessons", "lesson", "Exit status", "125"})
        CHECK(contains(help.out, word));
    CHECK(command({"help"}).out == help.out);
    const NativeResult nothing = command({});
    CHECK(nothing.err == help.out);
    CHECK(nothing.status == 125);
    for (const char* name : {"run", "real", "compare", "explore", "compile", "lesson"}) {
        const NativeResult one = command({name, "--help"});
        CHECK(one.status == 0);
        CHECK(contains(one.out, "Exit status"));
        CHECK(command({"help", name}).out == one.out);
    }
    CHECK(contains(command({"--version"}).out, "ipclab 0"));
}

TEST_CASE("wrong use says what is meant, and ends with 125") {
    struct Row {
        std::vector<std::string> words;
        const char* says;
    };
    const Row rows[] = {
        {{"rnu", "x.c"}, "there is no command 'rnu'; did you mean 'run'?"},
        {{"frobnicate"}, "'ipclab --help' lists them"},
        {{"x.c"}, "Try: ipclab run x.c"},
        {{"--frob"}, "'ipclab  --help'"},
        {{"run"}, "nothing to run"},
        {{"run", "no-such.c"}, "no-such.c: no such file"},
        {{"run", kPrograms + "fork_onc.c"}, "did you mean 'fork_once.c'?"},
        {{"run", "/bin/ls"}, "a C file is expected"},
        {{"run", "x.c", "-q"}, "stand behind '--'"},
        {{"run", "x.c", "--cpus", "9"}, "'9' is no whole number from 1 to 8"},
        {{"run", "x.c", "--seed", "-1"}, "--seed: '-1' is no whole number from 0"},
        {{"explore", "x.c", "--states", "-5"}, "--states: '-5' is no whole number from 1"},
        {{"explore", "x.c", "--states", "18446744073709551616"}, "is no whole number"},
        {{"explore", "x.c", "--time", "nan"}, "--time: 'nan' is no number from 0.01"},
        {{"explore", "x.c", "--jobs", "0"}, "--jobs: '0' is no whole number from 1 to 256"},
        {{"explore", kPrograms + "fork_once.c", "--save", "/proc/nowhere"},
         "/proc/nowhere: no files can be put there ("},
        {{"explore", kPrograms + "fork_once.c", "--save", "/dev/null"},
         "/dev/null: no files can be put there (Not a directory)"},
        {{"explore", kPrograms + "fork_once.c", "--input", "/tmp"}, "/tmp: this is a folder, not a file"},
        {{"run", "x.c", "--policy", "lotery"}, "round_robin"},
        {{"run", "x.c", "--trace=xml"}, "perfetto"},
        {{"run", "x.c", "--sh", "x", "--", "y"}, "arguments belong into the line itself"},
        {{"lesson", "ful-pipe"}, "did you mean 'full-pipe'?"},
        {{"lesson", "hello.c"}, "ipclab run hello.c"},
        {{"lesson"}, "'ipclab lessons' lists them"},
        {{"run", kPrograms + "fork_once.c", "--trace", "-o", "/nosuch/trace"}, "cannot be written"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        const NativeResult result = command(row.words);
        CHECK(result.status == 125);
        CHECK_MESSAGE(contains(result.err, row.says), result.err);
        CHECK(result.out == "");
    }
}

TEST_CASE("output that cannot be written is told, and is no crash") {
    const auto into_full = [](const std::string& words) {
        return run_native({"/bin/sh", "-c", ipclab_path() + " " + words + " >/dev/full"}, "/",
                          "/usr/bin:/bin", "", 60);
    };
    for (const std::string words :
         {"supported", "limits", "lessons", "--help"}) {  // more than a buffer, and less
        CAPTURE(words);
        const NativeResult result = into_full(words);
        CHECK(result.status == 125);
        CHECK(contains(result.err, "No space left on device"));
    }
    CHECK(run_native({"/bin/sh", "-c", ipclab_path() + " run no-such.c 2>/dev/full"}, "/", "/usr/bin:/bin",
                     "", 60)
              .status == 125);
}

TEST_CASE("run: the program's output is ours, and so is its exit status") {
    TemporaryDirectory directory;
    directory.write("prog.c", R"(#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    char line[100];
    for (int i = 1; i < argc; i++) printf("[%s]", argv[i]);
    while (fgets(line, sizeof line, stdin)) printf("%s", line);
    fprintf(stderr, "error\n");
    return atoi(argv[1]);
})");
    const NativeResult result =
        ipclab_in(directory.path(), {"run", "prog.c", "7", "--", "", "a b", "--trace"}, "in\nput\n");
    CHECK(result.status == 7);
    CHECK(result.out == "[7][][a b][--trace]in\nput\n");
    CHECK(result.err == "error\n");
}

TEST_CASE("run: a program that a signal kills gives 128 + its number, and is told why") {
    TemporaryDirectory directory;
    directory.write("prog.c",
                    "#include <stdio.h>\nint main(void) { int *p = NULL; puts(\"before\"); return *p; }\n");
    const NativeResult result = ipclab_in(directory.path(), {"run", "prog.c"});
    CHECK(result.status == 139);
    CHECK(result.out == "");  // buffered, and lost: as on Linux
    CHECK(contains(result.err, "killed by SIGSEGV"));
    CHECK(contains(result.err, "process 2"));
}

TEST_CASE("run: a program that does not compile gives 121 and its mistakes; compile gives 1") {
    TemporaryDirectory directory;
    directory.write("prog.c", "int main(void) { retrun 0; }\n");
    directory.write("empty.c", "");
    const NativeResult result = ipclab_in(directory.path(), {"run", "prog.c"});
    CHECK(result.status == 121);
    CHECK(contains(result.err, "prog.c:1:18: error"));
    CHECK(result.out == "");
    CHECK(ipclab_in(directory.path(), {"compile", "prog.c"}).status == 1);
    const NativeResult empty = ipclab_in(directory.path(), {"run", "empty.c"});
    CHECK(empty.status == 121);
    CHECK(contains(empty.err, "main"));
}

TEST_CASE("compile: what is no text is not read, neither as a source nor as a header") {
    TemporaryDirectory directory;
    directory.write("folder.c", "#include \".\"\nint main(void) { return 0; }\n");
    directory.write("device.c", "#include \"/dev/zero\"\nint main(void) { return 0; }\n");
    directory.write("binary.c", std::string("int main(void) { return 0; }\0\1\2", 31));
    directory.write("empty.c", "");
    const auto complaint = [&](const char* file) {
        const NativeResult result = ipclab_in(directory.path(), {"compile", file});
        CHECK(result.status != 0);
        return result.err;
    };
    CHECK(contains(complaint("folder.c"), "folder.c:1:10: error: '.' file not found"));
    CHECK(contains(complaint("device.c"), "device.c:1:10: error: '/dev/zero' file not found"));
    CHECK(contains(complaint("binary.c"), "not C source but a binary file"));
    CHECK(contains(complaint("empty.c"), "no function 'main'"));
    CHECK(contains(complaint("/dev/zero"), "a C file is expected here"));
}

TEST_CASE("compile prints nothing where all is well, and the bytecode beside the source with --dump") {
    const NativeResult quiet = command({"compile", kPrograms + "fork_once.c"});
    CHECK(quiet.status == 0);
    CHECK(quiet.out == "");
    CHECK(quiet.err == "");
    const NativeResult dump = command({"compile", "--dump", kPrograms + "fork_once.c"});
    CHECK(dump.status == 0);
    CHECK(contains(dump.out, "main"));
    CHECK(contains(dump.out, "fork()"));
}

TEST_CASE("run: several files are linked; two programs by mistake are told about --program") {
    const std::string bank = kPrograms + "bank/";
    const NativeResult linked = command({"run", bank + "account.c", bank + "error.c", bank + "main.c"});
    CHECK(linked.status == 0);
    CHECK(contains(linked.out, "turnover 330"));
    const NativeResult two = command({"run", kPrograms + "fork_once.c", kPrograms + "zombie.c"});
    CHECK(two.status == 121);
    CHECK(contains(two.err, "--program NAME=FILE.c"));
}

TEST_CASE("run: -D defines macros") {
    TemporaryDirectory directory;
    directory.write("prog.c", "int main(void) { return VALUE + FLAG; }\n");
    CHECK(ipclab_in(directory.path(), {"run", "-D", "VALUE=40", "-DFLAG", "prog.c"}).status == 41);
}

TEST_CASE("run, real: -I names directories of headers") {
    TemporaryDirectory directory;
    directory.write("prog.c",
                    "#include \"own.h\"\n#include <other.h>\nint main(void) { return OWN + OTHER; }\n");
    std::filesystem::create_directories(directory.path() + "/a");
    std::filesystem::create_directories(directory.path() + "/b");
    directory.write("a/own.h", "#define OWN 40\n");
    directory.write("b/own.h", "#define OWN 50\n");
    directory.write("b/other.h", "#define OTHER 2\n");
    CHECK(ipclab_in(directory.path(), {"run", "-I", "a", "-Ib", "prog.c"}).status == 42);
    CHECK(ipclab_in(directory.path(), {"real", "-I", "a", "-Ib", "prog.c"}).status == 42);
    CHECK(ipclab_in(directory.path(), {"run", "-I", "b", "-I", "a", "prog.c"}).status == 52);
    const NativeResult missing = ipclab_in(directory.path(), {"run", "-I", "none", "prog.c"});
    CHECK(missing.status == 125);
    CHECK(contains(missing.err, "-I none: there is no such directory"));
}

TEST_CASE("compile: warnings as gcc -Wall unless -Wextra or -w") {
    TemporaryDirectory directory;
    directory.write("prog.c", "int main(int argc, char **argv) { int x; return argc > 5u; }\n");
    const auto flags = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "compile");
        words.push_back("prog.c");
        const std::string text = ipclab_in(directory.path(), words).err;
        return std::pair(contains(text, "-Wunused-variable"), contains(text, "-Wunused-parameter"));
    };
    CHECK(flags({}) == std::pair(true, false));
    CHECK(flags({"-Wall"}) == std::pair(true, false));
    CHECK(flags({"-Wall", "-Wextra"}) == std::pair(true, true));
    CHECK(flags({"-Wextra", "-w"}) == std::pair(false, false));
}

TEST_CASE("run: programs and a shell line") {
    TemporaryDirectory directory;
    directory.write("say.c", "#include <stdio.h>\nint main(int n, char **v) { puts(v[n - 1]); return n; }\n");
    const NativeResult result = ipclab_in(directory.path(), {"run", "--program", "say=say.c", "--sh",
                                                             "say hello | tr a-z A-Z; say; echo $?; exit 5"});
    CHECK(result.status == 5);
    CHECK(result.out == "HELLO\nsay\n1\n");
    CHECK(result.err == "");
}

TEST_CASE("run: a deadlock is named with who waits for what, and gives 122") {
    TemporaryDirectory directory;
    directory.write("prog.c", R"(#include <unistd.h>
int main(void) { int ends[2]; char byte; return pipe(ends) < 0 || read(ends[0], &byte, 1) < 0; })");
    const NativeResult result = ipclab_in(directory.path(), {"run", "prog.c"});
    CHECK(result.status == 122);
    CHECK(contains(result.err, "deadlock"));
    CHECK(contains(result.err,
                   "prog (2) at prog.c:2 is blocked in read on pipe 1 (empty); its write end is open as "
                   "descriptor 4 of the "
                   "process itself, made at prog.c:2"));
    CHECK(contains(result.err, "returns 0 only when no write end of it is open"));
}

TEST_CASE("run, real --trace: a zombie is told of, whose parent ended and had never waited for it") {
    TemporaryDirectory directory;
    directory.write("zombie.c", R"(
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    siginfo_t info;
    if (fork() == 0) _exit(0);
    wait(NULL);
    if (fork() == 0) _exit(4);
    waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
    return 0;
}
)");
    const auto told = [&](std::vector<std::string> words) {
        const NativeResult result = ipclab_in(directory.path(), std::move(words));
        CHECK(result.status == 0);
        return result.err;
    };
    const std::string zombie =
        "left behind: process 4 was a zombie (exited with 4) when its parent ended, which had not waited for "
        "it (wait() removes it)\n";
    CHECK(told({"run", "zombie.c"}) == "ipclab: " + zombie);
    if (!has_real_runs()) return;
    CHECK(contains(told({"real", "--trace", "zombie.c"}), zombie));
    CHECK(told({"real", "zombie.c"}) == "");  // not traced: nobody has seen it
}

TEST_CASE("run: a program that does not end is stopped at a limit, also where it only sleeps") {
    TemporaryDirectory directory;
    directory.write("spin.c", "int main(void) { for (;;) { } }\n");
    directory.write("sleep.c", "#include <unistd.h>\nint main(void) { for (;;) sleep(1); }\n");
    for (const char* program : {"spin.c", "sleep.c"}) {
        const NativeResult result =
            ipclab_in(directory.path(), {"run", program, "--max-instructions", "1000000"});
        CHECK(result.status == 123);
        CHECK(contains(result.err, "does not end"));
        CHECK(contains(result.err, std::string(program) + ":"));
    }
}

TEST_CASE("run: the program goes on after a mistake; with --strict it stops there, and gives 124") {
    TemporaryDirectory directory;
    directory.write("local.c", "#include <unistd.h>\nint main(void) { int a[2], i = 2; write(1, \"a\", 1); a[i] = 1; "
                               "write(1, \"b\", 1); return 7; }\n");
    directory.write("sum.c", "#include <unistd.h>\nint main(void) { int x = 2147483647; write(1, \"a\", 1); x++; "
                             "write(1, \"b\", 1); return x < 0 ? 7 : 8; }\n");
    directory.write("unset.c", "#include <unistd.h>\nint main(void) { int x; write(1, \"a\", 1); if (x) write(1, \"c\", "
                               "1); write(1, \"b\", 1); return 7; }\n");
    directory.write("closed.c", "#include <unistd.h>\nint main(void) { char c; close(0); write(1, \"a\", 1); "
                                "read(0, &c, 1); write(1, \"b\", 1); return 7; }\n");
    directory.write("fault.c", "#include <stdlib.h>\n#include <signal.h>\n#include <unistd.h>\nvoid end(int s) { "
                               "write(1, \"b\", 1); _exit(s - 4); }\nint main(void) { int *p = NULL; signal(SIGSEGV, "
                               "end); write(1, \"a\", 1); *p = 1; }\n");
    for (const char* program : {"local.c", "sum.c", "unset.c", "closed.c", "fault.c"}) {
        CAPTURE(std::string(program));
        const NativeResult goes_on = ipclab_in(directory.path(), {"run", program});
        CHECK(goes_on.status == 7);
        CHECK(goes_on.out == "ab");
        CHECK(contains(goes_on.err, program));
        const NativeResult stops = ipclab_in(directory.path(), {"run", "--strict", program});
        CHECK(stops.status == 124);
        CHECK(stops.out == "a");
        CHECK(contains(stops.err, std::string(program) + ":"));
        CHECK(contains(stops.err, "stopped at the first mistake"));
    }
    directory.write("right.c", "int main(void) { return 3; }\n");
    CHECK(ipclab_in(directory.path(), {"run", "--strict", "right.c"}).status == 3);
}

TEST_CASE("run --trace: every call as strace prints it, with lines, blocking and wake-ups") {
    const NativeResult result = command({"run", "--trace", kPrograms + "../../lessons/01-pipe/pipe.c"});
    CHECK(result.status == 0);
    CHECK(contains(result.out, "parent: my child has ended\n"));
    CHECK(contains(result.err, "pipe2([3, 4], 0)"));
    CHECK(contains(result.err, "# pipe.c:31"));
    CHECK(contains(result.err, "read(3,  <unfinished ...>  # blocked: pipe 1 is empty"));
    CHECK(contains(result.err, "<... read resumed>\"hello\", 32)"));
    CHECK(contains(result.err, "+++ exited with 0 +++"));
}

TEST_CASE("run --trace=json and perfetto go to a file where one is named") {
    TemporaryDirectory directory;
    for (const char* format : {"json", "perfetto"}) {
        const std::string file = directory.path() + "/trace." + format;
        const NativeResult result =
            command({"run", "--trace=" + std::string(format), "-o", file, kPrograms + "ping_pong.c"});
        CHECK(result.status == 0);
        CHECK(result.err == "");
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);
        CHECK(line.starts_with("{"));
    }
}

TEST_CASE("the same seed gives the same run, another seed another one") {
    const auto trace = [](const char* seed) {
        return command({"run", "--seed", seed, "--trace", kPrograms + "token_ring.c"}).err;
    };
    CHECK(trace("1") == trace("1"));
    CHECK(trace("1") != trace("2"));
}

TEST_CASE("scheduling: policies, quanta and CPUs change the order, not what comes out") {
    const std::string out = command({"run", kPrograms + "token_ring.c"}).out;
    CHECK(out != "");
    for (const std::vector<std::string>& words : {std::vector<std::string>{"--policy", "fifo"},
                                                  {"--policy", "priority"},
                                                  {"--quantum", "10"},
                                                  {"--cpus", "4"}}) {
        std::vector<std::string> all{"run", kPrograms + "token_ring.c"};
        all.insert(all.end(), words.begin(), words.end());
        CHECK(command(all).out == out);
    }
}

TEST_CASE("lessons are listed and played; what they expect is so") {
    const NativeResult list = command({"lessons"});
    CHECK(list.status == 0);
    CHECK(contains(list.out, "full-pipe"));
    const NativeResult first = command({"lessons", "--first"});
    CHECK(first.out == "pipe\n");
    for (const char* name : {"pipe", "2", "03-ls-wc"}) {
        const NativeResult lesson = command({"lesson", name, "--yes"});
        CHECK(lesson.status == 0);
        CHECK(lesson.err == "");
        CHECK(contains(lesson.out, "ok  "));
        CHECK_FALSE(contains(lesson.out, "NOT"));
    }
}

TEST_CASE("a lesson of one's own is played from its folder, and what is not so gives 1") {
    TemporaryDirectory directory;
    directory.write("a.c", "int main(void) { return 3; }\n");
    directory.write(
        "lesson.md",
        "+++\ntitle = \"T\"\nsummary = \"S.\"\nprograms = { a = \"a.c\" }\n+++\nHello.\n\n## One\n\n```toml "
        "step\nuntil = \"end\"\nexpect = [\"parent has exited with 4\"]\n```\n");
    const NativeResult lesson = command({"lesson", directory.path()});
    CHECK(lesson.status == 1);
    CHECK(contains(lesson.out, "NOT parent has exited with 4"));
    directory.write("lesson.md", "+++\ntitel = 1\n+++\n");
    const NativeResult wrong = command({"lesson", directory.path()});
    CHECK(wrong.status == 1);
    CHECK(contains(wrong.err, "titel"));
}

TEST_CASE("view becomes the window, or says that it is not built") {
    const NativeResult result = command({"view", "--version"});
    if (fs::exists(fs::path(ipclab_path()).parent_path() / "ipclab-view"))
        CHECK(contains(result.out, "ipclab-view"));
    else
        CHECK(contains(result.err, "has not been built"));
}

TEST_CASE("real: the program's output and exit status, traced where that is asked for") {
    if (!has_real_runs()) return;
    TemporaryDirectory directory;
    directory.write("prog.c", R"(#include <stdio.h>
int main(void) {
    char line[100];
    while (fgets(line, sizeof line, stdin)) printf("%s", line);
    return 7;
})");
    const NativeResult plain = ipclab_in(directory.path(), {"real", "prog.c"}, "in\nput\n");
    CHECK(plain.status == 7);
    CHECK(plain.out == "in\nput\n");
    CHECK(plain.err == "");
    const NativeResult traced = ipclab_in(directory.path(), {"real", "prog.c", "--trace"}, "in\nput\n");
    CHECK(traced.status == 7);
    CHECK(traced.out == "in\nput\n");
    CHECK(contains(traced.err, "read(0, \"in\\nput\\n\""));
    CHECK(contains(traced.err, "# prog.c:4"));
}

TEST_CASE("real --runs: outcomes with their counts, and 123 where a run was stopped at a limit") {
    if (!has_real_runs()) return;
    TemporaryDirectory directory;
    directory.write("prog.c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return getchar(); }\n");
    directory.write("spin.c", "int main(void) { for (;;) {} }\n");
    const NativeResult runs = ipclab_in(directory.path(), {"real", "--runs", "5", "--pin", "prog.c"}, "\x07");
    CHECK(runs.status == 0);
    CHECK(runs.out ==
          "       5  100.0 %  exit status 7\n      standard output:\n        hello\n5 runs, 1 outcome\n");
    const NativeResult spin =
        ipclab_in(directory.path(), {"real", "--runs", "2", "--deadline", "0.2", "spin.c"});
    CHECK(spin.status == 123);
    CHECK(contains(spin.out, "deadline"));
    CHECK(ipclab_in(directory.path(), {"real", "--nice", "3", "prog.c"}).status == 125);
}

TEST_CASE("a lesson is checked on real Linux too") {
    if (!has_real_runs()) return;
    const NativeResult lesson = command({"lesson", "ls-wc", "--yes", "--real"});
    CHECK(lesson.status == 0);
    CHECK(contains(lesson.out, "On real Linux:\n  ok  "));
    CHECK_FALSE(contains(lesson.out, "NOT"));
}

TEST_CASE("real: what does not compile, what does not end, what is killed") {
    if (!has_real_runs()) return;
    TemporaryDirectory directory;
    directory.write("wrong.c", "int main(void) { retrun 0; }\n");
    directory.write("spin.c", "int main(void) { for (;;) { } }\n");
    directory.write("fault.c", "int main(void) { return *(volatile int *)0; }\n");
    CHECK(ipclab_in(directory.path(), {"real", "wrong.c"}).status == 121);
    const NativeResult spin = ipclab_in(directory.path(), {"real", "--deadline", "0.5", "spin.c"});
    CHECK(spin.status == 123);
    CHECK(contains(spin.err, "stopped after 0.5 s (deadline)"));
    const NativeResult fault = ipclab_in(directory.path(), {"real", "fault.c"});
    CHECK(fault.status == 139);
    CHECK(contains(fault.err, "killed by SIGSEGV"));
}

TEST_CASE("compare: 0 where both do the same, 1 and the first difference where they do not") {
    if (!has_real_runs()) return;
    const NativeResult same = command({"compare", kPrograms + "fork_once.c"});
    CHECK(same.status == 0);
    CHECK(contains(same.out, "no difference"));
    CHECK(contains(same.out, "standard output: the same "));
    CHECK(same.err == "");
    TemporaryDirectory directory;
    directory.write("prog.c",
                    "#include <unistd.h>\nint main(void) { return access(\"/proc/self\", 0) == 0; }\n");
    const NativeResult different = ipclab_in(directory.path(), {"compare", "--differences", "prog.c"});
    CHECK(different.status == 1);
    CHECK(contains(different.out, "prog.c:2: int main(void) { return access"));
}

TEST_CASE("at a terminal a person is asked and answers, on either kernel") {
    TemporaryDirectory directory;
    directory.write("ask.c", R"(#include <stdio.h>
#include <unistd.h>
int main(void) {
    char line[100];
    printf("%d%d%d name? ", isatty(0), isatty(1), isatty(2));
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) printf("hello %s", line);
    printf("bye\n");
    return 3;
})");
    for (const char* kernel : {"run", "real"}) {
        if (kernel == std::string("real") && !has_real_runs()) continue;
        CAPTURE(kernel);
        Terminal terminal({kernel, directory.path() + "/ask.c"});
        CHECK(terminal.see("111 name? "));
        terminal.type("bob\n");
        CHECK(terminal.see("hello bob\n"));
        terminal.type("eve\n");
        CHECK(terminal.see("hello eve\n"));
        terminal.type("\x04");
        CHECK(terminal.see("bye\n"));
        CHECK(terminal.end() == 3);
    }
}

TEST_CASE("explore: at ^C the search stops, and what it has found until then is told") {
    TemporaryDirectory directory;
    directory.write("many.c", R"(#include <pthread.h>
#include <stddef.h>
int sum;
void *add(void *argument) { for (int i = 0; i < 50; i++) sum++; return argument; }
int main(void) {
    pthread_t threads[6];
    for (int i = 0; i < 6; i++) pthread_create(&threads[i], NULL, add, NULL);
    for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
    return 0;
})");
    Terminal search({"explore", directory.path() + "/many.c"});
    CHECK(search.see(" states, "));  // it tells how far it has come
    search.type("\x03");
    CHECK(search.see("Not exhaustive (^C): "));
    CHECK(search.see("To come to an end: fewer threads"));
    CHECK(search.see("data race"));
    CHECK(search.end() == 1);
}

TEST_CASE("at a terminal ^C goes to the program") {
    TemporaryDirectory directory;
    directory.write("spin.c",
                    "#include <unistd.h>\nint main(void) { write(1, \"on\\n\", 3); for (;;) { } }\n");
    directory.write("catch.c", R"(#include <signal.h>
#include <unistd.h>
static volatile sig_atomic_t caught;
static void handler(int sig) { caught = sig; }
int main(void) {
    signal(SIGINT, handler);
    while (!caught) pause();
    return 100 + caught;
})");
    Terminal spin({"run", directory.path() + "/spin.c"});
    CHECK(spin.see("on\n"));
    spin.type("\x03");
    CHECK(spin.end() == 130);
    Terminal caught({"run", directory.path() + "/catch.c"});
    CHECK(caught.see("^C sends SIGINT"));
    caught.type("\x03");
    CHECK(caught.end() == 102);
}

TEST_CASE("a real run that is interrupted is stopped, and nothing stays behind") {
    if (!has_real_runs()) return;
    TemporaryDirectory directory;
    directory.write("spin.c",
                    "#include <unistd.h>\nint main(void) { write(1, \"on\\n\", 3); for (;;) { } }\n");
    fs::permissions(directory.path(), fs::perms::others_exec,
                    fs::perm_options::add);  // the sandbox is another user
    setenv("TMPDIR", directory.path().c_str(), 1);
    Terminal spin({"real", directory.path() + "/spin.c"});
    CHECK(spin.see("on\n"));
    spin.type("\x03");
    CHECK(spin.end() == 128 + SIGINT);
    unsetenv("TMPDIR");
    for (const auto& entry : fs::directory_iterator(directory.path()))
        CHECK(entry.path().filename() == "spin.c");
}

TEST_CASE("at a terminal a lesson asks, waits, and says whether the prediction was right") {
    Terminal terminal({"lesson", "pipe"});
    CHECK(terminal.see("Enter to go on, q to leave: "));
    terminal.type("\n");
    CHECK(terminal.see("Your answer (a letter, Enter to skip, q to leave): "));
    terminal.type("b\n");
    CHECK(terminal.see("Right: b)"));
    CHECK(terminal.see("Enter to go on, q to leave: "));
    terminal.type("\n");
    CHECK(terminal.see("Your answer"));
    terminal.type("a\n");
    CHECK(terminal.see("No. It is c)"));
    CHECK(terminal.see("q to leave: "));
    terminal.type("q\n");
    CHECK(terminal.end() == 0);
}
