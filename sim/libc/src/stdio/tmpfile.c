// Temporary files.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE* tmpfile(void) {
    int fd = open("/tmp", O_RDWR | O_EXCL | O_TMPFILE, 0600);
    if (fd < 0) {
        // a file system without nameless files
        char name[] = "/tmp/tmpfXXXXXX";
        fd = mkstemp(name);
        if (fd < 0) return 0;
        unlink(name);
    }
    FILE* stream = fdopen(fd, "w+");
    if (!stream) close(fd);
    return stream;
}

char* tmpnam(char* name) {
    static char shared[L_tmpnam];
    char made[L_tmpnam] = "/tmp/fileXXXXXX";
    if (!*mktemp(made)) return 0;
    return strcpy(name ? name : shared, made);
}

char* tempnam(const char* directory, const char* prefix) {
    const char* set = getenv("TMPDIR");
    struct stat status;
    const char* candidates[3] = {set, directory, P_tmpdir};
    for (int i = 0; i < 3; i++)
        if (candidates[i] && stat(candidates[i], &status) == 0 && S_ISDIR(status.st_mode)) {
            char* name;
            if (asprintf(&name, "%s/%.5sXXXXXX", candidates[i], prefix ? prefix : "file") < 0) return 0;
            return mktemp(name);
        }
    errno = ENOENT;
    return 0;
}
