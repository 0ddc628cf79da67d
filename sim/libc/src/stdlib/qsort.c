// qsort() as a merge sort, which glibc's is too: equal elements keep their order, and the comparison function
// sees the same pairs.
#include <stdlib.h>

struct job {
    size_t bytes;
    int (*compare)(const void*, const void*);              ///< of qsort()
    int (*compare_with)(const void*, const void*, void*);  ///< of qsort_r(), where compare is null
    void* argument;
    char* scratch;
};

#define COMPARE(a, b) (job->compare ? job->compare(a, b) : job->compare_with(a, b, job->argument))

static void sort(const struct job* job, char* base, size_t count) {
    if (count <= 1) return;
    size_t left = count / 2, right = count - left, bytes = job->bytes;
    char *a = base, *b = base + left * bytes, *to = job->scratch;
    sort(job, a, left);
    sort(job, b, right);
    while (left > 0 && right > 0) {
        if (COMPARE(a, b) <= 0) {
            __ipclab_memcpy(to, a, bytes);
            a += bytes;
            left--;
        } else {
            __ipclab_memcpy(to, b, bytes);
            b += bytes;
            right--;
        }
        to += bytes;
    }
    __ipclab_memcpy(to, a, left * bytes);
    __ipclab_memcpy(base, job->scratch, (count - right) * bytes);
}

/// In place, where there is no memory for a copy: sifting down a heap.
static void sort_in_place(const struct job* job, char* base, size_t count) {
    size_t bytes = job->bytes, start = count / 2, end = count;
    while (end > 1) {
        if (start > 0) {
            start--;
        } else {
            end--;
            for (size_t i = 0; i < bytes; i++) {
                char byte = base[i];
                base[i] = base[end * bytes + i];
                base[end * bytes + i] = byte;
            }
        }
        for (size_t root = start, child; (child = 2 * root + 1) < end; root = child) {
            if (child + 1 < end && COMPARE(base + child * bytes, base + (child + 1) * bytes) < 0) child++;
            if (COMPARE(base + root * bytes, base + child * bytes) >= 0) break;
            for (size_t i = 0; i < bytes; i++) {
                char byte = base[root * bytes + i];
                base[root * bytes + i] = base[child * bytes + i];
                base[child * bytes + i] = byte;
            }
        }
    }
}

static void run(struct job* job, void* base, size_t count) {
    if (count < 2 || job->bytes == 0) return;
    char small[1024];
    size_t bytes = count * job->bytes;
    job->scratch = bytes <= sizeof small ? small : malloc(bytes);
    if (!job->scratch) {
        sort_in_place(job, base, count);
        return;
    }
    sort(job, base, count);
    if (job->scratch != small) free(job->scratch);
}

void qsort_r(void* base, size_t count, size_t bytes, int (*compare)(const void*, const void*, void*),
             void* argument) {
    struct job job = {bytes, 0, compare, argument, 0};
    run(&job, base, count);
}

void qsort(void* base, size_t count, size_t bytes, int (*compare)(const void*, const void*)) {
    struct job job = {bytes, compare, 0, 0, 0};
    run(&job, base, count);
}
