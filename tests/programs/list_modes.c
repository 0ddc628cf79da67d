/* Permissions as ls -l writes them. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void mode_text(mode_t mode, char text[11]) {
    static const char bits[] = "rwxrwxrwx";
    text[0] = S_ISDIR(mode) ? 'd' : S_ISCHR(mode) ? 'c' : S_ISFIFO(mode) ? 'p' : S_ISLNK(mode) ? 'l' : '-';
    for (int i = 0; i < 9; i++) text[i + 1] = mode & (0400u >> i) ? bits[i] : '-';
    if (mode & S_ISUID) text[3] = mode & S_IXUSR ? 's' : 'S';
    if (mode & S_ISGID) text[6] = mode & S_IXGRP ? 's' : 'S';
    if (mode & S_ISVTX) text[9] = mode & S_IXOTH ? 't' : 'T';
    text[10] = '\0';
}

static void show(const char *name) {
    struct stat status;
    char text[11];
    if (lstat(name, &status) < 0) {
        perror(name);
        return;
    }
    mode_text(status.st_mode, text);
    printf("%s %s\n", text, name);
}

int main(void) {
    static const mode_t modes[] = {0, 0644, 0755, 0421, 04755, 02750, 01777, 07000, 0707};
    const char *name = "/tmp/list_modes.file";
    close(open(name, O_CREAT | O_WRONLY, 0600));
    for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
        chmod(name, modes[i]);
        show(name);
    }
    unlink(name);
    show("/dev/null");
    show("/tmp");
    if (symlink("/nowhere", name) < 0) return 1;
    show(name);
    unlink(name);
    return 0;
}
