/* Bits: counting, reversing, sets, rotating, masks, signed shifts. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

static int count_bits(uint32_t word) {
    int count = 0;
    for (; word; word &= word - 1) count++;
    return count;
}

static uint32_t reverse_bits(uint32_t word) {
    uint32_t result = 0;
    for (int i = 0; i < 32; i++) result |= (word >> i & 1) << (31 - i);
    return result;
}

static uint32_t rotate(uint32_t word, unsigned by) {
    return word << (by & 31) | word >> (-by & 31);
}

static void show(uint8_t byte) {
    for (int i = 7; i >= 0; i--) putchar(byte >> i & 1 ? '1' : '0');
    putchar('\n');
}

struct flags {
    unsigned readable : 1, writable : 1, : 2, kind : 4;
    int delta : 5;
};

int main(void) {
    static const uint32_t words[] = {0, 1, 0x80000000, 0xffffffff, 0x12345678, 0xdeadbeef};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        printf("%08x: %2d bits, reversed %08x, rotated %08x\n", words[i], count_bits(words[i]),
               reverse_bits(words[i]), rotate(words[i], 12));
    uint8_t set = 0;
    for (int i = 0; i < 8; i += 3) set |= (uint8_t)(1u << i);
    show(set);
    show((uint8_t)~set);
    set ^= 0x0f;
    show(set);
    printf("%d %d %u\n", -17 >> 2, -17 / 4, (unsigned)-17 >> 28);
    printf("%d %d\n", (signed char)200, (unsigned char)-56);
    struct flags flags = {.readable = 1, .kind = 9, .delta = -3};
    flags.writable = flags.readable;
    flags.kind += 10;
    printf("%u %u %u %d, %zu bytes\n", flags.readable, flags.writable, flags.kind, flags.delta, sizeof flags);
    printf("%u %lu\n", UINT_MAX + 1u, ULONG_MAX + 2);
    union {
        float real;
        uint32_t bits;
    } pun = {.real = -1.5f};
    printf("%08x\n", pun.bits);
    return 0;
}
