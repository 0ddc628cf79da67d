// Byte order: the network's is big-endian, ours little-endian.
#include <byteswap.h>
#include <netinet/in.h>

uint16_t bswap_16(uint16_t value) {
    return (uint16_t)(value << 8 | value >> 8);
}
uint32_t bswap_32(uint32_t value) {
    return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) | value >> 24;
}
uint64_t bswap_64(uint64_t value) {
    return (uint64_t)bswap_32((uint32_t)value) << 32 | bswap_32((uint32_t)(value >> 32));
}
uint16_t htons(uint16_t value) {
    return bswap_16(value);
}
uint16_t ntohs(uint16_t value) {
    return bswap_16(value);
}
uint32_t htonl(uint32_t value) {
    return bswap_32(value);
}
uint32_t ntohl(uint32_t value) {
    return bswap_32(value);
}
