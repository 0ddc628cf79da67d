// hsearch(3): a table of fixed size with open addressing.
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

static struct hsearch_data shared;

static int is_prime(unsigned int number) {
    for (unsigned int divisor = 3; divisor * divisor <= number; divisor += 2)
        if (number % divisor == 0) return 0;
    return number % 2 != 0;
}

int hcreate_r(size_t count, struct hsearch_data* table) {
    if (table->__table) return 0;
    if (count > 0x7fffffff) {
        errno = ENOMEM;
        return 0;
    }
    unsigned int size = count < 3 ? 3 : (unsigned int)count;
    while (!is_prime(size)) size++;
    table->__table = calloc(size, sizeof *table->__table);
    if (!table->__table) return 0;
    table->__size = size;
    table->__filled = 0;
    return 1;
}

void hdestroy_r(struct hsearch_data* table) {
    free(table->__table);
    table->__table = 0;
}

int hsearch_r(ENTRY item, ACTION action, ENTRY** found, struct hsearch_data* table) {
    unsigned int hash = 0;
    for (const char* at = item.key; *at; at++) hash = hash * 31 + (unsigned char)*at;
    for (unsigned int i = 0; i < table->__size; i++) {
        ENTRY* entry = &table->__table[(hash + i) % table->__size];
        if (entry->key && strcmp(entry->key, item.key) != 0) continue;
        if (!entry->key) {
            if (action == FIND) break;
            *entry = item;
            table->__filled++;
        }
        *found = entry;
        return 1;
    }
    errno = action == FIND ? ESRCH : ENOMEM;
    *found = 0;
    return 0;
}

int hcreate(size_t count) {
    return hcreate_r(count, &shared);
}
void hdestroy(void) {
    hdestroy_r(&shared);
}
ENTRY* hsearch(ENTRY item, ACTION action) {
    ENTRY* found;
    hsearch_r(item, action, &found, &shared);
    return found;
}
