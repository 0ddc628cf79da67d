/* A table is read, its averages computed, sorted and printed; what is wrong in it is reported. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 10
struct student {
    char name[16];
    int marks[4], count;
    double average;
};

static int better(const void *a, const void *b) {
    const struct student *x = a, *y = b;
    if (x->average != y->average) return x->average < y->average ? 1 : -1;
    return strcmp(x->name, y->name);
}

int main(void) {
    static const char *const lines[] = {"Alice 90 80 100", "Bob 70", "Carol 85 95 90 90", "Dave", "Eve 101 50", "Frank 60 70 x", "Grace 90 90"};
    struct student students[MAX];
    int count = 0;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct student s = {.count = 0};
        int used, mark, sum = 0, bad = 0;
        const char *at = lines[i];
        if (sscanf(at, "%15s%n", s.name, &used) != 1) continue;
        for (at += used; s.count < 4 && sscanf(at, "%d%n", &mark, &used) == 1; at += used) {
            bad |= mark < 0 || mark > 100;
            sum += s.marks[s.count++] = mark;
        }
        if (bad || s.count == 0 || *at) {
            printf("%s: %s\n", s.name, bad ? "a mark out of range" : s.count ? "not a number" : "no marks");
            continue;
        }
        s.average = (double)sum / s.count;
        students[count++] = s;
    }
    qsort(students, (size_t)count, sizeof *students, better);
    for (int i = 0; i < count; i++) {
        printf("%d. %-8s %6.2f  ", i + 1, students[i].name, students[i].average);
        for (int j = 0; j < students[i].count; j++) printf(" %3d", students[i].marks[j]);
        printf("\n");
    }
    return 0;
}
