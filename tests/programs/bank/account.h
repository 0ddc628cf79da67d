#ifndef ACCOUNT_H
#define ACCOUNT_H

#define MAX_ACCOUNTS 4

enum kind { DEPOSIT, WITHDRAW };

struct order {
    enum kind kind;
    int account;
    long amount;
};

/* Carries out an order. Returns 0, or -1 where there is no such account or not enough in it. */
int carry_out(const struct order *order);
long balance(int account);
long turnover(void);

#endif
