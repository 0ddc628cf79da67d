// Enumerations of every width.
#include <stdio.h>
enum big { A = 9223372036854775808UL, B, C = 18446744073709551615UL };
enum neg { N = -1, P = 4294967295U };
enum u { U1 = 4294967295U, U2 = 2 };
enum ll { L = 1LL << 40, M };
int main(void) {
    printf("%lu %lu %lu %zu %zu %zu %zu\n", (unsigned long)A, (unsigned long)B, (unsigned long)C,
           sizeof(enum big), sizeof(enum neg), sizeof(enum u), sizeof(enum ll));
    enum big x = C;
    printf("%d %d %d\n", x > 0, N < 0, (enum u)U2 - 3 < 0);
    printf("%ld %ld\n", (long)L, (long)M);
    printf("%zu %zu\n", sizeof A, sizeof U1);
    return 0;
}
