#ifndef _BYTESWAP_H
#define _BYTESWAP_H
#include <stdint.h>
uint16_t bswap_16(uint16_t value);
uint32_t bswap_32(uint32_t value);
uint64_t bswap_64(uint64_t value);
#endif
