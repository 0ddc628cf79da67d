// Warnings are gcc's: of the same lines, under the same names. gcc -Wall -Wextra is asked at test time; with -O2, for
// what it finds only then, and _FORTIFY_SOURCE, for the results that glibc wants used.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>

#include "sim/cc/parser.h"
#include "sim/cc/warnings.h"
#include "tests/support/native.h"
#include "tests/support/simulated.h"

using namespace ipclab;
namespace fs = std::filesystem;

namespace {

const std::string kPath = "/usr/bin:/bin";

/// "file.c:12 -Wunused-variable"
using Warnings = std::set<std::string>;

// Lines where we differ on purpose.
struct Known {
    std::string_view warning;
    bool gcc_only;  ///< else ours only
    std::string_view reason;
};
constexpr Known kKnown[] = {
    {"heap.c:57 -Wmaybe-uninitialized", true, "posix_memalign may fail: gcc looks into its declaration"},
    {"poll.c:74 -Wnonnull", true, "of the list of poll(), only where _FORTIFY_SOURCE wraps it"},
    {"poll2.h:39 -Wnonnull", true, "the same"},
    {"pipes_and_signals.c:76 -Warray-bounds", true, "the index is known only after propagation"},
    {"printf_integers.c:24 -Wformat", true, "%5% prints a percent sign in glibc"},
};

std::vector<fs::path> c_files(const fs::path& place) {
    if (!fs::is_directory(place)) return {place};
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(place))
        if (entry.path().extension() == ".c") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

void add(Warnings& all, const std::string& file, std::string_view line, std::string flag) {
    if (flag.ends_with('=')) flag.pop_back();  // "-Wformat="
    // What we do not look for is in no table: it needs the optimiser's eye, or is a matter of style.
    if (cc::find_warning(flag))
        all.insert(fmt::format("{}:{} {}", fs::path(file).filename().string(), line, flag));
}

Warnings gcc_warnings(const std::vector<fs::path>& files) {
    Warnings all;
    testing::TemporaryDirectory directory;
    for (const fs::path& file : files) {
        const auto run = testing::run_native({"/usr/bin/gcc", "-std=gnu17", "-Wall", "-Wextra", "-O2",
                                              "-D_FORTIFY_SOURCE=1", "-c", "-o", "/dev/null", file.string()},
                                             directory.path(), kPath);
        REQUIRE(run.status == 0);
        std::istringstream lines(run.err);
        for (std::string text; std::getline(lines, text);) {
            const auto what = text.find(": warning: ");
            const auto flag = text.rfind(" [-W");
            if (what == std::string::npos || flag == std::string::npos || text.back() != ']') continue;
            const std::string place = text.substr(0, what);
            const auto column = place.rfind(':'), line = place.rfind(':', column - 1);
            add(all, place.substr(0, line), place.substr(line + 1, column - line - 1),
                text.substr(flag + 2, text.size() - flag - 3));
        }
    }
    return all;
}

Warnings our_warnings(const std::vector<fs::path>& files, std::vector<cc::Diagnostic>& said) {
    cc::Options options = testing::options_for_tests();
    options.warnings = cc::WarningLevel::extra;
    std::vector<cc::Source> sources;
    for (const fs::path& file : files) sources.push_back({file.string(), testing::read_text(file.string())});
    said = cc::compile("program", sources, options).diagnostics;
    Warnings all;
    for (const cc::Diagnostic& one : said)
        if (one.severity == cc::Severity::warning && !one.option.empty())
            add(all, one.file, std::to_string(one.line), one.option);
    return all;
}

void compare(const fs::path& place) {
    const std::vector<fs::path> files = c_files(place);
    if (files.empty()) return;
    CAPTURE(place.string());
    std::vector<cc::Diagnostic> said;
    Warnings gcc = gcc_warnings(files), ours = our_warnings(files, said);
    for (const Known& known : kKnown) {
        (known.gcc_only ? gcc : ours).erase(std::string(known.warning));
    }
    Warnings only_gcc, only_ours;
    std::ranges::set_difference(gcc, ours, std::inserter(only_gcc, only_gcc.end()));
    std::ranges::set_difference(ours, gcc, std::inserter(only_ours, only_ours.end()));
    CHECK(fmt::format("{}", fmt::join(only_ours, "\n")) == "");
    CHECK(fmt::format("{}", fmt::join(only_gcc, "\n")) == "");
}

const fs::path kRoot = IPCLAB_SOURCE_DIR;

std::string said(const std::string& source, cc::WarningLevel level) {
    cc::Options options;
    options.warnings = level;
    std::string all;
    for (const cc::Diagnostic& one : cc::compile("test", {{"t.c", source}}, options).diagnostics)
        all += one.option + " ";
    return all;
}

}  // namespace

