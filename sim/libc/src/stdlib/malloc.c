// The heap: blocks taken from the end of the data segment with brk(), in steps of 132 KiB as glibc does.
//
// A block is a 32-byte header (the interpreter's explanations read it: sim/vm/explain.cpp), the program's bytes rounded
// up to 16, and 16 bytes that belong to nobody, so that a write just past the end does not reach the next header. Freed
// blocks go to a list by size, newest first; those over LARGEST go to one list ordered by address, where neighbours
// merge and a fitting one is split.
//
// Every byte's shade says what it is, so that a wrong access is seen; the functions here are trusted.
#include <bits/heap.h>
#include <bits/request.h>
#include <bits/thread.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 32, GUARD = 16, STEP = 0x21000, CLASSES = 65, LARGEST = (CLASSES - 1) * 16 };
enum { FINE = 0, UNSET = 1, BETWEEN = 2, FREED = 3, OWN = 5 };  // kernel/shade.h
enum { MOST_SHADED = 1 << 18 };  ///< of larger blocks the rest is not watched: shades cost memory
enum { IN_USE = 0x6b6e756863, FREE = 0x65657266 };

struct block {
    unsigned long size;  ///< of the program's part, a multiple of 16
    unsigned long state;
    unsigned long requested;  ///< bytes that the program asked for
    unsigned long made_at;    ///< the line that asked, as __ipclab_place() has it; 0: the library, for itself
    struct block* next;       ///< of a free block, as what follows: inside the program's part
    unsigned long freed_at;
};

#define TRUSTED __attribute__((no_sanitize_address))

static struct block* bins[CLASSES];  ///< by size / 16
static struct block* large;
static char *top, *limit;  ///< never used yet: [top, limit), at the end of the data segment
static volatile int lock;

#define NEXT_IN_MEMORY(block) ((struct block*)((char*)(block) + HEADER + (block)->size + GUARD))
#define BYTES_OF(block) ((void*)((char*)(block) + HEADER))
#define BLOCK_OF(bytes) ((struct block*)((char*)(bytes)-HEADER))

TRUSTED static void take_lock(void) {
    if (__has_threads) LOW_LOCK(&lock);
}

TRUSTED static void drop_lock(void) {
    if (lock) LOW_UNLOCK(&lock);
}

/// What is to be freed is no block in use.
static void die(const char* message, void* bytes) {
    __ipclab_bad_free(bytes);
    RAW3(SYS_write, 2, message, __ipclab_strlen(message));
    abort();
}

/// Now the program's: nothing stored in it yet, and nothing behind its end.
TRUSTED static void* give(struct block* block, unsigned long bytes) {
    char* begin = BYTES_OF(block);
    block->state = IN_USE;
    block->requested = bytes;
    block->made_at = __ipclab_place();
    __ipclab_shade(block, HEADER, OWN);
    __ipclab_shade(begin, bytes, bytes > MOST_SHADED ? FINE : UNSET);
    __ipclab_shade(begin + bytes, block->size + GUARD - bytes, BETWEEN);
    return begin;
}

TRUSTED static struct block* take_from_top(unsigned long size) {
    unsigned long needed = HEADER + size + GUARD;
    if ((unsigned long)(limit - top) < needed) {
        char* end = (char*)RAW1(SYS_brk, 0);
        if (top == 0 || end != limit) top = (char*)(((unsigned long)end + 15) & ~15UL);
        unsigned long step = (needed + STEP - 1) / 4096 * 4096;
        if (top + step < top) return 0;
        char* wanted = top + step;
        wanted = (char*)(((unsigned long)wanted + 4095) & ~4095UL);
        if ((char*)RAW1(SYS_brk, wanted) != wanted) return 0;
        limit = wanted;
    }
    struct block* block = (struct block*)top;
    top += needed;
    block->size = size;
    return block;
}

TRUSTED static struct block* take_large(unsigned long size) {
    for (struct block** link = &large; *link; link = &(*link)->next) {
        struct block* block = *link;
        if (block->size < size) continue;
        if (block->size - size > LARGEST + HEADER + GUARD) {
            struct block* rest = (struct block*)((char*)block + HEADER + size + GUARD);
            rest->size = block->size - size - HEADER - GUARD;
            rest->state = FREE;
            rest->next = block->next;
            __ipclab_shade(rest, HEADER, OWN);
            block->size = size;
            *link = rest;
        } else {
            *link = block->next;
        }
        return block;
    }
    return 0;
}

