// In which order gcc evaluates the two sides of assignments and the arguments of calls: C leaves it open, programs show it.
#include <stdio.h>

struct s { int x, y[3]; struct s *next; };
static struct s one, two;
static int trace(int x) { printf("<%d>", x); return x; }
static double trace_double(double x) { printf("<%g>", x); return x; }
static int *slot(int *p) { printf("[slot]"); return p; }
static struct s *pick(void) { printf("[pick]"); one.next = &two; return &one; }
static struct s made(void) { printf("[made]"); return two; }
static int line(void) { puts(""); return 0; }

int main(void) {
    int a[9] = {0}, *p = a, **pp = &p;
    double d[3];
    char c[3];
    struct s records[3];
    *slot(a) = trace(1), line();
    *slot(a) = trace(1) + trace(2), line();
    a[trace(0)] = trace(1), line();
    a[trace(0)] = trace(1) + 1, line();
    slot(a)[1] = trace(1), line();
    slot(a)[trace(2)] = trace(1), line();
    pick()->x = trace(1), line();
    pick()->x = trace(1) + 1, line();
    pick()->y[trace(2)] = trace(1), line();
    pick()->y[trace(2)] = trace(1) + 1, line();
    pick()->next->y[trace(2)] = trace(1), line();
    d[trace(1)] = trace(2), line();
    d[trace(1)] = trace_double(2), line();
    c[trace(1)] = trace(2), line();
    records[trace(1)] = made(), line();
    records[trace(1)] = *pick(), line();
    *pick() = made(), line();
    *slot(a) += trace(1), line();
    a[trace(0)] += trace(1), line();
    pick()->x += trace(1), line();
    (*pp)[trace(1)] = trace(2), line();
    *(*pp + trace(1)) = trace(2), line();
    a[trace(0)] = a[trace(1)] = trace(2), line();
    *slot(a) = *slot(a) = trace(2), line();
    *slot(a) = (trace(2), 1), line();
    *slot(a) = trace(2) && trace(3), line();
    *slot(a) = trace(2) ? trace(3) : 1, line();
    printf("%d %d\n", trace(1), trace(2));
    (slot(a), slot)(a + trace(1))[trace(2)] = trace(3), line();
    int i = 1;
    printf("%d %d %d\n", i, i++, i);
    return 0;
}
