#ifndef _SYS_SEM_H
#define _SYS_SEM_H

#include <bits/timespec.h>
#include <sys/ipc.h>
#include <sys/types.h>

#define SEM_UNDO 0x1000
#define GETPID 11
#define GETVAL 12
#define GETALL 13
#define GETNCNT 14
#define GETZCNT 15
#define SETVAL 16
#define SETALL 17
#define SEM_STAT 18
#define SEM_STAT_ANY 20
#define SEM_INFO 19

struct semid_ds {
    struct ipc_perm sem_perm;
    time_t sem_otime;
    unsigned long __reserved1;
    time_t sem_ctime;
    unsigned long __reserved2;
    unsigned long sem_nsems;
    unsigned long __reserved3;
    unsigned long __reserved4;
};
struct sembuf {
    unsigned short sem_num;
    short sem_op;
    short sem_flg;
};
struct seminfo {
    int semmap;
    int semmni;
    int semmns;
    int semmnu;
    int semmsl;
    int semopm;
    int semume;
    int semusz;
    int semvmx;
    int semaem;
};

int semget(key_t key, int count, int flags);
int semop(int set, struct sembuf* operations, size_t count);
int semtimedop(int set, struct sembuf* operations, size_t count, const struct timespec* timeout);
int semctl(int set, int number, int command, ...);

#endif
