/* One job over many mechanisms: a client sends numbers, a server answers each with the sum of all so far.

   job.c is the job, and knows no mechanism. Every other C file here is one mechanism, and knows nothing of
   the job: lay two of them side by side to see what differs. */
#ifndef JOB_H
#define JOB_H

#include <sys/types.h>

/* What a mechanism provides. */
void prepare(void);               /* by the client, before it makes the server */
void start_server(pid_t client);  /* by the server, first */
void start_client(pid_t server);  /* by the client, after it has made the server */
void send_request(int number);    /* by the client */
void end_requests(void);          /* by the client: there will be no more */
int receive_request(int *number); /* by the server: waits; 0 when there will be no more */
void send_answer(int sum);        /* by the server */
int receive_answer(void);         /* by the client: waits */
void clean_up(void);              /* by the client, when the server has ended */

/* What job.c provides. */
void die(const char *what);            /* says which call failed and why, and ends the process */
void write_number(int fd, int number); /* for the mechanisms that carry a stream of bytes */
int read_number(int fd, int *number);  /* waits for a whole number; 0 at the end of the stream */

#endif
