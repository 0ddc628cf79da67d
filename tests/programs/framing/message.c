#include "message.h"

#include <stdlib.h>
#include <unistd.h>

enum { HEADER = 5 };

static int all(int fd, unsigned char *bytes, size_t length, int writes) {
    for (size_t done = 0; done < length;) {
        ssize_t result =
            writes ? write(fd, bytes + done, length - done) : read(fd, bytes + done, length - done);
        if (result == 0) return done == 0 ? 0 : -1;
        if (result < 0) return -1;
        done += (size_t)result;
    }
    return 1;
}

int send_message(int fd, const struct message *message) {
    unsigned char header[HEADER] = {(unsigned char)message->type};
    for (int i = 0; i < 4; i++) header[1 + i] = (unsigned char)(message->length >> (24 - 8 * i));
    if (all(fd, header, HEADER, 1) != 1) return -1;
    return message->length == 0 ? 1 : all(fd, message->bytes, message->length, 1);
}

int receive_message(int fd, struct message *message) {
    unsigned char header[HEADER];
    int result = all(fd, header, HEADER, 0);
    if (result != 1) return result;
    message->type = header[0];
    message->length = 0;
    for (int i = 0; i < 4; i++) message->length = message->length << 8 | header[1 + i];
    message->bytes = malloc(message->length + 1);
    if (!message->bytes) return -1;
    message->bytes[message->length] = 0;
    if (message->length == 0) return 1;
    return all(fd, message->bytes, message->length, 0) == 1 ? 1 : -1;
}
