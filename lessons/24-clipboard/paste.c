/* paste [TARGET]: asks for the clipboard in a form (default: STRING) and prints it (ICCCM 2.4). */
#include <stdio.h>

#include "selection.h"

int main(int argc, char *argv[]) {
    struct message message = make_message(CONVERT_SELECTION, "CLIPBOARD", argc > 1 ? argv[1] : "STRING");
    int fd = open_socket(0);
    if (!send_message(fd, &message) || !receive_message(fd, &message)) {
        fprintf(stderr, "paste: the server has gone\n");
        return 1;
    }
    if (message.is_refused) {
        fprintf(stderr, "paste: nobody has it\n");
        return 1;
    }
    printf("%s\n", message.data);
    return 0;
}
