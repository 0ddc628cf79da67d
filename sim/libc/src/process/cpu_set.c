// Sets of CPUs of any size: CPU_ALLOC(3).
#include <sched.h>
#include <stdlib.h>

int __sched_cpucount(size_t bytes, const cpu_set_t* set) {
    int count = 0;
    for (size_t i = 0; i < bytes / 8; i++)
        for (unsigned long word = ((const unsigned long*)set)[i]; word; word &= word - 1) count++;
    return count;
}

cpu_set_t* __sched_cpualloc(size_t cpus) {
    return malloc(CPU_ALLOC_SIZE(cpus));
}

void __sched_cpufree(cpu_set_t* set) {
    free(set);
}
