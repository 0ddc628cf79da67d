#ifndef _SPAWN_H
#define _SPAWN_H

#include <bits/sigset.h>
#include <sched.h>
#include <sys/types.h>

typedef struct {
    short __flags;
    pid_t __group;
    sigset_t __defaults;
    sigset_t __mask;
    struct sched_param __parameters;
    int __policy;
    int __pad[16];
} posix_spawnattr_t;
typedef struct {
    int __room;
    int __count;
    struct __spawn_action* __actions;
    int __pad[16];
} posix_spawn_file_actions_t;

#define POSIX_SPAWN_RESETIDS 1
#define POSIX_SPAWN_SETPGROUP 2
#define POSIX_SPAWN_SETSIGDEF 4
#define POSIX_SPAWN_SETSIGMASK 8
#define POSIX_SPAWN_SETSCHEDPARAM 16
#define POSIX_SPAWN_SETSCHEDULER 32
#define POSIX_SPAWN_USEVFORK 64
#define POSIX_SPAWN_SETSID 128

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const argv[], char* const envp[]);
int posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const argv[], char* const envp[]);
int posix_spawn_file_actions_init(posix_spawn_file_actions_t* actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t* actions);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t* actions, int fd, const char* path, int flags,
                                     mode_t mode);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t* actions, int fd);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t* actions, int fd, int to);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t* actions, const char* path);
int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t* actions, int fd);
int posix_spawnattr_init(posix_spawnattr_t* attributes);
int posix_spawnattr_destroy(posix_spawnattr_t* attributes);
int posix_spawnattr_setflags(posix_spawnattr_t* attributes, short flags);
int posix_spawnattr_getflags(const posix_spawnattr_t* attributes, short* flags);
int posix_spawnattr_setpgroup(posix_spawnattr_t* attributes, pid_t group);
int posix_spawnattr_getpgroup(const posix_spawnattr_t* attributes, pid_t* group);
int posix_spawnattr_setsigdefault(posix_spawnattr_t* attributes, const sigset_t* set);
int posix_spawnattr_getsigdefault(const posix_spawnattr_t* attributes, sigset_t* set);
int posix_spawnattr_setsigmask(posix_spawnattr_t* attributes, const sigset_t* set);
int posix_spawnattr_getsigmask(const posix_spawnattr_t* attributes, sigset_t* set);
int posix_spawnattr_setschedpolicy(posix_spawnattr_t* attributes, int policy);
int posix_spawnattr_getschedpolicy(const posix_spawnattr_t* attributes, int* policy);
int posix_spawnattr_getschedparam(const posix_spawnattr_t* attributes, struct sched_param* parameters);
int posix_spawnattr_setschedparam(posix_spawnattr_t* attributes, const struct sched_param* parameters);

#endif
