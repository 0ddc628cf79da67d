/* The clipboard manager (freedesktop.org, Clipboard Manager specification): owns the selection
   CLIPBOARD_MANAGER, so that others find it (ICCCM 2.8), and is asked by a program that quits to convert it
   to SAVE_TARGETS. Then it fetches what the program has copied and becomes the owner of CLIPBOARD itself. */
#include <stdio.h>
#include <string.h>

#include "selection.h"

static int fd;
static char saved[DATA_BYTES];
static int has_saved;
static struct message saves_for; /* the request that is being served, while is_saving */
static int is_saving;

static void begin_saving(const struct message *request) {
    struct message convert = make_message(CONVERT_SELECTION, "CLIPBOARD", "STRING");
    saves_for = *request;
    is_saving = 1;
    send_message(fd, &convert);
}

/* First the owner, then the answer: who has it may be gone as soon as it is answered. */
static void end_saving(const struct message *notify) {
    struct message own = make_message(SET_SELECTION_OWNER, "CLIPBOARD", "");
    struct message answer = make_message(SELECTION_NOTIFY, saves_for.selection, saves_for.target);
    is_saving = 0;
    if (!notify->is_refused) {
        memcpy(saved, notify->data, sizeof saved);
        has_saved = 1;
        send_message(fd, &own);
    }
    answer.client = saves_for.client;
    answer.is_refused = notify->is_refused;
    send_message(fd, &answer);
}

int main(void) {
    fd = open_socket(0);
    become_owner(fd, "CLIPBOARD_MANAGER");
    go_to_background();
    struct message event;
    while (receive_message(fd, &event)) {
        int is_mine = strcmp(event.selection, "CLIPBOARD_MANAGER") == 0;
        if (event.type == SELECTION_NOTIFY && is_saving)
            end_saving(&event);
        else if (event.type == SELECTION_CLEAR && is_mine)
            return 0; /* there is another manager */
        else if (event.type == SELECTION_CLEAR)
            has_saved = 0;
        else if (event.type == SELECTION_REQUEST && !is_mine)
            answer_request(fd, &event, has_saved ? saved : NULL);
        else if (event.type == SELECTION_REQUEST && !is_saving && strcmp(event.target, "SAVE_TARGETS") == 0)
            begin_saving(&event);
        else if (event.type == SELECTION_REQUEST)
            answer_request(fd, &event, NULL);
    }
    return 0;
}
