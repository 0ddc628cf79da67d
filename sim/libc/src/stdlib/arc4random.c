// Random numbers that need no seed: from the kernel.
#include <bits/syscall.h>
#include <stdlib.h>
#include <sys/syscall.h>

void arc4random_buf(void* block, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        long got = RAW3(SYS_getrandom, (char*)block + done, bytes - done, 0);
        if (got > 0) done += (size_t)got;
    }
}

unsigned int arc4random(void) {
    unsigned int number;
    arc4random_buf(&number, sizeof number);
    return number;
}

unsigned int arc4random_uniform(unsigned int bound) {
    if (bound < 2) return 0;
    unsigned int number, least = -bound % bound;  // below it the remainders would not be equally likely
    do number = arc4random();
    while (number < least);
    return number % bound;
}
