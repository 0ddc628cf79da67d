/* How long one exchange between two processes takes, by the clock of the kernel that it runs on.
 *
 *     exchange MECHANISM BYTES TIMES [anywhere]
 *
 * prints nanoseconds per round trip (per message for "stream"), in the quickest of ten rounds: what disturbs a round makes
 * it slower. Both processes stay on the first
 * processor, unless they may run anywhere. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <semaphore.h>
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 20, ROUNDS = 10 };

static char data[MOST];
static size_t bytes;
static long times;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* The two ends of an exchange: to[0] is the parent's, to[1] the child's way to send. */
static int in[2], out[2];

static void send_all(int who) {
    for (size_t done = 0; done < bytes;) {
        ssize_t n = write(out[who], data + done, bytes - done);
        if (n <= 0) die("write");
        done += (size_t)n;
    }
}

static void receive_all(int who) {
    for (size_t done = 0; done < bytes;) {
        ssize_t n = read(in[who], data + done, bytes - done);
        if (n <= 0) die("read");
        done += (size_t)n;
    }
}

static void two_pipes(void) {
    int there[2], back[2];
    if (pipe(there) == -1 || pipe(back) == -1) die("pipe");
    out[0] = there[1], in[1] = there[0];
    out[1] = back[1], in[0] = back[0];
}

static void unix_pair(int type) {
    int pair[2];
    if (socketpair(AF_UNIX, type, 0, pair) == -1) die("socketpair");
    in[0] = out[0] = pair[0];
    in[1] = out[1] = pair[1];
}

