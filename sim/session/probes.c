/* What single steps of a kernel cost: one line for each row of kernel/costs.def, its name and the measured value.
 *
 *     probes TIMES REPEATS
 *
 * Each probe does something TIMES times, takes the time from the kernel's own clock, and counts the quickest of REPEATS
 * rounds: whatever disturbs a round makes it slower. What a step is made of besides is subtracted. Run on the simulated
 * kernel it prints the table that this has. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 65536, PAGE = 4096, INSTRUCTIONS_PER_TURN = 5 };

static long times;
static int repeats;
static char *self;
static char block[BLOCK];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds of one of `count` calls of step(argument), in the quickest round. */
static double quickest(void (*step)(int), int argument, long count) {
    double best = 1e18;
    for (int round = 0; round < repeats; round++) {
        double begin = now();
        for (long i = 0; i < count; i++) step(argument);
        double each = (now() - begin) / (double)count;
        if (each < best) best = each;
    }
    return best;
}

static void report(const char *name, double value) { printf("%s %.0f\n", name, value < 0 ? 0 : value); }

static void stay_on(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) == -1) die("sched_setaffinity");
}

/* ---- Steps */

static int in, out, queue, set;
static mqd_t posix_queue;
static uint32_t word;

static volatile uint64_t sum;
static void compute(int turns) {
    uint64_t s = 0;
    for (int i = 0; i < turns; i++) s += (uint64_t)i ^ s >> 3;
    sum = s;
}
static void nothing(int unused) { (void)unused; }
static void null_call(int unused) {
    (void)unused;
    getppid();
}
static void pass(int bytes) { /* through a buffer of the kernel, without waiting */
    if (write(out, block, (size_t)bytes) != bytes || read(in, block, (size_t)bytes) != bytes) die("pass");
}
static void open_close(int unused) {
    (void)unused;
    int fd = open("/tmp/calibration", O_RDONLY);
    if (fd == -1) die("open");
    close(fd);
}
static void to_file(int bytes) {
    if (pwrite(out, block, (size_t)bytes, 0) != bytes || pread(out, block, (size_t)bytes, 0) != bytes) die("file");
}
static void letter(int bytes) {
    static struct {
        long type;
        char text[64];
    } message = {1, ""};
    if (msgsnd(queue, &message, (size_t)bytes, 0) == -1 || msgrcv(queue, &message, sizeof message.text, 0, 0) == -1)
        die("message");
}
static void posix_letter(int bytes) {
    char text[64];
    if (mq_send(posix_queue, block, (size_t)bytes, 0) == -1 || mq_receive(posix_queue, text, sizeof text, NULL) == -1)
        die("mq");
}
static void up_down(int unused) {
    struct sembuf up = {.sem_op = 1}, down = {.sem_op = -1};
    (void)unused;
    if (semop(set, &up, 1) == -1 || semop(set, &down, 1) == -1) die("semop");
}
static void wake_nobody(int unused) {
    (void)unused;
    syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
static void handle(int signal) { (void)signal; }
static void signal_myself(int signal) { kill(getpid(), signal); }
static void touch(int pages) {
    char *memory = mmap(NULL, (size_t)pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) die("mmap");
    for (int i = 0; i < pages; i++) memory[(size_t)i * PAGE] = 1;
    munmap(memory, (size_t)pages * PAGE);
}
static double forked_ns;
static void fork_only(int executes) {
    double begin = now();
    pid_t child = fork();
    if (child == 0) {
        if (executes) execlp(self, self, (char *)NULL);
        _exit(0);
    }
    if (child == -1) die("fork");
    double took = now() - begin;
    if (took < forked_ns) forked_ns = took;
    if (waitpid(child, NULL, 0) == -1) die("waitpid");
}
static void *thread(void *unused) { return unused; }
static void create_join(int unused) {
    pthread_t made;
    (void)unused;
    if (pthread_create(&made, NULL, thread, NULL) != 0 || pthread_join(made, NULL) != 0) die("pthread");
}
static void yield_once(int unused) {
    (void)unused;
    sched_yield();
}
static void ball(int unused) {
    uint64_t count = 1;
    (void)unused;
    if (write(out, &count, sizeof count) != sizeof count || read(in, &count, sizeof count) != sizeof count) die("ball");
}

/* ---- Set-up */

static void pair_of_pipes(void) {
    int ends[2];
    if (pipe(ends) == -1) die("pipe");
    in = ends[0], out = ends[1];
}

static void pair_of_sockets(int type) {
    int ends[2];
    if (socketpair(AF_UNIX, type, 0, ends) == -1) die("socketpair");
    in = ends[0], out = ends[1];
}

static void pair_over_ip(int type) {
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t length = sizeof name;
    int yes = 1;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    in = socket(AF_INET, type, 0);
    out = socket(AF_INET, type, 0);
    if (in == -1 || out == -1 || bind(in, (struct sockaddr *)&name, sizeof name) == -1) die("socket");
    if (getsockname(in, (struct sockaddr *)&name, &length) == -1) die("getsockname");
    if (type == SOCK_STREAM && listen(in, 1) == -1) die("listen");
    if (connect(out, (struct sockaddr *)&name, sizeof name) == -1) die("connect");
    if (type != SOCK_STREAM) return;
    int accepted = accept(in, NULL, NULL);
    if (accepted == -1) die("accept");
    close(in);
    in = accepted;
    setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static void close_pair(void) {
    close(in);
    if (out != in) close(out);
}

/* Runs `step` in a child on that processor for ever. */
static pid_t companion(void (*step)(int), int cpu) {
    pid_t child = fork();
    if (child == -1) die("fork");
    if (child > 0) return child;
    stay_on(cpu);
    for (;;) step(0);
}

static void end(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* Nanoseconds of a round trip between here and that processor. */
static double round_trip(int cpu) {
    int there = eventfd(0, 0), back = eventfd(0, 0);
    if (there == -1 || back == -1) die("eventfd");
    pid_t child = fork();
    if (child == -1) die("fork");
    if (child == 0) {
        uint64_t count;
        stay_on(cpu);
        while (read(there, &count, sizeof count) == sizeof count) write(back, &count, sizeof count);
        _exit(0);
    }
    in = back, out = there;
    double took = quickest(ball, 0, times);
    end(child);
    close_pair();
    return took;
}

int main(int argc, char *argv[]) {
    if (argc != 3) return 0; /* the program that the probe of execve starts */
    self = argv[0];
    times = strtol(argv[1], NULL, 10);
    repeats = (int)strtol(argv[2], NULL, 10);
    if (times < 1 || repeats < 1) return 2;
    stay_on(0);
    memset(block, 'x', sizeof block);

    double turns = (double)times * 10;
    double instruction = (quickest(compute, (int)turns, 1) - quickest(compute, 0, 1)) / turns / INSTRUCTIONS_PER_TURN;
    report("instruction", instruction * 1000);
    double syscall_ns = quickest(null_call, 0, times) - quickest(nothing, 0, times);
    report("syscall", syscall_ns);

    pair_of_pipes();
    double small = quickest(pass, 1, times), large = quickest(pass, BLOCK, times / 10 + 1);
    report("copy", (large - small) * 1000 / (2 * BLOCK));
    report("pipe", small / 2 - syscall_ns);
    close_pair();
    pair_of_sockets(SOCK_STREAM);
    report("unix_socket", quickest(pass, 1, times) / 2 - syscall_ns);
    close_pair();
    pair_over_ip(SOCK_STREAM);
    report("tcp", quickest(pass, 1, times) / 2 - syscall_ns);
    close_pair();
    pair_over_ip(SOCK_DGRAM);
    report("udp", quickest(pass, 1, times) / 2 - syscall_ns);
    close_pair();
    in = out = eventfd(0, 0);
    double event = quickest(pass, 8, times) / 2;
    report("eventfd", event - syscall_ns);
    close_pair();
    in = out = open("/tmp/calibration", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (out == -1) die("/tmp/calibration");
    report("file", quickest(to_file, 1, times) / 2 - syscall_ns);
    close_pair();
    report("open", quickest(open_close, 0, times) - 2 * syscall_ns);
    unlink("/tmp/calibration");

    queue = msgget(IPC_PRIVATE, 0600);
    if (queue == -1) die("msgget");
    report("message_queue", quickest(letter, 1, times) / 2 - syscall_ns);
    msgctl(queue, IPC_RMID, NULL);
    struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 64};
    posix_queue = mq_open("/probe", O_CREAT | O_RDWR, 0600, &attributes);
    if (posix_queue == (mqd_t)-1) die("mq_open");
    mq_unlink("/probe");
    report("posix_queue", quickest(posix_letter, 1, times) / 2 - syscall_ns);
    set = semget(IPC_PRIVATE, 1, 0600);
    if (set == -1) die("semget");
    report("semaphore", quickest(up_down, 0, times) / 2 - syscall_ns);
    semctl(set, 0, IPC_RMID);
    report("futex", quickest(wake_nobody, 0, times) - syscall_ns);

    signal(SIGUSR2, SIG_IGN);
    double ignored = quickest(signal_myself, SIGUSR2, times) - 2 * syscall_ns;
    report("kill", ignored);
    signal(SIGUSR1, handle);
    report("signal", quickest(signal_myself, SIGUSR1, times) - ignored - 3 * syscall_ns);
    double pages = 64;
    report("page_fault", (quickest(touch, (int)pages, times / 10 + 1) - quickest(touch, 1, times / 10 + 1)) / (pages - 1));

    /* Two that yield to each other: each turn is a call and a switch. */
    pid_t child = companion(yield_once, 0);
    double two_turns = quickest(yield_once, 0, times);
    end(child);
    double context_switch = two_turns / 2 - syscall_ns;
    report("context_switch", context_switch);
    /* Two that wake each other: each way is a write, a switch and the rest of a read. */
    double wakeup = (round_trip(0) - 4 * event) / 2 - context_switch;
    report("wakeup", wakeup);

    forked_ns = 1e18;
    double lived = quickest(fork_only, 0, times / 20 + 1);
    double fork_ns = forked_ns - syscall_ns;
    double exit_ns = lived - forked_ns - 2 * syscall_ns - 2 * context_switch - wakeup;
    report("fork", fork_ns);
    report("exit", exit_ns);
    report("exec", quickest(fork_only, 1, times / 20 + 1) - lived - syscall_ns);
    report("thread", quickest(create_join, 0, times / 20 + 1) - 2 * context_switch - wakeup - 4 * syscall_ns);
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1) report("idle_wakeup", round_trip(1) / 2 - 2 * event - wakeup);
    return 0;
}
