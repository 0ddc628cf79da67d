// Structures, unions, bit-fields: layout, copies, parameters, results.
#include <stddef.h>
#include <stdio.h>

struct point { int x, y; };
struct mixed { char c; double d; short s; char t[3]; struct point p; };
union word { unsigned u; unsigned char bytes[4]; float f; };
struct flags { unsigned a : 3; int b : 5; unsigned : 0; unsigned long c : 40; _Bool d : 1; };
struct anonymous { int kind; union { int i; struct { char lo, hi; }; }; };
struct big { long values[10]; };
struct __attribute__((packed)) packed { char c; int i; short s; };
struct node { int value; struct node *next; };

static struct point add(struct point a, struct point b) { a.x += b.x; a.y += b.y; return a; }
static struct big fill(long from) {
    struct big made;
    for (int i = 0; i < 10; i++) made.values[i] = from + i;
    return made;
}
static long total(struct big b, int scale) {
    long sum = 0;
    for (int i = 0; i < 10; i++) sum += b.values[i] * scale;
    b.values[0] = -1;
    return sum;
}
static struct point table[3] = {[1] = {.y = 5}, {7, 8}};
static struct node last = {3, 0}, middle = {2, &last}, first = {.next = &middle, .value = 1};

int main(void) {
    printf("%zu %zu %zu %zu\n", sizeof(struct mixed), offsetof(struct mixed, d), offsetof(struct mixed, t), offsetof(struct mixed, p));
    printf("%zu %zu %zu %zu\n", sizeof(struct flags), sizeof(struct anonymous), sizeof(struct packed), sizeof(union word));
    struct point p = {1, 2}, q = add(p, (struct point){10, 20});
    printf("%d %d %d %d\n", p.x, p.y, q.x, q.y);
    printf("%d\n", add(add(p, q), q).y);
    struct big b = fill(100);
    printf("%ld %ld %ld\n", total(b, 2), b.values[0], fill(5).values[9]);
    struct big *pb = &b, copy = *pb;
    pb->values[3] = 0;
    printf("%ld %ld\n", copy.values[3], b.values[3]);
    union word w = {.f = 1.0f};
    printf("%x %d\n", w.u, w.bytes[3]);
    struct flags f = {5, -3, 1UL << 39, 1};
    f.a += 4;
    f.b--;
    f.c |= 7;
    printf("%d %d %lx %d\n", f.a, f.b, (unsigned long)f.c, f.d);
    printf("%d %d\n", f.a = 15, f.b = 31);
    printf("%d\n", f.a++ + f.b);
    struct anonymous n = {1, {.i = 0x4142}};
    printf("%c%c %d\n", n.lo, n.hi, n.kind);
    for (int i = 0; i < 3; i++) printf("(%d %d) ", table[i].x, table[i].y);
    printf("\n");
    for (struct node *at = &first; at; at = at->next) printf("%d ", at->value);
    printf("\n");
    struct packed pk = {1, 0x01020304, 5};
    printf("%d %d\n", pk.i, pk.s);
    struct point grid[2][3] = {{{1, 2}, {3}}, {[2] = {.y = 9}}};
    printf("%d %d %d\n", grid[0][1].x, grid[1][2].y, grid[1][0].x);
    int cond = 1;
    printf("%d\n", (cond ? p : q).y + (cond ? &p : &q)->x);
    struct { int a; struct point inner[2]; } deep = {.inner[1].y = 4, .a = 2};
    printf("%d %d %d\n", deep.a, deep.inner[1].y, deep.inner[0].x);
    q = p = (struct point){-1, -2};
    printf("%d %d\n", q.x, p.y);
    struct point (*fp)(struct point, struct point) = add;
    printf("%d\n", (*fp)(p, q).x + fp(p, q).y);
    return 0;
}
