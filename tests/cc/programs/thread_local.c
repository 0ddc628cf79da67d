// Thread-local variables of one thread.
#include <stdio.h>
_Thread_local int a = 5;
static __thread int b;
extern _Thread_local int c;
_Thread_local int c = 7;
static _Thread_local char buf[16] = "hi";
int *f(void) {
    static _Thread_local int n = 3;
    n++;
    return &n;
}
int main(void) {
    a++;
    b += 2;
    c++;
    printf("%d %d %d %s\n", a, b, c, buf);
    f();
    printf("%d\n", *f());
    int *p = &a;
    *p = 9;
    printf("%d\n", a);
    return 0;
}
