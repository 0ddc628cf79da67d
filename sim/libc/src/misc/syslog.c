// syslog(3): a datagram to /dev/log; with LOG_PERROR also to stderr, with LOG_CONS to the console where there
// is no log.
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

static const char* log_name;
static int log_options, log_facility = LOG_USER, log_mask = 0xff, log_fd = -1;

static void connect_log(void) {
    if (log_fd >= 0) return;
    struct sockaddr_un address = {AF_UNIX, "/dev/log"};
    log_fd = (int)RAW3(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (log_fd >= 0 && RAW3(SYS_connect, log_fd, &address, sizeof address) < 0) {
        RAW1(SYS_close, log_fd);
        log_fd = -1;
    }
}

void openlog(const char* name, int options, int facility) {
    if (name) log_name = name;
    log_options = options;
    if (facility) log_facility = facility & LOG_FACMASK;
    if (options & LOG_NDELAY) connect_log();
}

void closelog(void) {
    if (log_fd >= 0) RAW1(SYS_close, log_fd);
    log_fd = -1;
    log_name = 0;
}

int setlogmask(int mask) {
    int old = log_mask;
    if (mask) log_mask = mask;
    return old;
}

void vsyslog(int priority, const char* format, va_list arguments) {
    char text[1024];
    int saved = errno;
    if (!(log_mask & LOG_MASK(LOG_PRI(priority)))) return;
    if (!(priority & LOG_FACMASK)) priority |= log_facility;
    time_t now = time(0);
    struct tm parts;
    gmtime_r(&now, &parts);
    int head = snprintf(text, sizeof text, "<%d>", priority);
    head += (int)strftime(text + head, sizeof text - (size_t)head, "%h %e %T ", &parts);
    int body = head + snprintf(text + head, sizeof text - (size_t)head, "%s",
                               log_name ? log_name : program_invocation_short_name);
    if (log_options & LOG_PID) body += snprintf(text + body, sizeof text - (size_t)body, "[%d]", getpid());
    body += snprintf(text + body, sizeof text - (size_t)body, ": ");
    errno = saved;
    body += vsnprintf(text + body, sizeof text - (size_t)body, format, arguments);
    if (body >= (int)sizeof text) body = (int)sizeof text - 1;
    if (log_options & LOG_PERROR) dprintf(2, "%s%s", text + head, text[body - 1] == '\n' ? "" : "\n");
    connect_log();
    if (log_fd >= 0 && RAW6(SYS_sendto, log_fd, text, body, MSG_NOSIGNAL, 0, 0) >= 0) return;
    if (log_options & LOG_CONS) {
        long console = RAW4(SYS_openat, AT_FDCWD, "/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC, 0);
        if (console < 0) return;
        dprintf((int)console, "%s\r\n", text + head);
        RAW1(SYS_close, console);
    }
}

void syslog(int priority, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsyslog(priority, format, arguments);
    va_end(arguments);
}
