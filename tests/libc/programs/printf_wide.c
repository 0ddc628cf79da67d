// printf() and wide characters.
#include <stdio.h>

int main(void) {
    printf("%ls %lc|%5ls|%.2ls\n", L"wide", L'w', L"abc", L"abc");
    return 0;
}
