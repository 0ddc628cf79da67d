// What a learner is told about a wrong program: where, what, and what to do; one message for one mistake.
#include <doctest/doctest.h>

#include "tests/support/simulated.h"

using namespace ipclab;

namespace {

/// All that is said about the source, a line each, without its name and the lines that show the place.
std::string messages(const std::string& source) {
    std::string all;
    for (const cc::Diagnostic& each : cc::compile("test", {{"t.c", source}}).diagnostics) {
        const std::string text = cc::format(each);
        const std::string line = text.substr(0, text.find('\n'));
        all += (all.empty() ? "" : "\n") + (line.starts_with("t.c:") ? line.substr(4) : line);
    }
    return all;
}

struct Row {
    std::string source, expected;
};

void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(row.source);
        CHECK(messages(row.source) == row.expected);
    }
}

}  // namespace

TEST_CASE("a message shows the line with a caret under the place") {
    const auto text = [](const std::string& source) {
        return cc::format(cc::compile("test", {{"t.c", source}}).diagnostics);
    };
    CHECK(text("int main(void) {\n\tint counter = 1;\n\treturn conter;\n}\n") ==
          "t.c:3:9: error: use of undeclared identifier 'conter'; did you mean 'counter'?\n"
          "    3 | \treturn conter;\n"
          "      | \t       ^~~~~~\n");
    CHECK(text("int main(void) { return \"\u00e4\u00f6\" * 2; }\n") ==
          "t.c:1:32: error: '*' cannot be applied to 'char *' and 'int'\n"
          "    1 | int main(void) { return \"\u00e4\u00f6\" * 2; }\n"
          "      |                              ^\n");
    CHECK(text("int main(void) { return 0 }\n") ==
          "t.c:1:26: error: expected ';' after the return statement\n"
          "    1 | int main(void) { return 0 }\n"
          "      |                          ^\n");
}

TEST_CASE("a source writes nothing to the terminal but letters: escapes and broken UTF-8 are shown as ?") {
    cc::Diagnostic diagnostic;
    diagnostic.severity = cc::Severity::error;
    diagnostic.file = "a.c";
    diagnostic.line = 1;
    diagnostic.column = 6;
    diagnostic.end_column = 7;
    diagnostic.message = "wrong";
    diagnostic.source_line = "\x1b[2J\xff" "x \xc3\xbc \xc2\x9b";
    CHECK(cc::format(diagnostic, false) == "a.c:1:6: error: wrong\n    1 | ?[2J?x \xc3\xbc ??\n      |      ^\n");
}

TEST_CASE("several mistakes are all reported, each at its place, and nothing else") {
    check({
        {"int f(void) {\n    return x;\n}\nint main(void) {\n    int y = 1\n    y = z;\n    return f(y);\n}\n",
         "2:12: error: use of undeclared identifier 'x'\n5:14: error: expected ';' after the declaration\n"
         "6:9: error: use of undeclared identifier 'z'\n"
         "7:14: error: too many arguments to 'f': it takes 0, and 1 is given\n1:5: note: it is declared here"},
    });
}

TEST_CASE("a name that nobody declared is reported once in a function") {
    check({{"int main(void) { n = 1; n = n + 1; return n; }\n", "1:18: error: use of undeclared identifier 'n'"}});
}

TEST_CASE("after very many mistakes the compiler stops") {
    std::string source = "int main(void) {\n";
    for (int i = 0; i < 1000; ++i) source += "x" + std::to_string(i) + "y = 1;\n";
    const cc::Result result = cc::compile("test", {{"t.c", source + "}\n"}});
    CHECK(result.diagnostics.size() < 200);
    CHECK(result.diagnostics.back().message.find("too many errors") != std::string::npos);
}

