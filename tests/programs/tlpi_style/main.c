/* In the manner of a handbook whose programs check every call and every number they are given. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "hdr.h"

static void parse(const char *text, int flags) {
    int status;
    fflush(stdout);
    switch (fork()) {
        case -1:
            err_exit("fork");
        case 0:
            printf("%s is %ld\n", text, get_long(text, flags, "number"));
            exit(EXIT_SUCCESS);
        default:
            if (wait(&status) == -1) err_exit("wait");
            if (status != 0) printf("refused with %d\n", WEXITSTATUS(status));
    }
}

static void seek_io(char *commands[]) {
    int fd = open("/tmp/tlpi_style.file", O_RDWR | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
    if (fd == -1) err_exit("open");
    for (int ap = 0; commands[ap] != NULL; ap++) {
        char *buf;
        long len;
        ssize_t num;
        off_t offset;
        switch (commands[ap][0]) {
            case 'r':
            case 'R':
                len = get_long(&commands[ap][1], GN_ANY_BASE, commands[ap]);
                buf = malloc((size_t)len);
                if (buf == NULL) err_exit("malloc");
                num = read(fd, buf, (size_t)len);
                if (num == -1) err_exit("read");
                printf("%s: ", commands[ap]);
                if (num == 0) printf("end-of-file\n");
                for (long j = 0; j < num; j++)
                    if (commands[ap][0] == 'r')
                        printf("%c", (unsigned char)buf[j] >= ' ' ? buf[j] : '?');
                    else
                        printf("%02x ", (unsigned)(unsigned char)buf[j]);
                if (num > 0) printf("\n");
                free(buf);
                break;
            case 'w':
                num = write(fd, &commands[ap][1], strlen(&commands[ap][1]));
                if (num == -1) err_exit("write");
                printf("%s: wrote %ld bytes\n", commands[ap], (long)num);
                break;
            case 's':
                offset = get_long(&commands[ap][1], GN_ANY_BASE, commands[ap]);
                if (lseek(fd, offset, SEEK_SET) == -1) err_exit("lseek");
                printf("%s: seek succeeded\n", commands[ap]);
                break;
            default:
                err_msg("what is %s?", commands[ap]);
        }
    }
    if (close(fd) == -1) err_exit("close");
    if (unlink("/tmp/tlpi_style.file") == -1) err_exit("unlink");
}

int main(void) {
    parse("42", 0);
    parse("0x2a", GN_ANY_BASE);
    parse("2a", GN_BASE_16);
    parse("2a", 0);
    parse("-1", GN_NONNEG);
    parse("0", GN_GT_0);
    parse("", 0);
    parse("99999999999999999999", 0);
    char *commands[] = {"s100", "wabc", "s98", "r5", "s0x63", "R2", "r1000", "r1", NULL};
    seek_io(commands);
    if (fork() == 0) {
        if (close(1000) == -1) err_exit("close(%d)", 1000);
    }
    int status;
    wait(&status);
    printf("%d\n", WEXITSTATUS(status));
    return 0;
}
