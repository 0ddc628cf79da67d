/* What is left in a sandbox, told to the host: see launcher.h. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "sim/host/launcher.h"

#define MOST_SEMAPHORES 32000 /* sem(5): SEMMSL; the kernel has no set with more */

static unsigned long object_count;
static int is_cut;

static unsigned long length_of(const char* text) {
    unsigned long length = 0;
    while (text[length]) ++length;
    return length;
}

static unsigned long least(unsigned long a, unsigned long b) {
    return a < b ? a : b;
}

static void tell(const void* message, unsigned long bytes) {
    while (CALL3(__NR_write, LAUNCH_SOCKET, message, bytes) == -EINTR_NUMBER) {
    }
}

/* 0: there are too many objects already. */
static int begin_object(uint32_t kind, const char* name, int64_t a, int64_t b, int64_t c, int64_t d) {
    static struct {
        char what;
        struct LaunchObject object;
        char name[LEFT_MOST_BYTES];
    } __attribute__((packed)) told;
    if (object_count == LEFT_MOST_OBJECTS) {
        is_cut = 1;
        return 0;
    }
    ++object_count;
    const unsigned long bytes = least(length_of(name), sizeof told.name);
    told.what = 'L';
    told.object = (struct LaunchObject){{a, b, c, d}, kind, (uint32_t)bytes};
    for (unsigned long i = 0; i < bytes; ++i) told.name[i] = name[i];
    tell(&told, sizeof told - sizeof told.name + bytes);
    return 1;
}

static int are_too_many(long count, const char* what) {
    if (count <= LEFT_MOST_OF_A_KIND) return 0;
    begin_object(LEFT_TOO_MANY, what, count, 0, 0, 0);
    return 1;
}

/* A part of the object that was begun last: `content` has what is to be told of its bytes. */
static struct {
    char what;
    struct LaunchPart part;
    char content[LEFT_MOST_BYTES];
} __attribute__((packed)) part;

static void tell_part(int64_t number, unsigned long bytes) {
    part.what = 'P';
    part.part.number = number;
    part.part.bytes = bytes;
    part.part.told_bytes = least(bytes, LEFT_MOST_BYTES);
    tell(&part, sizeof part - sizeof part.content + part.part.told_bytes);
}

/* ---- System V. Numbers of MSG_STAT_ANY and its like are places in the kernel's table. Who owns an object can give itself
 * the permission to read it. */

static void report_queues(void) {
    static struct {
        long type;
        char bytes[LEFT_MOST_BYTES];
    } message;
    struct msginfo info;
    struct msqid_ds state;
    const long last = CALL3(__NR_msgctl, 0, MSG_INFO, &info);
    if (last < 0 || are_too_many(info.msgpool, "System V message queues")) return;
    for (long place = 0; place <= last; ++place) {
        const long id = CALL3(__NR_msgctl, place, MSG_STAT_ANY, &state);
        if (id < 0) continue;
        if (!begin_object(LEFT_MESSAGE_QUEUE, "", state.msg_perm.__key, state.msg_perm.mode,
                          (int64_t)state.msg_qbytes, (int64_t)state.msg_qnum))
            return;
        state.msg_perm.mode |= 0600;
        CALL3(__NR_msgctl, id, IPC_SET, &state);
        for (int i = 0; i < LEFT_MOST_PARTS; ++i) {
            const long bytes =
                CALL5(__NR_msgrcv, id, &message, sizeof message.bytes, 0, IPC_NOWAIT | MSG_NOERROR);
            if (bytes < 0) break;
            for (long at = 0; at < bytes; ++at) part.content[at] = message.bytes[at];
            tell_part(message.type, (unsigned long)bytes);
        }
    }
}

static void report_semaphores(void) {
    static unsigned short values[MOST_SEMAPHORES];
    struct seminfo info;
    struct semid_ds state;
    const long last = CALL4(__NR_semctl, 0, 0, SEM_INFO, &info);
    if (last < 0 || are_too_many(info.semusz, "System V semaphore sets")) return;
    for (long place = 0; place <= last; ++place) {
        const long id = CALL4(__NR_semctl, place, 0, SEM_STAT_ANY, &state);
        if (id < 0) continue;
        if (!begin_object(LEFT_SEMAPHORE_SET, "", state.sem_perm.__key, state.sem_perm.mode,
                          (int64_t)state.sem_nsems, 0))
            return;
        state.sem_perm.mode |= 0600;
        CALL4(__NR_semctl, id, 0, IPC_SET, &state);
        if (state.sem_nsems > MOST_SEMAPHORES || CALL4(__NR_semctl, id, 0, GETALL, values) < 0) continue;
        for (unsigned long i = 0; i < least(state.sem_nsems, LEFT_MOST_PARTS); ++i) tell_part(values[i], 0);
    }
}