TEST_CASE("what is missing is asked for where it should stand") {
    check({
        {"int main(void) {\n    int x = 3\n    return x;\n}\n",
         "2:14: error: expected ';' after the declaration"},
        {"int main(void) {\n    return 0\n}\n",
         "2:13: error: expected ';' after the return statement"},
        {"int f(int x) {\n    x = x + 1\n    return x;\n}\nint main(void) { return f(1) }\n",
         "2:14: error: expected ';' after the expression\n5:29: error: expected ';' after the return statement"},
        {"struct p { int x; }\nint main(void) { return 0; }\n",
         "1:20: error: expected ';' after the structure"},
        {"struct p { int x };\nint main(void) { return 0; }\n",
         "1:16: warning: no semicolon at the end of the structure"},
        {"int main(void) {\n    if (1 {\n        return 1;\n    }\n    return 0;\n}\n",
         "2:11: error: expected ')' after the condition, found '{'\n2:8: note: to match this"},
        {"int f(int x) { return x; }\nint main(void) { return f(1; }\n",
         "2:28: error: expected ')' after the arguments, found ';'\n2:26: note: to match this"},
        {"int main(void) { int a[3; return 0; }\n",
         "1:25: error: expected ']' after the array's length, found ';'\n1:23: note: to match this"},
        {"int f(void) {\n    if (1) {\n        return 1;\n    return 0;\n}\nint main(void) { return f(); }\n",
         "6:1: error: expected '}' before the function 'main': a block above is still open\n"
         "1:5: note: in the function 'f', which begins here\n"
         "5:1: note: this '}' closes the '{' of line 2, but is indented as if it closed one further out: is a '}' "
         "missing before it?"},
        {"int main(void) {\n    for (;;) {\n        break;\n    return 0;\n}\n",
         "6:1: error: expected '}' at the end of the block, found the end of the file\n1:16: note: to match this\n"
         "5:1: note: this '}' closes the '{' of line 2, but is indented as if it closed one further out: is a '}' "
         "missing before it?"},
        {"int main(void) {\n    int i = 0;\n    while (i < 3);\n        i++;\n    return i;\n}\n",
         "3:5: warning: this 'while' clause does not guard... [-Wmisleading-indentation]\n"
         "4:9: note: ...this statement, but the latter is misleadingly indented as if it were guarded by the "
         "'while'"},
        {"int main(void) {\n    If (1) return 0;\n}\n",
         "2:5: warning: implicit declaration of function 'If'; did you mean 'if'? "
         "[-Wimplicit-function-declaration]\n2:11: error: expected ';' after the expression"},
        {"int main(void) {\n    return 0;\n",
         "3:1: error: expected '}' at the end of the block, found the end of the file\n1:16: note: to match this"},
        {"int main(void) {\n    return 0;\n}\n}\n",
         "4:1: error: a '}' too many: there is no '{' for it"},
        {"int f(int x);\n{\n    return x;\n}\nint main(void) { return 0; }\n",
         "1:13: error: this ';' separates the function from its body: take it away"},
        {"int main(void) { int x = 1; return x ? 1; }\n",
         "1:41: error: expected ':' between the two results of '?:', found ';'"},
        {"int main(void) { do { } while (0) return 0; }\n",
         "1:34: error: expected ';' after 'do ... while'"},
        {"int main(void) { while 1 { } return 0; }\n",
         "1:24: error: expected '(' after 'while', found '1'"},
        {"int main(void) { int c[] = {1 2}; int d = 3; return d; }\n",
         "1:31: error: expected '}' at the end of the initialiser, found '2'\n1:28: note: to match this"},
        {"int main(void) { switch (1) { case 1 return 2; } return 0; }\n",
         "1:38: error: expected ':' after the case value, found 'return'"},
        {"int main(void) {\n    int x = 1;\n    if (x) x = 2; x = 3;\n    else x = 4;\n    return 0;\n}\n",
         "3:5: warning: this 'if' clause does not guard... [-Wmisleading-indentation]\n"
         "3:19: note: ...this statement, but the latter is misleadingly indented as if it were guarded by the "
         "'if'\n"
         "4:5: error: 'else' without an 'if' just before it (is a '{' or '}' missing, or a ';' too many?)"},
        {"int main(void) { int a b; return 0; }\n",
         "1:23: error: expected ';' after the declaration"},
        {"int main(void) { int for = 1; return 0; }\n",
         "1:22: error: expected a name in the declaration, found 'for'"},
        {"int main(void) { return 1 +; }\n",
         "1:28: error: expected an expression, found ';'"},
    });
}

