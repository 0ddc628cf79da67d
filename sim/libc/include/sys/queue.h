#ifndef _SYS_QUEUE_H
#define _SYS_QUEUE_H
// queue(7): lists whose links stand in the elements themselves. SLIST, LIST: one pointer as head; STAILQ (also called
// SIMPLEQ), TAILQ, CIRCLEQ: head and tail.

// SLIST: singly linked.
#define SLIST_HEAD(name, type) struct name { struct type* slh_first; }
#define SLIST_HEAD_INITIALIZER(head) { NULL }
#define SLIST_ENTRY(type) struct { struct type* sle_next; }
#define SLIST_FIRST(head) ((head)->slh_first)
#define SLIST_EMPTY(head) (SLIST_FIRST(head) == NULL)
#define SLIST_NEXT(element, field) ((element)->field.sle_next)
#define SLIST_INIT(head) ((void)(SLIST_FIRST(head) = NULL))
#define SLIST_FOREACH(variable, head, field) for ((variable) = SLIST_FIRST(head); (variable); (variable) = SLIST_NEXT(variable, field))
#define SLIST_INSERT_HEAD(head, element, field) do { \
        SLIST_NEXT(element, field) = SLIST_FIRST(head); \
        SLIST_FIRST(head) = (element); \
    } while (0)
#define SLIST_INSERT_AFTER(before, element, field) do { \
        SLIST_NEXT(element, field) = SLIST_NEXT(before, field); \
        SLIST_NEXT(before, field) = (element); \
    } while (0)
#define SLIST_REMOVE_HEAD(head, field) ((void)(SLIST_FIRST(head) = SLIST_NEXT(SLIST_FIRST(head), field)))
#define SLIST_REMOVE_AFTER(element, field) ((void)(SLIST_NEXT(element, field) = SLIST_NEXT(SLIST_NEXT(element, field), field)))
#define SLIST_REMOVE(head, element, type, field) do { \
        struct type** __at = &SLIST_FIRST(head); \
        while (*__at != (element)) __at = &SLIST_NEXT(*__at, field); \
        *__at = SLIST_NEXT(*__at, field); \
    } while (0)

// LIST: doubly linked; le_prev points to the pointer that leads here.
#define LIST_HEAD(name, type) struct name { struct type* lh_first; }
#define LIST_HEAD_INITIALIZER(head) { NULL }
#define LIST_ENTRY(type) struct { struct type *le_next, **le_prev; }
#define LIST_FIRST(head) ((head)->lh_first)
#define LIST_EMPTY(head) (LIST_FIRST(head) == NULL)
#define LIST_NEXT(element, field) ((element)->field.le_next)
#define LIST_INIT(head) ((void)(LIST_FIRST(head) = NULL))
#define LIST_FOREACH(variable, head, field) for ((variable) = LIST_FIRST(head); (variable); (variable) = LIST_NEXT(variable, field))
#define LIST_INSERT_HEAD(head, element, field) do { \
        if ((LIST_NEXT(element, field) = LIST_FIRST(head)) != NULL) \
            LIST_FIRST(head)->field.le_prev = &LIST_NEXT(element, field); \
        LIST_FIRST(head) = (element); \
        (element)->field.le_prev = &LIST_FIRST(head); \
    } while (0)
#define LIST_INSERT_AFTER(before, element, field) do { \
        if ((LIST_NEXT(element, field) = LIST_NEXT(before, field)) != NULL) \
            LIST_NEXT(before, field)->field.le_prev = &LIST_NEXT(element, field); \
        LIST_NEXT(before, field) = (element); \
        (element)->field.le_prev = &LIST_NEXT(before, field); \
    } while (0)
#define LIST_INSERT_BEFORE(after, element, field) do { \
        (element)->field.le_prev = (after)->field.le_prev; \
        LIST_NEXT(element, field) = (after); \
        *(after)->field.le_prev = (element); \
        (after)->field.le_prev = &LIST_NEXT(element, field); \
    } while (0)
#define LIST_REMOVE(element, field) do { \
        if (LIST_NEXT(element, field) != NULL) \
            LIST_NEXT(element, field)->field.le_prev = (element)->field.le_prev; \
        *(element)->field.le_prev = LIST_NEXT(element, field); \
    } while (0)

// STAILQ: singly linked, with the place of the last link.
#define STAILQ_HEAD(name, type) struct name { struct type *stqh_first, **stqh_last; }
#define STAILQ_HEAD_INITIALIZER(head) { NULL, &(head).stqh_first }
#define STAILQ_ENTRY(type) struct { struct type* stqe_next; }
#define STAILQ_FIRST(head) ((head)->stqh_first)
#define STAILQ_EMPTY(head) (STAILQ_FIRST(head) == NULL)
#define STAILQ_NEXT(element, field) ((element)->field.stqe_next)
#define STAILQ_INIT(head) do { \
        STAILQ_FIRST(head) = NULL; \
        (head)->stqh_last = &STAILQ_FIRST(head); \
    } while (0)
