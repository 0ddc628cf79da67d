/* Two checksums of the same bytes, by table and bit by bit, in one piece and in several. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t table[256];

static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ UINT32_C(0xedb88320) : value >> 1;
        table[byte] = value;
    }
}

static uint32_t crc(uint32_t before, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    before = ~before;
    while (count-- > 0) before = table[(before ^ *at++) & 0xff] ^ before >> 8;
    return ~before;
}

static uint16_t fletcher(const char *text) {
    unsigned a = 0, b = 0;
    for (; *text; text++) {
        a = (a + (unsigned char)*text) % 255;
        b = (b + a) % 255;
    }
    return (uint16_t)(b << 8 | a);
}

int main(void) {
    static const char text[] = "123456789";
    make_table();
    printf("%08x\n", crc(0, text, 9));
    printf("in pieces %08x\n", crc(crc(crc(0, text, 2), text + 2, 0), text + 2, 7));
    printf("%04x %04x\n", fletcher("abcde"), fletcher("abcdefgh"));
    unsigned char zeros[32];
    memset(zeros, 0, sizeof zeros);
    printf("%08x\n", crc(0, zeros, sizeof zeros));
    return 0;
}
