// What the feature test macros come to.
#define _XOPEN_SOURCE 600
#include <sys/sysmacros.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
#ifdef _POSIX_C_SOURCE
    printf("%ld\n", _POSIX_C_SOURCE);
#endif
#ifdef _DEFAULT_SOURCE
    printf("default\n");
#endif
    printf("%d %d\n", __GLIBC__, __GLIBC_PREREQ(2, 30));
    printf("%u %u %#lx\n", major(makedev(0x12345, 0x6789a)), minor(makedev(0x12345, 0x6789a)),
           (unsigned long)makedev(0x12345, 0x6789a));
    atomic_int counter = ATOMIC_VAR_INIT(5);
    atomic_fetch_add(&counter, 3);
    counter += 2;
    int expected = 10;
    printf("%d", atomic_compare_exchange_strong(&counter, &expected, 7));
    printf(" %d %d", atomic_load(&counter), atomic_exchange(&counter, 1));
    atomic_flag flag = ATOMIC_FLAG_INIT;
    printf(" %d", atomic_flag_test_and_set(&flag));
    printf(" %d\n", atomic_flag_test_and_set(&flag));
    return 0;
}
