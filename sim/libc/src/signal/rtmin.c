// glibc keeps the first two real-time signals for its threads.
int __libc_current_sigrtmin(void) {
    return 34;
}
int __libc_current_sigrtmax(void) {
    return 64;
}
