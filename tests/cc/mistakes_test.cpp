// Mistakes that Linux lets pass, or crashes on only later: each is explained, with its line, and the run goes on.
#include <doctest/doctest.h>

#include <algorithm>

#include "kernel/event.h"
#include "sim/cc/cc.h"
#include "sim/engine/machine.h"
#include "sim/engine/policy.h"
#include "tests/support/simulated.h"

using namespace ipclab;

namespace {

struct Told {
    std::vector<std::string> mistakes;  ///< "LINE: sentence"
    std::string out;
};

Told run(const std::string& text, bool reports_leaks = false) {
    const cc::Options options = testing::options_for_tests();
    const cc::Result compiled = cc::compile("program", {{"test.c", text}}, options);
    INFO(cc::format(compiled.diagnostics));
    REQUIRE(compiled.program);
    engine::MachineOptions boot;
    boot.arguments = {"program"};
    boot.boot.standard_streams.fill(kernel::StreamKind::pipe);
    kernel::Trace trace;
    engine::Machine machine = engine::make_machine({compiled.program}, 0, boot, &trace);
    machine.reports_leaks = reports_leaks;
    engine::Policy policy = engine::TimedPolicy{};
    while (const auto choice = engine::next_choice(machine, policy)) engine::step(machine, *choice, &trace);
    Told told;
    for (const kernel::Event& event : trace.events)
        if (event.kind == kernel::EventKind::explained)
            told.mistakes.push_back(std::to_string(event.source.line) + ": " +
                                    std::string(trace.item(event, 0).text()));
    told.out = engine::outcome(machine).standard_output;
    return told;
}

std::string function(const std::string& body, const std::string& before = "") {
    return "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n" + before +
           "\nint main(void) {\n" + body + "\nputs(\"on\"); return 0; }\n";
}

struct Row {
    const char* what;
    std::string program;
    const char* sentence;
};

}  // namespace

