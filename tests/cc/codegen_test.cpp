// What a learner sees with --dump, and what linking several files means.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/simulated.h"

using namespace ipclab;
using testing::run_simulated;

namespace {

/// The instructions of the function f, in one line, without the one that only closes it.
std::string body(const std::string& text) {
    const cc::Result result = cc::compile("test", {{"t.c", text + "\nint main(void) { return 0; }\n"}});
    CAPTURE(cc::format(result.diagnostics));
    REQUIRE(result.program);
    std::string all;
    for (const vm::Function& each : result.program->functions) {
        if (each.name != "f") continue;
        for (const vm::Instruction& instruction : each.code)
            if (&instruction != &each.code.back()) all += vm::disassemble(*result.program, instruction) + "; ";
    }
    all.erase(std::unique(all.begin(), all.end(), [](char a, char b) { return a == ' ' && b == ' '; }), all.end());
    return all;
}

/// How many instructions of this kind there are in f.
std::ptrdiff_t count(const std::string& text, vm::Opcode op) {
    const cc::Result result = cc::compile("test", {{"t.c", text + "\nint main(void) { return 0; }\n"}});
    REQUIRE(result.program);
    std::ptrdiff_t found = 0;
    for (const vm::Function& each : result.program->functions)
        if (each.name == "f") found += std::ranges::count(each.code, op, &vm::Instruction::op);
    return found;
}

std::string errors_of(const std::vector<cc::Source>& sources) {
    std::string all;
    for (const cc::Diagnostic& each : cc::compile("test", sources).diagnostics)
        all += cc::format(each).substr(0, cc::format(each).find('\n')) + '\n';
    return all;
}

}  // namespace

TEST_CASE("the loop s += i * i % 7 takes five instructions a round") {
    CHECK(body("int f(int n) { int s = 0; for (int i = 0; i < n; i++) s += i * i % 7; return s; }") ==
          "li r2, 0; li r3, 0; jmp +4; mulw r4, r3, r3; remswi r4, r4, 7; addw r2, r2, r4; addwi r3, r3, 1; jlts r3, r1, -5; ret r2; ");
}

TEST_CASE("a local variable lives in a register until somebody takes its address") {
    CHECK(body("int f(int a, int b) { int c = a + b; return c; }") ==
          "addw r3, r1, r2; ret r3; ");
    CHECK(body("int f(int a) { int *p = &a; return *p; }") ==
          "st32 r1, r0, 0; mov r2, r0; ld32s r3, r2, 0; ret r3; ");
}

TEST_CASE("an array element is one indexed access") {
    CHECK(body("int f(int *a, long i) { return a[i]; }") ==
          "ldx32s r3, r1, r2; ret r3; ");
    CHECK(body("void f(long *a, long i) { a[i] = i; }") ==
          "stx64 r2, r1, r2; ");
}

TEST_CASE("x++ on shared memory is a load, an addition and a store: three places to be interrupted at") {
    using enum vm::Opcode;
    const std::string f = "int x; void f(void) { x++; }";
    CHECK(count(f, ld32s) == 1);
    CHECK(count(f, addwi) == 1);
    CHECK(count(f, st32) == 1);
    CHECK(count("#include <stdatomic.h>\natomic_int x; void f(void) { x++; }", intrinsic) == 1);
}

TEST_CASE("constants fold, and what is decided costs nothing") {
    CHECK(body("int f(void) { return 6 * 7 + (1 << 3) - sizeof(int); }") ==
          "li r1, 46; ret r1; ");
    CHECK(body("int f(void) { return 1 ? 2 : 3; }") ==
          "li r1, 2; ret r1; ");
}

TEST_CASE("globals and functions of one file are seen in the other, static ones are not") {
    const auto run = run_simulated({{"a.c", "#include <stdio.h>\nint shared = 3; static int own = 1; int tentative; int tentative = 5;\n"
                                            "static int f(void) { return 10; }\nint g(void);\nextern int array[];\n"
                                            "int main(void) { shared++; printf(\"%d %d %d %d\", g(), f() + own, tentative, array[2]); }\n"},
                                    {"b.c", "extern int shared; static int own = 2; int unused; int unused;\n"
                                            "int array[3] = {1, 2, 3};\nstatic int f(void) { return 20; }\n"
                                            "int g(void) { extern int shared; return shared * 100 + f() + own; }\n"}});
    CHECK(run.diagnostics == "");
    CHECK(run.out == "422 11 5 3");
}

TEST_CASE("a program's own function takes the place of the library's") {
    CHECK(run_simulated("int puts(const char *s) { return s[0]; }\nint main(void) { return puts(\"A\"); }\n").status == 65);
}

TEST_CASE("what is defined twice, nowhere, or as something else is an error of the program") {
    CHECK(errors_of({{"a.c", "int f(void) { return 1; }\nint main(void) { return f(); }\n"},
                     {"b.c", "int f(void) { return 2; }\n"}}) ==
          "b.c:1:5: error: 'f' is defined twice in this program\na.c:1:5: note: it is defined here as well\n");
    CHECK(errors_of({{"a.c", "int x = 1;\nint main(void) { return x; }\n"}, {"b.c", "int x = 2;\n"}}) ==
          "b.c:1:5: error: 'x' is defined twice in this program\na.c:1:5: note: it is defined here as well\n");
    CHECK(errors_of({{"a.c", "int compute(void);\nint main(void) { return compute(); }\n"}}) ==
          "a.c:2:25: error: 'compute' is used, but it is defined neither in this program nor in ipclab's C library\n");
    CHECK(errors_of({{"a.c", "int compute(void);\nint main(void) { return compute(); }\n"},
                     {"b.c", "int comptue(void) { return 1; }\n"}}) ==
          "a.c:2:25: error: 'compute' is used, but defined nowhere; did you mean 'comptue'?\n");
    CHECK(errors_of({{"a.c", "int f(void);\nint main(void) { return f(); }\n"}, {"b.c", "int f;\n"}}) ==
          "a.c:2:25: error: 'f' is called, but it is a variable, not a function\n");
    CHECK(errors_of({{"a.c", "int helper(void) { return 0; }\n"}}) ==
          "a.c: error: the program has no function 'main', where it would begin\n");
    CHECK(errors_of({{"a.c", "int mian(void) { return 0; }\n"}}) ==
          "a.c: error: the program has no function 'main', where it would begin; did you mean 'mian'?\n");
}
