// Files, names and directories.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void show(const char* what, long result) {
    printf("%s: %ld %s\n", what, result, result < 0 ? strerror(errno) : "");
}

int main(void) {
    struct stat status;
    umask(022);
    show("mkdir", mkdir("dir", 0777));
    show("mkdir again", mkdir("dir", 0777));
    int fd = open("dir/file", O_RDWR | O_CREAT | O_EXCL, 0666);
    show("open", fd);
    show("open again", open("dir/file", O_RDWR | O_CREAT | O_EXCL, 0666));
    show("write", write(fd, "hello world\n", 12));
    show("lseek", lseek(fd, 6, SEEK_SET));
    char buffer[64] = "";
    show("read", read(fd, buffer, 5));
    printf("%s\n", buffer);
    show("pread", pread(fd, buffer, 5, 0));
    printf("%s\n", buffer);
    struct iovec vectors[2] = {{"one ", 4}, {"two\n", 4}};
    show("writev", writev(fd, vectors, 2));
    fstat(fd, &status);
    printf("%ld %o %lu\n", status.st_size, status.st_mode, status.st_nlink);
    show("ftruncate", ftruncate(fd, 4));
    show("fallocate", posix_fallocate(fd, 0, 100));
    stat("dir/file", &status);
    printf("%ld\n", status.st_size);
    show("link", link("dir/file", "dir/second"));
    show("symlink", symlink("file", "dir/link"));
    memset(buffer, 0, sizeof buffer);
    show("readlink", readlink("dir/link", buffer, sizeof buffer));
    printf("%s\n", buffer);
    lstat("dir/link", &status);
    printf("%d %d\n", S_ISLNK(status.st_mode), S_ISREG(status.st_mode));
    show("chmod", chmod("dir/file", 0640));
    show("access", access("dir/nothing", F_OK));
    show("rename", rename("dir/second", "dir/third"));
    show("unlink dir", unlink("dir"));
    show("rmdir", rmdir("dir"));
    struct dirent** entries;
    int count = scandir("dir", &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) printf("%s %d\n", entries[i]->d_name, entries[i]->d_type);
    DIR* directory = opendir("dir");
    int seen = 0;
    while (readdir(directory)) seen++;
    rewinddir(directory);
    while (readdir(directory)) seen++;
    show("closedir", closedir(directory));
    printf("%d\n", seen);
    int none = opendir("dir/file") == NULL;
    printf("%d %s\n", none, strerror(errno));
    char path[PATH_MAX], here[PATH_MAX];
    getcwd(here, sizeof here);
    chdir("dir");
    char* full = realpath("../dir/./link", path);
    printf("%s\n", full ? full + strlen(here) : strerror(errno));
    none = realpath("nothing", path) == NULL;
    printf("%d %d\n", none, errno);
    chdir("..");
    none = getcwd(here, 2) == NULL;
    printf("%d %d\n", none, errno);
    char name[] = "tempXXXXXX", directory_name[] = "tdirXXXXXX", bad[] = "tempXXX";
    int temporary = mkstemp(name);
    printf("%d %d %zu %d\n", temporary >= 0, strcmp(name, "tempXXXXXX") != 0, strlen(name),
           mkdtemp(directory_name) != NULL);
    show("mkstemp", mkstemp(bad));
    unlink(name);
    rmdir(directory_name);
    char* map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    memcpy(map, "MAP", 3);
    show("munmap", munmap(map, 4096));
    pread(fd, buffer, 3, 0);
    printf("%.3s\n", buffer);
    none = mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED;
    printf("%d %s\n", none, strerror(errno));
    int flags = fcntl(fd, F_GETFL);
    printf("%o %d\n", flags & O_ACCMODE, fcntl(fd, F_SETFL, flags | O_APPEND));
    show("dup", fcntl(fd, F_DUPFD, 20));
    show("dup2", dup2(fd, 30));
    show("close", close(30));
    show("close again", close(30));
    show("fstat", fstat(-1, &status));
    static const char* const paths[] = {"/usr/lib", "/usr/", "usr", "/",   ".",    "..",       "",
                                        "//",       "a/b/",  "/a",  "//a", "///a", "///a//b//"};
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        char a[32], b[32];
        strcpy(a, paths[i]);
        strcpy(b, paths[i]);
        printf("[%s] [%s] [%s]\n", paths[i], dirname(a), basename(b));
    }
    none = isatty(fd);
    printf("%d %d\n", none, errno);
    printf("%ld %ld %ld\n", sysconf(_SC_PAGESIZE), pathconf("/", _PC_PIPE_BUF), sysconf(_SC_CLK_TCK));
    return 0;
}
