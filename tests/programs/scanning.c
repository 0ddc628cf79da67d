/* What sscanf() takes from a text, and how many conversions it makes. */
#include <stdio.h>

int main(void) {
    int a = -1, b = -1, c = -1, result, length = -1;
    unsigned u = 0;
    char word[32] = "", rest[32] = "", letter = '?';
    double real = 0;
    result = sscanf("10 20 30", "%d %d %d", &a, &b, &c);
    printf("%d: %d %d %d\n", result, a, b, c);
    result = sscanf("12abc", "%d%s", &a, word);
    printf("%d: %d %s\n", result, a, word);
    result = sscanf("2024-02-29", "%d-%d-%d", &a, &b, &c);
    printf("%d: %d %d %d\n", result, a, b, c);
    result = sscanf("key = value with spaces", "%31[^= ] = %31[^\n]", word, rest);
    printf("%d: [%s] [%s]\n", result, word, rest);
    result = sscanf("0x1F 017 99", "%i %i %i", &a, &b, &c);
    printf("%d: %d %d %d\n", result, a, b, c);
    result = sscanf("ff", "%x", &u);
    printf("%d: %u\n", result, u);
    result = sscanf("123456", "%2d%3d%n", &a, &b, &length);
    printf("%d: %d %d, %d characters\n", result, a, b, length);
    result = sscanf("3.5e2xyz", "%lf%c", &real, &letter);
    printf("%d: %g %c\n", result, real, letter);
    result = sscanf("skip 5", "%*s %d", &a);
    printf("%d: %d\n", result, a);
    result = sscanf("", "%d", &a);
    printf("empty: %d\n", result);
    result = sscanf("x", "%d", &a);
    printf("no number: %d\n", result);
    result = sscanf("50%", "%d%%", &a);
    printf("%d: %d\n", result, a);
    return 0;
}