TEST_CASE("a misspelt name is told what it may have been") {
    check({
        {"int main(void) {\n    int counter = 0;\n    return conter;\n}\n",
         "3:12: error: use of undeclared identifier 'conter'; did you mean 'counter'?"},
        {"struct point { int x, y; };\nint main(void) { struct point p = {1, 2}; return p.xx; }\n",
         "2:52: error: 'struct point' has no member 'xx'"},
        {"struct s { int length; };\nint main(void) { struct s p = {.lenght = 1}; return p.length; }\n",
         "2:33: error: 'struct s' has no member 'lenght'; did you mean 'length'?"},
        {"int main(void) {\n    goto dnoe;\ndone:\n    return 0;\n}\n",
         "2:10: error: the label 'dnoe' is not defined in this function; did you mean 'done'?"},
        {"int main(void) { itn x = 0; return x; }\n",
         "1:18: error: unknown type name 'itn'; did you mean 'int'?"},
        {"strct point { int x; };\nint main(void) { return 0; }\n",
         "1:1: error: unknown type name 'strct'; did you mean 'struct'?"},
        {"struct point { int x; };\nint main(void) { point p; return 0; }\n",
         "2:18: error: unknown type name 'point': write 'struct point'"},
        {"int main(void) { retrun 0; }\n",
         "1:18: error: unknown word 'retrun'; did you mean 'return'?"},
        {"int main(void) {\n    int x = 1;\n    whlie (x) { x--; }\n    return 0;\n}\n",
         "3:5: error: unknown word 'whlie'; did you mean 'while'?"},
        {"int main(void) {\n    int x = 1;\n    if (x) x = 2;\n    elseif (x) x = 3;\n    return 0;\n}\n",
         "4:5: error: 'elseif' is no word of C: write 'else if'"},
        {"#define LIMIT 3\nint main(void) { return LIMTI; }\n",
         "2:25: error: use of undeclared identifier 'LIMTI'; did you mean 'LIMIT'?"},
        {"#include <stdio.h>\nint main(void) { prinft(\"x\"); return 0; }\n",
         "2:18: warning: implicit declaration of function 'prinft'; did you mean 'printf'? "
         "[-Wimplicit-function-declaration]\n"
         "2:18: error: 'prinft' is used, but it is defined neither in this program nor in ipclab's C library"},
    });
}

TEST_CASE("what a header declares is told its header") {
    check({
        {"int main(void) { return O_RDONLY; }\n",
         "1:25: error: use of undeclared identifier 'O_RDONLY'; it needs #include <fcntl.h>"},
        {"int main(void) { return EXIT_FAILURE; }\n",
         "1:25: error: use of undeclared identifier 'EXIT_FAILURE'; it needs #include <stdlib.h>"},
        {"int main(void) { return errno; }\n",
         "1:25: error: use of undeclared identifier 'errno'; it needs #include <errno.h>"},
        {"int main(void) { return SIGINT; }\n",
         "1:25: error: use of undeclared identifier 'SIGINT'; it needs #include <signal.h>"},
        {"int main(void) { pid_t p; return 0; }\n",
         "1:18: error: unknown type name 'pid_t': #include <sys/types.h>"},
        {"int main(void) { uint32_t x; return 0; }\n",
         "1:18: error: unknown type name 'uint32_t': #include <stdint.h>"},
        {"int main(void) { pipe(0); return 0; }\n",
         "1:18: warning: implicit declaration of function 'pipe': #include <unistd.h> "
         "[-Wimplicit-function-declaration]"},
        {"int main(void) { char *p = malloc(10); return p == 0; }\n",
         "1:28: warning: implicit declaration of function 'malloc': #include <stdlib.h> "
         "[-Wimplicit-function-declaration]"},
        {"int main(void) { fork(); wait(0); return 0; }\n",
         "1:18: warning: implicit declaration of function 'fork': #include <unistd.h> "
         "[-Wimplicit-function-declaration]\n"
         "1:26: warning: implicit declaration of function 'wait': #include <sys/wait.h> "
         "[-Wimplicit-function-declaration]"},
        {"int main(void) { bool b = 1; return b; }\n",
         "1:18: error: unknown type name 'bool': #include <stdbool.h>"},
    });
}

