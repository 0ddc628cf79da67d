// What the lexer and the preprocessor make of a source: the tokens, seen through #, and what they refuse.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <map>

#include "tests/support/simulated.h"

using namespace ipclab;
using testing::run_simulated;

namespace {

/// The text that `expression` expands to after `definitions`, with the white space that # leaves.
std::string expansion(const std::string& definitions, const std::string& expression) {
    const auto run = run_simulated("#include <stdio.h>\n" + definitions +
                                   "\n#define TEXT_(...) #__VA_ARGS__\n#define TEXT(...) TEXT_(__VA_ARGS__)\n"
                                   "int main(void) { fputs(TEXT(" + expression + "), stdout); }\n");
    return run.diagnostics.empty() ? run.out : run.diagnostics;
}

/// Whether #if takes the group.
bool holds(const std::string& condition) {
    const std::string text =
        fmt::format("#define ONE 1\n#define NOTHING\n#define F(x) x\n#if {}\nint main(void) {{ return 1; }}\n"
                    "#else\nint main(void) {{ return 0; }}\n#endif\n", condition);
    const auto run = run_simulated(text);
    CAPTURE(run.diagnostics);
    REQUIRE(run.status >= 0);
    return run.status == 1;
}

/// The first line of what the compiler says, without the file's name.
std::string first_line(const std::string& source, const cc::Options& options = {}) {
    const std::string text = cc::format(cc::compile("test", {{"t.c", source}}, options).diagnostics);
    const std::string line = text.substr(0, text.find('\n'));
    return line.starts_with("t.c:") ? line.substr(4) : line;
}

/// Files that #include finds.
cc::Options with_files(std::map<std::string, std::string> files) {
    cc::Options options;
    options.include = [files](const std::string& name, const std::string&) -> std::optional<cc::Source> {
        const auto found = files.find(name);
        if (found == files.end()) return std::nullopt;
        return cc::Source{name, found->second};
    };
    return options;
}

}  // namespace

TEST_CASE("macros expand as C11 6.10.3 says") {
    struct Row {
        std::string definitions, expression, expected;
    };
    const Row rows[] = {
        {"#define A B\n#define B 3", "A", "3"},
        {"#define A A + 1", "A", "A + 1"},
        {"#define A B\n#define B A", "A B", "A B"},
        {"#define f(x) x * 2", "f(1 + 2)", "1 + 2 * 2"},
        {"#define f(x) x * 2", "f", "f"},
        {"#define f(x) x * 2", "f (3)", "3 * 2"},
        {"#define f(x) f(x + 1)", "f(f(1))", "f(f(1 + 1) + 1)"},
        {"#define f(x) [x]\n#define g f", "g(1)(2)", "[1](2)"},
        {"#define f(a, b) <a|b>", "f(, )", "<|>"},
        {"#define f(a, b) <a|b>", "f((1, 2), {3)", "<(1, 2)|{3>"},
        {"#define f() none", "f() f( )", "none none"},
        {"#define cat(a, b) a ## b", "cat(x, 1) cat(, y) cat(z, ) cat(+, =)", "x1 y z +="},
        {"#define cat(a, b) a ## b\n#define xcat(a, b) cat(a, b)\n#define X y", "cat(X, 1) xcat(X, 1)", "X1 y1"},
        {"#define str(x) #x", "str( a  +   b )", "\"a + b\""},
        {"#define str(x) #x", "str(\"q\\n\" '\\0')", "\"\\\"q\\\\n\\\" '\\\\0'\""},
        {"#define v(...) [__VA_ARGS__]", "v() v(1) v(1, 2)", "[] [1] [1, 2]"},
        {"#define v(a, ...) a(__VA_ARGS__)", "v(x, 1, 2)", "x(1, 2)"},
        {"#define v(a, ...) f(a, ## __VA_ARGS__)", "v(1) v(1, 2)", "f(1) f(1, 2)"},
        {"#define v(a...) a", "v(1, 2)", "1, 2"},
        // The standard's own example, 6.10.3.5p5.
        {"#define x 3\n#define f(a) f(x * (a))\n#undef x\n#define x 2\n#define g f\n#define z z[0]\n#define h g(~\n"
         "#define m(a) a(w)\n#define w 0,1\n#define t(a) a",
         "f(y+1) + f(f(z)) % t(t(g)(0) + t)(1)", "f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1)"},
        {"#define hash_hash # ## #", "hash_hash", "##"},
        {"#define EMPTY\n#define f(x) <x>", "f EMPTY (1) f(EMPTY)", "f (1) <>"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.definitions);
        CAPTURE(row.expression);
        CHECK(expansion(row.definitions, row.expression) == row.expected);
    }
}