TEST_CASE("each mistake is explained with its line, what was touched and who made it, and the run goes on") {
    const Row rows[] = {
        {"a variable without a value", function("int x;\nif (x == 3) puts(\"three\");"),
         "8: 'x' is used here, but it has not been given a value"},
        {"only on the way that is taken",
         function("int x;\nif (getpid() == 0) x = 1;\nprintf(\"%d\\n\", x * 0);"),
         "9: 'x' is used here, but it has not been given a value"},
        {"an element without a value", function("int a[4];\na[0] = 1;\nif (a[1] == 7) puts(\"seven\");"),
         "9: read of 4 bytes of 'a' (int [4], 16 bytes) of main(), which has not been given a value there"},
        {"behind a local array", function("int a[4], i;\nfor (i = 0; i <= 4; i++)\na[i] = i;"),
         "9: write of 4 bytes right behind the end of 'a' (int [4], 16 bytes) of main()"},
        {"before a local array", function("int a[4], i = -1;\na[i] = 1;"),
         "8: write of 4 bytes 4 bytes before 'a' (int [4], 16 bytes) of main()"},
        {"behind a global array", function("strcpy(name, \"too long!\");", "char name[8];"),
         "7: strcpy(): write of 10 bytes to 'name' (char [8], 8 bytes), 2 bytes more than it has"},
        {"behind a heap block", function("char *p = malloc(10);\np[10] = 'x';"),
         "8: write of 1 byte right behind the end of a heap block of 10 bytes (allocated at test.c:7)"},
        {"before a heap block", function("char *p = malloc(10);\np[-2] = 'x';"),
         "8: write of 1 byte 2 bytes before a heap block of 10 bytes (allocated at test.c:7)"},
        {"a heap block without a value",
         function("int *p = malloc(40);\np[0] = 1;\nif (p[3] == 9) puts(\"nine\");"),
         "9: read of 4 bytes in a heap block of 40 bytes (allocated at test.c:7), where nothing has been "
         "stored yet"},
        {"after free", function("char *p = malloc(10);\nfree(p);\np[1] = 'x';"),
         "9: write of 1 byte in a heap block of 10 bytes (allocated at test.c:7) that has been freed at "
         "test.c:8"},
        {"a string that does not end",
         function("char *p = malloc(3);\nmemcpy(p, \"abc\", 3);\nif (strlen(p) == 77) puts(p);"),
         "9: strlen(): read of 4 bytes from a heap block of 3 bytes (allocated at test.c:7), 1 byte more "
         "than it has"},
        {"a pointer to a local that is gone",
         function("int *p = leak();\nif (*p == 9) puts(\"nine\");",
                  "static int *leak(void) { int x = 5, *p = &x; return p; }"),
         "8: read of 4 bytes of a function that has returned: its local variables are gone, and a pointer to "
         "one of "
         "them is still used"},
        {"a result that was not returned",
         function("if (f(1) == 77) puts(\"77\");", "static int f(int x) { if (x > 5) return 1; }"),
         "7: the result of a function is used that ended without a 'return'"},
        {"the kernel writes behind a buffer",
         function("int ends[2]; pipe(ends); write(ends[1], \"0123456789\", 10);\nchar *p = "
                  "malloc(4);\nread(ends[0], p, 100);"),
         "9: read(): write of 10 bytes to a heap block of 4 bytes (allocated at test.c:8), 6 bytes more "
         "than it has"},
        {"the kernel reads behind a buffer", function("char b[5] = \"12345\";\nwrite(2, b, 9);"),
         "8: write(): read of 9 bytes from 'b' (char [5], 5 bytes) of main(), 4 bytes more than it has"},
        {"fewer arguments than printf takes", function("char f[9] = \"%d %d\\n\";\nprintf(f, 1);"),
         "8: printf(): the format asks for more arguments than the call passes"},
        {"fewer arguments than va_arg takes",
         function(
             "if (sum(3, 1, 2) == 77) puts(\"77\");",
             "#include <stdarg.h>\nstatic int sum(int n, ...) { va_list l; va_start(l, n); int s = 0; while "
             "(n--) s += va_arg(l, int); va_end(l); return s; }"),
         "6: sum() takes more arguments (va_arg) than the call passes"},
        {"an int that overflows", function("int x = 2147483647;\nfor (int i = 0; i < 9; i++) x += 1;"),
         "8: 2147483647 + 1 does not fit into an int: the result wraps around to -2147483648"},
        {"++ on the largest int", function("int x = 2147483647;\nx++;\nif (x > 0) puts(\"?\");"),
         "8: 2147483647 + 1 does not fit into an int: the result wraps around to -2147483648"},
        {"an int that underflows", function("int x = -2147483647 - 1, one = 1;\nx -= one;"),
         "8: -2147483648 - 1 does not fit into an int: the result wraps around to 2147483647"},
        {"a product", function("int x = 100000;\nx = x * x;"),
         "8: 100000 * 100000 does not fit into an int: the result wraps around to 1410065408"},
        {"the negative of the smallest int", function("int x = -2147483647 - 1;\nx = -x;"),
         "8: -(-2147483648) does not fit into an int: the result wraps around to -2147483648"},
        {"a long that overflows", function("long x = 9223372036854775807;\nx++;"),
         "8: 9223372036854775807 + 1 does not fit into a long: the result wraps around to "
         "-9223372036854775808"},
        {"a product of longs", function("long x = 9223372036854775807;\nx = 2 * x;"),
         "8: 9223372036854775807 * 2 does not fit into a long: the result wraps around to -2"},
        {"a shift by more bits than there are", function("int n = 33;\nprintf(\"%d\\n\", 1 << n);"),
         "8: a shift by 33 bits, and the number has 32: C does not say what comes out (here 2)"},
        {"a shift by a negative amount", function("int n = -1;\nprintf(\"%lu\\n\", 8ul >> n);"),
         "8: a shift by -1 bits, and the number has 64: C does not say what comes out (here 0)"},
        {"a pointer that is not aligned for its type",
         function("char b[16] = \"0123456789abcde\";\nint *p = (int *)(b + 1);\nfor (int i = 0; i < 3; i++) "
                  "*p = i;"),
         "9: write of 4 bytes at address 0x"},
        {"a descriptor that was closed",
         function("int ends[2];\nif (pipe(ends)) return 1;\nclose(ends[0]);\nclose(ends[0]);"),
         "10: close(): descriptor 3, opened at test.c:8, was closed at test.c:9"},
        {"a FILE's descriptor that was closed",
         function("close(fileno(fopen(\"/tmp/x\", \"w\")));\nwrite(3, \"x\", 1);"),
         "8: write(): descriptor 3, opened at test.c:7, was closed at test.c:7"},
        {"a descriptor that was never opened", function("lseek(7, 0, SEEK_SET);"),
         "7: lseek(): descriptor 7 was never opened in this process"},
        {"a descriptor of a call that failed",
         function("char c;\nread(open(\"/none\", 0), &c, 1);", "#include <fcntl.h>"),
         "8: read(): descriptor -1 is what open(), pipe() and their like return when they fail"},
        {"the wrong end of a pipe",
         function("int ends[2];\nif (pipe(ends)) return 1;\nwrite(ends[0], \"x\", 1);"),
         "9: write(): descriptor 3, opened at test.c:8, is the read end of a pipe: it cannot be written to"},
        {"a file that is open for reading only",
         function("int fd = open(\"/dev/null\", O_RDONLY);\nwrite(fd, \"x\", 1);", "#include <fcntl.h>"),
         "8: write(): descriptor 3, opened at test.c:7, is open for reading only"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Told told = run(row.program);
        REQUIRE(told.mistakes.size() == 1);
        CHECK(told.mistakes[0].starts_with(row.sentence));
        CHECK(told.out.ends_with("on\n"));
    }
}

TEST_CASE("a block that is freed twice is explained before the library ends the program as glibc does") {
    const Told told = run(function("char *p = malloc(10);\nfree(p);\nfree(p);"));
    REQUIRE(told.mistakes.size() == 1);
    CHECK(told.mistakes[0] ==
          "9: free(): a heap block of 10 bytes (allocated at test.c:7) has already been freed at test.c:8");
    CHECK(told.out == "");
}

TEST_CASE("what ends a program is explained as well") {
    const Row rows[] = {
        {"an address inside a block", function("char *p = malloc(10);\nfree(p + 1);"),
         "8: free(): the address lies 1 byte behind the beginning of a heap block of 10 bytes (allocated at "
         "test.c:7); only the beginning can be freed"},
        {"free() of a variable", function("int x[9] = {0};\nfree(x);"),
         "8: free(): 'x' (int [9], 36 bytes) of main() does not come from malloc()"},
        {"realloc() of a string",
         function("char *p = realloc(text, 9);\nputs(p);", "char *text = \"a string\";"),
         "7: realloc(): a string literal or a const object does not come from malloc()"},
        {"a number for %s", function("char f[] = \"%s\\n\";\nprintf(f, 42);"),
         "8: printf(): '%s' needs the address of a string, and gets 0x2a (42)"},
        {"a null pointer for the library", function("printf(\"%zu\\n\", strlen(getenv(\"NONE\")));"),
         "7: strlen(): read from address 0x0: the pointer is NULL"},
        {"a recursion of one",
         function("return deep(1);", "static int deep(int n) { return deep(n + 1) + 1; }"),
         "5: stack overflow: "},
        {"an array that is too big",
         function("big();", "static void big(void) { char b[9000000]; b[0] = 1; }"),
         "7: stack overflow: the local variables of big() take 9000032 bytes, and the whole stack has 8 MB"},
        {"division by zero", function("int zero = 0;\nreturn 7 / zero;"), "8: division of 7 by zero"},
        {"the one quotient that does not fit", function("int x = -2147483647 - 1, y = -1;\nreturn x / y;"),
         "8: -2147483648 divided by -1: the result does not fit into the type"},
        {"a null function pointer", function("int (*f)(void) = NULL;\nreturn f();"),
         "8: a call through a null function pointer"},
        {"a string literal", function("char *s = \"hello\";\ns[0] = 'H';"), "8: write to address 0x"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.what));
        const Told told = run(row.program);
        REQUIRE(told.mistakes.size() == 1);
        CAPTURE(told.mistakes[0]);
        CHECK(told.mistakes[0].starts_with(row.sentence));
        CHECK(told.out == "");
    }
}

