/* tee: one input, several outputs; the input is a child's output. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void copy(int in, const int outs[], int count) {
    char bytes[64];
    ssize_t got;
    while ((got = read(in, bytes, sizeof bytes)) > 0)
        for (int i = 0; i < count; i++)
            if (write(outs[i], bytes, (size_t)got) != got) exit(1);
}

int main(void) {
    static const char *const names[] = {"/tmp/tee_program.a", "/tmp/tee_program.b"};
    int ends[2], outs[3] = {STDOUT_FILENO};
    if (pipe(ends) < 0) return 1;
    if (fork() == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execlp("seq", "seq", "1", "5", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    for (int i = 0; i < 2; i++) outs[i + 1] = open(names[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    copy(ends[0], outs, 3);
    wait(NULL);
    for (int i = 0; i < 2; i++) {
        FILE *in = fopen(names[i], "r");
        int number, sum = 0;
        while (fscanf(in, "%d", &number) == 1) sum += number;
        fclose(in);
        printf("%s: sum %d\n", names[i], sum);
        unlink(names[i]);
    }
    return 0;
}
