/* qsort() and bsearch() over structures, by several keys chosen at run time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct person {
    const char *name;
    int age;
    double height;
};

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct person *)a)->name, ((const struct person *)b)->name);
}
static int by_age(const void *a, const void *b) {
    const struct person *x = a, *y = b;
    return x->age != y->age ? (x->age > y->age) - (x->age < y->age) : by_name(a, b);
}
static int by_height(const void *a, const void *b) {
    double x = ((const struct person *)a)->height, y = ((const struct person *)b)->height;
    return (x < y) - (x > y);
}

static const struct {
    const char *title;
    int (*compare)(const void *, const void *);
} orders[] = {{"name", by_name}, {"age", by_age}, {"height", by_height}};

int main(void) {
    struct person people[] = {{"Ken", 40, 1.80}, {"Ada", 36, 1.65},   {"Grace", 85, 1.68},
                              {"Alan", 41, 1.78}, {"Edsger", 72, 1.83}, {"Barbara", 40, 1.60}};
    const size_t count = sizeof people / sizeof *people;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        qsort(people, count, sizeof *people, orders[i].compare);
        printf("by %s:", orders[i].title);
        for (size_t j = 0; j < count; j++) printf(" %s", people[j].name);
        printf("\n");
    }
    qsort(people, count, sizeof *people, by_name);
    static const char *const wanted[] = {"Grace", "Linus", "Ada"};
    for (int i = 0; i < 3; i++) {
        struct person key = {.name = wanted[i]}, *found;
        found = bsearch(&key, people, count, sizeof *people, by_name);
        printf("%s: %s %d\n", wanted[i], found ? "at" : "missing", found ? (int)(found - people) : -1);
    }
    int numbers[200];
    srand(1);
    for (int i = 0; i < 200; i++) numbers[i] = rand() % 1000;
    int compare_ints(const void *, const void *);
    qsort(numbers, 200, sizeof *numbers, compare_ints);
    int ordered = 1;
    for (int i = 1; i < 200; i++) ordered &= numbers[i - 1] <= numbers[i];
    printf("200 numbers in order: %d, from %d to %d\n", ordered, numbers[0], numbers[199]);
    return 0;
}

int compare_ints(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}