TEST_CASE("a recursion without an end is told with the functions that call each other") {
    const Told told =
        run(function("return even(1);",
                     "static int odd(int n);\nstatic int even(int n) { return odd(n + 1) + 1; }\n"
                     "static int odd(int n) { return even(n + 1) + 1; }"));
    REQUIRE(told.mistakes.size() == 1);
    CHECK(told.mistakes[0].find("() calls odd() calls even() ") == std::string::npos);
    const bool is_cycle = told.mistakes[0].find("even() calls odd() calls even()") != std::string::npos ||
                          told.mistakes[0].find("odd() calls even() calls odd()") != std::string::npos;
    CHECK(is_cycle);
}

TEST_CASE(
    "a mistake of the library is told once for each call of the program, not for each of its own lines") {
    CHECK(run(function("char b[8], d[8];\nmemset(d, 'x', 8);\nstrcpy(b, d);")).mistakes.size() == 1);
}

TEST_CASE("a mistake in a loop is told once") {
    CHECK(run(function("char *p = malloc(4);\nfor (int i = 0; i < 1000; i++) p[4 + i % 8] = 1;"))
              .mistakes.size() == 1);
}

TEST_CASE("the library's own variables are not shown to be the program's") {
    const Told told =
        run(function("printf(\"%s\\n\", name());",
                     "static char *name(void) { char b[20]; strcpy(b, \"hello\"); char *p = b; return "
                     "p; }"));
    REQUIRE(told.mistakes.size() == 1);
    CHECK(told.mistakes[0].ends_with(
        "of a function that has returned: its local variables are gone, and a pointer to "
        "one of them is still used"));
}

