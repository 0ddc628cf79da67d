// From the words of a command line to what is run, and which toy programs that needs.
#include "sim/session/request.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "sim/session/mentions.h"
#include "tests/support/native.h"

using namespace ipclab::session;
using ipclab::testing::TemporaryDirectory;

namespace {

using Words = std::vector<std::string>;

std::string error_of(const Words& files, const Words& arguments = {}, const Words& programs = {},
                     const std::string& line = "") {
    return parse_request(files, arguments, programs, line).error;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string names_of(const std::vector<ProgramSpec>& specs) {
    std::string text;
    for (const ProgramSpec& spec : specs) text += (text.empty() ? "" : " ") + spec.name;
    return text;
}

/// The toy programs that a program of this text needs.
std::string needs(const std::string& text, const Words& arguments = {}) {
    TemporaryDirectory directory;
    directory.write("a.c", text);
    Request request;
    request.programs = {{"a", {directory.path() + "/a.c"}}};
    request.arguments = arguments;
    return names_of(needed_toy_programs(request));
}

}  // namespace

TEST_CASE(
    "C files come first and are linked into one program, named after the first; the rest are arguments") {
    const ParsedRequest parsed = parse_request({"dir/server.c", "net.c", "8080", "x.c"}, {"-v"}, {}, "");
    CHECK(parsed.error == "");
    REQUIRE(parsed.request.programs.size() == 1);
    CHECK(parsed.request.programs[0].name == "server");
    CHECK(parsed.request.programs[0].files.size() == 2);
    CHECK(parsed.request.arguments == Words{"8080", "x.c", "-v"});
}

TEST_CASE("--program names an executable and its C files") {
    const ParsedRequest parsed = parse_request({}, {}, {"one=a.c", "two=b.c,c.c"}, "one & two");
    CHECK(parsed.error == "");
    REQUIRE(parsed.request.programs.size() == 2);
    CHECK(parsed.request.programs[1].name == "two");
    CHECK(parsed.request.programs[1].files == std::vector<std::filesystem::path>{"b.c", "c.c"});
    CHECK(parsed.request.shell_line == "one & two");
}

TEST_CASE("a request that cannot be run says what to do instead") {
    TemporaryDirectory directory;
    directory.write("lesson.md", "");
    directory.write("tool.c", "");
    const std::string here = directory.path();
    CHECK(contains(error_of({}), "name a C file"));
    CHECK(contains(error_of({"prog"}), "its name ends in .c"));
    CHECK(contains(error_of({here + "/tool"}), "did you mean " + here + "/tool.c?"));
    CHECK(contains(error_of({"prog.cpp"}), "this is C++"));
    CHECK(contains(error_of({"prog.h"}), "this is a header"));
    CHECK(contains(error_of({here}), "ipclab lesson " + here));
    CHECK(contains(error_of({"/usr"}), "this is a folder; name its C files, as /usr/*.c"));
    for (const char* wrong : {"a", "a=", "=a.c", "a=,"})
        CHECK(contains(error_of({}, {}, {wrong}), "write NAME=FILE.c"));
    CHECK(contains(error_of({}, {}, {"bin/a=a.c"}), "has no slash"));
    CHECK(contains(error_of({"a.c"}, {}, {"a=b.c"}), "two programs are called a"));
    CHECK(contains(error_of({"a.c"}, {"x"}, {}, "a"), "arguments belong into the line itself"));
}

TEST_CASE("a file that cannot be read says why, and which one may have been meant") {
    TemporaryDirectory directory;
    directory.write("pipeline.c", "int x;\n");
    directory.write("binary.c", std::string("\177ELF\0\0", 6));
    const auto error_for = [&](const std::string& name) {
        std::string error;
        CHECK_FALSE(read_file(directory.path() + "/" + name, error));
        return error;
    };
    CHECK(contains(error_for("pipelin.c"), "no such file; did you mean 'pipeline.c'?"));
    CHECK(contains(error_for("other.c"), "no such file"));
    CHECK(contains(error_for(""), "this is a folder"));
    CHECK(contains(error_for("binary.c"), "binary file"));
    CHECK(contains(error_for("pipeline.c/x.c"), "cannot be reached"));
    REQUIRE(mkfifo((directory.path() + "/fifo.c").c_str(), 0600) == 0);
    CHECK(contains(error_for("fifo.c"), "not a file that holds C source"));
    std::string error;
    CHECK(read_file(directory.path() + "/pipeline.c", error) == "int x;\n");
    CHECK(error == "");
}

TEST_CASE(
    "what is no C source is not said to be one; what a program reads may be any bytes, from a device, too, "
    "up to 16 MB") {
    TemporaryDirectory directory;
    const std::string here = directory.path() + "/";
    directory.write("bytes", std::string("a\0b", 3));
    REQUIRE(mkfifo((here + "fifo").c_str(), 0600) == 0);
    std::string error;
    CHECK_FALSE(read_file(here + "bytes", error, Content::text));
    CHECK(contains(error, "bytes: this is not text but a binary file"));
    CHECK_FALSE(read_file(here + "fifo", error, Content::text));
    CHECK(contains(error, "fifo: this is not a regular file"));
    CHECK_FALSE(read_file("/dev/zero", error, Content::bytes));
    CHECK(contains(error, "/dev/zero: larger than 16 MB, which is the most that is read"));
    CHECK(read_file(here + "bytes", error, Content::bytes) == std::string("a\0b", 3));
}

TEST_CASE("a file that cannot be written leaves no part of it, and the one from before as it was") {
    TemporaryDirectory directory;
    const std::string here = directory.path() + "/";
    CHECK(write_file(here + "kept", "before") == "");
    CHECK(write_file(here + "kept", "after") == "");
    std::string error;
    CHECK(read_file(here + "kept", error) == "after");
    CHECK(contains(write_file(here + "nowhere/x", "text"),
                   "nowhere/x: cannot be written (No such file or directory)"));
    CHECK(
        contains(write_file("/dev/full", "text"), "/dev/full: cannot be written (No space left on device)"));
    CHECK(write_file("/dev/null", "text") == "");
    // As on a full disk: there is room for ten bytes.
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{10, before.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string problem = write_file(here + "kept", std::string(1000, 'x'));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(contains(problem, "kept: cannot be written (File too large)"));
    CHECK(read_file(here + "kept", error) == "after");
    using Entries = std::filesystem::directory_iterator;
    CHECK(std::distance(Entries(here), Entries()) == 1);
}

TEST_CASE("a program needs the toy programs that its strings and arguments name") {
    CHECK(needs("int main(void) { return sleep(1) + kill(2, 3); /* cat \"ls\" */ }") == "");
    CHECK(needs("int main(void) { execlp(\"ls\", \"ls\", (char *)0); }") == "ls");
    CHECK(needs("char q = '\"'; // \"wc\"\nchar *s = \"a \\\"cat\\n\";") == "cat");
    CHECK(needs("int main(void) { system(\"sort x | head -3\"); }") == "head sh sort");
    CHECK(needs("FILE *f = popen(line, \"r\");") == "sh");
    CHECK(needs("int x;", {"wc", "-l"}) == "wc");
    CHECK(needs("#define TOOL \"tr\"\n") == "tr");
}

TEST_CASE("a program that executes what it computes may need every toy program") {
    const std::string all = names_of(toy_programs());
    CHECK(contains(all, "cat"));
    CHECK(contains(all, "yes"));
    CHECK(needs("execvp(argv[1], argv + 1);") == all);
    CHECK(needs("execv ( path, a);") == all);
    CHECK(needs("posix_spawnp(&pid, name, 0, 0, argv, environ);") == all);
    CHECK(needs("execve(\n  \"/bin/wc\", a, e);") == "wc");
}

TEST_CASE("strings of included files count too, and a file that includes itself ends") {
    TemporaryDirectory directory;
    directory.write("a.c", "#include \"a.h\"\n#include <stdio.h>\n");
    directory.write("a.h", "#include \"a.h\"\n#include \"missing.h\"\n#define TOOL \"yes\"\n");
    Request request;
    request.programs = {{"a", {directory.path() + "/a.c"}}};
    CHECK(names_of(needed_toy_programs(request)) == "yes");
}

TEST_CASE("a program of one's own hides the toy program of that name") {
    Request request;
    request.programs = {{"cat", {"mine.c"}}};
    request.shell_line = "cat | wc";
    CHECK(names_of(needed_toy_programs(request)) == "sh wc");
    CHECK(names_of(all_programs(request)) == "cat sh wc");
    CHECK(missing_shell(request) == "");
}
