// flockfile(): one thread at a time; the same thread may take the lock again.
#include <bits/file.h>
#include <bits/syscall.h>

int ftrylockfile(FILE* stream) {
    int self = (int)RAW0(SYS_gettid), expected = 0;
    if (stream->lock_owner != self) {
        if (!__ipclab_atomic_cas(&stream->lock, &expected, 1, 4)) return -1;
        stream->lock_owner = self;
    }
    stream->lock_depth++;
    return 0;
}

void flockfile(FILE* stream) {
    while (ftrylockfile(stream) != 0)
        if (__ipclab_atomic_exchange(&stream->lock, 2, 4) == 0) {
            stream->lock_owner = (int)RAW0(SYS_gettid);
            stream->lock_depth++;
            return;
        } else {
            RAW4(SYS_futex, &stream->lock, 128 /* FUTEX_WAIT_PRIVATE */, 2, 0);
        }
}

void funlockfile(FILE* stream) {
    if (--stream->lock_depth > 0) return;
    stream->lock_owner = 0;
    if (__ipclab_atomic_exchange(&stream->lock, 0, 4) == 2)
        RAW3(SYS_futex, &stream->lock, 129 /* FUTEX_WAKE_PRIVATE */, 1);
}