TEST_CASE("mistakes change a machine in the same way whether anybody is told of them or not") {
    const cc::Result compiled = cc::compile(
        "program",
        {{"test.c",
          function(
              "int x = 2147483647, a[2], u, n = 40; char *p = malloc(4), c; x++; a[n / 20] = 1; if (u) x = "
              "2; x = 1 << n; p[5] = 1; *(int *)(p + 1) = 2; close(0); read(0, &c, 1); printf(p, 1);")}},
        testing::options_for_tests());
    REQUIRE(compiled.program);
    const auto run_to_end = [&](kernel::Trace* trace) {
        engine::Machine machine = engine::make_machine({compiled.program}, 0, {}, trace);
        engine::Policy policy = engine::TimedPolicy{};
        while (const auto choice = engine::next_choice(machine, policy))
            engine::step(machine, *choice, trace);
        return machine;
    };
    kernel::Trace trace;
    CHECK(run_to_end(&trace) == run_to_end(nullptr));
    CHECK(std::count_if(trace.events.begin(), trace.events.end(), [](const kernel::Event& event) {
              return event.kind == kernel::EventKind::explained;
          }) >= 7);
}

TEST_CASE("right programs are not accused") {
    const char* const bodies[] = {
        "int x, *p = &x; *p = 3; printf(\"%d\\n\", x);",
        "struct { char c; int i; } s, t; s.c = 'a'; s.i = 2; t = s; printf(\"%c %d\\n\", t.c, t.i);",
        "struct { char c; int i; } s = {'a', 2}; write(2, &s, sizeof s);",
        "char *p = malloc(100000), *q = malloc(1 << 20); p[99999] = q[(1 << 20) - 1] = 1; free(p); free(q);",
        "char *p = NULL; for (int i = 1; i < 300; i += 7) { p = realloc(p, i); p[i - 1] = 'x'; } free(p);",
        "int *p = calloc(9, 4); printf(\"%d\\n\", p[8]); free(p); p = malloc(36); p[8] = 1; "
        "printf(\"%d\\n\", p[8]);",
        "int n = 5, a[n], s = 0; for (int i = 0; i < n; i++) a[i] = i; for (int i = 0; i < n; i++) s += "
        "a[i]; printf(\"%d\\n\", s);",
        "void *p; posix_memalign(&p, 256, 100); memset(p, 1, 100); free(p); p = aligned_alloc(64, 64); "
        "memset(p, 0, 64); free(p);",
        "long x; switch (getpid() & 1) { case 0: x = 1; break; default: x = 2; } printf(\"%ld\\n\", x);",
        "int c; while ((c = getchar()) != EOF) putchar(c);",
        // What C defines to wrap around, or leaves to gcc, which lets it wrap around
        "unsigned u = 4294967295u; u++; u *= 3; unsigned long l = -1; l++; l = -l; char c = 127; c++; short "
        "s = "
        "32767; s += 1; int i = (int)4294967295u; printf(\"%u %lu %d %d %d\\n\", u, l, c, s, i << 31);",
        "int r; long l; if (!__builtin_add_overflow(2147483647, 1, &r)) return 1; if "
        "(!__builtin_mul_overflow(9223372036854775807, 2l, &l)) return 2; __atomic_add_fetch(&l, "
        "9223372036854775807, 5); __atomic_add_fetch(&l, 9223372036854775807, 5);",
        "char *p = (char *)-1l; p++; int a[3]; if (&a[2] - a != 2) return 1; printf(\"%p\\n\", (void *)p);",
        // Packed structures are not aligned, and nobody expects it
        "struct __attribute__((packed)) { char c; int i; long l; short a[4]; double d; } p = {1, 2, 3, {4, "
        "5}, 6}, *q "
        "= &p; int k = 1; q->i++; q->l += q->a[k]; q->a[k] = 3; q->d *= 2; p = *q; printf(\"%d %ld %d "
        "%g\\n\", p.i, "
        "p.l, p.a[k], p.d);",
        "struct __attribute__((packed)) { char c; unsigned a : 20, b : 9; } p = {1, 2, 3}; p.a++; "
        "printf(\"%d "
        "%d\\n\", p.a, p.b);",
        "struct { char c[3], d[13]; } s = {{0}, {0}}; printf(\"%d\\n\", s.d[1]);",
        // Calls in the arguments of calls, and one frame for many
        "printf(\"%d %d\\n\", printf(\"%d\\n\", 1), printf(\"%d %d\\n\", 1, printf(\"-\\n\"))); "
        "printf(\"%d\\n\", 1); printf(\"end\\n\");",
        "div_t d; printf(\"%d\\n\", div(7, 3).rem); "
        "printf(\"%d %d %d\\n\", 1, div(7, 3).rem, div(8, 3).quot); d = div(9, 2); printf(\"%d %d\\n\", "
        "d.rem, div(6, 4).quot);",
        // To be sure that nothing is open, and to ask
        "for (int fd = 3; fd < 64; fd++) close(fd); printf(\"%d\\n\", dup2(1, 9));",
        "char line[80]; FILE *f = fopen(\"/tmp/x\", \"w+\"); fputs(\"one\\ntwo\\n\", f); rewind(f); while "
        "(fgets(line, sizeof line, f)) fputs(line, stdout); fclose(f);",
    };
    for (const char* body : bodies) {
        CAPTURE(std::string(body));
        const Told told = run(function(body));
        CHECK(told.mistakes == std::vector<std::string>{});
    }
}

