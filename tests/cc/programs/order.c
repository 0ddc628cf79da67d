// Where C leaves the order of evaluation open, we do what gcc does.
#include <stdio.h>

static int array[10];
static int global = 1;
static int f(int x) { printf("f%d ", x); return x; }
static int *g(int x) { printf("g%d ", x); return array + x; }
static int bump(void) { return ++global; }
static int three(int a, int b, int c) { return a * 100 + b * 10 + c; }

int main(void) {
    printf("%d\n", three(f(1), f(2), f(3)));
    *g(1) = f(2);
    array[f(1)] = f(2);
    *g(1) += f(2);
    printf("\n%d\n", f(1) + f(2) * f(3));
    printf("%d\n", f(1) < f(2));
    int i = 0;
    printf("%d %d\n", i++, i++);
    printf("%d\n", (f(1) ? three : three)(f(4), f(5), f(6)));
    global += bump();
    printf("%d\n", global);
    int a[3] = {f(7), f(8), f(9)};
    printf("%d\n", a[0] && f(0) && f(1));
    printf("%d\n", f(0) || f(1) || f(2));
    return 0;
}
