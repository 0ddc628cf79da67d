// gcc: in the initialiser of a static object, what a const object with a constant initialiser holds is a constant.
#include <stdio.h>

static const int five = 5;
const long long wide = 1LL << 40;
static const int table[] = {1, 2, [6] = 7};
static const char text[] = "xyz";
static const char letters[2][4] = {"ab", "cd"};
static const double half = 0.5;
static const unsigned char narrow = (unsigned char)300;
static const _Bool truth = 7;
static int variable;
static int* const to_variable = &variable;
static const char* const name = "name";
struct point {
    int x, y;
};
static const struct point origin = {4, 5};
static const struct {
    struct point corners[2];
    const char* label;
    int unset;
} box = {{{1, 2}, {3, 4}}, "box", 0};
static const int later = five * 2;

static int sums[] = {five, five + 1, -five * 2, table[1], table[6], text[1], text[3], letters[1][0]};
static int shifted = wide >> 38, from_later = later, chosen = five > 3 ? narrow : truth;
static double real = half * 3;
static float single = half;
static const char *names[] = {name, name + 1, box.label}, *const again = name;
static int *addresses[] = {to_variable, to_variable + 1};
static struct point copies[] = {{five, origin.y}, {.y = box.corners[1].x}}, copy = origin;
static int through = *&five, unset = box.unset;
static char sized[] = {[0] = five, [4] = truth};

static int local(void) {
    const int here = 4;
    const char* const word = "word";
    const int row[3] = {7, 8};
    static int kept = here, elements[] = {row[0], row[1]};
    static const char* kept_word = word;
    kept += elements[0] + elements[1];
    return kept + kept_word[0];
}

int main(void) {
    for (unsigned i = 0; i < sizeof sums / sizeof *sums; i++) printf("%d ", sums[i]);
    printf("\n%d %d %d %g %g\n", shifted, from_later, chosen, real, single);
    printf("%s %s %s %s\n", names[0], names[1], names[2], again);
    printf("%d %d\n", addresses[0] == &variable, addresses[1] == &variable + 1);
    printf("%d %d %d %d %d %d\n", copies[0].x, copies[0].y, copies[1].x, copies[1].y, copy.x, copy.y);
    printf("%d %d %zu %d\n", through, unset, sizeof sized, sized[4]);
    printf("%d %d\n", local(), local());
    return 0;
}
