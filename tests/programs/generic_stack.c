/* Types made by macros, choices made by type, and structures with arrays at their end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK(type, name)                                       \
    struct name {                                               \
        size_t count, room;                                     \
        type *items;                                            \
    };                                                          \
    static void name##_push(struct name *stack, type item) {    \
        if (stack->count == stack->room) {                      \
            stack->room = stack->room ? 2 * stack->room : 2;    \
            stack->items = realloc(stack->items, stack->room * sizeof(type)); \
        }                                                       \
        stack->items[stack->count++] = item;                    \
    }                                                           \
    static type name##_pop(struct name *stack) {                \
        return stack->items[--stack->count];                    \
    }

struct point {
    double x, y;
};
STACK(int, ints)
STACK(struct point, points)

#define kind_of(value)            \
    _Generic((value),             \
        int: "int",               \
        unsigned: "unsigned",     \
        long: "long",             \
        double: "double",         \
        float: "float",           \
        char *: "text",           \
        const char *: "constant text", \
        struct point: "point",    \
        default: "something else")

struct named {
    size_t length;
    char name[];
};

static struct named *make(const char *name) {
    struct named *made = malloc(sizeof *made + strlen(name) + 1);
    made->length = strlen(name);
    strcpy(made->name, name);
    return made;
}

_Static_assert(sizeof(struct named) == sizeof(size_t), "the array at the end takes no room");

int main(void) {
    struct ints numbers = {0, 0, NULL};
    struct points path = {.items = NULL};
    for (int i = 0; i < 10; i++) ints_push(&numbers, i * i);
    for (int i = 0; i < 3; i++) points_push(&path, (struct point){i, .y = -i});
    while (numbers.count > 5) printf("%d ", ints_pop(&numbers));
    struct point last = points_pop(&path);
    printf("(%g, %g), room %zu %zu\n", last.x, last.y, numbers.room, path.room);
    char text[] = "x";
    short small = 1;
    printf("%s, %s, %s, %s, %s, %s\n", kind_of(1), kind_of(1u), kind_of(2.0f), kind_of(text), kind_of("x"), kind_of(last));
    printf("%s, %s, %s\n", kind_of(small), kind_of(small + small), kind_of('c'));
    struct named *named = make("flexible");
    printf("%s %zu\n", named->name, named->length);
    free(named);
    free(numbers.items);
    free(path.items);
    return 0;
}