static void report_segments(void) {
    struct shm_info info;
    struct shmid_ds state;
    const long last = CALL3(__NR_shmctl, 0, SHM_INFO, &info);
    if (last < 0 || are_too_many(info.used_ids, "System V shared memory segments")) return;
    for (long place = 0; place <= last; ++place) {
        const long id = CALL3(__NR_shmctl, place, SHM_STAT_ANY, &state);
        if (id < 0) continue;
        if (!begin_object(LEFT_SEGMENT, "", state.shm_perm.__key, state.shm_perm.mode,
                          (int64_t)state.shm_segsz, (int64_t)state.shm_nattch))
            return;
        state.shm_perm.mode |= 0600;
        CALL3(__NR_shmctl, id, IPC_SET, &state);
        if (state.shm_segsz > LEFT_MOST_SEGMENT_BYTES) continue;
        const long address = CALL3(__NR_shmat, id, 0, SHM_RDONLY);
        if (address < 0 && address > -4096) continue;
        const char* bytes = (const char*)address;
        for (unsigned long at = 0; at < least(state.shm_segsz, LEFT_MOST_BYTES); ++at)
            part.content[at] = bytes[at];
        tell_part(0, state.shm_segsz);
        CALL1(__NR_shmdt, address);
    }
}

/* ---- Names in a directory. Of more than LEFT_MOST_OF_A_KIND none is kept: they are counted. */

struct Names {
    long count;
    char name[LEFT_MOST_OF_A_KIND][256];
};

static int is_before(const char* one, const char* other) {
    while (*one && *one == *other) ++one, ++other;
    return (unsigned char)*one < (unsigned char)*other;
}

static void insert_sorted(struct Names* names, const char* name) {
    long at = names->count;
    for (; at > 0 && is_before(name, names->name[at - 1]); --at)
        for (int i = 0; i < 256; ++i) names->name[at][i] = names->name[at - 1][i];
    for (int i = 0; i < 256; ++i) {
        names->name[at][i] = name[i];
        if (!name[i]) break;
    }
}

/* Without "." and "..". -1: it cannot be read. */
static long read_names(const char* path, struct Names* names) {
    static char entries[32768] __attribute__((aligned(8)));
    struct Entry {
        uint64_t inode;
        int64_t offset;
        uint16_t bytes;
        uint8_t type;
        char name[];
    };
    names->count = 0;
    const long directory = CALL3(__NR_open, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (directory < 0) return -1;
    for (;;) {
        const long bytes = CALL3(__NR_getdents64, directory, entries, sizeof entries);
        if (bytes <= 0) break;
        for (long at = 0; at < bytes;) {
            const struct Entry* entry = (const struct Entry*)(const void*)(entries + at);
            at += entry->bytes;
            const char* name = entry->name;
            if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]))) continue;
            if (names->count < LEFT_MOST_OF_A_KIND) insert_sorted(names, name);
            ++names->count;
        }
    }
    CALL1(__NR_close, directory);
    return names->count;
}

/* ---- POSIX queues: the file system that names them is at /dev/mqueue. */

