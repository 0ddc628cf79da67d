/* A reader waits for a message; the queue is removed under it: EIDRM. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    struct {
        long type;
        char text[1];
    } message;
    int queue = msgget(IPC_PRIVATE, 0600);
    if (queue == -1) return 1;
    pid_t child = fork();
    if (child == -1) return 1;
    if (child == 0) {
        ssize_t bytes = msgrcv(queue, &message, 1, 0, 0);
        int error = errno;
        printf("child: %zd, %s\n", bytes, strerror(error));
        return error == EIDRM ? 7 : 1;
    }
    usleep(50000); /* the child waits by now */
    if (msgctl(queue, IPC_RMID, NULL) == -1) return 1;
    int status;
    waitpid(child, &status, 0);
    printf("parent: child exited with %d\n", WEXITSTATUS(status));
    printf("parent: %d, %s\n", msgctl(queue, IPC_RMID, NULL), strerror(errno));
    return 0;
}
