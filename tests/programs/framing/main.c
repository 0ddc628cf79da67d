/* A pipe is a stream of bytes without borders: messages bring their own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"

static void client(int fd) {
    static const char *const texts[] = {"hello", "", "a message\nof two lines"};
    for (int i = 0; i < 3; i++) {
        struct message text = {TYPE_TEXT, (uint32_t)strlen(texts[i]), (unsigned char *)texts[i]};
        if (send_message(fd, &text) != 1) _exit(1);
    }
    static uint16_t numbers[40000];
    for (unsigned i = 0; i < 40000; i++) numbers[i] = (uint16_t)(i * i);
    struct message many = {TYPE_NUMBERS, sizeof numbers, (unsigned char *)numbers};
    struct message bye = {TYPE_BYE, 0, NULL};
    if (send_message(fd, &many) != 1 || send_message(fd, &bye) != 1) _exit(1);
    _exit(0);
}

int main(void) {
    int ends[2], result;
    if (pipe(ends) < 0) return 1;
    if (fork() == 0) client(ends[1]);
    close(ends[1]);
    struct message message;
    while ((result = receive_message(ends[0], &message)) == 1) {
        unsigned long sum = 0;
        switch (message.type) {
            case TYPE_TEXT:
                printf("text of %u bytes: [%s]\n", message.length, message.bytes);
                break;
            case TYPE_NUMBERS:
                for (size_t i = 0; i < message.length / 2; i++) sum += ((uint16_t *)(void *)message.bytes)[i];
                printf("%u bytes of numbers, sum %lu\n", message.length, sum);
                break;
            case TYPE_BYE:
                printf("bye\n");
                break;
        }
        free(message.bytes);
    }
    printf("end: %d\n", result);
    wait(NULL);
    return 0;
}
