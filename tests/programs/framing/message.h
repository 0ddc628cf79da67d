#ifndef MESSAGE_H
#define MESSAGE_H
#include <stddef.h>
#include <stdint.h>

enum type { TYPE_TEXT = 1, TYPE_NUMBERS, TYPE_BYE };

/* On the wire: type and length, most significant byte first, then the bytes. */
struct message {
    enum type type;
    uint32_t length;
    unsigned char *bytes;
};

int send_message(int fd, const struct message *message);
int receive_message(int fd, struct message *message); /* 1, or 0 at the end, or -1; free(message->bytes) */
#endif
