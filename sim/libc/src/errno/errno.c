// errno, and how a system call's result becomes one.
static int error_number;

int* __errno_location(void) {
    return &error_number;
}

long __syscall_result(long result) {
    if ((unsigned long)result >= -4095UL) {
        *__errno_location() = (int)-result;
        return -1;
    }
    return result;
}
