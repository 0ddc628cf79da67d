// Walking a tree of directories (nftw(3)).
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>

struct walk {
    int (*visit)(const char*, const struct stat*, int);
    int (*visit_where)(const char*, const struct stat*, int, struct FTW*);
    int flags;
    dev_t device;
    char path[PATH_MAX];
    ino_t above[64];  ///< directories on the way here, so that links do not lead in circles
};

static int call(struct walk* walk, const struct stat* status, int kind, int base, int level) {
    struct FTW where = {base, level};
    if (walk->visit)
        return walk->visit(walk->path, status, kind == FTW_DP ? FTW_D : kind == FTW_SLN ? FTW_NS : kind);
    return walk->visit_where(walk->path, status, kind, &where);
}

static int look(struct walk* walk, struct stat* status) {
    int kind;
    if ((walk->flags & FTW_PHYS) ? lstat(walk->path, status) : stat(walk->path, status)) {
        if (!(walk->flags & FTW_PHYS) && lstat(walk->path, status) == 0 && S_ISLNK(status->st_mode))
            return FTW_SLN;
        return errno == EACCES ? FTW_NS : -1;
    }
    kind = S_ISDIR(status->st_mode) ? FTW_D : S_ISLNK(status->st_mode) ? FTW_SL : FTW_F;
    return kind;
}

static int visit_tree(struct walk* walk, int base, int level) {
    struct stat status;
    int kind = look(walk, &status);
    if (kind < 0) return -1;
    if ((walk->flags & FTW_MOUNT) && level > 0 && status.st_dev != walk->device) return 0;
    if (kind != FTW_D) return call(walk, &status, kind, base, level);
    for (int i = 0; i < level; i++)
        if (walk->above[i] == status.st_ino) return 0;
    if (level >= 64) {
        errno = ELOOP;
        return -1;
    }
    walk->above[level] = status.st_ino;
    DIR* directory = opendir(walk->path);
    if (!directory) return errno == EACCES ? call(walk, &status, FTW_DNR, base, level) : -1;
    int result = walk->flags & FTW_DEPTH ? 0 : call(walk, &status, FTW_D, base, level);
    int actions = walk->flags & FTW_ACTIONRETVAL, skip = actions && result == FTW_SKIP_SUBTREE;
    if (skip) result = 0;
    size_t length = strlen(walk->path);
    struct dirent* entry;
    while (!skip && result == 0 && (entry = readdir(directory)) != 0) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        size_t start = length > 0 && walk->path[length - 1] == '/' ? length : length + 1;
        if (start + strlen(entry->d_name) >= PATH_MAX) {
            errno = ENAMETOOLONG;
            result = -1;
            break;
        }
        walk->path[start - 1] = '/';
        strcpy(walk->path + start, entry->d_name);
        result = visit_tree(walk, (int)start, level + 1);
        walk->path[length] = 0;
        if (actions && result == FTW_SKIP_SUBTREE) result = 0;
        if (actions && result == FTW_SKIP_SIBLINGS) {
            result = 0;
            break;
        }
    }
    int saved = errno;
    closedir(directory);
    errno = saved;
    if (result == 0 && (walk->flags & FTW_DEPTH)) result = call(walk, &status, FTW_DP, base, level);
    return result;
}

static int start(struct walk* walk, const char* path) {
    size_t length = strlen(path);
    struct stat status;
    if (length == 0 || length >= PATH_MAX) {
        errno = length == 0 ? ENOENT : ENAMETOOLONG;
        return -1;
    }
    strcpy(walk->path, path);
    while (length > 1 && walk->path[length - 1] == '/') walk->path[--length] = 0;
    if (lstat(walk->path, &status) < 0) return -1;
    walk->device = status.st_dev;
    char* slash = strrchr(walk->path, '/');
    return visit_tree(walk, slash && slash[1] ? (int)(slash + 1 - walk->path) : 0, 0);
}

int nftw(const char* path, int (*visit)(const char*, const struct stat*, int, struct FTW*), int descriptors,
         int flags) {
    struct walk walk;
    (void)descriptors;
    if (flags & FTW_CHDIR) {
        errno = ENOTSUP;
        return -1;
    }
    walk.visit = 0;
    walk.visit_where = visit;
    walk.flags = flags;
    return start(&walk, path);
}

int ftw(const char* path, int (*visit)(const char*, const struct stat*, int), int descriptors) {
    struct walk walk;
    (void)descriptors;
    walk.visit = visit;
    walk.visit_where = 0;
    walk.flags = 0;
    return start(&walk, path);
}
