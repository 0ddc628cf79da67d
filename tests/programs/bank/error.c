#include "error.h"

#include <stdio.h>
#include <stdlib.h>

void fatal(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}