TEST_CASE("what a mistaken access does to memory is what it does on Linux") {
    CHECK(run(function("char *p = malloc(20); p[3] = 'a'; p[22] = 'b'; printf(\"%c%c\\n\", p[3], p[22]);"))
              .out == "ab\non\n");
}

TEST_CASE("--leaks tells what was allocated or opened and not given back, at the line that did it, when a process exits") {
    const Told told = run(
        "#include <fcntl.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/wait.h>\n"
        "#include <unistd.h>\n"
        "int main(void) {\n"
        "char *kept = malloc(10);\n"                       // 8
        "for (int i = 0; i < 3; i++) kept = strdup(\"abc\");\n"  // 9
        "free(kept);\n"
        "void *aligned; if (posix_memalign(&aligned, 64, 8)) return 1;\n"
        "free(aligned);\n"
        "int fd = open(\"f\", O_CREAT | O_RDWR, 0600);\n"  // 13
        "int other = dup(fd); close(other);\n"
        "setenv(\"NAME\", \"the library's own\", 1);\n"
        "FILE *file = fopen(\"f\", \"r\"); getc(file); fclose(file);\n"
        "if (fork() == 0) _exit(0);\n"
        "wait(NULL);\n"
        "return 0; }\n",
        true);
    const std::vector<std::string> each = {"8: the block of 10 bytes that was allocated here is never freed",
                                           "9: 2 blocks (8 bytes) that were allocated here are never freed",
                                           "13: descriptor 3, opened here, is never closed"};
    std::vector<std::string> both = each;  // the child has what its parent had
    both.insert(both.end(), each.begin(), each.end());
    CHECK(told.mistakes == both);
    CHECK(run(function("char *p = malloc(3); p[0] = 1; pipe((int[2]){0});")).mistakes.empty());
}

