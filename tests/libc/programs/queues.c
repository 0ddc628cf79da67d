// The lists of <sys/queue.h>, all in the same play.
#include <stdio.h>
#include <sys/queue.h>

struct item {
    int number;
    SLIST_ENTRY(item) single;
    LIST_ENTRY(item) list;
    STAILQ_ENTRY(item) queue;
    TAILQ_ENTRY(item) tail;
    CIRCLEQ_ENTRY(item) ring;
};
SLIST_HEAD(singles, item);
LIST_HEAD(lists, item);
STAILQ_HEAD(queues, item);
TAILQ_HEAD(tails, item);
CIRCLEQ_HEAD(rings, item);

#define SHOW(FOREACH, head, field)                                 \
    do {                                                           \
        FOREACH(at, &head, field) printf(" %d", at->number);       \
        printf("\n");                                              \
    } while (0)

int main(void) {
    struct item items[6], *at;
    struct singles singles = SLIST_HEAD_INITIALIZER(singles);
    struct lists lists = LIST_HEAD_INITIALIZER(lists);
    struct queues queues = STAILQ_HEAD_INITIALIZER(queues), more = STAILQ_HEAD_INITIALIZER(more);
    struct tails tails = TAILQ_HEAD_INITIALIZER(tails);
    struct rings rings = CIRCLEQ_HEAD_INITIALIZER(rings);
    for (int i = 0; i < 6; i++) items[i].number = i;
    for (int i = 0; i < 4; i++) {
        SLIST_INSERT_HEAD(&singles, &items[i], single);
        LIST_INSERT_HEAD(&lists, &items[i], list);
        STAILQ_INSERT_TAIL(&queues, &items[i], queue);
        TAILQ_INSERT_TAIL(&tails, &items[i], tail);
        CIRCLEQ_INSERT_TAIL(&rings, &items[i], ring);
    }
    SLIST_INSERT_AFTER(&items[2], &items[4], single);
    SLIST_REMOVE(&singles, &items[1], item, single);
    SHOW(SLIST_FOREACH, singles, single);
    LIST_INSERT_BEFORE(&items[3], &items[4], list);
    LIST_INSERT_AFTER(&items[0], &items[5], list);
    LIST_REMOVE(&items[2], list);
    SHOW(LIST_FOREACH, lists, list);
    STAILQ_INSERT_TAIL(&more, &items[4], queue);
    STAILQ_INSERT_HEAD(&more, &items[5], queue);
    STAILQ_CONCAT(&queues, &more);
    STAILQ_REMOVE(&queues, &items[4], item, queue);
    STAILQ_REMOVE_HEAD(&queues, queue);
    SHOW(STAILQ_FOREACH, queues, queue);
    printf("%d\n", STAILQ_EMPTY(&more));
    TAILQ_INSERT_HEAD(&tails, &items[4], tail);
    TAILQ_INSERT_AFTER(&tails, &items[3], &items[5], tail);
    TAILQ_REMOVE(&tails, &items[1], tail);
    SHOW(TAILQ_FOREACH, tails, tail);
    TAILQ_FOREACH_REVERSE(at, &tails, tails, tail) printf(" %d", at->number);
    printf("\n%d %d\n", TAILQ_LAST(&tails, tails)->number, TAILQ_PREV(&items[3], tails, tail)->number);
    CIRCLEQ_INSERT_HEAD(&rings, &items[4], ring);
    CIRCLEQ_INSERT_BEFORE(&rings, &items[0], &items[5], ring);
    CIRCLEQ_REMOVE(&rings, &items[2], ring);
    SHOW(CIRCLEQ_FOREACH, rings, ring);
    CIRCLEQ_FOREACH_REVERSE(at, &rings, ring) printf(" %d", at->number);
    at = CIRCLEQ_LAST(&rings);
    printf("\n%d\n", CIRCLEQ_LOOP_NEXT(&rings, at, ring)->number);
    return 0;
}
