#include "xdr.h"

#include <string.h>

/* The next `bytes` bytes; null where they are not there. */
static unsigned char *take(struct xdr *xdr, size_t bytes) {
    if (xdr->is_bad || bytes > xdr->size - xdr->at) {
        xdr->is_bad = 1;
        return NULL;
    }
    unsigned char *start = xdr->data + xdr->at;
    xdr->at += bytes;
    return start;
}

static size_t padding(size_t length) {
    return (4 - length % 4) % 4;
}

void xdr_put_unsigned(struct xdr *xdr, uint32_t value) {
    unsigned char *bytes = take(xdr, 4);
    if (bytes == NULL)
        return;
    bytes[0] = (unsigned char)(value >> 24);
    bytes[1] = (unsigned char)(value >> 16);
    bytes[2] = (unsigned char)(value >> 8);
    bytes[3] = (unsigned char)value;
}

uint32_t xdr_get_unsigned(struct xdr *xdr) {
    const unsigned char *bytes = take(xdr, 4);
    if (bytes == NULL)
        return 0;
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void xdr_put_int(struct xdr *xdr, int32_t value) {
    xdr_put_unsigned(xdr, (uint32_t)value);
}

int32_t xdr_get_int(struct xdr *xdr) {
    return (int32_t)xdr_get_unsigned(xdr);
}

int xdr_get_bool(struct xdr *xdr) {
    uint32_t value = xdr_get_unsigned(xdr);
    if (value > 1)
        xdr->is_bad = 1;
    return value == 1;
}

/* The length, the bytes, and zeroes up to a multiple of four. */
void xdr_put_opaque(struct xdr *xdr, const void *bytes, size_t length) {
    xdr_put_unsigned(xdr, (uint32_t)length);
    unsigned char *place = take(xdr, length + padding(length));
    if (place == NULL)
        return;
    memset(place + length, 0, padding(length));
    memcpy(place, bytes, length);
}

size_t xdr_get_opaque(struct xdr *xdr, void *bytes, size_t max) {
    size_t length = xdr_get_unsigned(xdr);
    if (length > max)
        xdr->is_bad = 1;
    const unsigned char *place = take(xdr, length + padding(length));
    if (place == NULL)
        return 0;
    memcpy(bytes, place, length);
    return length;
}

void xdr_put_string(struct xdr *xdr, const char *text) {
    xdr_put_opaque(xdr, text, strlen(text));
}

/* On the way a string may have null bytes in it; in C it may not. */
void xdr_get_string(struct xdr *xdr, char *text, size_t max) {
    size_t length = xdr_get_opaque(xdr, text, max);
    text[length] = '\0';
    if (strlen(text) != length)
        xdr->is_bad = 1;
}

int xdr_is_complete(const struct xdr *xdr) {
    return !xdr->is_bad && xdr->at == xdr->size;
}
