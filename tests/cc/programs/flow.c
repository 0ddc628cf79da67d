// switch, goto, loops and variable-length arrays in odd places.
#include <stdio.h>
#include <string.h>

static int classify(long x) {
    switch (x) {
        case -5 ... -1: return 1;
        case 0: return 2;
        default: return 0;
        case 1: case 2: return 3;
        case 100 ... 200: return 4;
        case 1L << 40: return 5;
        case -(1L << 40): return 6;
    }
}
static int by_char(char c) {
    switch (c) { case 'a': return 1; case (char)200: return 2; case '\n': return 3; }
    return 0;
}
static int by_unsigned(unsigned u) {
    switch (u) { case 0xffffffff: return 1; case 0x80000000: return 2; case 5: return 3; case 6: return 4; case 7: return 5; case 8 ... 2000000000: return 6; }
    return 0;
}
static int only_default(int x) { switch (x) default: x++; return x; }
static int duff(char *to, const char *from, int count) {
    int n = (count + 3) / 4, rounds = 0;
    switch (count % 4) {
        case 0: do { rounds++; *to++ = *from++;
        case 3:      *to++ = *from++;
        case 2:      *to++ = *from++;
        case 1:      *to++ = *from++;
                } while (--n > 0);
    }
    return rounds;
}
static int nested(int a, int b) {
    int r = 0;
    for (;;) {
        switch (a) {
            case 0: switch (b) { case 0: r += 1; break; case 1: r += 2; goto out; default: break; } break;
            case 1: for (int i = 0; ; i++) { if (i == b) break; if (i > 3) goto out; continue; } r += 10;
            case 2: r += 100; a = 0; continue;
            default: return -1;
        }
        r += 1000;
        break;
    }
out:
    return r;
}
static int into_block(int x) {
    int r = 0;
    if (x > 0) goto inside;
    { int local = 5; r += local; inside: local = 7; r += local; }
    while (0) { again: r += 100; }
    if (r < 300) goto again;
    return r;
}
static int arrays(int n) {
    int total = 0, rounds = 0;
again:;
    int a[n], i;
    for (i = 0; i < n; i++) a[i] = i;
    for (int m = 1; m <= 3; m++) {
        char text[m][n];
        memset(text, m, sizeof text);
        total += sizeof text + text[m - 1][n - 1];
        if (m == 2) continue;
        int (*rows)[n] = &a, *last = rows[0] + n - 1;
        total += *last + (int)sizeof *rows;
    }
    if (++rounds < 3) { n++; goto again; }
    return total;
}
static int sum_rows(int r, int c, int m[r][c], int (*p)[c]) {
    int s = 0;
    for (int i = 0; i < r; i++) for (int j = 0; j < c; j++) s += m[i][j] * (int)(&m[i][j] - *p);
    return s + (int)(p + r - m) + (int)sizeof *m;
}
static int size_effect(int n) { int k = n; int a[k++]; typedef char row[k]; k = 100; row r; return sizeof a + sizeof r + sizeof(int[n++]) + n; }
static int loops(void) {
    int i = 0, n = 0;
    do if (i == 3) continue; else n += i; while (++i < 6);
    for (i = 10; i --> 0;) if (i & 1) continue; else n += i;
    for (int i = 0, j = 10; i < j; i += 2, j--) { int i = 5; n += i; }
    while (i++ < 5) for (;;) { if (i % 2) break; goto next; next: break; }
    for (;;) break;
    do ; while (0);
    if (n) ; else n = 1;
    return n * 100 + i;
}
static int jump_over(int x) {
    if (x) goto skip;
    int *p = (int[]){1, 2, 3};
    return p[1];
skip:
    return ({ int y = x; if (y > 5) goto big; y * 2; });
big:
    return -x;
}
int main(void) {
    long tests[] = {-6, -5, -1, 0, 1, 2, 3, 99, 100, 200, 201, 1L << 40, -(1L << 40), (1L << 40) + 1, (1L << 32)};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) printf("%d", classify(tests[i]));
    printf(" %d%d%d%d", by_char('a'), by_char((char)200), by_char('\n'), by_char('z'));
    printf(" %d%d%d%d%d%d", by_unsigned(-1), by_unsigned(1u << 31), by_unsigned(5), by_unsigned(9), by_unsigned(4000000001u), by_unsigned(4));
    printf(" %d\n", only_default(3));
    char to[16] = "";
    for (int n = 1; n < 9; n++) printf("%d %s ", duff(to, "abcdefgh", n), to);
    printf("\n");
    for (int a = 0; a < 4; a++) for (int b = 0; b < 6; b += 1) printf("%d ", nested(a, b));
    printf("\n%d %d %d\n", into_block(0), into_block(1), arrays(4));
    int m[3][4];
    for (int i = 0; i < 12; i++) m[i / 4][i % 4] = i;
    printf("%d %d %d %d %d %d\n", sum_rows(3, 4, m, m), size_effect(3), loops(), jump_over(0), jump_over(3), jump_over(9));
    switch (3) { int hidden; case 3: hidden = 4; printf("%d\n", hidden); }
    switch (1) ;
    switch (2) { }
    int x = 5;
    switch (x++) { case 5: switch (x) { case 6: x = 9; } case 7: x++; break; case 6: x = 0; }
    printf("%d\n", x);
    return 0;
}
