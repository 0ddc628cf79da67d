// An answer to a question of yes or no, in the C locale.
#include <stdlib.h>

int rpmatch(const char* answer) {
    if (*answer == 'y' || *answer == 'Y') return 1;
    return *answer == 'n' || *answer == 'N' ? 0 : -1;
}
