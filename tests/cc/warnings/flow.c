// Where control goes: missing returns, cases that run on, variables without a value.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int sometimes(int c) {
    if (c) return 1;
}
int breaks(int c) {
    while (1) {
        if (c) break;
    }
}
int never(void) {
    for (;;)
        ;
}
int all_cases(int c) {
    switch (c) {
        case 1: return 1;
        default: return 2;
    }
}
int some_cases(int c) {
    switch (c) {
        case 1: return 1;
        case 2: return 3;
    }
}
int exits(int c) {
    exit(c);
}
int once(int c) {
    do {
        return 1;
    } while (c);
}
int jumps(int c) {
again:
    if (c) return 1;
    goto again;
}
int either(int c) {
    if (c)
        exit(1);
    else
        return 4;
}
_Noreturn void stays(int c) {
    if (c) exit(1);
}
int falls(int c) {
    switch (c) {
        case 1:
            c = 2;
        case 2:
            c = 3; /* fall through */
        case 3:
            c++;
            break;
        case 5:;
        case 6:
            if (c)
                break;
            else
                c = 2;
        case 7: {
            c = 2;
        }
        case 8:
            if (c) return 2;
        case 9:
            exit(1);
        case 10:
            c = 4;
            __attribute__((fallthrough));
        case 11:
            c = 4;
            // FALLTHRU
        case 12:
            while (c > 3) c--;
        case 13:
        case 14:
            for (;;)
                if (c++ > 9) break;
        default:
            break;
    }
    return 3;
}

int at_once(void) {
    int x, y = 1;
    return x + y;
}
int through_a_pointer(void) {
    int *p;
    return *p;
}
int added_up(int n, const int *v) {
    int sum;
    do sum += *v++; while (--n); return sum;  // gcc names the last use
}
int in_a_branch(int c) {
    int x;
    if (c > 2) printf("%d\n", x);
    return 1;
}
int one_branch(int c) {
    int x;
    if (c > 3) x = getpid();
    return x;
}
int both_branches(int c) {
    int x;
    if (c)
        x = 1;
    else
        x = 2;
    return x;
}
int one_case(int c) {
    int x;
    switch (c) {
        case 1:
            x = 3;
            break;
        case 2:
            x = 4;
            break;
    }
    return x;
}
int by_scanf(void) {
    int x;
    if (scanf("%d", &x) != 1) return 0;
    return x;
}
int in_the_next_round(int n) {
    int last;
    for (int i = 0; i < n; i++) {
        if (i > 0) printf("%d\n", last);
        last = i;
    }
    return 0;
}
int correlated(int c) {
    int x;
    if (c) x = getpid();
    if (!c) return 0;
    return x;
}
static void usage(void) {
    puts("usage");
    exit(2);
}
int ended_by_a_function(int c) {
    int x;
    if (c == 1)
        x = 2;
    else
        usage();
    return x;
}
int while_true(int c) {
    int x;
    while (1) {
        if (c-- == 0) {
            x = 7;
            break;
        }
    }
    return x;
}
