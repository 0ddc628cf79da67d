#ifndef _SEARCH_H
#define _SEARCH_H
#include <bits/types.h>

typedef enum { FIND, ENTER } ACTION;
typedef struct entry {
    char* key;
    void* data;
} ENTRY;
struct hsearch_data {
    ENTRY* __table;
    unsigned int __size, __filled;
};
int hcreate(size_t count);
void hdestroy(void);
ENTRY* hsearch(ENTRY item, ACTION action);
int hcreate_r(size_t count, struct hsearch_data* table);
void hdestroy_r(struct hsearch_data* table);
int hsearch_r(ENTRY item, ACTION action, ENTRY** found, struct hsearch_data* table);

typedef enum { preorder, postorder, endorder, leaf } VISIT;
void* tsearch(const void* key, void** root, int (*compare)(const void*, const void*));
void* tfind(const void* key, void* const* root, int (*compare)(const void*, const void*));
void* tdelete(const void* key, void** root, int (*compare)(const void*, const void*));
void twalk_r(const void* root, void (*action)(const void* node, VISIT which, void* closure), void* closure);
void twalk(const void* root, void (*action)(const void* node, VISIT which, int depth));
void tdestroy(void* root, void (*free_node)(void* node));

void* lfind(const void* key, const void* base, size_t* count, size_t bytes, int (*compare)(const void*, const void*));
void* lsearch(const void* key, void* base, size_t* count, size_t bytes, int (*compare)(const void*, const void*));
void insque(void* element, void* after);
void remque(void* element);
#endif
