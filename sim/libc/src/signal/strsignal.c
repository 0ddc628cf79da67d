// The texts and names of the signals, in their order, as glibc has them (C locale).
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char texts[] =
    "\0"
    "Hangup\0"
    "Interrupt\0"
    "Quit\0"
    "Illegal instruction\0"
    "Trace/breakpoint trap\0"
    "Aborted\0"
    "Bus error\0"
    "Floating point exception\0"
    "Killed\0"
    "User defined signal 1\0"
    "Segmentation fault\0"
    "User defined signal 2\0"
    "Broken pipe\0"
    "Alarm clock\0"
    "Terminated\0"
    "Stack fault\0"
    "Child exited\0"
    "Continued\0"
    "Stopped (signal)\0"
    "Stopped\0"
    "Stopped (tty input)\0"
    "Stopped (tty output)\0"
    "Urgent I/O condition\0"
    "CPU time limit exceeded\0"
    "File size limit exceeded\0"
    "Virtual timer expired\0"
    "Profiling timer expired\0"
    "Window changed\0"
    "I/O possible\0"
    "Power failure\0"
    "Bad system call\0";
static const char names[] =
    "\0"
    "HUP\0"
    "INT\0"
    "QUIT\0"
    "ILL\0"
    "TRAP\0"
    "ABRT\0"
    "BUS\0"
    "FPE\0"
    "KILL\0"
    "USR1\0"
    "SEGV\0"
    "USR2\0"
    "PIPE\0"
    "ALRM\0"
    "TERM\0"
    "STKFLT\0"
    "CHLD\0"
    "CONT\0"
    "STOP\0"
    "TSTP\0"
    "TTIN\0"
    "TTOU\0"
    "URG\0"
    "XCPU\0"
    "XFSZ\0"
    "VTALRM\0"
    "PROF\0"
    "WINCH\0"
    "POLL\0"
    "PWR\0"
    "SYS\0";

static const char* entry(const char* table, int index) {
    if (index < 0 || index > 31) return 0;
    for (int i = 0; i < index; i++) table += __ipclab_strlen(table) + 1;
    return *table ? table : 0;
}

const char* sigdescr_np(int signal) {
    return entry(texts, signal);
}

const char* sigabbrev_np(int signal) {
    return entry(names, signal);
}

static char made[32];

char* strsignal(int signal) {
    const char* text = sigdescr_np(signal);
    if (text) return (char*)text;
    if (signal >= SIGRTMIN && signal <= SIGRTMAX)
        sprintf(made, "Real-time signal %d", signal - SIGRTMIN);
    else
        sprintf(made, "Unknown signal %d", signal);
    return made;
}
