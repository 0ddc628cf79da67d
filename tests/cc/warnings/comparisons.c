// Signed with unsigned, always true, with itself, of strings.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

unsigned u;
int s;
unsigned char uc;
char ch;
size_t n;
long l;
unsigned short us;
short sh;
double d;
bool flag;
enum colour { red, green } colour;
struct { unsigned narrow : 3; int *p; } bits;

int signs(void) {
    return (u < s) +
           (s == 3u) +
           (uc < s) +
           (n > s) +
           (l < u) +
           (l < n) +
           (n == -1) +
           (u == -1) +
           (n < sizeof(int)) +
           (s < (int)sizeof(int)) +
           (s < sizeof(int)) +
           ((s & 7) < u) +
           ((s > 3) == u) +
           (us == s) +
           (u == (unsigned)s) +
           (s ? u : s) +
           (s ? u : 1) +
           (s ? u : -1) +
           (colour == s) +
           (strlen("a") > s) +
           (s % 4 == u) +
           (uc + 1 == u) +
           (u == 'a') +
           (u == ch) +
           (u == ~0) +
           ((unsigned char)s == u) +
           (abs(s) < u) +
           (s * s < u) +
           (us < sh) +
           (bits.narrow < u) +
           (s ? uc : 0u) +
           (s ? ch : 0u) +
           (flag < u);
}
int limits(void) {
    return (u < 0) +
           (u >= 0) +
           (uc < 0) +
           (uc == 300) +
           (ch == 200) +
           (u > 5) +
           (colour < 0) +
           (uc == -1) +
           (0 <= u) +
           (0 > u) +
           (n <= 0) +
           (sh > 40000) +
           (sh < 40) +
           (n < 0);
}
int same(int a, int b, int *p, int i) {
    return (a == a) +
           (a < a) +
           (b != b) +
           (a >= a) +
           (d == d) +
           (p[i] == p[i]) +
           (p[i] == p[i + 1]) +
           (bits.p == bits.p);
}
int strings(const char *p) {
    if (p == "abc") return 3;
    if ("abc" != p) return 3;
    return 0;
}
int negated(int a, int b) {
    if (!a == b) return 1;
    if (!(a == b)) return 2;
    if (!a == !b) return 3;
    if (!a < b) return 4;
    return 5;
}
