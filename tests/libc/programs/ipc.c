// System V and POSIX objects between processes, and descriptors for events.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void show(const char* what, long result) {
    printf("%s: %ld %s\n", what, result, result < 0 ? strerror(errno) : "");
    fflush(stdout);
}

static void system_v(void) {
    struct {
        long type;
        char text[32];
    } message = {3, "three"};
    int queue = msgget(IPC_PRIVATE, 0600);
    show("msgsnd", msgsnd(queue, &message, 6, 0));
    message.type = 1;
    strcpy(message.text, "one");
    show("msgsnd", msgsnd(queue, &message, 4, 0));
    struct msqid_ds status;
    msgctl(queue, IPC_STAT, &status);
    printf("%lu %o %d\n", status.msg_qnum, status.msg_perm.mode, status.msg_lspid == getpid());
    show("msgrcv", msgrcv(queue, &message, 32, -2, 0));
    printf("%ld %s\n", message.type, message.text);
    show("msgrcv", msgrcv(queue, &message, 2, 0, 0));
    show("msgrcv", msgrcv(queue, &message, 2, 0, MSG_NOERROR));
    show("msgrcv", msgrcv(queue, &message, 2, 0, IPC_NOWAIT));
    show("msgctl", msgctl(queue, IPC_RMID, NULL));
    show("msgrcv", msgrcv(queue, &message, 2, 0, IPC_NOWAIT));

    int set = semget(IPC_PRIVATE, 2, 0600);
    union semun {
        int val;
        unsigned short* array;
    } argument;
    argument.val = 5;
    show("SETVAL", semctl(set, 0, SETVAL, argument));
    struct sembuf operations[2] = {{0, -2, 0}, {1, 3, SEM_UNDO}};
    show("semop", semop(set, operations, 2));
    unsigned short values[2];
    argument.array = values;
    show("GETALL", semctl(set, 0, GETALL, argument));
    printf("%d %d %d\n", values[0], values[1], semctl(set, 0, GETVAL));
    struct timespec soon = {0, 1000000};
    operations[0].sem_op = -9;
    show("semtimedop", semtimedop(set, operations, 1, &soon));
    show("IPC_RMID", semctl(set, 0, IPC_RMID));

    int segment = shmget(IPC_PRIVATE, 5000, 0600);
    int* shared = shmat(segment, NULL, 0);
    *shared = 1;
    if (fork() == 0) {
        *shared = 42;
        _exit(0);
    }
    wait(NULL);
    printf("%d\n", *shared);
    struct shmid_ds info;
    shmctl(segment, IPC_STAT, &info);
    printf("%zu %lu\n", info.shm_segsz, info.shm_nattch);
    show("shmdt", shmdt(shared));
    show("shmdt", shmdt(shared));
    show("shmctl", shmctl(segment, IPC_RMID, NULL));
    printf("%d %d\n", ftok("/", 'a') == ftok("/", 'a'), ftok("/", 'a') == ftok("/", 'b'));
    show("ftok", ftok("/nonexistent", 1));
}

static void posix(void) {
    char name[40];
    snprintf(name, sizeof name, "/test-%d", getpid());
    sem_t* semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
    show("sem_open", semaphore == SEM_FAILED ? -1 : 0);
    show("sem_open", sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED ? -1 : 0);
    printf("%d\n", sem_open(name, 0) == semaphore);
    sem_wait(semaphore);
    show("sem_trywait", sem_trywait(semaphore));
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    show("sem_timedwait", sem_timedwait(semaphore, &deadline));
    deadline.tv_nsec = -1;
    show("sem_timedwait", sem_timedwait(semaphore, &deadline));
    if (fork() == 0) {
        sem_t* other = sem_open(name, 0);
        sem_post(other);
        _exit(0);
    }
    show("sem_wait", sem_wait(semaphore));
    wait(NULL);
    int value;
    sem_post(semaphore);
    sem_post(semaphore);
    sem_getvalue(semaphore, &value);
    printf("%d\n", value);
    show("sem_close", sem_close(semaphore));
    show("sem_unlink", sem_unlink(name));
    show("sem_unlink", sem_unlink(name));
    sem_t own;
    show("sem_init", sem_init(&own, 0, SEM_VALUE_MAX));
    show("sem_post", sem_post(&own));
    show("sem_init", sem_init(&own, 0, SEM_VALUE_MAX + 1u));

    int fd = shm_open(name, O_CREAT | O_RDWR, 0600);
    ftruncate(fd, 4096);
    char* map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fork() == 0) {
        strcpy(map, "from the child");
        _exit(0);
    }
    wait(NULL);
    printf("%s\n", map);
    show("shm_unlink", shm_unlink(name));
    show("shm_unlink", shm_unlink(name));
    show("shm_open", shm_open("/a/b", O_RDWR, 0));
    show("mq_open", mq_open("noslash", O_RDWR));
    show("mq_open", mq_open("/no-such-queue-here", O_RDWR));
    struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 20};
    mqd_t queue = mq_open(name, O_CREAT | O_RDWR | O_NONBLOCK, 0600, &attributes);
    mq_send(queue, "low", 4, 1);
    mq_send(queue, "high", 5, 9);
    char text[20];
    unsigned priority;
    show("mq_receive", mq_receive(queue, text, sizeof text, &priority));
    printf("%s %u\n", text, priority);
    mq_getattr(queue, &attributes);
    printf("%ld %ld %ld\n", attributes.mq_maxmsg, attributes.mq_msgsize, attributes.mq_curmsgs);
    mq_receive(queue, text, sizeof text, &priority);
    show("mq_receive", mq_receive(queue, text, sizeof text, &priority));
    show("mq_unlink", mq_unlink(name));
    show("mq_close", mq_close(queue));
}

static void descriptors(void) {
    int fd = eventfd(3, 0);
    eventfd_write(fd, 4);
    eventfd_t value;
    eventfd_read(fd, &value);
    printf("%lu\n", value);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    fd = signalfd(-1, &set, 0);
    sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 77});
    struct signalfd_siginfo info;
    show("signalfd", read(fd, &info, sizeof info));
    printf("%u %d %d\n", info.ssi_signo, info.ssi_int, info.ssi_pid == (uint32_t)getpid());
    sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 78});
    siginfo_t signal_info;
    show("sigwaitinfo", sigwaitinfo(&set, &signal_info));
    printf("%d %d\n", signal_info.si_value.sival_int, signal_info.si_code == SI_QUEUE);
    struct timespec none = {0, 0};
    show("sigtimedwait", sigtimedwait(&set, NULL, &none));
    fd = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec soon = {.it_value = {0, 1000000}};
    show("timerfd_settime", timerfd_settime(fd, 0, &soon, NULL));
    uint64_t times;
    show("read", read(fd, &times, sizeof times));
    printf("%lu\n", times);
    fd = inotify_init();
    inotify_add_watch(fd, ".", IN_CREATE);
    close(creat("made", 0600));
    union {
        struct inotify_event event;
        char bytes[300];
    } event;
    read(fd, &event, sizeof event);
    printf("%x %s\n", event.event.mask, event.event.name);
    timer_t timer;
    struct sigevent notice = {
        .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 5};
    show("timer_create", timer_create(CLOCK_MONOTONIC, &notice, &timer));
    timer_settime(timer, 0, &soon, NULL);
    sigwaitinfo(&set, &signal_info);
    printf("%d %d %d\n", signal_info.si_code == SI_TIMER, signal_info.si_value.sival_int,
           timer_getoverrun(timer));
    show("timer_delete", timer_delete(timer));
}

int main(void) {
    system_v();
    posix();
    descriptors();
    return 0;
}
