// What the sources about dates share.
#ifndef _BITS_ZONE_H
#define _BITS_ZONE_H

#include <time.h>

extern struct tm __shared_tm;  ///< the result of gmtime() and localtime()

#endif
