// Designators that override what was initialised before, as gcc does.
#include <stdio.h>
struct in {
    int x, y, z;
};
struct o {
    struct in f;
    int g;
};
struct in rec = {1, 2, 3};
int main(void) {
    struct o a = {.f = rec, .f.x = 9};
    struct o b = {.f = rec, .f.y = 8, 5};
    struct o c = {.f = {1, 2, 3}, .f.x = 7};
    struct o d[2] = {[0] = c, [0].f.z = 4, [1].g = 2};
    struct o e = {.f.x = 9, .f = rec};
    printf("%d %d %d %d\n", a.f.x, a.f.y, a.f.z, a.g);
    printf("%d %d %d %d\n", b.f.x, b.f.y, b.f.z, b.g);
    printf("%d %d %d %d\n", c.f.x, c.f.y, c.f.z, c.g);
    printf("%d %d %d %d %d\n", d[0].f.x, d[0].f.y, d[0].f.z, d[0].g, d[1].g);
    printf("%d %d %d %d\n", e.f.x, e.f.y, e.f.z, e.g);
    return 0;
}
