// Functions that few programs use: sets of signals, System V signals, numbers in base 64, generators of random numbers,
// options within options, temporary names, bytes, directories by descriptor, characters of the C locale, addresses.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <byteswap.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <search.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void show(const char* what, long result) {
    printf("%s: %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}

static int signals;
static void count(int number) {
    (void)number;
    signals++;
}

static void signal_sets(void) {
    sigset_t a, b, c;
    sigemptyset(&a), sigfillset(&b);
    show("empty", sigisemptyset(&a));
    sigaddset(&a, SIGUSR1), sigaddset(&a, SIGRTMAX);
    sigdelset(&b, SIGUSR1);
    sigandset(&c, &a, &b);
    printf("and %d %d\n", sigismember(&c, SIGUSR1), sigismember(&c, SIGRTMAX));
    sigorset(&c, &a, &b);
    printf("or %d %d\n", sigismember(&c, SIGUSR1), sigismember(&c, SIGHUP));
    show("add 0", sigaddset(&a, 0));
    show("add 65", sigaddset(&a, 65));
    show("delete -1", sigdelset(&a, -1));
    show("member 100", sigismember(&a, 100));
    printf("full has %d %d\n", sigismember(&b, 32), sigismember(&b, 33));
    show("hold", sighold(SIGUSR1));
    show("set", sigset(SIGUSR1, count) == SIG_HOLD);
    raise(SIGUSR1);
    show("signals", signals);
    sighold(SIGUSR1);
    raise(SIGUSR1);
    show("held", signals);
    sigrelse(SIGUSR1);
    show("released", signals);
    sighold(SIGUSR1);
    raise(SIGUSR1);
    show("pause", sigpause(SIGUSR1));
    show("signals", signals);
    sigrelse(SIGUSR1);
    show("ignore", sigignore(SIGUSR1));
    raise(SIGUSR1);
    show("hold 0", sighold(0));
    show("ignore KILL", sigignore(SIGKILL));
    show("set KILL", sigset(SIGKILL, count) == SIG_ERR ? -1 : 0);
    show("interrupt", siginterrupt(SIGUSR2, 1));
    signal(SIGUSR2, count);
    struct sigaction now;
    sigaction(SIGUSR2, 0, &now);
    show("restarts", (now.sa_flags & SA_RESTART) != 0);
    sysv_signal(SIGUSR2, count);
    sigaction(SIGUSR2, 0, &now);
    show("flags", now.sa_flags & (int)(SA_RESTART | SA_RESETHAND | SA_NODEFER));
    show("range", SIGRTMIN * 100 + SIGRTMAX);
    show("kill 0", kill(getpid(), 0));
    show("kill 65", kill(getpid(), 65));
    show("raise 65", raise(65));
    show("killpg", killpg(-1, 0));
    show("signal 0", signal(0, count) == SIG_ERR ? -1 : 0);
    show("signal STOP", signal(SIGSTOP, SIG_IGN) == SIG_ERR ? -1 : 0);
}

static void numbers(void) {
    for (long value = -5; value < 100000000000; value = value * 7 + 64)
        printf("%s %ld; ", l64a(value), a64l(l64a(value)));
    printf("%ld %ld\n", a64l("zz.z/9Abc"), a64l("a!b"));
    printf("%lld %llu %lld\n", strtoll("-0x7fffffffffffffff", 0, 16), strtoull("-1", 0, 0),
           atoll("12345678901x"));
    printf("%jd %ju %f %f\n", strtoimax("077", 0, 0), strtoumax("zz", 0, 36), (double)strtof("1e39", 0),
           atof("-.5e1x"));
    lldiv_t d = lldiv(-7, 2);
    imaxdiv_t e = imaxdiv(7, -2);
    printf("%lld %lld %jd %jd %lld %jd\n", d.quot, d.rem, e.quot, e.rem, llabs(-5), imaxabs(-6));
    unsigned short seed[3] = {1, 2, 3}, all[7] = {1, 2, 3, 4, 5, 6, 7};
    printf("%.17g %ld %ld\n", erand48(seed), nrand48(seed), jrand48(seed));
    srand48(7);
    printf("%.17g %ld %ld\n", drand48(), lrand48(), mrand48());
    unsigned short* old = seed48(seed);
    printf("%d %d %d %ld\n", old[0], old[1], old[2], lrand48());
    lcong48(all);
    printf("%ld %ld\n", lrand48(), mrand48());
    srand48(1);
    printf("%ld\n", lrand48());
    unsigned state = 5;
    printf("%d %d %d\n", rand_r(&state), rand_r(&state), rand_r(0 ? 0 : &state));
    srand(0);
    printf("%d %d\n", rand(), rand());
    srandom(UINT_MAX);
    printf("%ld %ld\n", random(), random());
    char area[256], small[8] = "", *previous;
    for (size_t size = 8; size <= 256; size *= 2) {
        previous = initstate(42, area, size);
        printf("%zu: %ld %ld", size, random(), random());
        setstate(previous);
        printf(" %ld\n", random());
    }
    errno = 0;
    previous = initstate(1, small, 7);
    printf("too small %d %d\n", previous == 0, errno);
    printf("%x %x %jx\n", bswap_16(0x1234), bswap_32(0x12345678), (uintmax_t)bswap_64(0x123456789abcdef0));
    printf("%d %d %d %d %d\n", ffs(0), ffs(8), ffsl(1L << 40), ffsll(-1), isascii(200) || !isascii(65));
    printf("%d\n", toascii(200));
}

static void texts(void) {
    char buffer[40] = "abcdefgh", other[40];
    printf("%d %d\n", bcmp("abc", "abd", 3) != 0, bcmp("", "", 0));
    bcopy(buffer, buffer + 2, 6);
    printf("%s\n", buffer);
    bzero(buffer, 3);
    printf("%d %c\n", buffer[2], buffer[3]);
    printf("%td %d\n", (char*)memccpy(other, "until x and on", 'x', 14) - other,
           memccpy(other, "abc", 'x', 3) == 0);
    printf("%td\n", (char*)rawmemchr("find me", 'm') - (char*)0 > 0 ? 1L : 0L);
    memset(other, '#', sizeof other);
    printf("%td %.6s\n", stpncpy(other, "ab", 5) - other, other + 5);
    printf("%d %zu %s\n", strcoll("a", "b") < 0, strxfrm(other, "word", sizeof other), other);
    printf("%s %s\n", rindex("a/b/c", '/'), index("a/b/c", '/'));
    char swapped[6] = "abcde";
    swab("123456", swapped, 5);
    printf("%s\n", swapped);
    char options[] = "ro,size=10,bad,name=", *rest = options, *value;
    char* const known[] = {"ro", "size", "name", 0};
    while (*rest) {
        int index = getsubopt(&rest, known, &value);
        printf("%d %s\n", index, value ? value : "none");
    }
    printf("%s %s %s\n", setlocale(LC_ALL, 0), setlocale(LC_ALL, "xx_XX") ? "found" : "none",
           setlocale(LC_CTYPE, "POSIX"));
    struct lconv* locale = localeconv();
    printf("[%s] [%s] [%s] %d\n", locale->decimal_point, locale->thousands_sep, locale->grouping,
           locale->frac_digits);
    wchar_t wide[8];
    printf("%d %d %d %d\n", mblen("a", 1), mblen("", 1), mblen("a", 0), mblen(0, 1));
    size_t converted = mbstowcs(wide, "abc", 8);
    printf("%zu %d\n", converted, (int)wide[2]);
    converted = wcstombs(other, wide, 8);
    printf("%zu %s\n", converted, other);
    printf("%d %d\n", mbtowc(wide, "x", 1), wctomb(other, 'y'));
    char path[] = "/usr/lib/", name[] = "/usr/lib/";
    printf("%s %s %s %s\n", dirname(path), __xpg_basename(name), dirname((char[]){"x"}),
           __xpg_basename((char[]){"//"}));
}

static void names(void) {
    char first[] = "restXXXXXX", second[] = "rest.XXXXXX.txt", bad[] = "restXXXXX",
         directory[] = "restXXXXXX";
    int fd = mkstemp(first), other = mkostemps(second, 4, O_APPEND);
    printf("%d %d %zu %zu\n", fd > 2, other > 2, strlen(first), strlen(second));
    printf("%d\n", (fcntl(other, F_GETFL) & O_APPEND) != 0);
    show("too few", mkstemp(bad));
    show("suffix", mkstemps(second, 4));
    show("directory", mkdtemp(directory) ? 0 : -1);
    int here = open(".", O_RDONLY | O_DIRECTORY);
    show("mkdirat", mkdirat(here, "rest.d", 0700));
    show("openat", openat(here, "rest.d/file", O_CREAT | O_WRONLY, 0600) > 2 ? 0 : -1);
    show("linkat", linkat(here, "rest.d/file", here, "rest.d/link", 0));
    show("symlinkat", symlinkat("file", here, "rest.d/sym"));
    char target[10] = "";
    show("readlinkat", readlinkat(here, "rest.d/sym", target, sizeof target));
    show("renameat", renameat(here, "rest.d/link", here, "rest.d/moved"));
    show("faccessat", faccessat(here, "rest.d/none", F_OK, 0));
    struct stat status;
    show("fstatat", fstatat(here, "rest.d/sym", &status, AT_SYMLINK_NOFOLLOW));
    printf("%d %ld\n", S_ISLNK(status.st_mode), (long)status.st_size);
    int inner = openat(here, "rest.d", O_RDONLY);
    DIR* listing = fdopendir(inner);
    show("dirfd", dirfd(listing) == inner);
    int entries = 0;
    while (readdir(listing)) entries++;
    show("entries", entries);
    rewinddir(listing);
    long place = telldir(listing);
    struct dirent* entry = readdir(listing);
    char kept[300];
    strcpy(kept, entry->d_name);
    readdir(listing);
    seekdir(listing, place);
    show("same again", strcmp(kept, readdir(listing)->d_name));
    closedir(listing);
    struct dirent** list;
    int found = scandir("rest.d", &list, 0, versionsort);
    for (int i = 0; i < found; i++) printf("%s ", list[i]->d_name);
    printf("\n");
    show("not a directory", fdopendir(fd) ? 0 : -1);
    show("unlinkat", unlinkat(here, "rest.d", 0));
    show("not empty", unlinkat(here, "rest.d", AT_REMOVEDIR));
    unlinkat(here, "rest.d/sym", 0), unlinkat(here, "rest.d/file", 0), unlinkat(here, "rest.d/moved", 0);
    show("empty", unlinkat(here, "rest.d", AT_REMOVEDIR));
    unlink(first), unlink(second), rmdir(directory);
    show("fchdir", fchdir(fd));
    show("truncate", truncate("no-such", 0));
    show("isatty", isatty(fd) - 1);
    struct termios terminal;
    show("tcgetattr", tcgetattr(fd, &terminal));
    memset(&terminal, 0, sizeof terminal);
    cfmakeraw(&terminal);
    show("speed", cfsetispeed(&terminal, B9600) + cfsetospeed(&terminal, B115200));
    printf("%o %o %o %o %d %d\n", terminal.c_iflag, terminal.c_oflag, terminal.c_cflag, terminal.c_lflag,
           cfgetispeed(&terminal) == B9600, cfgetospeed(&terminal) == B115200);
    show("bad speed", cfsetospeed(&terminal, 12345));
    show("name", ttyname(fd) ? 0 : -1);
    show("pathconf", fpathconf(fd, _PC_PIPE_BUF));
    show("name max", pathconf(".", _PC_NAME_MAX));
    errno = 0;
    show("no variable", sysconf(12345));
    show("page", sysconf(_SC_PAGESIZE) == getpagesize());
}

static void addresses(void) {
    struct in_addr address = inet_makeaddr(127, 1);
    printf("%s %x %x %x\n", inet_ntoa(address), inet_network("10.1"), inet_lnaof(address),
           inet_netof(address));
    printf("%x %x\n", inet_addr("1.2.3.4"), inet_addr("1.2.3.400"));
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    static const char* const all[] = {"::",
                                      "::1",
                                      "1::",
                                      "fe80::1:2",
                                      "1:2:3:4:5:6:7:8",
                                      "::ffff:1.2.3.4",
                                      "1::2::3",
                                      "12345::",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      ":1",
                                      "1:",
                                      "0:0:0:1:0:0:0:0"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int ok = inet_pton(AF_INET6, all[i], bytes);
        printf("%s: %d %s\n", all[i], ok, ok == 1 ? inet_ntop(AF_INET6, bytes, text, sizeof text) : "");
    }
    show("no room", inet_ntop(AF_INET6, bytes, text, 3) ? 0 : -1);
    show("family", inet_pton(77, "1", bytes));
}

static void element(const void* node, VISIT visit, int depth) {
    (void)depth;  // the library's own balance
    if (visit == postorder || visit == leaf) printf("%d ", **(int* const*)node);
}
static int by_value(const void* a, const void* b) {
    return *(const int*)a - *(const int*)b;
}
static void forget(void* node) {
    (void)node;
}
static int by_argument(const void* a, const void* b, void* argument) {
    return (*(const int*)a - *(const int*)b) * *(int*)argument;
}

static void searching(void) {
    int values[] = {5, 2, 8, 1, 9, 3}, sign = -1;
    void* root = 0;
    for (int i = 0; i < 6; i++) tsearch(&values[i], &root, by_value);
    twalk(root, element);
    show("found", tfind(&values[2], &root, by_value) != 0);
    tdelete(&values[0], &root, by_value);
    tdestroy(root, forget);
    qsort_r(values, 6, sizeof *values, by_argument, &sign);
    for (int i = 0; i < 6; i++) printf("%d ", values[i]);
    printf("\n");
    struct hsearch_data table;
    memset(&table, 0, sizeof table);
    ENTRY item = {"key", (void*)7}, *result = 0;
    show("create", hcreate_r(3, &table));
    show("enter", hsearch_r(item, ENTER, &result, &table));
    show("find", hsearch_r(item, FIND, &result, &table));
    item.key = "other";
    show("missing", hsearch_r(item, FIND, &result, &table) - 1);
    hdestroy_r(&table);
}

static void quick(void) {
    printf("quick\n");
    fflush(stdout);
}

int main(void) {
    signal_sets();
    numbers();
    texts();
    names();
    addresses();
    searching();
    time_t moment = 86400 * 365L;
    struct tm broken;
    char text[30];
    printf("%s%s", asctime_r(gmtime_r(&moment, &broken), text), ctime_r(&moment, text));
    printf("%ld %d\n", (long)timelocal(localtime_r(&moment, &broken)), broken.tm_yday);
    show("resolution", clock_getres(CLOCK_MONOTONIC, 0));
    show("bad clock", clock_getres(99, 0));
    show("sleep", clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){0, 1000000000}, 0));
    show("sleep", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){0, 1}, 0));
    fflush(stdout);
    if (fork() == 0) {
        at_quick_exit(quick);
        atexit(quick);
        quick_exit(3);
    }
    int status;
    wait(&status);
    show("quick_exit", WEXITSTATUS(status));
    if (fork() == 0) _Exit(300);
    wait(&status);
    show("_Exit", WEXITSTATUS(status));
    return 0;
}
