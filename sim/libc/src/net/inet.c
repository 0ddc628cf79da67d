// Addresses as text.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT, in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

/// One to four numbers (decimal, 0 octal, 0x hexadecimal); the last one fills the bytes that are left.
int inet_aton(const char* text, struct in_addr* address) {
    unsigned long parts[4];
    int count = 0;
    for (;;) {
        char* end;
        if (*text < '0' || *text > '9') return 0;
        parts[count++] = strtoul(text, &end, 0);
        if (*end != '.') {
            if (*end && *end != ' ' && (*end < '\t' || *end > '\r')) return 0;
            break;
        }
        if (count == 4) return 0;
        text = end + 1;
    }
    unsigned long value = parts[count - 1];
    if (value > 0xffffffffUL >> (8 * (count - 1))) return 0;
    for (int i = 0; i < count - 1; i++) {
        if (parts[i] > 255) return 0;
        value |= parts[i] << (24 - 8 * i);
    }
    if (address) address->s_addr = htonl((uint32_t)value);
    return 1;
}

in_addr_t inet_addr(const char* text) {
    struct in_addr address;
    return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

in_addr_t inet_network(const char* text) {
    // one byte for each number, however many there are: 10.1 is network 0x0a01
    in_addr_t network = 0;
    for (int parts = 1; parts <= 4; parts++) {
        char* end;
        unsigned long part = strtoul(text, &end, 0);
        if (!isdigit((unsigned char)*text) || part > 0xff) return INADDR_NONE;
        network = network << 8 | (in_addr_t)part;
        if (*end != '.') {
            while (isspace((unsigned char)*end)) end++;
            return *end ? INADDR_NONE : network;
        }
        text = end + 1;
    }
    return INADDR_NONE;
}

char* inet_ntoa(struct in_addr address) {
    static char text[INET_ADDRSTRLEN];
    return (char*)inet_ntop(AF_INET, &address, text, sizeof text);
}

static int host_bits(uint32_t address) {
    return (address & 0x80000000) == 0 ? 24 : (address & 0xc0000000) == 0x80000000 ? 16 : 8;
}

in_addr_t inet_lnaof(struct in_addr address) {
    uint32_t value = ntohl(address.s_addr);
    return value & ((1U << host_bits(value)) - 1);
}

in_addr_t inet_netof(struct in_addr address) {
    uint32_t value = ntohl(address.s_addr);
    return value >> host_bits(value);
}

struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host) {
    struct in_addr result;
    int bits = net < 128 ? 24 : net < 65536 ? 16 : net < 16777216 ? 8 : 0;
    result.s_addr = htonl(net << bits | (host & ((1U << bits) - 1)));
    return result;
}

static int parse_v4(const char* text, unsigned char* to) {
    for (int i = 0; i < 4; i++) {
        int value = 0, digits = 0;
        for (; *text >= '0' && *text <= '9'; text++, digits++) {
            if (digits > 0 && value == 0) return 0;  // no leading zeroes
            value = value * 10 + (*text - '0');
            if (value > 255) return 0;
        }
        if (digits == 0 || *text != (i < 3 ? '.' : 0)) return 0;
        to[i] = (unsigned char)value;
        text++;
    }
    return 1;
}

static int hex_digit(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_v6(const char* text, unsigned char* to) {
    unsigned char bytes[16] = {0};
    int at = 0, gap = -1;
    if (*text == ':' && *++text != ':') return 0;
    while (*text) {
        if (*text == ':') {
            if (gap >= 0) return 0;
            gap = at;
            text++;
            continue;
        }
        const char* start = text;
        int value = 0, digits = 0;
        for (; hex_digit(*text) >= 0; text++) {
            value = value << 4 | hex_digit(*text);
            if (++digits > 4) return 0;
        }
        if (*text == '.' && at <= 12 && parse_v4(start, bytes + at)) {
            at += 4;
            break;
        }
        if (digits == 0 || at > 14) return 0;
        bytes[at++] = (unsigned char)(value >> 8);
        bytes[at++] = (unsigned char)value;
        if (*text == 0) break;
        if (*text != ':' || text[1] == 0) return 0;
        text++;
    }
    if (gap >= 0) {
        if (at == 16) return 0;
        memmove(bytes + 16 - (at - gap), bytes + gap, (size_t)(at - gap));
        memset(bytes + gap, 0, (size_t)(16 - at));
    } else if (at != 16) {
        return 0;
    }
    memcpy(to, bytes, 16);
    return 1;
}

int inet_pton(int family, const char* text, void* address) {
    unsigned char v4[4];
    if (family == AF_INET) {
        if (!parse_v4(text, v4)) return 0;
        memcpy(address, v4, 4);
        return 1;
    }
    if (family == AF_INET6) return parse_v6(text, address);
    errno = EAFNOSUPPORT;
    return -1;
}

const char* inet_ntop(int family, const void* address, char* text, socklen_t room) {
    const unsigned char* bytes = address;
    char made[INET6_ADDRSTRLEN];
    int length = 0;
    if (family == AF_INET) {
        length = sprintf(made, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
    } else if (family == AF_INET6) {
        int halves[8], best = -1, best_length = 1;
        for (int i = 0; i < 8; i++) halves[i] = bytes[2 * i] << 8 | bytes[2 * i + 1];
        // the longest run of zeroes, two at least, becomes "::" (RFC 5952)
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && halves[end] == 0) end++;
            if (end - i > best_length) {
                best = i;
                best_length = end - i;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                made[length++] = ':';
                i += best_length - 1;
                if (i == 7) made[length++] = ':';
                continue;
            }
            if (i > 0) made[length++] = ':';
            if (i == 6 && best == 0 && (best_length == 6 || (best_length == 5 && halves[5] == 0xffff))) {
                length += sprintf(made + length, "%d.%d.%d.%d", bytes[12], bytes[13], bytes[14], bytes[15]);
                break;
            }
            length += sprintf(made + length, "%x", halves[i]);
        }
        made[length] = 0;
    } else {
        errno = EAFNOSUPPORT;
        return 0;
    }
    if ((socklen_t)length >= room) {
        errno = ENOSPC;
        return 0;
    }
    return strcpy(text, made);
}
