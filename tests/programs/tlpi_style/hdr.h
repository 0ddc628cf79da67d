#ifndef HDR_H
#define HDR_H
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "numbers.h"

typedef enum { FALSE, TRUE } Boolean;
#endif