static void inet_pair(int type) {
    struct sockaddr_in name[2];
    int fd[2];
    for (int i = 0; i < 2; i++) {
        socklen_t length = sizeof name[i];
        memset(&name[i], 0, sizeof name[i]);
        name[i].sin_family = AF_INET;
        name[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fd[i] = socket(AF_INET, type, 0);
        if (fd[i] == -1) die("socket");
        if (type == SOCK_STREAM && i == 1) break;
        if (bind(fd[i], (struct sockaddr *)&name[i], sizeof name[i]) == -1) die("bind");
        if (getsockname(fd[i], (struct sockaddr *)&name[i], &length) == -1) die("getsockname");
    }
    if (type == SOCK_STREAM) {
        int yes = 1, listener = fd[0];
        if (listen(listener, 1) == -1) die("listen");
        if (connect(fd[1], (struct sockaddr *)&name[0], sizeof name[0]) == -1) die("connect");
        fd[0] = accept(listener, NULL, NULL);
        if (fd[0] == -1) die("accept");
        for (int i = 0; i < 2; i++) setsockopt(fd[i], IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    } else {
        for (int i = 0; i < 2; i++)
            if (connect(fd[i], (struct sockaddr *)&name[1 - i], sizeof name[0]) == -1) die("connect");
    }
    in[0] = out[0] = fd[0];
    in[1] = out[1] = fd[1];
}

static int queue;
struct message {
    long type;
    char text[8192];
};
static struct message letter;

static void sysv_send(int who) {
    letter.type = 1 + who;
    if (msgsnd(queue, &letter, bytes, 0) == -1) die("msgsnd");
}
static void sysv_receive(int who) {
    if (msgrcv(queue, &letter, sizeof letter.text, 2 - who, 0) == -1) die("msgrcv");
}

static mqd_t posix_queue[2];
static void mq_open_both(void) {
    struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 8192};
    for (int i = 0; i < 2; i++) {
        posix_queue[i] = mq_open(i ? "/exchange-1" : "/exchange-0", O_CREAT | O_RDWR, 0600, &attributes);
        if (posix_queue[i] == (mqd_t)-1) die("mq_open");
        mq_unlink(i ? "/exchange-1" : "/exchange-0");
    }
}
static void mq_send_one(int who) {
    if (mq_send(posix_queue[who], data, bytes, 0) == -1) die("mq_send");
}
static void mq_receive_one(int who) {
    if (mq_receive(posix_queue[1 - who], data, MOST, NULL) == -1) die("mq_receive");
}

static int set;
static void sem_up(int who) {
    struct sembuf up = {.sem_num = (unsigned short)who, .sem_op = 1};
    if (semop(set, &up, 1) == -1) die("semop");
}
static void sem_down(int who) {
    struct sembuf down = {.sem_num = (unsigned short)(1 - who), .sem_op = -1};
    if (semop(set, &down, 1) == -1) die("semop");
}

static sem_t *shared;
static void posix_up(int who) { sem_post(&shared[who]); }
static void posix_down(int who) {
    if (sem_wait(&shared[1 - who]) == -1) die("sem_wait");
}

static void event_up(int who) {
    uint64_t one = 1;
    if (write(out[who], &one, sizeof one) != sizeof one) die("write");
}
static void event_down(int who) {
    uint64_t count;
    if (read(in[who], &count, sizeof count) != sizeof count) die("read");
}

static pid_t peer;
static sigset_t usr1;
static void signal_up(int who) {
    (void)who;
    if (kill(peer, SIGUSR1) == -1) die("kill");
}
static void signal_down(int who) {
    siginfo_t info;
    (void)who;
    if (sigwaitinfo(&usr1, &info) != SIGUSR1) die("sigwaitinfo");
}

static void yield_once(int who) {
    (void)who;
    sched_yield();
}
static void nothing(int who) { (void)who; }

int main(int argc, char *argv[]) {
    void (*sends)(int) = send_all, (*receives)(int) = receive_all;
    cpu_set_t one;
    int is_anywhere = argc == 5 && strcmp(argv[4], "anywhere") == 0;
    if (argc != 4 && !is_anywhere) {
        fprintf(stderr, "usage: exchange MECHANISM BYTES TIMES [anywhere]\n");
        return 2;
    }
    const char *how = argv[1];
    bytes = strtoul(argv[2], NULL, 10);
    times = strtol(argv[3], NULL, 10) / ROUNDS;
    if (bytes < 1 || bytes > MOST || times < 1) {
        fprintf(stderr, "exchange: 1 to %d bytes, %d times or more\n", MOST, ROUNDS);
        return 2;
    }
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    if (!is_anywhere && sched_setaffinity(0, sizeof one, &one) == -1) die("sched_setaffinity");
    memset(data, 'x', sizeof data);

    int is_stream = strcmp(how, "stream") == 0;
    if (is_stream || strcmp(how, "pipe") == 0) {
        two_pipes();
    } else if (strcmp(how, "unix-stream") == 0) {
        unix_pair(SOCK_STREAM);
    } else if (strcmp(how, "unix-datagram") == 0) {
        unix_pair(SOCK_DGRAM);
    } else if (strcmp(how, "tcp") == 0) {
        inet_pair(SOCK_STREAM);
    } else if (strcmp(how, "udp") == 0) {
        inet_pair(SOCK_DGRAM);
    } else if (strcmp(how, "sysv-queue") == 0) {
        queue = msgget(IPC_PRIVATE, 0600);
        if (queue == -1) die("msgget");
        sends = sysv_send, receives = sysv_receive;
    } else if (strcmp(how, "posix-queue") == 0) {
        mq_open_both();
        sends = mq_send_one, receives = mq_receive_one;
    } else if (strcmp(how, "sysv-semaphore") == 0) {
        set = semget(IPC_PRIVATE, 2, 0600);
        if (set == -1) die("semget");
        sends = sem_up, receives = sem_down;
    } else if (strcmp(how, "posix-semaphore") == 0) {
        shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (shared == MAP_FAILED) die("mmap");
        sem_init(&shared[0], 1, 0);
        sem_init(&shared[1], 1, 0);
        sends = posix_up, receives = posix_down;
    } else if (strcmp(how, "eventfd") == 0) {
        out[0] = in[1] = eventfd(0, 0);
        out[1] = in[0] = eventfd(0, 0);
        if (in[0] == -1 || in[1] == -1) die("eventfd");
        sends = event_up, receives = event_down;
    } else if (strcmp(how, "signal") == 0) {
        sigemptyset(&usr1);
        sigaddset(&usr1, SIGUSR1);
        sigprocmask(SIG_BLOCK, &usr1, NULL);
        peer = getpid();
        sends = signal_up, receives = signal_down;
    } else if (strcmp(how, "yield") == 0) {
        sends = yield_once, receives = nothing;
    } else {
        fprintf(stderr, "exchange: no such mechanism: %s\n", how);
        return 2;
    }

    pid_t child = fork();
    if (child == -1) die("fork");
    if (child == 0) {
        for (long i = 0; i < times * ROUNDS; i++) {
            receives(1);
            if (!is_stream) sends(1);
        }
        _exit(0);
    }
    if (strcmp(how, "signal") == 0) peer = child;
    long long best = -1;
    for (int round = 0; round < ROUNDS; round++) {
        long long begin = now();
        for (long i = 0; i < times; i++) {
            sends(0);
            if (!is_stream) receives(0);
        }
        long long took = now() - begin;
        if (best == -1 || took < best) best = took;
    }
    waitpid(child, NULL, 0);
    printf("%lld\n", best / times);
    if (queue) msgctl(queue, IPC_RMID, NULL);
    if (set) semctl(set, 0, IPC_RMID);
    return 0;
}
