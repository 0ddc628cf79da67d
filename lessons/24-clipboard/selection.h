/* Selections as X11 has them (ICCCM, Inter-Client Communication Conventions Manual 2.0, section 2): the
   server knows who owns "CLIPBOARD", and nothing else. What was copied stays with the program in which it was
   copied, and is asked for when it is pasted.

   A client and the server send each other messages of one size over a SOCK_SEQPACKET connection. X11 has
   more: every request carries the time of the user's click, so that a slow program cannot take the selection
   from a later one (ICCCM 2.1), and large data goes in pieces (INCR, 2.7.2). Here requests count in the order
   in which the server gets them, and what does not fit is refused. */
#ifndef SELECTION_H
#define SELECTION_H

enum { NAME_BYTES = 24, DATA_BYTES = 200, NOBODY = 0 };

enum message_type {
    /* from a client to the server */
    SET_SELECTION_OWNER, /* "it is mine now" */
    GET_SELECTION_OWNER, /* answered with SELECTION_OWNER */
    CONVERT_SELECTION,   /* "give it to me as `target`"; answered with SELECTION_NOTIFY */
    STOP_SERVER,
    /* from the server to a client */
    SELECTION_OWNER,   /* `client` owns it, or NOBODY; `self` is the one who asked */
    SELECTION_REQUEST, /* to the owner: `client` wants it as `target` */
    SELECTION_CLEAR,   /* to the owner: you have lost it */
    /* from the owner to the server, which passes it on to `client` */
    SELECTION_NOTIFY, /* here it is, in `data`; or, where `is_refused`, it cannot be had */
    MESSAGE_TYPES
};

struct message {
    enum message_type type;
    int client, self; /* the server counts the clients from 1 */
    int is_refused;
    char selection[NAME_BYTES]; /* "CLIPBOARD" */
    char target[NAME_BYTES];    /* the form that is wanted: "STRING", "TARGETS" */
    char data[DATA_BYTES];      /* a string */
};

/* The server's socket; `for_server`: made and listening, otherwise connected. Ends the process where that
   fails. */
int open_socket(int for_server);

/* 1, or 0 where nobody is there any more. Never waits for somebody who does not read. */
int send_message(int fd, const struct message *message);

/* Waits. 1, or 0 where the connection has ended or what came is no message. */
int receive_message(int fd, struct message *message);

/* A message with these names, and nothing else in it. */
struct message make_message(enum message_type type, const char *selection, const char *target);

/* Who owns the selection: a client's number or NOBODY; -1 where it is the one who asks. Events that come in
   between are lost: it is for programs that own nothing yet. */
int ask_owner(int fd, const char *selection);

/* Becomes the owner, and makes sure of it (ICCCM 2.1). Ends the process where that fails. */
void become_owner(int fd, const char *selection);

/* Goes on in the background; whoever started the program sees it end. */
void go_to_background(void);

/* The owner's answer to a SELECTION_REQUEST for something that it has as text (ICCCM 2.2). A null text is
   refused. */
void answer_request(int fd, const struct message *request, const char *text);

#endif
