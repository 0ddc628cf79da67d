/* What a shell does for "ls /tmp/shelf | wc -l". With an argument, it forgets to close the pipe. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void fill_shelf(void) {
    if (mkdir("/tmp/shelf", 0755) < 0 || chdir("/tmp/shelf") < 0) die("/tmp/shelf");
    close(open("apple", O_CREAT | O_WRONLY, 0644));
    close(open("book", O_CREAT | O_WRONLY, 0644));
    close(open("cup", O_CREAT | O_WRONLY, 0644));
}

int main(int argc, char *argv[]) {
    int ends[2];
    (void)argv;
    fill_shelf();
    if (pipe(ends) < 0) die("pipe");

    if (fork() == 0) {
        dup2(ends[1], STDOUT_FILENO); /* what ls prints goes into the pipe */
        close(ends[0]);
        close(ends[1]);
        execlp("ls", "ls", "/tmp/shelf", (char *)NULL);
        die("ls");
    }
    if (fork() == 0) {
        dup2(ends[0], STDIN_FILENO); /* what wc reads comes out of the pipe */
        close(ends[0]);
        close(ends[1]);
        execlp("wc", "wc", "-l", (char *)NULL);
        die("wc");
    }
    if (argc == 1) {
        close(ends[0]);
        close(ends[1]);
    }
    while (wait(NULL) > 0) continue;
    return 0;
}