TEST_CASE("a call is held against the declaration") {
    check({
        {"int add(int a, int b) { return a + b; }\nint main(void) { return add(1); }\n",
         "2:30: error: too few arguments to 'add': it takes 2, and 1 is given\n1:5: note: it is declared here"},
        {"int add(int a, int b) { return a + b; }\nint main(void) { return add(1, 2, 3); }\n",
         "2:35: error: too many arguments to 'add': it takes 2, and 3 are given\n1:5: note: it is declared here"},
        {"int none(void) { return 0; }\nint main(void) { return none(1); }\n",
         "2:30: error: too many arguments to 'none': it takes 0, and 1 is given\n1:5: note: it is declared here"},
        {"int first(int a, ...) { return a; }\nint main(void) { return first(); }\n",
         "2:31: error: too few arguments to 'first': it takes at least 1, and 0 are given\n"
         "1:5: note: it is declared here"},
        {"struct s { int x; };\nint f(struct s v) { return v.x; }\nint main(void) { return f(1); }\n",
         "3:27: error: argument 1 of 'f': 'int' cannot be converted to 'struct s'"},
        {"int f(int *p) { return *p; }\nint main(void) { return f(1); }\n",
         "2:27: warning: argument 1 of 'f' makes a pointer from an integer without a cast [-Wint-conversion]"},
        {"int f(int *p) { return *p; }\nint main(void) { double d = 1; return f(&d); }\n",
         "2:41: warning: argument 1 of 'f' has incompatible pointer types: 'int *' from 'double *' "
         "[-Wincompatible-pointer-types]"},
        {"int main(void) { int x = 0; x(); return 0; }\n",
         "1:29: error: 'x' is called like a function, but is of type 'int'"},
        {"void f(void) { }\nint main(void) { int x = f(); return x; }\n",
         "2:26: error: initialisation: 'void' cannot be converted to 'int'"},
    });
}

TEST_CASE("only what has a place and is not const can be assigned to") {
    check({
        {"int main(void) { const int x = 1; x = 2; return x; }\n",
         "1:37: error: '=' cannot change a const object of type 'const int'"},
        {"int main(void) { const char *s = \"a\"; *s = 'b'; return 0; }\n",
         "1:42: error: '=' cannot change a const object of type 'const char'"},
        {"int main(void) { int x; 5 = x; return 0; }\n",
         "1:27: error: '=' needs an object on its left, and this is only a value"},
        {"int main(void) { int x = 1; x + 1 = 2; return 0; }\n",
         "1:35: error: '=' needs an object on its left, and this is only a value"},
        {"int main(void) { int a[2], b[2] = {1, 2}; a = b; return 0; }\n",
         "1:45: error: '=' cannot change 'int [2]' as a whole: copy the elements one by one, or with memcpy"},
        {"int main(void) { char name[4]; name = \"abc\"; return 0; }\n",
         "1:37: error: '=' cannot change 'char [4]' as a whole: copy the characters with strcpy"},
        {"struct s { const int x; };\nint main(void) { struct s a = {1}, b = {2}; a = b; return 0; }\n",
         "2:47: error: '=' cannot change a const object of type 'struct s'"},
        {"int main(void) { return &5 == 0; }\n",
         "1:25: error: '&' needs an object: this is only a value, which has no address"},
        {"struct s { int b : 3; };\nint main(void) { struct s v = {1}; return &v.b == 0; }\n",
         "2:43: error: a bit-field has no address"},
        {"int f(void) { return 1; }\nint main(void) { f()++; return 0; }\n",
         "2:21: error: '++' needs an object on its left, and this is only a value"},
    });
}

