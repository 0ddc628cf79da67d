/* Between the server's two parts: server.c takes in calls and sends replies, account.c does what is called.
 */
#ifndef SERVER_H
#define SERVER_H

#include "rpc.h"

/* Executes a procedure of the program: reads its arguments, writes its results. SUCCESS, PROC_UNAVAIL or
   GARBAGE_ARGS; then it has written nothing. */
enum accept_stat execute(uint32_t procedure, struct xdr *arguments, struct xdr *results);

/* Whether somebody has called STOP. */
int has_been_stopped(void);

#endif
