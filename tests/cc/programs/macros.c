// The preprocessor: operators, recursion, variadic macros, conditions, lines.
#include <stdio.h>
#define STR_(x) #x
#define STR(x) STR_(x)
#define SHOW(...) puts(STR((__VA_ARGS__)))
#define CAT(a, b) a##b
#define XCAT(a, b) CAT(a, b)
#define EMPTY
#define ID(x) x
#define F(x) x + f(x)
#define f(x) F(x) * 2
#define self self + 1
#define LOG(fmt, ...) printf(fmt "\n", ##__VA_ARGS__)
#define NAMED(args...) printf(args)
#define COUNT_(a, b, c, d, n, ...) n
#define COUNT(...) COUNT_(__VA_ARGS__, 4, 3, 2, 1)
#define LPAREN (
#define CALL ID LPAREN 5 )
#define g(x, y) [x|y]
#define h g(
#define xstr(s) str(s)
#define str(s) # s
#define hash_hash # ## #
#define t(x,y,z) x ## y ## z
#define OBJ (1 - 1)
#define FUNC(a) ( a )
#define LIST X(one) X(two) X(three)
#define X(name) name,
enum { LIST last_name };
#undef X
#define X(name) #name,
static const char *names[] = {LIST};
#undef X
#if defined(STR) && !defined(NOPE) && defined F
#define A 1
#else
#error wrong
#endif
#if (1 ? 2 : 1/0) == 2 && (0 && 1/0) == 0 && -1 > 0u && 1 << 4 == 16 && 'a' == 97 && '\377' < 0 && 0x7fffffffffffffff > 0
#define B 1
#elif 1
#error wrong
#endif
#if undefined_name == 0 && undefined_name + 1 && (2 || 1 / 0) && ~0 == -1 && 5 % 3 == 2
#define C 1
#endif
#if 0
# if 1
  an 'unterminated thing
# else
#  error not here
# endif
#elif A == 2
#elif A == 1
# define D XCAT(A, B)
#elif 1 / 0
#else
# error
#endif
#ifdef NOPE
#elif defined A
#define E 1
#endif
#ifndef A
#error
#else
# /* the null directive */
#
#endif
#ifdef __has_include
# if __has_include(<stdio.h>) && !__has_include("no_such.h")
#  define HAS 1
# endif
#endif
#pragma unknown thing
#define LONG_ONE a\
b
int continu\
ed = 4;
#define G_VARIADIC(first, ...) STR(first) "|" #__VA_ARGS__ "|"
int main(void) {
    SHOW(f(1));
    SHOW(f(f)(2));
    SHOW(self);
    SHOW(F(F(y)));
    SHOW(CAT(a, 1) XCAT(STR_, 2) CAT(, x) CAT(x, ) CAT(<, <=) CAT(1e, +5));
    SHOW(g(x, y) g(, ) g((1, 2), {3));
    SHOW(CALL ID ID (3) ID(ID)(4) ID EMPTY (5));
    SHOW(t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,));
    puts(STR_(  spaced   "a\n\"b"   'c' '\n'  ));
    puts(str() "|" str( ) "|" str(a  /* comment */  b) "|" xstr(hash_hash) "|" STR(LONG_ONE));
    LOG("none"); LOG("%d", 1); LOG("%d %s", 1, "two");
    NAMED("%d\n", COUNT(a) + COUNT(a, b) * 10 + COUNT(a, b, c) * 100);
    printf("%d %d %d %d %d %d %d %d\n", A, B, C, D, E, HAS, OBJ, FUNC(3));
    for (int i = 0; i < last_name; i++) printf("%s ", names[i]);
    printf("%d %d %s\n", two, continued, __func__);
    puts(G_VARIADIC(A) G_VARIADIC(A, B) G_VARIADIC(A, B,C ,  D ));
    printf("%d", __LINE__); printf(" %s\n", __FILE__ + sizeof __FILE__ - 9);
#line 500 "other.c"
    printf("%d %s\n", __LINE__, __FILE__);
    printf("%d %d\n", __COUNTER__, __COUNTER__);
    puts("adjacent " "strings" " \x41" "1 \101\0hidden");
    int digraphs<:2:> = <%1, 2%>; printf("%d\n", digraphs<:1:>);
    printf("%d\n", ID(
        1 +
#if 1
        2
#else
        3
#endif
        ));
    /* a // b */ printf("%d\n", 6 //* not a comment start
        / 2);
    return 0;
}
