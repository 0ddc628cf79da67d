// wc [-l] [-w] [-c] [FILE]...: count lines, words and bytes. No FILE, or "-", means standard input.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct counts {
    long lines, words, bytes;
};

static int show_lines, show_words, show_bytes;
static int width = 1;  // of a column
static char buffer[16384];

static int count(int fd, const char *name, struct counts *counts) {
    int in_word = 0;
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            fprintf(stderr, "wc: %s: %s\n", name, strerror(errno));
            return 1;
        }
        if (got == 0) break;
        counts->bytes += got;
        for (ssize_t i = 0; i < got; i++) {
            unsigned char c = (unsigned char)buffer[i];
            if (c == '\n') counts->lines++;
            if (isspace(c)) {
                counts->words += in_word;
                in_word = 0;
            } else if (isprint(c)) {
                in_word = 1;
            }
        }
    }
    counts->words += in_word;
    return 0;
}

static void print(const struct counts *counts, const char *name) {
    const char *gap = "";
    if (show_lines) printf("%s%*ld", gap, width, counts->lines), gap = " ";
    if (show_words) printf("%s%*ld", gap, width, counts->words), gap = " ";
    if (show_bytes) printf("%s%*ld", gap, width, counts->bytes);
    if (name != NULL) printf(" %s", name);
    putchar('\n');
}

// Columns are as wide as the total size of the files needs; at least 7 where a size cannot be known before (a
// pipe).
static void choose_width(char *files[], int count_of_files) {
    long long total = 0;
    int least = 1;
    struct stat info;
    for (int i = 0; i < count_of_files; i++) {
        int is_stdin = strcmp(files[i], "-") == 0;
        if ((is_stdin ? fstat(STDIN_FILENO, &info) : stat(files[i], &info)) < 0) continue;
        if (S_ISREG(info.st_mode)) {
            total += info.st_size;
        } else {
            least = 7;
        }
    }
    for (; total >= 10; total /= 10) width++;
    if (width < least) width = least;
}

int main(int argc, char *argv[]) {
    int first = 1, status = 0;
    for (; first < argc && argv[first][0] == '-' && argv[first][1] != '\0'; first++) {
        for (const char *option = argv[first] + 1; *option; option++) {
            switch (*option) {
                case 'l': show_lines = 1; break;
                case 'w': show_words = 1; break;
                case 'c': show_bytes = 1; break;
                default: fprintf(stderr, "wc: invalid option -- '%c'\n", *option); return 1;
            }
        }
    }
    if (!show_lines && !show_words && !show_bytes) show_lines = show_words = show_bytes = 1;

    char standard_input[] = "-", *only_stdin[] = {standard_input};
    char **files = first < argc ? argv + first : only_stdin;
    int count_of_files = first < argc ? argc - first : 1;
    if (count_of_files > 1 || show_lines + show_words + show_bytes > 1) choose_width(files, count_of_files);

    struct counts total = {0, 0, 0};
    for (int i = 0; i < count_of_files; i++) {
        struct counts counts = {0, 0, 0};
        int is_stdin = strcmp(files[i], "-") == 0;
        int fd = is_stdin ? STDIN_FILENO : open(files[i], O_RDONLY);
        if (fd < 0) {
            fprintf(stderr, "wc: %s: %s\n", files[i], strerror(errno));
            status = 1;
            continue;
        }
        status |= count(fd, files[i], &counts);
        print(&counts, first < argc ? files[i] : NULL);
        if (!is_stdin) close(fd);
        total.lines += counts.lines;
        total.words += counts.words;
        total.bytes += counts.bytes;
    }
    if (count_of_files > 1) print(&total, "total");
    return status;
}
