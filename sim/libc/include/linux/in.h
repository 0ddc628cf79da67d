#ifndef _LINUX_IN_H
#define _LINUX_IN_H
#include <netinet/in.h>
#endif