TEST_CASE("types that do not go together are named") {
    check({
        {"int main(void) { int x = 1; char *p = &x; return p == 0; }\n",
         "1:39: warning: initialisation has incompatible pointer types: 'char *' from 'int *' "
         "[-Wincompatible-pointer-types]"},
        {"int main(void) { int *p = 5; return p == 0; }\n",
         "1:27: warning: initialisation makes a pointer from an integer without a cast [-Wint-conversion]"},
        {"int main(void) { int *p = 0; int x = p; return x; }\n",
         "1:38: warning: initialisation makes an integer from a pointer without a cast [-Wint-conversion]"},
        {"struct a { int x; }; struct b { int x; };\n"
         "int main(void) { struct a v = {1}; struct b w; w = v; return 0; }\n",
         "2:50: error: assignment: 'struct a' cannot be converted to 'struct b'"},
        {"struct s { int x; } v, w;\nint main(void) { return v == w; }\n",
         "2:27: error: '==' cannot be applied to 'struct s' and 'struct s'"},
        {"struct s { int x; } v;\nint main(void) { if (v) return 1; return 0; }\n",
         "2:22: error: a condition must be a number or a pointer, not 'struct s'"},
        {"int main(void) { return 1.5 % 2; }\n",
         "1:29: error: '%' cannot be applied to 'double' and 'int'"},
        {"int main(void) { int *p = 0, *q = 0; return (p + q) != 0; }\n",
         "1:48: error: '+' cannot be applied to 'int *' and 'int *'"},
        {"int main(void) { int x = 1; return *x; }\n",
         "1:36: error: '*' needs a pointer, not 'int'"},
        {"struct s { int x; };\nint main(void) { struct s v = {1}, *p = &v; return p.x; }\n",
         "2:53: error: '.' on a pointer of type 'struct s *'; did you mean '->'?"},
        {"struct s { int x; };\nint main(void) { struct s v = {1}; return v->x; }\n",
         "2:44: error: '->' on a value of type 'struct s', which is no pointer; did you mean '.'?"},
        {"int main(void) { int i = 1; return i.x; }\n",
         "1:37: error: '.' needs a structure or union, not 'int'"},
        {"int main(void) { int i = 1; return i[0]; }\n",
         "1:37: error: '[]' needs an array or a pointer, not 'int'"},
        {"int main(void) { void v; return 0; }\n",
         "1:23: error: the variable 'v' cannot have the type 'void'"},
        {"struct s;\nint main(void) { struct s v; return 0; }\n",
         "2:27: error: 'v' has the incomplete type 'struct s': its members are not known here"},
        {"int main(void) { return sizeof(struct unknown); }\n",
         "1:25: error: the size of 'struct unknown' is not known here: the type is incomplete"},
        {"int main(void) { switch (1.5) { } return 0; }\n",
         "1:26: error: 'switch' needs an integer, not 'double'"},
        {"int main(int argc, char **argv) { return argc > 1 && argv[1] == \"x\"; }\n",
         "1:62: warning: '==' compares addresses, not characters: use strcmp [-Waddress]"},
    });
}

TEST_CASE("what is there already is not declared again") {
    check({
        {"int main(void) { int a = 1; int a = 2; return a; }\n",
         "1:33: error: 'a' is declared already in this scope\n1:22: note: it was declared here before"},
        {"int f(int a, int a) { return a; }\nint main(void) { return f(1, 2); }\n",
         "1:18: error: 'a' is declared already in this scope\n1:11: note: it was declared here before"},
        {"int x;\nfloat x;\nint main(void) { return 0; }\n",
         "2:7: error: conflicting declarations of 'x': 'float x' here, 'int x' before\n"
         "1:5: note: it was declared here before"},
        {"int f(int);\nint f(double x) { return 0; }\nint main(void) { return 0; }\n",
         "2:5: error: conflicting declarations of 'f': 'int f(double)' here, 'int f(int)' before\n"
         "1:5: note: it was declared here before"},
        {"int f(void) { return 0; }\nint f(void) { return 1; }\nint main(void) { return 0; }\n",
         "2:5: error: the function 'f' is defined twice\n1:5: note: it was declared here before"},
        {"struct s { int a; int a; };\nint main(void) { return 0; }\n",
         "1:23: error: there is a member 'a' already\n1:16: note: it was declared here before"},
        {"struct s { int a; };\nstruct s { int b; };\nint main(void) { return 0; }\n",
         "2:8: error: 'struct s' is defined twice\n1:8: note: it was declared here before"},
        {"enum { A, B, A };\nint main(void) { return 0; }\n",
         "1:14: error: 'A' is declared already in this scope\n1:8: note: it was declared here before"},
        {"int main(void) { switch (1) { case 1: case 2: case 1: return 0; } return 1; }\n",
         "1:47: error: duplicate case value 1\n1:31: note: it was used here before"},
        {"int main(void) { switch (1) { default: case 2: default: return 0; } return 1; }\n",
         "1:48: error: this 'switch' has a 'default' already"},
        {"int main(void) {\nx:\nx:\n    return 0;\n}\n",
         "3:1: error: the label 'x' is defined twice\n2:1: note: it was declared here before"},
        {"typedef int t; typedef long t;\nint main(void) { return 0; }\n",
         "1:29: error: the type 't' is declared again as another: 'long' here, 'int' before\n"
         "1:13: note: it was declared here before"},
    });
}

