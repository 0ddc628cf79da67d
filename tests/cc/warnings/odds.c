// Conditions, layout, calls, initialisers, constant places.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct s {
    int a, b;
    char c[4];
};
struct t {
    struct s x;
    int y;
};
struct s zero = {0}, first = {1}, named = {.a = 1}, full = {1, 2, "a"}, zeroes = {0, 0}, empty = {};
struct s several[] = {
    {1, 2, "a"}, {3}, {0}, {.b = 2},
};
struct t inner = {{1}, 2}, all_zero = {{0}}, mixed = {{0}, 1};
struct flexible {
    int n;
    int rest[];
} flexible = {1};

int *local(void) { int x = 3; return &x; }
char *local_array(void) { char b[10]; b[0] = 1; return b; }
char *inside(void) { char b[10]; b[0] = 1; return b + 1; }
int *in_record(void) { struct s r = {1, 2, "a"}; return &r.b; }
int *persistent(void) { static int x; return &x; }
const int qualified(void) { return 1; }

int conditions(int a, int b, int c) {
    if (a = b) return 1;
    while (a = b) c++;
    if ((a = b)) return 2;
    for (; a = b;) c++;
    if (a & b == c) return 3;
    if (a == 1 || b == 2 && c == 3) return 1;
    if (a < b < c) return 3;
    return a << 1 + b;
}

int layout(int a, int b, int c) {
    if (a);
    if (a)
        ;
    else
        ;
    while (a) a--;
    if (a)
        if (b) c = 1;
        else c = 2;
    if (a)
        b = 1;
        c = 3;
    for (a = 0; a < 1; a++)
        b++;
        c++;
    if (a) b = 1; c = 2;
    if (a) {
    } else ;
    do ; while (a--);
    if (a)
        b = 3;
    else
        b = 4;
        c = 5;
    while (c > 9)
	c--;
    return b + c;
}

void calls(char *p, char *q, int n) {
    memset(p, 10, 0);
    memset(p, 0, 0);
    strncpy(p, q, sizeof p);
    memcpy(p, q, sizeof(p));
    snprintf(p, sizeof p, "a");
    bzero(p, sizeof p);
    char own[10];
    strncpy(own, q, sizeof own);
    memset(own, 0, sizeof own);
    memcpy(&p, &q, sizeof p);
    printf("");
    printf("%d\n");
    printf("%s\n", n);
    printf("%d\n", 1, 2);
}

int places(int a, const int *v) {
    int array[4] = {1};
    array[4] = 1;
    array[-1] = 2;
    a += array[5];
    char letter = 'a';
    a += v[letter];
    a += &array[4] - array;
    a = a / 0;
    a %= 0;
    enum { one, two, three } e = one;
    switch (e) {
        case one: break;
        case three: break;
    }
    switch (e) {
        case one: break;
        default: break;
    }
    printf("%p\n", (void *)array);
    return a + array[3];
}

char narrow = -129;
unsigned char wraps = 300, all_ones = -1, least = -128, below = -129;
char high = 200, hex = 0xff, letter = '\xff';
int large = 0x100000000, unsigned_bits = 0xffffffff, from_long = 2147483648;
unsigned from_negative = -1L;
short too_short = 70000;
int take(int a, int b);
int byte2(char c);
int unsequenced(int i, int *a, int **p) {
    i = i++;
    i = ++i + 1;
    a[i] = i++;
    a[i++] = i;
    i = i + a[i++];
    take(i++, i++);
    take(i, i++);
    take(take(i++, 1), 2);
    i = i + 1;
    i += i;
    i = (i++, i);
    i = i ? i++ : 2;
    a[i] = a[i + 1];
    *a++ = *a;
    **p = i++;
    int j = i++ + i++;
    a = a + (*a)++;
    i = take(i++, 2);
    j = (i = 3) + i;
    for (i = 0, j = 0; i < 3; i++, j++) a[i] = j;
    return j++ + i++;
}
int narrowed(char c) {
    int big = 1 << 31;
    big += 2147483647 + 1;
    big += 100000 * 100000;
    unsigned fine = 0u - 1;
    c = 300;
    return big + take(fine, 1000) + byte2(1000) + (int)fine + (char)300 + c;
}
unsigned char byte(void) { return 256; }
f(x) { return x; }
static counter;
int old(a, b) int b; { return a + b + counter; }
int calls_unknown(void) { return unknown(1); }

void conversions(const char *c, unsigned char *u, int i, void *v) {
    char *s = "a";
    s = c;
    u = s;
    s = i;
    i = v;
    double *d = &i;
    printf("%p%p%d%p\n", (void *)s, (void *)u, i, (void *)d);
}
