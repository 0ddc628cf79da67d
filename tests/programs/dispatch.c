/* A table of commands: names, functions and numbers of arguments; a stack machine in postfix notation. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double stack[32];
static int depth;

static void add(void) { stack[depth - 2] += stack[depth - 1]; depth--; }
static void subtract(void) { stack[depth - 2] -= stack[depth - 1]; depth--; }
static void times(void) { stack[depth - 2] *= stack[depth - 1]; depth--; }
static void divide(void) { stack[depth - 2] /= stack[depth - 1]; depth--; }
static void negate(void) { stack[depth - 1] = -stack[depth - 1]; }
static void copy(void) { stack[depth] = stack[depth - 1]; depth++; }
static void swap(void) {
    double top = stack[depth - 1];
    stack[depth - 1] = stack[depth - 2];
    stack[depth - 2] = top;
}

static const struct command {
    const char *name;
    int needs;
    void (*run)(void);
} commands[] = {{"+", 2, add}, {"-", 2, subtract}, {"*", 2, times}, {"/", 2, divide}, {"neg", 1, negate}, {"dup", 1, copy}, {"swap", 2, swap}};

static const struct command *find(const char *name) {
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0) return commands + i;
    return NULL;
}

static int evaluate(const char *line) {
    char text[100], *word;
    depth = 0;
    strcpy(text, line);
    for (word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        const struct command *command = find(word);
        if (command && depth < command->needs) return printf("%s: too few numbers for %s\n", line, word), -1;
        if (command)
            command->run();
        else if (isdigit((unsigned char)*word) || (*word == '-' && word[1]))
            stack[depth++] = atof(word);
        else
            return printf("%s: what is %s?\n", line, word), -1;
    }
    if (depth != 1) return printf("%s: %d numbers are left\n", line, depth), -1;
    return printf("%s = %g\n", line, stack[0]), 0;
}

int main(void) {
    static const char *const lines[] = {"1 2 +", "3 dup * 4 dup * +", "10 4 swap - neg", "1 +", "1 2", "2 x *", "1 0 /", "-7 2 /"};
    int errors = 0;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) errors -= evaluate(lines[i]);
    printf("%d errors\n", errors);
    return 0;
}
