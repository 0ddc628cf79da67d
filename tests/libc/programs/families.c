// The rarer members of families whose others are used everywhere.
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <sched.h>
#include <search.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void handler(int number) {
    printf("signal %d\n", number);
}

static int compare(const void* a, const void* b) {
    return strcmp(a, b);
}
static void count_leaves(const void* node, VISIT which, void* closure) {
    (void)node;
    if (which == leaf || which == endorder) ++*(int*)closure;
}

static void numbers(void) {
    static const double values[] = {0.0, 1.0, -1.5, 3.14159265358979, 123456.789, 1e-9, 9.9999e20};
    for (int i = 0; i < (int)(sizeof values / sizeof *values); i++) {
        char text[64];
        int point, negative;
        const char* digits = ecvt(values[i], 8, &point, &negative);
        printf("%s %d %d ", digits, point, negative);
        printf("%s\n", gcvt(values[i], 6, text));
    }
    for (double x = -3.75; x < 4; x += 1.25) {
        int quotient, exponent;
        double rest = remquo(x, 0.7, &quotient);
        printf("%.12g %d ", rest, quotient);
        float part = frexpf((float)x, &exponent);
        printf("%g %d %g %g %ld %lld\n", (double)part, exponent, (double)scalbnf((float)x, 3), (double)ldexpf((float)x, -2),
               lroundf((float)x), llrintf((float)x));
        printf("%.10g %.10g %.10g %.10g ", erf(x), erfc(x), tgamma(x), lgamma(x));
        printf("%d %.10g\n", signgam, fma(x, x, -x));
        printf("%.17Lg %.17Lg %.17Lg %d\n", sqrtl(fabsl((long double)x)), expl((long double)x), atan2l(x, 2),
               ilogbl((long double)x));
    }
    float small = 1e-40F;
    printf("%d %d %d %d\n", fpclassify(small) == FP_SUBNORMAL, isnormal((double)small) != 0, isnan(nanf("")) != 0,
           signbit(-0.0L) != 0);
    printf("%.9g %.17g\n", (double)fmaf(1.0000001F, 1.0000001F, -1.0F), nexttoward(1.0, 2.0L));
    errno = 0;
    long double pole = logl(0.0L);
    printf("%Lf %d ", pole, errno == ERANGE);
    errno = 0;
    long double none = sqrtl(-1.0L);
    printf("%d %d\n", isnan(none) != 0, errno == EDOM);
}

static void names(void) {
    struct protoent protocol, *found_protocol;
    struct servent service, *found_service;
    char buffer[1024];
    printf("%d ", getprotobyname_r("tcp", &protocol, buffer, sizeof buffer, &found_protocol));
    printf("%s %d\n", protocol.p_name, protocol.p_proto);
    printf("%d ", getprotobynumber_r(17, &protocol, buffer, sizeof buffer, &found_protocol));
    printf("%s\n", found_protocol ? protocol.p_name : "none");
    printf("%d ", getservbyname_r("http", "tcp", &service, buffer, sizeof buffer, &found_service));
    printf("%s %d\n", service.s_name, service.s_port >> 8 | (service.s_port & 255) << 8);
    printf("%d ", getservbyname_r("no-such-service", 0, &service, buffer, sizeof buffer, &found_service));
    printf("%d\n", found_service == 0);
    setprotoent(1);
    printf("%d\n", getprotoent() != 0);
    endprotoent();
    struct hostent host, *found_host;
    int error;
    printf("%d ", gethostbyname_r("127.0.0.1", &host, buffer, sizeof buffer, &found_host, &error));
    printf("%s %d %d\n", host.h_name, host.h_length, host.h_addr_list[0][0]);
    printf("%d\n", gethostbyname_r("127.0.0.1", &host, buffer, 1, &found_host, &error) == ERANGE);
}

int main(void) {
    numbers();
    names();

    void* root = 0;
    static const char* const words[] = {"delta", "alpha", "echo", "bravo", "charlie"};
    for (int i = 0; i < 5; i++) tsearch(words[i], &root, compare);
    int count = 0;
    twalk_r(root, count_leaves, &count);
    printf("%d nodes\n", count);

    ssignal(SIGUSR1, handler);
    printf("%d ", sigblock(sigmask(SIGUSR1)));
    printf("%d\n", sigblock(0) == sigmask(SIGUSR1));
    gsignal(SIGUSR1);
    printf("blocked\n");
    fflush(stdout);
    sigsetmask(0);

    posix_spawnattr_t attributes;
    struct sched_param parameters = {7}, got = {0};
    int policy = -1;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setschedpolicy(&attributes, SCHED_RR);
    posix_spawnattr_setschedparam(&attributes, &parameters);
    posix_spawnattr_getschedpolicy(&attributes, &policy);
    posix_spawnattr_getschedparam(&attributes, &got);
    printf("%d %d\n", policy == SCHED_RR, got.sched_priority);

    unsigned int cpu, node;
    printf("%d %d\n", getcpu(&cpu, &node), eaccess("/", R_OK));
    char* path = canonicalize_file_name("/./tmp/..");
    printf("%s\n", path);
    free(path);
    return EX_DATAERR;
}
