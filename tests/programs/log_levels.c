/* A variadic log function, wrapped by macros that add where they stand. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum level { DEBUG, INFO, WARNING, LEVELS };
static const char *const names[LEVELS] = {[INFO] = "info", [DEBUG] = "debug", [WARNING] = "warning"};
static enum level threshold = INFO;
static int counts[LEVELS];

__attribute__((format(printf, 3, 4))) static void log_at(enum level level, const char *where, const char *format, ...) {
    counts[level]++;
    if (level < threshold) return;
    va_list arguments, copy;
    va_start(arguments, format);
    va_copy(copy, arguments);
    int length = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    printf("%-7s %s (%d): ", names[level], where, length);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

#define LOG(level, ...) log_at(level, __func__, __VA_ARGS__)
#define CHECK(condition) ((condition) ? (void)0 : LOG(WARNING, "%s does not hold", #condition))
#define JOIN(a, b) a##b
#define LOG_INT(name) LOG(INFO, #name " = %d", JOIN(, name))

static int half(int number) {
    CHECK(number % 2 == 0);
    LOG(DEBUG, "%d", number);
    return number / 2;
}

int main(void) {
    int total = half(10) + half(7);
    LOG_INT(total);
    LOG(INFO, "%s: %c %5.2f %ld", "mixed", 'x', 2.5, 1L << 40);
    threshold = DEBUG;
    half(4);
    for (int i = 0; i < LEVELS; i++) printf("%s %d\n", names[i], counts[i]);
    return 0;
}