TEST_CASE("statements stand where they mean something") {
    check({
        {"int main(void) { break; return 0; }\n",
         "1:18: error: 'break' outside of a loop or 'switch'"},
        {"int main(void) { continue; return 0; }\n",
         "1:18: error: 'continue' outside of a loop"},
        {"int main(void) { case 1: return 0; }\n",
         "1:18: error: 'case' outside of a 'switch'"},
        {"return 0;\n",
         "1:1: error: 'return' outside of a function (is there a '}' too many before?)"},
        {"int main(void) { goto nowhere; }\n",
         "1:23: error: the label 'nowhere' is not defined in this function"},
        {"int f(int n) { goto in; { int a[n]; { in: return a[0]; } } }\nint main(void) { return f(1); }\n",
         "1:16: error: this 'goto' jumps past the declaration of a variable-length array"},
        {"int f(int n) { { goto on; } int a[n]; on: return a[0]; }\nint main(void) { return f(1); }\n",
         "1:18: error: this 'goto' jumps past the declaration of a variable-length array"},
        {"int f(int n) { switch (n) { int a[n]; case 1: return a[0]; } return 0; }\nint main(void) { return f(1); }\n",
         "1:39: error: to here the 'switch' jumps past the declaration of a variable-length array"},
        {"int main(void) { goto in; return 1 + ({ in: 2; }); }\n",
         "1:18: error: this 'goto' jumps into a statement expression"},
        {"int f(int n) { int a[n]; again: a[0] = n--; { if (n) goto again; } return a[0]; }\n"
         "int main(void) { return f(3); }\n",
         ""},
        {"int f(int n) { goto in; { int a[n]; in: return a[0]; } }\nint main(void) { return f(1); }\n",
         "1:16: error: this 'goto' jumps past the declaration of a variable-length array"},
        {"struct s { struct s inner; };\nint main(void) { return 0; }\n",
         "1:21: error: the member 'inner' has the incomplete type 'struct s'\n"
         "1:8: note: a structure cannot contain itself: use a pointer"},
        {"int main(void) { int a[-1]; return 0; }\n",
         "1:24: error: the length of an array cannot be negative (-1)"},
        {"int main(void) { int b[]; return 0; }\n",
         "1:22: error: the array 'b' needs a length or an initialiser"},
        {"int n = 3; int b[n];\nint main(void) { return 0; }\n",
         "1:18: error: the length of this array must be a constant (in C a 'const' variable is none: use "
         "#define or enum)"},
        {"int n = 3; int m = n;\nint main(void) { return 0; }\n",
         "1:20: error: the initialiser of a static object must be a constant, and 'n' is a variable"},
        {"_Static_assert(sizeof(int) == 8, \"int has 8 bytes\");\nint main(void) { return 0; }\n",
         "1:1: error: the static assertion does not hold: int has 8 bytes"},
    });
}

