/* A small data base: records of a fixed size, read and written in place. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct account {
    int number;
    char name[20];
    double balance;
};

static const char *const name = "/tmp/record_file.dat";

static int find(FILE *file, int number, struct account *account) {
    rewind(file);
    for (int index = 0; fread(account, sizeof *account, 1, file) == 1; index++)
        if (account->number == number) return index;
    return -1;
}

static void change(FILE *file, int number, double amount) {
    struct account account;
    int index = find(file, number, &account);
    if (index < 0) {
        printf("no account %d\n", number);
        return;
    }
    account.balance += amount;
    fseek(file, (long)(index * sizeof account), SEEK_SET);
    fwrite(&account, sizeof account, 1, file);
    printf("%s: %.2f\n", account.name, account.balance);
}

int main(void) {
    static const struct account start[] = {{17, "Ada", 100}, {4, "Brian", 20.5}, {99, "Dennis", -3.25}};
    FILE *file = fopen(name, "w+b");
    if (!file || fwrite(start, sizeof *start, 3, file) != 3) return 1;
    change(file, 4, 10);
    change(file, 99, 1000);
    change(file, 5, 1);
    change(file, 4, -0.75);
    struct account account;
    rewind(file);
    while (fread(&account, sizeof account, 1, file) == 1)
        printf("%4d %-10s %10.2f\n", account.number, account.name, account.balance);
    fclose(file);
    unlink(name);
    return 0;
}
