#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shell.h"

static int built_in(const struct command *command) {
    if (strcmp(command->words[0], "cd") == 0)
        return command->count < 2 || chdir(command->words[1]) == 0 ? 0 : (printf("cd: %s\n", strerror(errno)), 1);
    if (strcmp(command->words[0], "status") == 0) return 0;
    return -1;
}

static void redirect(const char *name, int flags, int target) {
    int fd = open(name, flags, 0644);
    if (fd < 0) {
        printf("%s: %s\n", name, strerror(errno));
        fflush(stdout);
        _exit(1);
    }
    dup2(fd, target);
    close(fd);
}

static void become(const struct command *command) {
    if (command->input) redirect(command->input, O_RDONLY, STDIN_FILENO);
    if (command->output)
        redirect(command->output, O_WRONLY | O_CREAT | (command->appends ? O_APPEND : O_TRUNC), STDOUT_FILENO);
    execvp(command->words[0], command->words);
    printf("%s: %s\n", command->words[0], strerror(errno));
    fflush(stdout);
    _exit(127);
}

int run(const struct pipeline *pipeline) {
    pid_t pids[MAX_COMMANDS];
    int input = -1, ends[2], status = 0;
    if (pipeline->count == 1) {
        int result = built_in(&pipeline->commands[0]);
        if (result >= 0) return result;
    }
    fflush(stdout);
    for (int i = 0; i < pipeline->count; i++) {
        int has_next = i + 1 < pipeline->count;
        if (has_next && pipe(ends) < 0) return 1;
        pids[i] = fork();
        if (pids[i] == 0) {
            if (input >= 0) {
                dup2(input, STDIN_FILENO);
                close(input);
            }
            if (has_next) {
                dup2(ends[1], STDOUT_FILENO);
                close(ends[0]);
                close(ends[1]);
            }
            become(&pipeline->commands[i]);
        }
        if (input >= 0) close(input);
        if (has_next) {
            close(ends[1]);
            input = ends[0];
        }
    }
    if (pipeline->in_background) return 0;
    for (int i = 0; i < pipeline->count; i++) waitpid(pids[i], &status, 0); /* the last one's counts */
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
