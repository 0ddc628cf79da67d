#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H

#include <bits/types.h>
#include <bits/wait.h>
#include <signal.h>

typedef enum { P_ALL = 0, P_PID = 1, P_PGID = 2, P_PIDFD = 3 } idtype_t;
struct rusage;

pid_t wait(int* status);
pid_t waitpid(pid_t pid, int* status, int options);
pid_t wait3(int* status, int options, struct rusage* usage);
pid_t wait4(pid_t pid, int* status, int options, struct rusage* usage);
int waitid(idtype_t type, id_t id, siginfo_t* info, int options);

#endif
