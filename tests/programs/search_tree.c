/* A binary search tree: insertion, deletion, three walks, depth. */
#include <stdio.h>
#include <stdlib.h>

typedef struct tree {
    int key;
    struct tree *left, *right;
} tree;

static tree *insert(tree *t, int key) {
    if (!t) {
        t = malloc(sizeof *t);
        t->key = key;
        t->left = t->right = NULL;
    } else if (key < t->key) {
        t->left = insert(t->left, key);
    } else if (key > t->key) {
        t->right = insert(t->right, key);
    }
    return t;
}

static tree *delete(tree *t, int key) {
    if (!t) return NULL;
    if (key < t->key) {
        t->left = delete(t->left, key);
    } else if (key > t->key) {
        t->right = delete(t->right, key);
    } else if (t->left && t->right) {
        tree *least = t->right;
        while (least->left) least = least->left;
        t->key = least->key;
        t->right = delete(t->right, least->key);
    } else {
        tree *rest = t->left ? t->left : t->right;
        free(t);
        return rest;
    }
    return t;
}

static int depth(const tree *t) {
    if (!t) return 0;
    int left = depth(t->left), right = depth(t->right);
    return 1 + (left > right ? left : right);
}

enum order { PRE, IN, POST };

static void walk(const tree *t, enum order order) {
    if (!t) return;
    if (order == PRE) printf("%d ", t->key);
    walk(t->left, order);
    if (order == IN) printf("%d ", t->key);
    walk(t->right, order);
    if (order == POST) printf("%d ", t->key);
}

int main(void) {
    static const int keys[] = {50, 30, 70, 20, 40, 60, 80, 30, 65, 10};
    static const int gone[] = {20, 70, 50, 99};
    tree *root = NULL;
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) root = insert(root, keys[i]);
    for (enum order order = PRE; order <= POST; order++) {
        walk(root, order);
        printf("\n");
    }
    printf("depth %d\n", depth(root));
    for (unsigned i = 0; i < sizeof gone / sizeof *gone; i++) {
        root = delete(root, gone[i]);
        printf("without %d: ", gone[i]);
        walk(root, IN);
        printf("\n");
    }
    while (root) root = delete(root, root->key);
    return 0;
}
