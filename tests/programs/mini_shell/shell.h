#ifndef SHELL_H
#define SHELL_H

enum { MAX_WORDS = 16, MAX_COMMANDS = 4 };

struct command {
    int count;
    char *words[MAX_WORDS + 1];
    char *input, *output;
    int appends;
};

struct pipeline {
    int count, in_background;
    struct command commands[MAX_COMMANDS];
    char text[400]; /* of the words, each with its end mark */
};

/* 0, or -1 after a message. The words stay in the pipeline. */
int parse(const char *line, struct pipeline *pipeline);
/* The exit status of the last command. */
int run(const struct pipeline *pipeline);
#endif