TEST_CASE("numbers and characters that are none") {
    check({
        {"int main(void) { return 09; }\n",
         "1:25: error: invalid digit '9' in octal constant"},
        {"int main(void) { return 0x; }\n",
         "1:25: error: invalid suffix 'x' on integer constant"},
        {"int main(void) { return 12abc; }\n",
         "1:25: error: invalid suffix 'abc' on integer constant"},
        {"int main(void) { return 0b12; }\n",
         "1:25: error: invalid suffix '2' on integer constant"},
        {"double d = 1.5.2;\nint main(void) { return 0; }\n",
         "1:12: error: invalid suffix '.2' on floating constant"},
        {"double d = 1e;\nint main(void) { return 0; }\n",
         "1:12: error: invalid suffix 'e' on floating constant"},
        {"unsigned long n = 99999999999999999999;\nint main(void) { return 0; }\n",
         "1:19: error: integer constant is too large for its type"},
        {"int main(void) { return ''; }\n",
         "1:25: error: empty character constant"},
        {"int main(void) { return 'ab'; }\n",
         "1:25: warning: a character constant of several characters: did you mean \"...\"? [-Wmultichar]"},
        {"int main(void) { return '\\q'; }\n",
         "1:25: warning: unknown escape sequence '\\q'"},
        {"int main(void) { return 3x; }\n",
         "1:25: error: invalid suffix 'x' on integer constant"},
    });
}

TEST_CASE("what gcc -Wall warns about") {
    check({
        {"#include <stdio.h>\nint main(void) { long l = 1; printf(\"%d\\n\", l); return 0; }\n",
         "2:45: warning: '%d' expects an argument of type 'int', but argument 2 has type 'long'; use '%ld' "
         "[-Wformat]"},
        {"#include <stdio.h>\nint main(void) { printf(\"%s\\n\", 5); return 0; }\n",
         "2:33: warning: '%s' expects an argument of type 'char *', but argument 2 has type 'int'; use '%d' "
         "[-Wformat]"},
        {"#include <stdio.h>\nint main(void) { printf(\"%d %d\\n\", 1); return 0; }\n",
         "2:25: warning: '%d' has no argument: it expects one of type 'int' [-Wformat]"},
        {"#include <stdio.h>\nint main(void) { printf(\"%d\\n\", 1, 2); return 0; }\n",
         "2:36: warning: more arguments than the format has conversions [-Wformat-extra-args]"},
        {"#include <stdio.h>\nint main(void) { printf(\"%q\\n\", 1); return 0; }\n",
         "2:25: warning: unknown conversion '%q' in the format [-Wformat]"},
        {"#include <stdio.h>\nint main(void) { int i; scanf(\"%d\", i); return 0; }\n",
         "2:37: warning: '%d' expects an argument of type 'int *', but argument 2 has type 'int'; it needs an "
         "address: '&' [-Wformat]\n"
         "2:37: warning: 'i' is used uninitialized [-Wuninitialized]"},
        {"int f(int x) { if (x) return 1; }\nint main(void) { return f(1); }\n",
         "1:33: warning: control reaches end of non-void function [-Wreturn-type]"},
        {"void f(void) { return 1; }\nint main(void) { f(); return 0; }\n",
         "1:23: warning: a function of type void returns a value [-Wreturn-type]"},
        {"int f(void) { return; }\nint main(void) { return f(); }\n",
         "1:15: warning: 'return' without a value in a function of type 'int' [-Wreturn-type]"},
        {"int main(void) { int x = 1; if (x = 2) return 1; return 0; }\n",
         "1:33: warning: suggest parentheses around assignment used as truth value; did you mean "
         "'=='? [-Wparentheses]"},
        {"int main(void) { int x = 1; x == 2; return x; }\n",
         "1:29: warning: the result of '==' is not used; did you mean '='? [-Wunused-value]"},
        {"int main(void) { int x, y = 1; return x + y; }\n",
         "1:39: warning: 'x' is used uninitialized [-Wuninitialized]"},
        {"void main(void) { }\n",
         "1:6: warning: 'main' should return 'int' [-Wmain]"},
        {"f(x) { return x; }\nint main(void) { return f(1); }\n",
         "1:1: warning: return type defaults to 'int' [-Wimplicit-int]\n"
         "1:3: warning: type of 'x' defaults to 'int' [-Wimplicit-int]"},
    });
}

