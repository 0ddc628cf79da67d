/* A singly linked list: inserted in order, reversed, filtered, taken apart. */
#include <stdio.h>
#include <stdlib.h>

struct node {
    int value;
    struct node *next;
};

static void insert(struct node **list, int value) {
    while (*list && (*list)->value < value) list = &(*list)->next;
    struct node *node = malloc(sizeof *node);
    *node = (struct node){value, *list};
    *list = node;
}

static struct node *reverse(struct node *list) {
    struct node *result = NULL;
    while (list) {
        struct node *next = list->next;
        list->next = result;
        result = list;
        list = next;
    }
    return result;
}

static int remove_if(struct node **list, int (*wanted)(int)) {
    int removed = 0;
    while (*list) {
        if (wanted((*list)->value)) {
            struct node *gone = *list;
            *list = gone->next;
            free(gone);
            removed++;
        } else {
            list = &(*list)->next;
        }
    }
    return removed;
}

static int is_odd(int value) {
    return value % 2 != 0;
}
static int any(int value) {
    (void)value;
    return 1;
}

static void show(const struct node *list) {
    for (; list; list = list->next) printf("%d%s", list->value, list->next ? " -> " : "\n");
}

int main(void) {
    struct node *list = NULL;
    for (int i = 0; i < 10; i++) insert(&list, i * 7 % 11);
    show(list);
    list = reverse(list);
    show(list);
    printf("%d odd ones removed\n", remove_if(&list, is_odd));
    show(list);
    printf("%d were left\n", remove_if(&list, any));
    printf("empty: %d\n", list == NULL);
    return 0;
}
