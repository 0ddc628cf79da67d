// posix_spawn(3): a child does what the attributes and file actions say, then execve(). It has the parent's memory, as
// after vfork(), and leaves its error there.
#include <bits/request.h>
#include <bits/sigaction.h>
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct __spawn_action {
    enum { OPEN, CLOSE, DUP2, CHDIR, FCHDIR } kind;
    int fd, to, flags;
    mode_t mode;
    char* path;
};

int posix_spawn_file_actions_init(posix_spawn_file_actions_t* actions) {
    memset(actions, 0, sizeof *actions);
    return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t* actions) {
    for (int i = 0; i < actions->__count; i++) free(actions->__actions[i].path);
    free(actions->__actions);
    return 0;
}

static struct __spawn_action* add(posix_spawn_file_actions_t* actions, const char* path) {
    if (actions->__count == actions->__room) {
        int room = actions->__room + 8;
        struct __spawn_action* bigger = realloc(actions->__actions, (size_t)room * sizeof *bigger);
        if (!bigger) return 0;
        actions->__actions = bigger;
        actions->__room = room;
    }
    struct __spawn_action* action = &actions->__actions[actions->__count];
    memset(action, 0, sizeof *action);
    if (path && !(action->path = strdup(path))) return 0;
    actions->__count++;
    return action;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t* actions, int fd, const char* path, int flags,
                                     mode_t mode) {
    if (fd < 0) return EBADF;
    struct __spawn_action* action = add(actions, path);
    if (!action) return ENOMEM;
    action->kind = OPEN;
    action->fd = fd;
    action->flags = flags;
    action->mode = mode;
    return 0;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t* actions, int fd) {
    if (fd < 0) return EBADF;
    struct __spawn_action* action = add(actions, 0);
    if (!action) return ENOMEM;
    action->kind = CLOSE;
    action->fd = fd;
    return 0;
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t* actions, int fd, int to) {
    if (fd < 0 || to < 0) return EBADF;
    struct __spawn_action* action = add(actions, 0);
    if (!action) return ENOMEM;
    action->kind = DUP2;
    action->fd = fd;
    action->to = to;
    return 0;
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t* actions, const char* path) {
    struct __spawn_action* action = add(actions, path);
    if (!action) return ENOMEM;
    action->kind = CHDIR;
    return 0;
}

int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t* actions, int fd) {
    if (fd < 0) return EBADF;
    struct __spawn_action* action = add(actions, 0);
    if (!action) return ENOMEM;
    action->kind = FCHDIR;
    action->fd = fd;
    return 0;
}

/// 0 or a negative errno.
static long perform(const struct __spawn_action* action) {
    long result = 0;
    switch (action->kind) {
        case OPEN:
            // POSIX: one that is open already is closed first, even where the new one cannot be opened
            RAW1(SYS_close, action->fd);
            result = RAW4(SYS_openat, AT_FDCWD, action->path, action->flags, action->mode);
            if (result >= 0 && result != action->fd) {
                long opened = result;
                result = RAW2(SYS_dup2, opened, action->fd);
                RAW1(SYS_close, opened);
            }
            break;
        case CLOSE:
            RAW1(SYS_close, action->fd);  // one that is not open does no harm
            break;
        case DUP2:
            if (action->fd == action->to)
                result = RAW3(SYS_fcntl, action->fd, F_SETFD, 0);
            else
                result = RAW2(SYS_dup2, action->fd, action->to);
            break;
        case CHDIR:
            result = RAW1(SYS_chdir, action->path);
            break;
        case FCHDIR:
            result = RAW1(SYS_fchdir, action->fd);
    }
    return result < 0 ? result : 0;
}

static long prepare(const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes) {
    long result = 0;
    short flags = attributes ? attributes->__flags : 0;
    struct __kernel_sigaction default_action = {0, 0, 0, 0};
    for (int signal = 1; (flags & POSIX_SPAWN_SETSIGDEF) && signal <= 64; signal++)
        if (attributes->__defaults.__val[0] >> (signal - 1) & 1)
            RAW4(SYS_rt_sigaction, signal, &default_action, 0, 8);
    if (flags & POSIX_SPAWN_SETSCHEDULER)
        result = RAW3(SYS_sched_setscheduler, 0, attributes->__policy, &attributes->__parameters);
    else if (flags & POSIX_SPAWN_SETSCHEDPARAM)
        result = RAW2(SYS_sched_setparam, 0, &attributes->__parameters);
    if (result >= 0 && (flags & POSIX_SPAWN_SETSID)) result = RAW0(SYS_setsid);
    if (result >= 0 && (flags & POSIX_SPAWN_SETPGROUP)) result = RAW2(SYS_setpgid, 0, attributes->__group);
    if (result >= 0 && (flags & POSIX_SPAWN_RESETIDS)) {
        result = RAW1(SYS_setgid, RAW0(SYS_getgid));
        if (result >= 0) result = RAW1(SYS_setuid, RAW0(SYS_getuid));
    }
    for (int i = 0; result >= 0 && actions && i < actions->__count; i++)
        result = perform(&actions->__actions[i]);
    return result;
}

static int spawn(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const argv[], char* const envp[], int search) {
    volatile int error = 0;  // the child's memory is ours: it leaves its error there
    unsigned long all = ~0UL, old_mask;
    RAW4(SYS_rt_sigprocmask, 0, &all, &old_mask, 8);
    long child = IS_TASK_REFUSED ? -EAGAIN : RAW5(SYS_clone, 0x4111 /* CLONE_VM, CLONE_VFORK, SIGCHLD */, 0, 0, 0, 0);
    if (child == 0) {
        unsigned long* mask = &old_mask;
        long result = prepare(actions, attributes);
        if (attributes && (attributes->__flags & POSIX_SPAWN_SETSIGMASK))
            mask = (unsigned long*)&attributes->__mask;
        RAW4(SYS_rt_sigprocmask, 2, mask, 0, 8);
        if (result >= 0) {
            if (search)
                execvpe(file, argv, envp);
            else
                execve(file, argv, envp);
            result = -errno;
        }
        error = (int)-result;
        RAW1(SYS_exit_group, 127);
    }
    if (child < 0)
        error = (int)-child;
    else if (error)
        RAW4(SYS_wait4, child, 0, 0, 0);
    else if (pid)
        *pid = (pid_t)child;
    RAW4(SYS_rt_sigprocmask, 2, &old_mask, 0, 8);
    return error;
}

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const argv[], char* const envp[]) {
    return spawn(pid, path, actions, attributes, argv, envp, 0);
}

int posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const argv[], char* const envp[]) {
    return spawn(pid, file, actions, attributes, argv, envp, 1);
}