TEST_CASE("an #if computes with 64 bits, takes unknown names for 0 and evaluates only what it needs") {
    for (const std::string yes :
         {"1", "ONE", "defined ONE", "defined(ONE) && !defined(TWO)", "TWO == 0", "2 + 3 * 4 == 14", "(2 + 3) * 4 == 20",
          "-1 < 0", "-1 > 0u", "1 ? 2 : 0", "0 ? 0 : 3", "0 && 1 / 0 || 1", "1 || 1 / 0", "(1 ? 2 : 1 / 0) == 2",
          "'a' == 97", "'\\n' == 10", "'\\377' < 0", "0x7fffffffffffffff > 0", "0xffffffffffffffff > 0", "1 << 40 > 1 << 39",
          "-8 >> 1 == -4", "-7 / 2 == -3 && -7 % 2 == -1", "~0 == -1", "!0", "F(1) == 1", "F(ONE) F(+) 1 == 2",
          "__has_include(<stdio.h>)", "!__has_include(<nonsense.h>)", "defined __has_include", "__LINE__ == 4",
          "__STDC_VERSION__ >= 201112L", "defined __linux__ && defined __x86_64__ && defined __GNUC__"}) {
        CAPTURE(yes);
        CHECK(holds(yes));
    }
    for (const std::string no : {"0", "TWO", "defined TWO", "ONE - 1", "2 < 1", "'a' > 'b'", "0u - 1 < 0"}) {
        CAPTURE(no);
        CHECK_FALSE(holds(no));
    }
}

TEST_CASE("skipped groups are not read: neither quotes nor directives in them matter") {
    CHECK(run_simulated("#if 0\nit's \"broken\n#if 1\n#error no\n#else\n#error no\n#endif\n#bogus\n#elif 1\n"
                        "int main(void) { return 7; }\n#elif 1 / 0\n#error no\n#else\n#error no\n#endif\n").status == 7);
}

TEST_CASE("a backslash at a line's end joins the lines, even inside a word, and lines are counted on") {
    const auto run = run_simulated("#define TWO 1 + \\\n 1\nint ma\\\nin(void) { // comment \\\n still comment\n"
                                   "  return TWO * 10 + __LINE__; }\n");
    CHECK(run.status == 11 + 6);
}

TEST_CASE("#line moves the numbers, and __FILE__ and __COUNTER__ count") {
    const auto run = run_simulated("#include <stdio.h>\nint main(void) {\n  printf(\"%d %s \", __LINE__, __FILE__);\n"
                                   "#line 70 \"other.c\"\n  printf(\"%d %s \", __LINE__, __FILE__);\n"
                                   "  printf(\"%d\", __COUNTER__ + __COUNTER__ * 10);\n}\n");
    CHECK(run.out == "3 test.c 70 other.c 10");
}

TEST_CASE("numbers and characters have the types and values of C11 6.4.4") {
    const auto run = run_simulated(
        "#include <stdio.h>\n#define K(e) _Generic((e), int: 'i', unsigned: 'u', long: 'l', unsigned long: 'U', "
        "long long: 'L', unsigned long long: 'V', float: 'f', double: 'd', default: '?')\n"
        "int main(void) { printf(\"%c%c%c%c%c%c%c%c%c%c%c%c %d %d %d %g %d %d\", K(1), K(1u), K(2147483647), K(2147483648), "
        "K(0x80000000), K(0xffffffffff), K(0xffffffffffffffff), K(1LL), K(1uLL), K(1.), K(.5f), K('a'), 0x1F, 017, 0b101, "
        "0x1.8p3, '\\x41', '\\0' + '\\'' + '\\101'); }\n");
    CHECK(run.out == "iuilulULVdfi 31 15 5 12 65 104");
}