TEST_CASE(
    "programs made of what gcc -Wall -Wextra warns of are warned of at the same lines by the same names") {
    for (const auto& entry : fs::directory_iterator(kRoot / "tests/cc/warnings")) compare(entry.path());
}

TEST_CASE("the textbooks' programs are warned of exactly where gcc does") {
    for (const auto& entry : fs::directory_iterator(kRoot / "tests/programs")) compare(entry.path());
    for (const auto& entry : fs::directory_iterator(kRoot / "tests/libc/programs")) compare(entry.path());
}

TEST_CASE("the lessons' programs are warned of exactly where gcc does") {
    for (const auto& lesson : fs::directory_iterator(kRoot / "lessons"))
        if (lesson.is_directory())
            for (const fs::path& file : c_files(lesson.path())) compare(file);
}

TEST_CASE("the results that should be used are among those that glibc marks") {
    std::string source;
    for (const char* header :
         {"stdio.h", "stdlib.h", "string.h", "unistd.h", "sys/stat.h", "fcntl.h", "sys/wait.h"})
        source += fmt::format("#include <{}>\n", header);
    source += "void f(void) {\n";
    for (const std::string_view name : cc::Parser::results_wanted())
        source += fmt::format("__typeof__({0}) *p_{0} = {0}; (void)p_{0};\n", name);
    testing::TemporaryDirectory directory;
    directory.write("all.c", source + "}\n");
    const auto run = testing::run_native(
        {"/usr/bin/gcc", "-E", "-P", "-O1", "-D_GNU_SOURCE", "-D_FORTIFY_SOURCE=1", "all.c"},
        directory.path(), kPath);
    REQUIRE(run.status == 0);
    // The declaration ends with the attribute before its semicolon; allocators' say __malloc__.
    std::set<std::string> marked;
    std::istringstream declarations(run.out);
    for (std::string text; std::getline(declarations, text, ';');) {
        if (text.find("warn_unused_result") == std::string::npos &&
            text.find("__malloc__") == std::string::npos)
            continue;
        for (std::size_t at = 0; (at = text.find(" (", at)) != std::string::npos; ++at) {
            std::size_t begin = at;
            while (begin > 0 &&
                   (std::isalnum(static_cast<unsigned char>(text[begin - 1])) || text[begin - 1] == '_'))
                --begin;
            marked.insert(text.substr(begin, at - begin));
        }
    }
    for (const std::string_view name : cc::Parser::results_wanted()) {
        CAPTURE(std::string(name));
        CHECK(marked.contains(std::string(name)));
    }
}

TEST_CASE("-Wextra's warnings come only when asked for, and none with -w") {
    const std::string source =
        "int f(unsigned a, int b) { int x; return a < b; }\nint main(void) { return f(1, 2); }\n";
    CHECK(said(source, cc::WarningLevel::extra) == "-Wunused-variable -Wsign-compare ");
    CHECK(said(source, cc::WarningLevel::all) == "-Wunused-variable ");
    CHECK(said(source, cc::WarningLevel::none) == "");
}

TEST_CASE("a value that is dropped on purpose by (void) is not warned of, although gcc does") {
    const std::string source =
        "#include <unistd.h>\nint main(void) { (void)write(1, \"x\", 1); write(1, \"y\", 1); return 0; }\n";
    CHECK(said(source, cc::WarningLevel::extra) == "-Wunused-result ");
}

TEST_CASE("every warning is of a kind that gcc knows") {
    std::vector<std::string> argv{"/usr/bin/gcc", "-Werror", "-fsyntax-only", "-xc", "/dev/null"};
    for (const cc::WarningKind& kind : cc::warning_kinds()) argv.emplace_back(kind.name);
    testing::TemporaryDirectory directory;
    const auto run = testing::run_native(argv, directory.path(), kPath);
    CHECK(run.err == "");
    CHECK(run.status == 0);
}