#define STAILQ_FOREACH(variable, head, field) for ((variable) = STAILQ_FIRST(head); (variable); (variable) = STAILQ_NEXT(variable, field))
#define STAILQ_INSERT_HEAD(head, element, field) do { \
        if ((STAILQ_NEXT(element, field) = STAILQ_FIRST(head)) == NULL) \
            (head)->stqh_last = &STAILQ_NEXT(element, field); \
        STAILQ_FIRST(head) = (element); \
    } while (0)
#define STAILQ_INSERT_TAIL(head, element, field) do { \
        STAILQ_NEXT(element, field) = NULL; \
        *(head)->stqh_last = (element); \
        (head)->stqh_last = &STAILQ_NEXT(element, field); \
    } while (0)
#define STAILQ_INSERT_AFTER(head, before, element, field) do { \
        if ((STAILQ_NEXT(element, field) = STAILQ_NEXT(before, field)) == NULL) \
            (head)->stqh_last = &STAILQ_NEXT(element, field); \
        STAILQ_NEXT(before, field) = (element); \
    } while (0)
#define STAILQ_REMOVE_HEAD(head, field) do { \
        if ((STAILQ_FIRST(head) = STAILQ_NEXT(STAILQ_FIRST(head), field)) == NULL) \
            (head)->stqh_last = &STAILQ_FIRST(head); \
    } while (0)
#define STAILQ_REMOVE(head, element, type, field) do { \
        struct type** __at = &STAILQ_FIRST(head); \
        while (*__at != (element)) __at = &STAILQ_NEXT(*__at, field); \
        if ((*__at = STAILQ_NEXT(*__at, field)) == NULL) (head)->stqh_last = __at; \
    } while (0)

// SIMPLEQ: singly linked, with the place of the last link.
#define SIMPLEQ_HEAD(name, type) struct name { struct type *sqh_first, **sqh_last; }
#define SIMPLEQ_HEAD_INITIALIZER(head) { NULL, &(head).sqh_first }
#define SIMPLEQ_ENTRY(type) struct { struct type* sqe_next; }
#define SIMPLEQ_FIRST(head) ((head)->sqh_first)
#define SIMPLEQ_EMPTY(head) (SIMPLEQ_FIRST(head) == NULL)
#define SIMPLEQ_NEXT(element, field) ((element)->field.sqe_next)
#define SIMPLEQ_INIT(head) do { \
        SIMPLEQ_FIRST(head) = NULL; \
        (head)->sqh_last = &SIMPLEQ_FIRST(head); \
    } while (0)
#define SIMPLEQ_FOREACH(variable, head, field) for ((variable) = SIMPLEQ_FIRST(head); (variable); (variable) = SIMPLEQ_NEXT(variable, field))
#define SIMPLEQ_INSERT_HEAD(head, element, field) do { \
        if ((SIMPLEQ_NEXT(element, field) = SIMPLEQ_FIRST(head)) == NULL) \
            (head)->sqh_last = &SIMPLEQ_NEXT(element, field); \
        SIMPLEQ_FIRST(head) = (element); \
    } while (0)
#define SIMPLEQ_INSERT_TAIL(head, element, field) do { \
        SIMPLEQ_NEXT(element, field) = NULL; \
        *(head)->sqh_last = (element); \
        (head)->sqh_last = &SIMPLEQ_NEXT(element, field); \
    } while (0)
#define SIMPLEQ_INSERT_AFTER(head, before, element, field) do { \
        if ((SIMPLEQ_NEXT(element, field) = SIMPLEQ_NEXT(before, field)) == NULL) \
            (head)->sqh_last = &SIMPLEQ_NEXT(element, field); \
        SIMPLEQ_NEXT(before, field) = (element); \
    } while (0)
#define SIMPLEQ_REMOVE_HEAD(head, field) do { \
        if ((SIMPLEQ_FIRST(head) = SIMPLEQ_NEXT(SIMPLEQ_FIRST(head), field)) == NULL) \
            (head)->sqh_last = &SIMPLEQ_FIRST(head); \
    } while (0)
#define SIMPLEQ_REMOVE(head, element, type, field) do { \
        struct type** __at = &SIMPLEQ_FIRST(head); \
        while (*__at != (element)) __at = &SIMPLEQ_NEXT(*__at, field); \
        if ((*__at = SIMPLEQ_NEXT(*__at, field)) == NULL) (head)->sqh_last = __at; \
    } while (0)
