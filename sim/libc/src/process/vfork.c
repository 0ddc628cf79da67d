#include <bits/syscall.h>
#include <unistd.h>

pid_t vfork(void) {
    return (pid_t)CALL0(SYS_vfork);
}
