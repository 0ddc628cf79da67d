// tsearch(3): a binary tree of the program's keys; kept balanced as an AA tree (Andersson 1993), so that sorted input
// does no harm.
#include <search.h>
#include <stdlib.h>

struct node {
    const void* key;  // first: the program sees a node as a pointer to its key
    struct node *left, *right;
    int level;
};

static struct node* skew(struct node* node) {
    struct node* left = node->left;
    if (!left || left->level != node->level) return node;
    node->left = left->right;
    left->right = node;
    return left;
}

static struct node* split(struct node* node) {
    struct node* right = node->right;
    if (!right || !right->right || right->right->level != node->level) return node;
    node->right = right->left;
    right->left = node;
    right->level++;
    return right;
}

static struct node* insert(struct node* node, const void* key, int (*compare)(const void*, const void*),
                           struct node** found) {
    if (!node) {
        node = malloc(sizeof *node);
        *found = node;
        if (!node) return 0;
        *node = (struct node){key, 0, 0, 1};
        return node;
    }
    int order = compare(key, node->key);
    if (order == 0) {
        *found = node;
        return node;
    }
    if (order < 0)
        node->left = insert(node->left, key, compare, found);
    else
        node->right = insert(node->right, key, compare, found);
    return split(skew(node));
}

void* tsearch(const void* key, void** root, int (*compare)(const void*, const void*)) {
    struct node* found = 0;
    if (!root) return 0;
    *root = insert(*root, key, compare, &found);
    return found;
}

void* tfind(const void* key, void* const* root, int (*compare)(const void*, const void*)) {
    struct node* node = root ? *root : 0;
    while (node) {
        int order = compare(key, node->key);
        if (order == 0) break;
        node = order < 0 ? node->left : node->right;
    }
    return node;
}

static int level_of(const struct node* node) {
    return node ? node->level : 0;
}

static struct node* rebalance(struct node* node) {
    int level = level_of(node->left) < level_of(node->right) ? level_of(node->left) : level_of(node->right);
    if (level + 1 < node->level) {
        node->level = level + 1;
        if (node->right && node->right->level > node->level) node->right->level = node->level;
    }
    node = skew(node);
    if (node->right) node->right = skew(node->right);
    if (node->right && node->right->right) node->right->right = skew(node->right->right);
    node = split(node);
    if (node->right) node->right = split(node->right);
    return node;
}

static struct node* take_least(struct node* node, struct node** least) {
    if (!node->left) {
        *least = node;
        return node->right;
    }
    node->left = take_least(node->left, least);
    return rebalance(node);
}

static struct node* remove_key(struct node* node, const void* key, int (*compare)(const void*, const void*),
                           struct node* parent, struct node** deleted_parent) {
    if (!node) return 0;
    int order = compare(key, node->key);
    if (order < 0) {
        node->left = remove_key(node->left, key, compare, node, deleted_parent);
    } else if (order > 0) {
        node->right = remove_key(node->right, key, compare, node, deleted_parent);
    } else {
        struct node* next;
        *deleted_parent = parent;
        if (!node->left || !node->right) {
            next = node->left ? node->left : node->right;
            free(node);
            return next;
        }
        struct node* rest = take_least(node->right, &next);
        next->left = node->left;
        next->right = rest;
        next->level = node->level;
        free(node);
        node = next;
    }
    return rebalance(node);
}

void* tdelete(const void* key, void** root, int (*compare)(const void*, const void*)) {
    if (!root || !*root || !tfind(key, root, compare)) return 0;
    // tdelete(3): the parent of the deleted node; for the root something that is not null.
    struct node* parent = (struct node*)root;
    *root = remove_key(*root, key, compare, parent, &parent);
    return parent;
}

static void walk(const struct node* node, void (*action)(const void*, VISIT, int), int depth) {
    if (!node->left && !node->right) {
        action(node, leaf, depth);
        return;
    }
    action(node, preorder, depth);
    if (node->left) walk(node->left, action, depth + 1);
    action(node, postorder, depth);
    if (node->right) walk(node->right, action, depth + 1);
    action(node, endorder, depth);
}

void twalk(const void* root, void (*action)(const void* node, VISIT which, int depth)) {
    if (root && action) walk(root, action, 0);
}

static void walk_with(const struct node* node, void (*action)(const void* node, VISIT which, void* closure),
                      void* closure) {
    if (!node->left && !node->right) {
        action(node, leaf, closure);
        return;
    }
    action(node, preorder, closure);
    if (node->left) walk_with(node->left, action, closure);
    action(node, postorder, closure);
    if (node->right) walk_with(node->right, action, closure);
    action(node, endorder, closure);
}
void twalk_r(const void* root, void (*action)(const void* node, VISIT which, void* closure), void* closure) {
    if (root && action) walk_with(root, action, closure);
}

void tdestroy(void* root, void (*free_node)(void* node)) {
    struct node* node = root;
    if (!node) return;
    tdestroy(node->left, free_node);
    tdestroy(node->right, free_node);
    free_node((void*)node->key);
    free(node);
}
