/* copy [-q] TEXT: an editor in which somebody has chosen "copy". It stays in the background until somebody
   else copies something; with -q the user quits it at once. */
#include <stdio.h>
#include <string.h>

#include "selection.h"

/* Serves who pastes, until a message of this type comes. */
static void serve_until(enum message_type type, int fd, const char *text) {
    struct message event;
    while (receive_message(fd, &event) && event.type != type)
        if (event.type == SELECTION_REQUEST)
            answer_request(fd, &event, text);
}

int main(int argc, char *argv[]) {
    int is_quitting = argc == 3 && strcmp(argv[1], "-q") == 0;
    if (argc != 2 && !is_quitting) {
        fprintf(stderr, "usage: copy [-q] TEXT\n");
        return 2;
    }
    const char *text = argv[argc - 1];
    int fd = open_socket(0);
    become_owner(fd, "CLIPBOARD");
    if (is_quitting) {
        /* Who quits and owns the clipboard asks the manager, if there is one, to save it, and serves until
           that is done: the manager has it from us (freedesktop.org, Clipboard Manager specification). */
        struct message save = make_message(CONVERT_SELECTION, "CLIPBOARD_MANAGER", "SAVE_TARGETS");
        send_message(fd, &save);
        serve_until(SELECTION_NOTIFY, fd, text);
    } else {
        go_to_background();
        serve_until(SELECTION_CLEAR, fd, text); /* ICCCM 2.3.2: it is no longer ours */
    }
    return 0;
}
