/* Base64 there and back, with all lengths of the last group. */
#include <stdio.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode(const unsigned char *from, size_t length, char *to) {
    for (size_t i = 0; i < length; i += 3) {
        unsigned long group = (unsigned long)from[i] << 16;
        if (i + 1 < length) group |= (unsigned long)from[i + 1] << 8;
        if (i + 2 < length) group |= from[i + 2];
        for (size_t j = 0; j < 4; j++) *to++ = j <= length - i ? alphabet[group >> (18 - 6 * j) & 63] : '=';
    }
    *to = '\0';
}

static long decode(const char *from, unsigned char *to) {
    unsigned long group = 0;
    int have = 0;
    long length = 0;
    for (; *from && *from != '='; from++) {
        const char *found = strchr(alphabet, *from);
        if (!found) return -1;
        group = group << 6 | (unsigned long)(found - alphabet);
        if (++have == 4) {
            for (int shift = 16; shift >= 0; shift -= 8) to[length++] = (unsigned char)(group >> shift);
            have = 0;
            group = 0;
        }
    }
    if (have == 1) return -1;
    for (int i = 0; i < have - 1; i++) to[length++] = (unsigned char)(group >> (6 * have - 8 * (i + 1)));
    return length;
}

int main(void) {
    static const char *const texts[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\x01\x80"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char code[32];
        unsigned char back[32];
        encode((const unsigned char *)texts[i], strlen(texts[i]), code);
        long length = decode(code, back);
        printf("%-10s %ld %s\n", code, length, memcmp(back, texts[i], strlen(texts[i])) == 0 ? "same" : "BAD");
    }
    unsigned char back[8];
    printf("%ld %ld\n", decode("Zm9*", back), decode("Z", back));
    return 0;
}