#define STAILQ_CONCAT(first, second) do { \
        if (!STAILQ_EMPTY(second)) { \
            *(first)->stqh_last = STAILQ_FIRST(second); \
            (first)->stqh_last = (second)->stqh_last; \
            STAILQ_INIT(second); \
        } \
    } while (0)

// TAILQ: doubly linked, with the place of the last link; the previous element is found through that of its link.
#define TAILQ_HEAD(name, type) struct name { struct type *tqh_first, **tqh_last; }
#define TAILQ_HEAD_INITIALIZER(head) { NULL, &(head).tqh_first }
#define TAILQ_ENTRY(type) struct { struct type *tqe_next, **tqe_prev; }
#define TAILQ_FIRST(head) ((head)->tqh_first)
#define TAILQ_EMPTY(head) (TAILQ_FIRST(head) == NULL)
#define TAILQ_NEXT(element, field) ((element)->field.tqe_next)
#define TAILQ_LAST(head, name) (*(((struct name*)((head)->tqh_last))->tqh_last))
#define TAILQ_PREV(element, name, field) (*(((struct name*)((element)->field.tqe_prev))->tqh_last))
#define TAILQ_INIT(head) do { \
        TAILQ_FIRST(head) = NULL; \
        (head)->tqh_last = &TAILQ_FIRST(head); \
    } while (0)
#define TAILQ_FOREACH(variable, head, field) for ((variable) = TAILQ_FIRST(head); (variable); (variable) = TAILQ_NEXT(variable, field))
#define TAILQ_FOREACH_REVERSE(variable, head, name, field) for ((variable) = TAILQ_LAST(head, name); (variable); (variable) = TAILQ_PREV(variable, name, field))
#define TAILQ_INSERT_HEAD(head, element, field) do { \
        if ((TAILQ_NEXT(element, field) = TAILQ_FIRST(head)) != NULL) \
            TAILQ_FIRST(head)->field.tqe_prev = &TAILQ_NEXT(element, field); \
        else \
            (head)->tqh_last = &TAILQ_NEXT(element, field); \
        TAILQ_FIRST(head) = (element); \
        (element)->field.tqe_prev = &TAILQ_FIRST(head); \
    } while (0)
#define TAILQ_INSERT_TAIL(head, element, field) do { \
        TAILQ_NEXT(element, field) = NULL; \
        (element)->field.tqe_prev = (head)->tqh_last; \
        *(head)->tqh_last = (element); \
        (head)->tqh_last = &TAILQ_NEXT(element, field); \
    } while (0)
#define TAILQ_INSERT_AFTER(head, before, element, field) do { \
        if ((TAILQ_NEXT(element, field) = TAILQ_NEXT(before, field)) != NULL) \
            TAILQ_NEXT(element, field)->field.tqe_prev = &TAILQ_NEXT(element, field); \
        else \
            (head)->tqh_last = &TAILQ_NEXT(element, field); \
        TAILQ_NEXT(before, field) = (element); \
        (element)->field.tqe_prev = &TAILQ_NEXT(before, field); \
    } while (0)
#define TAILQ_INSERT_BEFORE(after, element, field) do { \
        (element)->field.tqe_prev = (after)->field.tqe_prev; \
        TAILQ_NEXT(element, field) = (after); \
        *(after)->field.tqe_prev = (element); \
        (after)->field.tqe_prev = &TAILQ_NEXT(element, field); \
    } while (0)
#define TAILQ_REMOVE(head, element, field) do { \
        if (TAILQ_NEXT(element, field) != NULL) \
            TAILQ_NEXT(element, field)->field.tqe_prev = (element)->field.tqe_prev; \
        else \
            (head)->tqh_last = (element)->field.tqe_prev; \
        *(element)->field.tqe_prev = TAILQ_NEXT(element, field); \
    } while (0)
#define TAILQ_CONCAT(first, second, field) do { \
        if (!TAILQ_EMPTY(second)) { \
            *(first)->tqh_last = TAILQ_FIRST(second); \
            TAILQ_FIRST(second)->field.tqe_prev = (first)->tqh_last; \
            (first)->tqh_last = (second)->tqh_last; \
            TAILQ_INIT(second); \
        } \
    } while (0)

