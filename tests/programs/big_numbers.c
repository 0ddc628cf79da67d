/* Factorials and powers in arrays of decimal digits, and integer arithmetic at its borders. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 200 };
typedef struct {
    int length;
    unsigned char digits[DIGITS];
} number;

static void multiply(number *n, unsigned by) {
    unsigned carry = 0;
    for (int i = 0; i < n->length || carry; i++) {
        if (i == n->length) n->digits[n->length++] = 0;
        carry += n->digits[i] * by;
        n->digits[i] = (unsigned char)(carry % 10);
        carry /= 10;
    }
}

static number add(number a, number b) {
    number sum = {0, {0}};
    unsigned carry = 0;
    for (int i = 0; i < a.length || i < b.length || carry; i++) {
        carry += (i < a.length ? a.digits[i] : 0u) + (i < b.length ? b.digits[i] : 0u);
        sum.digits[sum.length++] = (unsigned char)(carry % 10);
        carry /= 10;
    }
    return sum;
}

static void print(const char *title, const number *n) {
    printf("%s", title);
    for (int i = n->length; i-- > 0;) putchar('0' + n->digits[i]);
    putchar('\n');
}

int main(void) {
    number n = {1, {1}}, a = {1, {0}}, b = {1, {1}};
    for (unsigned i = 2; i <= 60; i++) {
        multiply(&n, i);
        if (i % 20 == 0) print("factorial: ", &n);
    }
    for (int i = 0; i < 300; i++) {
        number next = add(a, b);
        a = b;
        b = next;
    }
    print("fibonacci: ", &a);
    uint64_t product = UINT64_C(0xfedcba9876543210) * 3;
    printf("%" PRIu64 " %" PRIx64 "\n", product, product >> 4 ^ product << 7);
    printf("%lld %lld\n", LLONG_MAX / 7 % 1000, LLONG_MIN % 1000);
    printf("%d %d %d %d\n", 7 / -2, 7 % -2, -7 / 2, -7 % 2);
    printf("%u %d\n", (unsigned char)300, (short)70000);
    return 0;
}
