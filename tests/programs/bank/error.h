#ifndef ERROR_H
#define ERROR_H

/* Prints what failed and why, and ends the program. */
void fatal(const char *what);

#endif
