#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

/* The next word, copied to *free; or an operator and an empty word; or nothing. */
static char *next_word(const char **rest, char **free, char *operator) {
    const char *at = *rest;
    char *word = *free, quote = '\0';
    *operator = '\0';
    while (isspace((unsigned char)*at)) at++;
    if (*at == '\0') return NULL;
    if (strchr("|<>&", *at)) {
        *operator = *at++;
        if (*operator == '>' && *at == '>') {
            *operator = 'a';
            at++;
        }
    } else {
        for (; *at && (quote || (!isspace((unsigned char)*at) && !strchr("|<>&", *at))); at++) {
            if (*at == quote)
                quote = '\0';
            else if (!quote && (*at == '\'' || *at == '"'))
                quote = *at;
            else
                *(*free)++ = *at;
        }
    }
    *(*free)++ = '\0';
    *rest = at;
    return word;
}

int parse(const char *line, struct pipeline *pipeline) {
    memset(pipeline, 0, sizeof *pipeline);
    struct command *command = &pipeline->commands[pipeline->count++];
    char operator, *word, *free = pipeline->text;
    while ((word = next_word(&line, &free, &operator)) != NULL) {
        switch (operator) {
            case '\0':
                if (command->count == MAX_WORDS) return printf("too many words\n"), -1;
                command->words[command->count++] = word;
                break;
            case '|':
                if (command->count == 0 || pipeline->count == MAX_COMMANDS)
                    return printf("nothing before |\n"), -1;
                command = &pipeline->commands[pipeline->count++];
                break;
            case '&':
                pipeline->in_background = 1;
                break;
            default: {
                char kind = operator;
                word = next_word(&line, &free, &operator);
                if (!word || operator) return printf("a file is missing\n"), -1;
                if (kind == '<')
                    command->input = word;
                else
                    command->output = word;
                command->appends = kind == 'a';
            }
        }
    }
    if (command->count == 0) return printf("a command is missing\n"), -1;
    return 0;
}
