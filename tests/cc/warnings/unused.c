// What nothing uses.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct s {
    int a, b;
};

void variables(int unused_parameter, int written_parameter, int __attribute__((unused)) marked) {
    int counted = 0;
    counted++;
    int written;
    written = 5;
    int initialised = 3;
    struct s record;
    record.a = 1;
    int array[3];
    array[0] = 1;
    int summed = 0;
    summed += 2;
    int on_purpose;
    (void)on_purpose;
    static int persistent;
    int pair[2] = {1, 2};
    int read_in;
    if (scanf("%d", &read_in) != 1) return;
    int pointed;
    int *pointer = &pointed;
    int measured;
    printf("%zu\n", sizeof measured);
    int first, second;
    first = second = 3;
    int in_condition;
    if ((in_condition = getpid()) < 0) return;
    char text[4];
    strcpy(text, "abc");
    written_parameter = 2;
    typedef int never_used;
    typedef int used;
    used x = 3;
    printf("%d\n", x);
    struct s copied = {1, 2}, target;
    target = copied;
nowhere:;
}

static void unused_function(void) {}
static void declared_only(void);
static int unused_global;
static const int unused_constant = 3;
static __attribute__((unused)) int marked_global;
static inline int inline_function(void) { return 1; }
static int used_in_table(void) { return 1; }
int (*table[])(void) = {used_in_table};
__attribute__((constructor)) static void starter(void) {}

void values(int a, int b, const char *p) {
    a == b;
    a + b;
    *p++;
    a, b;
    strcmp(p, "a") == 0;
    a < b ? 1 : 2;
    -a;
    p;
    values;
    (void)a;
    for (a == 1; a < 3; b) a++;
}

void results(char *p, int fds[2]) {
    read(0, p, 3);
    write(1, p, 3);
    pipe(fds);
    dup(3);
    chdir("/");
    fgets(p, 3, stdin);
    scanf("%s", p);
    system("ls");
    malloc(3);
    fork();
    printf("x");
    close(1);
}
