/* External Data Representation (RFC 4506): how values look on the way, whatever the machines at both ends.
   Everything is a multiple of four bytes, the highest byte first. */
#ifndef XDR_H
#define XDR_H

#include <stddef.h>
#include <stdint.h>

/* A message that is being written or read. After the first thing that does not fit or is not there it is bad,
   and remains so: what is read from it is 0, and it has to be checked only once, at the end. */
struct xdr {
    unsigned char *data;
    size_t size; /* reading: how many bytes there are; writing: how many fit */
    size_t at;   /* reading: how many have been read; writing: how many have been written */
    int is_bad;
};

void xdr_put_unsigned(struct xdr *xdr, uint32_t value);                 /* RFC 4506, 4.2 */
void xdr_put_int(struct xdr *xdr, int32_t value);                       /* 4.1 */
void xdr_put_opaque(struct xdr *xdr, const void *bytes, size_t length); /* 4.10 */
void xdr_put_string(struct xdr *xdr, const char *text);                 /* 4.11 */
uint32_t xdr_get_unsigned(struct xdr *xdr);
int32_t xdr_get_int(struct xdr *xdr);
int xdr_get_bool(struct xdr *xdr);                               /* 4.4: 0 or 1, nothing else */
size_t xdr_get_opaque(struct xdr *xdr, void *bytes, size_t max); /* bad where it is longer than `max` */
void xdr_get_string(struct xdr *xdr, char *text, size_t max);    /* `text` has max + 1 bytes */

/* Whether all was right, and nothing is left. */
int xdr_is_complete(const struct xdr *xdr);

#endif
