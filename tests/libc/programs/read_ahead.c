// How far reading ahead goes, and what is left for others: the file offset after exit(), fflush() and fork().
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    FILE* f = fopen("input", "w");
    for (int i = 0; i < 3000; i++) fprintf(f, "line %d\n", i);
    fclose(f);
    int fd = open("input", O_RDONLY);
    dup2(fd, 0);
    for (int number = 0; number < 7; number++) {
        lseek(fd, 0, SEEK_SET);
        pid_t pid = fork();
        if (pid == 0) {
            char line[100];
            static char block[9000];
            fgets(line, sizeof line, stdin);
            if (number == 1) fflush(stdin);
            if (number == 1) _exit(0);
            if (number == 2) _exit(0);
            if (number == 3) printf("%zu\n", fread(block, 1, 9000, stdin));
            if (number == 4) ungetc('x', stdin);
            if (number == 5) fclose(stdin);
            if (number == 6) {
                int c = 0;
                while (c != EOF) c = getchar();
            }
            exit(0);
        }
        waitpid(pid, NULL, 0);
        printf("%d: %ld\n", number, (long)lseek(fd, 0, SEEK_CUR));
        fflush(stdout);
    }
    return 0;
}
