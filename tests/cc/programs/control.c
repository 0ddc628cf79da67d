// Every statement (C11 6.8), with the ways in and out of loops and switches.
#include <stdio.h>

static int classify(long n) {
    switch (n) {
        case -5: return 1;
        case 0:
        case 1: return 2;
        case 2 ... 9: return 3;
        case 1000: return 4;
        case 100000: return 5;
        case 5000000000: return 6;
        case 17: return 7;
        case 33: return 8;
        default: return 9;
    }
}

static int duff(char *to, const char *from, int count) {
    int n = (count + 3) / 4;
    switch (count % 4) {
        case 0: do { *to++ = *from++;
        case 3:      *to++ = *from++;
        case 2:      *to++ = *from++;
        case 1:      *to++ = *from++;
                } while (--n > 0);
    }
    return count;
}

static int unsigned_switch(unsigned u) {
    switch (u) {
        case 4294967295u: return 1;
        case 0x80000000u: return 2;
        case 5: return 3;
        case 6: return 4;
        case 7: return 5;
        case 8: return 6;
    }
    return 0;
}

int main(void) {
    long values[] = {-5, 0, 1, 2, 9, 10, 17, 33, 1000, 100000, 5000000000, -1};
    for (unsigned k = 0; k < sizeof values / sizeof *values; k++) printf("%d ", classify(values[k]));
    printf("\n");
    char to[8] = {0};
    duff(to, "abcdefg", 7);
    printf("%s\n", to);
    printf("%d %d %d %d\n", unsigned_switch(-1), unsigned_switch(0x80000000u), unsigned_switch(7), unsigned_switch(9));
    int i = 0, sum = 0;
    while (1) {
        if (i == 10) break;
        if (i++ % 2) continue;
        sum += i;
    }
    printf("%d %d\n", i, sum);
    do sum--; while (sum > 20);
    printf("%d\n", sum);
    for (int a = 0, c = 10; a < c; a++, c--) {
        for (;;) {
            if (a & 1) goto next;
            printf("%d-%d ", a, c);
            break;
        }
    next:;
    }
    printf("\n");
again:
    if (sum++ < 25) goto again;
    printf("%d\n", sum);
    if (sum) ; else printf("no\n");
    for (i = 0; i < 3; i++) {
        switch (i) {
            case 1: continue;
        }
        printf("<%d>", i);
    }
    printf("\n");
    int a = 1, c = 0;
    printf("%d %d %d %d\n", a && c, a || c, !a, !c);
    printf("%d\n", (c && (a = 7)) + a);
    printf("%d\n", a ? c ? 1 : 2 : 3);
    printf("%d\n", (a, c, 42));
    printf("%d %d\n", a ?: 5, c ?: 5);
    { int a = 99; { int a = 98; printf("%d ", a); } printf("%d ", a); }
    printf("%d\n", a);
    while (0) printf("never\n");
    do printf("once\n"); while (0);
    return sum;
}
