// System V message queues, semaphores and shared memory.
#include <bits/syscall.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/// ftok(3): 8 bits of the project, 8 of the device, 16 of the inode.
key_t ftok(const char* path, int project) {
    struct stat status;
    if (CALL4(SYS_newfstatat, -100 /* AT_FDCWD */, path, &status, 0) < 0) return -1;
    return (key_t)((unsigned int)(project & 0xff) << 24 | ((unsigned int)status.st_dev & 0xff) << 16 |
                   ((unsigned int)status.st_ino & 0xffff));
}

int msgget(key_t key, int flags) {
    return (int)CALL2(SYS_msgget, key, flags);
}
int msgsnd(int queue, const void* message, size_t bytes, int flags) {
    return (int)CALL4(SYS_msgsnd, queue, message, bytes, flags);
}
ssize_t msgrcv(int queue, void* message, size_t bytes, long type, int flags) {
    return CALL5(SYS_msgrcv, queue, message, bytes, type, flags);
}
int msgctl(int queue, int command, struct msqid_ds* status) {
    return (int)CALL3(SYS_msgctl, queue, command, status);
}

int semget(key_t key, int count, int flags) {
    return (int)CALL3(SYS_semget, key, count, flags);
}
int semop(int set, struct sembuf* operations, size_t count) {
    return (int)CALL4(SYS_semtimedop, set, operations, count, 0);
}
int semtimedop(int set, struct sembuf* operations, size_t count, const struct timespec* timeout) {
    return (int)CALL4(SYS_semtimedop, set, operations, count, timeout);
}
int semctl(int set, int number, int command, ...) {
    // The program defines union semun itself (semctl(2)): an int or a pointer, passed as one word.
    union {
        int value;
        void* pointer;
        long word;
    } argument;
    argument.word = 0;
    va_list arguments;
    va_start(arguments, command);
    switch (command) {
        case SETVAL:
        case GETALL:
        case SETALL:
        case IPC_STAT:
        case IPC_SET:
        case IPC_INFO:
        case SEM_INFO:
        case SEM_STAT:
        case SEM_STAT_ANY:
            argument.word = va_arg(arguments, long);
            break;
        case IPC_RMID:
        case GETVAL:
        case GETPID:
        case GETNCNT:
        case GETZCNT:
            break;
        default:  // glibc does not ask the kernel
            va_end(arguments);
            errno = EINVAL;
            return -1;
    }
    va_end(arguments);
    return (int)CALL4(SYS_semctl, set, number, command, argument.word);
}

int shmget(key_t key, size_t bytes, int flags) {
    return (int)CALL3(SYS_shmget, key, bytes, flags);
}
void* shmat(int segment, const void* address, int flags) {
    return (void*)CALL3(SYS_shmat, segment, address, flags);
}
int shmdt(const void* address) {
    return (int)CALL1(SYS_shmdt, address);
}
int shmctl(int segment, int command, struct shmid_ds* status) {
    return (int)CALL3(SYS_shmctl, segment, command, status);
}