TEST_CASE("included files are found beside the includer, once where they guard themselves") {
    const auto files = [](std::map<std::string, std::string> found, const std::string& text) {
        return cc::compile("p", {{"t.c", text}}, with_files(std::move(found)));
    };
    CHECK(files({{"a.h", "#ifndef A\n#define A\nint main(void) { return 0; }\n#endif\n"}},
                "#include \"a.h\"\n#include \"a.h\"\n").program);
    CHECK(files({{"a.h", "#pragma once\nint main(void) { return 0; }\n"}}, "#include \"a.h\"\n#include \"a.h\"\n").program);
    CHECK(files({{"a.h", "#include \"b.h\"\n"}, {"b.h", "int main(void) { return 0; }\n"}},
                "#define NAME \"a.h\"\n#include NAME\n").program);
    CHECK_FALSE(files({{"a.h", "int f(void) { return 0; }\n"}},
                      "#include \"a.h\"\n#include \"a.h\"\nint main(void) { return 0; }\n").program);
    CHECK(files({{"stdio.h", "#include_next <stdio.h>\n#define HELLO \"hello\\n\"\n"}},
                "#include \"stdio.h\"\nint main(void) { return printf(HELLO) != 6; }\n").program);
    CHECK(first_line("#include \"a.h\"\n", with_files({{"a.h", "#include_next \"a.h\"\n"}})) ==
          "a.h:1:15: error: 'a.h' file not found among ipclab's headers");
    CHECK(first_line("#include \"a.h\"\n", with_files({{"a.h", "#include \"a.h\"\n"}})) ==
          "a.h:1:10: error: #include nested too deeply");
    CHECK(first_line("#include \"a.h\"\nint main(void) { return x; }\n", with_files({{"a.h", "int y = z;\n"}})) ==
          "a.h:1:9: error: use of undeclared identifier 'z'");
}

TEST_CASE("what the preprocessor refuses, it refuses at the place and with the word") {
    struct Row {
        std::string source, expected;
    };
    const Row rows[] = {
        {"#includ <stdio.h>\n", "1:2: error: invalid preprocessing directive #includ; did you mean 'include'?"},
        {"#include <stdoi.h>\n", "1:10: error: 'stdoi.h' file not found among ipclab's headers; did you mean 'stdio.h'?"},
        {"#include <wchar.h>\n", "1:10: error: ipclab does not have 'wchar.h': wide characters"},
        {"#include <sys/mount.h>\nint main(void) { return mount(0, 0, 0, 0, 0) + open(0, 0); /* chroot() */ }\n",
         "1:10: error: 'sys/mount.h' file not found among ipclab's headers; the simulated kernel does not have these "
         "system calls that the program makes: mount"},
        {"#include \"mine.hpp\"\n", "1:10: error: 'mine.hpp' file not found"},
        {"#include <stdio.h\n", "1:1: error: #include expects \"FILENAME\" or <FILENAME>"},
        {"#include stdio.h\n", "1:1: error: #include expects \"FILENAME\" or <FILENAME>"},
        {"#if 1\nint x;\n", "1:2: error: unterminated conditional directive"},
        {"#else\n", "1:2: error: #else without #if"},
        {"#endif\n", "1:2: error: #endif without #if"},
        {"#if\n#endif\n", "1:2: error: #if with no expression"},
        {"#if 1 +\n#endif\n", "1:2: error: expected an expression in #if"},
        {"#if 1 / 0\n#endif\n", "1:2: error: division by zero in #if"},
        {"#define 3 x\n", "1:9: error: macro names must be identifiers"},
        {"#define F(a, a) a\n", "1:14: error: duplicate macro parameter 'a'"},
        {"#define G(a) #b\n", "1:14: error: '#' is not followed by a macro parameter"},
        {"#define G ## b\n", "1:9: error: '##' cannot appear at either end of a macro expansion"},
        {"#error stop here\n", "1:1: error: #error stop here"},
        {"#define M(a, b) a\nint x = M(1);\n", "2:9: error: macro 'M' takes 2 arguments, but 1 is given"},
        {"#define M(a, b) a\nint x = M(1, 2, 3);\n", "2:9: error: macro 'M' takes 2 arguments, but 3 are given"},
        {"#define M(a) a\nint x = M(1;\n", "2:9: error: unterminated argument list invoking macro 'M'"},
        {"#define C(a, b) a ## b\nint x = C(1, -);\n", "2:9: error: pasting formed '1-', which is not a token"},
        {"/* never closed\n", "1:1: error: unterminated comment"},
        {"char *s = \"open;\n", "1:11: error: missing terminating \" character"},
        {"int c = 'x;\n", "1:9: error: missing terminating ' character"},
        {"int x = 1 @ 2;\n", "1:11: error: stray '@' in the program"},
        {"char *s = \xe2\x80\x9chi\xe2\x80\x9d;\n", "1:11: error: a typographic quotation mark: C needs a plain \""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.source);
        CHECK(first_line(row.source) == row.expected);
    }
}
