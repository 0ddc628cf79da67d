// flockfile(): one thread at a time; the same thread may take the lock again.
#include <bits/file.h>
#include <bits/thread.h>

int ftrylockfile(FILE* stream) {
    int expected = 0;
    if (stream->lock_owner != THREAD_SELF) {
        if (!__ipclab_atomic_cas(&stream->lock, &expected, 1, 4)) return -1;
        stream->lock_owner = THREAD_SELF;
    }
    stream->lock_depth++;
    return 0;
}

void flockfile(FILE* stream) {
    if (ftrylockfile(stream) == 0) return;
    LOW_LOCK(&stream->lock);
    stream->lock_owner = THREAD_SELF;
    stream->lock_depth = 1;
}

void funlockfile(FILE* stream) {
    if (--stream->lock_depth > 0) return;
    stream->lock_owner = 0;
    LOW_UNLOCK(&stream->lock);
}