TEST_CASE("what ipclab does not support is refused by its name") {
    check({
        {"int main(void) { asm(\"nop\"); return 0; }\n",
         "1:18: error: ipclab does not support inline assembler"},
        {"int main(void) { _Complex double z; return 0; }\n",
         "1:18: error: ipclab does not support complex numbers"},
        {"int main(void) { void *p = &&here;\nhere:\n    return p != 0; }\n",
         "1:28: error: ipclab does not support addresses of labels"},
        {"int main(void) {\n    int inner(int x) { return x; }\n    return inner(1);\n}\n",
         "2:9: error: ipclab does not support functions inside functions"},
        {"int main(void) { __int128 x = 1; return x; }\n",
         "1:18: error: ipclab does not support __int128: the widest integer has 64 bits"},
        {"_Atomic long double x;\nint main(void) { return 0; }\n",
         "1:1: error: ipclab does not support atomic structures, unions and long doubles"},
        {"int main(void) { __label__ a; a: return 0; }\n",
         "1:18: error: ipclab does not support labels that are declared with __label__"},
        {"int main(void) { return L\"wide\"[0]; }\n",
         "1:25: error: ipclab does not support wide strings"},
        {"typedef int v4 __attribute__((vector_size(16)));\nint main(void) { return 0; }\n",
         "1:31: error: ipclab does not support the attribute 'vector_size'"},
        {"int main(void) { return __builtin_ia32_pause(), 0; }\n",
         "1:25: error: ipclab does not support the builtin '__builtin_ia32_pause'"},
    });
}

TEST_CASE(
    "a const variable is a constant only where gcc takes it for one: in static initialisers, if its value is "
    "known") {
    const auto in_main = [](const std::string& before) {
        return before + "\nint main(void) { return 0; }\n";
    };
    check({
        {in_main("extern const int e;\nint y = e;"),
         "2:9: error: the initialiser of a static object must be a constant, and 'e' is a variable"},
        {in_main("volatile const int v = 3;\nint y = v;"),
         "2:9: error: the initialiser of a static object must be a constant, and 'v' is a variable"},
        {in_main("const int row[3] = {1};\nint y = row[1];"),
         "2:9: error: the initialiser of a static object must be a constant"},
        {in_main("const int n = 3;\nconst int* p = &n;\nint y = *p;"),
         "3:9: error: the initialiser of a static object must be a constant"},
        {in_main("int f(const int k) {\n    static int s = k;\n    return s;\n}"),
         "2:20: error: the initialiser of a static object must be a constant, and 'k' is a variable"},
        {in_main("int f(int k) {\n    const int l = k;\n    static int s = l;\n    return s;\n}"),
         "3:20: error: the initialiser of a static object must be a constant, and 'l' is a variable"},
        {in_main("const int n = 3;\nint z[] = {[n] = 1};"),
         "2:13: error: an array index must be an integer constant expression: 'n' is a variable even though "
         "it is const; use an "
         "enumeration constant or #define"},
    });
}

TEST_CASE("_Pragma takes one string") {
    check({
        {"_Pragma(once)\nint main(void) { return 0; }\n",
         "1:1: error: _Pragma expects a string in parentheses"},
        {"_Pragma(\"message(\\\"x\\\")\")\nint main(void) { return 0; }\n", ""},
    });
}

TEST_CASE("a thread-local variable is static, extern or global, and so in all its declarations") {
    check({
        {"int f(void) { _Thread_local int x = 1; return x; }\nint main(void) { return f(); }\n",
         "1:33: error: 'x' is thread-local: in a function it must be 'static' or 'extern', too"},
        {"extern int x;\n_Thread_local int x;\nint main(void) { return x; }\n",
         "2:19: error: 'x' is thread-local here, but was not before\n1:12: note: it was declared here before"},
        {"_Thread_local int f(void) { return 1; }\nint main(void) { return f(); }\n",
         "1:19: error: 'f' is no variable: it cannot be thread-local"},
        {"_Thread_local int x;\nint *p = &x;\nint main(void) { return *p; }\n",
         "2:10: error: the initialiser of a static object must be a constant"},
    });
}
