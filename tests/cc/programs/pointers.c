// Pointers, arrays, strings, function pointers, variable-length arrays.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int numbers[] = {5, 3, 9, 1, 7};
static const char *const names[] = {"pipe", "queue", "semaphore"};
static char text[] = "shared " "memory";
static int (*operations[3])(int, int);

static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static int apply(int (*f)(int, int), int a, int b) { return f(a, b); }
static int (*choose(int which))(int, int) { return which ? add : sub; }
static int sum_all(int count, ...) {
    va_list list, twice;
    int sum = 0;
    va_start(list, count);
    va_copy(twice, list);
    for (int i = 0; i < count; i++) sum += va_arg(list, int);
    for (int i = 0; i < count; i++) sum += va_arg(twice, int);
    va_end(list);
    va_end(twice);
    return sum;
}
struct pair { long a, b; };
static double mixed(const char *kinds, ...) {
    va_list list;
    double sum = 0;
    va_start(list, kinds);
    for (; *kinds; kinds++) switch (*kinds) {
        case 'i': sum += va_arg(list, int); break;
        case 'd': sum += va_arg(list, double); break;
        case 's': sum += strlen(va_arg(list, char *)); break;
        case 'p': { struct pair p = va_arg(list, struct pair); sum += p.a * p.b; break; }
    }
    va_end(list);
    return sum;
}
static long matrix_sum(int rows, int columns, int m[rows][columns]) {
    long sum = 0;
    for (int r = 0; r < rows; r++) for (int c = 0; c < columns; c++) sum += m[r][c];
    return sum + sizeof m[0];
}
static int vla(int n) {
    int total = 0;
    for (int k = 1; k <= n; k++) {
        char work[k * 100];
        int table[k][n];
        memset(work, k, sizeof work);
        memset(table, 0, sizeof table);
        if (k == 2) continue;
        table[k - 1][n - 1] = work[k * 100 - 1];
        total += table[k - 1][n - 1] + (int)sizeof work + (int)(sizeof table / sizeof table[0]);
    }
    return total;
}
static int counter(void) { static int calls = 10; return ++calls; }

int main(int argc, char **argv) {
    int *p = numbers + 1, *end = numbers + 5;
    printf("%d %d %ld %d\n", *p, p[2], end - p, *(end - 1));
    printf("%d %d\n", *p++, *++p);
    printf("%d %d\n", --*p, p > numbers);
    printf("%d %d\n", 2[numbers], &numbers[3] - &numbers[1] == 2);
    qsort(numbers, 5, sizeof *numbers, compare);
    for (p = numbers; p < end; p++) printf("%d ", *p);
    printf("\n%s %zu %zu %c\n", text, sizeof text, strlen(names[2]), *names[1]);
    char copy[20], *to = copy;
    const char *from = text;
    while ((*to++ = *from++)) continue;
    printf("%s\n", copy);
    operations[0] = add, operations[1] = &sub, operations[2] = choose(1);
    for (int i = 0; i < 3; i++) printf("%d ", operations[i](10, i) + apply(*operations[i], i, 1));
    printf("\n%d %d\n", choose(0)(5, 3), (**choose(1))(5, 3));
    printf("%d %.2f\n", sum_all(4, 1, 2, 3, -10), mixed("idsp", 1, 2.5, "four", (struct pair){6, 7}));
    int m[3][4] = {{1, 2, 3, 4}, {5}, {[3] = 6}};
    printf("%ld %d\n", matrix_sum(3, 4, m), vla(4));
    int (*row)[4] = m + 1;
    printf("%d %d %zu\n", (*row)[0], row[1][3], sizeof *row);
    char **list = malloc(3 * sizeof *list);
    for (int i = 0; i < 3; i++) list[i] = strdup(names[i]);
    list[1][0] = 'Q';
    printf("%s %s\n", list[1], list[2] + 4);
    for (int i = 0; i < 3; i++) free(list[i]);
    free(list);
    void *any = &m;
    printf("%d %d\n", ((int *)any)[5], *(int *)((char *)any + 4));
    printf("%d %d %d\n", counter(), argc, argv[argc] == NULL);
    long difference = (char *)&m[2] - (char *)&m[0];
    printf("%ld\n", difference);
    const char *where = __func__;
    printf("%s %d\n", where, __LINE__);
    int value = ({ int t = 3; t * t; });
    printf("%d\n", value);
    int n = 5, *q = &n;
    *q += *q * 2, (*q)++, q[0] <<= 1;
    printf("%d\n", n);
    return 0;
}
