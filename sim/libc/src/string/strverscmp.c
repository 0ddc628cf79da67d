// strverscmp(3): like strcmp, but runs of digits compare as numbers ("a2" before "a10"), with leading zeroes
// as fractions ("a01" before "a1").
#include <ctype.h>
#include <string.h>

int strverscmp(const char* a, const char* b) {
    size_t i = 0, run = 0;
    int zeroes = 1;
    // run: where the digits begin that surround the first difference; zeroes: only zeroes so far in that run
    for (; a[i] == b[i]; i++) {
        if (a[i] == 0) return 0;
        if (!isdigit((unsigned char)a[i])) {
            run = i + 1;
            zeroes = 1;
        } else if (a[i] != '0') {
            zeroes = 0;
        }
    }
    int digit_a = isdigit((unsigned char)a[i]) != 0, digit_b = isdigit((unsigned char)b[i]) != 0;
    int difference = (unsigned char)a[i] - (unsigned char)b[i];
    int in_run = run < i;
    if (in_run && zeroes) {
        // a fraction: more zeroes come first, and a number that ends here comes after one that goes on
        if (digit_a && digit_b) return difference;
        if (digit_a) return -1;
        if (digit_b) return 1;
        return difference;
    }
    if (digit_a && digit_b && !in_run && (a[i] == '0' || b[i] == '0')) return difference;
    if (!(digit_a || digit_b) || (!in_run && !(digit_a && digit_b))) return difference;
    size_t length_a = i, length_b = i;
    while (isdigit((unsigned char)a[length_a])) length_a++;
    while (isdigit((unsigned char)b[length_b])) length_b++;
    if (length_a != length_b) return length_a < length_b ? -1 : 1;
    return difference;
}
