// The C library against glibc on real Linux: every program under programs/ is built with the system's
// compiler twice, once as it is and once with our headers and library; output, exit status and what stays in
// the directory must agree.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
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

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line.substr(0, 200));
    return lines;
}

/// The first lines that differ; empty where none does.
std::string differences(const std::string& expected, const std::string& found) {
    if (expected == found) return "";
    const std::vector<std::string> a = lines_of(expected), b = lines_of(found);
    std::string result;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()) && result.size() < 2000; i++) {
        const std::string left = i < a.size() ? a[i] : "(nothing)", right = i < b.size() ? b[i] : "(nothing)";
        if (left != right) result += "glibc: " + left + "\nours:  " + right + '\n';
    }
    return result.empty() ? "they differ within a long line" : result;
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
        REQUIRE(shell("cc -w -std=gnu11 -fno-builtin " + quoted(program) + " -o " + quoted(real.path / "program") +
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
        CHECK(differences(expected.output, found.output) == "");
        CHECK(differences(expected.errors, found.errors) == "");
        CHECK(expected.status == found.status);
    }
}

namespace {

/// The macros of a header that look like integer constants.
std::vector<std::string> constants_of(const std::string& text) {
    std::vector<std::string> names;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string directive, name, value;
        words >> directive >> name >> value;
        if (directive != "#define" || value.empty() || name.find('(') != std::string::npos || name[0] == '_')
            continue;
        const bool number =
            std::isdigit(static_cast<unsigned char>(value[0])) || value[0] == '-' || value[0] == '(';
        const bool other_name =
            std::isupper(static_cast<unsigned char>(value[0])) && value.find('(') == std::string::npos;
        if ((number || other_name) && line.find('*') == std::string::npos &&
            line.find('.') == std::string::npos)
            names.push_back(name);
    }
    return names;
}

}  // namespace

// glibc asks the kernel for the stack sizes where _GNU_SOURCE is defined.
static const std::set<std::string> kOwnValues = {"HUGE_VALF", "MINSIGSTKSZ", "SIGSTKSZ"};

// The first redefines words; what the system has for the others does not go together with its C library.
static const std::set<std::string> kAlone = {"iso646.h", "linux/in.h", "linux/un.h"};

TEST_CASE("the constants of our headers have the values of the system's") {
    const fs::path& library = native_library();
    const Scratch scratch;
    std::ofstream source(scratch.path / "constants.c");
    source << "#define _GNU_SOURCE\n#include <stdio.h>\n";
    std::string body;
    const fs::path include = fs::path(IPCLAB_SOURCE_DIR) / "sim/libc/include";
    std::vector<fs::path> headers;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(include))
        if (entry.is_regular_file() && entry.path().string().find("/bits/") == std::string::npos)
            headers.push_back(entry.path());
    std::ranges::sort(headers);
    for (const fs::path& header : headers) {
        const std::string name_of_header = fs::relative(header, include).string();
        if (kAlone.contains(name_of_header)) continue;
        source << "#include <" << name_of_header << ">\n";
        for (const std::string& name : constants_of(read(header)))
            if (!kOwnValues.contains(name))
                body += "    printf(\"" + name + " %lld\\n\", (long long)(" + name + "));\n";
    }
    source << "int main(void) {\n" << body << "    return 0;\n}\n";
    source.close();
    const std::string file = quoted(scratch.path / "constants.c"), real = quoted(scratch.path / "real"),
                      ours = quoted(scratch.path / "ours");
    const int compiled =
        shell("cc -w " + file + " -o " + real + " 2>" + real + ".messages && " + real + " >" + real + ".out");
    INFO(read(scratch.path / "real.messages"));  // names a constant that the system does not have
    REQUIRE(compiled == 0);
    REQUIRE(shell("cc -w @" + quoted(library / "flags") + " " + file + " -o " + ours + " @" +
                  quoted(library / "link") + " && " + ours + " >" + ours + ".out") == 0);
    const std::string expected = read(scratch.path / "real.out"), found = read(scratch.path / "ours.out");
    CHECK(differences(expected, found) == "");
    CHECK(std::ranges::count(found, '\n') > 1000);
}
