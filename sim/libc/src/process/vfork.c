#include <bits/request.h>
#include <bits/syscall.h>
#include <errno.h>
#include <unistd.h>

pid_t vfork(void) {
    if (IS_TASK_REFUSED) {
        errno = EAGAIN;
        return -1;
    }
    return (pid_t)CALL0(SYS_vfork);
}