static void report_posix_queues(void) {
    static struct Names names;
    static char path[300] = "/dev/mqueue";
    const unsigned long begin = length_of(path);
    if (read_names(path, &names) < 0 || are_too_many(names.count, "POSIX message queues")) return;
    for (long n = 0; n < names.count; ++n) {
        struct stat status;
        struct mq_attr state = {0};
        path[begin] = '/';
        for (unsigned long i = 0; i <= length_of(names.name[n]); ++i) path[begin + 1 + i] = names.name[n][i];
        if (CALL2(__NR_lstat, path, &status) < 0) continue;
        CALL2(__NR_chmod, path, 0600);
        const long queue = CALL4(__NR_mq_open, names.name[n], O_RDONLY | O_NONBLOCK, 0, 0);
        if (queue >= 0) CALL3(__NR_mq_getsetattr, queue, 0, &state);
        if (!begin_object(LEFT_POSIX_QUEUE, path + begin, status.st_mode & 07777, state.mq_maxmsg,
                          state.mq_msgsize, state.mq_curmsgs))
            return;
        for (int i = 0; queue >= 0 && i < LEFT_MOST_PARTS; ++i) {
            unsigned priority = 0;
            const long bytes =
                CALL5(__NR_mq_timedreceive, queue, part.content, sizeof part.content, &priority, 0);
            if (bytes < 0) break;
            tell_part(priority, (unsigned long)bytes);
        }
        if (queue >= 0) CALL1(__NR_close, queue);
    }
}

/* ---- Files */

static char path[LEFT_DEEPEST * 257 + 64];

static void report_file(const struct stat* status) {
    const int64_t mode = status->st_mode & 07777, links = (int64_t)status->st_nlink;
    long bytes = 0;
    switch (status->st_mode & S_IFMT) {
        case S_IFREG: {
            if (!begin_object(LEFT_REGULAR_FILE, path, mode, links, status->st_size, 0)) return;
            /* It may have other names: for them its mode is put back. */
            if (!(mode & 0400)) CALL2(__NR_chmod, path, mode | 0400);
            const long file = CALL3(__NR_open, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
            if (!(mode & 0400)) CALL2(__NR_chmod, path, mode);
            if (file < 0) return;
            for (long done = 1; done > 0 && bytes < LEFT_MOST_BYTES; bytes += done) {
                done = CALL3(__NR_read, file, part.content + bytes, LEFT_MOST_BYTES - bytes);
                if (done < 0) break;
            }
            CALL1(__NR_close, file);
            tell_part(0, (unsigned long)status->st_size);
            return;
        }
        case S_IFLNK:
            if (!begin_object(LEFT_SYMLINK, path, 0, links, status->st_size, 0)) return;
            bytes = CALL3(__NR_readlink, path, part.content, LEFT_MOST_BYTES);
            if (bytes >= 0) tell_part(0, (unsigned long)bytes);
            return;
        case S_IFIFO:
            begin_object(LEFT_FIFO, path, mode, links, 0, 0);
            return;
        case S_IFSOCK:
            begin_object(LEFT_SOCKET, path, mode, links, 0, 0);
            return;
        default:
            begin_object(LEFT_OTHER, path, mode, links, 0, 0);
    }
}

/* What `path`, of so many bytes, names, and what is in it. */
static void report_path(unsigned long bytes, int depth) {
    static struct Names names_at[LEFT_DEEPEST];
    static struct Names deepest;
    struct stat status;
    is_cut = is_cut || object_count == LEFT_MOST_OBJECTS;
    if (is_cut || CALL2(__NR_lstat, path, &status) < 0) return;
    if ((status.st_mode & S_IFMT) != S_IFDIR) {
        report_file(&status);
        return;
    }
    struct Names* names = depth < LEFT_DEEPEST ? &names_at[depth] : &deepest;
    CALL2(__NR_chmod, path, (status.st_mode & 07777) | 0700);
    const long count = read_names(path, names);
    if (!begin_object(LEFT_DIRECTORY, path, status.st_mode & 07777, count, 0, 0)) return;
    if (depth == LEFT_DEEPEST || count > LEFT_MOST_OF_A_KIND) return;
    for (long n = 0; n < count; ++n) {
        const unsigned long length = length_of(names->name[n]);
        path[bytes] = '/';
        for (unsigned long i = 0; i <= length; ++i) path[bytes + 1 + i] = names->name[n][i];
        report_path(bytes + 1 + length, depth + 1);
        path[bytes] = 0;
    }
}

void report_left_behind(void) {
    static const char* const directories[] = {LEFT_DIRECTORIES};
    report_queues();
    report_semaphores();
    report_segments();
    report_posix_queues();
    for (unsigned long i = 0; i < sizeof directories / sizeof *directories; ++i) {
        const unsigned long bytes = length_of(directories[i]);
        for (unsigned long at = 0; at <= bytes; ++at) path[at] = directories[i][at];
        report_path(bytes, 0);
    }
    if (is_cut) tell("C", 1);
    tell("F", 1);
}