TRUSTED static void* allocate(size_t bytes) {
    unsigned long size = (bytes + 15) & ~15UL;
    if (size == 0) size = 16;
    if (bytes > 0x7fffffffffff0000UL) {
        errno = ENOMEM;
        return 0;
    }
    take_lock();
    struct block* block;
    if (size <= LARGEST) {
        block = bins[size / 16];
        if (block)
            bins[size / 16] = block->next;
        else
            block = take_from_top(size);
    } else {
        block = take_large(size);
        if (!block) block = take_from_top(size);
    }
    void* given = block ? give(block, bytes) : 0;
    drop_lock();
    if (!given) errno = ENOMEM;
    return given;
}

void* malloc(size_t bytes) {
    if (IS_MEMORY_REFUSED) {
        errno = ENOMEM;
        return 0;
    }
    return allocate(bytes);
}

TRUSTED void* __heap_keep(void* bytes) {
    if (bytes) BLOCK_OF(bytes)->made_at = 0;
    return bytes;
}

void* __heap_own(size_t bytes) {
    return __heap_keep(allocate(bytes));
}

TRUSTED static void merge(struct block* block) {
    while (block->next && block->next == NEXT_IN_MEMORY(block)) {
        __ipclab_shade(block->next, HEADER, FREED);
        block->size += HEADER + GUARD + block->next->size;
        block->next = block->next->next;
    }
}

TRUSTED static void free_large(struct block* block) {
    struct block *before = 0, *after = large;
    while (after && after < block) {
        before = after;
        after = after->next;
    }
    block->next = after;
    if (before)
        before->next = block;
    else
        large = block;
    merge(block);
    if (before) merge(before);
}

TRUSTED void free(void* bytes) {
    if (!bytes) return;
    struct block* block = BLOCK_OF(bytes);
    if (((unsigned long)bytes & 15) != 0) die("free(): invalid pointer\n", bytes);
    if (block->state == FREE) die("free(): double free detected in tcache 2\n", bytes);
    if (block->state != IN_USE) die("free(): invalid pointer\n", bytes);
    take_lock();
    block->state = FREE;
    __ipclab_shade(bytes, block->size < MOST_SHADED ? block->size : MOST_SHADED, FREED);
    block->freed_at = __ipclab_place();
    if (block->size <= LARGEST) {
        block->next = bins[block->size / 16];
        bins[block->size / 16] = block;
    } else {
        free_large(block);
    }
    drop_lock();
}

TRUSTED size_t malloc_usable_size(void* bytes) {
    return bytes ? BLOCK_OF(bytes)->requested : 0;
}

void* calloc(size_t count, size_t bytes) {
    if (bytes && count > (size_t)-1 / bytes) {
        errno = ENOMEM;
        return 0;
    }
    void* block = malloc(count * bytes);
    if (block) __ipclab_memset(block, 0, count * bytes);
    return block;
}

TRUSTED void* realloc(void* bytes, size_t wanted) {
    if (!bytes) return malloc(wanted);
    if (wanted == 0) {
        free(bytes);
        return 0;
    }
    struct block* block = BLOCK_OF(bytes);
    if (((unsigned long)bytes & 15) != 0 || block->state != IN_USE) die("realloc(): invalid pointer\n", bytes);
    unsigned long had = block->requested;
    if (wanted <= block->size && wanted + LARGEST > block->size) {
        block->requested = wanted;
        if (wanted > had && wanted <= MOST_SHADED) __ipclab_shade((char*)bytes + had, wanted - had, UNSET);
        if (wanted > had && wanted > MOST_SHADED) __ipclab_shade((char*)bytes + had, wanted - had, FINE);
        if (wanted < had) __ipclab_shade((char*)bytes + wanted, had - wanted, BETWEEN);
        return bytes;
    }
    void* moved = malloc(wanted);
    if (!moved) return 0;
    __ipclab_memcpy(moved, bytes, wanted < had ? wanted : had);
    free(bytes);
    return moved;
}