// CIRCLEQ: doubly linked in a ring; the head itself, as a pointer, marks the end.
#define CIRCLEQ_HEAD(name, type) struct name { struct type *cqh_first, *cqh_last; }
#define CIRCLEQ_HEAD_INITIALIZER(head) { (void*)&(head), (void*)&(head) }
#define CIRCLEQ_ENTRY(type) struct { struct type *cqe_next, *cqe_prev; }
#define CIRCLEQ_FIRST(head) ((head)->cqh_first)
#define CIRCLEQ_LAST(head) ((head)->cqh_last)
#define CIRCLEQ_EMPTY(head) (CIRCLEQ_FIRST(head) == (void*)(head))
#define CIRCLEQ_NEXT(element, field) ((element)->field.cqe_next)
#define CIRCLEQ_PREV(element, field) ((element)->field.cqe_prev)
#define CIRCLEQ_LOOP_NEXT(head, element, field) (CIRCLEQ_NEXT(element, field) == (void*)(head) ? CIRCLEQ_FIRST(head) : CIRCLEQ_NEXT(element, field))
#define CIRCLEQ_LOOP_PREV(head, element, field) (CIRCLEQ_PREV(element, field) == (void*)(head) ? CIRCLEQ_LAST(head) : CIRCLEQ_PREV(element, field))
#define CIRCLEQ_INIT(head) do { \
        CIRCLEQ_FIRST(head) = (void*)(head); \
        CIRCLEQ_LAST(head) = (void*)(head); \
    } while (0)
#define CIRCLEQ_FOREACH(variable, head, field) for ((variable) = CIRCLEQ_FIRST(head); (variable) != (const void*)(head); (variable) = CIRCLEQ_NEXT(variable, field))
#define CIRCLEQ_FOREACH_REVERSE(variable, head, field) for ((variable) = CIRCLEQ_LAST(head); (variable) != (const void*)(head); (variable) = CIRCLEQ_PREV(variable, field))
#define CIRCLEQ_INSERT_AFTER(head, before, element, field) do { \
        CIRCLEQ_NEXT(element, field) = CIRCLEQ_NEXT(before, field); \
        CIRCLEQ_PREV(element, field) = (before); \
        if (CIRCLEQ_NEXT(before, field) == (void*)(head)) \
            CIRCLEQ_LAST(head) = (element); \
        else \
            CIRCLEQ_PREV(CIRCLEQ_NEXT(before, field), field) = (element); \
        CIRCLEQ_NEXT(before, field) = (element); \
    } while (0)
#define CIRCLEQ_INSERT_BEFORE(head, after, element, field) do { \
        CIRCLEQ_NEXT(element, field) = (after); \
        CIRCLEQ_PREV(element, field) = CIRCLEQ_PREV(after, field); \
        if (CIRCLEQ_PREV(after, field) == (void*)(head)) \
            CIRCLEQ_FIRST(head) = (element); \
        else \
            CIRCLEQ_NEXT(CIRCLEQ_PREV(after, field), field) = (element); \
        CIRCLEQ_PREV(after, field) = (element); \
    } while (0)
#define CIRCLEQ_INSERT_HEAD(head, element, field) do { \
        CIRCLEQ_NEXT(element, field) = CIRCLEQ_FIRST(head); \
        CIRCLEQ_PREV(element, field) = (void*)(head); \
        if (CIRCLEQ_LAST(head) == (void*)(head)) \
            CIRCLEQ_LAST(head) = (element); \
        else \
            CIRCLEQ_PREV(CIRCLEQ_FIRST(head), field) = (element); \
        CIRCLEQ_FIRST(head) = (element); \
    } while (0)
#define CIRCLEQ_INSERT_TAIL(head, element, field) do { \
        CIRCLEQ_NEXT(element, field) = (void*)(head); \
        CIRCLEQ_PREV(element, field) = CIRCLEQ_LAST(head); \
        if (CIRCLEQ_FIRST(head) == (void*)(head)) \
            CIRCLEQ_FIRST(head) = (element); \
        else \
            CIRCLEQ_NEXT(CIRCLEQ_LAST(head), field) = (element); \
        CIRCLEQ_LAST(head) = (element); \
    } while (0)
#define CIRCLEQ_REMOVE(head, element, field) do { \
        if (CIRCLEQ_NEXT(element, field) == (void*)(head)) \
            CIRCLEQ_LAST(head) = CIRCLEQ_PREV(element, field); \
        else \
            CIRCLEQ_PREV(CIRCLEQ_NEXT(element, field), field) = CIRCLEQ_PREV(element, field); \
        if (CIRCLEQ_PREV(element, field) == (void*)(head)) \
            CIRCLEQ_FIRST(head) = CIRCLEQ_NEXT(element, field); \
        else \
            CIRCLEQ_NEXT(CIRCLEQ_PREV(element, field), field) = CIRCLEQ_NEXT(element, field); \
    } while (0)

#endif
