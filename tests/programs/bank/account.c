#include "account.h"

static long balances[MAX_ACCOUNTS];
static long moved;

typedef int (*action)(long *balance, long amount);

static int deposit(long *balance, long amount) {
    *balance += amount;
    return 0;
}

static int withdraw(long *balance, long amount) {
    if (*balance < amount) return -1;
    *balance -= amount;
    return 0;
}

static const action actions[] = {[DEPOSIT] = deposit, [WITHDRAW] = withdraw};

int carry_out(const struct order *order) {
    if (order->account < 0 || order->account >= MAX_ACCOUNTS) return -1;
    if (actions[order->kind](&balances[order->account], order->amount) < 0) return -1;
    moved += order->amount;
    return 0;
}

long balance(int account) {
    return balances[account];
}

long turnover(void) {
    return moved;
}
