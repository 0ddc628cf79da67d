// Functions that run before main and after exit().
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void a(void) { puts("ctor"); }
__attribute__((constructor(200))) static void b(void) { puts("ctor 200"); }
__attribute__((constructor(101))) static void b1(void) { puts("ctor 101"); }
__attribute__((destructor)) static void c(void) { puts("dtor"); }
__attribute__((destructor(200))) static void d(void) { puts("dtor 200"); }
__attribute__((destructor(150))) static void d1(void) { puts("dtor 150"); }
static void e(void) { puts("atexit"); }
int main(void) {
    atexit(e);
    puts("main");
    return 3;
}
