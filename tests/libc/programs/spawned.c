// posix_spawn(), nftw(), waiting by waitid().
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static int visit(const char* path, const struct stat* status, int kind, struct FTW* where) {
    printf("%s %d %d %d %d\n", path, kind, where->base, where->level, S_ISDIR(status->st_mode) != 0);
    return 0;
}

int main(void) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 1, "spawned", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    char* argv[] = {"sh", "-c", "echo out; echo err >&2; exit 4", NULL};
    pid_t pid;
    int status;
    printf("%d\n", posix_spawnp(&pid, "sh", &actions, &attributes, argv, environ));
    waitpid(pid, &status, 0);
    printf("%d\n", WEXITSTATUS(status));
    posix_spawn_file_actions_destroy(&actions);
    char text[40] = "";
    FILE* f = fopen("spawned", "r");
    size_t got = fread(text, 1, sizeof text - 1, f);
    printf("%zu %s", got, text);
    fclose(f);
    printf("%d\n", posix_spawn(&pid, "/nonexistent", NULL, NULL, argv, environ));
    pid = fork();
    if (pid == 0) {
        raise(SIGSTOP);
        _exit(7);
    }
    siginfo_t info;
    memset(&info, 0, sizeof info);
    waitid(P_PID, (id_t)pid, &info, WSTOPPED);
    printf("%d %d %d\n", info.si_code == CLD_STOPPED, info.si_status, info.si_pid == pid);
    kill(pid, SIGCONT);
    waitid(P_PID, (id_t)pid, &info, WEXITED);
    printf("%d %d\n", info.si_code == CLD_EXITED, info.si_status);
    printf("%d\n", waitpid(-1, &status, WNOHANG));
    mkdir("tree", 0755);
    mkdir("tree/inner", 0755);
    close(creat("tree/inner/file", 0644));
    symlink("nowhere", "tree/inner/link");
    printf("%d\n", nftw("tree/", visit, 10, FTW_PHYS));
    printf("%d\n", nftw("tree/inner", visit, 10, FTW_DEPTH));
    return 0;
}
