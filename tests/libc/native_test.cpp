// The C library against glibc on real Linux: every program under programs/ is built with the system's
// compiler twice, once as it is and once with our headers and library; output, exit status and what stays in
// the directory must agree.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kHere = fs::path(IPCLAB_SOURCE_DIR) / "tests/libc";

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string quoted(const fs::path& path) {
    return "'" + path.string() + "'";
}

int shell(const std::string& command) {
    return std::system(command.c_str());
}

/// A directory that is gone when the test ends.
struct Scratch {
    fs::path path;
    Scratch() {
        std::string pattern = (fs::temp_directory_path() / "libc_test_XXXXXX").string();
        path = mkdtemp(pattern.data());
    }
    ~Scratch() { fs::remove_all(path); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

/// The library for this machine, built once.
const fs::path& native_library() {
    static const Scratch scratch;
    static const int status = shell(
        "sh " + quoted(kHere / "native/build.sh") + " " + quoted(fs::path(IPCLAB_SOURCE_DIR) / "sim/libc") +
        " " + quoted(scratch.path) + " >" + quoted(scratch.path / "messages") + " 2>&1");
    INFO(read(scratch.path / "messages"));
    REQUIRE(status == 0);
    return scratch.path;
}

struct Run {
    std::string output, errors;
    int status = 0;
    bool operator==(const Run&) const = default;
};

/// Runs ./program in `directory` with a fixed environment and arguments.
Run run(const fs::path& directory, const fs::path& input) {
    const fs::path work = directory / "work";
    fs::create_directory(work);
    Run result;
    result.status = shell("cd " + quoted(work) +
                          " && env -i PATH=/bin:/usr/bin HOME=/root LANG=C timeout 30 ../program one two <" +
                          quoted(input) + " >../output 2>../errors");
    result.output = read(directory / "output");
    result.errors = read(directory / "errors");
    return result;
}

/// The lines that differ first, for the message.
std::string first_difference(const std::string& expected, const std::string& found) {
    const auto [a, b] = std::ranges::mismatch(expected, found);
    const std::size_t at = static_cast<std::size_t>(a - expected.begin());
    const std::size_t start = at == 0 ? 0 : expected.rfind('\n', at - 1) + 1;
    return "expected: " + expected.substr(start, 200) +
           "\nfound:    " + found.substr(std::min(start, found.size()), 200);
}

}  // namespace

TEST_CASE("programs behave with our C library on real Linux as they do with glibc") {
    const fs::path& library = native_library();
    std::vector<fs::path> programs;
    for (const fs::directory_entry& entry : fs::directory_iterator(kHere / "programs"))
        if (entry.path().extension() == ".c") programs.push_back(entry.path());
    std::ranges::sort(programs);
    REQUIRE(programs.size() > 5);
    for (const fs::path& program : programs) {
        CAPTURE(program.filename().string());
        const Scratch real, ours;
        const fs::path messages = ours.path / "messages";
        REQUIRE(shell("cc -w -std=gnu11 " + quoted(program) + " -o " + quoted(real.path / "program") +
                      " -lm -pthread -lrt") == 0);
        const int status =
            shell("cc -w @" + quoted(library / "flags") + " " + quoted(program) + " -o " +
                  quoted(ours.path / "program") + " @" + quoted(library / "link") + " 2>" + quoted(messages));
        INFO(read(messages));
        REQUIRE(status == 0);
        fs::path input = program;
        input.replace_extension(".in");
        if (!fs::exists(input)) input = "/dev/null";
        const Run expected = run(real.path, input), found = run(ours.path, input);
        INFO(first_difference(expected.output, found.output));
        INFO(first_difference(expected.errors, found.errors));
        CHECK(expected == found);
    }
}
