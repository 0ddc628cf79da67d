#ifndef _BITS_GETOPT_H
#define _BITS_GETOPT_H

extern char* optarg;
extern int optind, opterr, optopt;

int getopt(int argc, char* const argv[], const char* options);

#endif
