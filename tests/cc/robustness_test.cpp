// Nothing that a source contains makes the compiler crash, hang or take more than linear time: what is too much for it
// is refused with a message.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/support/simulated.h"

using namespace ipclab;
using testing::run_simulated;

namespace {

std::string repeated(const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

/// Empty where it compiles, else the first error's message.
std::string refusal(const std::string& source) {
    const cc::Result result = cc::compile("test", {{"t.c", source}});
    for (const cc::Diagnostic& each : result.diagnostics)
        if (each.severity == cc::Severity::error) {
            CHECK(!result.program);
            return each.message;
        }
    CHECK(result.program);
    return "";
}

std::string in_main(const std::string& statements) {
    return "int f(int x) { return x; }\nint main(void) { int x = 1; " + statements + " return x; }\n";
}

}  // namespace

TEST_CASE("what is nested too deeply is refused, however it is nested") {
    constexpr int kDeep = 100'000;
    for (const std::string& source : {
             in_main("x = " + repeated("(", kDeep) + "1" + repeated(")", kDeep) + ";"),
             in_main("x = " + repeated("(", kDeep)),
             in_main(repeated("{", kDeep) + repeated("}", kDeep)),
             in_main(repeated("{", kDeep)),
             in_main("x = " + repeated("- ", kDeep) + "1;"),
             in_main("x = " + repeated("!~", kDeep) + "1;"),
             in_main("x = " + repeated("f(", kDeep) + "1" + repeated(")", kDeep) + ";"),
             in_main("x = " + repeated("x ? ", kDeep) + "1" + repeated(" : 2", kDeep) + ";"),
             in_main("x = " + repeated("1 ? 2 : ", kDeep) + "1;"),
             in_main(repeated("x = ", kDeep) + "1;"),
             in_main(repeated("x += ", kDeep) + "1;"),
             in_main("x = " + repeated("(int) ", kDeep) + "1;"),
             in_main("x = " + repeated("sizeof ", kDeep) + "1;"),
             in_main("x = " + repeated("({ ", kDeep) + "1;" + repeated(" })", kDeep) + ";"),
             in_main("int a[1]; x = a" + repeated("[a", kDeep) + "[0]" + repeated("]", kDeep) + ";"),
             in_main(repeated("if (x) ", kDeep) + "x = 2;"),
             in_main(repeated("while (x) ", kDeep) + "x = 0;"),
             in_main(repeated("for (;;) ", kDeep) + "x = 0;"),
             in_main(repeated("do ", kDeep) + "x = 0;" + repeated(" while (0);", kDeep)),
             in_main(repeated("switch (x) ", kDeep) + "x = 0;"),
             in_main(repeated("if (x) ; else ", kDeep) + "x = 2;"),
             "int x = " + repeated("{", kDeep) + "1" + repeated("}", kDeep) + ";\n",
             "int a[1] = " + repeated("{", kDeep) + "\n",
             "int " + repeated("(", kDeep) + "x" + repeated(")", kDeep) + ";\n",
             "int " + repeated("*", kDeep) + "x;\n",
             "int " + repeated("(*", kDeep) + "x" + repeated(")(void)", kDeep) + ";\n",
             "int x" + repeated("[1]", kDeep) + ";\n",
             "int x" + repeated("(int a", kDeep) + repeated(")", kDeep) + ";\n",
             repeated("struct { ", kDeep) + "int x; " + repeated("}; ", kDeep) + "\n",
             repeated("typeof(", kDeep) + "int" + repeated(")", kDeep) + " x;\n",
             repeated("_Atomic(", kDeep) + "int" + repeated(")", kDeep) + " x;\n",
             "#if " + repeated("(", kDeep) + "1" + repeated(")", kDeep) + "\n#endif\n",
             "#if " + repeated("!", kDeep) + "1\n#endif\n",
             "#if " + repeated("1 ? 1 : ", kDeep) + "1\n#endif\n",
             repeated("#if 1\n", kDeep),
             "#define f(x) x\nint y = " + repeated("f(", kDeep) + "1" + repeated(")", kDeep) + ";\n",
             "int x __attribute__((aligned(" + repeated("(", kDeep) + "1" + repeated(")", kDeep) + ")));\n",
         }) {
        CAPTURE(source.substr(0, 80));
        CHECK(refusal(source) != "");
    }
}

TEST_CASE("what is long but flat is compiled") {
    constexpr int kLong = 20'000, kElseIfs = 5'000;
    std::string cases, strings, parameters = "int p0", else_ifs = "if (x == 0) x = 1;", members, locals;
    for (int i = 0; i < kLong; ++i) {
        cases += fmt::format("case {}: x += {}; break;\n", i * 3, i);
        if (i < kElseIfs) else_ifs += fmt::format(" else if (x == {}) x = 2;\n", i);
        strings += "\"piece\" ";
        members += fmt::format("int m{};\n", i);
        locals += fmt::format("int v{0} = x + {0}; ", i);
    }
    CHECK(refusal(in_main(repeated("x = x + 1;\n", kLong))) == "");
    CHECK(refusal(in_main("switch (x) {" + cases + "}")) == "");
    CHECK(refusal(in_main("switch (x) {" + repeated("default:", 1) + cases + "}")) == "");
    CHECK(refusal(in_main("const char *s = " + strings + "; x = s[0];")) == "");
    CHECK(refusal("struct s {" + members + "} v;\n" + in_main("v.m7 = x;")) == "");
    CHECK(refusal(in_main(locals)) == "");
    CHECK(refusal(in_main(else_ifs)) == "");
    CHECK(refusal("int a[] = {" + repeated("1, ", 200'000) + "};\n" + in_main("x = a[5];")) == "");
    CHECK(refusal(in_main("x = " + repeated("x, ", 200) + "1;")) == "");
    CHECK(refusal("// " + repeated("long line ", 100'000) + "\n" + in_main("")) == "");
    CHECK(refusal(in_main("/* " + repeated("long comment\n", 100'000) + "*/")) == "");
    CHECK(refusal(repeated("#if 0\n#endif\n", kLong) + in_main("")) == "");
    CHECK(refusal(repeated("extern int x;\n", kLong) + "int main(void) { return 0; }\n") == "");
    CHECK(refusal(repeated("\\\n", kLong) + in_main("")) == "");
}

TEST_CASE("macros that grow without end are refused") {
    std::string doubling = "#define M0 1 +\n";
    for (int i = 1; i <= 60; ++i) doubling += fmt::format("#define M{0} M{1} M{1}\n", i, i - 1);
    CHECK(refusal(doubling + in_main("x = M60 1;")) != "");
    std::string arguments = "#define F0(x) x + x\n";
    for (int i = 1; i <= 60; ++i) arguments += fmt::format("#define F{0}(x) F{1}(x) + F{1}(x)\n", i, i - 1);
    CHECK(refusal(arguments + in_main("x = F60(1);")) != "");
    std::string pasting = "#define P0 a\n#define CAT(a, b) a ## b\n#define XCAT(a, b) CAT(a, b)\n";
    for (int i = 1; i <= 60; ++i) pasting += fmt::format("#define P{0} XCAT(P{1}, P{1})\n", i, i - 1);
    CHECK(refusal(pasting + in_main("x = P60;")) != "");
    std::string strings = "#define S0 \"\\\\\"\n#define STR(x) #x\n#define XSTR(x) STR(x)\n";
    for (int i = 1; i <= 60; ++i) strings += fmt::format("#define S{0} XSTR(S{1} S{1})\n", i, i - 1);
    CHECK(refusal(strings + in_main("const char *s = S60; x = s[0];")) != "");
}

TEST_CASE("files that include themselves are refused in good time") {
    cc::Options options;
    options.include = [](const std::string& name, const std::string&) -> std::optional<cc::Source> {
        return cc::Source{name, "#include \"again.h\"\n#include \"again.h\"\n/*" + repeated("x", 100'000) + "*/\n"};
    };
    const cc::Result result = cc::compile("test", {{"t.c", "#include \"again.h\"\n"}}, options);
    CHECK(!result.program);
    CHECK(result.diagnostics.size() == 1);
}

TEST_CASE("objects larger than memory are refused") {
    for (const char* source :
         {"int a[1 << 30]; int main(void) { return a[0]; }", "char a[1ul << 62];", "int a[0x7fffffffffffffff];",
          "char a[1ul << 40][1ul << 40];", "struct s { char a[1ul << 62]; char b[1ul << 62]; } s;",
          "struct s { int a[1 << 28]; } t[100];", "int main(void) { char a[1l << 40]; return a[0]; }",
          "int main(void) { char a[900000000], b[900000000]; return a[0] + b[0]; }", "char a[-1ul];",
          "int a[] = {[1ul << 60] = 1};", "int a[] = {[0 ... 1 << 30] = 1};", "char s[1 << 30] = \"a\", t[1 << 30] = \"b\";",
          "int x __attribute__((aligned(1ul << 40)));"}) {
        CAPTURE(std::string(source));
        CHECK(refusal(std::string(source) + (std::string(source).find("main") == std::string::npos
                                                 ? "\nint main(void) { return 0; }\n" : "\n")) != "");
    }
}

TEST_CASE("constants compute as the machine does, even where C leaves it undefined") {
    const auto run = run_simulated(
        "#include <stdio.h>\n#include <limits.h>\n"
        "int main(void) {\n"
        "  printf(\"%d %d %ld %d \", INT_MAX + 1, -INT_MIN, LONG_MIN - 1, INT_MIN * -1);\n"
        "  printf(\"%d %d %ld %lu \", 1 << 31 << 1, 1 << 33, 1l << 65, 1ul << 64);\n"
        "  printf(\"%d %d\\n\", -8 >> 1, (char)1000);\n"
        "}\n");
    CHECK(run.out == "-2147483648 -2147483648 9223372036854775807 -2147483648 0 2 2 1 -4 -24\n");
    for (const char* division : {"1 / 0", "1 % 0", "x / 0", "x % (1 - 1)", "low / minus", "low % minus"}) {
        CAPTURE(std::string(division));
        const auto divided = run_simulated(
            fmt::format("#include <limits.h>\nint main(void) {{ int x = 1, low = INT_MIN, minus = -1; long r = {}; return r == x + low + minus; }}\n", division));
        CHECK(divided.diagnostics.find("error:") == std::string::npos);
        CHECK(divided.status == 128 + 8);  // SIGFPE
    }
    CHECK(refusal("int a[1 / 0]; int main(void) { return 0; }\n") != "");
    CHECK(refusal("enum { A = 1 / 0 }; int main(void) { return A; }\n") != "");
    CHECK(refusal("static int a = 1 / 0; int main(void) { return a; }\n") != "");
    CHECK(refusal("int main(void) { switch (1) { case 1 / 0: return 0; } }\n") != "");
}

TEST_CASE("a function longer than the jumps' 16 bits runs as a short one") {
    std::string body;
    for (int i = 0; i < 12'000; ++i) body += fmt::format("if (n == {}) s += {}; else s ^= 1;\n", i, i % 7);
    const auto run = run_simulated(
        "#include <stdio.h>\nint f(int n) { int s = 0;\nfor (int round = 0; round < 2; round++) {\n" + body +
        "if (s > 1000000) break;\nif (n == -1) continue;\ns++; }\nreturn s; }\n"
        "int main(void) { printf(\"%d %d\", f(-1), f(11999)); }\n");
    CHECK(run.diagnostics == "");
    int expected = 0;
    for (int round = 0; round < 2; ++round, ++expected)
        for (int i = 0; i < 12'000; ++i) expected = i == 11'999 ? expected + i % 7 : expected ^ 1;
    CHECK(run.out == fmt::format("0 {}", expected));
}

TEST_CASE("what stands behind a broken switch or loop is not taken for a part of it") {
    const auto messages = [](const std::string& statements) {
        std::string all;
        for (const cc::Diagnostic& each : cc::compile("test", {{"t.c", in_main(statements)}}).diagnostics)
            all += each.message + "; ";
        return all;
    };
    CHECK(messages("{ switch (x) } case 1: case 2: x = 1; default: x = 3;") ==
          "expected an expression, found '}'; 'case' outside of a 'switch'; 'default' outside of a 'switch'; ");
    CHECK(messages("{ while (x) } break; continue;") ==
          "expected an expression, found '}'; 'break' outside of a loop or 'switch'; 'continue' outside of a loop; ");
}

TEST_CASE("bytes that are no text are refused or skipped, never obeyed") {
    using namespace std::string_literals;
    CHECK(refusal("") != "");  // no main
    CHECK(refusal("\0\0\0"s) != "");
    CHECK(refusal("int main(void) { return 0; }\n\0"s) != "");
    CHECK(refusal("\xff\xfe\x00i"s) != "");
    CHECK(refusal("\xef\xbb\xbfint main(void) { return 0; }\r\n") == "");
    CHECK(refusal("int main(void) { return 0; }\r\n\\") != "");
    CHECK(refusal("int main(void) { return 0; }") == "");
    CHECK(refusal("int main(void) { return 0; } /") != "");
    CHECK(refusal("int main(void) { return 0; } //") == "");
    CHECK(refusal("#") != "");
    CHECK(refusal("#define") != "");
    CHECK(refusal("#include") != "");
    CHECK(refusal("\"") != "");
    CHECK(refusal("'\\") != "");
    CHECK(refusal("int main(void) { int gr\xc3\xb6\xc3\x9f" "e = 0; return gr\xc3\xb6\xc3\x9f" "e; }") == "");
    CHECK(refusal("int main(void) { int gr\xf6\xdf" "e = 0; return 0; }") ==
          "byte 0xf6 does not belong here: this is not text in UTF-8");
    CHECK(refusal("int main(void) { \xc3 return 0; }") == "byte 0xc3 does not belong here: this is not text in UTF-8");
    CHECK(refusal("int main(void) { return 0 * sizeof \"gr\xf6\xdf" "e\"; } // \xff") == "");
    for (int c = 1; c < 256; ++c)  // each byte between two tokens: no crash
        refusal(std::string("int main(void) { return 0") + static_cast<char>(c) + "; }\n");
}
