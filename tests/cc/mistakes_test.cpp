// Mistakes that Linux lets pass, or crashes on only later: each is explained, with its line, and the run goes on.
#include <doctest/doctest.h>

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

Told run(const std::string& text) {
    const cc::Options options = testing::options_for_tests();
    const cc::Result compiled = cc::compile("program", {{"test.c", text}}, options);
    INFO(cc::format(compiled.diagnostics));
    REQUIRE(compiled.program);
    engine::MachineOptions boot;
    boot.arguments = {"program"};
    boot.boot.standard_streams.fill(kernel::StreamKind::pipe);
    kernel::Trace trace;
    engine::Machine machine = engine::make_machine({compiled.program}, 0, boot, &trace);
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
         "7: strcpy(): write of 10 bytes right behind the end of 'name' (char [8], 8 bytes)"},
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
         "9: strlen(): read of 4 bytes right behind the end of a heap block of 3 bytes (allocated at "
         "test.c:7)"},
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
         "9: read(): write of 10 bytes right behind the end of a heap block of 4 bytes (allocated at "
         "test.c:8)"},
        {"the kernel reads behind a buffer", function("char b[5] = \"12345\";\nwrite(2, b, 9);"),
         "8: write(): read of 9 bytes right behind the end of 'b' (char [5], 5 bytes) of main()"},
        {"fewer arguments than printf takes", function("char f[9] = \"%d %d\\n\";\nprintf(f, 1);"), "8: "},
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
          "9: free(): read of 1 byte in a heap block of 10 bytes (allocated at test.c:7) that has been freed "
          "at test.c:8");
    CHECK(told.out == "");
}

TEST_CASE("a mistake in a loop is told once") {
    CHECK(run(function("char *p = malloc(4);\nfor (int i = 0; i < 1000; i++) p[4 + i % 8] = 1;"))
              .mistakes.size() == 1);
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