TEST_CASE("a heap that the program has written over ends the search for leaks, and nothing else") {
    const Told told = run(function("char *p = malloc(8); unsigned long *h = (unsigned long *)p - 4;\n"
                                   "h[0] = -1UL; h[1] = 7; malloc(5);"),
                          true);
    CHECK(told.out == "on\n");
    CHECK(std::ranges::none_of(told.mistakes,
                               [](const std::string& text) { return text.find("never freed") != text.npos; }));
}

TEST_CASE("a write that SIGPIPE ends is explained: who closed the last read end, and where") {
    const std::string head =
        "#include <errno.h>\n#include <signal.h>\n#include <stdio.h>\n#include <sys/wait.h>\n#include <unistd.h>\n"
        "int main(void) {\nint p[2]; pipe(p);\n";
    CHECK(run(head + "close(p[0]);\nwrite(p[1], \"x\", 1); return 0; }\n").mistakes ==
          std::vector<std::string>{"9: nobody can read from this pipe any more: the process itself closed its last "
                                   "read end at test.c:8; SIGPIPE ends this process"});
    // The writer waits in a full pipe when the reader goes.
    CHECK(run(head + "if (fork() == 0) { close(p[1]);\nsleep(1);\n_exit(0); }\nclose(p[0]);\n"
                     "static char big[100000];\nwrite(p[1], big, sizeof big); return 0; }\n")
              .mistakes ==
          std::vector<std::string>{"13: nobody can read from this pipe any more: its last read end was closed by "
                                   "process 3 (program) at test.c:10; SIGPIPE ends this process"});
    // Who ignores the signal looks at the result.
    CHECK(run(head + "signal(SIGPIPE, SIG_IGN); close(p[0]);\n"
                     "return write(p[1], \"x\", 1) < 0 && errno == EPIPE ? 0 : 1; }\n")
              .mistakes.empty());
}
