/* SCM_RIGHTS: the parent opens a file and hands it to its child over a socket. Both share the offset afterwards. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void send_descriptor(int socket, int fd) {
    char letter = 'f';
    struct iovec bytes = {&letter, 1};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    if (sendmsg(socket, &message, 0) == -1)
        die("sendmsg");
}

static int receive_descriptor(int socket) {
    char letter;
    struct iovec bytes = {&letter, 1};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control;
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    if (recvmsg(socket, &message, 0) != 1)
        die("recvmsg");
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    if (!rights || rights->cmsg_type != SCM_RIGHTS)
        return -1;
    int fd;
    memcpy(&fd, CMSG_DATA(rights), sizeof fd);
    return fd;
}

int main(void) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
        die("socketpair");
    if (fork() == 0) {
        close(pair[0]);
        int file = receive_descriptor(pair[1]);
        char text[8] = "";
        if (read(file, text, 5) != 5)
            die("child: read");
        printf("the child reads \"%s\" at offset %ld\n", text, (long)lseek(file, 0, SEEK_CUR));
        return 0;
    }
    close(pair[1]);
    int file = open("/tmp/passed", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file == -1 || write(file, "ninety-nine", 11) != 11 || lseek(file, 6, SEEK_SET) != 6)
        die("file");
    unlink("/tmp/passed");
    send_descriptor(pair[0], file);
    wait(NULL);
    printf("the parent is at offset %ld\n", (long)lseek(file, 0, SEEK_CUR));

    /* In flight nobody has it open, and it lives all the same. */
    int pipe_ends[2];
    if (pipe(pipe_ends) == -1 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
        die("pipe");
    send_descriptor(pair[0], pipe_ends[1]);
    close(pipe_ends[1]);
    int arrived = receive_descriptor(pair[1]);
    if (write(arrived, "alive", 5) != 5)
        die("write");
    close(arrived);
    char text[16];
    ssize_t bytes = read(pipe_ends[0], text, sizeof text);
    printf("%.*s, then %zd\n", (int)bytes, text, read(pipe_ends[0], text, sizeof text));

    /* Whoever throws the letter away closes what was in it. */
    if (pipe(pipe_ends) == -1)
        die("pipe");
    send_descriptor(pair[0], pipe_ends[1]);
    close(pipe_ends[1]);
    close(pair[1]);
    printf("thrown away: end of file %zd\n", read(pipe_ends[0], text, sizeof text));
    return 0;
}
