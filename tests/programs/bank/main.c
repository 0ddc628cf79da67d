/* Customers are processes that send orders through a pipe; the bank carries them out. Three files, one
 * program. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "error.h"

enum { CUSTOMERS = 3 };

static void customer(int number, int bank) {
    struct order order = {DEPOSIT, number, 0};
    for (int i = 1; i <= 10; i++) {
        order.kind = i % 3 == 0 ? WITHDRAW : DEPOSIT;
        order.amount = i * (number + 1);
        if (write(bank, &order, sizeof order) != sizeof order) fatal("write");
    }
    order.account = 99; /* there is no such account */
    if (write(bank, &order, sizeof order) != sizeof order) fatal("write");
}

int main(void) {
    int ends[2], refused = 0;
    struct order order;
    ssize_t got;
    if (pipe(ends) < 0) fatal("pipe");
    for (int i = 0; i < CUSTOMERS; i++) {
        pid_t pid = fork();
        if (pid < 0) fatal("fork");
        if (pid == 0) {
            close(ends[0]);
            customer(i, ends[1]);
            _exit(0);
        }
    }
    close(ends[1]);
    while ((got = read(ends[0], &order, sizeof order)) == sizeof order) refused += carry_out(&order) < 0;
    if (got != 0) fatal("read");
    while (wait(NULL) > 0) continue;
    for (int i = 0; i < CUSTOMERS; i++) printf("account %d: %ld\n", i, balance(i));
    printf("turnover %ld, refused %d\n", turnover(), refused);
    return 0;
}
