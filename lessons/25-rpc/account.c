/* The procedures of the account's program. */
#include "account.h"

#include <limits.h>
#include <string.h>

#include "server.h"

static struct account {
    const char *owner;
    int balance;
} accounts[] = {{"alice", 100}, {"bob", 20}};

static int is_stopped;

int has_been_stopped(void) {
    return is_stopped;
}

static struct account *find(const char *owner) {
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++)
        if (strcmp(accounts[i].owner, owner) == 0)
            return &accounts[i];
    return NULL;
}

/* A balance is never below 0 nor above INT_MAX. */
static int change(struct account *account, uint32_t procedure, int amount) {
    if (account == NULL || amount < 0)
        return 0;
    if (procedure == WITHDRAW && amount > account->balance)
        return 0;
    if (procedure == DEPOSIT && amount > INT_MAX - account->balance)
        return 0;
    account->balance += procedure == WITHDRAW ? -amount : amount;
    return 1;
}

static enum accept_stat execute_account(uint32_t procedure, struct xdr *arguments, struct xdr *results) {
    char owner[OWNER_BYTES + 1];
    xdr_get_string(arguments, owner, OWNER_BYTES);
    int amount = procedure == BALANCE ? 0 : xdr_get_int(arguments);
    if (!xdr_is_complete(arguments))
        return GARBAGE_ARGS;
    struct account *account = find(owner);
    int is_done = change(account, procedure, amount);
    xdr_put_unsigned(results, (uint32_t)is_done);
    if (is_done)
        xdr_put_int(results, account->balance);
    return SUCCESS;
}

enum accept_stat execute(uint32_t procedure, struct xdr *arguments, struct xdr *results) {
    switch (procedure) {
        case NONE:
            return SUCCESS;
        case BALANCE:
        case WITHDRAW:
        case DEPOSIT:
            return execute_account(procedure, arguments, results);
        case STOP:
            is_stopped = 1;
            return SUCCESS;
        default:
            return PROC_UNAVAIL;
    }
}
